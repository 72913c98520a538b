"""The read step of measure(): one statement for each form touched, rows into plain dictionaries.

Only measure.py and distribution.py may import this module; a test holds them to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from metrics.metric import UNITS
from metrics.plan import ANY_MEMBER, DUE, ROSTER, Lookup, Plan, plan
from metrics.question import Question
from warehouse.store import Compiled, compiled
from warehouse.tables import FOR_EVER, Basis, metadata

Row = tuple[Any, ...]  # year, place_id, unit_kind, cut, member, units, measures
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

    @property
    def is_counted(self) -> bool:
        """Whether nothing is read but how many units have reported, or are due."""
        return not self.open_cuts and self.cuts == {""} and set(self.measures) <= {DUE}


class Found(NamedTuple):
    """Rows by form, place and year; the position of each measure in a row of its form."""

    rows: Rows
    columns: dict[str, dict[str, int]]


def wants(plans: Iterable[tuple[Plan, int]], *, cut: str = "") -> dict[str, Want]:
    """What the plans, each with its year, need of every form; and of a breakdown every member."""
    found: dict[str, Want] = {}
    for one, year in plans:
        _want(found, one, year)
        if cut:
            for lookup in _lookups(plan(one.metric.name, year, cut, ANY_MEMBER)):
                found[lookup.form].open_cuts.update(row[0] for row in lookup.rows)
    if ROSTER in found:
        found[ROSTER].measures[DUE] = None
    return found


def _want(found: dict[str, Want], one: Plan, year: int) -> None:
    for lookup in _lookups(one):
        want = found.setdefault(lookup.form, Want())
        want.years.add(year - lookup.years_back)
        if lookup.measure != UNITS:
            want.measures[lookup.measure] = None
        want.cuts.update(row[0] for row in lookup.rows)
        want.members.update(row[1] for row in lookup.rows)
    for reported in one.reported:
        for form in (reported.form, ROSTER):
            found.setdefault(form, Want()).years.add(year - reported.years_back)


def _lookups(one: Plan) -> Iterator[Lookup]:
    return (lookup for total in one.sums for lookup in total)


def read(reader: Reads, question: Question, needed: Mapping[str, Want]) -> Found:
    """Every row of what is needed, for the places, boundaries, basis and loads of the question.

    One statement for each form whose measures are read; one more for the forms that are only counted.
    """
    rows: Rows = {}
    counted = tuple(sorted(form for form, want in needed.items() if want.is_counted))
    for form, want in needed.items():
        if form not in counted:
            collect(_ask(reader, question, form, want), rows, form)
    if counted:
        collect(_ask_counts(reader, question, counted, needed), rows)
    return Found(rows, {form: positions(want) for form, want in needed.items()})


def positions(want: Want) -> dict[str, int]:
    """Where each measure stands in a row."""
    return {UNITS: 0} | {name: at for at, name in enumerate(want.measures, start=1)}


def _ask(reader: Reads, question: Question, form: str, want: Want) -> Iterable[Row]:
    found: Iterable[Row] = reader.rows(
        statement(
            form,
            tuple(want.measures),
            _state(question, form, want.years),
            is_broken=bool(want.open_cuts),
        ),
        places=list(question.places),
        cuts=sorted(want.cuts | want.open_cuts),
        members=sorted(want.members),
        **_load(question, form),
        **({"open": sorted(want.open_cuts)} if want.open_cuts else {}),
    )
    return found


def _ask_counts(
    reader: Reads, question: Question, forms: tuple[str, ...], needed: Mapping[str, Want]
) -> Iterable[Row]:
    years = {year for form in forms for year in needed[form].years}
    states = tuple(_state(question, form, years) for form in forms)
    loads = {name: number for form in forms for name, number in _load(question, form).items()}
    found: Iterable[Row] = reader.rows(
        counting(forms, states), places=list(question.places), **loads
    )
    return found


def _state(question: Question, form: str, years: set[int]) -> State:
    is_current = form not in question.load
    return State(question.boundary, question.basis, is_current, tuple(sorted(years)))


def _load(question: Question, form: str) -> dict[str, int]:
    return {f"load_{form}": question.load[form]} if form in question.load else {}


def collect(found: Iterable[Row], into: Rows, form: str = "") -> None:
    """Rows of both boundaries and of the boundary asked for are added up; `form` is a row's first word if not given."""
    for row in found:
        name, year, place, kind, cut, member, *numbers = (form, *row) if form else row
        cells = into.setdefault((name, place, year), {})
        key = (cut, member, kind)
        cells[key] = _added(cells[key], numbers) if key in cells else tuple(numbers)


