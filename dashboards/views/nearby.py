"""The places around the one that is looked at, as far as its reader may see them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dashboards.page import Visit
from warehouse.places import NATION, Rung


@dataclass(frozen=True)
class Nearby:
    """A place with its children, its parent and its siblings in the year looked at."""

    visit: Visit

    @property
    def here(self) -> int:
        return self.visit.address.place or NATION

    @cached_property
    def children(self) -> tuple[int, ...]:
        """The places below, for a reader who may see each of them."""
        visit = self.visit
        below = visit.ladder.children(self.here, visit.year, visit.address.bounds)
        counted = tuple(one for one in below if visit.ladder.place(one).in_statistics)
        return counted if all(map(self._is_open, counted)) else ()

    @property
    def lists_schools(self) -> bool:
        return self.visit.ladder.rung(self.children[0]) == Rung.SCHOOL

    @cached_property
    def parent(self) -> int | None:
        visit = self.visit
        return visit.ladder.parent(self.here, visit.year, visit.address.bounds)

    @cached_property
    def siblings(self) -> tuple[int, ...]:
        """The places beside this one at its own rung, itself among them; alone where not all may be seen."""
        visit = self.visit
        around = visit.ladder.children(self.parent or NATION, visit.year, visit.address.bounds)
        rung = visit.ladder.rung(self.here)
        same = [
            one
            for one in around
            if visit.ladder.rung(one) == rung and visit.ladder.place(one).in_statistics
        ]
        return tuple(same) if all(map(self._is_open, same)) else (self.here,)

    def _is_open(self, place: int) -> bool:
        return self.visit.audience.scope.depth_of(self.visit.ladder, place) is not None
