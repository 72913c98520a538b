"""Which specialties each unit teaches, and how its cohorts and sexes are divided over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.demo.dice import dice
from etl.demo.targets import FIRST, LAST
from etl.demo.units import Units, Words
from warehouse.arrays import Floats, Ints
from warehouse.codes import specialties

__all__ = ["Trades", "assign_trades"]

MAJORS = {  # per cent of students by major class (domain notes), then tilt of east, centre, west
    "61": (5.0, 0.6, 1.1, 1.4), "62": (0.8, 0.8, 1.0, 1.3), "63": (0.9, 0.8, 1.0, 1.3),
    "64": (3.5, 1.0, 1.0, 1.0), "65": (0.5, 0.7, 1.1, 1.3), "66": (11.0, 1.3, 1.0, 0.7),
    "67": (0.8, 1.3, 0.9, 0.8), "68": (1.2, 1.2, 1.1, 0.7), "69": (1.0, 0.9, 1.1, 1.0),
    "70": (12.0, 0.9, 1.0, 1.2), "71": (18.5, 1.0, 1.1, 0.9), "72": (10.0, 0.8, 1.0, 1.3),
    "73": (14.0, 1.3, 0.9, 0.8), "74": (7.0, 0.9, 1.0, 1.2), "75": (6.5, 1.2, 1.0, 0.8),
    "76": (1.0, 1.3, 1.0, 0.7), "77": (10.0, 0.8, 1.1, 1.2), "78": (0.7, 1.0, 1.0, 1.0),
    "79": (1.3, 1.0, 1.0, 1.0),
}  # fmt: skip
TREND = {"71": 0.03, "66": 0.02, "72": 0.03, "79": 0.05, "73": -0.04, "77": -0.05, "61": -0.02}
WOMEN = {
    "61": 0.42, "62": 0.3, "63": 0.15, "64": 0.22, "65": 0.25, "66": 0.09, "67": 0.4, "68": 0.7, "69": 0.55,
    "70": 0.16, "71": 0.36, "72": 0.79, "73": 0.62, "74": 0.45, "75": 0.6, "76": 0.42, "77": 0.74, "78": 0.4,
    "79": 0.68,
}  # fmt: skip
STYLE = {"卫生": "72", "农业": "61", "商贸": "73", "工业": "66", "信息": "71"}
MIN_SHARE = 0.02
FIRST_COHORT = FIRST - 4


@dataclass(frozen=True)
class Trades:
    """P pairs of unit and specialty, by unit then code. `share` [P, cohorts] of a unit's cohort; sums to 1 a unit.

    `from_cohort` and `to_cohort` bound the autumns in which the specialty is offered; `women` is a share.
    """

    unit: Ints
    specialty: Words
    major: Ints
    share: Floats
    women: Floats
    four_years: Floats  # share of the last grade that is a fourth year

    def cohort(self, year: int) -> Floats:
        """Shares of those who entered in a year; cohorts before the first on record are as that one."""
        return self.share[:, max(0, year - FIRST_COHORT)]


def assign_trades(units: Units, students: Ints) -> Trades:
    """Specialties by the region's mix and the school's bent; larger schools teach more."""
    codes = np.array(sorted(specialties().labels), object)
    major = np.array([code[:2] for code in codes])
    weight = _weights(units, major)
    chosen, share = _choose(units, students, weight)
    unit, column = np.nonzero(chosen)
    cohorts = _cohorts(units, unit, major[column], share[unit, column])
    chance = dice(units.seed, "women")
    women = np.array([WOMEN[one] for one in major])[column] + chance.normal(0.0, 0.06, unit.size)
    four = (chance.random(len(units)) < 0.025)[unit] & np.isin(major[column], ["72", "75"])
    return Trades(
        unit=unit,
        specialty=codes[column],
        major=major[column].astype(np.int64),
        share=cohorts,
        women=np.clip(women, 0.02, 0.97),
        four_years=np.where(four, 0.3, 0.0),
    )


def _weights(units: Units, major: Words) -> Floats:
    """[unit, specialty] popularity: the major's share spread over its specialties, tilted by region and bent."""
    chance = dice(units.seed, "popularity")
    local = chance.gamma(1.2, 1.0, major.size)
    share = np.array([MAJORS[one][0] for one in major])
    total = np.array([local[major == one].sum() for one in major])
    tilt = np.array([[MAJORS[one][1 + region] for one in major] for region in range(3)])
    weight: Floats = (share * local / total)[None, :] * tilt[units.of("region")]
    for word, favourite in STYLE.items():
        bent = np.array([word in name for name in units.name[:, 0]])
        weight[np.ix_(bent, major == favourite)] *= 5
    arts = units.school_class == "arts"
    weight[np.ix_(arts, np.isin(major, ["75", "76"]))] *= 40
    return weight


def _choose(units: Units, students: Ints, weight: Floats) -> tuple[np.ndarray, Floats]:
    """Which specialties (without replacement) and their shares before trends."""
    chance = dice(units.seed, "trades")
    wanted = (
        1.2 + 2.3 * np.log(np.maximum(students, 120) / 120) + chance.normal(0.0, 1.2, len(units))
    )
    number = np.clip(np.rint(wanted), 1, 16).astype(int)
    score = np.log(weight) + chance.gumbel(size=weight.shape)
    rank = np.argsort(np.argsort(-score, axis=1), axis=1)
    chosen = rank < number[:, None]
    share = np.where(chosen, weight**0.5 * chance.lognormal(0.0, 0.5, weight.shape), 0.0)
    return chosen, share / share.sum(axis=1, keepdims=True)


def _cohorts(units: Units, unit: Ints, major: Words, share: Floats) -> Floats:
    """[pair, cohort] shares with trends, noise, and specialties that start or stop; one never does."""
    years = np.arange(FIRST_COHORT, LAST + 1)
    chance = dice(units.seed, "cohorts")
    trend = np.array([TREND.get(one, 0.0) for one in major])
    weight = share[:, None] * np.exp(trend[:, None] * (years - 2022)[None, :])
    weight *= chance.lognormal(0.0, 0.1, weight.shape)
    largest = (
        share == np.maximum.reduceat(share, np.flatnonzero(np.diff(unit, prepend=-1)))[_group(unit)]
    )
    starts = np.where(
        (chance.random(unit.size) < 0.06) & ~largest, chance.integers(2018, 2027, unit.size), 0
    )
    stops = np.where(
        (chance.random(unit.size) < 0.06) & ~largest, chance.integers(2019, 2028, unit.size), 9999
    )
    weight[(years[None, :] < starts[:, None]) | (years[None, :] >= stops[:, None])] = 0.0
    totals = np.add.reduceat(weight, np.flatnonzero(np.diff(unit, prepend=-1)), axis=0)
    return weight / totals[_group(unit)]


def _group(unit: Ints) -> Ints:
    """The number of the group each pair belongs to; pairs are ordered by unit."""
    return np.cumsum(np.diff(unit, prepend=-1) != 0) - 1
