"""The models: a regularised logistic one in two forms, gradient-boosted trees, and their calibrated mean.

A few dozen events in thousands of rows is the normal case. So everything is held back: ridge and lasso on ranks within a period,
which no outlier and no change of level between periods can move, small trees with heavy leaves, and a mean of all, whose
probabilities are fitted on predictions for units that the members had not seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from metrics.risk.data import EDGE, Columns, Data
from metrics.risk.scores import average_precision
from metrics.risk.trees import Forest, forest_of
from warehouse.arrays import Bools, Floats, Ints

RIDGE, LASSO = 0.003, 0.1  # inverse strengths, for columns of unit spread
FORESTS = 3  # of different seeds, averaged; one is enough to calibrate by
FOLDS = 3
NEWTON = 25  # steps to the shift of a curve
TREES = {
    "max_iter": 60, "learning_rate": 0.08, "max_bins": 63, "max_leaf_nodes": 5, "min_samples_leaf": 40, "l2_regularization": 30.0,
    "max_features": 0.3,
}  # fmt: skip
FEW = 50.0  # events at which the trees count half of a logistic member
MEMBERS = ("ridge", "lasso", "single", "boosting")
SINGLES = 3  # columns that the member "single" takes: one may be first by chance
NEGATIVES, LEAST, MOST = (
    20,
    6_000,
    8_000,
)  # rows without an event that are kept: so many an event, within these bounds
EVENTS = 2_500  # that are kept: more teach nothing that these do not
MANY = 500  # events from which one forest, and one fold less, are as good as several
LIKELY = 150  # columns that lasso looks at


@dataclass(frozen=True)
class Linear:
    """A logistic model: what one unit of each column of `even` adds to its log odds, and where it starts."""

    slopes: Floats
    start: float

    def logits(self, data: Data, rows: Ints) -> Floats:
        found: Floats = data.even[rows] @ self.slopes + self.start
        return found


@dataclass(frozen=True)
class Boosted:
    """Trees on the columns of `raw`."""

    forest: Forest

    def logits(self, data: Data, rows: Ints) -> Floats:
        return self.forest.logits(data.raw[rows])


Fitted = Linear | Boosted


class Member(NamedTuple):
    """One model, and its share of the mean log odds of all."""

    fitted: Fitted
    share: float


@dataclass(frozen=True, kw_only=True)
class Model:
    """Fitted: its members, and the curve from their mean to a probability. It is numbers alone, and asked about rows of any data with
    the same columns.

    `slopes`: what one unit of each column of `even` adds to the mean log odds of the logistic members; `weights`: what one
    spread of it adds, by name.
    """

    columns: Columns
    members: Mapping[str, Member]
    slope: float
    shift: float
    slopes: Floats
    weights: Mapping[str, float]

    def mean(self, data: Data, rows: Ints) -> Floats:
        found: Floats = np.sum(
            [one.share * one.fitted.logits(data, rows) for one in self.members.values()], axis=0
        )
        return found

    def probability(self, data: Data, rows: Ints) -> Floats:
        found: Floats = expit(self.slope * self.mean(data, rows) + self.shift)
        return found

    def only(self, name: str, data: Data, rows: Ints) -> Floats:
        return self.members[name].fitted.logits(data, rows)


def fit(data: Data, rows: Ints, happened: Floats, *, seed: int = 0) -> Model:
    """A model of `happened` (1 or 0 for each of `rows`); it needs events of at least FOLDS units.

    The curve of the probabilities comes from predictions for units left out in turn. It gives the rows that were thinned out
    their weight again; the members, which only rank, go without.
    """
    kept, weight = thinned(happened, seed)
    return fit_all(data, rows[kept], happened[kept], weight, seed=seed)


def fit_all(data: Data, rows: Ints, labels: Floats, weight: Floats, *, seed: int = 0) -> Model:
    """`fit` of rows that were thinned out already, each standing for `weight` rows."""
    unseen = _unseen(data, rows, labels, seed)
    shares = _shares(float(labels.sum()))
    mean = np.sum([shares[name] * logits for name, logits in unseen.items()], axis=0)
    slope, shift = _curve(mean, labels, weight)
    found = _members(data, rows, labels, seed, 1 if labels.sum() >= MANY else FORESTS)
    slopes = mean_slopes(found, shares)
    added = slopes * data.even[rows].std(axis=0)
    return Model(
        columns=data.columns,
        members={name: Member(one, shares[name]) for name, one in found.items()},
        slope=slope, shift=shift,
        slopes=slopes, weights=dict(zip(data.even_names, added.tolist(), strict=True)),
    )  # fmt: skip


def mean_slopes(found: Mapping[str, Fitted], shares: Mapping[str, float]) -> Floats:
    """Of the logistic members, by their shares among themselves."""
    linear = {name: one.slopes for name, one in found.items() if isinstance(one, Linear)}
    mean: Floats = np.average(list(linear.values()), axis=0, weights=[shares[name] for name in linear])  # fmt: skip
    return mean


def _curve(mean: Floats, labels: Floats, weight: Floats) -> tuple[float, float]:
    """Slope and shift from mean log odds to those of a probability.

    A slope above 1 promises more than the members dare; it is believed as far as there are events, and the shift then keeps the
    number of events that is promised in all.
    """
    fitted = LogisticRegression(C=1.0).fit(mean.reshape(-1, 1), labels, sample_weight=weight)
    slope, shift = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    events = float(labels.sum())
    believed = max(slope if slope <= 1.0 else 1.0 + (slope - 1.0) * events / (events + FEW), 0.1)
    for _ in range(NEWTON):
        chance = expit(believed * mean + shift)
        off = float(weight @ (labels - chance))
        shift += off / max(float(weight @ (chance * (1.0 - chance))), 1e-9)
    return believed, shift


def _unseen(data: Data, rows: Ints, labels: Floats, seed: int) -> dict[str, Floats]:
    """Each member's log odds of every row, by models that had not seen its unit."""
    found = {name: np.zeros(rows.size) for name in MEMBERS}
    fold_of = dealt(data.unit[rows], labels, FOLDS - 1 if labels.sum() >= MANY else FOLDS, seed)
    for fold in np.unique(fold_of):
        learn, held = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        for name, one in _members(data, rows[learn], labels[learn], seed).items():
            found[name][held] = one.logits(data, rows[held])
    return found


