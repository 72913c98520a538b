"""Similar schools as groups: type, sponsor, size and region, made wider until they have enough members.

`peer_groups` is the one place that decides who is compared with whom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl

from metrics.signals.statistics import (
    NORMAL,
    count_range,
    count_residual,
    dispersion,
    own_dispersion,
)
from warehouse.arrays import Bools, Floats, Ints
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


def centre(values: Floats, groups: Groups) -> Floats:
    """The median of each row's group."""
    return _over(values, groups, _medians)


def spread(values: Floats, groups: Groups) -> Floats:
    """The median distance of each row's group from its median."""
    return centre(np.abs(values - centre(values, groups)), groups)


def total(values: Floats, groups: Groups) -> Floats:
    return _over(values, groups, _sums)


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


class Compared(NamedTuple):
    """Values beside those of similar schools: z, and the range within `far` of it."""

    z: Floats
    low: Floats
    high: Floats


def compared(values: Floats, groups: Groups, floor: float | Floats, far: float = 3.5) -> Compared:
    """Modified z within each row's group, the median distance never below `floor`."""
    middle = centre(values, groups)
    wide = np.maximum(spread(values, groups), floor)
    reach = far * wide / NORMAL
    return Compared(NORMAL * (values - middle) / wide, middle - reach, middle + reach)


class Counted(NamedTuple):
    """Counts beside what similar schools have for the same exposure: residual, expected, dispersion."""

    residual: Floats
    expected: Floats
    alpha: Floats

    def reach(self, asked: Bools, far: float = 3.0) -> tuple[Floats, Floats]:
        """The counts within `far` of what is expected, where asked, NaN elsewhere: each takes eighty steps to find."""
        low, high = np.full(len(asked), np.nan), np.full(len(asked), np.nan)
        low[asked], high[asked] = count_range(self.expected[asked], self.alpha[asked], far)
        return low, high


def counted(counts: Floats, exposure: Floats, groups: Groups) -> Counted:
    """Count-aware residuals: expected is the rate of the others in the group times the exposure, their variation allowed for.

    A row's own count is left out of the rate it is held against, so that a large wrong one does not excuse itself.
    """
    known = np.isfinite(counts) & np.isfinite(exposure)
    own, exposed = np.where(known, counts, 0.0), np.where(known, exposure, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (total(own, groups) - own) / (total(exposed, groups) - exposed)
        expected = np.where(known, rate * exposed, np.nan)
    alpha = dispersion(centre(own_dispersion(counts, expected), groups))
    return Counted(count_residual(counts, expected, alpha), expected, alpha)
