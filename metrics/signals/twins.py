"""Pairs of rows that report the same numbers, found by hashing a few columns at a time: never row against row."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, pairwise

import numpy as np
import polars as pl

from warehouse.arrays import Floats

BAND = (
    3  # columns hashed together: two rows alike in four fifths share one of ten bands almost surely
)
FEW = 4  # rows with one hash of which every pair is looked at
CROWDED = 40  # rows with one hash: so many share it that it tells nothing
TOLD = 10.0  # a number smaller than this is often equal by chance
COMMON = 0.2  # of the rows tell something in a column that is hashed


def candidates(values: Floats, bands: int = 40, seed: int = 7) -> list[tuple[int, int]]:
    """Pairs of rows, the lower first, that have all columns of some band in common. `seed` fixes which columns make a band."""
    does_tell = np.where(np.isfinite(values), values, 0.0) >= TOLD
    columns = np.flatnonzero(does_tell.mean(axis=0) >= COMMON) if len(values) > 1 else np.array([])
    if columns.size < BAND:
        return []
    dice = np.random.default_rng(seed)
    found: set[tuple[int, int]] = set()
    for _ in range(bands):
        found |= _sharing(values[:, dice.choice(columns, BAND, replace=False)])
    return sorted(found)


def _sharing(band: Floats) -> set[tuple[int, int]]:
    """Pairs that agree in every column of one band, each number large enough to tell."""
    rows = np.flatnonzero((np.where(np.isfinite(band), band, 0.0) >= TOLD).all(axis=1))
    frame = pl.DataFrame({"row": rows, **{f"c{n}": band[rows, n] for n in range(BAND)}})
    alike = frame.group_by([f"c{n}" for n in range(BAND)]).agg("row")
    few = alike.filter(pl.col("row").list.len().is_between(2, CROWDED))
    return {pair for group in few["row"] for pair in _pairs(sorted(group.to_list()))}


def _pairs(rows: list[int]) -> Iterable[tuple[int, int]]:
    """All pairs of a few rows; of more, each with the next, so that nobody is left without one and pairs do not multiply."""
    return combinations(rows, 2) if len(rows) <= FEW else pairwise(rows)


def collisions(values: Floats) -> Floats:
    """For each column the chance that two rows drawn from it have the same number, those too small to tell left out."""
    return np.array([_collision(column) for column in values.T])


def _collision(column: Floats) -> float:
    known = column[np.isfinite(column) & (column >= TOLD)]
    if known.size < 2:
        return 1.0
    _, times = np.unique(known, return_counts=True)
    return float(((times * (times - 1)).sum() + 1) / (known.size * (known.size - 1) + 1))