def dealt(units: Ints, labels: Floats, folds: int, seed: int) -> Ints:
    """A fold for each row: units stay whole, those with an event and those without are dealt out evenly."""
    number = np.unique(units, return_inverse=True)[1]
    has_event = np.bincount(number, labels) > 0
    order = np.random.default_rng(seed).permutation(has_event.size)
    order = order[np.argsort(~has_event[order], kind="stable")]
    fold = np.empty(order.size, dtype=np.int64)
    fold[order] = np.arange(order.size) % folds
    return fold[number]


def _shares(events: float) -> dict[str, float]:
    """The fewer events there are, the less the trees count and the more the few best columns do. Shares add up to 1."""
    trust = {
        "ridge": 1.0, "lasso": 1.0, "single": FEW / (events + FEW), "boosting": events / (events + FEW),
    }  # fmt: skip
    return {name: each / sum(trust.values()) for name, each in trust.items()}


def thinned(happened: Floats, seed: int = 0) -> tuple[Ints, Floats]:
    """Positions of the rows that are learnt from, and how many rows each stands for."""
    dice = np.random.default_rng(seed)
    events, quiet = np.flatnonzero(happened == 1), np.flatnonzero(happened == 0)
    most = min(max(NEGATIVES * events.size, LEAST), MOST)
    told, drawn = _drawn(dice, events, EVENTS), _drawn(dice, quiet, most)
    kept = np.sort(np.concatenate([told, drawn]))
    return kept, np.where(happened[kept] == 1, events.size / told.size, quiet.size / drawn.size)


def _drawn(dice: np.random.Generator, rows: Ints, most: int) -> Ints:
    return rows if rows.size <= most else dice.choice(rows, most, replace=False)


def _members(
    data: Data, rows: Ints, labels: Floats, seed: int, forests: int = 1
) -> dict[str, Fitted]:
    return {
        "ridge": _logistic(data, rows, labels, is_sparse=False),
        "lasso": _logistic(data, rows, labels, is_sparse=True),
        "single": _single(data, rows, labels),
        "boosting": _boosting(data, rows, labels, range(seed, seed + forests)),
    }


