"""Which specialties are offered where (专业布局): supply by place and year, opened and closed, and the same one twice within a county.

Counted from what is kept of each school (`school_cuts`), under today's boundaries as somebody looks: how many a place has is no sum of what
the places below it have, so it is never added up above a school. The reader must see the place's records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl
import sqlalchemy as sa

from metrics.rollups import BASES
from metrics.school import NOW, AsOf
from warehouse.store import Reader

FORM = "enrolment"
SUPPLY = pl.Schema({
    "year": pl.Int64, "place_id": pl.Int64, "specialty": pl.String, "units": pl.Int64, "students": pl.Int64, "entrants": pl.Int64,
    "entrants_both": pl.Int64,
})  # fmt: skip
_SUPPLY = sa.text("SELECT * FROM specialty_supply(:here, :years, :basis, :number, :code)")
_DOUBLES = sa.text("SELECT * FROM specialty_doubles(:here, :year, :basis, :number)")


def supply(
    reader: Reader, place_id: int, years: Sequence[int], at: AsOf = NOW, code: str = ""
) -> pl.DataFrame:
    """year, place_id (right below; a school is its own), specialty, units, students, entrants, entrants_both.

    `code`: one specialty, or a class by its two digits. `units` offer it: they have students or entrants. `entrants_both` are those of units that reported in every one of the years.
    """
    found = reader.frame(
        _SUPPLY,
        here=place_id,
        years=list(years),
        basis=_bases(at),
        number=at.number(FORM),
        code=code,
    )
    return found.cast(SUPPLY)


def _bases(at: AsOf) -> list[int]:
    return [int(each) for each in BASES[at.basis]]


class Double(NamedTuple):
    """One specialty that several schools of a county offer; the schools with most students first."""

    county: int
    specialty: str
    schools: tuple[int, ...]
    students: tuple[int, ...]
    entrants: tuple[int, ...]


def doubles(reader: Reader, place_id: int, year: int, at: AsOf = NOW) -> list[Double]:
    """Every one of them below a place; those with most schools, then with most students, first."""
    rows = reader.rows(_DOUBLES, here=place_id, year=year, basis=_bases(at), number=at.number(FORM))
    found = [Double(row[0], row[1], *map(tuple, row[2:])) for row in rows]
    return sorted(found, key=lambda one: (-len(one.schools), -sum(one.students), one.county, one.specialty))  # fmt: skip


def by_specialty(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """specialty, major, units, students, entrants of one year, of the whole place; the one with most students first."""
    return _grouped(rows.filter(pl.col("year") == year), "specialty").with_columns(major=_major())


def by_major(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """major, offered (different specialties with students), students, entrants of one year; the one with most students first."""
    of_year = by_specialty(rows, year).filter(pl.col("students") > 0)
    return (
        of_year.group_by("major")
        .agg(pl.len().alias("offered"), pl.col("students").sum(), pl.col("entrants").sum())
        .sort("students", "major", descending=[True, False])
    )


def by_place(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """place_id, offered, students, entrants of the places right below in one year."""
    of_year = rows.filter(pl.col("year") == year, pl.col("students") > 0)
    return of_year.group_by("place_id").agg(
        pl.len().alias("offered"), pl.col("students").sum(), pl.col("entrants").sum()
    )


def _grouped(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    measures = ("units", "students", "entrants")
    return (
        rows.group_by(by)
        .agg(pl.col(name).sum() for name in measures)
        .sort("students", by, descending=[True, False])
    )


def _major() -> pl.Expr:
    return pl.col("specialty").str.slice(0, 2)


class Moved(NamedTuple):
    """A specialty that had entrants in one of two years only, at the units that reported in both, and how many."""

    specialty: str
    entrants: int


def moved(rows: pl.DataFrame, year: int) -> tuple[list[Moved], list[Moved]]:
    """Opened and closed against the year before: the largest first. `rows` hold both years.

    Only units that reported in both count: what a unit did not report is not closed.
    """
    known = rows.group_by("specialty").agg(
        now=pl.col("entrants_both").filter(pl.col("year") == year).sum(),
        then=pl.col("entrants_both").filter(pl.col("year") == year - 1).sum(),
    )
    opened = known.filter(pl.col("now") > 0, pl.col("then") == 0)
    closed = known.filter(pl.col("now") == 0, pl.col("then") > 0)
    return _listed(opened, "now"), _listed(closed, "then")


def _listed(rows: pl.DataFrame, measure: str) -> list[Moved]:
    ordered = rows.sort(measure, "specialty", descending=[True, False])
    return [Moved(*row) for row in ordered.select("specialty", measure).iter_rows()]