def _added(one: Row, other: Iterable[Any]) -> Row:
    return tuple(
        None if a is None and b is None else (a or 0) + (b or 0)
        for a, b in zip(one, other, strict=True)
    )


class State(NamedTuple):
    """Which rows of a rollup hold: few enough to be written into the statement, which spares their parameters.

    With the years written into it, a statement's plan looks at their partitions only.
    """

    boundary: str
    basis: str
    is_current: bool
    years: tuple[int, ...]


@lru_cache(maxsize=512)
def statement(form: str, measures: tuple[str, ...], state: State, *, is_broken: bool) -> Compiled:
    """year, place_id, unit_kind, cut, member, units and measures of a form's rollup.

    The rows of one place and cell are at most two (above it under both boundaries, or under the one asked
    for), so they are added up by the reader: sum(bigint) would be NUMERIC and cost more than the rows.
    """
    columns = table(form).c
    member = columns.member == any_of("members", sa.Text)
    selected = sa.select(
        *(columns[name] for name in ("year", "place_id", "unit_kind", "cut", "member", UNITS)),
        *(columns[name] for name in measures),
    ).where(
        columns.place_id == any_of("places", sa.Integer),
        columns.cut == any_of("cuts", sa.Text),
        sa.or_(member, columns.cut == any_of("open", sa.Text)) if is_broken else member,
        *_valid(form, state),
    )
    return compiled(selected)


@lru_cache(maxsize=256)
def counting(forms: tuple[str, ...], states: tuple[State, ...]) -> Compiled:
    """form, year, place_id, unit_kind, '', '', units, and of the roster the units due: the totals of several forms."""
    counts = (_count(form, state) for form, state in zip(forms, states, strict=True))
    return compiled(sa.union_all(*counts))


def _count(form: str, state: State) -> sa.Select[Any]:
    columns = table(form).c
    nothing: sa.ColumnElement[str] = sa.literal_column("''")
    due = columns[DUE] if form == ROSTER else sa.cast(sa.null(), sa.BigInteger)
    return sa.select(
        sa.literal_column(f"'{form}'"),
        *(columns[name] for name in ("year", "place_id", "unit_kind")),
        *(nothing, nothing, columns[UNITS], due),
    ).where(
        columns.place_id == any_of("places", sa.Integer),
        columns.cut == nothing,
        columns.member == nothing,
        *_valid(form, state),
    )


def table(form: str) -> sa.Table:
    """The rollup of a declared form."""
    return metadata.tables[f"rollup_{form}"]


def any_of(name: str, kind: type[sa.types.TypeEngine[Any]]) -> sa.ColumnElement[Any]:
    return sa.any_(sa.bindparam(name, type_=sa.ARRAY(kind)))


def _valid(form: str, state: State) -> list[sa.ColumnElement[bool]]:
    """The rows that hold in the years, under the boundaries, the basis and the load asked for."""
    columns = table(form).c
    load = sa.bindparam(f"load_{form}", type_=sa.BigInteger)
    current = [columns.last_load == sa.literal_column(str(FOR_EVER))]
    return [
        columns.year.in_([sa.literal_column(str(int(year))) for year in state.years]),
        columns.boundary.in_([sa.literal_column(f"'{name}'") for name in ("both", state.boundary)]),
        columns.basis.in_([sa.literal_column(str(int(basis))) for basis in BASES[state.basis]]),
        *(current if state.is_current else [columns.first_load <= load, columns.last_load > load]),
    ]
