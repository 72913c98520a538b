"""Who stands above each reporting unit in a year, as frames that rollups join with."""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from warehouse.frames import with_ids
from warehouse.store import Reader

_PLACES = sa.text(
    "SELECT place_id, rung, path::text AS path FROM place WHERE place_id = ANY (:ids)"
)
_UNITS = (
    "SELECT l.place_id AS school_id, p.unit_kind, p.path::text AS path, "
    "l.path_then::text AS path_then, l.path_now::text AS path_now "
    "FROM ladder l JOIN place p USING (place_id) WHERE l.year = :year AND l.rung = 4"
)
_EVERY_UNIT = sa.text(_UNITS)
_SOME_UNITS = sa.text(f"{_UNITS} AND l.place_id = ANY (:schools)")
_UNITS_BELOW = sa.text(
    f"{_UNITS} AND (l.path_then && CAST(:places AS int[]) OR l.path_now && CAST(:places AS int[]))"
)


def units(reader: Reader, year: int, schools: list[int] | None) -> pl.DataFrame:
    """school_id, unit_kind, path (as text), path_then, path_now of the given units due in a year (None: of all)."""
    if schools is None:
        return _typed(reader.frame(_EVERY_UNIT, year=year))
    return _typed(reader.frame(_SOME_UNITS, year=year, schools=schools))


def units_below(reader: Reader, year: int, places: list[int]) -> pl.DataFrame:
    """The same of the units due in a year below any of the places, under either boundary."""
    return _typed(reader.frame(_UNITS_BELOW, year=year, places=places))


def _typed(found: pl.DataFrame) -> pl.DataFrame:
    kinds: dict[str, type[pl.DataType]] = {
        "school_id": pl.Int64,
        "unit_kind": pl.String,
        "path": pl.String,
    }
    return with_ids(found.cast(pl.Schema(kinds)), "path_then", "path_now")


def chain(found: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """school_id, unit_kind, place_id, rung, boundary for every one of the places above each unit.

    A place above it under both boundaries is marked both, else then or now.
    """
    then, now = (_above(found, side) for side in ("path_then", "path_now"))
    both = then.join(now, on=["school_id", "place_id"], how="semi")
    parts = [
        both.with_columns(boundary=pl.lit("both")),
        then.join(both, on=["school_id", "place_id"], how="anti").with_columns(
            boundary=pl.lit("then")
        ),
        now.join(both, on=["school_id", "place_id"], how="anti").with_columns(
            boundary=pl.lit("now")
        ),
    ]
    return pl.concat(parts).join(places.select("place_id", "rung"), on="place_id")


def _above(found: pl.DataFrame, side: str) -> pl.DataFrame:
    exploded = found.select("school_id", "unit_kind", pl.col(side).alias("place_id")).explode(
        "place_id"
    )
    return exploded.cast({"place_id": pl.Int64}).filter(pl.col("place_id") != pl.col("school_id"))


def places(reader: Reader, found: pl.DataFrame) -> pl.DataFrame:
    """place_id, rung, path (as text) of the given units and of every place above them."""
    above = pl.concat([found["path_then"], found["path_now"]]).explode().unique()
    rows = reader.frame(_PLACES, ids=[1, *above.drop_nulls().to_list()])
    return rows.cast({"place_id": pl.Int64, "rung": pl.Int64, "path": pl.String})
