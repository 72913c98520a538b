"""Two submissions of one form at one school, cell by cell: of one year, or of two years.

Records: row security lets through only those of one's own subtree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from metrics.rollups import Reads
from warehouse.discovery import form as form_named
from warehouse.form import Secrecy
from warehouse.masks import HIDDEN
from warehouse.tables import metadata, submission

Value = int | str | None
Kind = Literal["same", "changed", "added", "removed"]


class Taken(NamedTuple):
    """One submission of a form. `is_current`: its figures count among those submitted."""

    submission_id: int
    year: int
    revision: int
    received_at: datetime
    received_by: str
    file_name: str
    content_hash: str
    rows_accepted: int
    is_current: bool


class Change(NamedTuple):
    """One cell before and after."""

    before: Value
    after: Value

    @property
    def is_change(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Line:
    """One row of the form by its key, with every other cell before and after."""

    key: tuple[Value, ...]
    sheet_row: int
    kind: Kind
    cells: Mapping[str, Change]


@dataclass(frozen=True)
class Comparison:
    """Every row of either submission: those that changed first come in the order of the sheet, as all do."""

    form: str
    lines: tuple[Line, ...]

    @property
    def changed(self) -> int:
        """How many cells differ; a row that came or went counts each of its cells that holds something."""
        return sum(cell.is_change for line in self.lines for cell in line.cells.values())

    def total(self, column: str) -> Change:
        """The sums of a measure, before and after."""
        cells = [line.cells[column] for line in self.lines]
        return Change(*(sum(v for v in side if isinstance(v, int)) for side in zip(*cells, strict=True))) if cells else Change(0, 0)  # fmt: skip


_TAKEN = (
    sa.select(*(submission.c[name] for name in Taken._fields))
    .where(
        submission.c.form == sa.bindparam("form"),
        submission.c.school_id == sa.bindparam("school", type_=sa.Integer),
        submission.c.rows_accepted > 0,
    )
    .order_by(submission.c.year.desc(), submission.c.revision.desc())
)


def taken(reader: Reads, form: str, school: int) -> list[Taken]:
    """Every submission of a form that counted once, of all years, the newest first."""
    return [Taken(*row) for row in reader.rows(_TAKEN, form=form, school=school)]


def compare(
    reader: Reads, form: str, school: int, before: Taken | None, after: Taken
) -> Comparison:
    """What changed from one submission to another; without an earlier one every row is there as it is."""
    then = _rows(reader, form, school, before) if before else {}
    now = _rows(reader, form, school, after)
    keys = sorted({**then, **now}, key=lambda key: _order(then, now, key))
    if before is None:
        then = now
    lines = (_line(form, key, then.get(key), now.get(key)) for key in keys)
    return Comparison(form, tuple(lines))


def hidden(found: Comparison) -> Comparison:
    """The same for a reader whose role does not need sensitive columns: that there is a value, not which."""
    columns = form_named(found.form).columns
    sensitive = {name for name, one in columns.items() if one.secrecy is Secrecy.SENSITIVE}
    lines = (
        replace(line, cells={n: _hidden(cell) if n in sensitive else cell for n, cell in line.cells.items()})
        for line in found.lines
    )  # fmt: skip
    return replace(found, lines=tuple(lines))


def _hidden(cell: Change) -> Change:
    return Change(*(HIDDEN if value is not None else None for value in cell))


Row = Mapping[str, Any]
Rows = dict[tuple[Value, ...], Row]


def _order(then: Rows, now: Rows, key: tuple[Value, ...]) -> tuple[int, str]:
    row = now.get(key) or then[key]
    return int(row["sheet_row"]), str(key)


def _rows(reader: Reads, form: str, school: int, one: Taken) -> Rows:
    """The rows of one submission by their key. A row that was approved later stands there more than once."""
    names = [column.name for column in form_named(form).grain()]
    found = reader.rows(
        _statement(form), school=school, year=one.year, submission=one.submission_id
    )
    dicts = [row._asdict() for row in found]
    return {tuple(row[name] for name in names): row for row in dicts}


def _line(form: str, key: tuple[Value, ...], then: Row | None, now: Row | None) -> Line:
    names = [name for name in form_named(form).columns if name not in _keys(form)]
    cells = {
        name: Change(then[name] if then else None, now[name] if now else None) for name in names
    }
    kind: Kind = (
        "added" if then is None else "removed" if now is None
        else "changed" if any(cell.is_change for cell in cells.values()) else "same"
    )  # fmt: skip
    return Line(key, int((now or then or {})["sheet_row"]), kind, cells)


@lru_cache(maxsize=64)
def _keys(form: str) -> frozenset[str]:
    return frozenset(column.name for column in form_named(form).grain())


@lru_cache(maxsize=64)
def _statement(form: str) -> sa.Select[Any]:
    columns = metadata.tables[f"fact_{form}"].c
    names = ["sheet_row", *form_named(form).columns]
    return sa.select(*(columns[name] for name in names)).where(
        columns.school_id == sa.bindparam("school", type_=sa.Integer),
        columns.year == sa.bindparam("year", type_=sa.SmallInteger),
        columns.submission_id == sa.bindparam("submission", type_=sa.BigInteger),
    )
