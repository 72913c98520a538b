"""How good a ranking of schools was, against the cases that are known.

A flag is right where a case of its school lies in its year. A ranking has rows (school_id, year, province, score, is_flagged): those it
says nothing of may be left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import NamedTuple

import numpy as np
import polars as pl

from metrics.risk.scores import VISITS, Judged, interval

TOP = 0.01  # the share of schools that is looked at first
MANY = 50  # flags of a group from which its precision is judged
FAIR = 0.7  # of the precision of all: a group whose interval lies below is named
UNKNOWN = float("nan")


class Worth(NamedTuple):
    """Of one ranking; NaN where it says nothing.

    `false_alarms`: wrong flags for every 100 schools and year; `per_reviewer`: for each province and year, taking one reviewer
    a province. `stability`: shared schools of the first lists of two years that
    follow each other, of all in either (Jaccard), on average.
    """

    flags: int
    precision: float
    recall: float
    top: float
    visits: float
    false_alarms: float
    per_reviewer: float
    stability: float


def worth(ranking: pl.DataFrame, schools: pl.DataFrame, cases: pl.DataFrame) -> Worth:
    """`schools`: school_id and year of everybody who could be ranked."""
    rated = marked(ranking, cases)
    flags = rated.filter("is_flagged")
    wrong = flags.filter(~pl.col("is_right")).height
    return Worth(
        flags=flags.height, precision=share(flags["is_right"]), recall=recall(flags, seen(cases, schools)),
        top=share(first(rated, schools)["is_right"]), visits=share(visited(rated)["is_right"]),
        false_alarms=100 * wrong / schools.height if schools.height else UNKNOWN,
        per_reviewer=wrong / rounds if (rounds := schools.select("province", "year").n_unique()) else UNKNOWN,
        stability=stability(rated, schools),
    )  # fmt: skip


def marked(rows: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """Rows with `is_right`."""
    years = spread(cases).select("school_id", "year").unique().with_columns(is_right=pl.lit(value=True))  # fmt: skip
    found = rows.join(years, on=["school_id", "year"], how="left", maintain_order="left")
    return found.with_columns(pl.col("is_right").fill_null(value=False))


def spread(cases: pl.DataFrame) -> pl.DataFrame:
    """Every case once for each of its years, as `year`; `case` numbers them."""
    numbered = cases.with_row_index("case")
    return numbered.with_columns(year=pl.int_ranges("first", pl.col("last") + 1)).explode("year")


def seen(cases: pl.DataFrame, schools: pl.DataFrame) -> pl.DataFrame:
    """The cases of which a year was looked at."""
    keys = schools.select("school_id", "year").unique()
    looked = spread(cases).join(keys, on=["school_id", "year"], how="semi")["case"].unique()
    return cases.with_row_index("case").filter(pl.col("case").is_in(looked.implode())).drop("case")


def share(right: pl.Series) -> float:
    return float(right.mean() or 0.0) if right.len() else UNKNOWN  # type: ignore[arg-type]


def recall(flags: pl.DataFrame, cases: pl.DataFrame) -> float:
    """The share of cases of which any year is flagged."""
    return caught(flags, cases).height / cases.height if cases.height else UNKNOWN


def caught(flags: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    keys = flags.select("school_id", "year").unique()
    return spread(cases).join(keys, on=["school_id", "year"], how="semi").unique("case")


def by_kind(flags: pl.DataFrame, cases: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """Kind -> cases caught, and cases in all."""
    number = dict(caught(flags, cases).group_by("kind").len().iter_rows())
    return {kind: (number.get(kind, 0), of) for kind, of in sorted(cases.group_by("kind").len().iter_rows())}  # fmt: skip


def delays(flags: pl.DataFrame, cases: pl.DataFrame) -> dict[str, float]:
    """Kind -> rounds from a case's first year to the first in which it is flagged, on average of those that are; 0 is at once."""
    keys = flags.select("school_id", "year").unique()
    hit = spread(cases).join(keys, on=["school_id", "year"], how="semi")
    late = hit.group_by("case", "kind").agg(rounds=(pl.col("year") - pl.col("first")).min())
    return dict(late.group_by("kind").agg(pl.col("rounds").mean()).iter_rows())


