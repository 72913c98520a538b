"""Chance that can be repeated, and shares of whole numbers that add up exactly."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warehouse.arrays import Floats, Ints

__all__ = ["cascade", "dice", "fit", "reach", "share_out", "split"]


def dice(seed: int, *purpose: object) -> np.random.Generator:
    """A generator of its own for each purpose, so that any year or form can be made alone."""
    words = "/".join(map(str, (seed, *purpose))).encode()
    return np.random.default_rng(int.from_bytes(blake2b(words, digest_size=8).digest()))


def cascade(exact: NDArray[Any]) -> Ints:
    """Whole numbers that follow exact ones: the running totals are rounded, so every total is kept.

    Groups that stand one after the other and whose exact totals are whole keep those totals.
    """
    running = np.rint(np.cumsum(exact, dtype=np.float64) + 1e-7)
    whole: Ints = np.diff(running, prepend=0.0).astype(np.int64)
    return whole


def share_out(total: float, weights: Floats) -> Ints:
    """A whole total shared by weights, largest remainders first; the sum is exact."""
    if not weights.size or weights.sum() <= 0:
        return np.zeros(weights.size, np.int64)
    exact = weights * (total / weights.sum())
    whole: Ints = np.floor(exact).astype(np.int64)
    missing = round(total) - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:missing]] += 1
    return whole


def split(totals: Ints, shares: Floats) -> Ints:
    """Each row's whole total over the columns of `shares` [rows, columns]; rows add up to their totals."""
    weight = shares.sum(axis=1, keepdims=True)
    running = np.cumsum(shares / np.where(weight > 0, weight, 1), axis=1) * totals[:, None]
    running[:, -1] = totals
    return np.diff(np.rint(running), axis=1, prepend=0.0).astype(np.int64)


def reach(total: float, growing: Callable[[float], float], low: float, high: float) -> float:
    """The argument at which a growing function reaches a total, or just falls short of it."""
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if growing(middle) < total else (low, middle)
    return low


def fit(total: int, base: Floats, low: Ints, high: Ints) -> Ints:
    """Whole numbers near `base` times one common factor, within low..high, that add up to `total`."""
    bottom, top = 0.0, 64.0
    for _ in range(60):
        middle = (bottom + top) / 2
        if np.clip(base * middle, low, high).sum() < total:
            bottom = middle
        else:
            top = middle
    exact = np.clip(base * bottom, low, high)
    whole = np.floor(exact).astype(np.int64)
    missing = total - int(whole.sum())
    open_ = np.flatnonzero(whole < high)
    order = open_[np.argsort((whole - exact)[open_], kind="stable")]
    whole[order[: max(0, missing)]] += 1
    return whole
