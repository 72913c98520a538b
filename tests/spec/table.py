"""The language of the cases: small tables in, numbers out, in Markdown that anyone can check by hand.

    ### A ceiling
    Twenty students to a teacher still meet the limit.

    ```
    enrolment 2025   unit  grade  students
                     A     1      400
    staff 2025       unit  persons
                     A     20
    students_per_teacher 2025   county 20.00   A 20.00▲   N …
    ```

A table is a form, a statistical year and columns; rows stand below. Measures that are not given are 0; other
columns take the value in DEFAULTS. Units of capital letters are schools of one county, of small letters its
attached classes; all are due to report, also those that stand only in an answer. A line that begins with a
metric is an answer: values as printed, `—` not applicable, `…` not submitted, `~0` rounds to zero, followed
by the verdict of the law where it gives one: ● met, ▲ met with little to spare, ■ missed. `2021 later` asks
by later law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from metrics.discovery import metrics
from warehouse.discovery import forms

DEFAULTS = {
    "specialty": "720201", "grade": "3", "sex": "1", "staff_type": "full_time", "job_title": "middle",
    "kind": "post", "organisation": "branch", "led_by_party": "yes", "size_band": "up_to_50",
    "integrated": "no", "enterprise": "企业", "school_type": "general", "sponsor": "education", "ownership": "public",
    "school_class": "general", "setting": "city", "founded": "2000", "campuses": "1",
}  # fmt: skip
CASE = re.compile(r"^### ([^\n]+)\n(.*?)^```\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Table:
    """Rows of one form and year, as text."""

    form: str
    year: int
    rows: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """What is expected of a metric and a year: unit (or 'county') -> text."""

    metric: str
    year: int
    is_later: bool
    values: dict[str, str]


@dataclass(frozen=True)
class Case:
    """What is reported, and what metrics answer."""

    title: str
    says: str
    body: str
    tables: list[Table]
    answers: list[Answer]

    @property
    def units(self) -> list[str]:
        """The reporting units that occur, in the order of their names."""
        asked = {unit for answer in self.answers for unit in answer.values} - {"county"}
        return sorted(asked | {row["unit"] for table in self.tables for row in table.rows})


def cases(folder: Path) -> list[Case]:
    """Every case of the Markdown files of a folder."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))]
    return [_case(*match.groups()) for text in texts for match in CASE.finditer(text)]


def _case(title: str, says: str, body: str) -> Case:
    tables: list[Table] = []
    answers: list[Answer] = []
    columns: list[str] = []
    for words in _lines(body):
        if words[0] in metrics():
            answers.append(_answer(*words))
        elif words[0] in forms():
            tables.append(Table(words[0], int(words[1])))
            columns = words[2:]
        else:
            tables[-1].rows.append(dict(zip(columns, words, strict=True)))
    return Case(title, says.strip(), body.rstrip(), tables, answers)


def _lines(body: str) -> Iterator[list[str]]:
    return (line.split() for line in body.splitlines() if line.strip())


def _answer(metric: str, year: str, *words: str) -> Answer:
    is_later = words[0] == "later"
    pairs = words[1:] if is_later else words
    return Answer(metric, int(year), is_later, dict(zip(pairs[::2], pairs[1::2], strict=True)))
