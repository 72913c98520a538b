"""The workbook a school fills: head cells, headers with units and notes, drop-downs, validation, codes, rules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from etl.cells import written_units
from etl.entry import columns
from etl.guide import item, period_words, write_codes, write_notes
from etl.headers import IDENTIFICATION, PERIOD, SCHOOL, YEAR
from etl.looks import Book, Looks, lines
from warehouse.form import Column, Form, Kind
from warehouse.locked import Locked, locked

FILL = "填报 Fill in"
TITLE_ROW, FORM_ROW, HEAD_ROW, HINT_ROW, NOTE_ROW, HEADER_ROW = range(6)  # counted from 0
FIRST_ROW = HEADER_ROW + 1
ROOM = 300  # rows laid out where a form has more than one
ONE_PAGE = 14  # columns that stay legible on one page

MADE = datetime(2021, 6, 30, tzinfo=UTC)  # one date for all: the same rows make the same bytes
HINT = (
    "从第 {row} 行填起；没有发生的填 0，不留空；带 * 的必填；合计不用填。违规的事实请如实填写，不影响接受。\n"
    "Start at row {row}. Write 0 where nothing happened; columns with * are required; leave totals out. "
    "Report unlawful facts truly: they do not block."
)


@dataclass(frozen=True, kw_only=True)
class Remarked:
    """A comment to be put at a cell: the row is counted from 0 among the rows filled in."""

    row: int
    column: str | None
    text: str
    is_refusal: bool = True


def write(  # noqa: PLR0913 - what stands in the workbook
    form: type[Form],
    path: Path,
    *,
    school: str | None = None,
    year: int | None = None,
    rows: pl.DataFrame | None = None,
    remarked: tuple[Remarked, ...] = (),
    given: Mapping[str, object] | None = None,
    mark: str = "",
    province: int | None = None,
) -> Path:
    """The blank workbook of a form; with `rows` (declared names, values as people write them) a filled one.

    Drop-downs offer what a school of `province` may use in that year. `given` are the locked numbers of that school, as far as known; `mark` is written at its head and on every printed page.
    """
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({
            "title": form.title.zh, "subject": form.name, "author": "职鉴 Zhijian", "created": MADE,
        })  # fmt: skip
        sheet = _Sheet(book, form)
        sheet.write_head(school, year, mark)
        sheet.write_headers()
        codes = write_codes(book, form, province, year)
        sheet.write_rows(rows, codes)
        sheet.write_locked(given or {}, rows)
        sheet.write_remarks(remarked)
        write_notes(book, form, sheet.formats)
    return path


class _Sheet:
    """The sheet to fill."""

    def __init__(self, book: Book, form: type[Form]) -> None:
        self.form = form
        self.formats = Looks(book)
        self.sheet = book.add_worksheet(FILL)
        self.columns = columns(form)
        self.at = {name: position for position, name in enumerate(self.columns)}
        self.sheet.hide_gridlines(2)
        self.sheet.freeze_panes(FIRST_ROW, len(form.grain()))
        self.sheet.set_default_row(20)
        self._set_up_printing()

    def _set_up_printing(self) -> None:
        """A4 across; a wide form goes over several pages, with its key columns and header on each."""
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.repeat_rows(HEADER_ROW)
        if len(self.columns) <= ONE_PAGE:
            self.sheet.fit_to_pages(1, 0)
        elif self.form.grain():
            self.sheet.repeat_columns(0, len(self.form.grain()) - 1)

    def write_head(self, school: str | None, year: int | None, mark: str) -> None:
        """Title, and the cells that say whose the workbook is."""
        form, sheet, looks = self.form, self.sheet, self.formats
        sheet.set_row(TITLE_ROW, 28)
        sheet.write(TITLE_ROW, 0, f"{form.title.zh}　{form.title.en}", looks["title"])
        statutory = f"　对应国家报表 national return {form.statutory}" if form.statutory else ""
        line = f"{form.domain.label.zh} {form.domain.label.en}　表 form: {form.name}{statutory}"
        sheet.write(FORM_ROW, 0, f"{line}　{mark}" if mark else line, looks["quiet"])
        if mark:
            sheet.set_header(f"&C{mark}")
        sheet.set_row(HEAD_ROW, 32)
        span = ((4, PERIOD, form.span.label.zh),) if form.span else ()
        for place, name, value in ((0, SCHOOL, school), (2, YEAR, _year(year)), *span):
            label = IDENTIFICATION[name][0]
            sheet.write(HEAD_ROW, place, f"{label.zh}\n{label.en}", looks["label"])
            sheet.write(HEAD_ROW, place + 1, value, looks["entry"])
        sheet.data_validation(HEAD_ROW, 1, HEAD_ROW, 1, {
            "validate": "length", "criteria": "==", "value": 10, "error_title": "学校标识码 School code",
            "error_message": "标识码为 10 位。 The code has ten characters.",
            "input_title": "学校标识码 School code", "input_message": "10 位标识码 / the code of ten characters",
        })  # fmt: skip
        sheet.set_row(HINT_ROW, 34)
        last = min(max(len(self.columns) - 1, 1), 8)
        sheet.merge_range(
            HINT_ROW, 0, HINT_ROW, last, HINT.format(row=FIRST_ROW + 1), looks["wrapped"]
        )

    def write_headers(self) -> None:
        """Notes above, then one header a column in both languages with its unit."""
        notes = {name: _note(self.form, column) for name, column in self.columns.items()}
        heads = {name: header(name, column) for name, column in self.columns.items()}
        widths = {name: _width(column) for name, column in self.columns.items()}
        self.sheet.set_row(NOTE_ROW, 4 + 11 * max(lines(notes[n], widths[n] * 1.3) for n in notes))
        self.sheet.set_row(HEADER_ROW, 6 + 15 * max(lines(heads[n], widths[n]) for n in heads))
        for name, column in self.columns.items():
            place, looks = self.at[name], self.formats
            self.sheet.set_column(place, place, widths[name])
            self.sheet.write(NOTE_ROW, place, notes[name], looks["note"])
            zh, en = heads[name].split("\n")
            look = "key" if isinstance(column, Column) and column.part == "key" else "header"
            look = "locked" if isinstance(column, Locked) else look
            said = (looks["zh"], f"{zh}\n", looks["en"], en, looks[look])
            self.sheet.write_rich_string(HEADER_ROW, place, *said)

    def write_rows(self, rows: pl.DataFrame | None, codes: Mapping[str, str]) -> None:
        """Cells ready to be filled, or filled; each column with its validation."""
        given = [] if rows is None else rows.to_dicts()
        height = self._height(given)
        for name, column in self.columns.items():
            if isinstance(column, Locked):
                continue
            look, place = self.formats.of(column), self.at[name]
            for row in range(height):
                value = given[row].get(name) if row < len(given) else None
                self.sheet.write(FIRST_ROW + row, place, shown(column, value), look)
            if column is not None and (rule := _validation(column, codes.get(name))):
                self.sheet.data_validation(FIRST_ROW, place, FIRST_ROW + height - 1, place, rule)

    def _height(self, rows: Sequence[object]) -> int:
        """How many rows are laid out."""
        return max(len(rows), ROOM if self.form.grain() else 1)

    def write_locked(self, given: Mapping[str, object], rows: pl.DataFrame | None) -> None:
        """Numbers of other forms, in grey; a validation that nothing meets keeps them from being typed over."""
        filled = [] if rows is None else rows.to_dicts()
        height = self._height(filled)
        for name, one in locked(self.form).items():
            place, owner, look = self.at[name], one.owner.title, self.formats["locked"]
            for row in range(height):
                value = one.of(given, filled[row]) if row < len(filled) else None
                value = one.of(given, {}) if not one.total.by else value
                self.sheet.write(FIRST_ROW + row, place, shown(one.column, value), look)
            self.sheet.data_validation(FIRST_ROW, place, FIRST_ROW + height - 1, place, {
                "validate": "custom", "value": "=FALSE", "error_title": one.label.zh[:30],
                "error_message": f"以《{owner.zh}》为准，在该表更正。 Correct it in '{owner.en}'."[:255],
            })  # fmt: skip

    def write_remarks(self, remarked: tuple[Remarked, ...]) -> None:
        """Comments at cells, and the cells' colour; several at one cell become one."""
        texts: dict[tuple[int, int], list[Remarked]] = {}
        for each in remarked:
            texts.setdefault((FIRST_ROW + each.row, self.at.get(each.column or "", 0)), []).append(
                each
            )
        for (row, place), said in texts.items():
            text = "\n\n".join(each.text for each in said)
            self.sheet.write_comment(
                row, place, text, {"author": "职鉴 Zhijian", "width": 320, "height": 150}
            )
            look = "refused" if any(each.is_refusal for each in said) else "found"
            rule = {"type": "formula", "criteria": "=TRUE", "format": self.formats[look]}
            self.sheet.conditional_format(row, place, row, place, rule)


