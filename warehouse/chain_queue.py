"""What waits for whom: the queue of a place, the states of what stands below it, what is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from warehouse.calendar import calendar
from warehouse.chain import Key
from warehouse.chain_rules import State
from warehouse.chain_tables import standing
from warehouse.discovery import asked_forms
from warehouse.moments import ZONE, china_day
from warehouse.places import NATION
from warehouse.store import Reader
from warehouse.tables import ladder, place, submission
from warehouse.terms import newest_year, year_from

REVIEW_DAYS = 7  # after which a form that waits for a reviewer is overdue
REVIEWING = (State.HANDED_IN.value, State.REVIEWED.value)
# Written into the statement: of values given with it the server does not know whether the index of what waits holds them.
_IS_REVIEWING = standing.c.state.in_([sa.literal_column(f"'{state}'") for state in REVIEWING])


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One form in a queue."""

    key: Key
    state: State
    since: datetime
    waits_at: int | None
    code: str
    name_zh: str
    submission_id: int
    revision: int
    breaches: int
    remarks: int

    def days(self, today: date) -> int:
        return max(0, (today - china_day(self.since)).days)


def waiting(
    reader: Reader, place_id: int, *, form: str = "", year: int = 0, most: int = 200
) -> list[Waiting]:
    """What waits for a place's review, the longest waiting first."""
    found = (
        sa.select(
            standing.c.form, standing.c.year, standing.c.school_id, standing.c.state, standing.c.since, standing.c.waits_at,
            place.c.code, place.c.name_zh, standing.c.submission_id, submission.c.revision, submission.c.breaches,
            submission.c.remarks,
        )
        .join(place, place.c.place_id == standing.c.school_id)
        .join(submission, submission.c.submission_id == standing.c.submission_id)
        .where(standing.c.waits_at == place_id, _IS_REVIEWING)
        .order_by(standing.c.since, standing.c.form, standing.c.school_id)
        .limit(most)
    )  # fmt: skip
    if form:
        found = found.where(standing.c.form == form)
    if year:
        found = found.where(standing.c.year == year)
    return [
        Waiting(key=Key(*row[:3]), state=State(row.state), since=row.since, waits_at=row.waits_at, code=row.code,
                name_zh=row.name_zh, submission_id=row.submission_id, revision=row.revision, breaches=row.breaches,
                remarks=row.remarks)
        for row in reader.rows(found)
    ]  # fmt: skip


def counts(
    reader: Reader, place_id: int, year: int, today: date, form: str = ""
) -> dict[State, int]:
    """How many forms of the units below a place stand in each state in a year; missing are those asked for by today and not begun."""
    below = _below(standing.c.path, place_id)
    found = (
        sa.select(standing.c.state, sa.func.count())
        .where(standing.c.year == year, below)
        .group_by(standing.c.state)
    )
    if form:
        found = found.where(standing.c.form == form)
    known = {State(state): number for state, number in reader.rows(found)}
    units = reader.rows(
        sa.select(sa.func.count())
        .select_from(ladder.join(place, place.c.place_id == ladder.c.place_id))
        .where(ladder.c.year == year, ladder.c.rung == 4, _below(place.c.path, place_id))
    )
    asked = asked_forms(year, today)
    forms = int(form in asked) if form else len(asked)
    return {**known, State.MISSING: max(0, units[0][0] * forms - sum(known.values()))}


def queues(reader: Reader, place_id: int, year: int) -> pl.DataFrame:
    """place_id, waiting, oldest: every place at or below this one that has something to review."""
    found = (
        sa.select(
            standing.c.waits_at.label("place_id"), sa.func.count().label("waiting"), sa.func.min(standing.c.since).label("oldest")
        )
        .where(standing.c.year == year, _IS_REVIEWING, _below(standing.c.path, place_id))
        .group_by(standing.c.waits_at)
        .order_by(sa.text("2 DESC, 1"))
    )  # fmt: skip
    return reader.frame(found)


