"""What a school handed in: its submissions with their revisions, and every row a rule had something to say about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.table import ColumnView, RowView, TableView, part
from dashboards.views import chain as words
from dashboards.views import wording
from metrics.review import Flag
from metrics.school import Handed
from metrics.unclaimed import Unclaimed
from warehouse.discovery import form as form_named
from warehouse.form import Column, Secrecy
from warehouse.masks import masked
from warehouse.moments import minute

MOST = 60  # rows of findings on the page


def submissions(visit: Visit, handed: Sequence[Handed]) -> TableView:
    """One row a submission, the newest first; one that counted leads to the page as it then stood."""
    phrases = visit.phrases
    heads = (
        ColumnView(phrases("source.form"), kind="text"),
        ColumnView(phrases("records.revision")),
        ColumnView(phrases("records.received"), kind="text"),
        ColumnView(phrases("source.file"), kind="text"),
        ColumnView(phrases("records.accepted"), phrases("unit.rows")),
        ColumnView(phrases("records.refused"), phrases("unit.rows")),
        ColumnView(phrases("records.breaches"), phrases("unit.rows")),
        ColumnView(phrases("records.remarks"), phrases("unit.rows")),
    )
    return TableView(phrases("records.title"), heads, [_submission(visit, one) for one in handed])


def _submission(visit: Visit, one: Handed) -> RowView:
    counts = (one.rows_accepted, one.rows_refused, one.breaches, one.remarks)
    state = wording.fate(
        visit.phrases, is_current=one.is_current, is_refused=one.first_load is None
    )
    cells = (
        CellView(f"{one.revision} {'p' if one.revision == 1 else 'r'}"),
        CellView(minute(one.received_at), note=_by(visit, one)),
        CellView(one.file_name, note=state),
        *(CellView(plain(count)) for count in counts),
    )
    return RowView(form_named(one.form).title.of(visit.lang), cells, _as_it_stood(visit, one))


def _by(visit: Visit, one: Handed) -> str:
    """Who sent it, and whether its year was over by then."""
    marked = words.supplementary(visit, one.form, visit.year, one.received_at)
    return visit.phrases("list.meta").join(filter(None, (one.received_by, marked)))


def _as_it_stood(visit: Visit, one: Handed) -> str:
    """The address of the page at the moment a submission was recorded."""
    if one.first_load is None:
        return ""
    return visit.address.to(asof=one.recorded_at.astimezone(UTC).isoformat())


def unclaimed(visit: Visit, rows: Sequence[Unclaimed]) -> TableView:
    """One line a row that no unit claims: where it stood, the code as written, what to do, the whole row."""
    phrases = visit.phrases
    heads = (
        ColumnView(phrases("source.form"), kind="text"),
        ColumnView(phrases("records.row")),
        ColumnView(phrases("records.code"), kind="text", narrow=False),
        ColumnView(phrases("records.message"), kind="text"),
        ColumnView(phrases("records.cells"), kind="text", narrow=False),
    )
    return TableView(
        phrases("records.unclaimed"),
        heads,
        [_unclaimed(visit, one) for one in rows[:MOST]],
        "wrap",
        part(MOST, len(rows)),
    )


def _unclaimed(visit: Visit, one: Unclaimed) -> RowView:
    form = form_named(one.form)
    heads = {head: column for column in form.columns.values() for head in column.headers}
    written = " · ".join(
        f"{head} {_value(visit, heads.get(head), text)}" for head, text in one.cells.items() if text
    )
    cells = (
        CellView(str(one.sheet_row)),
        CellView(one.school_code, symbol="" if one.school_code else "not_applicable"),
        CellView(f"{one.message.of(visit.lang)} {one.todo.of(visit.lang)}"),
        CellView(written),
    )
    file = " · ".join(filter(None, (one.file_name, one.sheet)))
    return RowView(form.title.of(visit.lang), cells, sub=file)


def _value(visit: Visit, column: Column | None, value: str | None) -> str:
    """A value as written; of a sensitive column only its ends, unless the reader's role needs it."""
    is_sensitive = column is not None and column.secrecy is Secrecy.SENSITIVE
    return masked(value) if is_sensitive and not visit.audience.sees_sensitive else value or ""


def findings(visit: Visit, flags: Sequence[Flag]) -> TableView:
    """One row a finding: where in the sheet, the value, what the rule says, what the school says."""
    phrases = visit.phrases
    heads = (
        ColumnView(phrases("source.form"), kind="text"),
        ColumnView(phrases("records.answer"), kind="text"),
        ColumnView(phrases("records.row")),
        ColumnView(phrases("records.column"), kind="text"),
        ColumnView(phrases("records.value")),
        ColumnView(phrases("records.message"), kind="text"),
        ColumnView(phrases("records.explanation"), kind="text", narrow=False),
    )
    order = {"breach": 0, "remark": 1, "refused": 2}
    ordered = sorted(flags, key=lambda flag: (order.get(flag.answer, 3), flag.form, flag.sheet_row))
    return TableView(
        phrases("records.findings"),
        heads,
        [_finding(visit, one) for one in ordered[:MOST]],
        "wrap",
        part(MOST, len(ordered)),
    )


def _finding(visit: Visit, flag: Flag) -> RowView:
    form = form_named(flag.form)
    column = form.columns.get(flag.column or "")
    cells = (
        CellView(visit.phrases(f"answer.{flag.answer}")),
        CellView(str(flag.sheet_row)),
        CellView(column.label.of(visit.lang) if column else ""),
        CellView(_value(visit, column, flag.value), symbol="" if flag.value else "not_applicable"),
        CellView(flag.message.of(visit.lang)),
        CellView(
            flag.explanation or "",
            symbol="" if flag.explanation else "not_applicable",
            quoted=True,
        ),
    )
    return RowView(form.title.of(visit.lang), cells)
