"""What schools teach with: teachers, land, buildings, equipment and books, through the years.

Which schools meet all nine limits is drawn first (a share for each province and year, the same schools staying
on the good side mostly); the values then follow from it: above the larger of a limit and its per-student twin
where a group of limits is met, below it where it is missed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.demo.dice import Bools, Floats, Ints, dice, fit
from etl.demo.pupils import Pupils
from etl.demo.targets import FIRST, NATION, provinces
from etl.demo.units import YEARS, Units
from warehouse import law

__all__ = ["GROUPS", "Means", "equip"]

GROUPS: dict[str, tuple[str, str]] = {  # a limit on the total and its twin per student (or teacher)
    "land": ("land", "land_per_student"),
    "buildings": ("buildings", "buildings_per_student"),
    "teachers": ("teachers", "students_per_teacher"),
    "equipment": ("equipment", "equipment_per_student"),
    "books": ("", "books_per_student"),
}
MISSED_OFTEN = {"land": 0.22, "buildings": 0.42, "teachers": 0.24, "equipment": 0.03, "books": 0.09}


@dataclass(frozen=True)
class Means:
    """[n, YEARS] in persons, m2, yuan, volumes; `meets` says which schools were drawn to meet all nine."""

    meets: Bools
    teachers: Ints
    land: Ints
    buildings: Ints
    equipment: Ints
    books: Ints

    def at(self, name: str, year: int) -> Ints:
        values: Ints = getattr(self, name)[:, year - FIRST]
        return values


def equip(units: Units, pupils: Pupils, loses: Floats) -> Means:
    """`loses` [n, YEARS] multiplies a unit's teachers: below 1 where a school is planted to lose them."""
    students = np.column_stack([pupils.stock(FIRST + c) for c in range(YEARS)])
    meets, distance = _compliance(units, students)
    missed = _missed(units, meets, distance)
    values = {
        name: _stock(units, name, students, missed[name])
        for name in ("land", "buildings", "equipment", "books")
    }
    return Means(
        meets=meets, teachers=_teachers(units, students, missed["teachers"], loses), **values
    )


def _compliance(units: Units, students: Ints) -> tuple[Bools, Floats]:
    """Who meets all nine, and how far behind the last such school of the province the others rank (0..1)."""
    chance = dice(units.seed, "compliance")
    size = students.max(axis=1).clip(30)
    worse = np.maximum(0, np.log(800 / size)) * 0.5 + np.maximum(0, np.log(size / 2600)) * 0.6
    base = chance.normal(0.0, 1.0, len(units)) + worse
    meets = np.zeros((len(units), YEARS), bool)
    distance = np.zeros((len(units), YEARS))
    for column in range(YEARS):
        score = base + chance.normal(0.0, 0.12, len(units))
        shares = _province_shares(units, column)
        for index in range(len(provinces())):
            mine = (units.province == index) & units.due(FIRST + column) & ~units.attached
            order = np.flatnonzero(mine)[np.argsort(score[mine], kind="stable")]
            good = round(shares[index] * order.size + chance.uniform(-0.5, 0.5))
            meets[order[:good], column] = True
            distance[order[good:], column] = np.arange(1, order.size - good + 1) / order.size
    distance[units.attached] = dice(units.seed, "attached").uniform(0, 0.5, (1, YEARS))
    return meets, distance


def _province_shares(units: Units, column: int) -> Floats:
    """Shares of the provinces in a year: the last year's spread, moved in logits until the nation's share is met."""
    last = np.array([one.compliant for one in provinces()])
    due = units.due(FIRST + column) & ~units.attached
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


