"""The language of the cases of rules: rows of a form in, sentences out, in Markdown.

    ### Students by specialty
    What the case says in words.

    ```
    enrolment 2025   unit  grade  students  entrants
                     A     1      45        45
                     B     2      40        3
    A —
    entrants_enter_first_grade B zh 招生 3 人填在“二年级”，招生只能在一年级。
    entrants_enter_first_grade B en 3 entrants stand in 'Grade 2'; entrants are in grade 1.
    ```

A table is a form, a statistical year and columns; each unit is a school of its own. Columns are those that the form declares and the numbers
of other forms that its rules refer to. Counts that are not given are 0, codes are the first of their list, everything else is missing,
as is `-`. A line that begins with a rule is an answer: its sentence about a unit in one language, or `—` where it says nothing; `A —` alone:
no rule of the form says anything of A.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from etl.harmonise import PLACE, SAID
from etl.sheet import ROW
from etl.sift import sift
from warehouse.discovery import form as form_named
from warehouse.form import Column, Form, Kind
from warehouse.locked import keyed, locked

CASE = re.compile(r"^### ([^\n]+)\n(.*?)^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
TOLD = re.compile(r"^(\w+) ([A-Z]+) (?:(zh|en) (.+)|—)$")
SILENT = re.compile(r"^([A-Z]+) —$")
EVERY = ""  # the rule of an answer that is about all of them


@dataclass(frozen=True)
class Expected:
    """What a rule says of a unit, by language; nothing where it is silent."""

    rule: str
    unit: str
    sentences: dict[str, str] = field(default_factory=dict)


@dataclass
class Case:
    """Rows of one form, and what its rules say of them."""

    title: str
    form: type[Form] = Form
    year: int = 0
    rows: list[dict[str, str]] = field(default_factory=list)
    answers: list[Expected] = field(default_factory=list)

    def said(self) -> dict[tuple[str, str], dict[str, str]]:
        """rule, unit -> its sentence by language, as a file with these rows is answered."""
        made = pl.DataFrame([self._row(at, row) for at, row in enumerate(self.rows)], schema=self._schema, orient="row")  # fmt: skip
        sifted = sift(self.form, self.year, made, self._beside())
        told = pl.concat([sifted.refused, sifted.found])
        return {
            (one["rule"], self.rows[one[PLACE]]["unit"]): {"zh": one["message_zh"], "en": one["message_en"]}
            for one in told.iter_rows(named=True)
        }  # fmt: skip

    @property
    def _schema(self) -> dict[str, Any]:
        columns = {name: _KINDS.get(one.kind, pl.String) for name, one in self.form.columns.items()}
        carried = dict.fromkeys((SAID + name for name in locked(self.form)), pl.String)
        return {PLACE: pl.UInt32, "school_id": pl.Int64, ROW: pl.Int64, **columns, **carried}

    def _row(self, at: int, row: dict[str, str]) -> tuple[Any, ...]:
        own = [_typed(one, row.get(name)) for name, one in self.form.columns.items()]
        return (at, at + 1, at + 2, *own, *[None] * len(locked(self.form)))

    def _beside(self) -> pl.DataFrame:
        """What other forms say of each school."""
        by_row = {name: one.total.by for name, one in keyed(self.form).items()}
        rows = [
            {"school_id": at + 1, **{name: _other(row, name, by_row.get(name, "")) for name in self.form.refers}}
            for at, row in enumerate(self.rows)
        ]  # fmt: skip
        kinds = {name: pl.List(pl.Struct({"key": pl.String, "value": pl.Int64})) if name in by_row else pl.Int64 for name in self.form.refers}  # fmt: skip
        return pl.DataFrame(rows, schema={"school_id": pl.Int64, **kinds})


_KINDS: dict[Kind, Any] = {Kind.INTEGER: pl.Int64, Kind.DATE: pl.Date}


def _typed(column: Column, cell: str | None) -> Any:
    if cell is None:
        return next(iter(column.codes.labels)) if column.codes and column.required else _unsaid(column)  # fmt: skip
    if cell == "-":
        return None
    if column.kind is Kind.DATE:
        return date.fromisoformat(cell)
    return int(cell) if column.kind is Kind.INTEGER else cell


def _unsaid(column: Column) -> int | None:
    return 0 if column.kind is Kind.INTEGER else None


def _other(row: dict[str, str], name: str, by: str) -> Any:
    number = row.get(name, "-")
    value = None if number == "-" else int(number)
    return value if not by or value is None else [{"key": row[by], "value": value}]


def cases(folder: Path) -> list[Case]:
    """Every case of the Markdown files of a folder."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))]
    return [_case(title, body) for text in texts for title, _, body in CASE.findall(text)]


def _case(title: str, body: str) -> Case:
    case, columns = Case(title), list[str]()
    told: dict[tuple[str, str], Expected] = {}
    for line in filter(str.strip, body.splitlines()):
        words = line.split()
        if answer := _answer(line.strip()):
            rule, unit, lang, said = answer
            one = told.setdefault((rule, unit), Expected(rule, unit))
            one.sentences.update({lang: said} if lang else {})
        elif words[1].isdigit() and words[2] == "unit":
            case.form, case.year, columns = form_named(words[0]), int(words[1]), words[2:]
        else:
            case.rows.append(dict(zip(columns, words, strict=True)))
    case.answers = list(told.values())
    return case


def _answer(line: str) -> tuple[str, str, str, str] | None:
    """Rule, unit, language and sentence of an answer; the last two empty where it is silent. None of another line."""
    if silent := SILENT.match(line):
        return EVERY, silent[1], "", ""
    told = TOLD.match(line)
    return (told[1], told[2], told[3] or "", told[4] or "") if told else None


def silent_of(case: Case) -> Iterator[tuple[str, str]]:
    """Rule and unit of every answer that says that a rule is silent."""
    for one in case.answers:
        if not one.sentences:
            rules = case.form.rules if one.rule == EVERY else [one.rule]
            yield from ((rule, one.unit) for rule in rules)
