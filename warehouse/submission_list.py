"""Submissions of a place, the newest first: what programs walk through."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from warehouse.places import NATION
from warehouse.store import Reader
from warehouse.tables import submission


class Listed(NamedTuple):
    """One submission. `is_current`: its figures count; an earlier revision stays readable."""

    submission_id: int
    form: str
    year: int
    school_id: int
    revision: int
    received_at: datetime
    file_name: str
    file_hash: str
    rows_accepted: int
    rows_refused: int
    breaches: int
    remarks: int
    first_load: int | None
    is_current: bool


class Wanted(NamedTuple):
    """Which: of a place and those below it, about a year; `before`: only earlier numbers than this."""

    place_id: int
    year: int
    form: str = ""
    before: int | None = None


def listed(reader: Reader, wanted: Wanted, most: int) -> list[Listed]:
    """At most so many, the highest number first. `reader` must see the place's records."""
    c = submission.c
    asked = sa.select(*(c[name] for name in Listed._fields)).where(c.year == wanted.year)
    if wanted.place_id != NATION:
        asked = asked.where(c.path.contains([wanted.place_id]))
    if wanted.form:
        asked = asked.where(c.form == wanted.form)
    if wanted.before is not None:
        asked = asked.where(c.submission_id < wanted.before)
    return [Listed(*row) for row in reader.rows(asked.order_by(c.submission_id.desc()).limit(most))]
