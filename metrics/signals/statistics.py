"""The statistics of doubt: arrays in, arrays out, nothing known of schools. NaN is a missing value and stays one.

Sources: modified z (Iglewicz and Hoaglin 1993), deviance residuals of the negative binomial (McCullagh and Nelder 1989),
repeated pairwise slopes (Theil 1950, Sen 1968), the bunching estimate (Chetty and others 2011).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from warehouse.arrays import Floats, Ints

NORMAL = (
    0.6745  # the upper quartile of a normal distribution: a median distance in standard deviations
)
MEDIAN_CHI2 = 0.4549  # the median of a squared standard normal value
WIDEST = 20.0  # no group of counts is taken to vary more than this
STEPS = 40  # of halving an interval
NEARLY = 1e-6  # what halving leaves
LEAST = 1e-12  # no tail is believed to be rarer: twelve digits
BLOCK = 512  # rows reckoned at a time: what they need stays in the processor's cache


def modified_z(values: Floats, centre: Floats, spread: Floats, floor: float | Floats) -> Floats:
    """Distance from the median in robust standard deviations; `spread` is the median distance, never taken below `floor`.

    The floor is what a value may differ by without meaning anything: without it half a group of equal values makes everything else
    infinitely far.
    """
    return NORMAL * (values - centre) / np.maximum(spread, floor)


def own_dispersion(counts: Floats, expected: Floats) -> Floats:
    """The alpha of variance mu + alpha mu^2 at which each squared residual is the median of chi-square; NaN where nothing is expected.

    A squared residual falls as alpha grows, so the median of these is the alpha at which half of them lie below it. Halves,
    not means: a few schools with wrong numbers do not widen what is expected of all others.
    """
    mu = np.where(expected > 0, expected, np.nan)
    found: Floats = ((counts - mu) ** 2 / MEDIAN_CHI2 - mu) / mu**2
    return found


def dispersion(own: Floats) -> Floats:
    """What a group's median of `own_dispersion` comes to: 0 is Poisson, and so is a group that cannot be told."""
    return np.clip(np.nan_to_num(own), 0.0, WIDEST)


def count_residual(counts: Floats, expected: Floats, alpha: Floats) -> Floats:
    """Signed deviance residual of a count against what is expected: about standard normal, for small numbers too.

    `alpha` 0 is Poisson, above it negative binomial.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        wide = np.maximum(alpha, 1e-9)
        log_ratio = np.where(counts > 0, counts * np.log(counts / expected), 0.0)
        rest = (counts + 1 / wide) * np.log((1 + wide * counts) / (1 + wide * expected))
        deviance = 2 * np.where(
            alpha > 1e-9, log_ratio - rest, log_ratio - (counts - expected)
        )  # the limit of both is the same, their digits are not
        found = np.sign(counts - expected) * np.sqrt(np.maximum(deviance, 0.0))
    return np.where(np.isfinite(expected) & (expected > 0), found, np.nan)


def count_range(expected: Floats, alpha: Floats, most: float) -> tuple[Floats, Floats]:
    """The counts whose residual lies within `most` on either side, whole numbers."""
    low = _bound(expected, alpha, most, np.zeros_like(expected))
    far = expected + most**2 * (1 + 4 * expected * (1 + alpha)) * (1 + alpha)
    high = _bound(expected, alpha, most, far)
    return np.ceil(np.maximum(low - NEARLY, 0.0)), np.floor(high + NEARLY)


def _bound(expected: Floats, alpha: Floats, most: float, far: Floats) -> Floats:
    """Halve between what is expected and what is too far."""
    near, end = expected.copy(), far.copy()
    for _ in range(STEPS):
        middle = (near + end) / 2
        is_inside = np.abs(count_residual(middle, expected, alpha)) <= most
        near, end = np.where(is_inside, middle, near), np.where(is_inside, end, middle)
    return near


def own_line(history: Floats) -> tuple[Floats, Floats]:
    """(what comes next, median distance from the line) by each row's own values, oldest first; NaN with fewer than three of them.

    The line has the median of the pairwise slopes: one wrong year does not move it.
    """
    years = np.arange(history.shape[1], dtype=np.float64)
    is_line = np.isfinite(history).sum(axis=1) >= 3
    told, number = history[is_line], len(years)
    after, spread = np.full(len(history), np.nan), np.full(len(history), np.nan)
    if len(told):
        pairs = combinations(range(number), 2)
        slopes = np.stack([(told[:, b] - told[:, a]) / (b - a) for a, b in pairs], axis=1)
        slope = np.nanmedian(slopes, axis=1)
        flat = told - slope[:, None] * years
        level = np.nanmedian(flat, axis=1)
        after[is_line] = level + slope * number
        spread[is_line] = np.nanmedian(np.abs(flat - level[:, None]), axis=1)
    return after, spread


def hits_tail(chances: Floats, hits: NDArray[np.bool_]) -> Floats:
    """The chance of at least as many hits as each row has, where column j hits by itself with chance[i, j].

    Exact, by adding one column after another. A chance of NaN is a column that was not asked.
    """
    asked = np.isfinite(chances)
    p = np.where(asked, np.clip(chances, 0.0, 1.0), 0.0).T
    observed = (hits & asked).sum(axis=1)
    found = np.ones(len(observed))
    for start in range(0, len(observed), BLOCK):
        rows = slice(start, start + BLOCK)
        found[rows] = _tail_of(np.ascontiguousarray(p[:, rows]), observed[rows])
    return np.clip(found, LEAST, 1.0)


def _tail_of(p: Floats, observed: Ints) -> Floats:
    """For columns of `p`: the chance of at least `observed` hits."""
    distribution = np.zeros((len(p) + 1, len(observed)))
    distribution[0] = 1.0
    for at, each in enumerate(p):
        moved = distribution[: at + 1] * each
        distribution[: at + 1] -= moved
        distribution[1 : at + 2] += moved
    is_tail = np.arange(len(p) + 1)[:, None] >= observed
    found: Floats = (distribution * is_tail).sum(axis=0)
    return found


def shared_out(total: Floats, weights: Floats) -> Floats:
    """A total of each row, shared out over columns by their weights: rows add up to the total. Rows without weight share equally."""
    positive = np.where(np.isfinite(weights), np.maximum(weights, 0.0), 0.0)
    sums = positive.sum(axis=1, keepdims=True)
    shares = np.where(
        sums > 0, positive / np.where(sums > 0, sums, 1.0), 1.0 / max(weights.shape[1], 1)
    )
    found: Floats = total[:, None] * shares
    return found


def last_digits_are_round(values: Floats, smallest: float = 100.0) -> Floats:
    """1 where a number ends in 0, 0 where not, NaN where it is too small to tell."""
    return np.where(values >= smallest, (np.mod(values, 10) == 0).astype(np.float64), np.nan)


def chance_beside(ratios: Floats, window: float) -> float:
    """The chance of lying in [1, 1 + window] if nobody aimed at 1: the density of what lies beside, the window itself left out."""
    known = ratios[np.isfinite(ratios)]
    if known.size == 0:
        return float("nan")
    below = (known >= 1 - 8 * window) & (known < 1)
    above = (known > 1 + 2 * window) & (known <= 1 + 10 * window)
    return float((below.sum() + above.sum() + 1) / (16 * (known.size + 1)))


def identical(now: Floats, other: Floats, smallest: float) -> Floats:
    """1 where two numbers are the same, 0 where they differ, NaN where one is missing or both are too small to tell."""
    is_told = np.isfinite(now) & np.isfinite(other) & (np.maximum(now, other) >= smallest)
    return np.where(is_told, (now == other).astype(np.float64), np.nan)
