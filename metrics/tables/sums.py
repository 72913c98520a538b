"""Sums over units by place and by several breakdowns at once, for a reader in charge of all of them.

An array for each sum and year: places, then one axis for each breakdown, whose first position is the total. Kinds of schools select units, so a
total over kinds is added up; a breakdown of the form's own has a total of its own, for a row that says nothing of it stands there alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from metrics.metric import ALL_UNITS, UNITS
from metrics.plan import Lookup
from metrics.tables.kept import Kept, Rows, State
from metrics.tables.kinds import KINDS
from metrics.tables.roll import Roll
from warehouse.codes import Codes
from warehouse.places import Boundary, Rung
from warehouse.store import Reader

Sums = NDArray[np.float64]  # whole numbers; not a number where a unit's column is not filled
Places = NDArray[np.integer[Any]]


class Axis(NamedTuple):
    """One breakdown: a kind of schools or a dimension of a form."""

    name: str
    codes: Codes

    @property
    def is_kind(self) -> bool:
        return self.name in KINDS

    @property
    def size(self) -> int:
        return len(self.codes.labels)


class Cells(NamedTuple):
    """Which rows a sum adds up: form and year, the measure, dimensions held at these members, units of these kinds."""

    form: str
    year: int
    measure: str
    held: tuple[str, ...]
    members: frozenset[tuple[str, ...]]
    kinds: tuple[str, ...]


def cells_of(lookup: Lookup, year: int) -> Cells:
    """The cells of a part of a metric's total."""
    cuts = {row[0] for row in lookup.rows}
    (cut,) = cuts
    held = tuple(cut.split("*")) if cut else ()
    members = frozenset(tuple(row[1].split("*")) if cut else () for row in lookup.rows)
    kinds = tuple(dict.fromkeys(row[2] for row in lookup.rows))
    return Cells(lookup.form, year - lookup.years_back, lookup.measure, held, members, kinds)


