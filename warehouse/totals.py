"""A school's numbers in other forms and years: what rules compare with and derived forms are computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl
import sqlalchemy as sa

from warehouse.discovery import form as named
from warehouse.form import Column, Form, Kind, Part
from warehouse.frames import quoted
from warehouse.store import Reader
from warehouse.tables import FOR_EVER, Basis


class Wanted(NamedTuple):
    """A measure's total (or one member of a cut), or an attribute, of each school in one year."""

    form: str
    column: str
    cut: str
    member: str
    year: int


class Source(NamedTuple):
    """The rows of one form that numbers are read from."""

    form: str
    is_measure: bool
    year: int
    cut: str
    member: str


def read_totals(
    reader: Reader, wanted: Mapping[str, Wanted], schools: list[int], basis: Basis = Basis.SUBMITTED
) -> pl.DataFrame:
    """school_id and a column for each number wanted, as it now stands under a basis; null where nothing is in. One query."""
    frame = pl.DataFrame({"school_id": schools}, schema={"school_id": pl.Int64})
    if not wanted:
        return frame
    sources = list(dict.fromkeys(map(_source, wanted.values())))
    parts = [_select(n, [each for each in wanted.values() if _source(each) == source])
             for n, source in enumerate(sources)]  # fmt: skip
    listed = [f"p{sources.index(_source(each))}.{quoted([each.column])} AS {quoted([name])}"
              for name, each in wanted.items()]  # fmt: skip
    joined = " ".join(f"LEFT JOIN ({part}) p{n} USING (school_id)" for n, part in enumerate(parts))
    statement = f"SELECT school_id, {', '.join(listed)} FROM unnest(CAST(:schools AS int[])) s(school_id) {joined}"
    values = {f"{k}{n}": getattr(source, k) for n, source in enumerate(sources) for k in ("year", "cut", "member")}  # fmt: skip
    found = reader.frame(
        sa.text(statement), schools=schools, bases=[int(basis), int(Basis.BOTH)], **values
    )
    kinds: dict[str, type[pl.DataType]] = {
        "school_id": pl.Int64,
        **{name: _kind(each) for name, each in wanted.items()},
    }
    return frame.join(
        found.cast(pl.Schema(kinds)), on="school_id", how="left", maintain_order="left"
    )


def context(reader: Reader, form: type[Form], year: int, schools: Sequence[int]) -> pl.DataFrame:
    """school_id and one column for each name in form.refers: numbers of other forms and years, or null."""
    wanted = {
        name: Wanted(t.form, t.measure, t.cut, t.member, year - t.years_back)
        for name, t in form.refers.items()
    }
    return read_totals(reader, wanted, list(schools))


def _source(each: Wanted) -> Source:
    """What is read once for all numbers that stand in the same rows."""
    is_measure = _column(each).part is Part.MEASURE
    return Source(each.form, is_measure, each.year, each.cut, each.member)


def _select(n: int, alike: list[Wanted]) -> str:
    """The rows of one source, with every number wanted of them."""
    columns = quoted(sorted({each.column for each in alike}))
    if _column(alike[0]).part is Part.MEASURE:
        return (
            f"SELECT place_id AS school_id, {columns} FROM rollup_{alike[0].form} WHERE year = :year{n} "
            f"AND rung = 4 AND last_load = {FOR_EVER} AND basis = ANY (:bases) AND cut = :cut{n} AND member = :member{n} AND place_id = ANY (:schools)"
        )
    return (
        f"SELECT DISTINCT school_id, {columns} FROM fact_{alike[0].form} WHERE year = :year{n} "
        f"AND last_load = {FOR_EVER} AND basis = ANY (:bases) AND school_id = ANY (:schools) AND :cut{n} = '' AND :member{n} = ''"
    )


def _kind(each: Wanted) -> type[pl.DataType]:
    return pl.String if _column(each).kind is Kind.TEXT else pl.Int64


def _column(each: Wanted) -> Column:
    return named(each.form).columns[each.column]
