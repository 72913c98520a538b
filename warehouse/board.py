"""The submission board: how many forms of each place below another stand where, what is late, and since when the oldest waits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import sqlalchemy as sa

from warehouse.calendar import calendar
from warehouse.chain_queue import REVIEW_DAYS, REVIEWING
from warehouse.chain_rules import LOCKED, State
from warehouse.discovery import asked_forms
from warehouse.moments import begins
from warehouse.places import NATION, Rung
from warehouse.store import Reader, compiled
from warehouse.tables import ladder

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "place_id": pl.Int64, "form": pl.String, "state": pl.String, "forms": pl.Int64, "late": pl.Int64, "slow": pl.Int64, "oldest": pl.Datetime("us", "UTC"),
}  # fmt: skip

_COUNTED: dict[str, pl.DataType | type[pl.DataType]] = {
    "place_id": pl.Int64, "form": pl.String, "state": pl.String, "forms": pl.Int64, "oldest": pl.Datetime("us", "UTC"),
    "earlier": pl.Int64, "old": pl.Int64,
}  # fmt: skip
_COUNTS = sa.text("SELECT * FROM standing_counts(:here, :year, :today, :slow)")


def board(reader: Reader, place_id: int, year: int, today: date) -> pl.DataFrame:
    """place_id, form, state, forms, late, slow, oldest: the forms of the units of every place right below this one (or of the school itself).

    Every form that is asked for by today stands in one state; `missing` are those nobody has begun. `late` are those whose day is past and that
    were not handed in (what was returned, from the day after), `slow` those that have waited for a reviewer longer than a week. `oldest`: since when the first of them
    stands so, of the nation since the beginning of which day. `reader` must see the place's records.
    """
    found = _standings(reader, place_id, year, today)
    known = pl.concat(
        [
            found,
            _missing(found, units_below(reader, place_id, year), list(asked_forms(year, today))),
        ],
        how="diagonal_relaxed",
    )
    past = [name for name, day in calendar(reader).dues(year).items() if day < today]
    is_past = pl.col("form").is_in(past)
    is_returned = pl.col("state") == State.RETURNED.value
    is_review, is_locked = (pl.col("state").is_in(states) for states in (REVIEWING, [one.value for one in LOCKED]))  # fmt: skip
    return (
        known.with_columns(
            late=pl.when(~is_past | is_locked)
            .then(0)
            .when(is_returned)
            .then("earlier")
            .otherwise("forms"),
            slow=pl.when(is_review).then("old").otherwise(0),
        )
        .select(*SCHEMA)
        .filter(pl.col("forms") > 0)
    )


def _standings(reader: Reader, place_id: int, year: int, today: date) -> pl.DataFrame:
    """Counts of what stands anywhere; `earlier` of them since before today, `old` for longer than a review may take."""
    found = reader.frame(
        _COUNTS, here=place_id, year=year, today=begins(today), slow=begins(today - timedelta(days=REVIEW_DAYS))
    )  # fmt: skip
    return found.cast(pl.Schema(_COUNTED))


def units_below(reader: Reader, place_id: int, year: int) -> pl.DataFrame:
    """place_id, units: how many are due in the year."""
    rows = reader.once(
        (units_below, place_id, year), lambda: reader.rows(_UNITS, here=place_id, year=year)
    )
    return pl.DataFrame(rows, schema={"place_id": pl.Int64, "units": pl.Int64}, orient="row")


_HERE = sa.bindparam("here", type_=sa.Integer)
# The ladder's own way from the nation to the unit tells what lies right below a place.
_CHILD = sa.func.coalesce(
    ladder.c.path_now[sa.func.array_position(ladder.c.path_now, _HERE) + sa.literal_column("1")], ladder.c.place_id
)  # fmt: skip
_UNITS = compiled(
    sa.select(_CHILD, sa.func.count())
    .where(
        ladder.c.year == sa.bindparam("year", type_=sa.SmallInteger),
        ladder.c.rung == sa.literal_column(str(int(Rung.SCHOOL))),
        sa.any_(ladder.c.path_now) == _HERE,
    )
    .group_by(sa.literal_column("1"))
)


def right_below(path: sa.Column[Any], unit: sa.Column[int], place_id: int) -> sa.ColumnElement[int]:
    """The place right below another on a path that runs from the province to the unit; the unit itself where it is that."""
    at = sa.literal(1) if place_id == NATION else sa.func.array_position(path, place_id) + 1
    return sa.func.coalesce(path[at], unit)


def inside(unit: sa.Column[int], place_id: int, year: int) -> sa.ColumnElement[bool]:
    """Whether a unit lies in a place under today's boundaries; for a place below the nation the units are found on the ladder first."""
    if place_id == NATION:
        return sa.true()
    c = ladder.c
    return unit.in_(
        sa.select(c.place_id).where(
            c.year == year, c.rung == Rung.SCHOOL, c.path_now.contains([place_id])
        )
    )


def _missing(found: pl.DataFrame, units: pl.DataFrame, asked: list[str]) -> pl.DataFrame:
    """What is due and was not begun: the units of each place for each form, less those that stand anywhere."""
    begun = found.group_by("place_id", "form").agg(begun=pl.col("forms").sum())
    every = units.join(pl.DataFrame({"form": asked}), how="cross")
    left = every.join(begun, on=["place_id", "form"], how="left")
    return left.select(
        "place_id", "form", pl.lit(State.MISSING.value).alias("state"), forms=pl.col("units") - pl.col("begun").fill_null(0)
    )  # fmt: skip
