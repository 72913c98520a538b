"""What a school has handed in and says of itself: records, read only by those in charge of it.

Numbers of a school come from measure() like all others; here are its words and its submissions.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from metrics.rollups import Reads
from warehouse.discovery import form as form_named
from warehouse.form import Secrecy
from warehouse.tables import FOR_EVER, metadata, submission
from warehouse.text import Text


class Handed(NamedTuple):
    """One submission of a year. `is_current`: its figures count; an earlier revision stays readable."""

    form: str
    submission_id: int
    revision: int
    received_at: datetime
    received_by: str
    file_name: str
    rows_accepted: int
    rows_refused: int
    breaches: int
    remarks: int
    is_current: bool


class Fact(NamedTuple):
    """One thing a school says of itself: the column's label and the answer in words."""

    column: str
    label: Text
    answer: Text
    code: str


_HANDED = (
    sa.select(*(submission.c[name] for name in Handed._fields))
    .where(
        submission.c.school_id == sa.bindparam("school", type_=sa.Integer),
        submission.c.year == sa.bindparam("year", type_=sa.SmallInteger),
    )
    .order_by(submission.c.received_at.desc(), submission.c.form, submission.c.revision.desc())
)


def submissions(reader: Reads, school: int, year: int) -> list[Handed]:
    """Every submission of a school for a year, the newest first."""
    return [Handed(*row) for row in reader.rows(_HANDED, school=school, year=year)]


def facts(reader: Reads, school: int, year: int, form: str = "register") -> list[Fact]:
    """The public attributes of the register as the school fills it, in the order of the form."""
    found = next(iter(reader.rows(_attributes(form), school=school, year=year)), None)
    if found is None:
        return []
    answers: dict[str, Any] = found._asdict()
    return [_fact(form, name, value) for name, value in answers.items() if value is not None]


def _fact(form: str, name: str, value: Any) -> Fact:  # noqa: ANN401 - any attribute's type
    column = form_named(form).columns[name]
    plain = Text(str(value), str(value))
    answer = column.codes.labels.get(str(value), plain) if column.codes else plain
    return Fact(name, column.label, answer, str(value))


@lru_cache(maxsize=8)
def _attributes(form: str) -> sa.Select[Any]:
    declared = form_named(form).attributes()
    public = [column.name for column in declared if column.secrecy is Secrecy.PUBLIC]
    columns = metadata.tables[f"fact_{form}"].c
    return sa.select(*(columns[name] for name in public)).where(
        columns.school_id == sa.bindparam("school", type_=sa.Integer),
        columns.year == sa.bindparam("year", type_=sa.SmallInteger),
        columns.last_load == sa.literal_column(str(FOR_EVER)),
    )
