"""What a school says of itself, its staff, its estate and its money, of one year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from etl.demo.dice import dice, reach, split
from etl.demo.means import Means
from etl.demo.pupils import Pupils
from etl.demo.students import Cells
from etl.demo.targets import FIRST, NATION
from etl.demo.units import Units
from warehouse.arrays import Floats, Ints

__all__ = ["classes", "estate", "finance", "register", "staff"]


def _offered(cell: Cells, units: int) -> Ints:
    """[n] specialties with somebody in the first grade."""
    return np.bincount(cell.trades.unit[cell.grade_1 > 0], minlength=units)


def classes(units: Units, pupils: Pupils, cell: Cells, year: int) -> Ints:
    """[n] classes of each unit, at least one for each specialty offered; 0 where it is not due."""
    size = np.clip(dice(units.seed, "register").normal(41, 4, len(units)), 25, 54)
    wanted = np.ceil(pupils.stock(year) / size)
    found = np.maximum(wanted, _offered(cell, len(units))).astype(np.int64)
    return np.where(units.due(year), found, 0)


def register(units: Units, cell: Cells, year: int) -> pl.DataFrame:
    """One row a unit due: attributes, specialties offered, campuses. Telephones are no real ones."""
    chance = dice(units.seed, "register")
    n = len(units)
    chance.normal(
        41, 4, n
    )  # the size of classes, drawn in `classes`: what follows is drawn as ever
    offered = _offered(cell, n)
    campuses = 1 + (chance.random(n) < 0.14) + (chance.random(n) < 0.03)
    place = units.place[:, year - FIRST]
    urban = np.where(place % 100 < 20, 0.85, 0.12)  # districts have low numbers, counties high ones
    draw = chance.random(n)
    setting = np.where(draw < urban, "city", np.where(chance.random(n) < 0.92, "town", "village"))
    private = units.sponsor == "private"
    frame = {
        "unit": np.arange(n),
        "school_type": _words(units.school_type),
        "sponsor": _words(units.sponsor),
        "ownership": _words(np.where(private, "private", "public")),
        "school_class": _words(units.school_class),
        "setting": _words(setting),
        "founded": units.founded,
        "phone": _words(np.char.mod("000-0000%04d", np.arange(n) % 10_000)),
        "specialties_offered": offered,
        "campuses": campuses.astype(np.int64),
    }
    return pl.DataFrame(frame).filter(pl.Series(units.due(year)))


def _words(values: np.ndarray) -> pl.Series:
    return pl.Series(values.tolist(), dtype=pl.String)


TITLES = ("senior", "associate", "middle", "junior", "none")
FULL_TIME = np.array([0.012, 0.222, 0.386, 0.272, 0.108])
# other staff: share of the full-time teachers, then their titles
OTHERS = {
    "part_time": (0.148, np.array([0.0, 0.12, 0.36, 0.0, 0.52])),
    "management": (0.072, np.array([0.0, 0.3, 0.45, 0.0, 0.25])),
    "support": (0.058, np.array([0.0, 0.0, 0.3, 0.7, 0.0])),
    "service": (0.055, np.array([0.0, 0.0, 0.0, 0.0, 1.0])),
}


def staff(units: Units, means: Means, year: int, dual: Floats) -> pl.DataFrame:
    """One row a unit, type of staff and title. `dual` [n] moves a unit's dual-qualified share by that much."""
    lasting, fresh = dice(units.seed, "staff"), dice(units.seed, "staff", year)
    n = len(units)
    teachers = means.at("teachers", year)
    lean = lasting.gamma(14.0, 1 / 14.0, (n, 5)) * fresh.gamma(400.0, 1 / 400.0, (n, 5))
    full_time = split(teachers, FULL_TIME * lean)
    specialty = np.clip(lasting.normal(0.565, 0.06, n), 0.35, 0.8)
    leaning = lasting.normal(0.0, 0.09, n) + dual
    experts = full_time * specialty[:, None] * units.due(year)[:, None]
    ways = _Ways(
        specialty=specialty,
        dual=np.clip(_level_of_dual(experts, leaning, NATION[year].dual) + leaning, 0.05, 0.98),
        practised=np.clip(lasting.beta(12, 2, n), 0.3, 1.0),
        women=lasting.normal(0.53, 0.055, n),
    )
    blocks = [_staff_block(units, "full_time", full_time, ways, year)]
    for name, (share, titles) in OTHERS.items():
        number = np.rint(
            teachers * share * lasting.lognormal(0.0, 0.4, n) * fresh.normal(1, 0.03, n)
        )
        counts = split(number.clip(0).astype(np.int64), titles * lean + 1e-9 * titles)
        blocks.append(_staff_block(units, name, counts, _others(ways, name), year))
    order = pl.Enum(["full_time", *OTHERS])
    return pl.concat(blocks).sort(
        "unit", pl.col("staff_type").cast(order), pl.col("job_title").cast(pl.Enum(TITLES))
    )


