"""New accounts from a workbook: the way in, and what became of each workbook."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import element as e
from dashboards.element import Element
from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.form import action_form, file_field, hidden, press
from dashboards.parts.section import SectionView, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.accounts import PAGE, place_of, posting
from etl.account_book import MOST
from warehouse.account_batches import Batch, batches
from warehouse.moments import minute
from warehouse.rights import Right

VIEW = "batch"


def bulk_section(visit: Visit) -> Iterator[Element]:
    """Template, upload, and the workbooks taken so far."""
    if Right.MANAGE_ACCOUNTS not in visit.rights:
        return
    phrases = visit.phrases
    note = phrases("accounts.bulk.note", most=plain(MOST))
    forms = e.div(
        action_form("account_template", posting(visit), press(phrases("accounts.template"))),
        action_form(
            "create_accounts",
            posting(visit),
            file_field("workbook", phrases("accounts.file"), ".xlsx"),
            press(phrases("accounts.upload"), is_first=True),
            files=True,
        ),
        cls="fields",
    )
    taken = batches(visit.reader, 10)
    listed = _taken(visit, taken) if taken else None
    yield section(SectionView("bulk", phrases("accounts.bulk"), note=note), forms, listed)


def _taken(visit: Visit, taken: list[Batch]) -> Element:
    title = visit.phrases("accounts.batches")
    names = ("batch.file", "at", "batch.result")
    heads = [ColumnView(visit.phrases(f"accounts.{name}"), kind="text") for name in names]
    rows = [
        RowView(one.file_name, (CellView(minute(one.at)), CellView(_result(visit, one))), href(visit, one.batch_id))
        for one in taken
    ]  # fmt: skip
    return table(TableView(title, heads, rows), visit.phrases)


def _result(visit: Visit, one: Batch) -> str:
    if one.faults:
        return visit.phrases("accounts.batch.is_not", n=plain(len(one.faults)))
    return visit.phrases("accounts.batch.is_made", n=plain(len(one.made)))


def href(visit: Visit, batch_id: int) -> str:
    return visit.address.on(PAGE, place_of(visit).place_id, view=VIEW, item=str(batch_id))


def batch_section(visit: Visit, one: Batch) -> Element:
    """What a workbook came to: every fault with its row, or the way to the invitations."""
    phrases = visit.phrases
    title = phrases("accounts.batch", n=one.batch_id, file=one.file_name)
    if not one.faults:
        view = SectionView(
            "batch", title, say=phrases("accounts.batch.made", n=plain(len(one.made))), note=phrases("accounts.batch.once")
        )  # fmt: skip
        return section(
            view,
            action_form(
                "invite_batch",
                posting(visit),
                hidden("batch", one.batch_id),
                press(phrases("accounts.batch.invite"), is_first=True),
            ),
            e.p(", ".join(one.made), cls="m"),
        )
    say = phrases("accounts.batch.faults", n=plain(len(one.faults)))
    heads = [
        ColumnView(phrases(f"accounts.batch.{name}"), kind="text")
        for name in ("row", "column", "why")
    ]
    rows = [
        RowView(str(fault.row), (CellView(fault.column.of(visit.lang)), CellView(fault.why.of(visit.lang))))
        for fault in one.faults
    ]  # fmt: skip
    listed = table(TableView(title, heads, rows, "wrap"), phrases)
    return section(SectionView("batch", title, say=say), listed)
