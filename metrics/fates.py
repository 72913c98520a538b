"""What became of the reporting units of a place between two years, and what each fate adds to a count.

    kept       due and reported in both years under the same place below
    opened     not due in the earlier year: founded since
    merged     ended by going into another unit, and the unit that took it in: predecessors before against the successor now
    closed     ended without a successor
    moved      due in both years, but under another place (it moved, or the boundary asked for did)
    reporting  due in both years and reported in one: nothing is known of its change; a merger of which one side did not report as well

A unit has one fate, so the amounts of all fates add up to what the units of the place moved. The reader must see the place's records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import sqlalchemy as sa

from metrics.audience import Audience
from metrics.distribution import sums_by_unit
from metrics.question import Question
from metrics.rollups import Reads
from warehouse.ladder import Ladder
from warehouse.places import Boundary, Rung
from warehouse.store import compiled
from warehouse.tables import place as places_table


class Fate(StrEnum):
    KEPT = "kept"
    OPENED = "opened"
    MERGED = "merged"
    CLOSED = "closed"
    MOVED = "moved"
    REPORTING = "reporting"


class Told(NamedTuple):
    """One unit: its kind, the places below it stood under in each year (None: not due), its count in each, its fate and what it went into."""

    unit: int
    unit_kind: str
    below_before: int | None
    below_now: int | None
    before: int
    now: int
    fate: Fate
    heir: int | None

    @property
    def amount(self) -> int:
        return self.now - self.before


_HEIRS = compiled(
    sa.select(places_table.c.place_id, places_table.c.successor_id).where(
        places_table.c.rung == sa.literal_column(str(int(Rung.SCHOOL))),
        places_table.c.successor_id.is_not(None),
    )
)


def heirs(reader: Reads) -> dict[int, int]:
    """Which unit each merged unit went into."""
    return dict(map(tuple, reader.rows(_HEIRS)))


def stands(ladder: Ladder, place: int, year: int, boundary: Boundary) -> dict[int, int]:
    """The place right below (of a county: the unit itself) that each unit due in a year stands under."""
    found: dict[int, int] = {}
    for child in ladder.children(place, year, boundary):
        found |= dict.fromkeys(ladder.units(child, year, boundary), child)
    return found


@dataclass(frozen=True)
class Roll:
    """Who was due at a place in two years, what they reported, and who went into whom. `all_before`, `all_now`: due anywhere."""

    before: Mapping[int, int]  # unit -> the place below it stands under
    now: Mapping[int, int]
    all_before: Collection[int]
    all_now: Collection[int]
    said_before: Mapping[int, int]  # unit -> its count, of those that reported
    said_now: Mapping[int, int]
    heirs: Mapping[int, int]
    kinds: Mapping[int, str]

    def told(self) -> list[Told]:
        """Every unit that reported in either year, by its id: what a unit reported in neither moves nothing."""
        return [self._told(unit) for unit in sorted({*self.said_before, *self.said_now})]

    def _told(self, unit: int) -> Told:
        return Told(
            unit, self.kinds[unit], self.before.get(unit), self.now.get(unit), self.said_before.get(unit, 0), self.said_now.get(unit, 0),
            self._fate(unit), self._into.get(unit),
        )  # fmt: skip

    def _fate(self, unit: int) -> Fate:
        family = self._families.get(self._into.get(unit, unit))
        if family is not None:
            return Fate.MERGED if self._is_reported(family) else Fate.REPORTING
        if unit not in self.all_now:
            return Fate.CLOSED
        if unit not in self.all_before:
            return Fate.OPENED
        above, below = self.before.get(unit), self.now.get(unit)
        if above is None or below is None:  # it stands outside in one of the years
            return Fate.MOVED
        if not (unit in self.said_before and unit in self.said_now):
            return Fate.REPORTING
        return Fate.KEPT if above == below else Fate.MOVED

    @cached_property
    def _into(self) -> dict[int, int]:
        """The unit that stands at the end of the way of each unit that ended between the two years."""
        found = {}
        for unit in self.before:
            into = self.heirs.get(unit)
            if unit in self.all_now or into is None:
                continue
            seen = {unit}
            while into not in self.all_now and into in self.heirs and into not in seen:
                seen.add(into)
                into = self.heirs[into]
            found[unit] = into
        return found

    @cached_property
    def _families(self) -> dict[int, list[int]]:
        """Who went into whom: by the successor its predecessors."""
        found: dict[int, list[int]] = defaultdict(list)
        for unit, into in self._into.items():
            found[into].append(unit)
        return dict(found)

    def _is_reported(self, family: list[int]) -> bool:
        """Whether all of a merger that were due here reported: those before, and the one that is left."""
        heir = self._into[family[0]]
        due_before = [unit for unit in (*family, heir) if unit in self.before]
        is_heir_in = heir not in self.now or heir in self.said_now
        return is_heir_in and all(unit in self.said_before for unit in due_before)


def fates(reader: Reads, audience: Audience, question: Question) -> list[Told] | None:
    """What became of the units of the question's one place between its two years, the earlier one first, by its one count.

    None for whoever may not see the records of the place, or the metric's columns.
    """
    (place,), ladder, bounds = question.places, audience.ladder, question.boundary
    said = [sums_by_unit(reader, audience, replace(question, years=(year,))) for year in question.years]  # fmt: skip
    before, now = ({unit: each[0] for unit, each in one.items()} if one is not None else None for one in said)  # fmt: skip
    if before is None or now is None:
        return None
    first, last = question.years
    stood, stand = stands(ladder, place, first, bounds), stands(ladder, place, last, bounds)
    kinds = {unit: ladder.place(unit).unit_kind for unit in (*stood, *stand)}
    due_before, due_now = ladder.parents.get(first, {}), ladder.parents.get(last, {})
    return Roll(stood, stand, due_before, due_now, before, now, heirs(reader), kinds).told()
