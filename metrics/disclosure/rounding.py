"""Rounding as the alternative to withholding, for open data: every number a multiple of 5, none withheld.

Along the places the rounded numbers add up, and none is 5 or more away from its own: the nation is rounded, and what it has is handed down
to those below in multiples, first to whom rounding down took most. Each member of a breakdown is a ladder of its own, so over the members of one place
the numbers need not add up: it is said which sums do not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from metrics.disclosure.table import Mask, Numbers, Places, Table

BASE = 5


class Rounded(NamedTuple):
    """The rounded values, and the sums whose parts do not make their total."""

    values: Numbers
    not_additive: Mask

    @property
    def is_additive(self) -> bool:
        return not bool(self.not_additive.any())


def rounded(table: Table, base: int = BASE) -> Rounded:
    """Every cell rounded. Sums over places (those whose parts are disjoint) add up exactly; of the others it is said which do not."""
    values = np.round(table.values / base) * base
    below = {
        int(table.totals[at]): _parts(table, at)
        for at in np.flatnonzero(table.is_disjoint).tolist()
    }
    parts = {int(cell) for cells in below.values() for cell in cells}
    left = [cell for cell in below if cell not in parts]
    while left:
        total = left.pop()
        cells = below[total]
        values[cells] = handed_down(table.values[cells], float(values[total]), base)
        left.extend(int(cell) for cell in cells if int(cell) in below)
    off = np.abs(table.sums @ values) > 1e-6
    return Rounded(values, np.asarray(off))


def _parts(table: Table, at: int) -> Places:
    cells = table.of_sum[at]
    return np.asarray(cells[cells != table.totals[at]])


def handed_down(values: Numbers, total: float, base: int = BASE) -> Numbers:
    """Multiples of the base that add up to a multiple next to the values' sum, each next to its own value: the largest remainders rise."""
    found = np.floor(values / base) * base
    rising = round((total - found.sum()) / base)
    order = np.lexsort((np.arange(values.size), -(values - found)))
    found[order[:rising]] += base
    return found
