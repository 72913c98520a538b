"""What anybody can work out of all that is shown by kinds of schools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.primary import judge, needed_width
from metrics.disclosure.proof import hidden
from metrics.disclosure.table import Facts, Numbers, make
from metrics.tables.spots import Codes, Spot


def attacked(above: Mapping[int, int | None], kinds: Sequence[tuple[int, Codes]], cells: Mapping[Spot, Facts], shown: Mapping[Spot, bool], limits: Thresholds) -> list[tuple[Spot, float, float]]:  # fmt: skip
    """Unsafe cells of persons that programmes over all that is shown narrow more than declared: how wide they are, and what they need. `kinds`: schools of
    which kinds are at which of the lowest places, as the directory tells everybody.
    """
    made: dict[Spot, list[int]] = {}
    for n, (lowest, codes) in enumerate(kinds):
        place: int | None = lowest
        while place is not None:
            for each in (each for many in range(4) for each in combinations(codes, many)):
                made.setdefault(Spot(place, each), []).append(n)
            place = above.get(place)
    every = np.zeros((len(cells), len(kinds)))
    for row, spot in enumerate(cells):
        every[row, made[spot]] = 1.0
    table = make(cells, [])
    is_shown = np.array([shown[spot] for spot in cells])
    unsafe = hidden(judge(table, limits, Holding.PERSONS))
    assert not (unsafe & is_shown).any()
    needed = needed_width(table, unsafe, limits, Holding.PERSONS) * (1 - 1e-4)
    width = _widths(every, is_shown, table.values, needed)
    return [(spot, width[at], needed[at]) for at, spot in enumerate(cells) if width[at] < needed[at]]  # fmt: skip


def _widths(every: Numbers, shown: Numbers, values: Numbers, needed: Numbers) -> Numbers:
    """How far every cell ranges among all tables that bring what is shown, as far as it is needed."""
    sums = csr_matrix(every[shown])
    low, high = values.copy(), values.copy()
    for at in np.flatnonzero(needed):
        for sign in (1, -1):
            if high[at] - low[at] >= needed[at]:
                break  # tables that were found for other cells tell of this one too
            found = linprog(sign * every[at], A_eq=sums, b_eq=values[shown], method="highs")
            if found.status == 0:
                low, high = np.minimum(low, every @ found.x), np.maximum(high, every @ found.x)
            else:
                assert found.status == 3  # without an end
                high[at] = np.inf
    return high - low