def _logistic(data: Data, rows: Ints, labels: Floats, *, is_sparse: bool) -> Linear:
    spread = data.even[rows].std(axis=0)
    scale = np.where(spread > 0, spread, np.inf)  # what does not vary here says nothing here
    model = (
        LogisticRegression(C=LASSO, l1_ratio=1.0, solver="liblinear", max_iter=500, random_state=0)
        if is_sparse
        else LogisticRegression(C=RIDGE, max_iter=500, tol=1e-3)
    )
    values = data.even[rows] / scale
    used = _likely(values, labels) if is_sparse else np.arange(values.shape[1])
    model.fit(values[:, used], labels)
    slopes = np.zeros(values.shape[1])
    slopes[used] = model.coef_[0] / scale[used]
    return Linear(slopes, float(model.intercept_[0]))


def _single(data: Data, rows: Ints, labels: Floats) -> Linear:
    """The mean of models of one column each, for the SINGLES columns that rank the events best by themselves."""
    values = data.even[rows]
    likely = _likely(values, labels)
    signs = np.where(values[labels == 1][:, likely].mean(axis=0) >= values[:, likely].mean(axis=0), 1.0, -1.0)  # fmt: skip
    reached = [average_precision(labels, sign * values[:, at]) for at, sign in zip(likely, signs, strict=True)]  # fmt: skip
    slopes, start = np.zeros(values.shape[1]), 0.0
    for at in likely[np.argsort(reached)[-SINGLES:]]:
        one = LogisticRegression(C=1.0).fit(values[:, [at]], labels)
        slopes[at] = one.coef_[0, 0] / SINGLES
        start += float(one.intercept_[0]) / SINGLES
    return Linear(slopes, start)


def _likely(values: Floats, labels: Floats) -> Ints:
    """The LIKELY columns in which rows with and without an event lie furthest apart: lasso hardly takes any other."""
    spread = values.std(axis=0)
    apart = np.abs(values[labels == 1].mean(axis=0) - values[labels == 0].mean(axis=0))
    apart = np.where(spread > 0, apart / np.where(spread > 0, spread, 1.0), 0.0)
    found: Ints = np.sort(np.argsort(-apart, kind="stable")[:LIKELY])
    return found


def parameters() -> dict[str, object]:
    """Everything that was chosen: models of the same rows and parameters are the same."""
    return {
        "ridge": RIDGE, "lasso": LASSO, "trees": TREES, "forests": FORESTS, "edge": EDGE, "folds": FOLDS, "few": FEW, "many": MANY,
        "likely": LIKELY, "singles": SINGLES, "rows": [NEGATIVES, LEAST, MOST, EVENTS],
    }  # fmt: skip


def _boosting(data: Data, rows: Ints, labels: Floats, seeds: Sequence[int]) -> Boosted:
    used = np.flatnonzero(_varies(data.raw[rows]) & _told_apart(data, rows, labels))
    forests = [
        HistGradientBoostingClassifier(
            **TREES, early_stopping=False, random_state=seed,
            categorical_features=data.is_kind[used], monotonic_cst=data.directions[used],
        ).fit(data.raw[rows][:, used], labels)
        for seed in seeds
    ]  # fmt: skip
    return Boosted(forest_of(forests, used, data.is_kind[used]))


def _told_apart(data: Data, rows: Ints, labels: Floats) -> Bools:
    """Features that the trees look at: where events are MANY, categories and the LIKELY ones; where they are few, all of them."""
    if labels.sum() < MANY:
        return np.ones(data.raw.shape[1], dtype=bool)
    names = {data.even_names[at] for at in _likely(data.even[rows], labels)}
    return np.asarray([each.how == "kind" or each.name in names for each in data.features.features])


def _varies(values: Floats) -> Bools:
    """Columns with two different known values."""
    low = np.nanmin(np.where(np.isnan(values), np.inf, values), axis=0)
    high = np.nanmax(np.where(np.isnan(values), -np.inf, values), axis=0)
    found: Bools = low < high
    return found
