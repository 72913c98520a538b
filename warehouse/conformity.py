"""How far what a province sent keeps to the standard: counted from receipts, refusals and findings, never typed.

What a province's system sends comes in packages, so a receipt without a document of a school's own is one of these. The bars are
this system's: the technical annexes of the notice are not public.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from warehouse.calendar import calendar
from warehouse.discovery import asked_forms, form
from warehouse.ladder import Ladder
from warehouse.moments import china_day
from warehouse.rollout import current, filings
from warehouse.store import Reader
from warehouse.tables import document, rejection, submission, unclaimed

BARS: dict[str, int] = {
    "protection": 100, "forms": 100, "schools": 95, "columns": 90, "accepted": 99, "codes": 100, "due_schools": 100, "unbroken": 99, "in_time": 95,
}  # fmt: skip
"""Per cent of what is counted that has to hold, by check."""
UNKNOWN_CODE = "unknown_code"
PROTECTION = "protection_assessed"

# What JSON keeps exactly: whole numbers, names, and moments as ISO
Measured = dict[str, Any]


class Check(NamedTuple):
    """One named check: how many of how many, against its bar in per cent. Nothing of nothing is not met."""

    name: str
    held: int
    of: int
    bar: int

    @property
    def is_met(self) -> bool:
        return self.of > 0 and self.held * 100 >= self.of * self.bar


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Whose packages, and of which forms."""

    place_id: int
    forms: Sequence[str]


class Receipt(NamedTuple):
    """One file of a package with what came of it; `last`: its highest load."""

    form: str
    file: str
    file_hash: str
    at: str
    schools: int
    accepted: int
    refused: int
    breaches: int
    remarks: int
    late: int
    first: int
    last: int
    load: int | None
    columns: int


def measure(reader: Reader, ladder: Ladder, wanted: Wanted, now: datetime) -> Measured:
    """Conformity of the newest year that a province's packages speak of, with the receipts it rests on."""
    year = reader.rows(sa.select(sa.func.max(submission.c.year)).where(*_sent(wanted)))[0][0]
    receipts = _receipts(reader, wanted, year) if year else []
    asked = [name for name in wanted.forms if not year or name in asked_forms(year, china_day(now))]
    return {
        "at": now.isoformat(), "year": year, "bars": dict(BARS), "forms": asked,
        "due": len(ladder.units(wanted.place_id, year)) * len(asked) if year else 0,
        "receipts": [one._asdict() for one in receipts],
        "unknown_codes": _refused(reader, wanted, year) if year else {},
        "nobodys": _nobodys(reader, wanted, year) if year else {},
        "protection": sum(line.item == PROTECTION for line in current(filings(reader, wanted.place_id))),
    }  # fmt: skip


def receipts(measured: Measured) -> list[Receipt]:
    return [Receipt(**one) for one in measured["receipts"]]


def checks(measured: Measured) -> list[Check]:
    """Every check, against the bars that stood when it was measured."""
    came = receipts(measured)
    accepted, refused, schools = (sum(getattr(one, n) for one in came) for n in ("accepted", "refused", "schools"))  # fmt: skip
    rows, nobodys = accepted + refused, sum(measured["nobodys"].values())
    held = {
        "protection": (min(1, measured["protection"]), 1),
        "forms": (len({one.form for one in came}), len(measured["forms"])),
        "schools": (schools, measured["due"]),
        "columns": (sum(one.columns for one in came), sum(len(form(one.form).columns) for one in came)),
        "accepted": (accepted, rows),
        "codes": (max(0, rows - sum(measured["unknown_codes"].values())), rows),
        "due_schools": (rows, rows + nobodys),
        "unbroken": (max(0, accepted - sum(one.breaches for one in came)), accepted),
        "in_time": (schools - sum(one.late for one in came), schools),
    }  # fmt: skip
    return [
        Check(name, *held[name], bar)
        for name in BARS
        if (bar := measured["bars"].get(name)) is not None
    ]


def same(one: Measured, other: Measured) -> bool:
    """Whether two measurements rest on the same and counted the same, whenever they were made."""
    return {**one, "at": ""} == {**other, "at": ""}


def _sent(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """The receipts that hold and came in packages."""
    c = submission.c
    own = sa.exists().where(document.c.submission_id == c.submission_id)
    return [c.path.contains([wanted.place_id]), c.form.in_(wanted.forms), c.is_current, ~own]


def _receipts(reader: Reader, wanted: Wanted, year: int) -> list[Receipt]:
    c = submission.c
    dues = calendar(reader).dues(year)
    columns = (c.form, c.file_name, c.file_hash, c.headers, c.received_at)
    totals = [sa.func.sum(c[n]).label(n) for n in ("rows_accepted", "rows_refused", "breaches", "remarks")]  # fmt: skip
    ends = (sa.func.count().label("schools"), sa.func.min(c.submission_id).label("first"), sa.func.max(c.submission_id).label("last"),
            sa.func.max(c.first_load).label("load"))  # fmt: skip
    found = sa.select(*columns, *totals, *ends).where(*_sent(wanted), c.year == year).group_by(*columns).order_by(c.form, sa.text('"first"'))  # fmt: skip
    return [
        Receipt(
            form=row.form, file=row.file_name, file_hash=row.file_hash, at=row.received_at.isoformat(), schools=row.schools,
            accepted=int(row.rows_accepted), refused=int(row.rows_refused), breaches=int(row.breaches), remarks=int(row.remarks),
            late=row.schools if china_day(row.received_at) > dues[row.form] else 0, first=row.first, last=row.last, load=row.load,
            columns=len(set(orjson.loads(row.headers or "{}")) & set(form(row.form).columns)),
        )
        for row in reader.rows(found)
    ]  # fmt: skip


def _refused(reader: Reader, wanted: Wanted, year: int) -> dict[str, int]:
    """Form -> rows refused for a code that no list has."""
    c, s = rejection.c, submission.c
    row = sa.func.count(sa.distinct(sa.tuple_(c.submission_id, c.sheet_row)))
    found = (
        sa.select(c.form, row).join(submission, s.submission_id == c.submission_id)
        .where(*_sent(wanted), s.year == year, c.rule == UNKNOWN_CODE).group_by(c.form)
    )  # fmt: skip
    return {name: n for name, n in reader.rows(found)}  # noqa: C416 - rows are no pairs to the type checker


def _nobodys(reader: Reader, wanted: Wanted, year: int) -> dict[str, int]:
    """Form -> rows of schools that nobody expects, in the files that hold receipts of the province."""
    c, s = unclaimed.c, submission.c
    files = sa.select(s.file_hash).where(*_sent(wanted), s.year == year)
    found = sa.select(c.form, sa.func.count()).where(c.form.in_(wanted.forms), c.year == year, c.file_hash.in_(files)).group_by(c.form)  # fmt: skip
    return {name: n for name, n in reader.rows(found)}  # noqa: C416
