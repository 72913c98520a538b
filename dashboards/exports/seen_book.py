"""The tables of a page as a workbook: a sheet each, in front of them what the page says of its figures.

Numbers are typed, with the decimals they are printed with; every text is written as text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import xlsxwriter

from dashboards.exports.seen import SeenCell, SeenTable
from etl.account_book import SAFE
from etl.looks import Book, Format, Looks, Worksheet, number_look

LABEL_WIDTH, TEXT_WIDTH, LEAST_WIDTH, MOST_WIDTH = 22, 100, 8, 60
TOP = 2  # the row a table begins in
A4 = 9
LONGEST_NAME = 27  # letters of a sheet's name, and room for a number
_UNNAMED = re.compile(r"[\[\]:*?/\\\\']")


def workbook(title: str, told: Sequence[tuple[str, str]], tables: Sequence[SeenTable]) -> bytes:
    """The page's title and what is told of it (label and text), then its tables, as .xlsx."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, SAFE) as book:
        book.set_properties({"title": title})
        made = _Sheets(book)
        made.first(title, told)
        for table in tables:
            made.table(table)
    return held.getvalue()


class _Sheets:
    """The sheets of one workbook, each with a name of its own."""

    def __init__(self, book: Book) -> None:
        self.book, self.looks = book, Looks(book)
        self.names: set[str] = set()
        self.formats: dict[tuple[int, str], Format] = {}

    def first(self, title: str, told: Sequence[tuple[str, str]]) -> None:
        sheet = self._sheet(title)
        sheet.write_string(0, 0, title, self.looks["title"])
        sheet.set_column(0, 0, LABEL_WIDTH)
        sheet.set_column(1, 1, TEXT_WIDTH)
        for at, (label, text) in enumerate(told, start=TOP):
            sheet.write_string(at, 0, label, self.looks["label"])
            sheet.write_string(at, 1, text, self.looks["cell"])

    def table(self, table: SeenTable) -> None:
        """One table under its name; its heads stand still and are printed on every page."""
        sheet = self._sheet(table.name)
        sheet.write_string(0, 0, table.name, self.looks["title"])
        widths: dict[int, int] = {}
        for down, left, cell in placed(table):
            self._write(sheet, down + TOP, left, cell, is_top=down < table.heads)
            if cell.across == 1:
                widths[left] = max(
                    widths.get(left, LEAST_WIDTH), min(_width(cell.text), MOST_WIDTH)
                )
        for left, width in widths.items():
            sheet.set_column(left, left, width + 2)
        sheet.freeze_panes(TOP + table.heads, 1)
        if table.heads:
            sheet.repeat_rows(TOP, TOP + table.heads - 1)

    def _write(
        self, sheet: Worksheet, down: int, left: int, cell: SeenCell, *, is_top: bool
    ) -> None:
        look = self.looks["header" if is_top else "label" if cell.is_head else "text"]
        if cell.across > 1 or cell.down > 1:
            sheet.merge_range(down, left, down + cell.down - 1, left + cell.across - 1, "", look)
        number = None if is_top or cell.is_head else cell.number
        if number is None:
            sheet.write_string(down, left, cell.text, look)
        else:
            sheet.write_number(down, left, number.value, self._format(number.decimals, number.unit))

    def _format(self, decimals: int, unit: str) -> Format:
        if (decimals, unit) not in self.formats:
            self.formats[decimals, unit] = self.book.add_format(number_look(decimals, unit))
        return self.formats[decimals, unit]

    def _sheet(self, name: str) -> Worksheet:
        """A sheet under the name as Excel allows it, and only once."""
        short = _UNNAMED.sub(" ", name).strip()[:LONGEST_NAME] or "-"
        found = next(
            one
            for one in (short, *(f"{short} {n}" for n in range(2, 1000)))
            if one.lower() not in self.names
        )
        self.names.add(found.lower())
        sheet = self.book.add_worksheet(found)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        return sheet


def placed(table: SeenTable) -> list[tuple[int, int, SeenCell]]:
    """Row, column and cell: a cell over several rows or columns moves those after it."""
    found: list[tuple[int, int, SeenCell]] = []
    taken: set[tuple[int, int]] = set()
    for down, row in enumerate(table.rows):
        left = 0
        for cell in row:
            while (down, left) in taken:
                left += 1
            taken |= {(down + y, left + x) for y in range(cell.down) for x in range(cell.across)}
            found.append((down, left, cell))
            left += cell.across
    return found


def _width(text: str) -> int:
    """In letters; a Chinese one is as wide as two."""
    return sum(2 if letter > "\u00ff" else 1 for letter in text)
