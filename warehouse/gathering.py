"""The rows of a form that is handed in by parts: gathered from its parts, written where they say something new.

A year that a school once handed in as a whole, before its form was asked by parts, stays as it was handed in.
"""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from warehouse.form import Form, Kind
from warehouse.frames import quoted
from warehouse.parts import gathered, parts
from warehouse.store import Writer
from warehouse.tables import FOR_EVER, Basis


def collected(
    writer: Writer, form: type[Form], year: int, schools: list[int], basis: Basis
) -> pl.DataFrame:
    """school_id and the form's columns: what these schools' parts of a year add up to under a basis."""
    columns = quoted(["school_id", *form.columns])
    each = (
        f"SELECT {columns} FROM fact_{part.name} WHERE year = :year AND last_load = {FOR_EVER} "
        "AND basis = ANY (:bases) AND school_id = ANY (:schools)"
        for part in parts(form)
    )
    found = writer.frame(
        sa.text(" UNION ALL ".join(each)), year=year, schools=schools,
        bases=[int(basis), int(Basis.BOTH)],
    )  # fmt: skip
    return gathered(form, found.cast(_schema(form, "school_id")))


def standing(writer: Writer, form: type[Form], year: int) -> list[int]:
    """The schools that have handed in a part of a year, and not the whole of it."""
    each = (
        f"SELECT place_id FROM rollup_{part.name} WHERE year = :year AND rung = 4 AND cut = '' AND last_load = {FOR_EVER}"
        for part in parts(form)
    )
    found = writer.rows(sa.text(" UNION ".join(each)), year=year)
    return by_parts(writer, form, year, [row.place_id for row in found])


def differing(writer: Writer, form: type[Form], year: int, rows: pl.DataFrame) -> list[int]:
    """The schools of which other rows stand than these (school_id, basis and the form's columns)."""
    names = ["school_id", "basis", *form.columns]
    found = writer.frame(
        sa.text(
            f"SELECT {quoted(names)} FROM fact_{form.name} WHERE year = :year AND last_load = {FOR_EVER} AND submission_id = 0"
        ),
        year=year,
    ).cast(_schema(form, "school_id", "basis"))
    new = rows.select(names).join(found.select(names), on=names, how="anti", nulls_equal=True)
    gone = found.select(names).join(rows.select(names), on=names, how="anti", nulls_equal=True)
    return pl.concat([new, gone])["school_id"].unique().sort().to_list()


def by_parts(writer: Writer, form: type[Form], year: int, schools: list[int]) -> list[int]:
    """Those of the schools that did not hand in the year as a whole."""
    found = writer.rows(
        sa.text(
            f"SELECT DISTINCT school_id FROM fact_{form.name} WHERE year = :year AND last_load = {FOR_EVER} "
            "AND submission_id > 0 AND school_id = ANY (:schools)"
        ),
        year=year, schools=schools,
    )  # fmt: skip
    return sorted(set(schools) - {row.school_id for row in found})


def _schema(form: type[Form], *numbers: str) -> pl.Schema:
    """The form's columns, beside numbers of ours."""
    texts = {name for name, column in form.columns.items() if column.kind is Kind.TEXT}
    return pl.Schema({name: pl.String if name in texts else pl.Int64 for name in (*numbers, *form.columns)})  # fmt: skip
