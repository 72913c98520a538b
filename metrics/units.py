"""The read step over reporting units: rows of the school rung, or nameless values where names may not be seen.

Only distribution.py may import this module; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

from metrics.gather import TOTALS, Gatherer
from metrics.metric import UNITS, Metric, Percentile
from metrics.plan import Lookup, Plan, Reported, returns
from metrics.question import Question
from metrics.rollups import CURRENT, Added, Reads, Units, Wish, added, read, wants
from warehouse.arrays import Floats, Ints, floats_of_array
from warehouse.similar import CellOfUnit, Wishes
from warehouse.store import Compiled, Reader, compiled
from warehouse.tables import Basis


class UnitValue(NamedTuple):
    """One reporting unit's value."""

    unit: int
    value: float


def named_values(
    reader: Reads, question: Question, plans: Sequence[Plan], units: Sequence[int], year: int
) -> list[list[UnitValue]]:
    """Of each plan the value of every unit that has one. Row security lets only one's own records through."""
    if not plans:
        return []
    needed = wants(((one, year) for one in plans), is_covered=False)
    (found,) = read(reader, [Wish(replace(question, places=tuple(units)), needed)])
    gatherer = Gatherer(found, question)
    return [list(_values(gatherer, one, units, year)) for one in plans]


def _values(gatherer: Gatherer, one: Plan, units: Sequence[int], year: int) -> Iterator[UnitValue]:
    for unit in units:
        value = value_of(gatherer, one, unit, year)
        if value is not None:
            yield UnitValue(unit, value)


def value_of(gatherer: Gatherer, one: Plan, unit: int, year: int) -> float | None:
    """The metric of one unit; None when a form is not in, or there is nothing to divide by."""
    for reported in one.reported:
        if not gatherer.reporting(reported, unit, year):
            return None
    totals = []
    for lookups in one.sums:
        total = gatherer.total(lookups, unit, year)
        if total is None:
            return None
        totals.append(total)
    return one.metric.divide(tuple(totals)).value


Reading = dict[
    tuple[str, int], dict[Added, int]
]  # (form, year) -> each sum, and its place in a row
Rowed = Mapping[tuple[str, int], Units]  # (form, year) -> the sums of units


def read_together(
    reader: Reads, question: Question, sums: Reading, places: Sequence[int] | None
) -> Rowed:
    """What plans need, one statement a form and year; of the units named, or of all that the reader sees."""
    return {(form, year): added(reader, question, form, year, list(each), places) for (form, year), each in sums.items()}  # fmt: skip


def together(
    reader: Reads, question: Question, plans: Sequence[Plan], units: Sequence[int], year: int, *, is_whole: bool
) -> list[dict[int, tuple[int, ...]]]:  # fmt: skip
    """Of each plan what Bulk.sums() tells, all of them read together."""
    sums: Reading = {}
    bulks = [Bulk(one, year, sums) for one in plans]
    found = read_together(reader, question, sums, None if is_whole else units)
    return [one.of(found, units) for one in bulks]


