"""Students by specialty, grade and sex, and the flow of students, of one year."""

from __future__ import annotations

import numpy as np
import polars as pl

from etl.demo.dice import cascade, dice, split
from etl.demo.pupils import Pupils
from etl.demo.targets import BEFORE
from etl.demo.trades import Trades
from etl.demo.units import Units
from warehouse.arrays import Floats, Ints

__all__ = ["Cells", "cells", "enrolment", "flow"]


class Cells:
    """Persons of one year by pair of unit and specialty [P]: grades 1 to 4, entrants, graduates."""

    def __init__(self, trades: Trades, pupils: Pupils, year: int) -> None:
        def over(name: str, cohort: int, when: int = year) -> Ints:
            return cascade(trades.cohort(cohort) * pupils.at(name, when)[trades.unit])

        self.trades, self.year = trades, year
        self.entrants = over("entrants", year)
        self.grade_1 = over("grade_1", year)
        self.grade_2 = over("grade_2", year - 1)
        last = over("last_grade", year - 2)
        self.grade_4 = np.rint(last * trades.four_years).astype(np.int64)
        self.grade_3 = last - self.grade_4
        self.graduates = over("graduates", year - 3)

    def by_grade(self, units: int) -> Ints:
        """[units, 4] students."""
        grades = (self.grade_1, self.grade_2, self.grade_3, self.grade_4)
        sums = [np.bincount(self.trades.unit, grade, units) for grade in grades]
        return np.rint(np.column_stack(sums)).astype(np.int64)


def cells(trades: Trades, pupils: Pupils, year: int) -> Cells:
    return Cells(trades, pupils, year)


def _women(counts: Ints, share: Floats) -> Ints:
    return np.rint(counts * share).astype(np.int64)


def enrolment(cell: Cells) -> pl.DataFrame:
    """One row a unit, specialty, grade and sex with anybody in it: unit, keys, students, entrants, graduates."""
    trades = cell.trades
    none = np.zeros_like(cell.grade_1)
    older = cell.trades.four_years > 0
    blocks = []
    for grade, students, entrants, graduates in (
        ("1", cell.grade_1, cell.entrants, none),
        ("2", cell.grade_2, none, none),
        ("3", cell.grade_3, none, np.where(older, 0, cell.graduates)),
        ("4", cell.grade_4, none, np.where(older, cell.graduates, 0)),
    ):
        counts = (students, entrants, graduates)
        women = [_women(count, trades.women) for count in counts]
        men = [count - of for count, of in zip(counts, women, strict=True)]
        blocks += [_block(trades, grade, "1", men), _block(trades, grade, "2", women)]
    return pl.concat(blocks).sort("unit", "specialty", "grade", "sex")


def _block(trades: Trades, grade: str, sex: str, counts: list[Ints]) -> pl.DataFrame:
    students, entrants, graduates = counts
    some = (students > 0) | (entrants > 0) | (graduates > 0)
    return pl.DataFrame(
        {
            "unit": trades.unit[some],
            "specialty": pl.Series(trades.specialty[some], dtype=pl.String),
            "students": students[some],
            "entrants": entrants[some],
            "graduates": graduates[some],
        }
    ).select(
        "unit", "specialty", pl.lit(grade).alias("grade"), pl.lit(sex).alias("sex"),
        "students", "entrants", "graduates",
    )  # fmt: skip


OUT = ("dropped_out", "other_out", "transferred_out", "cancelled", "suspended", "completed", "died")
OUT_SHARES = np.array([0.50, 0.15, 0.16, 0.08, 0.07, 0.035, 0.005])


def flow(units: Units, pupils: Pupils, year: int) -> pl.DataFrame:
    """One row a unit: start + arrivals - departures = the year's students; start is last year's."""
    chance = dice(units.seed, "flow", year)
    start = np.where(units.opened < year, pupils.stock(year - 1), 0)
    start = np.where(year - 1 == BEFORE, pupils.stock(BEFORE), start)
    end, entered, graduated = (
        pupils.stock(year),
        pupils.at("entrants", year),
        pupils.at("graduates", year),
    )
    readmitted = np.rint(start * chance.gamma(2.0, 0.0015, start.size)).astype(np.int64)
    moved_in = np.rint(start * chance.gamma(2.0, 0.003, start.size)).astype(np.int64)
    leaving = start + entered + readmitted + moved_in - graduated - end
    other_in = np.maximum(0, -leaving)
    shares = OUT_SHARES * chance.gamma(6.0, 1.0, (start.size, len(OUT)))
    out = split(np.maximum(leaving, 0), shares)
    columns = {"unit": np.arange(start.size), "start": start, "readmitted": readmitted,
               "transferred_in": moved_in, "other_in": other_in} | {name: out[:, i] for i, name in enumerate(OUT)}  # fmt: skip
    return pl.DataFrame(columns).filter(pl.Series(units.due(year)))
