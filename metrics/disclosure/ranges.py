"""The exact range of withheld cells, by linear programming (HiGHS).

Withheld cells that share no sum, directly or through others, do not move one another: each connected block is a programme of its own,
whose answers are those of the undivided one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from highspy import Highs, HighsLp, HighsModelStatus, MatrixFormat
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from metrics.disclosure.bounds import Bounds
from metrics.disclosure.table import Mask, Numbers, Places, Table

SMALL = 40_000  # sums by cells
ENDLESS = (HighsModelStatus.kUnbounded, HighsModelStatus.kUnboundedOrInfeasible)


class Block:
    """Withheld cells that may move one another, with the sums that hold them: `sums` has a row for each and a column for each cell."""

    def __init__(self, table: Table, cells: Places, sums: csr_matrix) -> None:
        self.cells = cells
        self.sums = sums
        self.values: Numbers = table.values[cells]
        self.ends = np.column_stack([table.least[cells], table.most[cells]])

    @cached_property
    def margins(self) -> Numbers:
        return np.asarray(self.sums @ self.values)

    @cached_property
    def dense(self) -> Numbers:
        """The sums with the zeros between: of a small block it is faster to reckon with all of them."""
        found: Numbers = self.sums.toarray()
        return found

    @property
    def is_small(self) -> bool:
        rows, columns = self.sums.shape
        return int(rows * columns) <= SMALL

    @cached_property
    def is_one_sum(self) -> bool:
        """Whether all cells stand in one sum, once each, and in no other."""
        return self.sums.shape[0] == 1 and bool((np.abs(self.sums.data) == 1).all())

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
    mine = table.sums[:, cells]
    held = mine[np.flatnonzero(np.diff(mine.indptr))]
    row = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr))
    links = csr_matrix((np.ones(row.size), (held.indices, cells.size + row)), shape=(sum(held.shape),) * 2)  # fmt: skip
    many, at = connected_components(links, directed=False)
    if many == 1:
        yield Block(table, cells, held)
        return
    grouped = zip(_grouped(at[: cells.size], many), _grouped(at[cells.size :], many), strict=True)
    for group, sums in grouped:
        yield Block(table, cells[group], held[sums][:, group])


def _grouped(at: Places, many: int) -> list[Places]:
    """Where each number stands."""
    order = np.argsort(at, kind="stable")
    ends = np.searchsorted(at[order], np.arange(many + 1)).tolist()
    return [order[start:end] for start, end in pairwise(ends)]


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
    solved = 0
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
