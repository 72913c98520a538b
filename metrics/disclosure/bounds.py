"""Cheap bounds of withheld cells: from outside, by passing bounds along the sums; from inside, by tables that would look the same.

Both are one-sided. A cell whose outer bounds are too close is not protected; one whose inner bounds are far enough apart is.
What neither decides is left to the programmes of ranges.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from metrics.disclosure.table import Mask, Numbers, Places, Table

ROUNDS = 12  # after which bounds hardly move; they hold at every round


class Bounds(NamedTuple):
    """The least and the most each cell may be."""

    low: Numbers
    high: Numbers

    @property
    def width(self) -> Numbers:
        return self.high - self.low


def outer(table: Table, withheld: Mask) -> Bounds:
    """Bounds that hold for every table with the same shown cells."""
    low = np.where(withheld, table.least, table.values)
    high = np.where(withheld, table.most, table.values)
    entries = table.sums.tocoo()
    for _ in range(ROUNDS):
        narrower = _passed(table.sums, entries.row, entries.col, entries.data, low, high)
        is_still = np.allclose(narrower.low, low) and np.allclose(narrower.high, high)
        low, high = narrower
        if is_still:
            break
    return Bounds(low, high)


def _passed(sums: csr_matrix, row: Places, column: Places, sign: Numbers, low: Numbers, high: Numbers) -> Bounds:  # fmt: skip
    """Every sum is 0: what the others leave at least and at most bounds each of its cells."""
    least, most = np.where(sign > 0, low[column], -high[column]), np.where(sign > 0, high[column], -low[column])  # fmt: skip
    of_others_least, of_others_most = (others(each, row, sums.shape[0]) for each in (least, most))
    own_low = np.where(sign > 0, -of_others_most, of_others_least)
    own_high = np.where(sign > 0, -of_others_least, of_others_most)
    found_low, found_high = low.copy(), high.copy()
    np.maximum.at(found_low, column, own_low)
    np.minimum.at(found_high, column, own_high)
    return Bounds(np.minimum(found_low, high), np.maximum(found_high, low))


def others(each: Numbers, row: Places, many: int) -> Numbers:
    """For each entry the sum of the others of its row; infinite if one of them is."""
    is_finite = np.isfinite(each)
    finite = np.where(is_finite, each, 0.0)
    infinite = np.bincount(row, ~is_finite, many)[row] - ~is_finite
    sign = np.where(is_finite, 1.0, np.sign(each))
    side = -1.0 if bool((sign < 0).any()) else 1.0
    return np.where(infinite > 0, side * np.inf, np.bincount(row, finite, many)[row] - finite)


def inner(table: Table, withheld: Mask) -> Bounds:
    """Bounds that are surely reached: four withheld cells at the corners of a rectangle can move against one another.

    Corners are cells that are part of two sums and total of none, as the narrowest rung by the narrowest breakdown is.
    """
    low, high = table.values.copy(), table.values.copy()
    for block, rows, columns in _blocks(table, withheld):
        values = np.full((rows.max() + 1, columns.max() + 1), -np.inf)
        values[rows, columns] = table.values[block]
        for cell, row, column in zip(block, rows, columns, strict=True):
            up, down = _moves(values, int(row), int(column))
            low[cell] -= down
            high[cell] += up
    return Bounds(np.maximum(low, table.least), np.minimum(high, table.most))


def _moves(values: Numbers, row: int, column: int) -> tuple[float, float]:
    """How far one corner can rise and fall while the other three keep every sum. Absent corners are -inf."""
    beside = np.delete(values[row], column)[np.newaxis, :]
    above = np.delete(values[:, column], row)[:, np.newaxis]
    across = np.delete(np.delete(values, row, 0), column, 1)
    if not across.size:
        return 0.0, 0.0
    is_there = np.isfinite(beside) & np.isfinite(above) & np.isfinite(across)
    up = np.where(is_there, np.minimum(beside, above), 0.0).max()
    down = np.where(is_there, np.minimum(across, values[row, column]), 0.0).max()
    return max(float(up), 0.0), max(float(down), 0.0)


def _blocks(table: Table, withheld: Mask) -> list[tuple[Places, Places, Places]]:
    """Withheld corners by block: the cells, and the row and column of each within it."""
    is_total = np.zeros(len(table.keys), dtype=bool)
    is_total[table.totals] = True
    corners: dict[int, tuple[int, int]] = {}
    is_free = np.ones(len(table.keys), dtype=bool)
    if (
        table.told_most is not None or table.told_least is not None
    ):  # what is said of a cell holds it, and those that would move with it
        is_free = np.isinf(table.most) & (table.least == table.floor)
    for cell in np.flatnonzero(withheld & ~is_total & is_free).tolist():
        sums = table.of_cell[cell]
        if sums.size == 2 and table.is_disjoint[sums[0]] != table.is_disjoint[sums[1]]:
            down, across = sums if table.is_disjoint[sums[0]] else sums[::-1]
            corners[cell] = (int(across), int(down))
    return _grouped(corners)


def _grouped(corners: dict[int, tuple[int, int]]) -> list[tuple[Places, Places, Places]]:
    """Corners that share rows or columns, together."""
    above: dict[int, int] = {}

    def root(at: int) -> int:
        while above.setdefault(at, at) != at:
            above[at] = above[above[at]]
            at = above[at]
        return at

    for one, other in corners.values():
        above[root(one)] = root(other)
    groups: dict[int, list[int]] = {}
    for cell, (row, _) in corners.items():
        groups.setdefault(root(row), []).append(cell)
    return [_numbered(cells, corners) for cells in groups.values()]


def _numbered(cells: list[int], corners: dict[int, tuple[int, int]]) -> tuple[Places, Places, Places]:  # fmt: skip
    rows, columns = (np.unique([corners[cell][side] for cell in cells], return_inverse=True)[1] for side in (0, 1))  # fmt: skip
    return np.array(cells, dtype=np.intp), rows, columns