def header(name: str, column: Column | Locked | None) -> str:
    """A header cell: Chinese with the unit and a star where required, English below."""
    if isinstance(column, Locked):
        return f"{column.label.zh}\n{column.label.en}"
    if column is None:
        label = IDENTIFICATION[name][0]
        return f"{label.zh}\n{label.en}"
    units = written_units(column)
    zh, en = (f"（{units[0]}）", f" ({units[1]})") if len(units) > 1 else ("", "")
    return f"{column.label.zh}{zh}{'*' if column.required else ''}\n{column.label.en}{en}"


def shown(column: Column | None, value: object) -> object:
    """A value as the cell holds it: numbers as numbers, codes as their drop-down shows them."""
    if value is None or value == "":
        return None
    text = str(value)
    if column is not None and column.codes is not None:
        return item(column.codes, text) if text in column.codes else text
    is_number = column is not None and column.kind is Kind.INTEGER
    if is_number and re.fullmatch(r"-?\d{1,14}", text):
        return int(text)
    if is_number and re.fullmatch(r"-?\d{1,10}\.\d{1,4}", text):
        return float(text)
    return text


def _year(year: int | None) -> str | None:
    return None if year is None else f"{year}-{year + 1}"


def _width(column: Column | Locked | None) -> float:
    if column is None:
        return 34
    if isinstance(column, Locked):
        return 17
    if column.codes is not None:
        longest = max(len(item(column.codes, code)) for code in column.codes.labels)
        return min(max(16, 8 + 1.6 * longest), 34)
    return 17 if column.kind is Kind.INTEGER else 22


