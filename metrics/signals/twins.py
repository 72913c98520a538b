"""Pairs of rows that report the same numbers, found by hashing a few columns at a time: never row against row."""

from __future__ import annotations

import numpy as np
import polars as pl

from warehouse.arrays import Floats, Ints

BAND = (
    3  # columns hashed together: two rows alike in four fifths share one of ten bands almost surely
)
FEW = 4  # rows with one hash of which every pair is looked at
CROWDED = 40  # rows with one hash: so many share it that it tells nothing
TOLD = 10.0  # a number smaller than this is often equal by chance
COMMON = 0.2  # of the rows tell something in a column that is hashed


def candidates(values: Floats, bands: int = 40, seed: int = 7) -> Ints:
    """Pairs of rows (one a line), the lower first, that have all columns of some band in common. `seed` fixes which columns make a band."""
    does_tell = np.where(np.isfinite(values), values, 0.0) >= TOLD
    columns = np.flatnonzero(does_tell.mean(axis=0) >= COMMON) if len(values) > 1 else np.array([])
    if columns.size < BAND:
        return np.empty((0, 2), np.int64)
    dice = np.random.default_rng(seed)
    found = pl.concat(
        [_sharing(values[:, dice.choice(columns, BAND, replace=False)]) for _ in range(bands)]
    )
    pairs: Ints = found.unique().sort("a", "b").to_numpy().astype(np.int64)
    return pairs


def _sharing(band: Floats) -> pl.DataFrame:
    """Pairs (a, b) that agree in every column of one band, each number large enough to tell.

    Of a few rows alike all pairs; of more each with the next, so that nobody is left without one and pairs do not multiply.
    """
    rows = np.flatnonzero((np.where(np.isfinite(band), band, 0.0) >= TOLD).all(axis=1))
    keys = [f"c{n}" for n in range(BAND)]
    frame = pl.DataFrame({"b": rows, **{name: band[rows, n] for n, name in enumerate(keys)}})
    alike = frame.with_columns(many=pl.len().over(keys)).filter(pl.col("many").is_between(2, CROWDED))  # fmt: skip
    few = alike.filter(pl.col("many") <= FEW)
    before = [
        group.select(pl.col("b").shift(lag).over(keys).alias("a"), "b")
        for lag, group in enumerate([alike, *[few] * (FEW - 2)], start=1)
    ]
    return pl.concat(before).drop_nulls()


def collisions(values: Floats) -> Floats:
    """For each column the chance that two rows drawn from it have the same number, those too small to tell left out."""
    return np.array([_collision(column) for column in values.T])


def _collision(column: Floats) -> float:
    known = column[np.isfinite(column) & (column >= TOLD)]
    if known.size < 2:
        return 1.0
    _, times = np.unique(known, return_counts=True)
    return float(((times * (times - 1)).sum() + 1) / (known.size * (known.size - 1) + 1))
