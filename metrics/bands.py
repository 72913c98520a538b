"""What records of schools are told by: bands of size, and the four regions."""

from __future__ import annotations

import polars as pl

from warehouse.text import Text

SIZES = (300, 800, 1500, 3000)  # students
REGIONS = {
    "east": (11, 12, 13, 31, 32, 33, 35, 37, 44, 46),
    "north_east": (21, 22, 23),
    "centre": (14, 34, 36, 41, 42, 43),
}
"""The four regions of the national statistics office by the first two digits of a province; all others are the west."""
REGION_NAMES = {
    "east": Text("东部", "east"),
    "north_east": Text("东北", "north-east"),
    "centre": Text("中部", "centre"),
    "west": Text("西部", "west"),
}


def size_band() -> pl.Expr:
    """How many of the bounds of SIZES a row's `students` reach."""
    students = pl.col("students").fill_null(0)
    return pl.sum_horizontal((students >= bound).cast(pl.Int64) for bound in SIZES)


def region() -> pl.Expr:
    """The region of a row's `province`, one of REGIONS or west."""
    province = pl.col("province") // 10_000
    found = pl.lit("west")
    for name, provinces in REGIONS.items():
        found = pl.when(province.is_in(provinces)).then(pl.lit(name)).otherwise(found)
    return found
