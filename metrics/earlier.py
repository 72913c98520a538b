"""A sum as it was decided in an earlier release, beside a later one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from metrics.disclosure.differences import Before
from metrics.disclosure.settle import Where
from metrics.disclosure.table import Facts, Sum

Moved = Callable[[Where], int]  # how many units moved a cell between two states


class Decided(NamedTuple):
    """A state of a sum: its cells, which of them are shown, and which had to be protected because of the states before."""

    told: dict[Where, Facts]
    shown: dict[Where, bool]
    unsafe: set[Where]

    def of(self, places: Mapping[int, int | None], now: Mapping[Where, Facts]) -> dict[Where, Facts]:  # fmt: skip
        """The cells of some places: totals alone, or the breakdown that a later state is decided with."""
        is_broken = any(spot.member for _, spot in now)
        return {w: cell for w, cell in self.told.items() if w[0] in places and (is_broken or not w[1].member)}  # fmt: skip

    def before(self, told: dict[Where, Facts], sums: Iterable[Sum], moved: Moved) -> Before:
        """The same beside a later state. `sums` close `told`: what is listed nowhere is a cell too, and shown where it could be subtracted."""
        shown = {where: self.shown[where] for where in told if where in self.shown}
        counts: dict[Where, int] = {}
        for each in sums:
            rests: list[Any] = [part for part in each.parts if _is_rest(part)]
            listed: list[Any] = [part for part in each.parts if not _is_rest(part)]
            total: Any = each.total
            if rests and all(shown.get(where, False) for where in (total, *listed)):
                below = sum(moved(where) for where in listed) if each.is_disjoint else 0
                shown[rests[0]], counts[rests[0]] = True, moved(total) - below
        return Before(told, shown, frozenset(self.unsafe), lambda where: counts[where] if where in counts else moved(where))  # fmt: skip


def _is_rest(where: Any) -> bool:  # noqa: ANN401 - a cell's key
    return not isinstance(where[0], int)
