"""A back-test by time: for each period, models that know only what was known then, and what came of it.

For a period t and a lead, rows of a period s are learnt from if s + lead <= t. Rows of t are scored whether or not their outcome is
known already: those of the newest periods are the forecast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from metrics.errors import BadPanel
from metrics.risk import baselines
from metrics.risk.data import Data, data_of, part_of, past_of
from metrics.risk.learners import Model, fit
from metrics.risk.panel import Panel
from metrics.risk.scores import (
    Judged,
    Score,
    average_precision,
    interval,
    score,
    with_probabilities,
)
from metrics.risk.trajectory import Cube, features
from warehouse.arrays import Floats, Ints

FEWEST = 5  # units with an event in the rows that are learnt from
MODEL, LOGISTIC, BOOSTING = "model", "logistic", "boosting"
SINGLE_COLUMN, SINGLE = "best column", "best indicator"
RATED = (MODEL, LOGISTIC, BOOSTING, SINGLE, SINGLE_COLUMN, *baselines.UNTAUGHT)
"""Rankings in the order of the table."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked of a panel. `directions` are 1 or -1 for columns of which more means more or less risk."""

    leads: Sequence[int] = (1,)
    is_aligned: bool = False
    directions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Lead:
    """What was found at one lead: rankings of the scored rows, NaN for the others of the panel.

    `gain` is the model's average precision over the best indicator's with its 95 % interval. `weights` are the newest model's.
    """

    lead: int
    happened: Floats
    expected: Floats
    rankings: Mapping[str, Floats]
    scores: Mapping[str, Score]
    gain: tuple[float, float, float]
    weights: Mapping[str, float]
    tested: tuple[int, ...]
    learnt: Mapping[int, tuple[int, int]]

    @property
    def scored(self) -> Ints:
        return np.flatnonzero(~np.isnan(self.rankings[MODEL]))

    @property
    def judged(self) -> Ints:
        """Scored rows whose outcome is known."""
        return np.flatnonzero(~np.isnan(self.rankings[MODEL]) & ~np.isnan(self.happened))


@dataclass(frozen=True)
class Backtest:
    panel: Panel
    order: Order
    leads: tuple[Lead, ...]

    def scores(self) -> pl.DataFrame:
        """unit, period, lead, score of every scored row; unit and period under the panel's own names as well."""
        named = self.panel.named
        own = [(named.unit, "unit"), (named.period, "period")]
        parts = [
            self.panel.frame.select(*(pl.col(name).alias(role) for name, role in own), *{named.unit, named.period} - {"unit", "period"})
            .with_columns(lead=pl.lit(each.lead), score=pl.Series(each.rankings[MODEL], nan_to_null=True))[each.scored]
            for each in self.leads
        ]  # fmt: skip
        return pl.concat(parts)


def backtest(panel: Panel, order: Order, say: Callable[[str], None] = lambda _: None) -> Backtest:
    """Every lead in turn; BadPanel where a lead leaves nothing to learn from or to judge by."""
    _check_directions(panel, order)
    base = data_of(panel, features(panel))
    return Backtest(
        panel, order, tuple(_lead(panel, base, order, lead, say) for lead in order.leads)
    )


def _check_directions(panel: Panel, order: Order) -> None:
    for name in order.directions:
        if name not in panel.numbers:
            raise BadPanel(
                f"没有数值列 {name}", f"there is no column of numbers {name}",
                f"数值列：{'、'.join(panel.numbers)}。", f"Columns of numbers: {', '.join(panel.numbers)}.",
            )  # fmt: skip


def happened_after(panel: Panel, lead: int, *, is_aligned: bool) -> Floats:
    """The outcome `lead` periods after each row (1, 0), NaN where the unit has no row then; as it stands where aligned."""
    if is_aligned:
        return panel.outcome
    shape = (int(panel.unit.max()) + 1, int(panel.period.max()) + 1 + lead)
    table = Cube(panel.unit, panel.period, shape).spread(panel.outcome)
    return Cube(panel.unit, panel.period + lead, shape).gathered(table)


def known_before(panel: Panel, lead: int, *, is_aligned: bool) -> Floats:
    """How often it had happened to each row's unit by its period, as far as was known then."""
    late = lead if is_aligned else 0
    shape = (int(panel.unit.max()) + 1, int(panel.period.max()) + 1 + late)
    found = Cube(panel.unit, panel.period + late, shape).spread(panel.outcome)
    return Cube(panel.unit, panel.period, shape).gathered(np.cumsum(np.nan_to_num(found), axis=1))


