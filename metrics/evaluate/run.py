"""The whole evaluation: signals and doubts beside the baselines, hard rules, risk, groups, and the bars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import sqlalchemy as sa

from metrics.errors import BadPanel
from metrics.evaluate import measures
from metrics.evaluate.foretold import Told, Warned, by_group, warned
from metrics.evaluate.measures import Group, Worth
from metrics.evaluate.planted import Planted
from metrics.evaluate.rankings import DOUBTS, TRAITS, beside, doubted, judged_years
from metrics.risk import schools as own
from metrics.risk.backtest import Lead, backtest
from metrics.risk.card import version_of
from metrics.risk.panel import panel_of
from metrics.risk.schools import LEADS, NAMED, OUTCOMES, Outcome
from metrics.signals.panel import Panel, read
from warehouse.form import Answer
from warehouse.places import NATION
from warehouse.store import Reader, Warehouse
from warehouse.tables import finding, submission
from warehouse.text import Text

Say = Callable[[str], None]


@dataclass(frozen=True)
class Sources:
    """What is judged: the signals' panel, the rows of risk (schools.told), and breaches (form, rule, school_id, year)."""

    panel: Panel
    risks: pl.DataFrame
    breaches: pl.DataFrame


@dataclass(frozen=True)
class Rule:
    """One rule of breach: school-years that broke it, and how many of them have a case."""

    form: str
    rule: str
    flags: int
    right: int


@dataclass(frozen=True)
class Risk:
    """One outcome at one lead; `found` is None where it could not be tested, and `why` says why."""

    outcome: Outcome
    lead: int
    found: Lead | None
    why: Text | None
    warned: Warned | None = None
    groups: tuple[Told, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """`version` of the models of risk (metrics/risk/card.py). `worth`, `worth_in_data`: by ranking, against every case and against faults of the data only; the first year whose cases count
    for choosing is not judged, `years` are.

    `delays`: kind -> rounds until any doubt. `kinds`: kind -> (caught by doubts that speak, by any doubt, by what provinces would visit, cases seen).
    """

    version: str
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
    risks: Sequence[Risk]


def read_sources(reader: Reader, warehouse: Warehouse, years: list[int]) -> Sources:
    """Of the whole nation, as the reader may see it."""
    panel = read(reader, NATION, years)
    risks = own.told_beside(reader, warehouse.ladder, NATION, panel)
    return Sources(panel, risks, read_breaches(reader))


def read_breaches(reader: Reader) -> pl.DataFrame:
    """form, rule, school_id, year: who broke which rule, in the submissions that count."""
    c = finding.c
    found = (
        sa.select(c.form, c.rule, c.school_id, c.year).distinct()
        .join(submission, sa.and_(submission.c.submission_id == c.submission_id, submission.c.is_current))
        .where(c.answer == Answer.BREACH.value)
    )  # fmt: skip
    return reader.frame(found).cast({"school_id": pl.Int64, "year": pl.Int64})


def evaluate(sources: Sources, planted: Planted, say: Say) -> Evaluation:
    """Every part in turn; BadPanel where no year has a case before it."""
    years = judged_years(sources.panel, planted.cases)
    if not years:
        raise BadPanel(
            "没有可检验的学年", "no year can be tested",
            "至少要有两个学年的数据，且此前已有埋设的问题。", "Load two years or more, with something planted before the last.",
        )  # fmt: skip
    found = doubted(sources.panel, years, say)
    rankings = {**found.rankings, **beside(sources.panel, years, planted.cases, found.rankings[DOUBTS])}  # fmt: skip
    doubts = found.rankings[DOUBTS]
    flags = measures.marked(doubts, planted.cases).filter("is_flagged")
    cases = measures.with_caught(doubts, planted.of_data, found.schools)
    return Evaluation(
        version=version_of(sources.risks), years=years, schools=found.schools.height, nobodys=planted.nobodys, in_data=planted.in_data,
        worth=_worth(rankings, found.schools, planted.cases), worth_in_data=_worth(rankings, found.schools, planted.of_data),
        kinds=_kinds(doubts, found.schools, planted.cases), rules=rules(sources.breaches, planted.cases),
        delays=measures.delays(doubts, measures.seen(planted.cases, found.schools)),
        groups=measures.groups(flags.join(found.schools, on=["school_id", "year"], how="left"), cases, TRAITS),
        risks=[risk(sources.risks, outcome, lead, say) for outcome in OUTCOMES for lead in LEADS],
    )  # fmt: skip


def _worth(rankings: Mapping[str, pl.DataFrame], schools: pl.DataFrame, cases: pl.DataFrame) -> dict[str, Worth]:  # fmt: skip
    return {name: measures.worth(ranking, schools, cases) for name, ranking in rankings.items()}


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


def risk(rows: pl.DataFrame, outcome: Outcome, lead: int, say: Say) -> Risk:
    say(f"{outcome.name} +{lead}")
    try:
        panel = panel_of(own.panel_columns(own.known(rows, outcome, lead)), NAMED)
        found = backtest(panel, own.order(outcome, lead, panel)).leads[0]
        return Risk(outcome, lead, found, None, warned(panel, found), tuple(by_group(panel, found)))
    except BadPanel as problem:
        return Risk(outcome, lead, None, Text(problem.zh, problem.en))
