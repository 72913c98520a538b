"""The read step of measure(): one statement for all forms touched, rows into plain dictionaries.

Only measure.py and distribution.py may import this module; a test holds them to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from metrics.metric import UNITS
from metrics.plan import ANY_MEMBER, DUE, ROSTER, Lookup, Plan, plan, returns
from metrics.question import Question
from warehouse.arrays import Floats, Ints, floats, sent
from warehouse.places import Rung
from warehouse.store import Compiled, compiled
from warehouse.tables import FOR_EVER, Basis, metadata

Row = Sequence[Any]  # units and measures
Add = Callable[[Row, Row], Row]
Cells = dict[tuple[str, str, str], Row]  # (cut, member, unit_kind) -> units and measures
Rows = dict[tuple[str, int, int], Cells]  # (form, place_id, year)
BASES = {
    "submitted": [Basis.SUBMITTED, Basis.BOTH],
    "approved": [Basis.APPROVED, Basis.BOTH],
}


CURRENT = FOR_EVER - 1  # a load at which exactly the current rows are valid


class Reads(Protocol):
    """What is asked of a reader of the warehouse: rows of a statement, inside one scope and one state."""

    def rows(self, statement: sa.Executable | Compiled, **values: Any) -> Iterable[Any]: ...  # noqa: ANN401 - bind values


@dataclass
class Want:
    """What is read of one form."""

    measures: dict[str, None] = field(default_factory=dict)  # a set that keeps its order
    cuts: set[str] = field(default_factory=lambda: {""})
    members: set[str] = field(default_factory=lambda: {""})
    years: set[int] = field(default_factory=set)
    open_cuts: set[str] = field(default_factory=set)  # all their members are read


class Found(NamedTuple):
    """Rows by form, place and year; the position of each measure in a row of its form."""

    rows: Rows
    columns: dict[str, dict[str, int]]


def wants(
    plans: Iterable[tuple[Plan, int]], *, cut: str = "", is_covered: bool = True
) -> dict[str, Want]:
    """What the plans, each with its year, need of every form; and of a breakdown every member.

    Without `is_covered` it is told only whether a form is in, not how much of what was due: enough for single units.
    """
    found: dict[str, Want] = {}
    for one, year in plans:
        _want(found, one, year, is_covered=is_covered)
        if cut:
            for lookup in _lookups(plan(one.metric.name, year, cut, ANY_MEMBER)):
                found[lookup.form].open_cuts.update(row[0] for row in lookup.rows)
    if ROSTER in found:
        found[ROSTER].measures[DUE] = None
    return found


def _want(found: dict[str, Want], one: Plan, year: int, *, is_covered: bool) -> None:
    for lookup in _lookups(one):
        want = found.setdefault(lookup.form, Want())
        want.years.add(year - lookup.years_back)
        if lookup.measure != UNITS:
            want.measures[lookup.measure] = None
        want.cuts.update(row[0] for row in lookup.rows)
        want.members.update(row[1] for row in lookup.rows)
    for reported in one.reported:
        due = (*returns(reported.form), ROSTER) if is_covered else ()
        for form in (reported.form, *due):
            found.setdefault(form, Want()).years.add(year - reported.years_back)


def _lookups(one: Plan) -> Iterator[Lookup]:
    return (lookup for total in one.sums for lookup in total)


class Wish(NamedTuple):
    """What one question needs of every form: wishes are read together."""

    question: Question
    needed: Mapping[str, Want]


def read(reader: Reads, wishes: Sequence[Wish], add: Add | None = None) -> list[Found]:
    """Every row of what is needed, for the places, boundaries, basis and loads of each wish's question: in one statement.

    `add` makes one row of two of the same cell; they are added up where nothing is said.
    """
    rows: list[Rows] = [{} for _ in wishes]
    columns = _columns(wishes)
    arms = tuple(
        _arm(at, wish, form, measures)
        for form, measures in columns.items()
        for at, wish in enumerate(wishes)
        if form in wish.needed
    )
    if arms:
        collect(reader.rows(statement(arms), **_values(wishes, arms)), arms, rows, add or _added)
    at = {form: positions(measures) for form, measures in columns.items()}
    return [Found(each, at) for each in rows]


def _columns(wishes: Sequence[Wish]) -> dict[str, dict[str, None]]:
    """The measures read of each form, by any wish."""
    found: dict[str, dict[str, None]] = {}
    for wish in wishes:
        for form, want in wish.needed.items():
            found.setdefault(form, {}).update(want.measures)
    return found


def positions(measures: Iterable[str]) -> dict[str, int]:
    """Where each measure stands in a row."""
    return {UNITS: 0} | {name: at for at, name in enumerate(measures, start=1)}


class Arm(NamedTuple):
    """What one wish needs of one form, a part of the statement: what is the same at every reading is written into it, which spares its parameters.

    `at` is the wish's number. With the years written into it, a statement's plan looks at their partitions only.
    """

    form: str
    measures: tuple[str, ...]
    at: int
    boundary: str
    basis: str
    is_current: bool
    years: tuple[int, ...]
    cuts: tuple[str, ...]
    members: tuple[str, ...]
    open_cuts: tuple[str, ...]


def _arm(at: int, wish: Wish, form: str, measures: Iterable[str]) -> Arm:
    question, want = wish.question, wish.needed[form]
    return Arm(
        form, tuple(measures), at, question.boundary, question.basis, form not in question.load, tuple(sorted(want.years)),
        tuple(sorted(want.cuts | want.open_cuts)), tuple(sorted(want.members)), tuple(sorted(want.open_cuts)),
    )  # fmt: skip


def _values(wishes: Sequence[Wish], arms: Iterable[Arm]) -> dict[str, str | int]:
    """What differs from reading to reading: places, as the server writes an array, and the load."""
    values: dict[str, str | int] = {}
    for arm in arms:
        question = wishes[arm.at].question
        values[f"places_{arm.at}"] = f"{{{','.join(map(str, question.places))}}}"
        if not arm.is_current:
            values[f"load_{arm.form}_{arm.at}"] = question.load[arm.form]
    return values


def collect(
    found: Iterable[Sequence[Any]], arms: Sequence[Arm], into: Sequence[Rows], add: Add
) -> None:
    """Rows of both boundaries and of the boundary asked for are added up."""
    for number, year, place, kind, cut, member, numbers in found:
        arm = arms[number]
        cells = into[arm.at].setdefault((arm.form, place, year), {})
        key = (cut, member, kind)
        cells[key] = add(cells[key], numbers) if key in cells else numbers


def _added(one: Row, other: Row) -> Row:
    return [
        None if a is None and b is None else (a or 0) + (b or 0)
        for a, b in zip(one, other, strict=True)
    ]


@lru_cache(maxsize=1024)
def statement(arms: tuple[Arm, ...]) -> Compiled:
    """Arm number, year, place_id, unit_kind, cut, member, [units, measures] of the rollups of several forms.

    The rows of one place and cell are few (above it under both boundaries, or under the one asked for), so they are
    added up by the reader: sum(bigint) would be NUMERIC and cost more than the rows. Each year is asked for by itself: the index of a year's
    partition is then gone down once, and not once more for every other year that it might hold.
    """
    years = ((number, arm._replace(years=(year,))) for number, arm in enumerate(arms) for year in arm.years)  # fmt: skip
    return compiled(sa.union_all(*(_rows_of(number, arm) for number, arm in years)))


def _rows_of(number: int, arm: Arm) -> sa.Select[Any]:
    columns = table(arm.form).c
    member = _among(columns.member, arm.members)
    numbers = [sa.cast(columns[UNITS], sa.BigInteger), *(columns[name] for name in arm.measures)]
    return sa.select(
        sa.literal_column(str(number)),
        *(columns[name] for name in ("year", "place_id", "unit_kind", "cut", "member")),
        postgresql.array(numbers),
    ).where(
        columns.place_id == any_of(f"places_{arm.at}", sa.Integer),
        _among(columns.cut, arm.cuts),
        sa.or_(member, _among(columns.cut, arm.open_cuts)) if arm.open_cuts else member,
        *_valid(arm),
    )


def table(form: str) -> sa.Table:
    """The rollup of a declared form."""
    return metadata.tables[f"rollup_{form}"]


def any_of(name: str, kind: type[sa.types.TypeEngine[Any]]) -> sa.ColumnElement[Any]:
    return sa.any_(sa.bindparam(name, type_=sa.ARRAY(kind)))


def _among(column: sa.ColumnElement[Any], words: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether a column holds one of some words of the declarations, which are written into the statement."""
    quoted = (word.replace("'", "''").replace("%", "%%") for word in words)
    return column.in_([sa.literal_column(f"'{word}'") for word in quoted])