def _level_of_dual(experts: Floats, leaning: Floats, share: float) -> float:
    """The level from which units lean to either side while `share` of all experts [n, titles] are dual-qualified."""

    def qualified(level: float) -> float:
        return float((experts * _dual_by_title((level + leaning).clip(0.05, 0.98))).sum())

    return reach(experts.sum() * share, qualified, 0.0, 1.0)


def _dual_by_title(dual: Floats) -> Floats:
    """[n, titles]: the dual qualified are found higher up."""
    by_title: Floats = dual[:, None] * (1 + 0.12 * (2 - np.arange(len(TITLES))))
    return by_title.clip(0, 1)


@dataclass(frozen=True)
class _Ways:
    """[n] shares of a unit's staff of one type: specialty teachers, dual and practised among them, women."""

    specialty: Floats
    dual: Floats
    practised: Floats
    women: Floats


def _others(ways: _Ways, name: str) -> _Ways:
    """What staff that is not full-time teachers is like."""
    return _Ways(
        specialty=ways.specialty * (0.8 if name == "part_time" else 0.0),
        dual=ways.dual * 0.7,
        practised=ways.practised * 0.9,
        women=ways.women - (0.18 if name == "service" else 0.0),
    )


def _staff_block(units: Units, kind: str, counts: Ints, ways: _Ways, year: int) -> pl.DataFrame:
    unit, title = np.nonzero((counts > 0) & units.due(year)[:, None])
    persons = counts[unit, title]
    experts = np.rint(persons * ways.specialty[unit]).astype(np.int64)
    both = np.rint(experts * _dual_by_title(ways.dual)[unit, title]).astype(np.int64)
    frame = {
        "unit": unit,
        "persons": persons,
        "female": np.rint(persons * (ways.women[unit] + 0.04 * (title - 2))).astype(np.int64),
        "specialty_teachers": experts,
        "dual_qualified": both,
        "practised": np.rint(experts * ways.practised[unit]).astype(np.int64),
    }
    return pl.DataFrame(frame).select(
        "unit",
        pl.lit(kind).alias("staff_type"),
        _words(np.array(TITLES, object)[title]).alias("job_title"),
        "persons", "female", "specialty_teachers", "dual_qualified", "practised",
    )  # fmt: skip


def _usual(counts: Ints) -> Floats:
    """[n] the median of the years in which a unit has any: what it buys must not tell that it will close."""
    living = np.where(counts > 0, counts, np.nan)
    living[:, 0] = np.where((counts > 0).any(axis=1), living[:, 0], 0.0)
    found: Floats = np.nanmedian(living, axis=1)
    return found


def estate(units: Units, pupils: Pupils, means: Means, year: int) -> pl.DataFrame:
    """One row a unit: land and buildings (m2), equipment (yuan), books, computers, workstations."""
    chance = dice(units.seed, "estate")
    n = len(units)
    students, buildings = pupils.stock(year), means.at("buildings", year)
    grown = 1.02 ** (year - FIRST)
    frame = {
        "unit": np.arange(n),
        "land": means.at("land", year),
        "buildings": buildings,
        "practice_buildings": np.rint(buildings * np.clip(chance.normal(0.24, 0.06, n), 0.05, 0.6)),
        "equipment": means.at("equipment", year),
        "books": means.at("books", year),
        "computers": np.ceil(_usual(pupils.last_grade) * 3 * grown
                             * np.clip(chance.normal(0.22, 0.05, n), 0.08, 0.6)),
        "workstations": np.ceil(students * np.clip(chance.normal(0.34, 0.1, n), 0.05, 1.0)),
    }  # fmt: skip
    whole = pl.DataFrame(frame).with_columns(pl.all().cast(pl.Int64))
    return whole.filter(pl.Series(units.due(year)))


def finance(units: Units, pupils: Pupils, year: int) -> pl.DataFrame:
    """One row a unit, in yuan: money for a student by region and sponsor, growing by a twentieth a year."""
    lasting, fresh = dice(units.seed, "finance"), dice(units.seed, "finance", year)
    n = len(units)
    students = np.maximum(10, pupils.stock(year))
    level = units.of("per_student") * lasting.lognormal(0.0, 0.25, n) * 1.045 ** (year - 2022)
    private = units.sponsor == "private"
    public = students * level * np.where(private, 0.22, 1.0) * fresh.lognormal(0.0, 0.04, n)
    special = students * level * np.where(private, 0.03, 0.16) * fresh.gamma(1.5, 1 / 1.5, n)
    other = students * np.where(private, 9_500, 1_600) * lasting.lognormal(0.0, 0.35, n)
    spent = (public + special + other) * np.clip(fresh.normal(0.97, 0.05, n), 0.7, 1.3)
    staff_cost = spent * np.clip(lasting.normal(0.55, 0.08, n), 0.2, 0.85)
    frame = {"unit": np.arange(n), "appropriation": public, "special_funds": special, "other_income": other,
             "expenditure": spent, "staff_expenditure": staff_cost}  # fmt: skip
    yuan = pl.all().exclude("unit").truediv(100).round().cast(pl.Int64) * 100
    return pl.DataFrame(frame).with_columns(yuan).filter(pl.Series(units.due(year)))
