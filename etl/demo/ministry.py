"""The synthetic ministry: every unit's compact history, from which one year's forms are written out on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from etl.demo import care, leavers, lessons, outreach, practice, school, students
from etl.demo.dice import dice
from etl.demo.faults import Fault, crossings, factors, plan_faults, shift_of_dual
from etl.demo.generic import plausible
from etl.demo.means import Means, equip
from etl.demo.portions import portion
from etl.demo.pupils import Pupils, enrol
from etl.demo.tamper import tamper
from etl.demo.targets import FIRST, LAST
from etl.demo.trades import Trades, assign_trades
from etl.demo.units import YEARS, Units, found_units
from warehouse.arrays import Ints
from warehouse.discovery import form as declared

__all__ = ["Ministry", "found_ministry"]

KEPT = 8  # frames, of some ten megabytes each
Make = Callable[[str, int], pl.DataFrame]


@dataclass(frozen=True)
class Ministry:
    """Units with their histories and the faults planted among them."""

    units: Units
    pupils: Pupils
    means: Means
    trades: Trades
    faults: list[Fault]
    recent: dict[tuple[str, str, int], pl.DataFrame] = field(default_factory=dict, repr=False)

    def honest(self, form: str, year: int) -> pl.DataFrame:
        """The rows of one form and year before faults: `unit` (index), then the form's columns."""
        return self._remember("honest", form, year, self._make)

    def form(self, form: str, year: int) -> pl.DataFrame:
        """The rows as the units report them, planted faults included; every unit due, submitting or not."""
        one = declared(form)
        if one.part_of:
            return portion(self.form(one.part_of.name, year), one, self.units.seed)
        return self._remember("told", form, year, self._tell)

    def _make(self, form: str, year: int) -> pl.DataFrame:
        if form in _MAKERS:
            return _MAKERS[form](self, year)
        return plausible(self.units, self.pupils, declared(form), year)

    def _tell(self, form: str, year: int) -> pl.DataFrame:
        return tamper(self.honest(form, year), form, year, self.faults, self.honest)

    def _remember(self, what: str, form: str, year: int, make: Make) -> pl.DataFrame:
        """Forms refer to each other: the last few frames are kept."""
        key = what, form, year
        frame = self.recent.get(key)
        if frame is None:
            frame = self.recent[key] = make(form, year)
            for old in list(self.recent)[:-KEPT]:
                self.recent.pop(old, None)
        return frame

    def said(self, column: str, year: int) -> Ints:
        """[n]: a number of the register; 0 where a unit is not due."""
        register = self.honest("register", year)
        found = np.zeros(len(self.units), np.int64)
        found[register["unit"].to_numpy()] = register[column].to_numpy()
        return found

    def classes(self, year: int) -> Ints:
        """[n]: classes of each unit; 0 where it is not due."""
        return school.classes(self.units, self.pupils, self.cells(year), year)

    def cells(self, year: int) -> students.Cells:
        return students.Cells(self.trades, self.pupils, year)

    def reporting(self, year: int) -> Ints:
        """Indices of the units that submit in a year: all that are due, but for the newest, unfinished year."""
        due = self.units.due(year)
        if year < LAST:
            return np.flatnonzero(due)
        chance = dice(self.units.seed, "late").random(len(self.units))
        late = np.zeros(len(self.units), bool)
        for index in range(int(self.units.province.max()) + 1):
            mine = np.flatnonzero(due & (self.units.province == index))
            share = LATE.get(int(self.units.of("code")[mine[0]]), LATE_ELSEWHERE)
            late[mine[np.argsort(chance[mine])[: round(share * mine.size)]]] = True
        return np.flatnonzero(due & ~late)


LATE = {54: 0.25}  # one small province is far behind
LATE_ELSEWHERE = 0.0217
Maker = Callable[[Ministry, int], pl.DataFrame]

_MAKERS: dict[str, Maker] = {
    "register": lambda m, year: school.register(m.units, m.cells(year), year),
    "enrolment": lambda m, year: students.enrolment(m.cells(year)),
    "flow": lambda m, year: students.flow(m.units, m.pupils, year),
    "staff": lambda m, year: school.staff(
        m.units, m.means, year, shift_of_dual(m.faults, len(m.units), year)
    ),
    "estate": lambda m, year: school.estate(m.units, m.pupils, m.means, year),
    "finance": lambda m, year: school.finance(m.units, m.pupils, year),
    "internship": lambda m, year: practice.internship(
        m.units, m.cells(year), year, crossings(m.units, year)
    ),
    "destination": lambda m, year: leavers.destination(m.units, m.cells(year), year),
    "rectification": lambda m, year: outreach.rectification(m.units, m.means, year),
    "party_building": lambda m, year: care.party_building(m.units, m.means, year),
    "moral_education": lambda m, year: care.moral_education(
        m.units, m.pupils, m.classes(year), year
    ),
    "moral_activity": lambda m, year: care.moral_activity(m.units, m.pupils, m.classes(year), year),
    "safety_incident": lambda m, year: care.safety_incident(m.units, m.pupils, year),
    "class_band": lambda m, year: care.class_band(
        m.units, m.cells(year).by_grade(len(m.units)), m.classes(year), year
    ),
    "partner": lambda m, year: outreach.partner(m.units, m.pupils, year),
    "joint_training": lambda m, year: outreach.joint_training(m.units, m.cells(year), year),
    "teaching_plan": lambda m, year: lessons.teaching_plan(m.units, m.cells(year), year),
    "textbook": lambda m, year: lessons.textbook(
        m.units, m.said("specialties_offered", year), year
    ),
    "certificate": lambda m, year: lessons.certificate(m.units, m.pupils, year),
    "contest": lambda m, year: lessons.contest(m.units, m.pupils, year),
    "training": lambda m, year: outreach.training(m.units, m.pupils, year),
    "publicity": lambda m, year: outreach.publicity(m.units, year),
}


def found_ministry(seed: int, schools: int | None = None) -> Ministry:
    """Simulate every unit over all years; a second or less for the whole country."""
    units = found_units(seed, schools)
    faults = plan_faults(units)
    pupils = enrol(units, factors(faults, "shrink", units, YEARS + 1))
    means = equip(units, pupils, factors(faults, "lose_teachers", units, YEARS))
    size: Ints = np.maximum(pupils.stock(2022), np.maximum(pupils.stock(FIRST), pupils.stock(LAST)))
    return Ministry(units, pupils, means, assign_trades(units, size), faults)