def first(rated: pl.DataFrame, schools: pl.DataFrame, least: int = 1) -> pl.DataFrame:
    """The highest TOP of the schools of each year, no fewer than `least`; equal scores in the order of schools."""
    numbers = dict(schools.group_by("year").len().iter_rows())
    return _highest(rated, ["year"], {(year,): max(ceil(TOP * many), least) for year, many in numbers.items()})  # fmt: skip


def visited(rated: pl.DataFrame, visits: int = VISITS) -> pl.DataFrame:
    """What each province would visit in each year."""
    keys = rated.select("year", "province").unique().iter_rows()
    return _highest(rated, ["year", "province"], dict.fromkeys(keys, visits))


def _highest(rated: pl.DataFrame, by: list[str], numbers: dict[tuple[int, ...], int]) -> pl.DataFrame:  # fmt: skip
    ordered = rated.sort([*by, "score", "school_id"], descending=[*(False for _ in by), True, False])  # fmt: skip
    parts = [part.head(numbers.get(key, 0)) for key, part in ordered.partition_by(by, as_dict=True, maintain_order=True).items()]  # fmt: skip
    return pl.concat(parts) if parts else ordered


def stability(rated: pl.DataFrame, schools: pl.DataFrame) -> float:
    lists = {
        int(key[0]): set(part["school_id"])
        for key, part in first(rated, schools, least=VISITS).partition_by(["year"], as_dict=True).items()
    }  # fmt: skip
    shared = [
        len(lists[year] & lists[year + 1]) / len(lists[year] | lists[year + 1])
        for year in sorted(lists)
        if year + 1 in lists
    ]
    return float(np.mean(shared)) if shared else UNKNOWN


class Group(NamedTuple):
    """A group's flags and their precision, its cases and their recall, each with the 95 % interval over draws of schools."""

    trait: str
    value: str
    flags: int
    precision: float
    low: float
    high: float
    is_low: bool
    cases: int = 0
    recall: tuple[float, float, float] = (UNKNOWN, UNKNOWN, UNKNOWN)


def groups(flags: pl.DataFrame, cases: pl.DataFrame | None, traits: Iterable[str]) -> list[Group]:
    """Of marked flags, and of cases with `is_caught` (None: recall is not asked), that carry the traits: every value of every trait.

    `is_low`: MANY flags, and all of the interval below FAIR of the whole.
    """
    whole = share(flags["is_right"])
    return [
        _group(trait, value, flags.filter(pl.col(trait) == value), None if cases is None else cases.filter(pl.col(trait) == value), whole)
        for trait in traits
        for value in flags[trait].drop_nulls().unique().sort()
    ]  # fmt: skip


def _group(trait: str, value: str, flags: pl.DataFrame, cases: pl.DataFrame | None, whole: float) -> Group:  # fmt: skip
    low, high = share_interval(flags, "is_right")
    found = Group(
        trait, str(value), flags.height, share(flags["is_right"]), low, high, is_low=flags.height >= MANY and high < FAIR * whole,
    )  # fmt: skip
    if cases is None:
        return found
    caught = cases.rename({"first": "year"})
    return found._replace(cases=cases.height, recall=(share(cases["is_caught"]), *share_interval(caught, "is_caught")))  # fmt: skip


def with_caught(flags: pl.DataFrame, cases: pl.DataFrame, schools: pl.DataFrame) -> pl.DataFrame:
    """Cases that were seen, with `is_caught` and the traits of their school in the first year that was looked at."""
    looked = seen(cases, schools).with_row_index("case")
    hit = caught(flags, looked.drop("case"))["case"]
    traits = schools.sort("year").unique("school_id", keep="first").drop("year")
    return looked.with_columns(is_caught=pl.col("case").is_in(hit.implode())).join(traits, on="school_id", maintain_order="left")  # fmt: skip


def share_interval(rows: pl.DataFrame, mark: str) -> tuple[float, float]:
    """The middle 95 % of the share of marked rows over draws of schools, each with all its rows."""
    if not rows.height:
        return UNKNOWN, UNKNOWN
    right = rows[mark].cast(pl.Float64).to_numpy()
    judged = Judged(right, rows["year"].to_numpy(), rows["school_id"].to_numpy())
    return interval(judged, lambda at: float(right[at].mean()))
