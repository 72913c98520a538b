"""The similar schools of each school of a year, by the recipe of metrics/peers.py: those that the page of similar schools names.

A school is known to the recipe by its mark (warehouse/similar.py), as it is there, so that equal distances are ordered alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import polars as pl

from metrics.nearest import Nearest, nearest, renewed
from metrics.peers import Schools
from metrics.signals.numbers import MIX
from warehouse.arrays import Bools, Floats, Ints
from warehouse.similar import banded

FEWEST = 8  # where fewer of a school's similar ones have a value nothing is said of it
PREFIX = len("mix_")
TRAITS = ("mark", "province", "school_type", "sponsor", "setting", *MIX)
"""Columns of the panel that the recipe reads."""


@dataclass(frozen=True)
class Alike:
    """`rows`: a row for each school, the positions of its similar schools, -1 where there are fewer."""

    rows: Ints

    @property
    def members(self) -> Ints:
        return np.asarray((self.rows >= 0).sum(axis=1), dtype=np.int64)

    def centre(self, values: Floats, asked: Bools | None = None) -> Floats:
        """The median of each school's similar ones; NaN where fewer than FEWEST have a value, and of schools that are not `asked`."""
        if asked is None:
            return _medians(self._of(values))
        found = np.full(len(self.rows), np.nan)
        found[asked] = self.of(np.flatnonzero(asked)).centre(values)
        return found

    def around(self, values: Floats, asked: Bools | None = None) -> tuple[Floats, Floats]:
        """That median, and the median distance of the same schools from it."""
        if asked is not None:
            middle, spread = np.full(len(self.rows), np.nan), np.full(len(self.rows), np.nan)
            middle[asked], spread[asked] = self.of(np.flatnonzero(asked)).around(values)
            return middle, spread
        beside = self._of(values)
        middle = _medians(beside)
        return middle, _medians(np.abs(beside - middle[:, None]))

    def sums(self, *columns: Floats) -> tuple[Floats, ...]:
        """What similar schools have in all of numbers that are known together; NaN where fewer than FEWEST have them."""
        beside = np.append(np.isfinite(columns[0]), np.zeros(1, dtype=bool))[self.rows]
        enough = beside.sum(axis=1) >= FEWEST
        return tuple(
            np.where(enough, np.append(np.nan_to_num(each), 0.0)[self.rows].sum(axis=1), np.nan)
            for each in columns
        )

    def of(self, rows: Ints) -> Alike:
        """The similar schools of some rows alone."""
        return Alike(self.rows[rows])

    def _of(self, values: Floats) -> Floats:
        found: Floats = np.append(values, np.nan)[self.rows]
        return found


def _medians(beside: Floats) -> Floats:
    """Of each row's known values, which are sorted before the unknown ones."""
    if not beside.shape[1]:
        return np.full(len(beside), np.nan)
    ordered = np.sort(beside, axis=1)
    known = np.isfinite(ordered).sum(axis=1)
    rows, last = np.arange(len(ordered)), np.maximum(known - 1, 0)
    middle = (ordered[rows, last // 2] + ordered[rows, (last + 1) // 2]) / 2
    return np.where(known >= FEWEST, middle, np.nan)


class Kept(NamedTuple):
    """Who was nearest to whom by these traits."""

    traits: pl.DataFrame
    nearest: Nearest
    alike: Alike


@dataclass
class Found:
    """Who is nearest to whom, as it was last found for each year: most of it stays as it is from one submission to the next."""

    years: dict[int, Kept] = field(default_factory=dict)

    def at(self, year: int, frame: pl.DataFrame) -> Alike:
        """The similar schools of the rows of a frame of metrics.signals.panel.SCHEMA, a row a school."""
        traits, before = frame.select(TRAITS), self.years.get(year)
        if before is None or not before.traits.equals(traits):
            schools = schools_of(traits)
            found = renewed(before.nearest, schools) if before else nearest(schools)
            self.years[year] = Kept(traits, found, Alike(_in_order_of(traits["mark"], found)))
        return self.years[year].alike


def _in_order_of(marks: pl.Series, found: Nearest) -> Ints:
    """Positions among the recipe's schools, which go by their marks, as positions in a frame."""
    order = marks.arg_sort().to_numpy().astype(np.int64)
    rows = np.full(found.others.shape, -1)
    rows[order] = np.append(order, -1)[found.others]
    return rows


def schools_of(traits: pl.DataFrame) -> Schools:
    """TRAITS as the recipe compares them."""
    mix = traits.select(unit="mark", **{name[PREFIX:]: name for name in MIX})
    lines = mix.unpivot(index="unit", variable_name="major", value_name="students").drop_nulls()
    students = lines.group_by("unit").agg(pl.col("students").sum())
    named = traits.select("province", "school_type", "sponsor", "setting", unit="mark")
    return Schools.of(banded(named).join(students, on="unit", how="left"), lines)
