"""Entry in the page: a draft's rows, checked and handed in by the rules of a workbook.

A draft becomes a JSON document of the kind that any school may send as a file, and goes the same way from there. Row n of the
draft is row n of the document, and its columns stand in the order of the form, so a message finds its cell again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import polars as pl

from etl.cells import code_of, written_units
from etl.errors import NoData
from etl.harmonise import harmonise
from etl.headers import IDENTIFICATION, SCHOOL, YEAR, Table
from etl.outcome import Outcome, judge, place
from etl.recognise import recognise
from etl.records import sheet_of
from etl.sheet import ROW, SUBMISSION, letter
from warehouse.drafts import EXPLANATION, Row, Sheet
from warehouse.form import Answer, Column, Form, Part
from warehouse.locked import Locked, laid, locked
from warehouse.store import Reader
from warehouse.text import Text
from warehouse.totals import context


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a rule says of one cell of a draft; `row` is counted from 1, `column` is None where the whole row is meant."""

    row: int
    column: str | None
    answer: Answer
    rule: str
    law: str | None
    says: Text
    todo: Text
    explanation: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something is left to do: to mend what cannot be true, to give a reason for what is unusual or unlawful."""
        return self.answer is Answer.REFUSED or not self.explanation


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the rules say of a draft. `totals` add up the accepted rows, in the units that the sheet is written in."""

    messages: tuple[Message, ...]
    accepted: int
    refused: int
    totals: dict[str, str]

    def of(self, answer: Answer) -> tuple[Message, ...]:
        return tuple(each for each in self.messages if each.answer is answer)

    @property
    def blocking(self) -> tuple[Message, ...]:
        """What cannot be true: nothing else keeps a form from being handed in."""
        return self.of(Answer.REFUSED)

    @property
    def unexplained(self) -> tuple[Message, ...]:
        """Breaches and unusual values of which nobody has said why."""
        return tuple(
            each
            for each in self.messages
            if each.answer is not Answer.REFUSED and not each.explanation
        )


NOTHING = Checked(messages=(), accepted=0, refused=0, totals={})


def columns(form: type[Form]) -> dict[str, Column | Locked | None]:
    """The columns of the page, in their order: the form's with what stands locked among them, then the explanation."""
    return {**laid(form), EXPLANATION: None}


def letters(form: type[Form]) -> dict[str, str]:
    """The letter under which a receipt speaks of each column."""
    return {name: letter(position) for position, name in enumerate(columns(form))}


def plain(form: type[Form], rows: Sequence[Row]) -> list[dict[str, str]]:
    """The rows with every recognised word of a code list written as its code: a draft means the same in both languages."""
    coded = {name: column.codes for name, column in form.columns.items() if column.codes}
    return [
        {
            name: (code_of(text, codes) or text) if (codes := coded.get(name)) else text
            for name, text in row.items()
        }
        for row in rows
    ]


def document(form: type[Form], year: int, school_code: str, rows: Sequence[Row]) -> bytes:
    """The draft as the file it is kept as: the same rows are the same bytes."""
    return json.dumps(_body(form, year, school_code, rows), ensure_ascii=False, indent=1).encode()


def file_name(form: type[Form], year: int) -> str:
    return str(PurePath(f"{form.name}-{year}.json"))


def _body(form: type[Form], year: int, school_code: str, rows: Sequence[Row]) -> dict[str, Any]:
    heads = {name: _head(name, column) for name, column in columns(form).items()}
    shown = locked(form)  # never the school's to say: their places stay empty
    records = [
        {head: "" if name in shown else row.get(name, "") for name, head in heads.items()} for row in rows
    ]  # fmt: skip
    return {SCHOOL: school_code, YEAR: str(year), "rows": records}


def _head(name: str, column: Column | Locked | None) -> str:
    return column.label.zh if column else IDENTIFICATION[name][0].zh


def check(reader: Reader, sheet: Sheet, school_code: str, rows: Sequence[Row]) -> Checked:
    """What the rules say of these rows; nothing is recorded."""
    table = _table(sheet, school_code, rows)
    if table is None:
        return NOTHING
    unit = pl.DataFrame({"school_id": [sheet.school], "code": [school_code]})
    placed = place(harmonise([table], school_code), unit)
    known = context(reader, sheet.form, sheet.year, [sheet.school])
    outcome = judge(placed, sheet.year, known)
    return Checked(
        messages=_messages(sheet.form, outcome),
        accepted=outcome.rows.height,
        refused=outcome.rejections[ROW].n_unique(),
        totals=_totals(sheet.form, outcome.rows),
    )


def _table(sheet: Sheet, school_code: str, rows: Sequence[Row]) -> Table | None:
    """The draft as a file's table; None while no row of it is filled."""
    name = file_name(sheet.form, sheet.year)
    try:
        body = _body(sheet.form, sheet.year, school_code, rows)
        return recognise([sheet_of(name, body, SUBMISSION)], sheet.form)
    except NoData:
        return None


def _messages(form: type[Form], outcome: Outcome) -> tuple[Message, ...]:
    refused = [_message(row, Answer.REFUSED) for row in outcome.rejections.iter_rows(named=True)]
    found = [_message(row, Answer(row["answer"])) for row in outcome.findings.iter_rows(named=True)]
    asked = {name: rule.todo for name, rule in form.rules.items()}
    told = [*refused, *(_with_todo(each, asked) for each in found)]
    order = {name: n for n, name in enumerate(form.columns)}
    return tuple(sorted(told, key=lambda each: (each.row, order.get(each.column or "", -1))))


def _message(row: dict[str, Any], answer: Answer) -> Message:
    return Message(
        row=row[ROW], column=row["column"], answer=answer, rule=row["rule"], law=row.get("law"),
        says=Text(row["message_zh"], row["message_en"]),
        todo=Text(row.get("todo_zh", ""), row.get("todo_en", "")),
        explanation=row.get(EXPLANATION) or "",
    )  # fmt: skip


def _with_todo(message: Message, asked: dict[str, Text]) -> Message:
    """The ledger keeps no task beside a finding: it stands with the rule."""
    return Message(**{**vars(message), "todo": asked.get(message.rule, message.todo)})


def _totals(form: type[Form], rows: pl.DataFrame) -> dict[str, str]:
    if not form.grain() or rows.is_empty():
        return {}
    return {each.name: written(each, rows[each.name].sum()) for each in form.measures()}


def unit(column: Column) -> Text:
    """The unit that a column is written in: 万元 where the sheet is."""
    words = written_units(column)
    return Text(words[0], words[1]) if len(words) > 1 else column.unit


def written(column: Column, value: object) -> str:
    """A value as a sheet is written: yuan of a column in 万元 as 万元, a code as the code."""
    if value is None:
        return ""
    if column.part is Part.MEASURE and column.scale != 1 and isinstance(value, int):
        whole, rest = divmod(abs(value), column.scale)
        decimals = f"{rest:0{len(str(column.scale)) - 1}d}".rstrip("0")
        sign = "-" if value < 0 else ""
        return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
    return str(value)
