"""Panels made up for the tests of back-testing: a known cause, noise beside it, gaps, units that come and go."""

from __future__ import annotations

import numpy as np
import polars as pl

from metrics.risk.panel import Named

NAMED = Named("school_id", "year", "closed")
NOISE = 6


def made(seed: int = 0, units: int = 300, periods: int = 6, *, effect: float = 1.8) -> pl.DataFrame:
    """Schools that shrink close in the year after, the private ones sooner; `effect` 0 makes closing pure chance."""
    draw = np.random.default_rng(seed)
    students = np.exp(draw.normal(6.5, 0.8, units))
    is_shrinking = draw.random(units) < 0.2
    private = draw.random(units) < 0.3
    entered = np.where(draw.random(units) < 0.1, draw.integers(1, periods, units), 0)
    closed, due = np.zeros(units, dtype=bool), np.zeros(units, dtype=bool)
    rows = []
    for period in range(periods):
        before = students
        is_shrinking = draw.random(units) < np.where(is_shrinking, 0.6, 0.1)
        students = students * np.exp(
            np.where(is_shrinking, -0.2, 0.01) + draw.normal(0, 0.05, units)
        )
        there = (entered <= period) & ~closed
        now = due & there
        rows += [
            (f"S{at:04}", 2015 + period, students[at], "private" if private[at] else "public",
             *draw.normal(0, 1, NOISE), int(now[at]))
            for at in np.flatnonzero(there)
        ]  # fmt: skip
        closed |= now
        log_odds = -4.2 + effect * (-8 * np.log(students / before) + 0.5 * private)
        due = draw.random(units) < 1 / (1 + np.exp(-log_odds))
    names = [
        "school_id",
        "year",
        "students",
        "sponsor",
        *(f"noise{at}" for at in range(NOISE)),
        "closed",
    ]
    return _with_gaps(pl.DataFrame(rows, schema=names, orient="row"), draw)


def _with_gaps(frame: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """Cells that miss here and there, and one column absent in the first two periods."""
    lacks = pl.Series(draw.random(frame.height) < 0.05)
    return frame.with_columns(
        pl.when(~lacks).then("students"), pl.when(pl.col("year") >= 2017).then("noise0")
    )