@dataclass(frozen=True)
class Field:
    """Some places of one rung, and what sums over their units are read from. `years`: all that anything is read of."""

    reader: Reader
    kept: Kept
    roll: Roll
    state: State
    boundary: Boundary
    rung: Rung
    places: tuple[int, ...]
    years: tuple[int, ...]
    _bases: dict[tuple[int, tuple[Axis, ...]], Places] = field(default_factory=dict)
    _sums: dict[tuple[Cells, tuple[Axis, ...]], tuple[Sums, Sums]] = field(default_factory=dict)
    _rows: dict[tuple[str, tuple[str, ...]], dict[int, Rows]] = field(default_factory=dict)
    _kinds: dict[str, dict[int, Places]] = field(default_factory=dict)

    def sums(self, cells: Cells, axes: tuple[Axis, ...]) -> tuple[Sums, Sums]:
        """The sums at every place by every member of the axes, and how many units stand behind each."""
        key = (cells, axes)
        if key not in self._sums:
            self._sums[key] = self._made(cells, axes)
        return self._sums[key]

    def units(self, form: str, year: int, kinds: tuple[str, ...], axes: tuple[Axis, ...]) -> Sums:
        """The units that have something of a form in, by kind: alike for every member of a form's own breakdown."""
        cells = Cells(form, year, UNITS, (), frozenset({()}), kinds)
        return self.wide(self.sums(cells, self.of_schools(axes))[0], axes)

    def wide(self, sums: Sums, axes: tuple[Axis, ...]) -> Sums:
        """Sums by kind as they stand among all axes: each of a form's own is one position long."""
        sizes = [axis.size + 1 if axis.is_kind else 1 for axis in axes]
        return sums.reshape(len(self.places), *sizes)

    @staticmethod
    def of_schools(axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
        return tuple(axis for axis in axes if axis.is_kind)

    def _made(self, cells: Cells, axes: tuple[Axis, ...]) -> tuple[Sums, Sums]:
        shape = (len(self.places), *(axis.size + 1 for axis in axes))
        values, units = np.zeros(shape), np.zeros(shape)
        own = [axis for axis in axes if not axis.is_kind]
        for many in range(len(own) + 1):
            for among in combinations(own, many):
                at: list[Any] = [
                    slice(1, None) if axis.is_kind or axis in among else 0 for axis in axes
                ]
                found = self._counted(cells, axes, among)
                values[(slice(None), *at)], units[(slice(None), *at)] = found
        for n, axis in enumerate(axes, start=1):
            if axis.is_kind:
                for each in (values, units):
                    total: tuple[Any, ...] = (slice(None),) * n
                    each[(*total, 0)] = each[(*total, slice(1, None))].sum(axis=n)
        return values, units

    def _counted(self, cells: Cells, axes: tuple[Axis, ...], among: tuple[Axis, ...]) -> tuple[Sums, Sums]:  # fmt: skip
        """The sums by kind and by some of the form's own dimensions, without totals."""
        rows, spot, many, width = self.spotted(cells, axes, among)
        schools = self.of_schools(axes)
        unknown = None
        if cells.measure == UNITS:
            added = units = np.bincount(spot, minlength=(many + 1) * width)
        else:
            column = rows.columns[cells.measure]
            added = np.bincount(spot, column.values, minlength=(many + 1) * width)
            units = np.bincount(spot, minlength=(many + 1) * width)
            if column.unknown is not None and self.rung is Rung.SCHOOL:
                unknown = np.bincount(spot, column.unknown, minlength=(many + 1) * width) > 0
        found = added.astype(np.float64)
        if unknown is not None:
            found[unknown] = np.nan
        shaped = (self.shaped(each, axes, schools, among, many, width) for each in (found, units.astype(np.float64)))  # fmt: skip
        values, counted = shaped
        return values, counted

    def spotted(self, cells: Cells, axes: tuple[Axis, ...], among: tuple[Axis, ...]) -> tuple[Rows, Places, int, int]:  # fmt: skip
        """Rows with the spot of each among places and kinds by some of the form's own dimensions: how many of the former, and how many of the latter."""
        dimensions = (*cells.held, *(axis.name for axis in among))
        rows = self._read(cells.form, dimensions)[cells.year]
        base, many = self._base(cells.year, self.of_schools(axes))
        width = int(np.prod([axis.size for axis in among], dtype=np.int64)) + 1  # the last: no cell
        return (
            rows,
            base[rows.unit] * width + _places(rows, cells, among, width)[rows.member],
            many,
            width,
        )

    def shaped(
        self, sums: Sums, axes: tuple[Axis, ...], schools: tuple[Axis, ...], among: tuple[Axis, ...], many: int, width: int
    ) -> Sums:  # fmt: skip
        """A line of sums as places by axes, in the order of the axes."""
        kept = sums[: (many + 1) * width].reshape(many + 1, width)[:-1, :-1]
        stood = (*schools, *among)
        whole = kept.reshape(len(self.places), *(axis.size for axis in stood))
        order = [stood.index(axis) + 1 for axis in axes if axis in stood]
        return whole.transpose(0, *order)

    def _read(self, form: str, dimensions: tuple[str, ...]) -> dict[int, Rows]:
        key = (form, dimensions)
        if key not in self._rows:
            found = self.kept.rows(self.reader, self.roll, self.state, form, dimensions, self.years)
            self._rows[key] = {year: found[year] for year in self.years}
        return self._rows[key]

    def _base(self, year: int, schools: tuple[Axis, ...]) -> tuple[Places, int]:
        """Of every unit the number of its place and kinds, and how many of these there are; one more is no place asked for."""
        key = (year, schools)
        many = len(self.places) * int(np.prod([axis.size for axis in schools], dtype=np.int64))
        if key not in self._bases:
            found = self._at(year)
            for axis in schools:
                kind = self._kind(axis.name)[year]
                found = np.where(found >= 0, found * axis.size + kind, -1)
            self._bases[key] = np.where(found >= 0, found, many).astype(np.int64)
        return self._bases[key], many

    def _kind(self, name: str) -> dict[int, Places]:
        if name not in self._kinds:
            found = self.kept.kind(self.reader, self.roll, self.state, name, self.years)
            self._kinds[name] = dict(found)
        return self._kinds[name]

    def _at(self, year: int) -> Places:
        """Of every unit the place of its place among those asked for, -1 where it is below none."""
        above = self.roll.standing(year, self.boundary).above[self.rung]
        order, known = self._order
        spot = np.searchsorted(known, above).clip(max=known.size - 1)
        return np.where(known[spot] == above, order[spot], -1)

    @cached_property
    def _order(self) -> tuple[Places, Places]:
        ids = np.array(self.places, dtype=np.int32)
        order = np.argsort(ids).astype(np.int32)
        return order, ids[order]


def _places(rows: Rows, cells: Cells, among: Sequence[Axis], width: int) -> Places:
    """Of every member of some rows, for schools and for attached classes, where it stands among the axes; the last place is none."""
    held = len(cells.held)
    known = [{code: at for at, code in enumerate(axis.codes.labels)} for axis in among]
    wanted = [kind in cells.kinds for kind in ALL_UNITS]
    found = np.full(2 * len(rows.members), width - 1, dtype=np.int64)
    for n, member in enumerate(rows.members):
        if member[:held] not in cells.members:
            continue
        spot = 0
        for axis, at, code in zip(among, known, member[held:], strict=True):
            place = at.get(code)
            if place is None:
                break
            spot = spot * axis.size + place
        else:
            for is_attached, is_wanted in enumerate(wanted):
                if is_wanted:
                    found[2 * n + is_attached] = spot
    return found