def _missed(units: Units, meets: Bools, distance: Floats) -> dict[str, Bools]:
    """Which groups of limits a school misses: one near the border, more the farther behind it is."""
    chance = dice(units.seed, "missed")
    liking = np.log(np.array(list(MISSED_OFTEN.values())))
    taste = liking + chance.gumbel(size=(len(units), len(GROUPS)))
    rank = np.argsort(np.argsort(-taste, axis=1), axis=1)
    number = 1 + np.floor(distance * 3 + chance.uniform(-0.3, 0.6, (len(units), 1))).clip(0, 3)
    number = np.where(meets, 0, number)
    return {name: rank[:, [i]] < number for i, name in enumerate(GROUPS)}


def _limit(code: str) -> float:
    found = law.by_later_law(code, FIRST, school_class="general") if code else None
    return found.value if found else 0.0


def _need(group: str, students: Ints) -> Floats:
    """The larger of the limit on the total and the one per student."""
    total, twin = GROUPS[group]
    each = 1 / _limit(twin) if twin == "students_per_teacher" else _limit(twin)
    need: Floats = np.maximum(_limit(total), each * students)
    return need


SLACK = {"land": 0.10, "buildings": 0.045, "equipment": 0.3, "books": 0.10}


def _multiple(units: Units, group: str, missed: Bools) -> Floats:
    """How much of its need a unit has: above 1 where met (some just above), well below where missed."""
    chance = dice(units.seed, "multiple", group)
    above = 1.003 + chance.exponential(SLACK[group], (len(units), 1))
    below = 0.985 - chance.beta(1.3, 2.4, (len(units), 1)) * 0.65
    return np.where(missed, below, above)


BASE = {  # typical value per student of the first year, its spread, growth a year
    "land": (36.0, 0.42, 1.004),
    "buildings": (13.5, 0.36, 1.022),
    "equipment": (7_600.0, 0.6, 1.035),
    "books": (33.0, 0.3, 1.03),
}


def _stock(units: Units, group: str, students: Ints, missed: Bools) -> Ints:
    """A stock that keeps growing from a typical value, held above or below its need."""
    typical, sigma, growth = BASE[group]
    chance = dice(units.seed, "stock", group)
    rich = np.where(units.of("region") == 0, 1.2 if group == "equipment" else 1.0, 0.97)
    lasting = np.median(students, axis=1).clip(20) * typical * rich
    lasting = lasting * np.exp(sigma * chance.standard_normal(len(units)) - sigma**2 / 2)
    growth_each = growth + np.abs(chance.normal(0.0, 0.012, (len(units), YEARS)))
    if group == "land":
        growth_each = np.where(chance.random((len(units), YEARS)) < 0.08, 1.03, 1.0)
    grown = lasting[:, None] * np.cumprod(growth_each, axis=1)
    need, multiple = _need(group, students), _multiple(units, group, missed)
    held = np.where(missed, np.minimum(grown, need * multiple), np.maximum(grown, need * multiple))
    held = np.where(units.attached[:, None], grown * 0.7, held)
    step = 100 if group == "equipment" else 1
    whole: Ints = (np.ceil(held / step) * step).astype(np.int64)
    return whole


def _teachers(units: Units, students: Ints, missed: Bools, loses: Floats) -> Ints:
    """Full-time teachers: each year's national total exactly, more students a teacher in the west."""
    chance = dice(units.seed, "teachers")
    ratio = units.of("crowding") * chance.lognormal(0.0, 0.16, len(units))
    columns = []
    for column in range(YEARS):
        here = students[:, column]
        need = np.ceil(_need("teachers", here)).astype(np.int64)
        base = here / ratio / 17 * chance.lognormal(0.0, 0.015, len(units)) * loses[:, column]
        free = units.attached | (loses[:, column] < 1)
        low = np.where(free | missed[:, column], np.maximum(1, here // 45), need)
        high = np.where(missed[:, column] & ~units.attached, need - 1, np.maximum(need * 4, here))
        low = np.minimum(low, high)
        due = units.due(FIRST + column)
        low, high = np.where(due, low, 0), np.where(due, high, 0)
        columns.append(fit(round(NATION[FIRST + column].teachers * units.scale), base, low, high))
    return np.column_stack(columns)
