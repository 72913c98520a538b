"""A movement between two years taken apart so that the parts add up to it, exactly: fractions, and nothing is rounded here.

A count moves by what each part moves. A ratio R = sum of a / sum of b moves because rates inside parts move and because weight moves
between them (the symmetric decomposition of Kitagawa and of Marshall and Edgeworth). With w = b / sum of b and r = a / b of a part:

    within  = mean of both years' w * change of r
    between = change of w * (mean of both years' r - mean of both years' R)

Within and between of a part add up to  change of (a / sum of b) - change of w * mean R,  which is asked of no rate: a part that has one
in one year only (it opened, or ended) stands as a line of its own with this sum. The changes of w add up to nothing, so the lines add
up to the change of R. What the parts leave of the whole is a line too (`rest`). It knows no places, no warehouse, no years.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)
ZERO = Fraction(0)


class Sums(NamedTuple):
    """What a part has in one year: of a count `above` alone, of a ratio what is divided and what it is divided by."""

    above: int
    below: int = 0

    def less(self, other: Sums) -> Sums:
        return Sums(self.above - other.above, self.below - other.below)


class Pair(NamedTuple):
    """A part in the earlier year and in the later one."""

    before: Sums
    now: Sums

    def less(self, other: Pair) -> Pair:
        return Pair(self.before.less(other.before), self.now.less(other.now))


NOTHING = Pair(Sums(0), Sums(0))


@dataclass(frozen=True)
class Line(Generic[K]):
    """What one part adds to the movement, in the unit of the whole. `within` and `between` are None where the part has a rate in one year only, and of a count."""

    key: K
    pair: Pair
    amount: Fraction
    within: Fraction | None = None
    between: Fraction | None = None


@dataclass(frozen=True)
class Split(Generic[K]):
    """The whole in both years, its movement, and the lines that add up to it. `rest`: what no part tells of; None where they tell of all."""

    before: Fraction
    now: Fraction
    lines: tuple[Line[K], ...]
    rest: Line[None] | None

    @property
    def movement(self) -> Fraction:
        return self.now - self.before

    @property
    def within(self) -> Fraction:
        return sum((line.within or ZERO for line in self.lines), ZERO)

    @property
    def between(self) -> Fraction:
        return sum((line.between or ZERO for line in self.lines), ZERO)

    @property
    def apart(self) -> Fraction:
        """What lines without a rate in one of the years add, and the rest."""
        return self.movement - self.within - self.between

    def share(self, amount: Fraction) -> Fraction | None:
        """An amount in percentage points of the whole's growth; None where there was nothing."""
        return amount * 100 / self.before if self.before else None


def of_count(whole: Pair, parts: Mapping[K, Pair]) -> Split[K]:
    """The movement of a count by part."""
    lines = tuple(_counted(key, pair) for key, pair in parts.items())
    rest = _left(whole, parts)
    last = _counted(None, rest) if rest.before.above or rest.now.above else None
    return Split(Fraction(whole.before.above), Fraction(whole.now.above), lines, last)


def _counted(key: K, pair: Pair) -> Line[K]:
    return Line(key, pair, Fraction(pair.now.above - pair.before.above))


def of_ratio(whole: Pair, parts: Mapping[K, Pair], scale: int = 1) -> Split[K]:
    """The movement of a ratio by part, times `scale`. ZeroDivisionError where the whole has nothing to divide by."""
    before, now = (scale * Fraction(*side) for side in whole)
    lines = tuple(_rated(key, pair, whole, scale) for key, pair in parts.items())
    rest = _left(whole, parts)
    last = _joint(None, rest, whole, scale) if rest != NOTHING else None
    return Split(before, now, lines, last)


def _left(whole: Pair, parts: Mapping[K, Pair]) -> Pair:
    left = whole
    for pair in parts.values():
        left = left.less(pair)
    return left


def _rated(key: K, pair: Pair, whole: Pair, scale: int) -> Line[K]:
    line = _joint(key, pair, whole, scale)
    (above_0, below_0), (above_1, below_1) = pair
    if not below_0 or not below_1:
        return line
    weight = (Fraction(below_0, whole.before.below) + Fraction(below_1, whole.now.below)) / 2
    within = scale * weight * (Fraction(above_1, below_1) - Fraction(above_0, below_0))
    return Line(key, pair, line.amount, within, line.amount - within)


def _joint(key: K, pair: Pair, whole: Pair, scale: int) -> Line[K]:
    """The line without its two effects: what a part adds, whether or not it has a rate in both years."""
    (before, now), (above, below) = pair, (whole.before.below, whole.now.below)
    mean = (Fraction(*whole.before) + Fraction(*whole.now)) / 2
    moved = Fraction(now.above, below) - Fraction(before.above, above)
    shifted = Fraction(now.below, below) - Fraction(before.below, above)
    return Line(key, pair, scale * (moved - shifted * mean))
