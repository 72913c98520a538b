"""Which cells are unsafe by themselves, and why.

Nothing is nothing: a cell without contributing units or of value 0 is shown, for it says of nobody what they are (what a school
does not offer is in the directory). A unit that contributes 0 does not hide another: contributors are counted by what they brought.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.table import Mask, Numbers, Table

Reasons = NDArray[np.int8]


class Reason(IntEnum):
    """Why a cell is withheld; the first that holds is named."""

    SHOWN = 0
    FEW_UNITS = 1
    FEW_PERSONS = 2
    DOMINATED = 3
    GUESSABLE = 4
    SECONDARY = 5  # another cell could be worked out from it
    EXTREME = 6  # the count of an extreme share of a small group


def contributors(values: Numbers, units: Numbers, first: Numbers, second: Numbers) -> Numbers:
    """How many units at most brought anything: where the largest, or the two largest, are all there is, the others brought 0."""
    size = np.abs(values)
    found = np.where(first + second >= size, np.minimum(units, 2), units)
    found = np.where(first >= size, np.minimum(units, 1), found)
    return np.where(size == 0, 0, found)


def reasons(values: Numbers, units: Numbers, first: Numbers, second: Numbers, limits: Thresholds, holding: Holding) -> Reasons:  # fmt: skip
    """Why each cell is unsafe, SHOWN where it is not. An unknown contribution (nan) is not judged."""
    size = np.abs(values)
    few = (size > 0) & (contributors(values, units, first, second) < limits.units)
    small = (holding is Holding.PERSONS) & (size > 0) & (size < limits.persons)
    is_amount = holding is Holding.AMOUNT
    dominated = is_amount & (size > 0) & (first > limits.dominance / 100 * size)
    rest = size - first - second
    guessable = is_amount & (size > 0) & (rest < limits.guess / 100 * first)
    return np.select(
        [few, small, dominated, guessable],
        [Reason.FEW_UNITS, Reason.FEW_PERSONS, Reason.DOMINATED, Reason.GUESSABLE],
        Reason.SHOWN,
    ).astype(np.int8)


def is_unsafe(value: float, units: float, first: float, second: float, limits: Thresholds, holding: Holding) -> bool:  # fmt: skip
    """Whether `reasons` has one for a single cell: asked too often for arrays of one."""
    size = abs(value)
    if size == 0:
        return False
    brought = min(units, 1) if first >= size else min(units, 2) if first + second >= size else units
    few, small = brought < limits.units, holding is Holding.PERSONS and size < limits.persons
    if few or small or holding is not Holding.AMOUNT:
        return few or small
    return first > limits.dominance / 100 * size or size - first - second < limits.guess / 100 * first  # fmt: skip


def is_extreme(share: float | None, group: float, limits: Thresholds) -> bool:
    """Whether a share, in per cent, of a small group says of nearly everybody in it what they are."""
    return (
        share is not None and group < limits.small_group and not limits.low <= share <= limits.high
    )


def judge(table: Table, limits: Thresholds, holding: Holding) -> Reasons:
    """The reasons of every cell of a table."""
    return reasons(table.values, table.units, table.first, table.second, limits, holding)


def needed_width(table: Table, unsafe: Mask, limits: Thresholds, holding: Holding, faint: Mask | None = None) -> Numbers:  # fmt: skip
    """How far apart the bounds of each unsafe cell must stay; 0 of others. Of `faint` cells, counts of extreme shares, it is enough that
    they may be one more or less.
    """
    share = np.abs(table.values) * limits.width / 100
    floor = float(limits.persons) if holding is Holding.PERSONS else 1.0
    found = np.where(unsafe, np.maximum(share, floor), 0.0)
    return found if faint is None else np.where(unsafe & faint, 1.0, found)
