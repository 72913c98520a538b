"""What people found: closed cases as labels of rules and of the doubts' ranking, beside what was planted or where nothing was.

A case closed as a wrong number, a true anomaly or put right confirms its flag; another definition or a false alarm does not. A flag is judged
with the weight it had when it was dispatched: what was corrected since is not flagged any more, and was right all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl
from scipy.stats import rankdata

from metrics.evaluate.measures import UNKNOWN, Group, groups, share, share_interval, visited
from metrics.evaluate.rankings import TRAITS
from metrics.risk.scores import Judged, interval
from warehouse.arrays import Floats, Ints

DOUBT = "doubt"


class Confirmed(NamedTuple):
    """Closed cases of one rule, or of a list of the doubts: how many were right, as a share with its 95 % interval over draws of schools.

    `weighs`: of a right and a wrong one, how often the right one weighed more, with its interval; of the doubts' ranking only.
    """

    judgement: str
    rule: str
    closed: int
    precision: float
    low: float
    high: float
    false_alarms: int
    weighs: tuple[float, float, float] | None = None


class Answered(NamedTuple):
    """What closed cases say: of the whole ranking of doubts, of its first of each province and year, of every rule, of groups of schools."""

    closed: int
    ranking: Confirmed
    first: Confirmed
    rules: Sequence[Confirmed]
    groups: Sequence[Group]

    def of(self, judgement: str, rule: str) -> Confirmed | None:
        return next((each for each in self.rules if (each.judgement, each.rule) == (judgement, rule)), None)  # fmt: skip


def answered(labels: pl.DataFrame, schools: pl.DataFrame) -> Answered:
    """Of rows of warehouse.evaluations.LABELS; `schools`: school_id, year and TRAITS of everybody."""
    doubts = labels.filter(pl.col("judgement") == DOUBT)
    schoolwise = _by_school(doubts)
    ranking = _of_rows(DOUBT, "", schoolwise)._replace(weighs=_weighs(schoolwise))
    by = labels.partition_by("judgement", "rule", as_dict=True, maintain_order=True)
    rules = [_of_rows(str(judgement), str(rule), rows) for (judgement, rule), rows in by.items()]
    placed = doubts.join(schools.select("school_id", "year", *TRAITS), on=["school_id", "year"], how="inner")  # fmt: skip
    return Answered(
        labels.height, ranking, _of_rows(DOUBT, "", visited(schoolwise)),
        sorted(rules, key=lambda one: (one.judgement, -one.closed, one.rule)), groups(placed, None, TRAITS),
    )  # fmt: skip


def _by_school(doubts: pl.DataFrame) -> pl.DataFrame:
    """A row a school and year: right where any of its cases was, as heavy as they were together; the form of a ranking."""
    return doubts.group_by("school_id", "year", maintain_order=True).agg(
        pl.col("province").first(), pl.col("weight").sum().alias("score"), pl.col("is_right").any(), pl.col("is_false_alarm").all(),
    )  # fmt: skip


def _of_rows(judgement: str, rule: str, rows: pl.DataFrame) -> Confirmed:
    low, high = share_interval(rows, "is_right")
    return Confirmed(judgement, rule, rows.height, share(rows["is_right"]), low, high, int(rows["is_false_alarm"].sum()))  # fmt: skip


def _weighs(rows: pl.DataFrame) -> tuple[float, float, float]:
    right, weight = rows["is_right"].cast(pl.Float64).to_numpy(), rows["score"].to_numpy()
    judged = Judged(right, rows["year"].to_numpy(), rows["school_id"].to_numpy())
    told = (right == 1).any() and (right == 0).any()
    return (heavier(right, weight), *interval(judged, lambda at: _some(right, weight, at))) if told else (UNKNOWN,) * 3  # fmt: skip


def _some(right: Floats, weight: Floats, at: Ints) -> float:
    return heavier(right[at], weight[at])


def heavier(right: Floats, weight: Floats) -> float:
    """Of a right and a wrong row, how often the right one weighs more, ties counted half; NaN where there are not both."""
    many = float(right.sum())
    if not 0 < many < right.size:
        return UNKNOWN
    ranks = rankdata(weight)[right == 1].sum()
    return float((ranks - many * (many + 1) / 2) / (many * (right.size - many)))
