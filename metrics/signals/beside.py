"""A school's numbers beside those of the schools it is compared with, whoever these are: a group, or the similar schools."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from metrics.signals.statistics import (
    NORMAL,
    count_range,
    count_residual,
    dispersion,
    own_dispersion,
)
from warehouse.arrays import Bools, Floats, Ints


class Beside(Protocol):
    """Whom each row is compared with: how many they are, and what is reckoned of their known values. NaN where they are too few."""

    @property
    def members(self) -> Ints: ...

    def centre(self, values: Floats) -> Floats:
        """The median of those each row is compared with."""
        ...

    def around(self, values: Floats) -> tuple[Floats, Floats]:
        """That median, and the median distance of the same from it."""
        ...

    def others(self, values: Floats) -> Floats:
        """What they have in all, the row itself left out."""
        ...


class Compared(NamedTuple):
    """Values beside those of other schools: z, and the range within `far` of it."""

    z: Floats
    low: Floats
    high: Floats


def compared(values: Floats, among: Beside, floor: float | Floats, far: float = 3.5) -> Compared:
    """Modified z of each row among whom it is compared with, the median distance never below `floor`."""
    middle, spread = among.around(values)
    wide = np.maximum(spread, floor)
    reach = far * wide / NORMAL
    return Compared(NORMAL * (values - middle) / wide, middle - reach, middle + reach)


class Counted(NamedTuple):
    """Counts beside what other schools have for the same exposure: residual, expected, dispersion."""

    residual: Floats
    expected: Floats
    alpha: Floats

    def reach(self, asked: Bools, far: float = 3.0) -> tuple[Floats, Floats]:
        """The counts within `far` of what is expected, where asked, NaN elsewhere: each takes eighty steps to find."""
        low, high = np.full(len(asked), np.nan), np.full(len(asked), np.nan)
        low[asked], high[asked] = count_range(self.expected[asked], self.alpha[asked], far)
        return low, high


def counted(counts: Floats, exposure: Floats, among: Beside) -> Counted:
    """Count-aware residuals: expected is the rate of the others times the exposure, their variation allowed for.

    A row's own count is left out of the rate it is held against, so that a large wrong one does not excuse itself.
    """
    known = np.isfinite(counts) & np.isfinite(exposure)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = among.others(np.where(known, counts, np.nan)) / among.others(np.where(known, exposure, np.nan))  # fmt: skip
        expected = np.where(known, rate * exposure, np.nan)
    alpha = dispersion(among.centre(own_dispersion(counts, expected)))
    return Counted(count_residual(counts, expected, alpha), expected, alpha)
