"""What has changed in the meaning of what is declared: a dated line for each change, kept in a file beside the declarations and only ever
added to. Declarations say what holds now; these lines say since when, and what held before.

    name,on,meaning,why_zh,why_en
    class_size,2026-11-23,(enrolment.students) / (register.classes) | stock | students per class,,
    class_size,2026-11-28,(enrolment.students) / (class_band.classes) | stock | students per class,班级数改取自……,...
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from warehouse.discovery import forms
from warehouse.form import Column
from warehouse.text import Text

FIELDS = Path(__file__).parent / "domains" / "history.csv"


class Revision(NamedTuple):
    """From `on` a name meant this, "" when it was withdrawn; `why`, which only the first line of a name goes without."""

    on: date
    meaning: str
    why: Text


def read(path: Path) -> dict[str, list[Revision]]:
    """The lines of each name, in their order."""
    found: dict[str, list[Revision]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            one = Revision(date.fromisoformat(row["on"]), row["meaning"], Text(row["why_zh"], row["why_en"]))  # fmt: skip
            found.setdefault(row["name"], []).append(one)
    return found


def complaints(meanings: Mapping[str, str], kept: Mapping[str, Sequence[Revision]]) -> list[str]:
    """What the lines miss of the declarations, each with the line to add."""
    found = [said for name, meaning in meanings.items() for said in _missing(name, meaning, kept.get(name, ()))]  # fmt: skip
    gone = [name for name, lines in kept.items() if name not in meanings and lines[-1].meaning]
    found += [f"{name} is declared no more: add {name},YYYY-MM-DD,,why_zh,why_en" for name in gone]
    return found + [said for name, lines in kept.items() for said in _unsound(name, lines)]


def _missing(name: str, meaning: str, lines: Sequence[Revision]) -> Iterator[str]:
    if not lines:
        yield f"{name} is new: add {name},YYYY-MM-DD,{meaning},,"
    elif lines[-1].meaning != meaning:
        yield (f"{name} meant “{lines[-1].meaning}”: add {name},YYYY-MM-DD,{meaning},why_zh,why_en")


def _unsound(name: str, lines: Sequence[Revision]) -> Iterator[str]:
    days = [one.on for one in lines]
    if days != sorted(days):
        yield f"{name}: a later line has an earlier day"
    if any(not (one.why.zh and one.why.en) for one in lines[1:]):
        yield f"{name}: a change without a reason in both languages"


def field_meanings() -> dict[str, str]:
    """form.column -> what it is, of every form."""
    return {f"{form.name}.{name}": _meaning(column) for form in forms().values() for name, column in form.columns.items()}  # fmt: skip


def _meaning(column: Column) -> str:
    kind = column.codes.name if column.codes else column.kind
    return f"{column.period.value} | {kind} | {column.unit.zh or '-'}"


@cache
def field_history() -> dict[str, list[Revision]]:
    return read(FIELDS)
