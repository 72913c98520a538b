"""The workbook a school fills: head cells, headers with units and notes, drop-downs, validation, codes, rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl
import xlsxwriter

from etl.cells import written_units
from etl.headers import EXPLANATION, IDENTIFICATION, SCHOOL, YEAR
from warehouse import law
from warehouse.codes import Codes
from warehouse.form import Answer, Column, Form, Kind, Period

FILL, CODES, NOTES = "填报 Fill in", "代码 Codes", "说明 Notes"
TITLE_ROW, FORM_ROW, HEAD_ROW, HINT_ROW, NOTE_ROW, HEADER_ROW = range(6)  # counted from 0
FIRST_ROW = HEADER_ROW + 1
ROOM = 300  # rows laid out where a form has more than one

INK, GREY, RULE, ACCENT = "#18212C", "#626D7B", "#B9C0C4", "#1D4F91"
FILLS = {
    "head": "#E7EEF7",
    "key": "#D6E2F2",
    "quiet": "#F5F6F4",
    "refused": "#FBE9E1",
    "found": "#FAF0DA",
}
ANSWERS = {
    Answer.REFUSED: "退回：不可能为真 / refused: cannot be true",
    Answer.BREACH: "违规：如实保留 / breach: stays as reported",
    Answer.REMARK: "请说明：不寻常 / remark: unusual, explain",
}
PERIODS = {
    Period.STOCK: "9 月 1 日时点 / on 1 September",
    Period.AUTUMN: "本学年秋季 / this autumn",
    Period.YEAR_BEFORE: "上年 9 月至本年 8 月 / September to August before",
    Period.YEAR: "本学年 9 月至次年 8 月 / September to August of this year",
}
HINT = (
    "从第 {row} 行填起；没有发生的填 0，不留空；带 * 的必填；合计不用填。违规的事实请如实填写，不影响接受。\n"
    "Start at row {row}. Write 0 where nothing happened; columns with * are required; leave totals out. "
    "Report unlawful facts truly: they do not block."
)
# xlsxwriter has no types
Format: TypeAlias = Any
Book: TypeAlias = Any
Worksheet: TypeAlias = Any
MADE = datetime(2021, 6, 30, tzinfo=UTC)  # one date for all: the same rows make the same bytes


@dataclass(frozen=True, kw_only=True)
class Remarked:
    """A comment to be put at a cell: the row is counted from 0 among the rows filled in."""

    row: int
    column: str | None
    text: str
    is_refusal: bool = True


def write(
    form: type[Form],
    path: Path,
    *,
    school: str | None = None,
    year: int | None = None,
    rows: pl.DataFrame | None = None,
    remarked: tuple[Remarked, ...] = (),
) -> Path:
    """The blank workbook of a form; with `rows` (declared names, values as people write them) a filled one."""
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({
            "title": form.title.zh, "subject": form.name, "author": "职鉴 Zhijian", "created": MADE,
        })  # fmt: skip
        sheet = _Sheet(book, form)
        sheet.write_head(school, year)
        sheet.write_headers()
        codes = _write_codes(book, form)
        sheet.write_rows(rows, codes)
        sheet.write_remarks(remarked)
        _write_notes(book, form, sheet.formats)
    return path


class _Formats:
    """The looks of cells, each made once."""

    def __init__(self, book: Book) -> None:
        plain = {
            "font_name": "Microsoft YaHei",
            "font_size": 10,
            "font_color": INK,
            "valign": "vcenter",
        }
        boxed = {**plain, "border": 1, "border_color": RULE}
        head = {**boxed, "bold": True, "text_wrap": True, "align": "center"}
        looks: dict[str, dict[str, Any]] = {
            "title": {**plain, "font_size": 16, "bold": True, "font_color": ACCENT},
            "quiet": {**plain, "font_color": GREY},
            "wrapped": {**plain, "text_wrap": True, "valign": "top", "font_color": GREY},
            "label": {**boxed, "bold": True, "text_wrap": True, "bg_color": FILLS["quiet"]},
            "entry": {**boxed, "num_format": "@", "bold": True, "bg_color": "#FFFFFF"},
            "note": {**boxed, "font_size": 8, "font_color": GREY, "text_wrap": True, "valign": "top",
                     "bg_color": FILLS["quiet"]},
            "key": {**head, "bg_color": FILLS["key"]},
            "header": {**head, "bg_color": FILLS["head"]},
            "text": {**boxed, "num_format": "@"},
            "number": {**boxed, "num_format": "#,##0"},
            "decimal": {**boxed, "num_format": "#,##0.####"},
            "refused": {**boxed, "bg_color": FILLS["refused"]},
            "found": {**boxed, "bg_color": FILLS["found"]},
            "cell": {**boxed, "text_wrap": True, "valign": "top"},
            "strong": {**boxed, "bold": True, "bg_color": FILLS["head"]},
        }  # fmt: skip
        self._made = {name: book.add_format(look) for name, look in looks.items()}

    def __getitem__(self, name: str) -> Format:
        return self._made[name]

    def of(self, column: Column | None) -> Format:
        """The look of a column's cells."""
        if column is None or column.kind is not Kind.INTEGER:
            return self["text"]
        if column.part == "attribute":
            return self["text"]
        return self["number" if column.scale == 1 else "decimal"]


