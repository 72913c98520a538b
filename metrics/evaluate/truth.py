"""Rules, signals and the doubts' ranking judged by what was planted, beside the baselines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from metrics.errors import BadPanel
from metrics.evaluate import measures
from metrics.evaluate.measures import MANY, Group, Worth
from metrics.evaluate.planted import Planted
from metrics.evaluate.rankings import DOUBTS, TRAITS, Years, beside, doubted, judged_years
from metrics.signals.discovery import computing
from metrics.signals.panel import Panel

Say = Callable[[str], None]
BREACHES = "breaches"  # all rules of breach together


@dataclass(frozen=True)
class Rule:
    """One rule of breach: school-years that broke it, and how many of them have a case."""

    form: str
    rule: str
    flags: int
    right: int


@dataclass(frozen=True, kw_only=True)
class ByTruth:
    """`worth`, `worth_in_data`: by ranking, against every case and against faults of the data only; the first year whose cases count
    for choosing is not judged, `years` are.

    `delays`: kind -> rounds until any doubt. `kinds`: kind -> (caught by doubts that speak, by any doubt, by what provinces would visit, cases seen).
    `rule_groups`: a signal's code, "form.rule" or BREACHES -> its groups of MANY flags and more.
    """

    years: list[int]
    schools: int
    nobodys: int
    worth: Mapping[str, Worth]
    worth_in_data: Mapping[str, Worth]
    kinds: Mapping[str, tuple[int, int, int, int]]
    delays: Mapping[str, float]
    in_data: frozenset[str]
    rules: Sequence[Rule]
    groups: Sequence[Group]
    rule_groups: Mapping[str, Sequence[Group]]

    def precision(self, judgement: str, rule: str) -> tuple[int, float]:
        """Flags and their precision, of a signal by its code or a breach by form.rule; none where it was not judged."""
        if rule in self.worth:
            return self.worth[rule].flags, self.worth[rule].precision
        mine = next((each for each in self.rules if judgement == "breach" and f"{each.form}.{each.rule}" == rule), None)  # fmt: skip
        return (mine.flags, mine.right / mine.flags) if mine else (0, measures.UNKNOWN)


def by_truth(panel: Panel, breaches: pl.DataFrame, planted: Planted, say: Say) -> ByTruth:
    """BadPanel where no year has a case before it."""
    years = judged_years(panel, planted.cases)
    if not years:
        raise BadPanel(
            "没有可检验的学年", "no year can be tested",
            "至少要有两个学年的数据，且此前已有埋设的问题。", "Load two years or more, with something planted before the last.",
        )  # fmt: skip
    found = doubted(panel, years, say)
    doubts = found.rankings[DOUBTS]
    rankings = {**found.rankings, **beside(panel, years, planted.cases, doubts)}
    flags = measures.marked(doubts, planted.cases).filter("is_flagged")
    cases = measures.with_caught(doubts, planted.of_data, found.schools)
    return ByTruth(
        years=years, schools=found.schools.height, nobodys=planted.nobodys, in_data=planted.in_data,
        worth=_worth(rankings, found.schools, planted.cases), worth_in_data=_worth(rankings, found.schools, planted.of_data),
        kinds=_kinds(doubts, found.schools, planted.cases), rules=rules(breaches, planted.cases),
        delays=measures.delays(doubts, measures.seen(planted.cases, found.schools)),
        groups=measures.groups(_traits(flags, found.schools), cases, TRAITS),
        rule_groups=rule_groups(found, breaches, planted.cases),
    )  # fmt: skip


def _worth(rankings: Mapping[str, pl.DataFrame], schools: pl.DataFrame, cases: pl.DataFrame) -> dict[str, Worth]:  # fmt: skip
    return {name: measures.worth(ranking, schools, cases) for name, ranking in rankings.items()}


def _traits(flags: pl.DataFrame, schools: pl.DataFrame) -> pl.DataFrame:
    return flags.join(schools.select("school_id", "year", *TRAITS), on=["school_id", "year"], how="inner")  # fmt: skip


def _kinds(doubts: pl.DataFrame, schools: pl.DataFrame, cases: pl.DataFrame) -> dict[str, tuple[int, int, int, int]]:  # fmt: skip
    seen = measures.seen(cases, schools)
    speaking, every, visited = (
        measures.by_kind(flags, seen)
        for flags in (doubts.filter("is_flagged"), doubts, measures.visited(doubts))
    )
    return {kind: (caught, every[kind][0], visited[kind][0], of) for kind, (caught, of) in speaking.items()}  # fmt: skip


def rules(breaches: pl.DataFrame, cases: pl.DataFrame) -> list[Rule]:
    marked = measures.marked(breaches, cases)
    found = marked.group_by("form", "rule").agg(flags=pl.len(), right=pl.col("is_right").sum())
    return [Rule(*row) for row in found.sort("form", "rule").iter_rows()]


def rule_groups(found: Years, breaches: pl.DataFrame, cases: pl.DataFrame) -> dict[str, list[Group]]:  # fmt: skip
    """Of every rule with flags enough, of the years and schools that are judged."""
    flags = {signal.code: found.rankings[signal.code] for signal in computing()}
    flags[BREACHES] = breaches
    flags |= {f"{form}.{rule}": rows for (form, rule), rows in breaches.partition_by("form", "rule", as_dict=True, maintain_order=True).items()}  # fmt: skip
    told = {
        name: [one for one in _groups(rows, found.schools, cases) if one.flags >= MANY]
        for name, rows in sorted(flags.items())
        if rows.height >= MANY
    }
    return {name: groups for name, groups in told.items() if groups}


def _groups(rows: pl.DataFrame, schools: pl.DataFrame, cases: pl.DataFrame) -> list[Group]:
    keys = rows.select("school_id", "year").unique(maintain_order=True)
    return measures.groups(_traits(measures.marked(keys, cases), schools), None, TRAITS)
