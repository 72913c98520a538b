"""The places by which a table is decided, and what stands behind a sum there: of those that are decided, and of all beneath that the reader sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from metrics.disclosure.table import Facts
from metrics.outside import groups, is_seen
from metrics.plan import Lookup
from metrics.question import Question
from metrics.tables.behind import by_kinds, contributed, told
from metrics.tables.cells import Asked, years_of
from metrics.tables.counting import Counting
from metrics.tables.held import MOST, Told
from metrics.tables.narrowest import Narrowest
from metrics.tables.order import KIND_AXES, crossings, rank
from metrics.tables.spots import Codes
from metrics.tables.sums import Axis, Field
from warehouse.places import Rung


@dataclass(frozen=True)
class Reach:
    """In one year."""

    counting: Counting
    asked: Asked
    question: Question
    year: int

    @cached_property
    def groups(self) -> list[list[int]]:
        """Places decided together; the first of all with those below it, for it is shown what these leave it."""
        found = list(groups(self.counting.audience, self.question, self.year))
        if self._keeps_records or len(found) == 1:
            return found
        needed = set[int | None]()
        for asked in self.question.places:
            place: int | None = asked
            while place is not None and place not in needed:
                needed.add(place)
                place = self._parent(place)
        return [found[1], *(group for group in found[2:] if needed.intersection(group[1:]))]

    @cached_property
    def decided(self) -> list[int]:
        return list(dict.fromkeys(place for group in self.groups for place in group))

    @cached_property
    def beneath(self) -> list[int]:
        """All that the reader sees below them; who keeps records sees nothing below the places of others."""
        if self._keeps_records:
            return []
        decided = {*self.decided}
        return [place for place in dict.fromkeys(self._below(self.decided)) if place not in decided]

    def _below(self, places: Iterable[int]) -> Iterator[int]:
        ladder, boundary = self.counting.audience.ladder, self.question.boundary
        lower = [each for place in places for each in ladder.children(place, self.year, boundary) if is_seen(self.counting.audience, each)]  # fmt: skip
        if lower:
            yield from lower
            yield from self._below(lower)

    @property
    def _keeps_records(self) -> bool:
        return self.counting.audience.scope.depth == "records"

    def _parent(self, place: int) -> int | None:
        return self.counting.audience.ladder.parent(place, self.year, self.question.boundary)

    @cached_property
    def parents(self) -> dict[int, int | None]:
        return {place: self._parent(place) for place in (*self.decided, *self.beneath)}

    @cached_property
    def fields(self) -> list[Field]:
        """Every place that anything is decided of."""
        return self._fields(self.decided)

    @cached_property
    def _lower(self) -> list[Field]:
        return self._fields(self.beneath)

    def _fields(self, places: Iterable[int]) -> list[Field]:
        rungs: dict[Rung, list[int]] = {}
        for place in places:
            rungs.setdefault(self.counting.audience.ladder.rung(place), []).append(place)
        years = {self.year, *(year for years in years_of(self.asked).values() for year in years)}
        make = self.counting.fields(rungs, self.question.boundary, self.question.basis)
        return make(tuple(sorted(years)))

    def narrowest(self, sums: Sequence[Lookup]) -> Narrowest:
        """The values by all kinds of schools at once, of which every table by kinds is made."""
        found: dict[int, dict[Codes, float]] = {}
        for field in (*self.fields, *self._lower):
            for place, codes, facts in by_kinds(field, sums, self.year, KIND_AXES, [KIND_AXES]):
                found.setdefault(place, {})[codes] = facts.value
        return found

    def by_kinds(self, sums: Sequence[Lookup], axes: tuple[Axis, ...], *, with_beneath: bool = True) -> Told:  # fmt: skip
        """Every cell by kinds of schools with those behind it, by up to three of them, of places beneath no more than is looked at; the totals where nothing is
        asked by kinds.
        """
        is_asked = any(axis.is_kind for axis in axes)
        tables = crossings(MOST if is_asked else 0)
        found: dict[int, dict[Codes, Facts]] = {}
        lower = self._lower if is_asked and with_beneath else []
        every = [*product(self.fields, [False]), *product(lower, [True])]
        for field, is_lean in every:
            for place, codes, facts in by_kinds(field, sums, self.year, KIND_AXES, tables, is_lean=is_lean):  # fmt: skip
                found.setdefault(place, {})[codes] = facts
        return found

    def beside(self, sums: Sequence[Lookup], axes: tuple[Axis, ...]) -> Told:
        """Every cell by the breakdowns asked for, where not all of these are kinds."""
        found: dict[int, dict[Codes, Facts]] = {}
        ordered = tuple(sorted(axes, key=rank))
        if all(axis.is_kind for axis in ordered):
            return found
        for field in self.fields:
            brought = contributed(field, sums, self.year, ordered)
            for place, codes, facts in told(brought, field.places, ordered):
                found.setdefault(place, {})[codes] = facts
        return found

    def crossed(self, axes: tuple[Axis, ...]) -> int:
        """By how many kinds at once cells are decided: none, two at least, three where three are asked for or something that lies beneath others."""
        kinds = sum(axis.is_kind for axis in axes)
        return 0 if not kinds else 3 if kinds > 2 or len(self.groups) > 1 else 2
