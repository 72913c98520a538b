"""What is known of a form before anybody fills it: what stands on record this year, and what last year's rows were about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from etl.entry import document, file_name, plain, written
from etl.headers import matches
from warehouse.drafts import EXPLANATION, Draft, Row, Sheet
from warehouse.form import Form, Part
from warehouse.locked import Locked, keyed
from warehouse.store import Reader
from warehouse.tables import FOR_EVER, Basis, fact, finding, rejection, submission
from warehouse.totals import context

BASES = (int(Basis.SUBMITTED), int(Basis.BOTH))


@dataclass(frozen=True, kw_only=True)
class Before:
    """Last year's rows as written, by their keys: `rows` in their order, `totals` of the measures."""

    rows: tuple[Row, ...]
    totals: Mapping[str, str]

    def of(self, form: type[Form], row: Row) -> Row:
        """Last year's row of the same keys; empty where there was none."""
        keys = [column.name for column in form.grain()]
        wanted = [row.get(name) for name in keys]
        return next((one for one in self.rows if [one.get(n) for n in keys] == wanted), {})


def rows_now(reader: Reader, sheet: Sheet, draft: Draft | None, last_year: Before) -> list[Row]:
    """What the page shows: the draft, unless a file has come since; where there is none, what it would begin with."""
    if draft is not None and not _is_overtaken(reader, sheet, draft):
        return list(draft.rows)
    return beginning(reader, sheet, last_year)


def _is_overtaken(reader: Reader, sheet: Sheet, draft: Draft) -> bool:
    """Whether a file was taken in after the draft was saved: it holds what the school says now."""
    newest = _newest(reader, sheet)
    return (
        newest is not None
        and newest.submission_id > draft.after
        and newest.file_name != file_name(sheet.form, sheet.year)
    )


def is_unsent(reader: Reader, sheet: Sheet, school_code: str, draft: Draft | None) -> bool:
    """Whether something is typed that was not handed in."""
    if draft is None or _is_overtaken(reader, sheet, draft):
        return False
    newest = _newest(reader, sheet)
    if newest is None or newest.file_name != file_name(sheet.form, sheet.year):
        return list(draft.rows) != on_record(reader, sheet)
    written_now = document(sheet.form, sheet.year, school_code, draft.rows)
    return bool(newest.file_hash != hashlib.sha256(written_now).hexdigest())


def beginning(reader: Reader, sheet: Sheet, before: Before) -> list[Row]:
    """The rows that a draft begins with: this year's on record; else those that the owner of a locked number has something for; else
    last year's, of which only what lasts is kept.
    """
    standing = on_record(reader, sheet)
    if standing:
        return standing
    for one in keyed(sheet.form).values():
        if (asked := _of_owner(reader, sheet, one)) is not None:
            return asked
    lasting = [name for name, c in sheet.form.columns.items() if c.part is not Part.MEASURE]
    return [{name: row[name] for name in lasting if name in row} for row in before.rows]


def _of_owner(reader: Reader, sheet: Sheet, one: Locked) -> list[Row] | None:
    """A row for each key of which the owner of a locked number has any; None while it is not in."""
    given = context(reader, sheet.form, sheet.year, [sheet.school]).row(0, named=True)[one.name]
    return (
        None if given is None else [{one.total.by: each["key"]} for each in given if each["value"]]
    )


def before(reader: Reader, sheet: Sheet) -> Before:
    """The year before, as it stands."""
    rows = [row for _, row in _facts(reader, sheet, sheet.year - 1)]
    found = _frame_rows(reader, sheet, sheet.year - 1)
    totals = {
        each.name: written(each, sum(row[each.name] or 0 for row in found))
        for each in sheet.form.measures()
    }
    return Before(rows=tuple(rows), totals=totals if found else {})


def on_record(reader: Reader, sheet: Sheet) -> list[Row]:
    """What was last handed in this year, each row at its own line: the accepted ones and the refused as they were written."""
    found = _newest(reader, sheet)
    if found is None:
        return []
    newest = found.submission_id
    reasons = _reasons(reader, newest)
    lines = {
        line: {**row, **({EXPLANATION: reasons[line]} if line in reasons else {})}
        for line, row in _facts(reader, sheet, sheet.year, newest)
    }
    lines |= _refused(reader, sheet.form, newest)
    return [lines[line] for line in sorted(lines)]


def _newest(reader: Reader, sheet: Sheet) -> Any:  # noqa: ANN401 - a row of submission, or None
    """The last submission, whether or not rows of it were accepted."""
    names = ("submission_id", "file_name", "file_hash", "received_at")
    of_sheet = (
        sa.select(*(submission.c[name] for name in names))
        .where(
            submission.c.form == sheet.form.name,
            submission.c.year == sheet.year,
            submission.c.school_id == sheet.school,
        )
        .order_by(submission.c.submission_id.desc())
        .limit(1)
    )
    return next(iter(reader.rows(of_sheet)), None)


def _frame_rows(reader: Reader, sheet: Sheet, year: int) -> list[Mapping[str, Any]]:
    """Current facts of a year, in the order of their sheet."""
    table = fact(sheet.form)  # type: ignore[arg-type]  # mypy holds classes with class variables for unhashable
    names = ("submission_id", "sheet_row", *sheet.form.columns)
    rows = reader.rows(
        sa.select(*(table.c[name] for name in names))
        .where(
            table.c.school_id == sheet.school,
            table.c.year == year,
            table.c.last_load == FOR_EVER,
            table.c.basis.in_(BASES),
        )
        .order_by(table.c.sheet_row)
    )
    return [row._asdict() for row in rows]


def _facts(
    reader: Reader, sheet: Sheet, year: int, of: int | None = None
) -> list[tuple[int, dict[str, str]]]:
    """Sheet row and cells as written; of one submission, or of whichever stands."""
    return [
        (row["sheet_row"], _texts(sheet.form, row))
        for row in _frame_rows(reader, sheet, year)
        if of is None or row["submission_id"] == of
    ]


def _texts(form: type[Form], row: Mapping[str, Any]) -> dict[str, str]:
    texts = {name: written(column, row[name]) for name, column in form.columns.items()}
    return {name: text for name, text in texts.items() if text}


def _reasons(reader: Reader, number: int) -> dict[int, str]:
    said = sa.select(finding.c.sheet_row, finding.c.explanation).where(
        finding.c.submission_id == number, finding.c.explanation.is_not(None)
    )
    return {row.sheet_row: row.explanation for row in reader.rows(said)}


def _refused(reader: Reader, form: type[Form], number: int) -> dict[int, dict[str, str]]:
    """Refused rows under declared names, as they were written."""
    kept = sa.select(rejection.c.sheet_row, rejection.c.cells).where(
        rejection.c.submission_id == number
    )
    found = {row.sheet_row: json.loads(row.cells or "{}") for row in reader.rows(kept)}
    return {line: _under_names(form, cells) for line, cells in found.items()}


def _under_names(form: type[Form], cells: Mapping[str, str | None]) -> dict[str, str]:
    names = matches(form, list(cells))
    known = {*form.columns, EXPLANATION}
    texts = {
        name: text
        for name, text in zip(names, cells.values(), strict=True)
        if name in known and text
    }
    return plain(form, [{str(name): text for name, text in texts.items()}])[0]
