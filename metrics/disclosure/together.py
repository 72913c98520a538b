"""What tables that are shown side by side tell together, though they share no more than totals: over the narrowest cells that all of them are made of.

A cell is a sum of narrowest ones. Any table of these that brings every shown number is as likely to a reader as the true one: how far an unsafe cell
ranges among them is what is told of it. Withholding more never narrows a range, so that what has been found wide enough stays so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from highspy import Highs, HighsLp, HighsModelStatus, MatrixFormat
from scipy.sparse import csr_matrix

from metrics.disclosure.inside import reached
from metrics.disclosure.movements import balanced_by_part, one_thread
from metrics.disclosure.ranges import ENDLESS
from metrics.disclosure.table import Mask, Numbers, Places

ROUNDS, DRAWS, SEED = 4, 24, 20260901
MANY = 1500  # narrowest cells that a programme moves
AT_ONCE = 200  # cells that are aimed at by themselves in one round
HOLDS = 1e-7  # what a shown number must weigh in the proof of an end to hold it


class Range(NamedTuple):
    """How far a cell's ends are apart, and the shown cells that hold them there."""

    width: float
    held_by: Places


class Together:
    """`made`: a row for each cell, 1 at each of the narrowest it is made of, of which `values` are the true ones and `home` the numbers of their
    places; `needed`: how far apart the ends of each cell must stay, 0 where they need not. `near`: the places that a cell's own programme moves,
    where there are too many to move them all: what is found so holds, though more might be found.
    """

    def __init__(self, made: csr_matrix, values: Numbers, home: Places, shown: Mask, needed: Numbers, near: Callable[[int], Places]) -> None:  # fmt: skip
        self.made, self.values, self.home, self.needed, self.near = made, values, home, needed, near
        self.shown = shown.copy()
        self.told: Numbers = made @ values
        self.low, self.high = self.told.copy(), self.told.copy()
        self.floor = 0.0 if bool((values >= 0).all()) else -np.inf
        self._programmes: dict[bytes, Programme] = {}
        self._far: set[int] = set()

    def failed(self) -> list[int]:
        """The cells that are told too closely: tables are looked for by linear algebra first, then by programmes."""
        self._spread()
        return [at for at in self._narrow().tolist() if self.range(at).width < self.needed[at]]

    def range(self, at: int) -> Range:
        """By two programmes; of a cell that is wide enough what has been found before."""
        held: list[Places] = []
        for sign in (1.0, -1.0):
            if self.high[at] - self.low[at] >= self.needed[at]:
                break
            held.append(self._extreme(at, sign))
        return Range(float(self.high[at] - self.low[at]), np.unique(np.concatenate(held)) if held else np.array([], dtype=np.intp))  # fmt: skip

    def withhold(self, at: int) -> None:
        self.shown[at] = False
        for each in self._programmes.values():
            each.withhold(at)

    def _narrow(self) -> Places:
        return np.flatnonzero(self.high - self.low < self.needed)

    def _spread(self) -> None:
        """Tables far from the true one in many directions at once, then along single cells."""
        if not self._narrow().size:
            return
        chance = np.random.default_rng(SEED)
        sums, middle = self._sums, self.values
        ends = np.column_stack([np.full(middle.size, self.floor), np.full(middle.size, np.inf)])
        for number in range(ROUNDS):
            left = self._narrow()
            if not left.size:
                return
            aims = self.made[left].T.toarray() if number else self.made[left].T @ chance.choice([-1.0, 1.0], (left.size, DRAWS))  # fmt: skip
            with one_thread():
                found = reached(sums, middle, ends, aims[:, :AT_ONCE], self.needed, self._balanced)
            if found.shape[1]:
                self._widen(self.made @ found)
                middle = (middle + found.mean(axis=1)) / 2

    def _balanced(self, sums: csr_matrix, room: Numbers, moves: Numbers) -> Numbers:
        return balanced_by_part(sums, room, moves, self.home)

    @property
    def _sums(self) -> csr_matrix:
        """Every shown sum once."""
        shown = np.flatnonzero(self.shown)
        rows = self.made[shown]
        names = rows @ np.random.default_rng(SEED).standard_normal(rows.shape[1])
        return rows[np.sort(np.unique(names.round(9), return_index=True)[1])]

    def _widen(self, told: Numbers) -> None:
        self.low = np.minimum(self.low, told.min(axis=1))
        self.high = np.maximum(self.high, told.max(axis=1))

    def _extreme(self, at: int, sign: float) -> Places:
        """Widen by the table in which a cell is least (1) or most (-1); which shown cells hold it there."""
        programme = self._programme(at)
        found = programme.extreme(at, sign)
        if found is None:
            (self.low if sign > 0 else self.high)[at] = -sign * np.inf
            return np.array([], dtype=np.intp)
        moved = self.values.copy()
        moved[programme.cells] = found.table
        self._widen((self.made @ moved)[:, np.newaxis])
        return found.held_by[self.shown[found.held_by]]

    def look_further(self, at: int) -> bool:
        """Move all narrowest cells for a cell from now on; whether that is more than before."""
        before = self._moved(at).size
        self._far.add(at)
        return self._moved(at).size > before

    def _moved(self, at: int) -> Places:
        """The narrowest cells that the programme of a cell moves."""
        every = np.arange(self.values.size)
        if every.size <= MANY or at in self._far:
            return every
        found = np.flatnonzero(np.isin(self.home, self.near(at)))
        return found if self.made[at, found].nnz else every

    def _programme(self, at: int) -> Programme:
        cells = self._moved(at)
        key = cells.tobytes()
        if key not in self._programmes:
            self._programmes[key] = Programme(self.made[:, cells], cells, self.values[cells], self.shown, self.floor)  # fmt: skip
        return self._programmes[key]


