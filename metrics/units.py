"""The read step over reporting units: rows of the school rung, or nameless values where names may not be seen.

Only distribution.py may import this module; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from metrics.gather import Gatherer
from metrics.metric import Metric, Percentile
from metrics.plan import Lookup, Plan
from metrics.question import Question
from metrics.rollups import (
    BASES,
    CURRENT,
    Found,
    Reads,
    Row,
    Want,
    any_of,
    collect,
    positions,
    table,
    valid,
    wants,
)
from warehouse.places import NATION, Rung
from warehouse.tables import Basis, ladder


class UnitValue(NamedTuple):
    """One reporting unit's value."""

    unit: int
    value: float


def named_values(
    reader: Reads, question: Question, one: Plan, place: int, year: int
) -> list[UnitValue]:
    """The value of every reporting unit below a place that has one. Row security lets only records through."""
    found = read_units(reader, question, wants([(one, year)]), place, year)
    gatherer = Gatherer(found, question)
    units = {unit for _, unit, _ in found.rows}
    values = ((unit, value_of(gatherer, one, unit, year)) for unit in sorted(units))
    return [UnitValue(unit, value) for unit, value in values if value is not None]


def value_of(gatherer: Gatherer, one: Plan, unit: int, year: int) -> float | None:
    """The metric of one unit; None when a form is not in, or there is nothing to divide by."""
    if not all(gatherer.covered(reported, unit, year)[0] for reported in one.reported):
        return None
    totals = [gatherer.total(lookups, unit, year) for lookups in one.sums]
    known = tuple(total for total in totals if total is not None)
    return one.metric.divide(known).value if len(known) == len(totals) else None


def read_units(
    reader: Reads, question: Question, needed: dict[str, Want], place: int, year: int
) -> Found:
    """Rows of the school rung below a place, by form, unit and year."""
    found = Found({}, {form: positions(want) for form, want in needed.items()})
    for form, want in needed.items():
        collect(form, _ask(reader, question, form, want, (place, year)), found.rows)
    return found


def _ask(
    reader: Reads, question: Question, form: str, want: Want, under: tuple[int, int]
) -> Iterable[Row]:
    place, year = under
    load = question.load.get(form, CURRENT)
    found: Iterable[Row] = reader.rows(
        unit_statement(form, tuple(want.measures), question.boundary, is_nation=place == NATION),
        years=sorted(want.years),
        cuts=sorted(want.cuts),
        members=sorted(want.members),
        bases=BASES[question.basis],
        load=load,
        **({} if place == NATION else {"place": place}),
        **({"year": year} if question.boundary == "then" and place != NATION else {}),
    )
    return found


@lru_cache(maxsize=256)
def unit_statement(
    form: str, measures: tuple[str, ...], boundary: str, *, is_nation: bool
) -> sa.Select[Any]:
    """year, place_id, unit_kind, cut, member, units and measures of the units below a place."""
    columns = table(form).c
    names = ("year", "place_id", "unit_kind", "cut", "member", "units", *measures)
    below = [] if is_nation else [_below(columns, boundary)]
    return sa.select(*(columns[name] for name in names)).where(
        columns.rung == sa.literal_column(str(int(Rung.SCHOOL))),
        columns.year == any_of("years", sa.SmallInteger),
        columns.cut == any_of("cuts", sa.Text),
        columns.member == any_of("members", sa.Text),
        columns.basis == any_of("bases", sa.SmallInteger),
        *valid(columns, is_current=False),
        *below,
    )


def _below(columns: Any, boundary: str) -> sa.ColumnElement[bool]:  # noqa: ANN401 - a column collection
    """Below the place :place; with the boundaries of then, of the year :year."""
    place = sa.bindparam("place", type_=sa.Integer)
    if boundary == "now":
        inside: sa.ColumnElement[bool] = place == sa.any_(columns.path)
        return inside
    then = sa.select(ladder.c.place_id).where(
        ladder.c.year == sa.bindparam("year", type_=sa.SmallInteger),
        place == sa.any_(ladder.c.path_then),
    )
    below: sa.ColumnElement[bool] = columns.place_id.in_(then)
    return below


class Side(NamedTuple):
    """The one rollup cell that a side of a nameless value is."""

    form: str
    cut: str
    member: str
    column: str


NO_SIDE = Side("", "", "", "")
_NAMELESS = sa.select(
    sa.func.published_values(
        *(
            sa.bindparam(f"{side}_{name}", type_=sa.Text)
            for side in ("above", "below")
            for name in Side._fields
        ),
        sa.bindparam("year", type_=sa.Integer),
        sa.bindparam("place", type_=sa.Integer),
        sa.bindparam("bounds", type_=sa.Text),
        sa.bindparam("kinds", type_=sa.ARRAY(sa.Text)),
        sa.bindparam("basis", type_=sa.Integer),
        sa.bindparam("above_load", type_=sa.BigInteger),
        sa.bindparam("below_load", type_=sa.BigInteger),
    )
)


def nameless_values(
    reader: Reads, question: Question, one: Plan, place: int, year: int
) -> list[float] | None:
    """The sorted values of the units below a place without their names; at least ten of them, or None.

    None too where a side of the metric is more than one rollup cell: the warehouse's function takes one.
    """
    sides = [_side(lookups) for lookups in one.sums]
    above, below = (*sides, NO_SIDE)[:2]
    if len(sides) > 2 or above is None or below is None:
        return None
    rows = reader.rows(
        _NAMELESS,
        **_binds("above", above, question),
        **_binds("below", below, question),
        year=year,
        place=place,
        bounds=question.boundary,
        kinds=sorted({row[2] for lookups in one.sums for row in lookups[0].rows}),
        basis=int(Basis[question.basis.upper()]),
    )
    found: list[float] | None = next(iter(rows))[0]
    scale = getattr(base(one.metric), "scale", 1)
    return found and [value * scale for value in found]


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
