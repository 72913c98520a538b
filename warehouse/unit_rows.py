"""Rows of single units, handed over as whole columns of numbers: what a copy that is kept in memory is made of.

Row security lets through the units of the reader's scope. A column of numbers comes as the bytes of its values, one after the other, for the
driver spends more on each value than the server does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

from warehouse.discovery import form as form_named
from warehouse.form import Form
from warehouse.places import Rung
from warehouse.store import Reader
from warehouse.tables import metadata

UNKNOWN = -(2**63)  # stands for null among the bytes
LINE = "\n"  # between texts; no code holds one


class Wanted(NamedTuple):
    """Rows of a form by some of its dimensions, as they stood at a load: of which years, under which bases, with which measures."""

    form: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    years: tuple[int, ...]
    bases: tuple[int, ...]
    load: int


def unit_rows(reader: Reader, wanted: Wanted) -> pl.DataFrame:
    """year, unit, is_attached (null where facts do not say it), a text for each dimension, and the measures: a row for each unit and member.

    A measure is null where nobody has filled its column. Dimensions that the form is rolled up by are read there, others are added up from facts.
    """
    form = form_named(wanted.form)
    cut = rolled_by(form, wanted.dimensions)
    if cut is None:
        return _of_facts(reader, form, wanted)
    c = metadata.tables[f"rollup_{wanted.form}"].c
    is_attached = sa.cast(c.unit_kind == sa.literal("attached"), sa.Integer)
    member = [c.member] if cut else []
    asked = sa.select(
        c.year, c.place_id.label("unit"), is_attached.label("is_attached"), *member, *(c[name] for name in wanted.measures)
    ).where(c.rung == sa.literal_column(str(int(Rung.SCHOOL))), c.cut == cut, *_valid(c, wanted))  # fmt: skip
    found = packed(reader, asked, ("member",))
    if not cut:
        return found
    parts = pl.col("member").str.split("*")
    named = [parts.list.get(at).alias(name) for at, name in enumerate(cut.split("*"))]
    return found.with_columns(named).drop("member")


def rolled_by(form: type[Form], dimensions: Sequence[str]) -> str | None:
    """The cut by which a form's rollup holds some dimensions, in whichever order; "" of none, None where it does not."""
    if not dimensions:
        return ""
    known = (
        cut
        for cut in (*form.cuts, *form.school_cuts)
        if sorted(cut.split("*")) == sorted(dimensions)
    )
    return next(known, None)


def _of_facts(reader: Reader, form: type[Form], wanted: Wanted) -> pl.DataFrame:
    """The same out of the rows as they were handed in. What is derived from a key is derived here, for the server does not know how."""
    c = metadata.tables[f"fact_{wanted.form}"].c
    sources = dict.fromkeys(form.derives.get(name, (name,))[0] for name in wanted.dimensions)
    sums = [sa.cast(sa.func.sum(c[name]), sa.BigInteger).label(name) for name in wanted.measures]
    keys = [c.year, c.school_id, *(c[name] for name in sources)]
    asked = sa.select(c.year, c.school_id.label("unit"), *(c[name] for name in sources), *sums)
    asked = asked.where(*_valid(c, wanted)).group_by(*keys)
    found = packed(reader, asked, tuple(sources))
    named = found.with_columns([form.dimension(name) for name in wanted.dimensions])
    named = named.drop_nulls(wanted.dimensions)
    if any(name in form.derives for name in wanted.dimensions):
        grouped = named.group_by("year", "unit", *wanted.dimensions, maintain_order=True)
        named = grouped.agg(_added(name) for name in wanted.measures)
    return named.with_columns(is_attached=pl.lit(None, pl.Int64))


def _added(name: str) -> pl.Expr:
    """A sum that stays null where every part is."""
    column = pl.col(name)
    return pl.when(column.count() > 0).then(column.sum()).alias(name)


def _valid(columns: Any, wanted: Wanted) -> list[sa.ColumnElement[bool]]:  # noqa: ANN401 - a column collection
    return [
        columns.year.in_([sa.literal_column(str(int(year))) for year in wanted.years]),
        columns.basis.in_([sa.literal_column(str(int(basis))) for basis in wanted.bases]),
        columns.first_load <= wanted.load,
        columns.last_load > wanted.load,
    ]


def moved(reader: Reader, form: str, years: Sequence[int], since: int, load: int) -> set[int]:
    """The years of which a load after `since`, up to `load`, brought or ended rows of units that the reader sees."""
    c = metadata.tables[f"rollup_{form}"].c
    fresh = sa.and_(c.last_load > load, c.first_load > since, c.first_load <= load)
    ended = sa.and_(c.last_load > since, c.last_load <= load)
    asked = sa.select(c.year).distinct().where(
        c.year.in_([sa.literal_column(str(int(year))) for year in years]),
        c.rung == sa.literal_column(str(int(Rung.SCHOOL))), c.cut == "", c.member == "", sa.or_(fresh, ended),
    )  # fmt: skip
    return {row.year for row in reader.rows(asked)}


def packed(reader: Reader, statement: sa.Select[Any], texts: Sequence[str] = ()) -> pl.DataFrame:
    """The rows of a statement whose columns are whole numbers, or texts without a line's end, of which none is empty."""
    asked = statement.subquery()
    whole = [_whole(column, is_text=column.name in texts) for column in asked.c]
    told = reader.rows(sa.select(*whole))[0]
    columns = zip(asked.c, told, strict=True)
    return pl.DataFrame([_column(c.name, each, is_text=c.name in texts) for c, each in columns])


def _whole(column: sa.ColumnElement[Any], *, is_text: bool) -> sa.ColumnElement[Any]:
    if is_text:
        # a row without would be left out, and columns differ in length
        said = sa.func.coalesce(column, "")
        return sa.func.string_agg(said, sa.literal_column("E'\\n'"))
    known = sa.func.coalesce(sa.cast(column, sa.BigInteger), sa.literal_column(f"({UNKNOWN})::bigint"))  # fmt: skip
    return sa.func.string_agg(sa.func.int8send(known), sa.literal_column("''::bytea"), type_=BYTEA)


def _column(name: str, told: Any, *, is_text: bool) -> pl.Series:  # noqa: ANN401 - bytes, text or nothing
    if is_text:
        texts = told.split(LINE) if told is not None else []
        return pl.Series(name, [text or None for text in texts], pl.String)
    values = np.frombuffer(told or b"", dtype=">i8").astype(np.int64)
    found = pl.Series(name, values, pl.Int64)
    return found.set(found == UNKNOWN, None) if bool((values == UNKNOWN).any()) else found
