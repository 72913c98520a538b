"""What records of schools are told by: bands of size, and the four regions."""

from __future__ import annotations

import polars as pl

from warehouse.dimensions import SPONSOR
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
TRAIT_NAMES = {
    "sponsor": Text("举办者", "sponsor"),
    "size": Text("在校生规模", "students"),
    "region": Text("大区", "region"),
}
_BOUNDS = zip((0, *SIZES), (*(f"–{bound - 1}" for bound in SIZES), "+"), strict=True)
VALUE_NAMES = {
    "size": {str(at): Text(f"{low}{up}", f"{low}{up}") for at, (low, up) in enumerate(_BOUNDS)},
    "region": REGION_NAMES,
    "sponsor": SPONSOR.labels,
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


def group_name(trait: str, value: str) -> Text:
    """What a group of schools is called."""
    head, said = TRAIT_NAMES[trait], VALUE_NAMES[trait].get(value, Text(value, value))
    return Text(f"{head.zh}：{said.zh}", f"{head.en}: {said.en}")
