"""The faults and declines planted among the units, drawn at random from ranges; their truth is kept apart.

Kinds with a sign (A8, A22...) stand in the catalogue of known signals; the others were invented so that no
rule or model is built after them. Real events (shrink, lose_teachers) change what is true; the rest change
what is reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from etl.demo.dice import dice
from etl.demo.practice import RED_LINES, Crossing
from etl.demo.targets import FIRST, LAST
from etl.demo.units import Units
from warehouse.arrays import Floats

__all__ = ["KINDS", "Fault", "Kind", "crossings", "factors", "plan_faults", "shift_of_dual"]


@dataclass(frozen=True)
class Kind:
    """A kind of fault: the share of units that have it and its severity, both drawn between two bounds.

    `years` bounds how many years it lasts; `sign` is its number in the catalogue, "" for an invention.
    """

    form: str
    sign: str
    rate: tuple[float, float]
    severity: tuple[float, float]
    years: tuple[int, int]
    about: str


@dataclass(frozen=True)
class Fault:
    """One fault of one unit in the years first..last."""

    kind: str
    unit: int
    first: int
    last: int
    severity: float

    def in_year(self, year: int) -> bool:
        return self.first <= year <= self.last


KINDS: dict[str, Kind] = {
    "shrink": Kind("enrolment", "decline", (0.012, 0.022), (0.68, 0.88), (3, 6), "intake falls year after year"),
    "lose_teachers": Kind("staff", "decline", (0.006, 0.012), (0.75, 0.9), (2, 4), "full-time teachers leave"),
    "nobody_leaves": Kind("flow", "A8", (0.003, 0.008), (1, 1), (3, 4), "no change of status at all for years"),
    "padded_students": Kind("enrolment", "A9", (0.002, 0.005), (0.3, 0.6), (1, 2), "students grow, means do not"),
    "dual_jump": Kind("staff", "A14", (0.002, 0.005), (0.15, 0.32), (1, 6), "dual-qualified share jumps"),
    "at_threshold": Kind("estate", "A15", (0.004, 0.01), (1.0, 1.02), (1, 3), "values sit on the limits"),
    "equipment_step": Kind("estate", "A15", (0.002, 0.005), (1.6, 2.8), (1, 6), "equipment steps up without reason"),
    "copied_forward": Kind("estate", "A16", (0.003, 0.008), (1, 1), (1, 2), "last year's form handed in again"),
    "all_settled": Kind("destination", "A17", (0.003, 0.007), (1, 1), (3, 4), "everybody settled, all in their field"),
    "broken_balance": Kind("flow", "A22", (0.001, 0.003), (0.02, 0.2), (1, 1), "start + in - out is not end"),
    "part_above_whole": Kind("staff", "A23", (0.001, 0.003), (1.1, 1.6), (1, 1), "more specialty teachers than teachers"),
    "insured_above_interns": Kind("internship", "A23", (0.001, 0.003), (1.05, 1.4), (1, 1), "more insured than interns"),
    "wrong_unit": Kind("estate", "", (0.0008, 0.002), (1, 1), (1, 1), "equipment typed in yuan instead of 10,000"),
    "land_in_mu": Kind("estate", "", (0.0008, 0.002), (1, 1), (1, 1), "land typed in mu instead of m2"),
    "sexes_swapped": Kind("enrolment", "", (0.001, 0.003), (1, 1), (1, 1), "men and women exchanged"),
    "grades_pushed": Kind("enrolment", "", (0.001, 0.003), (0.5, 0.9), (1, 1), "second-years listed as third-years"),
    "one_trade": Kind(
        "enrolment", "", (0.001, 0.003), (1, 1), (1, 1), "every student under one specialty"
    ),
    "round_hours": Kind("internship", "", (0.002, 0.005), (1, 1), (1, 3), "every intern exactly 40 hours"),
    "closed_on_paper": Kind("rectification", "", (0.002, 0.005), (1, 1), (1, 3), "every order closed in time, no evidence"),
    "members_above_staff": Kind("party_building", "A24", (0.001, 0.003), (1.03, 1.35), (1, 2), "more Party members than staff"),
    "party_copied": Kind("party_building", "A16", (0.003, 0.008), (1, 1), (1, 2), "last year's form handed in again"),
    "small_classes": Kind("class_band", "A24", (0.001, 0.003), (1, 1), (1, 2), "large classes written as small ones"),
    "everyone_visited": Kind("moral_education", "", (0.002, 0.005), (1, 1), (1, 4), "every student screened and visited at home"),
    "idle_partners": Kind("partner", "A20", (0.003, 0.008), (1, 1), (1, 3), "agreements of which nothing comes"),
    "order_above_pupils": Kind("joint_training", "A24", (0.001, 0.003), (1.05, 1.8), (1, 1), "more in order classes than study the specialty"),
    "everyone_passes": Kind("certificate", "", (0.003, 0.007), (1, 1), (2, 4), "whoever is examined passes"),
    "same_hours": Kind("training", "", (0.002, 0.005), (1, 1), (1, 3), "every trainee sits eight hours in one day"),
    "readings_alike": Kind("publicity", "", (0.002, 0.005), (1, 1), (1, 3), "every item read a hundred thousand times"),
    "same_pay": Kind("destination", "", (0.002, 0.005), (3000, 4000), (2, 4), "one starting pay in every field and year"),
}  # fmt: skip
"""All but mergers, closures and red lines, which the truth lists from the ministry itself."""


def plan_faults(units: Units) -> list[Fault]:
    """Draw rates, units, years and severities of every kind. A unit has one fault of a form at most."""
    taken: set[tuple[int, str]] = set()
    found: list[Fault] = []
    for name, kind in KINDS.items():
        chance = dice(units.seed, "faults", name)
        rate = chance.uniform(*kind.rate)
        wanted = max(1, round(rate * len(units)))
        for unit in chance.permutation(len(units)):
            if wanted == 0:
                break
            fault = _fault(units, chance, int(unit), name)
            if fault and (fault.unit, kind.form) not in taken:
                taken.add((fault.unit, kind.form))
                found.append(fault)
                wanted -= 1
    return found


def _fault(units: Units, chance: np.random.Generator, unit: int, name: str) -> Fault | None:
    """A fault within the unit's life, or None where it does not fit."""
    kind = KINDS[name]
    last_due = min(LAST, int(units.closed[unit]) - 1)
    length = int(chance.integers(kind.years[0], kind.years[1] + 1))
    earliest = max(FIRST + 1, int(units.opened[unit]) + 1)
    latest = last_due - length + 1
    if latest < earliest or units.attached[unit]:
        return None
    first = int(chance.integers(earliest, latest + 1))
    return Fault(name, unit, first, first + length - 1, float(chance.uniform(*kind.severity)))


