"""Schools in groups: type, sponsor, size and region, made wider until they have enough members.

For what is too rare to be told among thirty: rates of what few do, and totals of several years.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl

from warehouse.arrays import Floats, Ints
from warehouse.text import Text

MEMBERS = 20  # a narrower group has at least as many
FEWEST = 8  # with fewer schools in all nothing is said of any
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
WIDER = (
    ("kind", "sponsor", "size", "region"),
    ("kind", "sponsor", "size"),
    ("kind", "ownership", "size"),
    ("kind", "size"),
    ("size",),
    (),
)
"""From the narrowest to everybody."""


class Groups(NamedTuple):
    """Who is compared with whom: `level` is the row's place in WIDER (-1: with nobody), `members` how many schools are in its group.

    `numbers` holds, for each place in WIDER, the group of every row there: a row that needs a wide group is compared with all
    members of it, not only with those that need it too.
    """

    level: Ints
    members: Ints
    numbers: tuple[Ints, ...]

    def centre(self, values: Floats) -> Floats:
        """The median of each row's group."""
        return _over(values, self, _medians)

    def around(self, values: Floats) -> tuple[Floats, Floats]:
        """The median of each row's group, and the median distance of the group from it."""
        middle = self.centre(values)
        return middle, self.centre(np.abs(values - middle))

    def others(self, values: Floats) -> Floats:
        """What the others of each row's group have in all."""
        return _over(values, self, _sums) - np.nan_to_num(values)


def peer_groups(schools: pl.DataFrame) -> Groups:
    """Groups of the rows of `schools` (unit_kind, school_type, sponsor, ownership, province, students), one row a school."""
    keyed = schools.select(
        kind=pl.coalesce("school_type", "unit_kind"),
        sponsor=pl.col("sponsor").fill_null(""),
        ownership=pl.col("ownership").fill_null(""),
        size=size_band(),
        region=region(),
    )
    level = np.full(keyed.height, -1, dtype=np.int64)
    members = np.zeros(keyed.height, dtype=np.int64)
    numbers = []
    for place, names in enumerate(WIDER):
        number, many = _numbered(keyed, names)
        fits = (level < 0) & (many >= (MEMBERS if names else FEWEST))
        level[fits], members[fits] = place, many[fits]
        numbers.append(number)
    return Groups(level, members, tuple(numbers))


def _numbered(keyed: pl.DataFrame, names: tuple[str, ...]) -> tuple[Ints, Ints]:
    if not names:
        return np.zeros(keyed.height, np.int64), np.full(keyed.height, keyed.height, np.int64)
    key = pl.struct(names)
    found = keyed.select(number=key.rank("dense").cast(pl.Int64), many=pl.len().over(names))
    return found["number"].to_numpy().astype(np.int64), found["many"].to_numpy().astype(np.int64)


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


def _over(values: Floats, groups: Groups, reckon: Callable[[Floats, Ints, int], Floats]) -> Floats:
    """What is reckoned of the known values of each row's group: only groups that a row needs are looked at."""
    found = np.full(len(values), np.nan)
    is_known = ~np.isnan(values)
    for place, number in enumerate(groups.numbers):
        rows = groups.level == place
        if rows.any():
            is_needed = np.zeros(int(number.max()) + 1, dtype=bool)
            is_needed[number[rows]] = True
            inside = is_known & is_needed[number]
            found[rows] = reckon(values[inside], number[inside], len(is_needed))[number[rows]]
    return found


def _sums(known: Floats, number: Ints, size: int) -> Floats:
    return np.bincount(number, known, size).astype(np.float64)


def _medians(known: Floats, number: Ints, size: int) -> Floats:
    """The median of each group; NaN of one without values."""
    values = pl.DataFrame({"number": number, "value": known})
    said = values.group_by("number").agg(pl.col("value").median())
    found = np.full(size, np.nan)
    found[said["number"].to_numpy()] = said["value"].to_numpy()
    return found
