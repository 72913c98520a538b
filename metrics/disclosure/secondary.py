"""Which further cells are withheld, so that no unsafe one is the difference of others.

Greedy by cost, sum by sum, in a fixed order: the same table always gives the same pattern. In each sum what is withheld must, added up,
be safe itself; else the cheapest further cell of the sum is withheld too. Cells that cost little: small ones, parts before totals, those withheld
in years past, and those that make no new sum insecure. The result is a proposal: proof.py proves it or asks for more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np

from metrics.disclosure.alike import is_same
from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.primary import contributors, is_unsafe
from metrics.disclosure.table import Mask, Places, Table

BARE, PAST, ZERO = (
    4.0,
    50.0,
    100.0,
)  # what a new insecure sum, a cell of years past and a zero weigh, beside the logarithm of the value


class Search:
    """A pattern in the making. `withheld` only grows.

    `unpublished` cells are shown to nobody, and protect others, but need no protection themselves unless they are unsafe;
    `fixed` cells have been given out already, or belong to the reader: they are never withheld.
    """

    def __init__(
        self, table: Table, unsafe: Mask, limits: Thresholds, holding: Holding, *,
        unpublished: Mask | None = None, fixed: Mask | None = None, past: Mask | None = None,
    ) -> None:  # fmt: skip
        nothing = np.zeros(len(table.keys), dtype=bool)
        self.table, self.unsafe, self.limits, self.holding = table, unsafe, limits, holding
        self.withheld = nothing.copy()
        self.needs = nothing.copy()
        self.fixed = nothing if fixed is None else fixed
        self.stuck: set[int] = set()
        self.many = np.zeros(table.totals.size, dtype=int)  # withheld cells of each sum
        self.bare = np.diff(table.turned.indptr).astype(float)  # sums of each cell without any
        self.cost = np.log1p(np.abs(table.values)) + ZERO * (table.values == 0)
        self.cost -= PAST * (nothing if past is None else past)
        self._queue: dict[int, None] = {}  # a set that keeps its order
        self._brought = contributors(table.values, table.units, table.first, table.second)
        self._moved = set[
            int
        ]()  # parts in which something was withheld since it was last asked what is learned
        for cell in np.flatnonzero(unsafe | (nothing if unpublished is None else unpublished)):
            self._withhold(int(cell), needs=bool(unsafe[cell]))

    def run(self) -> None:
        """Withhold until every sum is safe; sums in which nothing can be added stay in `stuck`."""
        while self._queue:
            here = next(iter(self._queue))
            del self._queue[here]
            while not self.is_safe(here):
                if not self.add(here):
                    self.stuck.add(here)
                    break

    def add(self, at: int) -> bool:
        """Withhold the cheapest further cell of a sum; whether there was one."""
        cells = self.table.of_sum[at]
        free = cells[~self.withheld[cells] & ~self.fixed[cells] & (self.table.units[cells] > 0)]
        if not free.size:
            return False
        costs = self.cost[free] + BARE * self.bare[free]
        self._withhold(int(free[np.argmin(costs)]), needs=True)
        return True

    def is_safe(self, at: int) -> bool:
        """Whether what is withheld in a sum can be added up without telling of anybody."""
        cells = self.table.of_sum[at]
        hidden = cells[self.withheld[cells]]
        if not self.needs[hidden].any():
            return True
        if hidden.size < 2:
            return False
        return bool(self.withheld[self.table.totals[at]]) or not self._tells(hidden, at)

    def _tells(self, hidden: Places, at: int) -> bool:
        """Whether the sum of some withheld cells, which everybody can work out, is unsafe itself.

        Where a unit may stand in several cells, no more units are sure than the most of one cell, and all the largest may be one.
        """
        table = self.table
        brought, first, second = self._brought[hidden], table.first[hidden], table.second[hidden]
        if table.is_disjoint[at]:
            known = float(brought.sum())
            *_, second_largest, largest = np.sort(np.concatenate([first, second])).tolist()
        else:
            known = float(brought.max())
            largest, second_largest = float(first.sum()), float(second.sum())
        value = float(np.abs(table.values[hidden]).sum())
        return is_unsafe(value, known, largest, second_largest, self.limits, self.holding)

    def _withhold(self, cell: int, *, needs: bool) -> None:
        self.withheld[cell] = True
        self.needs[cell] = needs
        self._moved.add(int(self.table.part[cell]))
        for at in self.table.of_cell[cell]:
            self._queue[int(at)] = None
            self.many[at] += 1
            if self.many[at] == 1:
                self.bare[self.table.of_sum[at]] -= 1

    def learned(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """An unsafe cell that a unit which is alone in another one, and so knows it, could work out, and the sums by which, last first."""
        asked = np.isin(self.table.part, list(self._moved))
        self._moved.clear()
        for cell in np.flatnonzero(self.withheld & (self._brought == 1) & asked).tolist():
            for found in self._learned_from(cell):
                self._moved.add(int(self.table.part[cell]))
                yield found

    def _learned_from(self, cell: int) -> Iterator[tuple[int, tuple[int, ...]]]:
        known, left, way = {cell}, deque(self._at(cell)), deque[int]()
        while left:
            here = left.popleft()
            cells = self.table.of_sum[here]
            hidden = [c for c in cells[self.withheld[cells]].tolist() if c not in known]
            if len(hidden) != 1:
                continue
            known.add(hidden[0])
            way.appendleft(here)
            left.extend(self._at(hidden[0]))
            if self.unsafe[hidden[0]] and not is_same(self.table, cell, hidden[0]):
                yield hidden[0], tuple(way)

    def _at(self, cell: int) -> list[int]:
        """The sums of a cell in which few enough are withheld to learn from."""
        found = self.table.of_cell[cell]
        return found[self.many[found] <= 8].tolist()  # type: ignore[no-any-return]


def add_for(search: Search, cells: Iterable[int]) -> bool:
    """Withhold one cell more in each sum of cells that were not protected; whether there was one anywhere."""
    added = [search.add(int(at)) for cell in cells for at in search.table.of_cell[cell]]
    return any(added)
