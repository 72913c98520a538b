"""The tables of a page as a workbook: a sheet each, in front of them what the page says of its figures.

Numbers are typed, with the decimals they are printed with; every text is written as text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import NamedTuple

import xlsxwriter

from dashboards.exports.seen import SeenCell, SeenTable
from etl.account_book import SAFE
from etl.looks import Book, Format, Looks, Worksheet, number_look

LABEL_WIDTH, TEXT_WIDTH, LEAST_WIDTH, MOST_WIDTH = 22, 100, 8, 60
TOP = 2  # the row a table begins in
A4 = 9
LONGEST_NAME = 31  # letters, as Excel allows
LEAST_CUT = 8  # letters that are kept before a name is cut at a blank or mark
_UNNAMED = re.compile(r"[\[\]:*?/\\\\']")
_END = re.compile(r"(?<=\w)(?=[^\w])")  # the end of a word or what a mark stands behind


class Sheet(NamedTuple):
    """A table, what its sheet is called, and what is said of it; "" for nothing."""

    name: str
    table: SeenTable
    note: str = ""


def workbook(title: str, told: Sequence[tuple[str, str]], sheets: Sequence[Sheet]) -> bytes:
    """The page's title and what is told of it (label and text), then its tables, as .xlsx."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, SAFE) as book:
        book.set_properties({"title": title})
        made = _Sheets(book)
        made.first(title, told)
        for one in sheets:
            made.table(one)
    return held.getvalue()


class _Sheets:
    """The sheets of one workbook."""

    def __init__(self, book: Book) -> None:
        self.book, self.looks = book, Looks(book)
        self.formats: dict[tuple[int, str], Format] = {}

    def first(self, title: str, told: Sequence[tuple[str, str]]) -> None:
        sheet = self._sheet(cut(title, LONGEST_NAME))
        sheet.write_string(0, 0, title, self.looks["title"])
        sheet.set_column(0, 0, LABEL_WIDTH)
        sheet.set_column(1, 1, TEXT_WIDTH)
        for at, (label, text) in enumerate(told, start=TOP):
            sheet.write_string(at, 0, label, self.looks["label"])
            sheet.write_string(at, 1, text, self.looks["cell"])

    def table(self, one: Sheet) -> None:
        """One table under its name and what is said of it; its heads stand still and are printed on every page."""
        sheet, table = self._sheet(one.name), one.table
        sheet.write_string(0, 0, table.name, self.looks["title"])
        if one.note:
            sheet.write_string(1, 0, one.note, self.looks["quiet"])
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
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        return sheet


def sheet_name(number: int, name: str) -> str:
    """Its number, which keeps it apart from the others, and as much of the name as Excel has room for."""
    return f"{number} {cut(name, LONGEST_NAME - len(str(number)) - 1)}"


def cut(name: str, most: int) -> str:
    """A name as Excel allows it; one that is too long ends behind a whole word, or where it has none behind a letter."""
    plain = " ".join(_UNNAMED.sub(" ", name).split()) or "-"
    if len(plain) <= most:
        return plain
    ends = [end.start() for end in _END.finditer(plain) if LEAST_CUT <= end.start() < most]
    return f"{plain[: max(ends, default=most - 1)]}…"


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