class _Sheet:
    """The sheet to fill."""

    def __init__(self, book: Book, form: type[Form]) -> None:
        self.form = form
        self.formats = _Formats(book)
        self.sheet = book.add_worksheet(FILL)
        self.columns: dict[str, Column | None] = {**form.columns, EXPLANATION: None}
        self.at = {name: position for position, name in enumerate(self.columns)}
        self.sheet.hide_gridlines(2)
        self.sheet.freeze_panes(FIRST_ROW, len(form.grain()))
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(HEADER_ROW)

    def write_head(self, school: str | None, year: int | None) -> None:
        """Title, and the cells that say whose the workbook is."""
        form, sheet, looks = self.form, self.sheet, self.formats
        sheet.set_row(TITLE_ROW, 28)
        sheet.write(TITLE_ROW, 0, f"{form.title.zh}　{form.title.en}", looks["title"])
        statutory = f"　对应国家报表 national return {form.statutory}" if form.statutory else ""
        line = f"{form.domain.zh} {form.domain.en}　表 form: {form.name}{statutory}"
        sheet.write(FORM_ROW, 0, line, looks["quiet"])
        sheet.set_row(HEAD_ROW, 32)
        for place, name, value in ((0, SCHOOL, school), (2, YEAR, _year(year))):
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
        self.sheet.set_row(NOTE_ROW, 66)
        self.sheet.set_row(HEADER_ROW, 62)
        for name, column in self.columns.items():
            place = self.at[name]
            self.sheet.set_column(place, place, _width(column))
            self.sheet.write(NOTE_ROW, place, _note(column), self.formats["note"])
            look = "key" if column is not None and column.part == "key" else "header"
            self.sheet.write(HEADER_ROW, place, header(name, column), self.formats[look])

    def write_rows(self, rows: pl.DataFrame | None, codes: Mapping[str, str]) -> None:
        """Cells ready to be filled, or filled; each column with its validation."""
        given = [] if rows is None else rows.to_dicts()
        height = max(len(given), ROOM if self.form.grain() else 1)
        for name, column in self.columns.items():
            look, place = self.formats.of(column), self.at[name]
            for row in range(height):
                value = given[row].get(name) if row < len(given) else None
                self.sheet.write(FIRST_ROW + row, place, shown(column, value), look)
            if column is not None and (rule := _validation(column, codes.get(name))):
                self.sheet.data_validation(FIRST_ROW, place, FIRST_ROW + height - 1, place, rule)

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


def header(name: str, column: Column | None) -> str:
    """A header cell: Chinese with the unit and a star where required, English below."""
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


def item(codes: Codes, code: str) -> str:
    """A code as a drop-down shows it: numbered codes keep their number."""
    label = codes.labels[code].zh
    return f"{code} {label}" if len(code) > 1 and code.isdigit() else label


def _year(year: int | None) -> str | None:
    return None if year is None else f"{year}-{year + 1}"


def _width(column: Column | None) -> float:
    if column is None:
        return 34
    if column.codes is not None:
        longest = max(len(item(column.codes, code)) for code in column.codes.labels)
        return min(max(16, 8 + 1.6 * longest), 34)
    return 15 if column.kind is Kind.INTEGER else 20