def overdue(reader: Reader, today: date, place_id: int = NATION) -> pl.DataFrame:
    """What should have moved by now, for reminders and escalation: school_id, form, year, state, waits_at, actor, days.

    A school is late when the form's day is past and it has not handed in; what was returned after that day has been late only since. The
    last parts of the year before are due in this one, and so among them. Otherwise of earlier years it owes what was begun or
    returned and not handed in, late since it stands so. A reviewer is late with a form that has waited longer than a week. `days` is how many days late; `reader` must see the place's records.
    """
    year = newest_year(today)
    known = calendar(reader)
    late = [_late(reader, today, known.dues(one), one, place_id) for one in (year, year - 1)]
    found = [*late, _owed(reader, today, year, place_id), _slow(reader, today, year, place_id)]
    return pl.concat(found).sort("days", "school_id", "form", descending=[True, False, False])


_SCHEMA = pl.Schema({
    "school_id": pl.Int64, "form": pl.String, "year": pl.Int64, "state": pl.String, "waits_at": pl.Int64, "actor": pl.String,
    "days": pl.Int64,
})  # fmt: skip


def _late(
    reader: Reader, today: date, known: Mapping[str, date], year: int, place_id: int
) -> pl.DataFrame:
    """Schools that have not handed in although the day is past, of days of the running academic year; of the year before only what nobody began."""
    begun = year_from(newest_year(today)).first
    dues = {name: day for name, day in known.items() if begun <= day < today}
    if not dues:
        return pl.DataFrame(schema=_SCHEMA)
    forms = (
        sa.func.unnest(
            sa.cast(list(dues), sa.ARRAY(sa.Text)), sa.cast(list(dues.values()), sa.ARRAY(sa.Date))
        )
        .table_valued("form", "due")
        .render_derived()
    )
    state = sa.func.coalesce(standing.c.state, State.MISSING.value)
    is_returned = standing.c.state == State.RETURNED.value
    asked_by = sa.case(
        (is_returned, sa.func.greatest(forms.c.due, _day_of_standing())), else_=forms.c.due
    )
    days = sa.cast(sa.literal(today), sa.Date) - sa.cast(asked_by, sa.Date)
    found = (
        sa.select(
            ladder.c.place_id.label("school_id"), forms.c.form, ladder.c.year, state.label("state"),
            ladder.c.place_id.label("waits_at"), sa.func.coalesce(standing.c.actor, "fill").label("actor"),
            days.label("days"),
        )
        .select_from(
            ladder.join(place, place.c.place_id == ladder.c.place_id)
            .join(forms, sa.true())
            .outerjoin(
                standing,
                (standing.c.school_id == ladder.c.place_id) & (standing.c.year == ladder.c.year) & (standing.c.form == forms.c.form),
            )
        )
        .where(
            ladder.c.year == year, ladder.c.rung == 4, _below(place.c.path, place_id),
            state.not_in((*REVIEWING, State.APPROVED.value)), days > 0,
            sa.true() if year == newest_year(today) else standing.c.state.is_(None),
        )
    )  # fmt: skip
    return reader.frame(found).cast(_SCHEMA)


def _owed(reader: Reader, today: date, year: int, place_id: int) -> pl.DataFrame:
    """What schools have begun, or were given back, of years before this one."""
    days = sa.cast(sa.literal(today), sa.Date) - _day_of_standing()
    begun = standing.c.state.not_in((*REVIEWING, State.APPROVED.value))
    return _standing_late(reader, place_id, days, standing.c.year < year, begun)


def _slow(reader: Reader, today: date, year: int, place_id: int) -> pl.DataFrame:
    """Reviews that have waited too long."""
    days = sa.cast(sa.literal(today), sa.Date) - _day_of_standing() - REVIEW_DAYS
    return _standing_late(reader, place_id, days, standing.c.year <= year, _IS_REVIEWING)


def _standing_late(
    reader: Reader, place_id: int, days: sa.ColumnElement[Any], *those: sa.ColumnElement[bool]
) -> pl.DataFrame:
    """The forms that stand somewhere and are so many days late there."""
    found = sa.select(
        standing.c.school_id, standing.c.form, standing.c.year, standing.c.state, standing.c.waits_at, standing.c.actor,
        days.label("days"),
    ).where(*those, days > 0, _below(standing.c.path, place_id))  # fmt: skip
    return reader.frame(found).cast(_SCHEMA)


def _day_of_standing() -> sa.ColumnElement[date]:
    """The day in China since which a form stands where it stands."""
    return sa.cast(sa.func.timezone(ZONE, standing.c.since), sa.Date)


def _below(path: sa.Column[object], place_id: int) -> sa.ColumnElement[bool]:
    return sa.true() if place_id == NATION else path.contains([place_id])
