"""What came into the warehouse between two releases, or since one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from warehouse.store import Reader
from warehouse.tables import submission


class Came(NamedTuple):
    """A submission that moved figures."""

    submission_id: int
    school_id: int
    form: str
    revision: int
    recorded_at: datetime


def came_between(
    reader: Reader, place: int | None, year: int, since: Mapping[str, int], until: Mapping[str, int] | None, *, is_approved: bool, most: int
) -> tuple[int, Sequence[Came]]:  # fmt: skip
    """How many submissions of a year moved figures after some loads and up to others (None: up to now), and the newest of them.

    `place` None is the nation; `is_approved`: figures moved when they were approved.
    """
    c = submission.c
    load = c.approved_load if is_approved else c.first_load
    wanted = [c.year == year, load.is_not(None), load > _of(since, c.form)]
    if until is not None:
        wanted.append(load <= _of(until, c.form))
    if place is not None:
        wanted.append(sa.or_(c.path.contains([place]), c.school_id == place))
    asked = sa.select(*(c[name] for name in Came._fields)).where(*wanted).order_by(c.submission_id.desc()).limit(most)  # fmt: skip
    rows = [Came(*row) for row in reader.rows(asked)]
    if len(rows) < most:
        return len(rows), rows
    return int(reader.rows(sa.select(sa.func.count()).where(*wanted))[0][0]), rows


def _of(loads: Mapping[str, int], form: sa.ColumnElement[str]) -> sa.ColumnElement[int]:
    said = sa.bindparam("loads", dict(loads), JSONB, unique=True)
    return sa.func.coalesce(sa.cast(said[form].astext, sa.BigInteger), 0)
