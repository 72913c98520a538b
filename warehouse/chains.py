"""Who stands above each reporting unit in a year, as frames that rollups join with."""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from warehouse.store import Reader

_RUNGS = sa.text("SELECT place_id, rung, path FROM place")
_UNITS = sa.text(
    "SELECT l.place_id AS school_id, p.unit_kind, p.path, l.path_then, l.path_now "
    "FROM ladder l JOIN place p USING (place_id) WHERE l.year = :year AND l.rung = 4 "
    "AND (:everyone OR l.place_id = ANY (:schools))"
)
IDS = pl.List(pl.Int32)


def units(reader: Reader, year: int, schools: list[int] | None) -> pl.DataFrame:
    """school_id, unit_kind, path, path_then, path_now of the given units due in a year (None: of all)."""
    found = reader.frame(_UNITS, year=year, everyone=schools is None, schools=schools or [])
    return found.cast(
        {
            "path": IDS,
            "path_then": IDS,
            "path_now": IDS,
            "school_id": pl.Int64,
            "unit_kind": pl.String,
        }
    )


def chain(found: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """school_id, unit_kind, place_id, rung, boundary for every place above each unit.

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


def places(reader: Reader) -> pl.DataFrame:
    """place_id, rung, path of every place and unit."""
    return reader.frame(_RUNGS).cast({"place_id": pl.Int64, "rung": pl.Int64, "path": IDS})
