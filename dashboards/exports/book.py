"""A table as a workbook that is a document: the table as it is laid out, its notes and definitions, its receipt.

Numbers are typed and written in full in the unit of the head; every text is written as text, so that no cell ever begins a formula.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

from dashboards.exports.paper import Paper
from dashboards.parts.cell import SIGNS
from dashboards.parts.crosstab import HeadView, LineView
from dashboards.views import build, wording
from dashboards.views.build import Words
from etl.account_book import SAFE
from etl.looks import Book, Format, Looks, Worksheet, number_look
from metrics.discovery import metric
from metrics.tables.ask import key

LABEL_WIDTH, NUMBER_WIDTH = 22, 14
A4 = 9


def workbook(paper: Paper) -> bytes:
    """The table as .xlsx: a sheet of numbers, one of notes, one with the receipt."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, SAFE) as book:
        book.set_properties({"title": paper.words.title, "comments": paper.receipt["address"]})
        made = _Sheets(book, paper)
        made.table()
        made.notes()
        made.receipt()
    return held.getvalue()


class _Sheets:
    """The sheets of one workbook."""

    def __init__(self, book: Book, paper: Paper) -> None:
        self.book, self.paper, self.looks = book, paper, Looks(book)
        self.formats: dict[tuple[int, str], Format] = {}

    def table(self) -> None:
        """Title, heads in as many lines as axes run across, rows; frozen, printed on A4 with its heads on each page."""
        words, phrases = full(self.paper.words), self.paper.phrases
        view = build.crosstab(words, is_whole=True)
        sheet = self._sheet("paper.sheet.table")
        sheet.write_string(0, 0, view.name, self.looks["title"])
        mark = phrases("synthetic") if self.paper.is_synthetic else ""
        sheet.write_string(
            1,
            0,
            phrases("build.comma").join(filter(None, (build.counted(words), mark))),
            self.looks["quiet"],
        )
        left, top = len(view.corner), 3
        for at, name in enumerate(view.corner):
            self._span(sheet, (top, at, top + len(view.heads) - 1, at), name)
        for at, heads in enumerate(view.heads):
            self._heads(sheet, top + at, left, heads)
        first = top + len(view.heads)
        for at, line in enumerate(view.lines):
            self._line(sheet, first + at, line)
        self._numbers(sheet, words, first, left)
        sheet.set_column(0, left - 1, LABEL_WIDTH)
        sheet.set_column(left, left + len(words.table.columns) - 1, NUMBER_WIDTH)
        sheet.freeze_panes(first, left)
        sheet.repeat_rows(top, first - 1)
        sheet.autofilter(
            first - 1, 0, first + len(view.lines) - 1, left + len(words.table.columns) - 1
        )

    def _heads(self, sheet: Worksheet, row: int, left: int, heads: Sequence[HeadView]) -> None:
        at = left
        for head in heads:
            text = f"{head.text} {head.unit}".strip()
            self._span(sheet, (row, at, row, at + head.span - 1), text)
            at += head.span

    def _span(self, sheet: Worksheet, box: tuple[int, int, int, int], text: str) -> None:
        """A head over several cells, or in one."""
        top, left, bottom, right = box
        if (top, left) == (bottom, right):
            sheet.write_string(top, left, text, self.looks["header"])
        else:
            sheet.merge_range(top, left, bottom, right, "", self.looks["header"])
            sheet.write_string(top, left, text, self.looks["header"])

    def _line(self, sheet: Worksheet, row: int, line: LineView) -> None:
        """The labels of a row, each of them said, so that the sheet can be sorted and filtered."""
        for at, label in enumerate(line.labels):
            sheet.write_string(row, at, label, self.looks["label" if line.is_total else "text"])

    def _numbers(self, sheet: Worksheet, words: Words, first: int, left: int) -> None:
        for down, row in enumerate(words.table.rows):
            for across, column in enumerate(words.table.columns):
                cell, name = words.table.cell(row, column), key(row, column).metric
                sign = wording.symbol(cell)
                if sign or cell.value is None:
                    sheet.write_string(
                        first + down,
                        left + across,
                        f"{SIGNS.get(sign, '')} {wording.revised(cell)}".strip(),
                        self._format(0),
                    )
                else:
                    look = self._format(metric(name).decimals, wording.revised(cell))
                    sheet.write_number(first + down, left + across, cell.value, look)

    def _format(self, decimals: int, mark: str = "") -> Format:
        """Grouped by thousands, with the metric's own decimals, and the mark of a revision behind them."""
        if (decimals, mark) not in self.formats:
            look = number_look(decimals, f" {mark}" if mark else "")
            self.formats[decimals, mark] = self.book.add_format(look)
        return self.formats[decimals, mark]

    def notes(self) -> None:
        """What was asked for and of which data; the definitions."""
        phrases, words = self.paper.phrases, self.paper.words
        sheet = self._sheet("paper.sheet.notes")
        sheet.set_column(0, 0, LABEL_WIDTH)
        sheet.set_column(1, 1, 80)
        row = self._pairs(sheet, 0, phrases("paper.notes"), self.paper.facts())
        told = [
            (
                one.label.of(phrases.lang),
                phrases(
                    "paper.definition",
                    text=text,
                    unit=one.unit.label.of(phrases.lang),
                    period=period,
                ),
            )
            for one, text, period in build.definitions(words)
        ]
        self._pairs(sheet, row + 1, phrases("build.definitions"), told)

    def receipt(self) -> None:
        """The receipt, part by part and as the text that programs read."""
        phrases, receipt = self.paper.phrases, self.paper.receipt
        sheet = self._sheet("paper.sheet.receipt")
        sheet.set_column(0, 0, LABEL_WIDTH)
        sheet.set_column(1, 1, 100)
        loads = phrases("build.comma").join(
            f"{form} {number}" for form, number in receipt["loads"].items()
        )
        told = [
            (phrases("paper.receipt.address"), receipt["address"]), (phrases("paper.receipt.asof"), receipt["asof"]),
            (phrases("paper.receipt.release"), self.paper.read_as),
            (phrases("paper.receipt.loads"), loads), (phrases("paper.receipt.cells"), str(receipt["cells"])),
            ("SHA-256", receipt["sha256"]), ("JSON", self.paper.receipt_text),
        ]  # fmt: skip
        row = self._pairs(sheet, 0, phrases("paper.receipt"), told)
        sheet.write_string(row + 1, 0, phrases("paper.receipt.how"), self.looks["quiet"])

    def _pairs(
        self, sheet: Worksheet, row: int, title: str, told: Sequence[tuple[str, str]]
    ) -> int:
        """A title and lines of label and text; the row after them."""
        sheet.write_string(row, 0, title, self.looks["title"])
        for at, (label, text) in enumerate(told, start=row + 1):
            sheet.write_string(at, 0, label, self.looks["label"])
            sheet.write_string(at, 1, text, self.looks["cell"])
        return row + len(told) + 1

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.book.add_worksheet(self.paper.phrases(name))
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self.paper.words.title.replace('&', '&&')[:120]}&R&P / &N")
        return sheet


def full(words: Words) -> Words:
    """The same words with every number in full: a file is for counting on."""
    made = Words(words.table, words.ladder, words.phrases)
    units = {
        name: wording.Scale(
            1, metric(name).decimals, metric(name).unit.label.of(words.phrases.lang)
        )
        for name in words.table.ask.metrics
    }
    made.__dict__["scales"] = units  # what the property would work out
    return made