class Extreme(NamedTuple):
    """The table at an end of a cell's range, and the rows that hold it there."""

    table: Numbers
    held_by: Places


class Programme:
    """Every table of some narrowest cells that brings the shown numbers, while the others stay as they are; aimed at one cell after the other."""

    def __init__(self, made: csr_matrix, cells: Places, values: Numbers, shown: Mask, floor: float) -> None:  # fmt: skip
        self.cells, self._rows = cells, np.flatnonzero(np.diff(made.indptr))
        self._made = made[self._rows]
        told, is_shown = self._made @ values, shown[self._rows]
        self._at = {row: n for n, row in enumerate(self._rows.tolist())}
        self._highs, lp = Highs(), HighsLp()  # type: ignore[no-untyped-call]
        self._highs.silent()
        self._highs.setOptionValue("threads", 1)
        lp.num_row_, lp.num_col_ = self._made.shape
        lp.col_cost_ = np.zeros(cells.size)
        lp.col_lower_, lp.col_upper_ = np.full(cells.size, floor), np.full(cells.size, np.inf)
        lp.row_lower_, lp.row_upper_ = (np.where(is_shown, told, sign * np.inf) for sign in (-1, 1))
        lp.a_matrix_.format_ = MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = (
            self._made.indptr,
            self._made.indices,
            self._made.data,
        )
        self._highs.passModel(lp)

    def withhold(self, row: int) -> None:
        if row in self._at:
            self._highs.changeRowBounds(self._at[row], -np.inf, np.inf)

    def extreme(self, row: int, sign: float) -> Extreme | None:
        """The table in which a cell is least (1) or most (-1); None where it has no end. ArithmeticError where there is no answer."""
        at = self._at[row]
        parts = self._made.indices[self._made.indptr[at] : self._made.indptr[at + 1]].tolist()
        for part in parts:
            self._highs.changeColCost(part, sign)
        status = self._run()
        for part in parts:
            self._highs.changeColCost(part, 0.0)
        if status in ENDLESS:
            return None
        if status != HighsModelStatus.kOptimal:
            raise ArithmeticError(f"no range of cell {row} among all tables: {status.name}")
        found = self._highs.getSolution()
        holds = np.abs(np.asarray(found.row_dual)) > HOLDS
        return Extreme(np.asarray(found.col_value), self._rows[holds])

    def _run(self) -> HighsModelStatus:
        self._highs.run()
        status = self._highs.getModelStatus()
        if status not in (HighsModelStatus.kOptimal, *ENDLESS):
            self._highs.clearSolver()
            self._highs.run()
            status = self._highs.getModelStatus()
        return status
