"""Students of every unit through the years: entrants, grades and graduates, which add up to the nation's totals.

Cohorts move through the grades; each year common factors bring the nation to its totals, and cascades of whole
numbers keep them exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.demo.dice import dice, share_out
from etl.demo.targets import BEFORE, FIRST, GRADUATES_AFTER, LAST, NATION, Nation
from etl.demo.units import Units
from warehouse.arrays import Bools, Floats, Ints

__all__ = ["Pupils", "enrol"]

STAY = 0.975  # of the entrants of an autumn, enrolled in grade 1 of that year's form
DIPLOMA = 0.985  # of a last grade, leaving with a diploma within the year


@dataclass(frozen=True)
class Pupils:
    """Persons, [n, years]. Grades and entrants start with BEFORE (column 0), the year before the first form."""

    entrants: Ints
    grade_1: Ints
    grade_2: Ints
    last_grade: Ints
    graduates: Ints

    def stock(self, year: int) -> Ints:
        """Students on 1 September of a year."""
        column = year - BEFORE
        return self.grade_1[:, column] + self.grade_2[:, column] + self.last_grade[:, column]

    def at(self, name: str, year: int) -> Ints:
        values: Ints = getattr(self, name)[:, year - BEFORE]
        return values


def enrol(units: Units, decline: Floats) -> Pupils:
    """`decline` [n, years from BEFORE] multiplies a unit's intake: below 1 where a school is planted to shrink."""
    grades = [_first_grades(units)]
    for year in range(FIRST, LAST + 1):
        grades.append(_next(units, grades[-1], year, decline[:, year - BEFORE]))
    columns = [np.column_stack(each) for each in zip(*grades, strict=True)]
    return Pupils(*columns)


Step = tuple[Ints, Ints, Ints, Ints, Ints]  # entrants, grade 1, grade 2, last grade, graduates


def _intake(units: Units, year: int) -> Floats:
    """Relative demand: size, a slow drift of its own and a little noise of the year."""
    drift = dice(units.seed, "drift").normal(0.0, 0.026, len(units))
    walk = dice(units.seed, "intake", year).normal(0.0, 0.05, len(units))
    return units.size * np.exp(drift * (year - 2022) + walk)


def _leaving(year: int) -> int:
    return NATION[year].graduates if year <= LAST else GRADUATES_AFTER


def _totals(units: Units, nation: Nation, national: float) -> tuple[int, int]:
    """A national total, scaled, for schools and for attached classes."""
    total = round(national * units.scale)
    attached = round(total * nation.attached)
    return total - attached, attached


def _rest(units: Units, nation: Nation, counted: Ints) -> tuple[int, int]:
    """What is left of the nation's enrolment for schools and attached classes."""
    schools, attached = _totals(units, nation, nation.enrolment)
    here = int(counted[units.attached].sum())
    return schools - int(counted.sum()) + here, attached - here


def _meet(units: Units, weights: Floats, due: Bools, totals: tuple[int, int]) -> Ints:
    """Weights turned into persons: schools and attached classes each meet their total."""
    whole = np.zeros(weights.size, np.int64)
    for kind, total in zip((~units.attached, units.attached), totals, strict=True):
        mine = kind & due
        whole[mine] = share_out(total, weights[mine])
    return whole


def _first_grades(units: Units) -> Step:
    nation, due = NATION[BEFORE], units.due(FIRST)
    intake = _intake(units, BEFORE)
    entrants = _meet(units, intake, due, _totals(units, nation, nation.entrants))
    first = np.rint(entrants * 0.965).astype(np.int64)
    last = _meet(units, intake, due, _totals(units, nation, _leaving(FIRST) / DIPLOMA))
    second = _meet(units, intake, due, _rest(units, nation, first + last))
    return entrants, first, second, last, np.zeros_like(first)


def _next(units: Units, before: Step, year: int, decline: Floats) -> Step:
    nation, due = NATION[year], units.due(year)
    _, first, second, last, _ = (_merged(units, grade, year) for grade in before)
    chance = dice(units.seed, "survival", year)

    def meet(weights: Floats, total: float) -> Ints:
        return _meet(units, weights, due, _totals(units, nation, total))

    entrants = meet(_intake(units, year) * decline, nation.entrants)
    keep = np.clip(chance.normal(STAY, 0.012, len(units)), 0.9, 1.01)
    grade_1 = np.rint(entrants * keep).astype(np.int64)
    staying = np.clip(chance.normal(1.0, 0.02, (2, len(units))), 0.9, 1.08)
    grade_3 = meet(second * staying[0], _leaving(year + 1) / DIPLOMA)
    grade_2 = _meet(units, first * staying[1], due, _rest(units, nation, grade_1 + grade_3))
    diploma = 1 - np.abs(chance.normal(0.0, 0.012, len(units)))
    return entrants, grade_1, grade_2, grade_3, meet(last * diploma, nation.graduates)


def _merged(units: Units, grade: Ints, year: int) -> Ints:
    """A grade at the start of a year's flows: those of a unit that merged now sit in its successor."""
    after = np.where(units.due(year), grade, 0)
    going = np.flatnonzero((units.closed == year) & (units.successor >= 0))
    np.add.at(after, units.successor[going], grade[going])
    return after
