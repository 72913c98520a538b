"""What the models say of the newest year: a probability for each school that is not in that state yet, with its reasons.

The reasons are contributions of the logistic members (weight times value, added up over what is made of one column): they say what
moved these models' log odds, not what the trees make of it, and not what causes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

import numpy as np
import polars as pl

from metrics.errors import BadPanel
from metrics.risk.backtest import FEWEST, known_before
from metrics.risk.data import Data, aligned, data_of, part_of, past_of, rows_of
from metrics.risk.learners import Model, fit_all, thinned
from metrics.risk.panel import Panel, panel_of
from metrics.risk.schools import LEADS, NAMED, OUTCOMES, Outcome, called, known, panel_columns
from metrics.risk.trajectory import features
from metrics.signals.doubt import OTHERS
from warehouse.arrays import Floats, Ints
from warehouse.text import Text

LISTED = 5  # reasons: the fifth stands for all others
FACT = Text(
    "{year} 学年起 {lead} 年内{happens_zh}的概率为 {chance}（以往同类情形中为 {usual}）",
    "Within {term} from {year} it {happens_en} with a probability of {chance} ({usual} of all before)",
)
SAID = Text(
    "{fact_zh}；依据（对数几率）：{reasons_zh}。", "{fact_en}; made of (log odds): {reasons_en}."
)


def term(lead: int) -> str:
    """So many years in English."""
    return "a year" if lead == 1 else f"{lead} years"


class Reason(NamedTuple):
    """What everything made of one column adds to the log odds of the logistic members."""

    label: Text
    amount: float


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """One school and outcome: `usual` is the share of all known rows in which it happened."""

    school_id: int
    year: int
    outcome: Outcome
    lead: int
    probability: float
    usual: float
    reasons: tuple[Reason, ...]

    @property
    def fact(self) -> Text:
        """What may happen, by when and how likely, without the reasons."""
        return FACT.fill(
            year=self.year, lead=self.lead, term=term(self.lead), happens_zh=self.outcome.happens.zh, happens_en=self.outcome.happens.en,
            chance=f"{self.probability:.1%}", usual=f"{self.usual:.1%}",
        )  # fmt: skip

    @property
    def sentence(self) -> Text:
        return SAID.fill(
            fact_zh=self.fact.zh, fact_en=self.fact.en,
            reasons_zh="、".join(f"{one.label.zh} {one.amount:+.2f}" for one in self.reasons),
            reasons_en=", ".join(f"{one.label.en} {one.amount:+.2f}" for one in self.reasons),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What one model says: `forecasts` of the newest year, the likeliest first; `learnt` (rows, events) and their `years`.

    `usual`: the share of events in what was learnt. `model` is None where nothing could be learnt, and `why` says why.
    """

    outcome: Outcome
    lead: int
    forecasts: tuple[Forecast, ...] = ()
    model: Model | None = None
    usual: float = float("nan")
    learnt: tuple[int, int] = (0, 0)
    years: tuple[int, int] | None = None
    why: Text | None = None


class _Asked(NamedTuple):
    """One outcome and lead with its panel: None where that is none, `why` says why."""

    outcome: Outcome
    lead: int
    frame: pl.DataFrame
    panel: Panel | None
    why: Text | None


def forecasts(rows: pl.DataFrame, outcome: Outcome, lead: int) -> list[Forecast]:
    """Of the newest year of `schools.told`, the likeliest first; fitted on everything known. BadPanel where it never happened."""
    frame = known(rows, outcome, lead)
    panel = _judgeable(frame)
    base = data_of(panel, features(panel))
    return list(_foreseen(base, _Asked(outcome, lead, frame, panel, None)).forecasts)


def foreseen(
    rows: pl.DataFrame, wanted: Iterable[tuple[Outcome, int]] = tuple(product(OUTCOMES, LEADS))
) -> list[Foreseen]:  # fmt: skip
    """Every outcome at every lead, of the newest year of `schools.told`. What is known of a row is made once for all of them."""
    asked = [_panelled(rows, *each) for each in wanted]
    first = next((each.panel for each in asked if each.panel is not None), None)
    if first is None:
        return [Foreseen(outcome=each.outcome, lead=each.lead, why=each.why) for each in asked]
    base = data_of(first, features(first))
    return [_foreseen(base, each) for each in asked]


def _panelled(rows: pl.DataFrame, outcome: Outcome, lead: int) -> _Asked:
    frame = known(rows, outcome, lead)
    try:
        return _Asked(outcome, lead, frame, _judgeable(frame), None)
    except BadPanel as problem:
        return _Asked(outcome, lead, frame, None, Text(problem.zh, problem.en))


def _judgeable(frame: pl.DataFrame) -> Panel:
    """A panel from which something can be learnt; BadPanel where it happened to too few: they are left out in turn."""
    panel = panel_of(panel_columns(frame), NAMED)
    units = np.unique(panel.unit[panel.outcome == 1]).size
    if units < FEWEST:
        raise BadPanel(
            f"只有 {units} 个单位发生过，至少要有 {FEWEST} 个", f"it has happened to {units} units only, and {FEWEST} are needed",
            "请等待更多学年的数据。", "Wait for more years.",
        )  # fmt: skip
    return panel


