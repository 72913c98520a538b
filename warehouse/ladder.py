"""The ladder with its reporting units, as read from the warehouse into memory: who stands where, in each year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from warehouse.errors import UnknownPlace
from warehouse.places import Boundary, Rung


class PlaceRow(NamedTuple):
    """One place or reporting unit as it is today."""

    place_id: int
    rung: int
    code: str
    name_zh: str
    short_zh: str
    name_en: str
    pinyin: str
    initials: str
    unit_kind: str
    in_statistics: bool
    first_year: int
    last_year: int
    path: tuple[int, ...]

    def name(self, lang: str) -> str:
        return self.short_zh if lang == "zh" else self.name_en


class Called(NamedTuple):
    """The names of a place."""

    name_zh: str
    short_zh: str
    name_en: str


MOMENTS = 4  # whose names a process has at hand


@dataclass(frozen=True)
class Ladder:
    """Every place by id, and for each year and boundary who is whose child.

    `parents[year][place_id]` is (parent then, parent now); None where the place does not stand in that ladder.
    """

    places: dict[int, PlaceRow]
    parents: dict[int, dict[int, tuple[int | None, int | None]]]

    @classmethod
    def read(cls, places: Iterable[Sequence[Any]], edges: Iterable[Sequence[Any]]) -> Ladder:
        """From rows of `place` and rows (year, place_id, parent_then, parent_now) of `ladder`."""
        parents: dict[int, dict[int, tuple[int | None, int | None]]] = defaultdict(dict)
        for year, place_id, then, now in edges:
            parents[year][place_id] = (then, now)
        found = {row[0]: PlaceRow._make((*row[:12], tuple(row[12]))) for row in places}
        return cls(found, dict(sorted(parents.items())))

    @property
    def years(self) -> list[int]:
        return list(self.parents)

    def __contains__(self, place_id: int) -> bool:
        return place_id in self.places

    def place(self, place_id: int) -> PlaceRow:
        if place_id not in self.places:
            raise UnknownPlace(
                f"没有编号为 {place_id} 的地区或学校。", f"There is no place or school {place_id}."
            )
        return self.places[place_id]

    def rung(self, place_id: int) -> Rung:
        return Rung(self.place(place_id).rung)

    def parent(
        self, place_id: int, year: int | None = None, boundary: Boundary = "now"
    ) -> int | None:
        """The place directly above; of today unless a year is given."""
        if year is None:
            path = self.place(place_id).path
            above = (1, *path)[-2] if place_id != 1 else None
            return above if path[-1] == place_id else path[-1]
        then, now = self.parents.get(year, {}).get(place_id, (None, None))
        return then if boundary == "then" else now

    def ancestors(self, place_id: int) -> tuple[int, ...]:
        """The ids above a place today, the nation first."""
        return (
            ()
            if place_id == 1
            else (1, *(each for each in self.place(place_id).path if each != place_id))
        )

    def children(
        self, place_id: int, year: int | None = None, boundary: Boundary = "now"
    ) -> list[int]:
        """The places directly below, by code; of the newest year unless one is given."""
        return self._children.get((year or self.years[-1], boundary, place_id), [])

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """What is worked out of a warehouse whose ladder this is, and goes with it when the ladder is read anew."""
        return {}

    @cached_property
    def _children(self) -> dict[tuple[int, str, int], list[int]]:
        found: dict[tuple[int, str, int], list[int]] = defaultdict(list)
        for year, edges in self.parents.items():
            for child in sorted(edges, key=lambda each: self.places[each].code):
                for boundary, parent in zip(("then", "now"), edges[child], strict=True):
                    if parent is not None:
                        found[year, boundary, parent].append(child)
        return dict(found)

    def units(self, place_id: int, year: int, boundary: Boundary = "now") -> list[int]:
        """The reporting units of a place in a year, itself if it is one."""
        key = (year, boundary)
        if key not in self._units:
            self._units[key] = self._gathered(year, boundary)
        return self._units[key].get(place_id, [])

    def units_below(self, place_id: int, year: int) -> dict[int, int]:
        """How many reporting units every place right below has under today's boundaries; a unit has itself."""
        below = self.children(place_id, year) or [place_id]
        return {one: n for one in below if (n := len(self.units(one, year)))}

    @cached_property
    def _units(self) -> dict[tuple[int, str], dict[int, list[int]]]:
        return {}

    def _gathered(self, year: int, boundary: Boundary) -> dict[int, list[int]]:
        """Every unit of a year under itself and each place above it."""
        found: dict[int, list[int]] = defaultdict(list)
        for unit in self.parents.get(year, {}):
            place: int | None = unit if self.places[unit].rung == Rung.SCHOOL else None
            while place is not None:
                found[place].append(unit)
                place = self.parent(place, year, boundary)
        return dict(found)

    def as_called(self, names: Mapping[int, Called]) -> Ladder:
        """The same where some places bear other names, as at an earlier moment; itself where none does."""
        if not names:
            return self
        which = frozenset(names.items())
        found = self._called.get(which)
        if found is None:
            renamed = {place_id: self.places[place_id]._replace(**each._asdict()) for place_id, each in names.items() if place_id in self.places}  # fmt: skip
            found = self._called[which] = Ladder({**self.places, **renamed}, self.parents)
            while len(self._called) > MOMENTS:
                self._called.pop(next(iter(self._called)), None)
        return found

    @cached_property
    def _called(self) -> dict[frozenset[tuple[int, Called]], Ladder]:
        return {}

    def named(self, code: str) -> int:
        """The place or unit of a code of today; 43 and 4301 mean 430000 and 430100, 66 the corps."""
        code = code.ljust(6, "0") if len(code) in (2, 4) else code
        if code not in self.by_code:
            raise UnknownPlace(
                f"没有代码为 {code} 的地区或学校。", f"No place or school has the code {code}."
            )
        return self.by_code[code]

    @cached_property
    def by_code(self) -> dict[str, int]:
        """Today's codes."""
        return {row.code: place_id for place_id, row in self.places.items()}
