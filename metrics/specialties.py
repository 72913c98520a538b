"""Which specialties are offered where (专业布局): supply by place and year, opened and closed, and the same one twice within a county.

Under today's boundaries. How many different ones a place has is no sum of what the places below it have: what each place above the counties offers
is kept by specialty (`warehouse/kept_specialties.py`); below, and as it stood at an earlier load, it is counted from what is kept of each
school (`school_cuts`). The reader must see the place's records.
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
})  # fmt: skip
_SUPPLY = sa.text("SELECT * FROM specialty_supply(:here, :years, :basis, :number, :code)")
_MOVES = sa.text("SELECT * FROM specialty_moves(:here, :year, :basis, :number)")
_DOUBLES = sa.text("SELECT * FROM specialty_doubles(:here, :year, :basis, :number, :most)")


def supply(
    reader: Reader, place_id: int, years: Sequence[int], at: AsOf = NOW, code: str = ""
) -> pl.DataFrame:
    """year, place_id (right below; a school is its own), specialty, units, students, entrants.

    `code`: one specialty, or a class by its two digits. `units` offer it: they have students or entrants.
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


class Doubles(NamedTuple):
    """How many there are, and the first of them: those with most schools, then with most students."""

    number: int
    first: list[Double]


def doubles(reader: Reader, place_id: int, year: int, at: AsOf = NOW, *, most: int | None = None) -> Doubles:  # fmt: skip
    """What is offered twice within a county below a place; the first `most` of them are told, or all."""
    rows = reader.rows(
        _DOUBLES, here=place_id, year=year, basis=_bases(at), number=at.number(FORM), most=most
    )
    found = [Double(row[0], row[1], *map(tuple, row[2:5])) for row in rows]
    return Doubles(rows[0].number_of if rows else 0, found)


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


def moved(reader: Reader, place_id: int, year: int, at: AsOf = NOW) -> tuple[list[Moved], list[Moved]]:  # fmt: skip
    """Opened and closed at a place against the year before: the largest first.

    Only units that reported in both years count: what a unit did not report is not closed.
    """
    rows = reader.rows(_MOVES, here=place_id, year=year, basis=_bases(at), number=at.number(FORM))
    opened = [Moved(row.specialty, row.entrants) for row in rows if row.entrants and not row.before]
    closed = [Moved(row.specialty, row.before) for row in rows if row.before and not row.entrants]
    return _ordered(opened), _ordered(closed)


def _ordered(moves: list[Moved]) -> list[Moved]:
    return sorted(moves, key=lambda one: (-one.entrants, one.specialty))
