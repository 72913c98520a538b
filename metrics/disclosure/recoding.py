"""Shares of small groups that say of nearly everybody in them what they are: only the class is said, over or under a limit.

Who knows the size of the group and the class knows the count within the class; where that is one count alone - of twenty or fewer it
is, for then over 95 % is everybody - the class says the number, and the share is withheld.
"""

from __future__ import annotations

from math import ceil, floor
from typing import NamedTuple

from metrics.disclosure.audiences import Thresholds
from metrics.disclosure.primary import is_extreme
from metrics.question import State


class Class(NamedTuple):
    """Where a recoded share lies, and the least and the most that its count may be in a group of known size."""

    state: State
    least: int
    most: int

    @property
    def hides(self) -> bool:
        """Whether the count may still be more than one number."""
        return self.most > self.least


def class_of(count: float, group: float, limits: Thresholds) -> Class | None:
    """The class of an extreme share of a small group; None where the share may be shown, or there is nobody to have a share of."""
    if group <= 0 or not is_extreme(count * 100 / group, group, limits):
        return None
    if count * 100 < limits.low * group:
        return Class(State.UNDER, 0, ceil(limits.low * group / 100) - 1)
    return Class(State.OVER, floor(limits.high * group / 100) + 1, int(max(count, group)))