def _note(column: Column | None) -> str:
    """What stands above a header: period, note, the JY/T name of the column."""
    if column is None:
        return "违规或不寻常之处的原因 / the reason for breaches and unusual values"
    standard = [alias for alias in column.aliases if alias.isascii() and alias.isupper()]
    note = " / ".join(part for part in column.note if part)
    period = PERIODS[column.period] if column.part == "measure" else ""
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


def _write_codes(book: Book, form: type[Form]) -> dict[str, str]:
    """The sheet of code lists; for each coded column the range its drop-down reads."""
    looks, sheet = _Formats(book), book.add_worksheet(CODES)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(2, 0)
    ranges: dict[str, str] = {}
    coded = [column for column in form.columns.values() if column.codes is not None]
    for number, column in enumerate(coded):
        codes, place = column.codes, number * 4
        if codes is None:
            continue
        sheet.write(0, place, f"{column.label.zh} {column.label.en}", looks["strong"])
        for offset, (word, width) in enumerate(
            (("选项 Item", 26), ("代码 Code", 12), ("English", 34))
        ):
            sheet.write(1, place + offset, word, looks["label"])
            sheet.set_column(place + offset, place + offset, width)
        for row, (code, label) in enumerate(codes.labels.items(), start=2):
            for offset, text in enumerate((item(codes, code), code, label.en)):
                sheet.write_string(row, place + offset, text, looks["text"])
        letter = xlsxwriter.utility.xl_col_to_name(place)
        ranges[column.name] = f"='{CODES}'!${letter}$3:${letter}${len(codes.labels) + 2}"
    if not coded:
        sheet.hide()
    return ranges


def _write_notes(book: Book, form: type[Form], looks: _Formats) -> None:
    """The sheet that explains columns and rules in both languages."""
    sheet = book.add_worksheet(NOTES)
    sheet.hide_gridlines(2)
    for place, width in enumerate((26, 34, 20, 30, 46, 46)):
        sheet.set_column(place, place, width)
    sheet.write(0, 0, f"{form.title.zh}　{form.title.en}", looks["title"])
    heads = (
        "列 Column",
        "English",
        "单位 Unit",
        "期间 Period",
        "说明 Note",
        "也可写作 Also known as",
    )
    row = _table(sheet, looks, 2, heads, [_column_line(column) for column in form.columns.values()])
    heads = (
        "规则 Rule",
        "答复 Answer",
        "依据 Basis",
        "列 Column",
        "说什么 It says",
        "怎么办 To do",
    )
    _table(sheet, looks, row + 1, heads, [_rule_line(form, name) for name in form.rules])


def _table(
    sheet: Worksheet,
    looks: _Formats,
    row: int,
    heads: tuple[str, ...],
    lines: list[tuple[str, ...]],
) -> int:
    for place, head in enumerate(heads):
        sheet.write(row, place, head, looks["strong"])
    for line in lines:
        row += 1
        for place, text in enumerate(line):
            sheet.write_string(row, place, text, looks["cell"])
    return row + 1


def _column_line(column: Column) -> tuple[str, ...]:
    note = "\n".join(part for part in column.note if part)
    needed = "" if column.required else "（可不填 optional）"
    return (
        column.label.zh + needed, column.label.en, " ".join(written_units(column)[:2]),
        PERIODS[column.period] if column.part == "measure" else "", note, "、".join(column.aliases),
    )  # fmt: skip


def _rule_line(form: type[Form], name: str) -> tuple[str, ...]:
    rule = form.rules[name]
    named = {n: (c.label.zh, c.label.en) for n, c in form.columns.items()}
    zh = {n: f"〔{named.get(n, (n,))[0]}〕" for n in (*form.columns, *form.refers)}
    en = {n: f"[{named.get(n, (n, n))[1]}]" for n in (*form.columns, *form.refers)}
    basis = law.entry(rule.law).basis if rule.law else None
    return (
        name, ANSWERS[rule.answer], f"{basis.zh}\n{basis.en}" if basis else "",
        form.columns[rule.blame].label.zh,
        f"{rule.says.zh.format(**zh)}\n{rule.says.en.format(**en)}", f"{rule.todo.zh}\n{rule.todo.en}",
    )  # fmt: skip