def factors(faults: Iterable[Fault], kind: str, units: Units, columns: int) -> Floats:
    """[n, columns] multipliers that a decline compounds; the columns end with the last year."""
    found = np.ones((len(units), columns))
    start = LAST - columns + 1
    for fault in faults:
        if fault.kind == kind:
            for column in range(max(0, fault.first - start), columns):
                lasted = min(start + column, fault.last) - fault.first + 1
                found[fault.unit, column] = fault.severity**lasted
    return found


def shift_of_dual(faults: Iterable[Fault], units: int, year: int) -> Floats:
    """What padding adds to the dual-qualified share of each unit."""
    shift = np.zeros(units)
    for fault in faults:
        if fault.kind == "dual_jump" and fault.in_year(year):
            shift[fault.unit] = fault.severity
    return shift


def crossings(units: Units, year: int) -> list[Crossing]:
    """Red lines crossed in a year: each line by a share of the units; some units cross again and again."""
    reckless = dice(units.seed, "reckless").gamma(0.6, 1 / 0.6, len(units))
    chance = dice(units.seed, "crossings", year)
    found: list[Crossing] = []
    for line, rate in RED_LINES.items():
        hit = (chance.random(len(units)) < rate * reckless) & units.due(year)
        shares = chance.beta(1.2, 6.0, len(units)) * 0.5
        found += [Crossing(int(unit), line, float(shares[unit])) for unit in np.flatnonzero(hit)]
    return found
