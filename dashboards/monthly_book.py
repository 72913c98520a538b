"""The signed monthly report as a workbook. Every text is written as text, so that no cell ever begins a formula."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from dashboards.views.monthly import Shown, groups, typed
from etl.account_book import SAFE
from etl.looks import Looks

SHEET = "月报表 Report"
WIDTHS = (44, 30, 14)


def workbook(shown: Shown) -> bytes:
    """The report as .xlsx: title, what was counted with of how many, what was typed, the signature and its hash."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, SAFE) as book:
        page = _Page(book)
        phrases, one = shown.phrases, shown.signed
        page.write(shown.title, look="title")
        page.write(f"{shown.name} · {shown.month}", shown.mark, look="quiet")
        page.write(phrases("monthly.item"), phrases("monthly.value"), phrases("monthly.of"), look="header")  # fmt: skip
        for group in groups(one.figures, phrases):
            page.write(group.title, "", "", look="strong")
            for line in group.lines:
                page.write(line.label, line.value, "" if line.of is None else line.of)
        page.write(phrases("monthly.typed"), "", "", look="strong")
        for label, text in typed(one.words, phrases):
            page.write(label, text, "")
        page.write(phrases("monthly.signature"), "", "", look="strong")
        for label, text in (*shown.facts()[:3], (phrases("monthly.signed_by"), " · ".join(shown.signature())), (phrases("signoff.hash"), one.content_hash)):  # fmt: skip
            page.write(label, text, "")
    return held.getvalue()


class _Page:
    """Rows from above to below."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self.looks = Looks(book)
        self.sheet = book.add_worksheet(SHEET)
        self.row = 0
        for at, width in enumerate(WIDTHS):
            self.sheet.set_column(at, at, width)
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def write(self, *cells: str | int, look: str = "") -> None:
        for at, cell in enumerate(cells):
            if isinstance(cell, int):
                self.sheet.write_number(self.row, at, cell, self.looks[look or "number"])
            else:
                self.sheet.write_string(self.row, at, cell, self.looks[look or "cell"])
        self.row += 1
