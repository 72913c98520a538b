"""The sheets beside the one to fill: the code lists that drop-downs read, and what columns and rules mean."""

from __future__ import annotations

import xlsxwriter

from etl.cells import written_units
from etl.looks import Book, Looks, Worksheet, lines
from warehouse import law
from warehouse.codes import Codes
from warehouse.discovery import form as form_named
from warehouse.form import Answer, Column, Form, Period
from warehouse.locked import Locked, laid
from warehouse.text import Text

CODES, NOTES = "代码 Codes", "说明 Notes"
WIDTHS = (30, 34, 28, 30, 52, 52)  # of the sheet of notes
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


def period_words(form: type[Form], column: Column) -> str:
    """The time a column of a form speaks of, in both languages."""
    return " / ".join(form.span.label) if form.span else PERIODS[column.period]


def write_codes(
    book: Book, form: type[Form], province: int | None, year: int | None
) -> dict[str, str]:
    """The sheet of code lists, with what a school of a province may use in a year; for each coded column the range its drop-down reads."""
    looks, sheet = Looks(book), book.add_worksheet(CODES)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
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
        offered = codes.offered(province, year)
        for row, code in enumerate(offered, start=2):
            for offset, text in enumerate((item(codes, code), code, codes.labels[code].en)):
                sheet.write_string(row, place + offset, text, looks["text"])
        letter = xlsxwriter.utility.xl_col_to_name(place)
        ranges[column.name] = f"='{CODES}'!${letter}$3:${letter}${len(offered) + 2}"
    if not coded:
        sheet.hide()
    return ranges


def write_notes(book: Book, form: type[Form], looks: Looks) -> None:
    """The sheet that explains columns and rules in both languages."""
    sheet = book.add_worksheet(NOTES)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for place, width in enumerate(WIDTHS):
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
    row = _table(sheet, looks, 2, heads, [
        _given_line(one) if isinstance(one, Locked) else _column_line(form, one) for one in laid(form).values()
    ])  # fmt: skip
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
    looks: Looks,
    row: int,
    heads: tuple[str, ...],
    content: list[tuple[str, ...]],
) -> int:
    for place, head in enumerate(heads):
        sheet.write(row, place, head, looks["strong"])
    for line in content:
        row += 1
        tall = max(lines(text, width) for text, width in zip(line, WIDTHS, strict=True))
        sheet.set_row(row, 4 + 14 * tall)
        for place, text in enumerate(line):
            sheet.write_string(row, place, text, looks["cell"])
    return row + 1


def _given_line(one: Locked) -> tuple[str, ...]:
    owner = one.owner.title
    note = f"由《{owner.zh}》带入，不用填\nfrom {owner.en}, not to be filled in"
    return (
        one.label.zh,
        one.label.en,
        " ".join(one.column.unit),
        PERIODS[one.column.period],
        note,
        "、".join(one.total.aliases),
    )


def _column_line(form: type[Form], column: Column) -> tuple[str, ...]:
    note = "\n".join(part for part in column.note if part)
    needed = "" if column.required else "（可不填 optional）"
    return (
        column.label.zh + needed, column.label.en, " ".join(written_units(column)[:2]),
        period_words(form, column) if column.part == "measure" else "", note, "、".join(column.aliases),
    )  # fmt: skip


def _rule_line(form: type[Form], name: str) -> tuple[str, ...]:
    rule = form.rules[name]
    named = _names(form)
    zh = {n: f"〔{label.zh}〕" for n, label in named.items()}
    en = {n: f"[{label.en}]" for n, label in named.items()}
    basis = law.entry(rule.law).basis if rule.law else None
    return (
        name, ANSWERS[rule.answer], f"{basis.zh}\n{basis.en}" if basis else "",
        form.columns[rule.blame].label.zh,
        f"{rule.says.zh.format(**zh)}\n{rule.says.en.format(**en)}", f"{rule.todo.zh}\n{rule.todo.en}",
    )  # fmt: skip


def _names(form: type[Form]) -> dict[str, Text]:
    """What a rule may speak of, by its label: the form's columns, and numbers of other forms with the form's title."""
    names = {name: column.label for name, column in form.columns.items()}
    for name, total in form.refers.items():
        other = form_named(total.form)
        label, when = other.columns[total.measure].label, total.years_back
        names[name] = Text(
            f"{'上年' if when else ''}{other.title.zh}·{label.zh}",
            f"{'last year, ' if when else ''}{other.title.en}: {label.en}",
        )
    return names


def item(codes: Codes, code: str) -> str:
    """A code as a drop-down shows it: numbered codes keep their number."""
    label = codes.labels[code].zh
    return f"{code} {label}" if len(code) > 1 and code.isdigit() else label