def _foreseen(base: Data, asked: _Asked) -> Foreseen:
    """Fitted on the rows that are learnt from, thinned out, and asked about the newest year: no others are looked at."""
    outcome, lead, frame, panel, why = asked
    if panel is None:
        return Foreseen(outcome=outcome, lead=lead, why=why)
    learn, newest = np.flatnonzero(~np.isnan(panel.outcome)), _asked(panel, frame)
    kept, weight = thinned(panel.outcome[learn])
    rows = learn[kept]
    data = part_of(base, np.concatenate([rows, newest]), _past(panel, lead), outcome.directions)
    model = fit_all(data, np.arange(rows.size), panel.outcome[rows], weight)
    years = panel.frame["year"].to_numpy()[learn]
    fitted = Foreseen(
        outcome=outcome, lead=lead, model=model, usual=float(panel.outcome[learn].mean()),
        learnt=(int(learn.size), int(panel.outcome[learn].sum())), years=(int(years.min()), int(years.max())),
    )  # fmt: skip
    return _told(fitted, model, data, np.arange(rows.size, rows.size + newest.size), panel.frame[newest])  # fmt: skip


def _past(panel: Panel, lead: int) -> Data:
    return past_of(panel, known_before(panel, lead, is_aligned=True))


def _told(fitted: Foreseen, model: Model, data: Data, asked: Ints, schools: pl.DataFrame, least: float = 0.0) -> Foreseen:  # fmt: skip
    """With the forecasts of some rows of data, of those with `least` times the usual chance or more; `schools` has the same rows."""
    chances = model.probability(data, asked)
    kept = np.flatnonzero(chances >= least * fitted.usual)
    keys = schools[kept].select("school_id", "year").iter_rows()
    reasons = _reasons(data, model.slopes, asked[kept])
    found = [
        Forecast(
            school_id=school, year=year, outcome=fitted.outcome, lead=fitted.lead, probability=chance, usual=fitted.usual, reasons=why,
        )
        for (school, year), chance, why in zip(keys, chances[kept].tolist(), reasons, strict=True)
    ]  # fmt: skip
    return replace(fitted, forecasts=tuple(sorted(found, key=lambda one: (-one.probability, one.school_id))))  # fmt: skip


def scored(rows: pl.DataFrame, models: Iterable[Foreseen], least: float = 0.0) -> list[Foreseen]:
    """What models that were fitted before say of the newest year of `schools.told`, where it is `least` times the usual chance or more.

    Nothing is fitted, and reasons are looked for only where something is said.
    """
    wanted = [(each, known(rows, each.outcome, each.lead)) for each in models]
    first, why = _any_panel(frame for _, frame in wanted)
    if first is None:
        return [replace(one, model=None, why=one.why or why) for one, _ in wanted]
    newest = np.flatnonzero(first.period == first.period.max())
    base = data_of(first.chosen(newest), features(first).of_rows(newest))
    return [_scored(base, newest, one, _of_outcome(first, frame), frame, least) for one, frame in wanted]  # fmt: skip


def _any_panel(frames: Iterable[pl.DataFrame]) -> tuple[Panel | None, Text | None]:
    """The first frame that is a panel: in all of them the columns are the same. None where none is, and why."""
    why = None
    for frame in frames:
        try:
            return panel_of(panel_columns(frame), NAMED), None
        except BadPanel as problem:
            why = Text(problem.zh, problem.en)
    return None, why


def _of_outcome(first: Panel, frame: pl.DataFrame) -> Panel:
    """The same panel with the outcome of another frame of the same rows, however rare it is: nothing is learnt from it."""
    happened = frame[NAMED.outcome].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return replace(first, outcome=happened)


def _scored(base: Data, newest: Ints, fitted: Foreseen, panel: Panel, frame: pl.DataFrame, least: float) -> Foreseen:  # fmt: skip
    if fitted.model is None:
        return fitted
    wanted = np.flatnonzero(np.isin(newest, _asked(panel, frame)))
    both = part_of(base, wanted, rows_of(_past(panel, fitted.lead), newest), {})
    data = aligned(both, fitted.model.columns)
    return _told(fitted, fitted.model, data, np.arange(wanted.size), panel.frame[newest[wanted]], least)  # fmt: skip


def _asked(panel: Panel, frame: pl.DataFrame) -> Ints:
    """Rows of the newest year that are not in that state; `frame` has the panel's order."""
    is_newest = panel.period == panel.period.max()
    found: Ints = np.flatnonzero(is_newest & ~frame["is_in_it"].to_numpy())
    return found


def _reasons(data: Data, per_unit: Floats, asked: Ints) -> Iterator[tuple[Reason, ...]]:
    """Of each row: what adds most or takes most, then all others together; they add up to the mean log odds less where they start."""
    columns = [name.partition(":")[0].partition("=")[0] for name in data.even_names]
    names = list(dict.fromkeys(columns))
    place = np.asarray([names.index(column) for column in columns])
    parts = data.even[asked] * per_unit
    added = np.stack([parts[:, place == at].sum(axis=1) for at in range(len(names))], axis=1)
    labels = [called(name) for name in names]
    first = np.argsort(-np.abs(added), axis=1, kind="stable")[:, : LISTED - 1]
    amounts = np.take_along_axis(added, first, axis=1)
    rest = added.sum(axis=1) - amounts.sum(axis=1)
    for told, each, others in zip(first.tolist(), amounts.tolist(), rest.tolist(), strict=True):
        largest = (Reason(labels[at], amount) for at, amount in zip(told, each, strict=True))
        yield (*largest, Reason(OTHERS, others))