def _lead(panel: Panel, base: Data, order: Order, lead: int, say: Callable[[str], None]) -> Lead:
    happened = happened_after(panel, lead, is_aligned=order.is_aligned)
    past = past_of(panel, known_before(panel, lead, is_aligned=order.is_aligned))
    data = part_of(base, np.arange(panel.rows), past, order.directions)
    rankings = {name: np.full(panel.rows, np.nan) for name in RATED}
    expected, learnt = np.full(panel.rows, np.nan), {}
    weights: Mapping[str, float] = {}
    for period, learn in testable(panel, happened, lead).items():
        asked = np.flatnonzero(panel.period == period)
        model = fit(data, learn, happened[learn])
        _rank(panel, data, model, learn, happened[learn], asked, rankings)
        expected[asked], weights = happened[learn].mean(), model.weights
        learnt[period] = (int(learn.size), int(happened[learn].sum()))
        say(f"{panel.label(period)} +{lead}: {learn.size} → {asked.size}")
    return _judge(panel, lead, happened, expected, rankings, weights, learnt)


def testable(panel: Panel, happened: Floats, lead: int) -> dict[int, Ints]:
    """The periods that can be scored, each with the rows that are learnt from.

    One period alone shows no trajectory: periods with two to learn from are taken where any of them can be judged.
    """
    found = {}
    for period in map(int, np.unique(panel.period)):
        learn = np.flatnonzero((panel.period + lead <= period) & ~np.isnan(happened))
        units = np.unique(panel.unit[learn[happened[learn] == 1]])
        if units.size >= FEWEST and not happened[learn].all():
            found[period] = learn
    deep = {at: learn for at, learn in found.items() if np.unique(panel.period[learn]).size > 1}
    is_judged = any(not np.isnan(happened[panel.period == at]).all() for at in deep)
    return deep if is_judged else found


def _rank(
    panel: Panel, data: Data, model: Model, learn: Ints, happened: Floats, asked: Ints, into: dict[str, Floats]
) -> None:  # fmt: skip
    """Fill each ranking for the rows of one period."""
    into[MODEL][asked] = model.probability(data, asked)
    into[LOGISTIC][asked] = (
        model.only("ridge", data, asked) + model.only("lasso", data, asked)
    ) / 2
    into[BOOSTING][asked] = model.only("boosting", data, asked)
    levels = np.flatnonzero([each.how == "level" for each in data.features.features])
    into[SINGLE][asked] = baselines.best_single(data.features, learn, happened, asked)
    if levels.size:
        into[SINGLE_COLUMN][asked] = baselines.best_single(
            data.features.chosen(levels), learn, happened, asked
        )
    table = baselines.table(panel, asked)
    for name, detector in baselines.UNTAUGHT.items():
        into[name][asked] = detector(table)


def _judge(
    panel: Panel, lead: int, happened: Floats, expected: Floats, rankings: dict[str, Floats],
    weights: Mapping[str, float], learnt: Mapping[int, tuple[int, int]],
) -> Lead:  # fmt: skip
    rows = np.flatnonzero(~np.isnan(rankings[MODEL]) & ~np.isnan(happened))
    if not rows.size or not happened[rows].any() or happened[rows].all():
        raise BadPanel(
            f"提前 {lead} 期时没有可检验的期次", f"at a lead of {lead} no period can be tested",
            f"训练期至少要有 {FEWEST} 个单位发生过，其后还要有已知结果；请用更长的面板或更短的提前期。",
            f"{FEWEST} units must have had the event before, and outcomes be known after; give a longer panel or a shorter lead.",
        )  # fmt: skip
    judged = Judged(happened[rows], panel.period[rows], panel.unit[rows])
    found = {
        name: score(judged, ranking[rows])
        for name, ranking in rankings.items()
        if not np.isnan(ranking[rows]).any()
    }
    found[MODEL] = with_probabilities(found[MODEL], judged, rankings[MODEL][rows], expected[rows])
    return Lead(
        lead=lead, happened=happened, expected=expected, rankings=rankings, scores=found,
        gain=_gain(judged, rankings[MODEL][rows], rankings[SINGLE][rows]), weights=weights,
        tested=tuple(judged.periods), learnt=learnt,
    )  # fmt: skip


def _gain(judged: Judged, model: Floats, single: Floats) -> tuple[float, float, float]:
    """How many times the best indicator's average precision the model reaches, with its interval."""

    def times(rows: Ints) -> float:
        beside = average_precision(judged.happened[rows], single[rows])
        return average_precision(judged.happened[rows], model[rows]) / beside

    return (times(np.arange(judged.happened.size)), *interval(judged, times))
