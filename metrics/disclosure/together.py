"""What tables that are shown side by side tell together, though they share no more than totals: over the narrowest cells that all of them are made of.

A cell is a sum of narrowest ones. Any table of these that brings every shown number is as likely to a reader as the true one: how far an unsafe cell
ranges among them is what is told of it. Withholding more never narrows a range, so that what has been found wide enough stays so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from highspy import Highs, HighsLp, HighsModelStatus, MatrixFormat
from scipy.sparse import csr_matrix

from metrics.disclosure.inside import OFF, reached
from metrics.disclosure.movements import balanced_by_part, one_thread
from metrics.disclosure.table import Mask, Numbers, Places

ROUNDS, DRAWS, SEED = 4, 24, 20260901
MANY = 1500  # narrowest cells that a programme moves
FURTHEST = 3  # times that one goes further before it moves all
AT_ONCE = 200  # cells that are aimed at by themselves in one round
# another aim leaves the last table possible: from there the primal simplex goes on
PRIMAL, DUAL = 4, 1
OTHERWISE = ((DUAL, "simplex"), (PRIMAL, "simplex"), (DUAL, "ipm"))
HOLDS = 1e-7  # what a shown number must weigh in the proof of an end to hold it
CLEAN = 1e-6  # of the width that a cell needs: what a programme may be off


class Range(NamedTuple):
    """How far a cell's ends are apart, and the shown rows that hold them there."""

    width: float
    held_by: Places


class Rows(NamedTuple):
    """Sums of narrowest cells, a row each: whether they are shown, and how far apart their ends must stay, 0 where they need not."""

    made: csr_matrix
    shown: Mask
    needed: Numbers


class Narrow(NamedTuple):
    """The narrowest cells: their true values, under which none of them goes, and the number of the part each lies in."""

    values: Numbers
    floors: Numbers
    home: Places


