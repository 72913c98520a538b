"""The language of the cases of doubts: small panels in, sentences out, in Markdown.

    ### Half as many again, the same teachers
    What the case says in words.

    ```
    panel 2025   unit   students    full_time_teachers
                 P*24   1000..1092  60..83
                 A      1500        64
    A9 2025 A zh 学生增长缺少条件支撑：…
    A9 2025 A en Students grow, …
    A9 2025 P1 —
    ```

A table holds numbers of the panel (metrics/signals/numbers.py) for a statistical year. `P*24` stands for 24 schools P1 to P24, over
which a cell `1000..1092` is spread evenly in whole numbers; `-` is a number that was not reported. All schools are of one kind and in one
province, their students in one class of specialties unless a table has columns of others (mix_66), with the codes 36430001 and so on. A line that begins with a signal is an answer: the school's sentence in one language, or
`—` where the signal raises no doubt about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from metrics.signals.numbers import MIX
from metrics.signals.panel import Panel, completed

CASE = re.compile(r"^### ([^\n]+)\n(.*?)^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
ANSWER = re.compile(r"^([AS]\d+) (\d{4}) (\w+) (?:(zh|en) (.+)|—)$")
ONE_CLASS = "mix_61"  # in which all students learn where a table does not say
ALIKE = {
    "province": 430000, "unit_kind": "school", "school_type": "general", "sponsor": "education", "ownership": "public", "setting": "city",
    "school_class": "general", "founded": 2000,
}  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """What is expected of a signal: the school's sentence by language, or none."""

    signal: str
    year: int
    unit: str
    sentences: dict[str, str]


@dataclass
class Case:
    """A panel, and what signals say of it."""

    title: str
    says: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)
    answers: list[Expected] = field(default_factory=list)

    @cached_property
    def panel(self) -> Panel:
        rows = completed(pl.DataFrame(self.rows, infer_schema_length=None))
        is_unsaid = pl.all_horizontal(pl.col(*MIX).is_null())
        return Panel(rows.with_columns(pl.when(is_unsaid).then("students").otherwise(ONE_CLASS).alias(ONE_CLASS)))  # fmt: skip

    def id_of(self, unit: str) -> int:
        return self.units.setdefault(unit, len(self.units) + 1)


def cases(folder: Path) -> list[Case]:
    """Every case of the Markdown files of a folder."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))]
    return [_case(*match.groups()) for text in texts for match in CASE.finditer(text)]


def _case(title: str, says: str, body: str) -> Case:
    case = Case(title, says.strip())
    year, columns = 0, list[str]()
    for line in filter(str.strip, body.splitlines()):
        words = line.split()
        if match := ANSWER.match(line.strip()):
            _answer(case, *match.groups())
        elif words[0] == "panel":
            year, columns = int(words[1]), words[2:]
        else:
            _rows(case, year, dict(zip(columns, words, strict=True)))
    return case


def _answer(case: Case, signal: str, year: str, unit: str, lang: str | None, said: str | None) -> None:  # fmt: skip
    for known in case.answers:
        if (known.signal, known.year, known.unit) == (signal, int(year), unit):
            break
    else:
        known = Expected(signal, int(year), unit, {})
        case.answers.append(known)
    if lang and said:
        known.sentences[lang] = said


def _rows(case: Case, year: int, cells: dict[str, str]) -> None:
    """The schools of one line, added to what other tables of the year say of them."""
    name, _, many = cells.pop("unit").partition("*")
    number = int(many or 1)
    for at in range(number):
        unit = f"{name}{at + 1}" if many else name
        school = case.id_of(unit)
        told = {column: _value(cell, at, number) for column, cell in cells.items()}
        for row in case.rows:
            if (row["school_id"], row["year"]) == (school, year):
                row.update(told)
                break
        else:
            case.rows.append({"school_id": school, "year": year, "code": f"3643{school:04}", **ALIKE, **told})  # fmt: skip


def _value(cell: str, at: int, number: int) -> float | None:
    """The value of one of `number` schools."""
    if cell == "-":
        return None
    first, _, last = cell.partition("..")
    if not last:
        return float(first)
    step = (float(last) - float(first)) / max(number - 1, 1)
    return float(round(float(first) + at * step))
