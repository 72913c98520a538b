"""How many units moved a sum between two states of a year: counted from the rows of units, for cells that no rollup holds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from metrics.metric import UNITS
from metrics.plan import Lookup
from metrics.tables.behind import single
from metrics.tables.sums import Axis, Cells, Field, Places, Sums, cells_of

UNIT_BITS = 32  # of a key of spot and unit


def moved(now: Field, then: Field, lookups: Sequence[Lookup], year: int, axes: tuple[Axis, ...]) -> Sums:  # fmt: skip
    """Places by members: at least how many units brought each cell another number. Of several columns, members or kinds the most of one."""
    pairs = [each for one in lookups for each in single(cells_of(one, year))]
    found: Sums = np.maximum.reduce([_moved(now, then, each, axes) for each in pairs])
    return found


def _moved(now: Field, then: Field, cells: Cells, axes: tuple[Axis, ...]) -> Sums:
    found = np.zeros((len(now.places), *(axis.size + 1 for axis in axes)))
    own = [axis for axis in axes if not axis.is_kind]
    for among in (each for many in range(len(own) + 1) for each in combinations(own, many)):
        at: list[Any] = [slice(1, None) if axis.is_kind or axis in among else 0 for axis in axes]
        found[(slice(None), *at)] = _counted(now, then, cells, axes, among)
    for n, axis in enumerate(axes, start=1):
        if axis.is_kind:
            whole: tuple[Any, ...] = (slice(None),) * n
            found[(*whole, 0)] = found[(*whole, slice(1, None))].max(axis=n)
    return found


def _counted(now: Field, then: Field, cells: Cells, axes: tuple[Axis, ...], among: tuple[Axis, ...]) -> Sums:  # fmt: skip
    """By kind and by some of the form's own dimensions, without totals."""
    (keys, values), (keys_then, values_then) = (_brought(each, cells, axes, among) for each in (now, then))  # fmt: skip
    every = np.union1d(keys, keys_then)
    difference = np.zeros(every.size)
    difference[np.searchsorted(every, keys)] += values
    difference[np.searchsorted(every, keys_then)] -= values_then
    many, width = now.spotted(cells, axes, among)[2:]
    line = np.bincount(every[difference != 0] >> UNIT_BITS, minlength=(many + 1) * width)
    return now.shaped(line.astype(np.float64), axes, now.of_schools(axes), among, many, width)


def _brought(field: Field, cells: Cells, axes: tuple[Axis, ...], among: tuple[Axis, ...]) -> tuple[Places, Sums]:  # fmt: skip
    """What each unit brought to each spot, by a key of both in ascending order."""
    rows, spot, _, _ = field.spotted(cells, axes, among)
    values = np.ones(spot.size) if cells.measure == UNITS else rows.columns[cells.measure].values.astype(np.float64)  # fmt: skip
    keys, at = np.unique((spot.astype(np.int64) << UNIT_BITS) | rows.unit, return_inverse=True)
    return keys, np.bincount(at, values, minlength=keys.size).astype(np.float64)