class Together:
    """What of some rows is told by those that are shown. A row that must stay wide is a *target*, known by its number; those made alike are one.

    `near`: the parts that a row's own programme moves, where there are too many to move them all, and those of it that goes further, and further still: what
    is found so holds, though more might be found.
    `start`: tables, a column each, of which some may bring what is shown.
    """

    def __init__(self, rows: Rows, cells: Narrow, near: Callable[[int, int], Places], start: Numbers | None = None) -> None:  # fmt: skip
        self.made, self.cells, self.near = rows.made, cells, near
        self.shown = rows.shown.copy()
        self._targets(rows)
        self.ends = np.column_stack([cells.floors, np.full(cells.values.size, self._far)])
        self.low, self.high = self.told.copy(), self.told.copy()
        self.tables: list[Numbers] = []
        self._start = start
        self._programmes: dict[bytes, Programme] = {}
        self._far_off: Counter[int] = Counter()

    def _targets(self, rows: Rows) -> None:
        wide = np.flatnonzero(rows.needed > 0)
        first, which = _alike(rows.made[wide])
        order = np.argsort(which, kind="stable")
        begins = np.flatnonzero(np.diff(which[order], prepend=-1))
        self.rows: list[Places] = np.split(wide[order], begins[1:])  # of each target
        self.needed = np.maximum.reduceat(rows.needed[wide[order]], begins) if wide.size else np.array([])  # fmt: skip
        self.of = rows.made[wide[first]]
        self.told: Numbers = self.of @ self.cells.values

    @property
    def _far(self) -> float:
        """Where every narrowest cell ends: none is likely to be further off, and a table without end is of no use to anybody."""
        return float(np.abs(self.cells.values).sum() + 2 * self.needed.max(initial=1.0))

    def failed(self) -> list[int]:
        """The targets that are told too closely: tables are looked for by linear algebra first, then by programmes."""
        self._spread(self._begun())
        return [at for at in self._narrow().tolist() if self.range(at).width < self.needed[at]]

    def range(self, at: int) -> Range:
        """By two programmes; of a target that is wide enough what has been found before."""
        held: list[Places] = []
        for sign in (1.0, -1.0):
            if self.high[at] - self.low[at] >= self.needed[at]:
                break
            held.append(self._extreme(at, sign))
        return Range(float(self.high[at] - self.low[at]), np.unique(np.concatenate(held)) if held else np.array([], dtype=np.intp))  # fmt: skip

    def withhold(self, row: int) -> None:
        self.shown[row] = False
        for each in self._programmes.values():
            each.withhold(row)

    def alternatives(self) -> Numbers:
        """Few tables, a column each, among which with the true one every target that is wide enough is so; each as near to the true one as that allows."""
        low, high = np.zeros(self.needed.size), np.zeros(self.needed.size)
        wide, chosen = self.high - self.low >= self.needed, list[Numbers]()
        for is_last in (False, True):
            for table in self.tables:
                moved = self.of @ (table - self.cells.values)
                far = _enough(moved, low, high, np.where(wide, self.needed, 0.0), any_way=is_last)
                if far:
                    chosen.append(self.cells.values + far * (table - self.cells.values))
                    low, high = np.minimum(low, far * moved), np.maximum(high, far * moved)
        return np.column_stack(chosen) if chosen else np.empty((self.cells.values.size, 0))

    def _narrow(self) -> Places:
        return np.flatnonzero(self.high - self.low < self.needed)

    def _begun(self) -> Numbers:
        """A table in the middle of those known from the start."""
        values = self.cells.values
        if self._start is None or not self._start.shape[1]:
            return values
        off = np.abs(self._sums @ (self._start - values[:, np.newaxis])).max(axis=0, initial=0.0)
        if not (known := self._start[:, off <= OFF]).shape[1]:
            return values
        self._widen(known)
        return np.asarray((values + known.mean(axis=1)) / 2)

    def _spread(self, middle: Numbers) -> None:
        """Tables far from the middle in many directions at once, then along single targets."""
        sums, chance = self._sums, np.random.default_rng(SEED)
        for number in range(ROUNDS):
            left = self._narrow()
            if not left.size:
                return
            aims = self.of[left[:AT_ONCE]].T.toarray() if number else self.of[left].T @ chance.choice([-1.0, 1.0], (left.size, DRAWS))  # fmt: skip
            with one_thread():
                found = reached(sums, middle, self.ends, aims, self.needed, self._balanced)
            if found.shape[1]:
                self._widen(found)
                middle = (middle + found.mean(axis=1)) / 2

    def _balanced(self, sums: csr_matrix, room: Numbers, moves: Numbers) -> Numbers:
        return balanced_by_part(sums, room, moves, self.cells.home)

    @property
    def _sums(self) -> csr_matrix:
        """Every shown sum once."""
        rows = self.made[np.flatnonzero(self.shown)]
        return rows[np.sort(_alike(rows)[0])]

    def _widen(self, tables: Numbers) -> None:
        """Take in tables that bring all that is shown; those that make a target wider that was too narrow are kept."""
        told, narrow = self.of @ tables, self._narrow()
        least, most = told[narrow].min(axis=1), told[narrow].max(axis=1)
        lower, higher = least < self.low[narrow], most > self.high[narrow]
        used = {*told[narrow[lower]].argmin(axis=1).tolist(), *told[narrow[higher]].argmax(axis=1).tolist()}  # fmt: skip
        self.tables += [tables[:, each] for each in sorted(used)]
        self.low, self.high = np.minimum(self.low, told.min(axis=1)), np.maximum(self.high, told.max(axis=1))  # fmt: skip

    def _extreme(self, at: int, sign: float) -> Places:
        """Widen by the table in which a target is least (1) or most (-1); which shown rows hold it there."""
        programme = self._programme(at)
        found = programme.extreme(self.of[at], sign)
        moved = self.cells.values.copy()
        moved[programme.cells] = np.clip(found.table, *self.ends[programme.cells].T)
        self._widen(moved[:, np.newaxis])
        return found.held_by[self.shown[found.held_by]]

    def look_further(self, at: int) -> bool:
        """Move more narrowest cells for a target from now on, in the end all; whether these are more than before."""
        before = self._moved(at).size
        while self._far_off[at] < FURTHEST:
            self._far_off[at] += 1
            if self._moved(at).size > before:
                return True
        return False

    def _moved(self, at: int) -> Places:
        """The narrowest cells that the programme of a target moves."""
        every = np.arange(self.cells.values.size)
        if every.size <= MANY or self._far_off[at] == FURTHEST:
            return every
        near = self.near(int(self.rows[at][0]), self._far_off[at])
        found = np.flatnonzero(np.isin(self.cells.home, near))
        return found if self.of[at, found].nnz else every

    def _programme(self, at: int) -> Programme:
        cells = self._moved(at)
        key = cells.tobytes()
        if key not in self._programmes:
            self._programmes[key] = Programme(self.made[:, cells], cells, self.cells.values[cells], self.shown, self.ends[cells])  # fmt: skip
        return self._programmes[key]


