"""Whom to visit: the most doubtful schools, and beside them some drawn by lot, so that what no signal sees can be estimated.

The lot is drawn in each stratum, where there are visits enough for all of them, from the schools that are not ranked in, in proportion to their number, and each keeps the probability
with which it could be drawn. From what is found at those alone follows how many schools with wrong data are among all that were not
ranked in (Horvitz and Thompson 1952), with an interval after Wilson (1927) of the same precision.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

Arm = Literal["ranked", "random"]
Z = 1.96  # of an interval of 95 per cent
WHOLE = ""  # the stratum of all schools together


class Unit(NamedTuple):
    """A school that may be visited; `weight` is 0 where nothing is doubted."""

    school_id: int
    stratum: str
    weight: float = 0.0


class Visit(NamedTuple):
    """A school that is to be visited: why, and with which probability it was drawn (1 where it is ranked in)."""

    school_id: int
    stratum: str
    arm: Arm
    probability: float


class Estimate(NamedTuple):
    """Schools with wrong data among those that were not ranked in: the best guess, and an interval of 95 per cent."""

    schools: float
    low: float
    high: float
    of: int


def plan(units: Sequence[Unit], visits: int, at_random: int, seed: int) -> list[Visit]:
    """At most so many visits, of which so many by lot; the ranked first, the weightiest on top. The same seed draws the same lot.

    A ranked place that nothing fills, for want of doubts, goes to the lot. With fewer visits by lot than strata it is drawn from all schools alike.
    """
    if not 0 <= at_random <= visits:
        raise ValueError(f"{at_random} of {visits} visits at random")
    doubted = sorted((one for one in units if one.weight > 0), key=lambda one: (-one.weight, one.school_id))  # fmt: skip
    ranked = doubted[: visits - at_random]
    chosen = {one.school_id for one in ranked}
    strata: dict[str, list[int]] = {}
    for one in sorted(units):
        if one.school_id not in chosen:
            strata.setdefault(one.stratum, []).append(one.school_id)
    number = visits - len(ranked)
    if number < len(strata):  # else some strata, always the same, would have no chance
        strata = {WHOLE: sorted(school for each in strata.values() for school in each)}
    drawn = _drawn(strata, number, seed)
    return [*(Visit(one.school_id, one.stratum, "ranked", 1.0) for one in ranked), *drawn]


def _drawn(strata: Mapping[str, Sequence[int]], number: int, seed: int) -> list[Visit]:
    lot = np.random.default_rng(seed)
    found: list[Visit] = []
    for stratum, share in _shares({name: len(each) for name, each in strata.items()}, number).items():  # fmt: skip
        schools = strata[stratum]
        taken = sorted(lot.choice(schools, size=share, replace=False).tolist())
        found += [Visit(int(one), stratum, "random", share / len(schools)) for one in taken]
    return found


def _shares(sizes: Mapping[str, int], number: int) -> dict[str, int]:
    """So many visits by stratum, which are no more than the visits: in proportion, every stratum one, the largest remainders first."""
    total = sum(sizes.values())
    number = min(number, total)
    if number == 0:
        return {}
    exact = {name: 1 + (number - len(sizes)) * (size - 1) / max(total - len(sizes), 1) for name, size in sizes.items()}  # fmt: skip
    shares = {name: min(math.floor(each), sizes[name]) for name, each in exact.items()}
    order = sorted(sizes, key=lambda name: (shares[name] - exact[name], name))
    for name in [*order, *order]:
        if sum(shares.values()) < number and shares[name] < sizes[name]:
            shares[name] += 1
    return dict(sorted(shares.items()))


def left(units: Sequence[Unit], visits: Sequence[Visit]) -> dict[str, int]:
    """Stratum -> its schools that are not ranked in: what a lot speaks of."""
    is_whole = any(one.stratum == WHOLE for one in visits if one.arm == "random")
    ranked = {one.school_id for one in visits if one.arm == "ranked"}
    return dict(sorted(Counter(WHOLE if is_whole else one.stratum for one in units if one.school_id not in ranked).items()))  # fmt: skip


def made(
    visits: Sequence[Visit], sizes: Mapping[str, int], schools: Collection[int]
) -> list[Visit]:
    """Of the lot the visits that have been made by now, as if only so many had been drawn in each stratum: nobody chooses who is visited first."""
    done = [one for one in visits if one.arm == "random" and one.school_id in schools]
    number = Counter(one.stratum for one in done)
    return [one._replace(probability=number[one.stratum] / sizes[one.stratum]) for one in done]


def estimate(sizes: Mapping[str, int], lot: Sequence[Visit], wrong: Collection[int]) -> Estimate:
    """What visits by lot say of all that were not ranked in; `sizes` as `left` counts them, `wrong` the schools whose data turned out wrong.

    It speaks of the strata that were drawn from alone; where nothing was drawn, of all of them, and says nothing.
    """
    strata = {one.stratum for one in lot}
    of = sum(size for stratum, size in sizes.items() if stratum in strata or not strata)
    if not lot:
        return Estimate(0.0, 0.0, float(of), of)
    schools = sum(1 / one.probability for one in lot if one.school_id in wrong)
    # How many visits of a simple lot would be as precise: strata that were thinned more count for less.
    spread = sum((1 - one.probability) / one.probability**2 for one in lot)
    as_many = of**2 / spread if spread else math.inf
    low, high = _wilson(schools / of, as_many)
    return Estimate(schools, max(low * of, 0.0), min(high * of, float(of)), of)


def _wilson(share: float, number: float) -> tuple[float, float]:
    """The interval of a share that so many visits found; the share itself where everybody was visited."""
    if math.isinf(number):
        return share, share
    below = 1 + Z**2 / number
    middle = (share + Z**2 / (2 * number)) / below
    half = Z / below * math.sqrt(share * (1 - share) / number + Z**2 / (4 * number**2))
    return middle - half, middle + half
