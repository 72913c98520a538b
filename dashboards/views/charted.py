"""What is drawn of a table: one metric, its series, and their values in the metric's scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from dashboards.address import Chart
from dashboards.element import Element
from dashboards.page import Visit
from dashboards.parts.cell import Symbol
from dashboards.parts.tiles import POSITIONS
from dashboards.views import build_fit, wording
from dashboards.views.build import TOTAL, Words
from dashboards.views.build_fit import Shape
from metrics.discovery import metric
from metrics.metric import Metric
from metrics.question import Cell, Key, State

ABSENT = Cell(None, State.NOT_APPLICABLE)


class Picture(NamedTuple):
    """A chart as it stands in its section, and the small print that goes with it."""

    drawn: Element
    note: str = ""


class Series(NamedTuple):
    """A row of a chart: a place and a group of it, "" for the whole."""

    place: int
    member: str = TOTAL


@dataclass(frozen=True)
class Charted:
    """One metric of a table, its series, the kind of chart, and the year that charts of one year show."""

    words: Words
    metric: Metric
    kind: Chart
    series: Sequence[Series]
    year: int

    @cached_property
    def years(self) -> tuple[int, ...]:
        return self.words.table.ask.years

    @cached_property
    def first(self) -> int:
        """The first year that anything is drawn of."""
        there = (year for year in self.years if any(self.value(one, year) is not None for one in self.series))  # fmt: skip
        return next(there, self.years[-1])

    @property
    def scale(self) -> wording.Scale:
        return self.words.scales[self.metric.name]

    def cell(self, one: Series, year: int, name: str = "") -> Cell:
        """The cell of a series, of this metric or another one."""
        key = Key(name or self.metric.name, one.place, year, one.member)
        return self.words.table.cells.get(key, ABSENT)

    def value(self, one: Series, year: int) -> float | None:
        """The value in the scale of the metric; None where a sign is printed."""
        return scaled(self.cell(one, year), self.scale)

    def name(self, one: Series) -> str:
        """By what differs: the place, the group, or both."""
        table = self.words.table
        is_told = len(table.places) > 1 or not one.member
        said = [self.words.word("places", one.place)] if is_told else []
        return " ".join([*said, *([self.words.member(one.member)] if one.member else [])])


def scaled(cell: Cell, scale: wording.Scale) -> float | None:
    if not wording.is_shown(cell) or cell.value is None:
        return None
    return round(cell.value / scale.divisor, 6)


def sign(cell: Cell) -> Symbol:
    """Why a cell has no number; "" where it has one."""
    return "" if wording.is_shown(cell) else wording.symbol(cell)


def chosen_metric(visit: Visit, words: Words) -> Metric:
    """The metric that the address names, or the first."""
    names = words.table.ask.metrics
    return metric(visit.address.metric if visit.address.metric in names else names[0])


def charted(visit: Visit, words: Words) -> Charted | None:
    """What the address asks to draw, or what suits best; None where nothing fits."""
    one = chosen_metric(visit, words)
    found = series(words, one)
    shape = shape_of(words, one, found)
    asked = visit.address.chart
    kind = asked if asked and not build_fit.why_not(asked, shape) else build_fit.best(shape)
    if kind is None:
        return None
    years = words.table.ask.years
    return Charted(words, one, kind, found, visit.year if visit.year in years else years[-1])


def shape_of(words: Words, one: Metric, found: Sequence[Series]) -> Shape:
    table = words.table
    return Shape(
        provinces=sum(place in POSITIONS for place in table.places), places=len(table.places), members=len({each.member for each in found if each.member}),
        metrics=len(table.ask.metrics), years=len(table.ask.years), series=len(found), is_sum=one.is_sum, has_total=TOTAL in table.members,
    )  # fmt: skip


def series(words: Words, one: Metric) -> list[Series]:
    """The rows of a metric: groups where there are any (their total would dwarf them), else places. A total of a sum stands apart, and so
    does a row of which there is nothing in any year; one that is withheld or not submitted is kept, with its sign.
    """
    table = words.table
    broken = {key.member for key in table.cells if key.metric == one.name and key.member != TOTAL}
    members = [code for code in table.members if code in broken] or [TOTAL]
    found = [Series(place, member) for place in table.places for member in members]
    return [each for each in found if _says(words, one, each) and not is_whole(words, one, each.place)]  # fmt: skip


def _says(words: Words, one: Metric, each: Series) -> bool:
    table = words.table
    cells = (table.cells.get(Key(one.name, each.place, year, each.member), ABSENT) for year in table.ask.years)  # fmt: skip
    return any(cell.state is not State.NOT_APPLICABLE for cell in cells)


def is_whole(words: Words, one: Metric, place: int) -> bool:
    """Whether a place is the sum of others that are drawn beside it, so that it would dwarf them."""
    return one.is_sum and len(words.table.places) > 2 and place in words.above
