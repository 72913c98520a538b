"""The exact range of withheld cells, by linear programming (HiGHS).

Withheld cells that share no sum, directly or through others, do not move one another: each connected block is a programme of its own,
whose answers are those of the undivided one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from highspy import Highs, HighsLp, HighsModelStatus, MatrixFormat
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from metrics.disclosure.bounds import Bounds
from metrics.disclosure.table import Mask, Numbers, Places, Table

SMALL = 40_000  # sums by cells
MANY = 8  # cells of a block that are aimed at together,
ROUNDS = 8  # so often at most,
WIDER = 1.05  # and moved so many times what they need
SEED = 20260901
ENDLESS = (HighsModelStatus.kUnbounded, HighsModelStatus.kUnboundedOrInfeasible)


class Entries(NamedTuple):
    """Of the sums of a block the signs and the columns, and where each row of them begins and the last one ends."""

    signs: Numbers
    columns: Places
    rows: Places


class Block:
    """Withheld cells that may move one another, with the sums that hold them: `sums` has a row for each and a column for each cell."""

    def __init__(self, cells: Places, values: Numbers, ends: Numbers, entries: Entries) -> None:
        self.cells, self.values, self.ends, self.entries = cells, values, ends, entries

    @cached_property
    def sums(self) -> csr_matrix:
        signs, columns, rows = self.entries
        return csr_matrix((signs, columns, rows), shape=self.shape)

    @property
    def shape(self) -> tuple[int, int]:
        return self.entries.rows.size - 1, self.cells.size

    @cached_property
    def margins(self) -> Numbers:
        return np.asarray(self.sums @ self.values)

    @cached_property
    def dense(self) -> Numbers:
        """The sums with the zeros between: of a small block it is faster to reckon with all of them."""
        signs, columns, rows = self.entries
        found = np.zeros(self.shape)
        found[np.repeat(np.arange(rows.size - 1), np.diff(rows)), columns] = signs
        return found

    @property
    def is_small(self) -> bool:
        rows, columns = self.shape
        return rows * columns <= SMALL

    @cached_property
    def is_one_sum(self) -> bool:
        """Whether all cells stand in one sum, once each, and in no other."""
        return self.entries.rows.size == 2 and bool((np.abs(self.entries.signs) == 1).all())

    def extreme(self, at: int, sign: float) -> Numbers | None:
        """A table of the block in which the cell at a position is least (1) or most (-1); None where it has no end.

        Only the aim differs from the programme before, so the solver goes on from where that one ended. ArithmeticError where it finds no
        answer even from the beginning: a range that is not known must not be taken for a wide one.
        """
        self._programme.changeColCost(at, sign)
        status = self._run()
        self._programme.changeColCost(at, 0.0)
        if status in ENDLESS:
            return None
        if status != HighsModelStatus.kOptimal:
            raise ArithmeticError(f"no range of cell {self.cells[at]}: {status.name}")
        return np.asarray(self._programme.getSolution().col_value)

    def pulled(self, cells: Places, aims: Numbers, far: Numbers) -> Iterator[Numbers]:
        """Two tables of the block in which some cells, by their positions, are as high or as low together as their aims say, and the other way
        round; none of them moves further than `far`.
        """
        at, ends = cells.astype(np.int32), self.ends[cells]
        low, high = (np.clip(self.values[cells] + sign * far, *ends.T) for sign in (-1.0, 1.0))
        self._programme.changeColsBounds(at.size, at, low, high)
        for sign in (-1.0, 1.0):
            self._programme.changeColsCost(at.size, at, sign * aims)
            if self._run() == HighsModelStatus.kOptimal:
                yield np.asarray(self._programme.getSolution().col_value)
        self._programme.changeColsCost(at.size, at, np.zeros(at.size))
        self._programme.changeColsBounds(at.size, at, *ends.T)

    def _run(self) -> HighsModelStatus:
        for begin in (self._programme.run, self._from_the_beginning):
            begin()
            status = self._programme.getModelStatus()
            if status == HighsModelStatus.kOptimal:
                break
        return status

    def _from_the_beginning(self) -> None:
        self._programme.clearSolver()
        self._programme.run()

    @cached_property
    def _programme(self) -> Highs:
        """Every table that has the sums of this one, aimed at nothing yet."""
        made, lp = Highs(), HighsLp()  # type: ignore[no-untyped-call]
        made.silent()
        made.setOptionValue("threads", 1)
        lp.num_row_, lp.num_col_ = self.sums.shape
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_, lp.col_upper_ = self.ends.T
        lp.row_lower_ = lp.row_upper_ = self.margins
        lp.a_matrix_.format_ = MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = (
            self.sums.indptr,
            self.sums.indices,
            self.sums.data,
        )
        made.passModel(lp)
        return made


def blocks(table: Table, withheld: Mask) -> Iterator[Block]:
    """The withheld cells, in blocks that do not touch: by the lowest of their cells, as sums stand in the table."""
    cells = np.flatnonzero(withheld)
    if not cells.size:
        return
    held = np.flatnonzero(withheld[table.sums.indices])
    signs, column = table.sums.data[held], (np.cumsum(withheld) - 1)[table.sums.indices[held]]
    known, row = np.unique(table.row[held], return_inverse=True)
    links = coo_matrix((np.ones(row.size), (column, cells.size + row)), shape=(cells.size + known.size,) * 2)  # fmt: skip
    many, at = connected_components(links, directed=False)
    of_cells, of_rows = _grouped(at[: cells.size], many), _grouped(at[cells.size :], many)
    column, of_entries = of_cells.number[column], _grouped(at[column], many)
    ends = np.column_stack([table.least[cells], table.most[cells]])
    values, lengths = table.values[cells], np.bincount(row, minlength=known.size)
    for mine, sums, entries in zip(of_cells.parts, of_rows.parts, of_entries.parts, strict=True):
        rows = np.concatenate([[0], np.cumsum(lengths[sums])])
        yield Block(cells[mine], values[mine], ends[mine], Entries(signs[entries], column[entries], rows))  # fmt: skip


class _Grouped(NamedTuple):
    """Where each number stands, and its place among those of the same number."""

    parts: list[Places]
    number: Places


def _grouped(at: Places, many: int) -> _Grouped:
    order = np.argsort(at, kind="stable")
    ends = np.searchsorted(at[order], np.arange(many + 1))
    number = np.empty(at.size, dtype=np.intp)
    number[order] = np.arange(at.size) - ends[at[order]]
    return _Grouped([order[start:end] for start, end in pairwise(ends.tolist())], number)


def ranges(table: Table, withheld: Mask, cells: Sequence[int] | Places) -> Bounds:
    """The least and the most that each of some withheld cells may be, in their order, each from two programmes."""
    low = np.array(table.values, dtype=float)
    high = low.copy()
    wanted = set(np.asarray(cells).tolist())
    for block in blocks(table, withheld):
        for at, cell in enumerate(block.cells.tolist()):
            if cell in wanted:
                least, most = block.extreme(at, 1.0), block.extreme(at, -1.0)
                low[cell] = table.least[cell] if least is None else least[at]
                high[cell] = table.most[cell] if most is None else most[at]
    return Bounds(low[cells], high[cells])


def widen(block: Block, bounds: Bounds, needed: Numbers) -> int:
    """Solve until every cell of the block is known to reach its needed width or not; every table found widens all cells' bounds.

    The bounds are moved in place. Returns the number of programmes solved.
    """
    solved = _pulled(block, bounds, needed)
    for at, cell in enumerate(block.cells.tolist()):
        for sign in (-1.0, 1.0):
            if bounds.high[cell] - bounds.low[cell] >= needed[cell]:
                break
            found = block.extreme(at, sign)
            solved += 1
            if found is None:
                (bounds.high if sign < 0 else bounds.low)[cell] = -sign * np.inf
                continue
            np.minimum.at(bounds.low, block.cells, found)
            np.maximum.at(bounds.high, block.cells, found)
    return solved


def _pulled(block: Block, bounds: Bounds, needed: Numbers) -> int:
    """The same for many cells at once, as far as that goes: each is aimed at by lot, and moved no further than it needs, so that all can be."""
    chance, solved = np.random.default_rng(SEED), 0
    for _ in range(ROUNDS):
        narrow = np.flatnonzero(bounds.width[block.cells] < needed[block.cells])
        if narrow.size < MANY:
            break
        aims = chance.choice([-1.0, 1.0], narrow.size)
        for found in block.pulled(narrow, aims, WIDER * needed[block.cells[narrow]]):
            solved += 1
            bounds.low[block.cells] = np.minimum(bounds.low[block.cells], found)
            bounds.high[block.cells] = np.maximum(bounds.high[block.cells], found)
    return solved
