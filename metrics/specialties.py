"""Which specialties are offered where (专业布局): supply by place and year, opened and closed, and the same one twice within a county.

Under today's boundaries. How many different ones a place has is no sum of what the places below it have: what each place above the counties offers
is kept by specialty (`warehouse/kept_specialties.py`); below, and as it stood at an earlier load, it is counted from what is kept of each
school (`school_cuts`). The reader must see the place's records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from metrics.rollups import BASES
from metrics.school import NOW, AsOf
from warehouse.store import Compiled, Reader

FORM = "enrolment"
SUPPLY = pl.Schema({
    "year": pl.Int64, "place_id": pl.Int64, "specialty": pl.String, "units": pl.Int64, "students": pl.Int64, "entrants": pl.Int64,
})  # fmt: skip
_SUPPLY = Compiled(
    b"SELECT * FROM specialty_supply($1, $2, $3, $4, $5)",
    ("here", "years", "basis", "number", "code"),
    {},
)
_MOVES = Compiled(
    b"SELECT * FROM specialty_moves($1, $2, $3, $4)", ("here", "year", "basis", "number"), {}
)
_DOUBLES = Compiled(
    b"SELECT * FROM specialty_doubles($1, $2, $3, $4, $5)",
    ("here", "year", "basis", "number", "most"),
    {},
)


def supply(
    reader: Reader, place_id: int, years: Sequence[int], at: AsOf = NOW, code: str = ""
) -> pl.DataFrame:
    """year, place_id (right below; a school is its own), specialty, units, students, entrants.

    `code`: one specialty, or a class by its two digits. `units` offer it: they have students or entrants.
    """
    rows = reader.rows(
        _SUPPLY,
        here=place_id,
        years=list(years),
        basis=_bases(at),
        number=at.number(FORM),
        code=code,
    )
    return pl.DataFrame(rows, SUPPLY, orient="row")


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
    return Doubles(rows[0][5] if rows else 0, found)


def by_specialty(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """specialty, major, units, students, entrants of one year, of the whole place; the one with most students first."""
    measures = ("units", "students", "entrants")
    return (
        rows.lazy()
        .filter(pl.col("year") == year)
        .group_by("specialty")
        .agg(pl.col(name).sum() for name in measures)
        .sort("students", "specialty", descending=[True, False])
        .with_columns(major=_major())
        .collect()
    )


def majors_of(offered: pl.DataFrame) -> pl.DataFrame:
    """major, offered (different specialties with students), students, entrants of what `by_specialty` tells; the one with most students first."""
    return (
        offered.lazy()
        .filter(pl.col("students") > 0)
        .group_by("major")
        .agg(pl.len().alias("offered"), pl.col("students").sum(), pl.col("entrants").sum())
        .sort("students", "major", descending=[True, False])
        .collect()
    )


def by_place(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """place_id, offered, students, entrants of the places right below in one year."""
    return (
        rows.lazy()
        .filter(pl.col("year") == year, pl.col("students") > 0)
        .group_by("place_id")
        .agg(pl.len().alias("offered"), pl.col("students").sum(), pl.col("entrants").sum())
        .collect()
    )


def _major() -> pl.Expr:
    return pl.col("specialty").str.slice(0, 2)


class Moved(NamedTuple):
    """A specialty that had entrants in one of two years only, at the units that reported in both, and how many."""

    specialty: str
    entrants: int


class Moves(NamedTuple):
    """What a place has opened and closed since the year before, the largest first."""

    opened: list[Moved]
    closed: list[Moved]


def moved(reader: Reader, place_id: int, year: int, at: AsOf = NOW) -> Moves | None:
    """Opened and closed at a place against the year before; None where no unit that the reader sees reported in both years.

    Only units that reported in both years count: what a unit did not report is not closed.
    """
    rows = reader.rows(_MOVES, here=place_id, year=year, basis=_bases(at), number=at.number(FORM))
    opened = [Moved(code, entrants) for code, entrants, before in rows if entrants and not before]
    closed = [Moved(code, before) for code, entrants, before in rows if before and not entrants]
    return Moves(_ordered(opened), _ordered(closed)) if rows else None


def _ordered(moves: list[Moved]) -> list[Moved]:
    return sorted(moves, key=lambda one: (-one.entrants, one.specialty))
