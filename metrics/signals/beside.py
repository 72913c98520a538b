"""A school's numbers beside those of its similar schools: values against theirs, and counts against the rate at which they report them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from metrics.signals.alike import Alike
from metrics.signals.statistics import (
    NORMAL,
    count_range,
    count_residual,
    dispersion,
    own_dispersion,
)
from warehouse.arrays import Bools, Floats, Ints

PRIOR = 10.0  # cases that everybody's rate counts for beside what the similar schools reported: rates of neighbourhoods differ by about a third


class Compared(NamedTuple):
    """Values beside those of other schools: z, and the range within `far` of it."""

    z: Floats
    low: Floats
    high: Floats


def compared(
    values: Floats,
    alike: Alike,
    floor: float | Floats,
    far: float = 3.5,
    asked: Bools | None = None,
) -> Compared:
    """Modified z of each row among its similar schools, the median distance never below `floor`; NaN of rows that are not `asked`."""
    middle, spread = alike.around(values, asked)
    wide = np.maximum(spread, floor)
    reach = far * wide / NORMAL
    return Compared(NORMAL * (values - middle) / wide, middle - reach, middle + reach)


class Rate(NamedTuple):
    """At what rate a count comes: among the similar schools, among all others, and as it is expected from both."""

    similar: Floats
    everybody: Floats
    from_both: Floats


def rate(counts: Floats, exposure: Floats, alike: Alike) -> Rate:
    """The rate of the similar schools, drawn towards everybody's by how little they have reported.

    A gamma prior worth PRIOR cases: (their cases + PRIOR) / (their exposure + PRIOR / everybody's rate). NaN where too few of
    the similar schools have both numbers. A row's own count is in neither rate, so that a large wrong one does not excuse itself.
    """
    known = np.isfinite(counts) & np.isfinite(exposure)
    own = np.where(known, counts, 0.0), np.where(known, exposure, 0.0)
    cases, under = alike.sums(np.where(known, counts, np.nan), np.where(known, exposure, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        every = (own[0].sum() - own[0]) / (own[1].sum() - own[1])
        return Rate(cases / under, every, (cases + PRIOR) / (under + PRIOR / every))


class Counted(NamedTuple):
    """Counts beside what similar schools have for the same exposure: residual, expected, dispersion, and the rates of similar and of all schools."""

    residual: Floats
    expected: Floats
    alpha: Floats
    similar: Floats
    everybody: Floats

    def rates(self, scale: float = 100.0) -> dict[str, Floats]:
        """The two rates as slots of a sentence, in per cent unless another scale is asked for."""
        return {"similar": scale * self.similar, "everybody": scale * self.everybody}

    def reach(self, asked: Bools, far: float = 3.0) -> tuple[Floats, Floats]:
        """The counts within `far` of what is expected, where asked, NaN elsewhere: each takes eighty steps to find."""
        low, high = np.full(len(asked), np.nan), np.full(len(asked), np.nan)
        low[asked], high[asked] = count_range(self.expected[asked], self.alpha[asked], far)
        return low, high


def counted(counts: Floats, exposure: Floats, alike: Alike, least: float = 0.0) -> Counted:
    """Count-aware residuals: expected is the rate times the exposure, the variation of the similar schools allowed for.

    Variation only draws residuals in: of a row that lies within `least` without any it is not asked.
    """
    found = rate(counts, exposure, alike)
    expected = np.where(np.isfinite(counts), found.from_both * exposure, np.nan)
    residual = count_residual(counts, expected, np.zeros_like(expected))
    asked = np.abs(residual) >= least
    alpha = dispersion(alike.centre(own_dispersion(counts, expected), asked))
    residual[asked] = count_residual(counts[asked], expected[asked], alpha[asked])
    return Counted(residual, expected, alpha, found.similar, found.everybody)  # fmt: skip


def chosen(each: Sequence[Counted], case: Ints) -> Counted:
    """Of several counts the one that each row's case names."""
    rows = np.arange(len(case))
    return Counted(*(np.stack(columns, axis=1)[rows, case] for columns in zip(*each, strict=True)))
