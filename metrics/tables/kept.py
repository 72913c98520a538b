"""A columnar copy of the rows of units, kept in memory by year: what tables of readers in charge are added up from.

A copy is read under the reader's own row security and kept for readers of the same reach, under the load it was read at. After a new load only
the years that it moved are read again. Of too much the longest unused is let go. Who reads a copy makes those wait who want the same one, and
nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import numpy as np
import polars as pl
from numpy.typing import NDArray

from metrics.bands import REGIONS, SIZES
from metrics.discovery import metrics
from metrics.metric import UNITS
from metrics.plan import DUE, ROSTER
from metrics.tables.kinds import ENROLMENT, KINDS, OF_REGISTER, REGISTER, STUDENTS, UNSTATED
from metrics.tables.pieces import Decided
from metrics.tables.roll import Roll
from warehouse.ladder import Ladder
from warehouse.store import Reader
from warehouse.unit_rows import Wanted, moved, unit_rows

SMALL = 2**31  # below it a number is kept in four bytes
ROOM = 768 * 2**20  # bytes of a process
MOST_DECIDED = (
    1_000_000  # withheld cells of tables by kinds that a process keeps: about 150 bytes each
)


class Column(NamedTuple):
    """One measure of some rows; `unknown` where nobody has filled it, None where everybody has."""

    values: NDArray[np.integer[Any]]
    unknown: NDArray[np.bool_] | None


class Rows(NamedTuple):
    """The rows of a form and a year by some dimensions: each unit by its number, the member's place in `members`, and the measures.

    `member` counts twice: even for schools, odd for attached classes.
    """

    unit: NDArray[np.int32]
    member: NDArray[np.int32]
    members: tuple[tuple[str, ...], ...]
    columns: Mapping[str, Column]

    @property
    def size(self) -> int:
        columns = (each for one in self.columns.values() for each in one if each is not None)
        return sum(each.nbytes for each in (self.unit, self.member, *columns))


class State(NamedTuple):
    """Whose rows, under which basis, at which load of each form."""

    reach: str
    basis: str
    bases: tuple[int, ...]
    loads: Mapping[str, int]


Shelf = tuple[
    str, str, str, tuple[str, ...], int
]  # reach, basis, form, dimensions, and of an earlier state its load


class _Turn:
    """Whose turn it is to read one copy; forgotten when nobody waits for it."""

    def __init__(self) -> None:
        self.lock = Lock()


@dataclass
class Kept:
    """The copies of one process."""

    room: int = ROOM
    patterns: dict[object, NDArray[np.bool_]] = field(
        default_factory=dict
    )  # what is withheld, see guard.py
    _decided: dict[object, Decided] = field(default_factory=dict)
    _rolls: list[Roll] = field(default_factory=list)
    _years: dict[Shelf, dict[int, Rows]] = field(default_factory=dict)
    _at: dict[Shelf, int] = field(default_factory=dict)
    _kinds: dict[tuple[str, str, str, int], tuple[object, NDArray[np.int32]]] = field(default_factory=dict)  # fmt: skip
    _lock: Lock = field(default_factory=Lock)  # of what stands above, held for moments only
    _reading: WeakValueDictionary[Shelf, _Turn] = field(default_factory=WeakValueDictionary)

    def roll(self, ladder: Ladder) -> Roll:
        """The roll of a ladder; when units have changed every copy is made anew, for they go by their numbers."""
        with self._lock:
            if not self._rolls or self._rolls[0].ladder is not ladder:
                self._years.clear()
                self._at.clear()
                self._kinds.clear()
                self.patterns.clear()
                self._decided.clear()
                self._rolls[:] = [Roll.of(ladder)]
            return self._rolls[0]

    def decided(self, ladder: Ladder, key: object) -> Decided:
        """What has been decided of one sum in one state, to be looked up and added to; the longest unused falls out first."""
        with self._lock:
            if not self._rolls or self._rolls[0].ladder is not ladder:
                return Decided()  # of a ladder that was replaced meanwhile
            found = self._decided[key] = self._decided.pop(key, Decided())
            sizes = {each: one.size for each, one in self._decided.items()}
            total = sum(sizes.values())
            for each in list(self._decided)[:-1]:
                if total <= MOST_DECIDED:
                    break
                total -= sizes[each]
                del self._decided[each]
            return found

    def rows(
        self, reader: Reader, roll: Roll, state: State, form: str, dimensions: tuple[str, ...], years: Iterable[int]
    ) -> dict[int, Rows]:  # fmt: skip
        """The rows of some years, read where they are not kept as they stand now."""
        load = state.loads.get(form, 0)
        with self._turn((state.reach, state.basis, form, dimensions, 0)).lock:
            with self._lock:
                shelf = self._shelf(state, form, dimensions, load)
                kept, since = dict(self._years.get(shelf, {})), self._at.get(shelf, load)
            self._forget(reader, form, kept, since, load)
            lacking = [year for year in years if year not in kept]
            if lacking:
                wanted = Wanted(form, dimensions, measured(form), tuple(lacking), state.bases, load)
                whose = self._whose(reader, roll, state, wanted)
                kept.update(_by_year(unit_rows(reader, wanted), roll, wanted, whose))
            self._put(shelf, kept, load, roll)
        return kept

    def _turn(self, shelf: Shelf) -> _Turn:
        """Of one copy, whatever its load. A copy by dimensions may wait for the one without any, never the other way."""
        with self._lock:
            return self._reading.setdefault(shelf, _Turn())

    def _put(self, shelf: Shelf, kept: dict[int, Rows], load: int, roll: Roll) -> None:
        """Keep it as the one used last; not what was numbered by a roll that was replaced meanwhile."""
        with self._lock:
            if self._rolls and self._rolls[0] is not roll:
                return
            self._years.pop(shelf, None)
            self._years[shelf], self._at[shelf] = kept, load
            self._make_room(shelf)

    def _shelf(self, state: State, form: str, dimensions: tuple[str, ...], load: int) -> Shelf:
        """Where rows are kept: a look at the past has a shelf of its own, and leaves the newest state where it is."""
        newest = (state.reach, state.basis, form, dimensions, 0)
        return newest if load >= self._at.get(newest, 0) else (*newest[:4], load)

    def _forget(
        self, reader: Reader, form: str, kept: dict[int, Rows], since: int, load: int
    ) -> None:
        """Let go of years that have moved since."""
        if kept and load > since:
            for year in moved(reader, form, list(kept), since, load):
                del kept[year]

    def _whose(
        self, reader: Reader, roll: Roll, state: State, wanted: Wanted
    ) -> dict[int, NDArray[np.bool_]]:
        """Of rows that do not say it themselves, which units are attached classes: their form's totals do."""
        if not wanted.dimensions:
            return {}
        found = {}
        for year, rows in self.rows(reader, roll, state, wanted.form, (), wanted.years).items():
            found[year] = np.zeros(roll.units.size, dtype=bool)
            found[year][rows.unit] = rows.member % 2 == 1
        return found

    def _make_room(self, shelf: Shelf) -> None:
        held = {key: sum(rows.size for rows in kept.values()) for key, kept in self._years.items()}
        total = sum(held.values())
        for key in list(self._years):
            if total <= self.room or key == shelf:
                break
            total -= held[key]
            del self._years[key], self._at[key]

    def kind(
        self, reader: Reader, roll: Roll, state: State, kind: str, years: Sequence[int]
    ) -> dict[int, NDArray[np.int32]]:
        """Of every unit of the roll, in each year, the place of its kind in its list."""
        if kind == "region":
            return {year: _regions(roll, year) for year in years}
        form = REGISTER if kind in OF_REGISTER else ENROLMENT
        rows = self.rows(reader, roll, state, form, (kind,) if form == REGISTER else (), years)
        found = {}
        for year in years:
            key = (state.reach, state.basis, kind, year)
            if key not in self._kinds or self._kinds[key][0] is not rows[year]:
                self._kinds[key] = (rows[year], _kinds(kind, rows[year], roll.units.size))
            found[year] = self._kinds[key][1]
        return found


