"""How early a risk was told, and whether it was told as well of every group of schools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from metrics.bands import size_band
from metrics.evaluate.measures import MANY
from metrics.risk.backtest import MODEL, Lead
from metrics.risk.panel import Panel
from metrics.risk.scores import VISITS, Judged, average_precision, interval
from warehouse.arrays import Bools, Floats, Ints

TRAITS = ("sponsor", "size", "region")


class Warned(NamedTuple):
    """Of units that an event came to: how many were among the first VISITS of a round before it, and how many rounds before, on average (NaN of none)."""

    units: int
    warned: int
    rounds: float


def warned(panel: Panel, found: Lead) -> Warned:
    """The event lies one round after the last row that has it ahead; only rounds that were tested can warn."""
    rows = found.judged
    unit, period = panel.unit[rows], panel.period[rows]
    is_first = _first(found.rankings[MODEL][rows], period)
    ahead = found.happened[rows] == 1
    early = [
        int(period[at].max()) + 1 - int(period[at][is_first[at]].min())
        for at in (np.flatnonzero((unit == one) & ahead) for one in np.unique(unit[ahead]))
        if is_first[at].any()
    ]
    return Warned(int(np.unique(unit[ahead]).size), len(early), float(np.mean(early)) if early else float("nan"))  # fmt: skip


def _first(ranking: Floats, period: Ints) -> Bools:
    """Whether a row is among the first VISITS of its period."""
    found = np.zeros(ranking.size, dtype=bool)
    for one in np.unique(period):
        here = np.flatnonzero(period == one)
        found[here[np.argsort(-ranking[here], kind="stable")[:VISITS]]] = True
    return found


class Told(NamedTuple):
    """Of one group: average precision, and by how much more was promised than seen, each with its 95 % interval over draws of units."""

    trait: str
    value: str
    rows: int
    events: int
    precision: tuple[float, float, float]
    excess: tuple[float, float, float]


def by_group(panel: Panel, found: Lead) -> Iterator[Told]:
    """Groups of MANY judged rows and more in which it happened at all."""
    rows = found.judged
    frame = panel.frame.with_columns(size=size_band().cast(pl.String))
    for trait in (one for one in TRAITS if one in frame.columns):
        values = frame[trait].to_numpy()[rows]
        for value in sorted({str(one) for one in values if one is not None}):
            inside = rows[values == value]
            if inside.size >= MANY and found.happened[inside].any():
                yield _told(panel, found, trait, value, inside)


def _told(panel: Panel, found: Lead, trait: str, value: str, rows: Ints) -> Told:
    happened, promised = found.happened[rows], found.rankings[MODEL][rows]
    judged = Judged(happened, panel.period[rows], panel.unit[rows])

    def excess(at: Ints) -> float:
        return float(promised[at].mean() - happened[at].mean())

    def precision(at: Ints) -> float:
        return average_precision(happened[at], promised[at])

    every = np.arange(rows.size)
    return Told(
        trait, value, int(rows.size), int(happened.sum()),
        (precision(every), *interval(judged, precision)), (excess(every), *interval(judged, excess)),
    )  # fmt: skip
