"""The whole evaluation: by what was planted, by closed cases, and by what became of the schools."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
import sqlalchemy as sa

from metrics.errors import BadPanel
from metrics.evaluate.closed import Answered, answered
from metrics.evaluate.foretold import Told, Warned, by_group, warned
from metrics.evaluate.planted import Planted
from metrics.evaluate.rankings import schools
from metrics.evaluate.truth import ByTruth, by_truth
from metrics.risk import schools as own
from metrics.risk.backtest import Lead, backtest
from metrics.risk.card import version_of
from metrics.risk.panel import panel_of
from metrics.risk.schools import LEADS, NAMED, OUTCOMES, Outcome
from metrics.signals.panel import Panel, read
from warehouse.evaluations import labels
from warehouse.form import Answer
from warehouse.places import NATION
from warehouse.store import Reader, Warehouse
from warehouse.tables import finding, submission
from warehouse.text import Text

Say = Callable[[str], None]


@dataclass(frozen=True)
class Sources:
    """What is judged: the signals' panel, the rows of risk (schools.told), breaches (form, rule, school_id, year), and closed cases."""

    panel: Panel
    risks: pl.DataFrame
    breaches: pl.DataFrame
    labels: pl.DataFrame


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
    """`version` of the models of risk (metrics/risk/card.py). `truth` is None where nothing was planted, as in a real ministry: then
    closed cases and what became of the schools are all there is to judge by.
    """

    version: str
    years: list[int]
    schools: int
    truth: ByTruth | None
    closed: Answered
    risks: Sequence[Risk]


def read_sources(reader: Reader, warehouse: Warehouse, years: list[int]) -> Sources:
    """Of the whole nation, as the reader may see it."""
    panel = read(reader, NATION, years)
    risks = own.told_beside(reader, warehouse.ladder, NATION, panel)
    return Sources(panel, risks, read_breaches(reader), labels(reader))


def read_breaches(reader: Reader) -> pl.DataFrame:
    """form, rule, school_id, year: who broke which rule, in the submissions that count."""
    c = finding.c
    found = (
        sa.select(c.form, c.rule, c.school_id, c.year).distinct()
        .join(submission, sa.and_(submission.c.submission_id == c.submission_id, submission.c.is_current))
        .where(c.answer == Answer.BREACH.value)
    )  # fmt: skip
    return reader.frame(found).cast({"school_id": pl.Int64, "year": pl.Int64})


def evaluate(sources: Sources, planted: Planted | None, say: Say) -> Evaluation:
    """Every part in turn; BadPanel where something was planted and no year has a case before it."""
    truth = None if planted is None else by_truth(sources.panel, sources.breaches, planted, say)
    years = sources.panel.rows["year"].unique().sort().to_list()
    everybody = schools(sources.panel, years)
    return Evaluation(
        version=version_of(sources.risks), years=truth.years if truth else years, schools=truth.schools if truth else everybody.height,
        truth=truth, closed=answered(sources.labels, everybody),
        risks=[risk(sources.risks, outcome, lead, say) for outcome in OUTCOMES for lead in LEADS],
    )  # fmt: skip


def risk(rows: pl.DataFrame, outcome: Outcome, lead: int, say: Say) -> Risk:
    say(f"{outcome.name} +{lead}")
    try:
        panel = panel_of(own.panel_columns(own.known(rows, outcome, lead)), NAMED)
        found = backtest(panel, own.order(outcome, lead, panel)).leads[0]
        return Risk(outcome, lead, found, None, warned(panel, found), tuple(by_group(panel, found)))
    except BadPanel as problem:
        return Risk(outcome, lead, None, Text(problem.zh, problem.en))