def _valid(arm: Arm) -> list[sa.ColumnElement[bool]]:
    """The rows that hold in the years, under the boundaries, the basis and the load asked for."""
    columns = table(arm.form).c
    load = sa.bindparam(f"load_{arm.form}_{arm.at}", type_=sa.BigInteger)
    current = [columns.last_load == sa.literal_column(str(FOR_EVER))]
    return [
        columns.year.in_([sa.literal_column(str(int(year))) for year in arm.years]),
        _among(columns.boundary, ("both", arm.boundary)),
        columns.basis.in_([sa.literal_column(str(int(basis))) for basis in BASES[arm.basis]]),
        *(current if arm.is_current else [columns.first_load <= load, columns.last_load > load]),
    ]


class Added(NamedTuple):
    """One column of some cells of a form and a year, which the server adds up for each unit."""

    measure: str
    rows: tuple[tuple[str, str, str], ...]


class Units(NamedTuple):
    """Units in ascending order and each sum of theirs: 0 where a unit has no such row, NaN where a row is in but nobody has filled the column."""

    units: Ints
    sums: tuple[Floats, ...]

    def of(self, units: Ints, at: int) -> Floats:
        """One of the sums for some units: 0 for one that has no row at all."""
        if not self.units.size:
            return np.zeros(units.size)
        near = np.searchsorted(self.units, units).clip(max=self.units.size - 1)
        return np.where(self.units[near] == units, self.sums[at][near], 0.0)


