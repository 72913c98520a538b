"""Metric: one declaration from which query, page, lineage, dictionary and rank follow.

A metric is made of parts. A part is a sum out of one form's rollup: whole numbers, additive over places.
Parts are added and subtracted first; a ratio divides last, so no average is ever averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from warehouse.arrays import Floats
from warehouse.form import Period
from warehouse.text import Text

SCHOOL = ("school",)
ATTACHED = ("attached",)
ALL_UNITS = ("school", "attached")
EXACT = 2.0**53  # whole numbers below it are floats as they are, and so is what they divide to
UNITS = "units"  # the measure every rollup has: how many reporting units stand behind a row


class Direction(StrEnum):
    """Which way is better. `band` has a middle that is best; `neutral` has no better."""

    UP = "up"
    DOWN = "down"
    BAND = "band"
    NEUTRAL = "neutral"


class Additivity(StrEnum):
    """Over what a value may be summed."""

    PLACES_AND_YEARS = "places_and_years"
    PLACES = "places"
    NONE = "none"


class Style(StrEnum):
    """How a value is written."""

    COUNT = "count"
    PERSONS = "persons"
    MONEY = "money"
    AREA = "area"
    PERCENT = "percent"
    POINTS = "points"
    RATIO = "ratio"


class Family(StrEnum):
    """The shelf a metric stands on within a domain that has several; elsewhere the domain itself is the shelf."""

    SCALE = "scale"
    STUDENTS = "students"
    TEACHERS = "teachers"
    ESTATE = "estate"
    FINANCE = "finance"
    CONDITIONS = "conditions"
    INTERNSHIP = "internship"
    RED_LINES = "red_lines"
    DESTINATIONS = "destinations"
    COVERAGE = "coverage"

    @property
    def label(self) -> Text:
        return _FAMILIES[self]


_FAMILIES = {
    Family.SCALE: Text("规模", "Scale"),
    Family.STUDENTS: Text("学生", "Students"),
    Family.TEACHERS: Text("教师", "Teachers"),
    Family.ESTATE: Text("校园与设备", "Campus and equipment"),
    Family.FINANCE: Text("经费", "Finance"),
    Family.CONDITIONS: Text("办学条件达标", "School conditions"),
    Family.INTERNSHIP: Text("实习", "Internships"),
    Family.RED_LINES: Text("实习红线", "Red lines"),
    Family.DESTINATIONS: Text("毕业去向", "Destinations"),
    Family.COVERAGE: Text("报送", "Reporting"),
}


class Unit(NamedTuple):
    """What one is: its words and the way it is written."""

    label: Text
    style: Style


PERSONS = Unit(Text("人", "persons"), Style.PERSONS)
SCHOOLS = Unit(Text("所", "schools"), Style.COUNT)
PERSON_TIMES = Unit(Text("人次", "person-times"), Style.PERSONS)
HOURS = Unit(Text("学时", "hours"), Style.RATIO)
PERCENT = Unit(Text("%", "%"), Style.PERCENT)
POINTS = Unit(Text("个百分点", "pp"), Style.POINTS)
CNY = Unit(Text("元", "CNY"), Style.MONEY)
CNY_EACH = Unit(Text("元/生", "CNY per student"), Style.MONEY)
CNY_A_MONTH = Unit(Text("元/月", "CNY a month"), Style.MONEY)
SQUARE_METRES = Unit(Text("平方米", "m²"), Style.AREA)
SQUARE_METRES_EACH = Unit(Text("平方米/生", "m² per student"), Style.AREA)
TO_ONE = Unit(Text(": 1", ": 1"), Style.RATIO)


class Break(NamedTuple):
    """Values before and from `year` are not comparable, and why."""

    year: int
    why: Text


@dataclass(frozen=True)
class Part:
    """A sum out of one form's rollup.

    `measure` is a column of the form, or `units`. `members` of `cut` are added; without them, the total.
    `kinds` of reporting units count. `years_back` reads an earlier year of the same places.
    """

    form: str
    measure: str
    cut: str = ""
    members: tuple[str, ...] = ("",)
    kinds: tuple[str, ...] = ALL_UNITS
    years_back: int = 0
    sign: int = 1

    def __add__(self, other: Part | Sum) -> Sum:
        return as_sum(self) + other

    def __sub__(self, other: Part | Sum) -> Sum:
        return as_sum(self) - other

    def shifted(self, years: int) -> Part:
        return replace(self, years_back=self.years_back + years)


@dataclass(frozen=True)
class Sum:
    """Parts added up, each with its sign."""

    parts: tuple[Part, ...]

    def __add__(self, other: Part | Sum) -> Sum:
        return Sum(self.parts + as_sum(other).parts)

    def __sub__(self, other: Part | Sum) -> Sum:
        return self + Sum(tuple(replace(part, sign=-part.sign) for part in as_sum(other).parts))

    def shifted(self, years: int) -> Sum:
        return Sum(tuple(part.shifted(years) for part in self.parts))


def as_sum(parts: Part | Sum) -> Sum:
    return parts if isinstance(parts, Sum) else Sum((parts,))


class Quotient(NamedTuple):
    """A finished value with what it was divided from. `value` is None when there is nothing to divide by."""

    value: float | None
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True, kw_only=True)
class Metric:
    """What is said of every metric; its kind says how the parts become a value.

    `question` is the supervisor's question it answers, `code` its entry in the indicator register.
    `limits` names entries of warehouse.law; `since` is the first year for which that law can be asked: earlier
    years are not applicable unless a view says "by later law". `basis` names entries that define what is
    counted without limiting the value itself.
    `apart` names metrics of another definition that may never share a series with this one.
    """

    label: Text
    definition: Text
    question: Text
    unit: Unit
    direction: Direction
    period: Period
    family: Family | None = None
    decimals: int = 0
    code: str = ""
    limits: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    since: int | None = None
    apart: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()
    name: str = field(default="", init=False)

    def sums(self, year: int) -> tuple[Sum, ...]:
        """The sums a value of that year is made of, in the order `divide` takes them."""
        raise NotImplementedError

    def divide(self, values: tuple[int, ...]) -> Quotient:
        """The value out of the sums."""
        raise NotImplementedError

    def divide_each(self, columns: Sequence[Floats]) -> list[float]:
        """The values out of the sums of many units, whole numbers, of those that have one; in their order."""
        rows = zip(*(map(int, column.tolist()) for column in columns), strict=True)
        return [value for each in rows if (value := self.divide(each).value) is not None]

    @property
    def laws(self) -> tuple[str, ...]:
        """Every entry of warehouse.law it rests on: its limits first."""
        return tuple(dict.fromkeys((*self.limits, *self.basis)))

    @property
    def is_stock(self) -> bool:
        return self.period is Period.STOCK

    @property
    def additivity(self) -> Additivity:
        return Additivity.NONE

    @cached_property
    def is_sum(self) -> bool:
        """Whether its value grows with the units that report."""
        return self.additivity is not Additivity.NONE

    @property
    def kind(self) -> str:
        """The name of its kind, lower case: count, ratio, share, change, cumulative, median, percentile."""
        return type(self).__name__.lower()


@dataclass(frozen=True)
class Count(Metric):
    """A sum of parts. A stock may not be added over years."""

    of: Part | Sum

    def sums(self, year: int) -> tuple[Sum, ...]:  # noqa: ARG002 - the same in every year
        return (as_sum(self.of),)

    def divide(self, values: tuple[int, ...]) -> Quotient:
        return Quotient(values[0], values[0])

    @property
    def additivity(self) -> Additivity:
        return Additivity.PLACES if self.is_stock else Additivity.PLACES_AND_YEARS


@dataclass(frozen=True)
class Ratio(Metric):
    """numerator * scale / denominator, each summed over the whole place before dividing."""

    numerator: Part | Sum
    denominator: Part | Sum
    scale: int = 1

    def sums(self, year: int) -> tuple[Sum, ...]:  # noqa: ARG002 - the same in every year
        return as_sum(self.numerator), as_sum(self.denominator)

    def divide(self, values: tuple[int, ...]) -> Quotient:
        above, below = values
        return Quotient(above * self.scale / below if below else None, above, below)

    def divide_each(self, columns: Sequence[Floats]) -> list[float]:
        above, below = columns
        scaled = above * self.scale
        if np.abs(scaled).max(initial=0) >= EXACT:
            return super().divide_each(columns)
        has_any = below != 0
        found: list[float] = (scaled[has_any] / below[has_any]).tolist()
        return found


def percentage(numerator: Part | Sum, denominator: Part | Sum, **said: Any) -> Ratio:  # noqa: ANN401 - Metric's own fields
    """A ratio in percent, with one decimal."""
    return Ratio(numerator, denominator, 100, **{"unit": PERCENT, "decimals": 1, **said})


@dataclass(frozen=True)
class Share(Ratio):
    """Units for which something holds, in percent of the units of its universe: verdict counts, divided last."""

    scale: int = 100


@dataclass(frozen=True)
class Change(Metric):
    """Against `years` before: percent of the earlier value for a count, the difference for a ratio."""

    of: Metric
    years: int = 1

    def sums(self, year: int) -> tuple[Sum, ...]:
        now = self.of.sums(year)
        return now + tuple(each.shifted(self.years) for each in self.of.sums(year - self.years))

    def divide(self, values: tuple[int, ...]) -> Quotient:
        half = len(values) // 2
        now, then = self.of.divide(values[:half]), self.of.divide(values[half:])
        if now.value is None or then.value is None:
            return Quotient(None, now.numerator, now.denominator)
        if isinstance(self.of, Count):
            return _growth(values[0], values[1])
        return Quotient(now.value - then.value, now.numerator, now.denominator)


def _growth(now: int, then: int) -> Quotient:
    return Quotient((now - then) * 100 / then if then else None, now - then, then)


@dataclass(frozen=True)
class Cumulative(Metric):
    """A flow added up from `first_year`. Years in which nothing was due add nothing."""

    of: Part | Sum
    first_year: int

    def sums(self, year: int) -> tuple[Sum, ...]:
        of = as_sum(self.of)
        return tuple(of.shifted(back) for back in range(year - self.first_year + 1))

    def divide(self, values: tuple[int, ...]) -> Quotient:
        return Quotient(sum(values), sum(values))

    @property
    def additivity(self) -> Additivity:
        return Additivity.PLACES


@dataclass(frozen=True)
class Percentile(Metric):
    """The value under which `share` percent of the reporting units of a place lie, exactly, over units."""

    of: Metric
    share: int

    def sums(self, year: int) -> tuple[Sum, ...]:
        """The sums of one unit's value: the percentile itself has none."""
        return self.of.sums(year)

    def divide(self, values: tuple[int, ...]) -> Quotient:
        """One unit's value."""
        return self.of.divide(values)

    def divide_each(self, columns: Sequence[Floats]) -> list[float]:
        return self.of.divide_each(columns)


@dataclass(frozen=True)
class Median(Percentile):
    """The middle reporting unit."""

    share: int = 50


def may_share_a_series(one: Metric, other: Metric) -> bool:
    """Whether two metrics may stand on one line: same unit, and neither keeps the other apart."""
    return one.unit == other.unit and other.name not in one.apart and one.name not in other.apart
