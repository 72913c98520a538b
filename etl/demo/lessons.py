"""Teaching plans, textbooks, certificates and contests of one year."""

from __future__ import annotations

import numpy as np
import polars as pl

from etl.demo.dice import dice
from etl.demo.long import long, series, whole
from etl.demo.pupils import Pupils
from etl.demo.students import Cells
from etl.demo.targets import FIRST
from etl.demo.units import Units

__all__ = ["certificate", "contest", "teaching_plan", "textbook"]


PLAN_HOURS, ELECTIVES = (
    3000,
    0.1,
)  # hours of three years, and the part of them for electives, that a plan must have


def teaching_plan(units: Units, cell: Cells, year: int) -> pl.DataFrame:
    """One row a unit and specialty with students; a unit keeps its way of planning, and mends it slowly."""
    trades = cell.trades
    some = (cell.grade_1 + cell.grade_2 > 0) & units.due(year)[trades.unit]
    unit = trades.unit[some]
    own, each = dice(units.seed, "plans"), dice(units.seed, "plans", "specialty")
    later, n, size = 0.002 * (year - FIRST), len(units), trades.unit.size
    total = own.normal(3180, 70, n)[trades.unit] + each.normal(0, 40, size)
    common = np.clip(
        own.normal(0.335, 0.02, n)[trades.unit] + each.normal(0, 0.012, size), 0.24, 0.45
    )
    practice = np.clip(
        own.normal(0.525, 0.02, n)[trades.unit] + each.normal(0, 0.015, size) + later, 0.35, 0.7
    )
    elective = np.clip(
        own.normal(0.118, 0.009, n)[trades.unit] + each.normal(0, 0.004, size) + later, 0.05, 0.2
    )
    ideology = np.where(own.random(n)[trades.unit] < 0.93, 144, 108)
    core = np.clip(whole(each.normal(7, 0.8, size)), 4, 10)
    hours = whole(total / 2)[some] * 2
    columns = {
        "plans": np.ones_like(unit), "plan_hours": hours, "common_hours": whole(hours * common[some]),
        "ideology_hours": ideology[some], "practice_hours": whole(hours * practice[some]),
        "elective_hours": whole(hours * elective[some]), "core_courses": core[some],
    }  # fmt: skip
    return pl.DataFrame(
        [pl.Series("unit", unit), series("specialty", trades.specialty[some])]
        + [series(name, values) for name, values in columns.items()]
    )


TEXTBOOKS = {"national": 0.56, "provincial": 0.12, "published": 0.24, "own": 0.08}


def textbook(units: Units, offered: np.ndarray, year: int) -> pl.DataFrame:
    """One row a unit and kind; `offered` [n] specialties."""
    lasting, fresh = dice(units.seed, "textbook"), dice(units.seed, "textbook", year)
    shape = (len(units), len(TEXTBOOKS))
    lean = lasting.gamma(12.0, 1 / 12.0, shape) * fresh.gamma(60.0, 1 / 60.0, shape)
    titles = whole((24 + 14 * offered)[:, None] * np.array(list(TEXTBOOKS.values())) * lean)
    slack = (lasting.random(len(units)) < 0.12)[:, None] & (fresh.random(shape) < 0.5)
    missed = np.where(slack, np.ceil(titles * fresh.beta(1, 12, shape)), 0).astype(np.int64)
    return long(units, year, {
        "titles": titles, "reviewed": titles - missed, "recent": whole(titles * np.clip(lasting.beta(5, 5, shape), 0, 1)),
    }, kind=list(TEXTBOOKS))  # fmt: skip


CERTIFICATES = {  # share of a last grade that is examined, share that passes, growth a year
    "one_x": (0.22, 0.83, 0.02), "skill": (0.28, 0.86, 0.015), "vocational": (0.12, 0.8, -0.01), "computer": (0.12, 0.7, 0.0),
    "language": (0.1, 0.78, 0.0), "other": (0.05, 0.85, 0.0),
}  # fmt: skip


def certificate(units: Units, pupils: Pupils, year: int) -> pl.DataFrame:
    """One row a unit and kind of certificate."""
    lasting, fresh = dice(units.seed, "certificate"), dice(units.seed, "certificate", year)
    shape = (len(units), len(CERTIFICATES))
    taken, passed, growth = (np.array(each) for each in zip(*CERTIFICATES.values(), strict=True))
    share = np.clip(taken + growth * (year - FIRST), 0.01, 0.9) * lasting.gamma(5.0, 0.2, shape)
    leavers = pupils.at("last_grade", year)[:, None]
    takers = whole(leavers * np.clip(share, 0, 1.2) * fresh.normal(1, 0.05, shape).clip(0.7))
    rate = np.clip(
        passed + lasting.normal(0, 0.06, shape) + fresh.normal(0, 0.03, shape), 0.3, 0.99
    )
    obtained = np.minimum(whole(takers * rate), np.where(takers >= 100, takers - 1, takers))
    return long(units, year, {"takers": takers, "obtained": obtained}, kind=list(CERTIFICATES))


CONTESTS = {
    "city": (9.0, 0.45),
    "province": (3.2, 0.4),
    "nation": (0.14, 0.6),
    "world": (0.003, 0.4),
}
"""Entries of a school of 1,500 students, and the share of them that wins something."""


def contest(units: Units, pupils: Pupils, year: int) -> pl.DataFrame:
    """One row a unit and level; good schools stay good."""
    lasting, fresh = dice(units.seed, "contest"), dice(units.seed, "contest", year)
    number, wins = (np.array(each) for each in zip(*CONTESTS.values(), strict=True))
    strength = lasting.lognormal(0.0, 0.7, len(units))[:, None]
    entries = fresh.poisson(pupils.stock(year)[:, None] / 1500 * number * strength)
    won = fresh.binomial(entries, np.clip(wins * strength**0.3, 0, 0.95))
    first = fresh.binomial(won, 0.18)
    second = fresh.binomial(won - first, 0.37)
    return long(units, year, {
        "entries": entries, "contestants": entries + fresh.poisson(entries * 0.8), "first_prizes": first,
        "second_prizes": second, "third_prizes": won - first - second,
    }, level=list(CONTESTS))  # fmt: skip