def added(
    reader: Reads, question: Question, form: str, year: int, sums: Sequence[Added], places: Sequence[int] | None
) -> Units:  # fmt: skip
    """The sums, in their order, of the units named, or of all that the reader sees; as whole columns, for the driver spends more on a row than the server."""
    is_current = form not in question.load
    made = _added_up(form, year, tuple(sums), question.boundary, question.basis, is_current, places is not None)  # fmt: skip
    values: dict[str, Any] = {} if is_current else {f"load_{form}_0": question.load[form]}
    if places is not None:
        values["places_0"] = f"{{{','.join(map(str, places))}}}"
    units, *columns = (floats(told) for told in next(iter(reader.rows(made, **values))))
    order = np.argsort(units)
    return Units(units[order].astype(np.int64), tuple(column[order] for column in columns))


@lru_cache(maxsize=256)
def _added_up(
    form: str, year: int, sums: tuple[Added, ...], boundary: str, basis: str, is_current: bool, is_named: bool  # noqa: FBT001
) -> Compiled:  # fmt: skip
    """The bytes of place_id and of each sum, of the rows of single units."""
    columns = table(form).c
    cuts, members = (tuple(sorted({row[at] for one in sums for row in one.rows})) for at in (0, 1))
    arm = Arm(form, (), 0, boundary, basis, is_current, (year,), cuts, members, ())
    named = [columns.place_id == any_of("places_0", sa.Integer)] if is_named else []
    rung = columns.rung == sa.literal_column(str(int(Rung.SCHOOL)))
    of_units = (
        sa.select(columns.place_id.label("c"), *(_sum_of(columns, one).label(f"c{at}") for at, one in enumerate(sums)))
        .where(rung, _among(columns.cut, cuts), _among(columns.member, members), *named, *_valid(arm))
        .group_by(columns.place_id)
        .subquery()
    )  # fmt: skip
    return compiled(sa.select(*(sent(column) for column in of_units.c)))


def _sum_of(columns: Any, one: Added) -> sa.ColumnElement[Any]:  # noqa: ANN401 - a column collection
    """Whole numbers below 2^53 add up exactly as floats, with less work than as NUMERIC; NaN, which stays in a sum, is what nobody has filled."""
    column = sa.cast(columns[one.measure], sa.Double)
    known = sa.func.coalesce(column, sa.literal_column("'NaN'::float8"))
    return sa.func.coalesce(sa.func.sum(sa.case((_any_cell(columns, one.rows), known))), sa.literal_column("0"))  # fmt: skip


def _any_cell(columns: Any, rows: Sequence[tuple[str, str, str]]) -> sa.ColumnElement[bool]:  # noqa: ANN401 - a column collection
    """Whether a row is one of some cells; members of a cut that are wanted of the same kinds of unit are asked for together."""
    kinds: dict[tuple[str, str], dict[str, None]] = {}
    for cut, member, kind in rows:
        kinds.setdefault((cut, member), {})[kind] = None
    members: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (cut, member), among in kinds.items():
        members.setdefault((cut, tuple(among)), []).append(member)
    return sa.or_(
        *(
            sa.and_(_among(columns.cut, [cut]), _among(columns.member, each), _among(columns.unit_kind, among))
            for (cut, among), each in members.items()
        )
    )  # fmt: skip
