"""What a model must beat: the best single indicator, and the usual detectors of outliers with their defaults."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata, skew
from sklearn.ensemble import IsolationForest

from metrics.risk.panel import Panel
from metrics.risk.scores import average_precision
from metrics.risk.trajectory import Features
from metrics.signals.statistics import NORMAL
from warehouse.arrays import Floats, Ints


def best_single(features: Features, learn: Ints, happened: Floats, asked: Ints) -> Floats:
    """The feature, up or down, that ranked the known events best by average precision, for other rows."""
    best, found = -1.0, np.zeros(asked.size)
    for column in features.values.T:
        middle = _middle(column[learn])
        known, other = np.where(np.isnan(column[learn]), middle, column[learn]), column[asked]
        place = rankdata(known)
        sign = (
            1.0 if place[happened == 1].mean() >= place.mean() else -1.0
        )  # area of a half or more
        reached = average_precision(happened, sign * known)
        if reached > best:
            best, found = reached, sign * np.where(np.isnan(other), middle, other)
    return found


def _middle(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else 0.0


def table(panel: Panel, rows: Ints) -> Floats:
    """The numbers of some rows of one period, as they come; what is missing stands at the middle, absent columns are left out."""
    columns = []
    for values in panel.numbers.values():
        here = values[rows]
        if np.unique(here[~np.isnan(here)]).size > 1:
            columns.append(np.where(np.isnan(here), _middle(here), here))
    return np.column_stack(columns) if columns else np.zeros((rows.size, 1))


def plain_z(values: Floats) -> Floats:
    """The largest distance from the mean, in standard deviations."""
    return _furthest(np.abs(values - values.mean(axis=0)), values.std(axis=0))


def modified_z(values: Floats) -> Floats:
    """The largest distance from the median, in median absolute deviations, as DHIS2 reckons it."""
    distance = np.abs(values - np.median(values, axis=0))
    return NORMAL * _furthest(distance, np.median(distance, axis=0))


def _furthest(distance: Floats, spread: Floats) -> Floats:
    """The largest distance of each row in spreads of its column; a column without spread says nothing."""
    found: Floats = np.max(distance / np.where(spread > 0, spread, np.inf), axis=1)
    return found


def ecod(values: Floats) -> Floats:
    """Outlyingness by the empirical tails of each column (Li and others 2022), as PyOD's ECOD reckons it."""
    left, right = -np.log(_tail(values)), -np.log(_tail(-values))
    leaning = np.sign(np.nan_to_num(skew(values, axis=0)))
    chosen = left * -np.sign(leaning - 1) + right * np.sign(leaning + 1)
    total: Floats = np.maximum.reduce([left, right, chosen]).sum(axis=1)
    return total


def _tail(values: Floats) -> Floats:
    """The share of rows not above each value, column by column."""
    ordered = np.sort(values, axis=0)
    return np.column_stack([
        np.searchsorted(ordered[:, at], values[:, at], side="right") / values.shape[0]
        for at in range(values.shape[1])
    ])  # fmt: skip


def isolation(values: Floats) -> Floats:
    """An isolation forest with the library's defaults."""
    return -np.asarray(IsolationForest(random_state=0).fit(values).score_samples(values))


UNTAUGHT = {
    "plain z": plain_z,
    "modified z": modified_z,
    "ECOD": ecod,
    "isolation forest": isolation,
}
"""Detectors that are told of no events."""
