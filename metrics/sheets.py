"""The cells of submitted sheets behind one part of a number at one school, with every revision."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl
import sqlalchemy as sa

from metrics.plan import Lookup
from metrics.rollups import BASES, Reads, any_of
from metrics.school import AsOf
from warehouse.derived_form import DerivedForm
from warehouse.discovery import form as form_named
from warehouse.domains.monitoring import NINE
from warehouse.form import Secrecy
from warehouse.masks import HIDDEN
from warehouse.parts import parts
from warehouse.tables import metadata, submission


class SheetCell(NamedTuple):
    """A cell of a submitted sheet: the form's column, the sheet's column letter (None if it had none), the value."""

    column: str
    letter: str | None
    value: int | str | None


class SheetRow(NamedTuple):
    """A row that was counted, by its number in the sheet."""

    number: int
    cells: tuple[SheetCell, ...]


@dataclass(frozen=True)
class Revision:
    """One submission of the form for the year; `value` is what it says of this part.

    `is_refused`: no row of it was accepted, so it never counted.
    """

    submission_id: int
    revision: int
    received_at: datetime
    received_by: str
    file_name: str
    file_hash: str
    sheet: str
    is_current: bool
    is_refused: bool
    value: int | None


@dataclass(frozen=True)
class Source:
    """The sheet behind one part at one school: which column of which form, the rows added up, the revisions."""

    form: str
    column: str
    year: int
    rows: tuple[SheetRow, ...]
    revisions: tuple[Revision, ...]

    @property
    def submission(self) -> Revision | None:
        """The submission that counts."""
        return next((one for one in self.revisions if one.is_current), None)


class ColumnBehind(NamedTuple):
    """A column of a submitted form, and the members of a cut that its rows must belong to ('' is all)."""

    form: str
    column: str
    cut: str
    members: tuple[str, ...]


def columns_behind(lookup: Lookup) -> list[ColumnBehind]:
    """The submitted columns of a part: its own, or what a derived form is computed from."""
    form = form_named(lookup.form)
    if issubclass(form, DerivedForm):
        needs = (need for name, need in form.needs.items() if _concerns(name, lookup.measure))
        return [ColumnBehind(need.form, need.measure, need.cut, (need.member,)) for need in needs]
    if not form.submitted and not parts(form):
        return []
    cut = lookup.rows[0][0]
    members = tuple(dict.fromkeys(member for _, member, _ in lookup.rows))
    names = (
        *(part.name for part in parts(form)),
        form.name,
    )  # a year may have come as a whole before it was asked by parts
    return [ColumnBehind(name, lookup.measure, cut, members) for name in names]


def _concerns(need: str, measure: str) -> bool:
    """Whether a verdict of the nine limits looks at an input; everything else looks at all of them."""
    looked_at = NINE.get(measure.removeprefix("met_").removeprefix("near_"))
    return looked_at is None or need in looked_at


def source(reader: Reads, at: AsOf, column: ColumnBehind, school: int, year: int) -> Source:
    """The rows of a school's sheets that carry a column, and every revision in by then with what it said. See `hidden`."""
    found = reader.rows(
        fact_statement(column.form), school=school, year=year, bases=BASES[at.basis]
    )
    rows = [row._asdict() for row in found]
    submissions = [
        one
        for one in reader.rows(_SUBMISSIONS, form=column.form, school=school, year=year)
        if at.holds(one.form, one.first_load, one.recorded_at)
    ]
    load = at.number(column.form)
    valid = [row for row in rows if row["first_load"] <= load < row["last_load"]]
    counted = next((row["submission_id"] for row in valid), None)
    letters: dict[str, str] = next(
        (json.loads(one.headers) for one in submissions if one.submission_id == counted), {}
    )
    return Source(
        column.form,
        column.column,
        year,
        tuple(_sheet_row(column, row, letters) for row in _within(column, valid)),
        tuple(_revision(column, one, rows, counted) for one in submissions),
    )


def hidden(found: Source) -> Source:
    """The same for a reader whose role does not need sensitive columns: their cells show that there is a value, not which."""
    columns = form_named(found.form).columns
    sensitive = {name for name, one in columns.items() if one.secrecy is Secrecy.SENSITIVE}
    rows = tuple(
        row._replace(cells=tuple(_hidden(cell) if cell.column in sensitive else cell for cell in row.cells))
        for row in found.rows
    )  # fmt: skip
    if found.column not in sensitive:
        return replace(found, rows=rows)
    said = tuple(replace(one, value=None) for one in found.revisions)
    return replace(found, rows=rows, revisions=said)


def _hidden(cell: SheetCell) -> SheetCell:
    return cell if cell.value is None else cell._replace(value=HIDDEN)


def _within(column: ColumnBehind, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows that belong to the members asked for, in the order of the sheet."""
    ordered = sorted(rows, key=lambda row: row["sheet_row"])
    if not column.cut or not ordered:
        return ordered
    dimensions = [form_named(column.form).dimension(name) for name in column.cut.split("*")]
    keys = {
        each.name: [row[each.name] for row in ordered] for each in form_named(column.form).grain()
    }
    members = pl.DataFrame(keys).select(pl.concat_str(dimensions, separator="*")).to_series()
    return [row for row, member in zip(ordered, members, strict=True) if member in column.members]


def _sheet_row(
    column: ColumnBehind, row: Mapping[str, Any], letters: Mapping[str, str]
) -> SheetRow:
    shown = [*(key.name for key in form_named(column.form).grain()), column.column]
    cells = (SheetCell(name, letters.get(name), row[name]) for name in shown if name in row)
    return SheetRow(row["sheet_row"], tuple(cells))


def _revision(
    column: ColumnBehind,
    one: Any,  # noqa: ANN401 - a row of submission
    rows: Sequence[Mapping[str, Any]],
    counted: int | None,
) -> Revision:
    own = _within(column, [row for row in rows if row["submission_id"] == one.submission_id])
    numbers = [row[column.column] for row in own if isinstance(row.get(column.column), int)]
    return Revision(
        submission_id=one.submission_id,
        revision=one.revision,
        received_at=one.received_at,
        received_by=one.received_by,
        file_name=one.file_name,
        file_hash=one.file_hash,
        sheet=one.sheet,
        is_current=one.submission_id == counted,
        is_refused=one.first_load is None,
        value=sum(numbers) if own else None,
    )


@lru_cache(maxsize=64)
def fact_statement(form: str) -> sa.Select[Any]:
    """Every row a school ever had in a form and year, with its submission and its validity."""
    columns = metadata.tables[f"fact_{form}"].c
    return sa.select(*(column for column in columns if column.name != "path")).where(
        columns.school_id == sa.bindparam("school"),
        columns.year == sa.bindparam("year"),
        columns.basis == any_of("bases", sa.SmallInteger),
    )


_SUBMISSIONS = (
    sa.select(submission)
    .where(
        submission.c.form == sa.bindparam("form"),
        submission.c.school_id == sa.bindparam("school"),
        submission.c.year == sa.bindparam("year"),
    )
    .order_by(submission.c.revision.desc())
)