def _regions(roll: Roll, year: int) -> NDArray[np.int32]:
    codes = list(KINDS["region"].labels)
    place = np.full(100, codes.index("west"), dtype=np.int32)
    place[0] = codes.index(UNSTATED)
    for name, provinces in REGIONS.items():
        place[list(provinces)] = codes.index(name)
    return place[roll.provinces(year)]


def _kinds(kind: str, rows: Rows, units: int) -> NDArray[np.int32]:
    codes = list(KINDS[kind].labels)
    found = np.full(units, codes.index(UNSTATED), dtype=np.int32)
    if kind == "size":
        found[rows.unit] = np.searchsorted(SIZES, rows.columns[STUDENTS].values, side="right")
    else:
        known = {code: at for at, code in enumerate(codes)}
        place = np.array([known.get(one, known[UNSTATED]) for (one,) in rows.members], dtype=np.int32)  # fmt: skip
        found[rows.unit] = place[rows.member // 2] if place.size else found[rows.unit]
    return found


@cache
def measured(form: str) -> tuple[str, ...]:
    """The measures of a form that any metric is made of."""
    found: dict[str, None] = {STUDENTS: None} if form == ENROLMENT else {}
    if form == ROSTER:
        found[DUE] = None
    for one in metrics().values():
        for total in one.sums(2030):
            found.update((part.measure, None) for part in total.parts if part.form == form and part.measure != UNITS)  # fmt: skip
    return tuple(found)


def _by_year(
    frame: pl.DataFrame, roll: Roll, wanted: Wanted, whose: Mapping[int, NDArray[np.bool_]]
) -> dict[int, Rows]:
    parts = {int(key[0]): part for key, part in frame.partition_by("year", as_dict=True).items()}
    empty = frame.clear()
    return {year: _rows(parts.get(year, empty), roll, wanted, whose.get(year)) for year in wanted.years}  # fmt: skip


def _rows(frame: pl.DataFrame, roll: Roll, wanted: Wanted, whose: NDArray[np.bool_] | None) -> Rows:
    unit = roll.numbered(frame["unit"].to_numpy())
    members, member = _members(frame, wanted.dimensions)
    is_attached = whose[unit] if frame["is_attached"].has_nulls() and whose is not None else frame["is_attached"].fill_null(0).to_numpy()  # fmt: skip
    columns = {name: _column(frame[name]) for name in wanted.measures}
    return Rows(unit, (2 * member + is_attached).astype(np.int32), members, columns)


def _members(
    frame: pl.DataFrame, dimensions: tuple[str, ...]
) -> tuple[tuple[tuple[str, ...], ...], NDArray[np.int32]]:
    if not dimensions:
        return ((),), np.zeros(frame.height, dtype=np.int32)
    named = frame.select(dimensions)
    known = named.unique(maintain_order=True).with_row_index("at")
    places = named.join(known, on=dimensions, how="left", maintain_order="left")["at"]
    return tuple(known.drop("at").rows()), places.to_numpy().astype(np.int32)


def _column(series: pl.Series) -> Column:
    unknown = series.is_null().to_numpy() if series.has_nulls() else None
    values = series.fill_null(0).to_numpy()
    is_small = not values.size or bool(np.abs(values).max() < SMALL)
    return Column(values.astype(np.int32) if is_small else values, unknown)