def _alike(rows: csr_matrix) -> tuple[Places, Places]:
    """The first of each kind of rows that are made alike, and of every row which kind it is."""
    names = rows @ np.random.default_rng(SEED).standard_normal(rows.shape[1])
    _, first, which = np.unique(names.round(9), return_index=True, return_inverse=True)
    return first, which


def _enough(moved: Numbers, low: Numbers, high: Numbers, needed: Numbers, *, any_way: bool) -> float:  # fmt: skip
    """How far towards a table one must go for each target that it alone, with those before, makes wide enough; 0 where there is none.

    `any_way`: all the way where it widens any target that is too narrow.
    """
    is_open = high - low < needed
    up, down = needed + low, needed - high  # where each end has to come to
    served = is_open & ((moved >= up) | (-moved >= down))
    if any_way and (is_open & ((moved > high) | (moved < low))).any():
        return 1.0
    if not served.any():
        return 0.0
    return float(min(np.max(np.where(moved > 0, up, down)[served] / np.abs(moved[served])) * (1 + CLEAN), 1.0))  # fmt: skip


class Extreme(NamedTuple):
    """The table at an end of a target's range, and the rows that hold it there."""

    table: Numbers
    held_by: Places


class Programme:
    """Every table of some narrowest cells that brings the shown numbers, while the others stay as they are; aimed at one target after the other."""

    def __init__(self, made: csr_matrix, cells: Places, values: Numbers, shown: Mask, ends: Numbers) -> None:  # fmt: skip
        self.cells, self._rows = cells, np.flatnonzero((np.diff(made.indptr) > 0) & shown)
        sums = made[self._rows]
        told = sums @ values
        self._at = {row: n for n, row in enumerate(self._rows.tolist())}
        self._highs, lp = Highs(), HighsLp()  # type: ignore[no-untyped-call]
        self._highs.silent()
        self._highs.setOptionValue("threads", 1)
        # presolving takes sums that follow from one another for contradictions
        self._highs.setOptionValue("presolve", "off")
        self._highs.setOptionValue("simplex_strategy", PRIMAL)
        lp.num_row_, lp.num_col_ = sums.shape
        lp.col_cost_ = np.zeros(cells.size)
        lp.col_lower_, lp.col_upper_ = ends.T
        lp.row_lower_ = lp.row_upper_ = told
        lp.a_matrix_.format_ = MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = (
            sums.indptr,
            sums.indices,
            sums.data,
        )
        self._highs.passModel(lp)
        self._number = np.full(int(cells.max(initial=-1)) + 1, -1)
        self._number[cells] = np.arange(cells.size)

    def withhold(self, row: int) -> None:
        if row in self._at:
            self._highs.changeRowBounds(self._at[row], -np.inf, np.inf)

    def extreme(self, target: csr_matrix, sign: float) -> Extreme:
        """The table in which a target is least (1) or most (-1). ArithmeticError where there is no answer."""
        parts = [(int(self._number[each]), value) for each, value in zip(target.indices.tolist(), target.data.tolist(), strict=True) if each < self._number.size and self._number[each] >= 0]  # fmt: skip
        for part, value in parts:
            self._highs.changeColCost(part, sign * value)
        status = self._run()
        for part, _ in parts:
            self._highs.changeColCost(part, 0.0)
        if status != HighsModelStatus.kOptimal:
            raise ArithmeticError(f"a programme over {self.cells.size} narrowest cells has no answer: {status.name}")  # fmt: skip
        found = self._highs.getSolution()
        holds = np.abs(np.asarray(found.row_dual)) > HOLDS
        return Extreme(np.asarray(found.col_value), self._rows[holds])

    def _run(self) -> HighsModelStatus:
        """From the last table on; where that comes to nothing from the beginning, in one way after the other."""
        self._highs.run()
        for strategy, solver in OTHERWISE:
            if self._highs.getModelStatus() == HighsModelStatus.kOptimal:
                break
            self._highs.clearSolver()
            self._highs.setOptionValue("simplex_strategy", strategy)
            self._highs.setOptionValue("solver", solver)
            self._highs.run()
            self._highs.setOptionValue("simplex_strategy", PRIMAL)
            self._highs.setOptionValue("solver", "simplex")
        return self._highs.getModelStatus()
