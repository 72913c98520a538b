"""Combinations that are rare together: an isolation forest and tail probabilities, both as contributions of single columns.

Sources: isolation forest (Liu, Ting and Zhou 2008), tail probabilities by column (ECOD: Li and others 2022), contributions
along a tree's path (Saabas 2014).
"""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warehouse.arrays import Floats

TREES, SAMPLE, SEED = 100, 256, 7
EULER = 0.5772156649
ONE_AT_A_TIME = Lock()
"""scikit-learn hands the filters of warnings, which are the whole process's, to its own threads while it fits."""


def tails(values: Floats) -> Floats:
    """Contribution of each column to how far out a row lies: -log of its tail probability less 1, which is what to expect.

    Both tails of each column are looked at; a row is given the direction (all left, all right, or each column's longer tail)
    in which it lies furthest out. A missing value contributes 0.
    """
    left, right = _tail(values), _tail(-values)
    longer = np.where(_skew(values)[None, :] < 0, left, right)
    choices = np.stack([left, right, longer])
    best = choices.sum(axis=2).argmax(axis=0)
    found: Floats = choices[best, np.arange(values.shape[0])]
    return found


def _tail(values: Floats) -> Floats:
    """-log of the share of rows at or below each value, less 1."""
    found = np.zeros_like(values)
    for column in range(values.shape[1]):
        known = np.isfinite(values[:, column])
        ordered = np.sort(values[known, column])
        at_or_below = np.searchsorted(ordered, values[known, column], side="right")
        found[known, column] = -np.log(at_or_below / max(ordered.size, 1)) - 1.0
    return found


def _skew(values: Floats) -> Floats:
    """The sign of each column's third moment about its mean; 0 for a column without values."""
    known = np.isfinite(values)
    number = np.maximum(known.sum(axis=0), 1)
    filled = np.where(known, values, 0.0)
    centred = np.where(known, values - filled.sum(axis=0) / number, 0.0)
    found: Floats = (centred**3).sum(axis=0)
    return found


def isolation(values: Floats) -> Floats:
    """Contribution of each column to how quickly random cuts part a row from the others, in cuts; rows add up to
    what the forest expects of a row less what it needs for this one.

    `values` are finite: the caller fills what is missing with what is usual.
    """
    from sklearn.ensemble import (
        IsolationForest,
    )  # three seconds, of no concern to who asks for something else

    single = values.astype(np.float32)  # the trees compare in single precision
    forest = IsolationForest(
        n_estimators=TREES, max_samples=min(SAMPLE, len(values)), random_state=SEED
    )
    with ONE_AT_A_TIME:
        forest.fit(single)
    found = np.zeros_like(values)
    for tree in forest.estimators_:
        _along(tree.tree_, single, found)
    return found / TREES


def _along(tree: Any, values: NDArray[np.float32], into: Floats) -> None:  # noqa: ANN401 - sklearn's own tree
    """Add to each column what its cuts on the way down shorten the expected path by: the same for all rows of one leaf."""
    expected = _expected(tree)
    passed = np.zeros((tree.node_count, values.shape[1]))
    for node in range(tree.node_count):  # children have higher numbers than their node
        for child in (tree.children_left[node], tree.children_right[node]):
            if child >= 0:
                passed[child] = passed[node]
                passed[child, tree.feature[node]] += expected[node] - expected[child]
    into += passed[tree.apply(values)]


def _expected(tree: Any) -> Floats:  # noqa: ANN401 - sklearn's own tree
    """The mean number of cuts that rows of the sample below a node need in all; children have higher numbers than their node."""
    number = tree.node_count
    samples = tree.n_node_samples.astype(np.float64)
    depth = np.zeros(number)
    for node in range(number):
        for child in (tree.children_left[node], tree.children_right[node]):
            if child >= 0:
                depth[child] = depth[node] + 1
    found: Floats = depth + _more(samples)
    for node in range(number - 1, -1, -1):
        a, b = tree.children_left[node], tree.children_right[node]
        if a >= 0:
            found[node] = (samples[a] * found[a] + samples[b] * found[b]) / samples[node]
    return found


def _more(samples: Floats) -> Floats:
    """Cuts that are still to be expected among so many rows: the mean depth of an unsuccessful search in a binary tree."""
    n = np.maximum(samples, 2.0)
    harmonic = np.log(np.maximum(n - 1, 1.0)) + EULER
    many = 2 * harmonic - 2 * (n - 1) / n
    found: Floats = np.where(samples <= 1, 0.0, np.where(samples == 2, 1.0, many))
    return found
