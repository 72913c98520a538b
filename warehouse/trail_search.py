"""Lines of the audit trail as an audit administrator searches them. Row security decides which there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from warehouse.moments import CHINA
from warehouse.seals import audit_check, audit_seal
from warehouse.store import Reader
from warehouse.tables import audit
from warehouse.text import Text


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for; "" and None leave it open. `before`: only lines written before this one."""

    login: str = ""
    event: str = ""
    object: str = ""
    day: date | None = None
    succeeded: bool | None = None
    before: int | None = None


@dataclass(frozen=True)
class Found:
    """One line as found."""

    audit_id: int
    at: datetime
    login: str
    role: str
    address: str
    event: str
    object: str
    succeeded: bool
    detail: Mapping[str, Any]
    strand: int
    sequence: int


@dataclass(frozen=True)
class Checked:
    """What the newest check of the whole trail found."""

    at: datetime
    seal: int
    lines: int
    faults: list[Text]


_SHOWN = [audit.c[name] for name in Found.__annotations__]


def find(reader: Reader, wanted: Wanted, most: int) -> list[Found]:
    """The newest lines that fit, newest first."""
    statement = (
        sa.select(*_SHOWN).where(*_conditions(wanted)).order_by(audit.c.audit_id.desc()).limit(most)
    )
    return [Found(*row) for row in reader.rows(statement)]


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.login:
        found.append(audit.c.login == wanted.login)
    if wanted.event:
        found.append(audit.c.event == wanted.event)
    if wanted.object:
        found.append(audit.c.object.contains(wanted.object, autoescape=True))
    if wanted.day is not None:
        begins = datetime.combine(wanted.day, time.min, CHINA)
        found.append(audit.c.at.between(begins, begins + timedelta(days=1, microseconds=-1)))
    if wanted.succeeded is not None:
        found.append(audit.c.succeeded.is_(wanted.succeeded))
    if wanted.before is not None:
        found.append(audit.c.audit_id < wanted.before)
    return found


def newest_seal(reader: Reader) -> tuple[int, datetime, str] | None:
    """Number, time and suite of the newest seal."""
    columns = audit_seal.c.number, audit_seal.c.at, audit_seal.c.signature
    rows = reader.rows(sa.select(*columns).order_by(audit_seal.c.number.desc()).limit(1))
    return next(((row.number, row.at, row.signature.split(".", 1)[0]) for row in rows), None)


def newest_check(reader: Reader) -> Checked | None:
    rows = reader.rows(sa.select(audit_check).order_by(audit_check.c.check_id.desc()).limit(1))
    for row in rows:
        faults = [Text(fault["zh"], fault["en"]) for fault in row.faults]
        return Checked(row.at, row.seal, row.lines, faults)
    return None
