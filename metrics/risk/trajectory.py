"""What a row knows of its unit's way so far: levels, changes, and where the unit stands among the others of its period.

Nothing here looks ahead: a row's features are made of the same unit's rows up to its own period, and of the other units' rows of
that period. No outcome is looked at.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from metrics.risk.panel import Panel
from warehouse.arrays import Floats, Ints

FEWEST = 15  # members of a group within which a unit is ranked; smaller groups are ranked with their whole period
FEW_LEVELS = 30  # categories that make groups
BACK = 3  # periods of the longer change
SOMETIMES = (0.01, 0.99)  # shares of missing cells between which missing itself may tell something


@dataclass(frozen=True)
class Feature:
    """A column of the matrix: which column of the panel it is made of, and how. `how` is one of HOW."""

    column: str
    how: str

    @property
    def name(self) -> str:
        return self.column if self.how == "level" else f"{self.column}:{self.how}"


HOW = (
    "level",
    "rank",
    "peers",
    "change",
    "back",
    "peak",
    "usual",
    "swing",
    "climb",
    "missing",
    "seen",
    "gap",
    "kind",
)


@dataclass(frozen=True)
class Features:
    """`values` has a row for each row of the panel and a column for each feature; NaN where it cannot be told."""

    features: tuple[Feature, ...]
    values: Floats

    def chosen(self, columns: Ints) -> Features:
        return Features(tuple(self.features[at] for at in columns), self.values[:, columns])

    def of_rows(self, rows: Ints) -> Features:
        return Features(self.features, self.values[rows])


@dataclass(frozen=True)
class Cube:
    """Where each row of a panel lies in a table of units by periods."""

    unit: Ints
    period: Ints
    shape: tuple[int, int]

    def spread(self, values: Floats) -> Floats:
        """Values of rows as a table, NaN where a unit has no row."""
        table = np.full(self.shape, np.nan)
        table[self.unit, self.period] = values
        return table

    def gathered(self, table: Floats) -> Floats:
        return table[self.unit, self.period]


def features(panel: Panel) -> Features:
    """Every feature that can be told of a panel's rows, in the order of its columns."""
    cube = Cube(panel.unit, panel.period, (int(panel.unit.max()) + 1, int(panel.period.max()) + 1))
    groups = peers(panel)
    found: list[tuple[Feature, Floats]] = []
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", RuntimeWarning
        )  # means of nothing are NaN, as they should be
        for name, values in panel.numbers.items():
            found += [
                (Feature(name, how), each) for how, each in _of_numbers(panel, cube, groups, values)
            ]
    found += [
        (Feature(name, "kind"), np.where(codes < 0, np.nan, codes))
        for name, codes in panel.kinds.items()
    ]
    found += _of_presence(panel, cube)
    kept = [(one, values) for one, values in found if _tells(values)]
    return Features(tuple(one for one, _ in kept), np.column_stack([values for _, values in kept]))


def peers(panel: Panel) -> Ints:
    """A group for each row: its period, and within it those of the same categories where they are enough."""
    few = [codes for name, codes in panel.kinds.items() if len(panel.levels[name]) <= FEW_LEVELS]
    group = panel.period
    for codes in few:
        finer = _numbered(np.column_stack([group, codes]))
        sizes = np.bincount(finer)
        group = np.where(sizes[finer] >= FEWEST, finer + group.max() + 1, group)
        group = _numbered(group.reshape(-1, 1))
    return group


def _numbered(rows: Ints) -> Ints:
    numbers: Ints = np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1)
    return numbers


def ranked(values: Floats, group: Ints) -> Floats:
    """Shares from -0.5 to 0.5 within each group, ties in the middle; NaN stays NaN."""
    value = pl.col("value").fill_nan(None)
    share = (value.rank("average") - 0.5) / value.count() - 0.5
    rows = pl.DataFrame({"value": values, "group": group})
    found = rows.select(share.over("group").fill_null(np.nan)).to_series().to_numpy()
    return found.astype(np.float64, copy=False)


def _of_numbers(
    panel: Panel, cube: Cube, group: Ints, values: Floats
) -> Iterator[tuple[str, Floats]]:
    table = cube.spread(
        np.arcsinh(values)
    )  # amounts change by ratios, small counts and signed values by differences
    before = _carried(_shifted(table, 1))
    rank = ranked(values, panel.period)
    yield "level", values
    yield "rank", rank
    if not np.array_equal(group, panel.period):
        yield "peers", ranked(values, group)
    yield "change", cube.gathered(table - before)
    yield "back", cube.gathered(table - _carried(_shifted(table, BACK)))
    yield "peak", cube.gathered(table - np.fmax.accumulate(table, axis=1))
    yield "usual", cube.gathered(table - _mean_before(table))
    yield "swing", cube.gathered(_deviation(table - before))
    ranks = cube.spread(rank)
    yield "climb", cube.gathered(ranks - _carried(_shifted(ranks, 1)))
    yield "missing", _missing(panel, values)


def _shifted(table: Floats, by: int) -> Floats:
    found = np.full(table.shape, np.nan)
    found[:, by:] = table[:, : max(table.shape[1] - by, 0)]
    return found


def _carried(table: Floats) -> Floats:
    """The last known value where a period's own is missing."""
    at = np.where(~np.isnan(table), np.arange(table.shape[1]), 0)
    return np.take_along_axis(table, np.maximum.accumulate(at, axis=1), axis=1)


def _mean_before(table: Floats) -> Floats:
    known = ~np.isnan(table)
    count = _shifted(np.cumsum(known, axis=1).astype(np.float64), 1)
    total = _shifted(np.cumsum(np.where(known, table, 0.0), axis=1), 1)
    return total / np.where(count > 0, count, np.nan)


def _deviation(changes: Floats) -> Floats:
    """How unsteady the changes were so far, of two or more."""
    known = ~np.isnan(changes)
    count = np.cumsum(known, axis=1)
    total = np.cumsum(np.where(known, changes, 0.0), axis=1)
    squares = np.cumsum(np.where(known, changes**2, 0.0), axis=1)
    spread = squares / count - (total / count) ** 2
    return np.where(count >= 2, np.sqrt(np.maximum(spread, 0.0)), np.nan)


def _missing(panel: Panel, values: Floats) -> Floats:
    """1 where only this unit lacks what others of its period have; NaN where the whole column is absent."""
    lacks = np.isnan(values).astype(np.float64)
    absent = np.bincount(panel.period, lacks) >= np.bincount(panel.period)
    found = np.where(absent[panel.period], np.nan, lacks)
    share = float(np.nanmean(found))
    return found if SOMETIMES[0] < share < SOMETIMES[1] else np.full(values.shape, np.nan)


def _of_presence(panel: Panel, cube: Cube) -> list[tuple[Feature, Floats]]:
    """How many rows a unit has had, and how long ago the one before lies."""
    there = ~np.isnan(cube.spread(np.zeros(panel.rows)))
    seen = np.cumsum(there, axis=1).astype(np.float64)
    at = np.where(there, np.arange(cube.shape[1], dtype=np.float64), np.nan)
    gap = at - _carried(_shifted(at, 1))
    unit = panel.named.unit
    return [
        (Feature(unit, "seen"), cube.gathered(seen)),
        (Feature(unit, "gap"), cube.gathered(gap)),
    ]


def _tells(values: Floats) -> bool:
    known = values[~np.isnan(values)]
    return bool(known.size) and bool(np.any(known != known[0]))
