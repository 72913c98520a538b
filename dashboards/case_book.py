"""The verification report of a place and an academic year as a workbook: by rule, by place below, and case by case.

Every text is written as text, so that no cell ever begins a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, NamedTuple

import xlsxwriter

from dashboards.i18n import Phrases
from dashboards.views.case_report import Listing, Report, Row, about, by_place, by_rule, listed
from etl.account_book import SAFE
from etl.looks import Looks, number_look


def workbook(report: Report) -> bytes:
    """The report as .xlsx."""
    words = Words(report.phrases, "case_book", report.title, about(report))
    return written(words, (by_rule(report), by_place(report), listed(report)))


class Words(NamedTuple):
    """What is written around tables: the phrases of their heads by a prefix, the title, and what it is drawn from."""

    phrases: Phrases
    prefix: str
    title: str
    about: str


def written(words: Words, tables: Iterable[Listing]) -> bytes:
    """Tables as .xlsx, a sheet each."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, SAFE) as book:
        looks = _Looks(book)
        for one in tables:
            page = _Page(book.add_worksheet(words.phrases(f"{words.prefix}.{one.name}")), looks, one)  # fmt: skip
            page.write([words.title], "title")
            page.write([words.about], "quiet")
            page.write(one.heads if one.is_worded else [words.phrases(f"{words.prefix}.{head}") for head in one.heads], "header")  # fmt: skip
            for row in one.rows:
                page.write(row)
    return held.getvalue()


class _Looks(Looks):
    """The looks of cells, and those of fractions by their decimals."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        super().__init__(book)
        self.fractions = [book.add_format(number_look(decimals)) for decimals in range(5)]


class _Page:
    """Rows of a sheet from above to below."""

    def __init__(self, sheet: Any, looks: _Looks, of: Listing) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self.sheet, self.looks, self.row, self.decimals = sheet, looks, 0, of.decimals
        for at, width in enumerate(of.widths):
            sheet.set_column(at, at, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.freeze_panes(3, 1)
        sheet.repeat_rows(2)
        sheet.set_footer("&C&P / &N")

    def write(self, cells: Row, look: str = "") -> None:
        for at, cell in enumerate(cells):
            if cell is None:
                self.sheet.write_blank(self.row, at, None, self.looks["cell"])
            elif isinstance(cell, float):
                decimals = self.decimals[at] if at < len(self.decimals) else 1
                self.sheet.write_number(self.row, at, cell, self.looks.fractions[decimals])
            elif isinstance(cell, int):
                self.sheet.write_number(self.row, at, cell, self.looks[look or "number"])
            else:
                self.sheet.write_string(self.row, at, cell, self.looks[look or "cell"])
        self.row += 1