def _note(form: type[Form], column: Column | Locked | None) -> str:
    """What stands above a header: period, note, the JY/T name of the column; of a locked number where it comes from."""
    if isinstance(column, Locked):
        owner = column.owner.title
        return f"由《{owner.zh}》带入，不用填\nfrom {owner.en}, not to be filled in"
    if column is None:
        return "违规或不寻常之处的原因 / the reason for breaches and unusual values"
    standard = [alias for alias in column.aliases if alias.isascii() and alias.isupper()]
    note = " / ".join(part for part in column.note if part)
    period = period_words(form, column) if column.part == "measure" else ""
    return "\n".join(part for part in (period, note, *standard) if part)


def _validation(column: Column, codes: str | None) -> dict[str, Any] | None:
    title = column.label.zh[:30]
    if codes is not None:
        return {
            "validate": "list", "source": codes, "error_type": "warning", "error_title": title,
            "error_message": "不在代码表中，见“代码”表。 Not on the sheet 'Codes'.",
        }  # fmt: skip
    if column.kind is Kind.DATE:
        return None
    if column.kind is Kind.INTEGER:
        low = (column.minimum or 0) // column.scale
        high = column.maximum if column.maximum is not None else 10**13
        return {
            "validate": "integer" if column.scale == 1 else "decimal", "criteria": "between",
            "minimum": low, "maximum": high, "error_title": title,
            "error_message": f"填 {low} 至 {high} 的数。 A number from {low} to {high}.",
        }  # fmt: skip
    return None
