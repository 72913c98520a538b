"""Which schools meet all nine limits in a year, and which groups of limits the others miss.

The share that meets is given for each province and year, the same schools staying on the good side mostly; the
smallest and the most crowded schools fall behind first. A school behind misses what it is naturally worst at.
"""

from __future__ import annotations

import numpy as np

from etl.demo.dice import dice
from etl.demo.targets import FIRST, NATION, provinces
from etl.demo.units import YEARS, Units
from warehouse import law
from warehouse.arrays import Bools, Floats, Ints

__all__ = ["GROUPS", "compliance", "each", "judged", "missed_groups", "need"]

GROUPS: dict[str, tuple[str, str]] = {  # a limit on the total and its twin per student (or teacher)
    "land": ("land", "land_per_student"),
    "buildings": ("buildings", "buildings_per_student"),
    "teachers": ("teachers", "students_per_teacher"),
    "equipment": ("equipment", "equipment_per_student"),
    "books": ("", "books_per_student"),
}


def need(group: str, units: Units, students: Ints) -> Floats:
    """[n, YEARS] what a unit must have: the larger of the limit on the total and the one per student.

    For schools of arts and of remote areas provinces set limits of their own; here they need what they have
    students for. So do attached classes.
    """
    floor = np.where(judged(units), _limit(GROUPS[group][0]), each(group) * 80)
    needed: Floats = np.maximum(floor[:, None], each(group) * students)
    return needed


def each(group: str) -> float:
    """What a unit must have for one student."""
    twin = GROUPS[group][1]
    return 1 / _limit(twin) if twin == "students_per_teacher" else _limit(twin)


def judged(units: Units) -> Bools:
    """[n]: the schools to which the nine limits apply."""
    general: Bools = ~units.attached & (units.school_class == "general")
    return general


def _limit(code: str) -> float:
    found = law.by_later_law(code, FIRST) if code else None
    return found.value if found else 0.0


def compliance(units: Units, students: Ints) -> tuple[Bools, Floats]:
    """[n, YEARS]: who meets all nine, and how far behind the last such school of the province the others rank (0..1)."""
    chance = dice(units.seed, "compliance")
    size = students.max(axis=1).clip(30)
    worse = np.maximum(0, np.log(800 / size)) * 0.9 + np.maximum(0, np.log(size / 2000)) * 1.1
    base, due = chance.normal(0.0, 1.0, len(units)) + worse, judged(units)
    meets = np.zeros((len(units), YEARS), bool)
    distance = np.zeros((len(units), YEARS))
    for column in range(YEARS):
        score = base + chance.normal(0.0, 0.12, len(units))
        shares = _province_shares(units, column)
        for index in range(len(provinces())):
            mine = (units.province == index) & units.due(FIRST + column) & due
            order = np.flatnonzero(mine)[np.argsort(score[mine], kind="stable")]
            good = round(shares[index] * order.size + chance.uniform(-0.5, 0.5))
            meets[order[:good], column] = True
            distance[order[good:], column] = np.arange(1, order.size - good + 1) / order.size
    return meets, distance


def _province_shares(units: Units, column: int) -> Floats:
    """Shares of the provinces in a year: the last year's spread, moved in logits until the nation's share is met."""
    last = np.array([one.compliant for one in provinces()])
    due = units.due(FIRST + column) & judged(units)
    weight = np.bincount(units.province[due], minlength=last.size)
    logit, spread = np.log(last / (1 - last)), 0.72 + 0.28 * column / (YEARS - 1)
    low, high = -6.0, 6.0
    share: Floats = last
    for _ in range(40):
        shift = (low + high) / 2
        share = 1 / (1 + np.exp(-(logit * spread + shift)))
        if (share * weight).sum() / weight.sum() < NATION[FIRST + column].compliant:
            low = shift
        else:
            high = shift
    return share


# how readily a group of limits is missed, in the first year and in the last (in standard deviations of luck):
# at first teachers and buildings were what was short; equipment never was
MISSED_EARLY = {"land": -0.6, "buildings": 2.8, "teachers": 3.0, "equipment": -2.4, "books": -1.0}
MISSED_LATE = {"land": 0.5, "buildings": 0.65, "teachers": 0.4, "equipment": -1.1, "books": -0.2}


def missed_groups(
    units: Units, meets: Bools, distance: Floats, short: dict[str, Floats]
) -> dict[str, Bools]:
    """[n, YEARS] for each group: missed or not; one near the border, more the farther behind a school is.

    `short` [n] says how far a school's natural means lie below their middle, in standard deviations.
    """
    chance = dice(units.seed, "missed")
    number = 1 + np.floor(distance * 10 + chance.uniform(-0.6, 0.9, (len(units), 1))).clip(0, 3)
    number = np.where(meets | ~judged(units)[:, None], 0, number)
    wanting = np.column_stack([short[name] for name in GROUPS])
    missed = {name: np.zeros((len(units), YEARS), bool) for name in GROUPS}
    early, late = (np.array([each[g] for g in GROUPS]) for each in (MISSED_EARLY, MISSED_LATE))
    for column in range(YEARS):
        taste = wanting + early + (late - early) * column / (YEARS - 1)
        rank = np.argsort(np.argsort(-taste, axis=1), axis=1)
        for index, name in enumerate(GROUPS):
            missed[name][:, column] = rank[:, index] < number[:, column]
    return missed
