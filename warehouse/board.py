"""The submission board: how many forms of each place below another stand where, what is late, and since when the oldest waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import polars as pl
import sqlalchemy as sa

from warehouse.calendar import calendar
from warehouse.chain_queue import REVIEW_DAYS, REVIEWING
from warehouse.chain_rules import LOCKED, State
from warehouse.discovery import asked_forms
from warehouse.moments import begins
from warehouse.places import NATION, Rung
from warehouse.store import Compiled, Reader, compiled
from warehouse.tables import ladder

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "place_id": pl.Int64, "form": pl.String, "state": pl.String, "forms": pl.Int64, "late": pl.Int64, "slow": pl.Int64, "oldest": pl.Datetime("us", "UTC"),
}  # fmt: skip
_COUNTS = Compiled(
    b"SELECT * FROM standing_counts($1, $2, $3, $4)", ("here", "year", "today", "slow"), {}
)
_REVIEWING = frozenset(REVIEWING)
_LOCKED = frozenset(one.value for one in LOCKED)


class Stand(NamedTuple):
    """The forms of one kind, of the units of one place, that stand in one state.

    `late`: their day is past and they were not handed in (what was returned, from the day after). `slow`: they have waited for a reviewer
    longer than a week. `oldest`: since when the first of them stands so, of the nation since the beginning of which day.
    """

    place_id: int
    form: str
    state: str
    forms: int
    late: int
    slow: int
    oldest: datetime | None


def board(
    reader: Reader, place_id: int, year: int, today: date, units: Mapping[int, int] | None = None
) -> pl.DataFrame:
    """The same as a frame of SCHEMA, its columns named as there."""
    return pl.DataFrame(stands(reader, place_id, year, today, units), schema=SCHEMA, orient="row")


def stands(
    reader: Reader, place_id: int, year: int, today: date, units: Mapping[int, int] | None = None
) -> list[Stand]:
    """Where the forms stand of the units of every place right below this one (or of the school itself).

    Every form that is asked for by today stands in one state; `missing` are those nobody has begun. `units` are due there (`units_below`): whoever has the ladder
    in memory need not ask. `reader` must see the place's records.
    """
    past = {name for name, day in calendar(reader).dues(year).items() if day < today}
    due = dict(units_below(reader, place_id, year).iter_rows()) if units is None else units
    since = {"today": begins(today), "slow": begins(today - timedelta(days=REVIEW_DAYS))}
    found, begun = [], Counter[tuple[int, str]]()
    for place, form, state, forms, oldest, earlier, old in reader.rows(_COUNTS, here=place_id, year=year, **since):  # fmt: skip
        late = 0 if form not in past or state in _LOCKED else earlier if state == State.RETURNED.value else forms  # fmt: skip
        begun[place, form] += forms
        if forms > 0:
            found.append(Stand(place, form, state, forms, late, old if state in _REVIEWING else 0, oldest))  # fmt: skip
    missing = State.MISSING.value
    asked = [(form, form in past) for form in asked_forms(year, today)]
    found += [
        Stand(place, form, missing, left, left if is_past else 0, 0, None)
        for place, n in due.items()
        for form, is_past in asked
        if (left := n - begun[place, form]) > 0
    ]
    return found


def units_below(reader: Reader, place_id: int, year: int) -> pl.DataFrame:
    """place_id, units: how many are due in the year; as `Ladder.units_below` knows from memory."""
    rows = reader.once(
        (units_below, place_id, year), lambda: reader.rows(_UNITS, here=place_id, year=year)
    )
    return pl.DataFrame(rows, schema={"place_id": pl.Int64, "units": pl.Int64}, orient="row")


_HERE = sa.bindparam("here", type_=sa.Integer)
# The ladder's own way from the nation to the unit tells what lies right below a place.
_CHILD = sa.func.coalesce(
    ladder.c.path_now[sa.func.array_position(ladder.c.path_now, _HERE) + sa.literal_column("1")], ladder.c.place_id
)  # fmt: skip
_UNITS = compiled(
    sa.select(_CHILD, sa.func.count())
    .where(
        ladder.c.year == sa.bindparam("year", type_=sa.SmallInteger),
        ladder.c.rung == sa.literal_column(str(int(Rung.SCHOOL))),
        sa.any_(ladder.c.path_now) == _HERE,
    )
    .group_by(sa.literal_column("1"))
)


Asked = int | sa.BindParameter[int]


def right_below(path: sa.Column[Any], unit: sa.Column[int], place_id: Asked) -> sa.ColumnElement[int]:  # fmt: skip
    """The place right below another on a path that runs from the province to the unit; the unit itself where it is that."""
    is_nation = isinstance(place_id, int) and place_id == NATION
    at = sa.literal(1) if is_nation else sa.func.array_position(path, place_id) + 1
    return sa.func.coalesce(path[at], unit)


def inside(unit: sa.Column[int], place_id: int, year: int) -> sa.ColumnElement[bool]:
    """Whether a unit lies in a place under today's boundaries; for a place below the nation the units are found on the ladder first."""
    return sa.true() if place_id == NATION else below(unit, [place_id], year)


def below(unit: sa.Column[int], place: list[int] | sa.BindParameter[Any], year: Asked) -> sa.ColumnElement[bool]:  # fmt: skip
    """The same of a place below the nation, told as a list of one."""
    c = ladder.c
    return unit.in_(
        sa.select(c.place_id).where(
            c.year == year, c.rung == Rung.SCHOOL, c.path_now.contains(place)
        )
    )
