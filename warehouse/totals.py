"""A school's numbers in other forms and years: what rules compare with and derived forms are computed from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl
import sqlalchemy as sa

from warehouse.discovery import form as named
from warehouse.form import Column, Kind, Part
from warehouse.frames import quoted
from warehouse.store import Reader
from warehouse.tables import FOR_EVER


class Wanted(NamedTuple):
    """A measure's total (or one member of a cut), or an attribute, of each school in one year."""

    form: str
    column: str
    cut: str
    member: str
    year: int


def read_totals(reader: Reader, wanted: Mapping[str, Wanted], schools: list[int]) -> pl.DataFrame:
    """school_id and a column for each number wanted, as it stands now; null where nothing is in. One query."""
    frame = pl.DataFrame({"school_id": schools}, schema={"school_id": pl.Int64})
    if not wanted:
        return frame
    parts = [_select_total(n, each) for n, each in enumerate(wanted.values())]
    values = {f"{k}{n}": v for n, each in enumerate(wanted.values())
              for k, v in (("year", each.year), ("cut", each.cut), ("member", each.member))}  # fmt: skip
    found = reader.frame(sa.text(" UNION ALL ".join(parts)), schools=schools, **values)
    typed = found.cast({"n": pl.Int64, "school_id": pl.Int64, "value": pl.String})
    for n, (name, each) in enumerate(wanted.items()):
        kind = pl.String if _column(each).kind is Kind.TEXT else pl.Int64
        mine = typed.filter(pl.col("n") == n).select(
            "school_id", pl.col("value").cast(kind).alias(name)
        )
        frame = frame.join(mine, on="school_id", how="left")
    return frame


def _select_total(n: int, each: Wanted) -> str:
    if _column(each).part is Part.MEASURE:
        return (
            f"SELECT {n} AS n, place_id AS school_id, {quoted([each.column])}::text AS value FROM rollup_{each.form} WHERE year = :year{n} "
            f"AND rung = 4 AND last_load = {FOR_EVER} AND cut = :cut{n} AND member = :member{n} AND place_id = ANY (:schools)"
        )
    return (
        f"SELECT DISTINCT {n} AS n, school_id, {quoted([each.column])}::text AS value FROM fact_{each.form} WHERE year = :year{n} "
        f"AND last_load = {FOR_EVER} AND school_id = ANY (:schools) AND :cut{n} = '' AND :member{n} = ''"
    )


def _column(each: Wanted) -> Column:
    return named(each.form).columns[each.column]
