"""Points, ranks and their bands, as arrays: rows are units, columns criteria. What is missing is NaN and never becomes a number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DRAWS, SEED = 200, 20261120
VARIED = 0.25  # how far each weight is drawn off, up or down
EDGES = (5.0, 95.0)  # percentiles of the ranks that were drawn
DECIMALS = 1  # of points in all: who prints the same stands at the same rank


def among(values: Floats, *, is_more_better: bool) -> Floats:
    """0 to 100: the share of the others with a value that each one beats, ties half. Alone it is 50."""
    points = np.full(values.shape, np.nan)
    known = ~np.isnan(values)
    found = values[known] if is_more_better else -values[known]
    if len(found) == 1:
        points[known] = 50.0
    elif len(found):
        ordered = np.sort(found)
        below, upto = (np.searchsorted(ordered, found, side) for side in ("left", "right"))
        points[known] = 100 * (below + (upto - below - 1) / 2) / (len(found) - 1)
    return points


def reached(values: Floats, limits: Floats, *, is_ceiling: bool) -> Floats:
    """0 to 100: how much of a limit is reached; 100 at or beyond it. NaN where there is no value or no limit."""
    above, below = (limits, values) if is_ceiling else (values, limits)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(below > 0, above / below, 1.0)
    points: Floats = 100 * np.clip(share, 0.0, 1.0)
    points[np.isnan(values) | np.isnan(limits)] = np.nan
    return points


def each(values: Floats, points: int) -> Floats:
    """So many points for each one, up to 100."""
    capped: Floats = np.minimum(values * points, 100.0)
    return capped


def total(points: Floats, weights: Floats) -> Floats:
    """The weighted mean of the points of each unit, by one set of weights or (as columns) by many, as it is printed."""
    mean: Floats = np.round(points @ weights / weights.sum(axis=0), DECIMALS)
    return mean


def ranks(totals: Floats) -> Ints:
    """1 is the most points; who has the same stands at the same rank, and the next one after all of them.

    Totals are of few decimals, so that they are counted and not sorted: many draws of many schools take a fraction of the time.
    """
    steps = np.rint(totals * 10**DECIMALS).astype(np.int64)
    upto = np.cumsum(np.bincount(steps, minlength=1))
    found: Ints = len(totals) - upto[steps] + 1
    return found


class Bands(NamedTuple):
    """Of each unit: its rank, between which ranks it stands when weights are varied, and when any one criterion is left out."""

    rank: Ints
    low: Ints
    high: Ints
    first: Ints
    last: Ints


def bands(points: Floats, weights: Floats) -> Bands:
    """Ranks by these weights, and how sure they are; `points` without anything missing.

    The band spans the 5th to 95th percentile of the ranks under 200 draws (always the same ones) of all weights, each off by up to a quarter;
    the own rank is always in it.
    """
    if not len(points):
        nobody = np.zeros(0, np.int64)
        return Bands(*[nobody] * 5)
    rank = ranks(total(points, weights))
    drawn = _ranked(points, _drawn(weights))
    low, high = np.percentile(drawn, EDGES, axis=1, method="nearest")
    out = _ranked(points, _without(weights)) if np.count_nonzero(weights) > 1 else rank[:, None]
    return Bands(
        rank, np.minimum(rank, low).astype(np.int64), np.maximum(rank, high).astype(np.int64),
        np.minimum(rank, out.min(axis=1)), np.maximum(rank, out.max(axis=1)),
    )  # fmt: skip


def _drawn(weights: Floats) -> Floats:
    """One column a draw."""
    factors = np.random.default_rng(SEED).uniform(1 - VARIED, 1 + VARIED, (len(weights), DRAWS))
    return weights[:, None] * factors


def _without(weights: Floats) -> Floats:
    """One column for each criterion that counts, without it."""
    counts = np.flatnonzero(weights)
    left = np.repeat(weights[:, None], len(counts), axis=1)
    left[counts, np.arange(len(counts))] = 0.0
    return left


def _ranked(points: Floats, weights: Floats) -> Ints:
    """Ranks under each column of weights."""
    totals = total(points, weights)
    return np.stack([ranks(column) for column in totals.T], axis=1)
