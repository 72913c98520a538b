"""How good a ranking and its probabilities were, with intervals from drawing units again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from sklearn.metrics import roc_auc_score

from warehouse.arrays import Floats, Ints

VISITS = 20  # schools that a province can visit in a round
DRAWS = 200
BINS = 10


@dataclass(frozen=True, kw_only=True)
class Score:
    """Of one ranking. `within` is the mean over periods, by their events; NaN where it cannot be told.

    `precision`, `low`, `high`: average precision over all periods pooled, and its 95 % interval. `visits`: share of events among
    the VISITS highest of each period. `skill`, `error`, `top_error`: of probabilities only, the errors with their 95 % intervals.
    """

    precision: float
    low: float
    high: float
    within: float
    area: float
    visits: float
    skill: float = float("nan")
    error: float = float("nan")
    top_error: float = float("nan")
    error_range: tuple[float, float] = (float("nan"), float("nan"))
    top_range: tuple[float, float] = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Judged:
    """Rows whose outcome is known: what happened (1, 0), in which period, to which unit."""

    happened: Floats
    period: Ints
    unit: Ints

    @property
    def periods(self) -> list[int]:
        return [int(each) for each in np.unique(self.period)]


def score(judged: Judged, ranking: Floats) -> Score:
    """Of any ranking, higher meaning sooner."""
    low, high = interval(
        judged, lambda rows: average_precision(judged.happened[rows], ranking[rows])
    )
    return Score(
        precision=average_precision(judged.happened, ranking), low=low, high=high,
        within=_within(judged, ranking), area=float(roc_auc_score(judged.happened, ranking)),
        visits=at_capacity(judged, ranking),
    )  # fmt: skip


def with_probabilities(
    found: Score, judged: Judged, probability: Floats, expected: Floats
) -> Score:
    """A score with what probabilities are worth; `expected` is the share known before, for each row."""
    every = np.arange(probability.size)

    def error(rows: Ints) -> float:
        return calibration_error(judged.happened[rows], probability[rows])

    def top_error(rows: Ints) -> float:
        return highest_error(judged.happened[rows], probability[rows])

    return replace(
        found, skill=skill(judged.happened, probability, expected), error=error(every), top_error=top_error(every),
        error_range=interval(judged, error), top_range=interval(judged, top_error),
    )  # fmt: skip


def average_precision(happened: Floats, ranking: Floats) -> float:
    """The mean precision at each event, ties taken together; NaN where nothing happened.

    As scikit-learn reckons it, without its checks: it is asked for thousands of times.
    """
    order = np.argsort(-ranking, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(ranking[order])), order.size - 1)
    hits = np.cumsum(happened[order])[ends]
    if not hits[-1]:
        return float("nan")
    return float(np.sum(np.diff(hits, prepend=0.0) * hits / (ends + 1)) / hits[-1])


def _within(judged: Judged, ranking: Floats) -> float:
    parts = [np.flatnonzero(judged.period == each) for each in judged.periods]
    events = [float(judged.happened[part].sum()) for part in parts]
    found = [
        average_precision(judged.happened[part], ranking[part]) * number
        for part, number in zip(parts, events, strict=True)
        if number
    ]
    return sum(found) / sum(events)


def at_capacity(judged: Judged, ranking: Floats, visits: int = VISITS) -> float:
    """The share of events among the highest of each period; ties are drawn in the order of rows."""
    hits = asked = 0.0
    for each in judged.periods:
        rows = np.flatnonzero(judged.period == each)
        highest = rows[np.argsort(-ranking[rows], kind="stable")[:visits]]
        hits, asked = hits + float(judged.happened[highest].sum()), asked + highest.size
    return hits / asked


def skill(happened: Floats, probability: Floats, expected: Floats) -> float:
    """Brier skill: 1 for certainty, 0 for no better than what was expected of everybody."""
    worst = float(np.mean((expected - happened) ** 2))
    return 1.0 - float(np.mean((probability - happened) ** 2)) / worst if worst else float("nan")


def calibration_error(happened: Floats, probability: Floats) -> float:
    """The mean distance of promised and seen shares over BINS bins of as many rows."""
    order = np.argsort(probability, kind="stable")
    return sum(
        part.size * abs(float(probability[part].mean() - happened[part].mean()))
        for part in np.array_split(order, BINS)
        if part.size
    ) / happened.size  # fmt: skip


def highest_error(happened: Floats, probability: Floats) -> float:
    """The distance of promised and seen shares among the likeliest of BINS parts."""
    top = probability >= np.quantile(probability, 1 - 1 / BINS)
    return abs(float(probability[top].mean() - happened[top].mean()))


def interval(
    judged: Judged, measure: Callable[[Ints], float], seed: int = 0
) -> tuple[float, float]:
    """The middle 95 % of a measure over draws of units, each with all its rows."""
    units, at = np.unique(judged.unit, return_inverse=True)
    order = np.argsort(at, kind="stable")
    rows = np.split(order, np.flatnonzero(np.diff(at[order])) + 1)
    draw = np.random.default_rng(seed)
    found = [
        measure(np.concatenate([rows[one] for one in draw.integers(0, units.size, units.size)]))
        for _ in range(DRAWS)
    ]
    known = [each for each in found if not np.isnan(each)]
    return (
        (float(np.quantile(known, 0.025)), float(np.quantile(known, 0.975)))
        if known
        else (float("nan"),) * 2
    )