class Bulk:
    """The values of very many units by one plan, as value_of() has them: the server adds up the rows of each."""

    def __init__(self, one: Plan, year: int, sums: Reading | None = None) -> None:
        """`sums`: of plans that are read together, what all of them need."""
        self.plan = one
        self._sums: Reading = {} if sums is None else sums
        self._needed = [self._units_of(each, year) for each in one.reported]
        self._sides = [[self._part(each, year) for each in lookups] for lookups in one.sums]

    def _at(self, form: str, year: int, one: Added) -> tuple[tuple[str, int], int]:
        """Where a sum is found: in which reading, at which place of a row."""
        sums = self._sums.setdefault((form, year), {})
        return (form, year), sums.setdefault(one, len(sums))

    def _units_of(self, reported: Reported, year: int) -> tuple[tuple[str, int], int]:
        units = Added(UNITS, TOTALS[reported.kinds])
        return self._at(reported.form, year - reported.years_back, units)

    def _part(self, lookup: Lookup, year: int) -> tuple[tuple[str, int], int, int]:
        added = Added(lookup.measure, lookup.rows)
        return *self._at(lookup.form, year - lookup.years_back, added), lookup.sign

    def values(
        self, reader: Reads, question: Question, units: Sequence[int], *, is_whole: bool
    ) -> list[float]:
        """The value of every unit that has one, in no order. `is_whole`: the units are all there are."""
        found = read_together(reader, question, self._sums, None if is_whole else units)
        return self.plan.metric.divide_each(self._columns(found, units)[1])

    def sums(
        self, reader: Reads, question: Question, units: Sequence[int], *, is_whole: bool
    ) -> dict[int, tuple[int, ...]]:
        """What the metric divides, of every unit that has something of every form it needs and a number in every column."""
        return self.of(read_together(reader, question, self._sums, None if is_whole else units), units)  # fmt: skip

    def of(self, found: Rowed, units: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """The sums of every unit, out of what was read."""
        left, sides = self._columns(found, units)
        numbers = [side.astype(np.int64).tolist() for side in sides]
        return dict(zip(left.tolist(), zip(*numbers, strict=True), strict=True))

    def _columns(self, found: Rowed, units: Sequence[int]) -> tuple[Ints, list[Floats]]:
        """The units that have something of every form needed and a number in every column, and their sums on each side."""
        asked = np.sort(np.asarray(units, dtype=np.int64))
        asked = asked[
            np.diff(asked, prepend=-1) > 0
        ]  # no unit twice: numpy's own way, which hashes, takes twenty times as long
        sides = [self._side(found, asked, parts) for parts in self._sides]
        held = np.ones(asked.size, dtype=bool)
        for source, at in self._needed:
            held &= found[source].of(asked, at) > 0
        for side in sides:
            held &= ~np.isnan(side)
        return asked[held], [side[held] for side in sides]

    @staticmethod
    def _side(
        found: Rowed, units: Ints, parts: Sequence[tuple[tuple[str, int], int, int]]
    ) -> Floats:
        total = np.zeros(units.size)
        for source, at, sign in parts:
            total += sign * found[source].of(units, at)
        return total


class Side(NamedTuple):
    """The one rollup cell that a side of a nameless value is."""

    form: str
    cut: str
    member: str
    column: str


NO_SIDE = Side("", "", "", "")
_OF_SIDES = (
    *(sa.bindparam(f"{side}_{name}", type_=sa.Text) for side in ("above", "below") for name in Side._fields),
    sa.bindparam("year", type_=sa.Integer),
    sa.bindparam("place", type_=sa.Integer),
    sa.bindparam("bounds", type_=sa.Text),
    sa.bindparam("kinds", type_=sa.ARRAY(sa.Text)),
    sa.bindparam("basis", type_=sa.Integer),
    sa.bindparam("above_load", type_=sa.BigInteger),
    sa.bindparam("below_load", type_=sa.BigInteger),
)  # fmt: skip
_NAMELESS = compiled(
    sa.select(sa.func.array_send(sa.func.published_values(*_OF_SIDES), type_=BYTEA))
)
_RANKS = compiled(
    sa.select(
        sa.func.published_ranks(*_OF_SIDES, sa.bindparam("shares", type_=sa.ARRAY(sa.Integer)))
    )
)


def nameless_values(
    reader: Reads, question: Question, one: Plan, place: int, year: int
) -> list[float] | None:
    """The sorted values of the units below a place without their names; at least ten of them, or None.

    None too where a side of the metric is more than one rollup cell: the warehouse's function takes one.
    """
    told: bytes | None = _nameless(reader, _NAMELESS, question, one, place, year)
    if told is None:
        return None
    found: list[float] = (floats_of_array(told) * _scale(one)).tolist()
    return found


def nameless_ranks(
    reader: Reads, question: Question, one: Plan, place: int, year: int, shares: Sequence[int]
) -> tuple[int, list[float]] | None:
    """How many of those values there are, and of each percentile the two between which it lies; None where they are None."""
    found: list[float] | None = _nameless(reader, _RANKS, question, one, place, year, shares=list(shares))  # fmt: skip
    return (int(found[0]), [value * _scale(one) for value in found[1:]]) if found else None


def _nameless(
    reader: Reads, asked: Compiled, question: Question, one: Plan, place: int, year: int, **more: list[int]
) -> Any:  # fmt: skip  # noqa: ANN401 - what the function of the warehouse tells
    sides = [_side(lookups) for lookups in one.sums]
    above, below = (*sides, NO_SIDE)[:2]
    if len(sides) > 2 or above is None or below is None:
        return None
    rows = reader.rows(
        asked,
        **_binds("above", above, question),
        **_binds("below", below, question),
        **more,
        year=year,
        place=place,
        bounds=question.boundary,
        kinds=sorted({row[2] for lookups in one.sums for row in lookups[0].rows}),
        basis=int(Basis[question.basis.upper()]),
    )
    return next(iter(rows))[0]


def _scale(one: Plan) -> float:
    scale: float = getattr(base(one.metric), "scale", 1)
    return scale


def base(metric: Metric) -> Metric:
    """The metric of one unit: of a percentile, what it is a percentile of."""
    return metric.of if isinstance(metric, Percentile) else metric


def _side(lookups: tuple[Lookup, ...]) -> Side | None:
    first = lookups[0]
    cells = {row[:2] for lookup in lookups for row in lookup.rows}
    if len(lookups) > 1 or len(cells) > 1 or first.years_back or first.sign < 0:
        return None
    return Side(first.form, *first.rows[0][:2], first.measure)


def _binds(side: str, cell: Side, question: Question) -> dict[str, Any]:
    values = {f"{side}_{name}": value for name, value in cell._asdict().items()}
    return values | {f"{side}_load": question.load.get(cell.form, CURRENT)}


def similar_values(
    reader: Reader, question: Question, plans: Sequence[Plan], marks: Collection[int], year: int
) -> dict[str, list[float]]:
    """By metric the sorted values of marked schools without their names; at least ten of a metric, or none.

    The cells are those that value_of() adds up and divides, and what it wants to have been reported.
    """
    wishes = Wishes()
    for one in plans:
        sides = [[cell for each in lookups for cell in _cells(each, question, year)] for lookups in one.sums]  # fmt: skip
        wishes.want(one.metric.name, sides, [_any_of(each, question, year) for each in one.reported])  # fmt: skip
    found = wishes.values(reader, marks, int(Basis[question.basis.upper()]))
    scales = {one.metric.name: getattr(base(one.metric), "scale", 1) for one in plans}
    return {name: [value * scales[name] for value in each] for name, each in found.items()}


def _cells(lookup: Lookup, question: Question, year: int) -> Iterator[tuple[int, CellOfUnit, str]]:
    kinds: dict[tuple[str, str], list[str]] = {}
    for cut, member, kind in lookup.rows:
        kinds.setdefault((cut, member), []).append(kind)
    load = question.load.get(lookup.form, CURRENT)
    for (cut, member), among in kinds.items():
        cell = CellOfUnit(lookup.form, year - lookup.years_back, cut, member, tuple(among), load)
        yield lookup.sign, cell, lookup.measure


def _any_of(reported: Reported, question: Question, year: int) -> list[CellOfUnit]:
    """A form that is handed in by parts of the year counts with any of them, or as the whole it was before."""
    then, loads = year - reported.years_back, question.load
    names = dict.fromkeys((*returns(reported.form), reported.form))
    return [
        CellOfUnit(name, then, "", "", reported.kinds, loads.get(name, CURRENT)) for name in names
    ]
