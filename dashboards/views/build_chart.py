"""The chart that suits a table: lines where there are years and few rows, dots or bars where there are many places or groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dashboards.charts.rows import LineView, RowsView, height, rows
from dashboards.charts.trend import LineView as YearsView
from dashboards.charts.trend import TrendView, trend
from dashboards.element import Element
from dashboards.page import Visit
from dashboards.parts.section import (
    ChartView,
    ChoiceView,
    SectionView,
    SwitchView,
    chart,
    empty,
    section,
    switch,
)
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import wording
from dashboards.views.build import TOTAL, Words
from metrics.discovery import metric
from metrics.metric import Metric
from metrics.question import Cell, Key

Kind = Literal["line", "dot", "bar"]
MOST_LINES, MOST_ROWS = 6, 40
LINES_PX = 300
LABEL = 12  # letters beside the end of a line; a Chinese one is as wide as two


@dataclass(frozen=True)
class Charted:
    """What is drawn of a table: one metric, its series (place, member), and how."""

    words: Words
    metric: Metric
    kind: Kind
    series: Sequence[tuple[int, str]]

    @cached_property
    def years(self) -> tuple[int, ...]:
        return self.words.table.ask.years

    @cached_property
    def first(self) -> int:
        """The first year that anything is drawn of."""
        there = (year for year in self.years if any(self.value(one, year) is not None for one in self.series))  # fmt: skip
        return next(there, self.years[-1])

    def cell(self, one: tuple[int, str], year: int) -> Cell | None:
        place, member = one
        return self.words.table.cells.get(Key(self.metric.name, place, year, member))

    def value(self, one: tuple[int, str], year: int) -> float | None:
        cell = self.cell(one, year)
        if cell is None or not wording.is_shown(cell) or cell.value is None:
            return None
        return round(cell.value / self.scale.divisor, 6)

    @property
    def scale(self) -> wording.Scale:
        return self.words.scales[self.metric.name]

    def name(self, one: tuple[int, str]) -> str:
        """By what differs: the place, the group, or both."""
        place, member = one
        table = self.words.table
        said = [self.words.word("places", place)] if len(table.places) > 1 or not member else []
        return " ".join([*said, *([self.words.member(member)] if member else [])])


def chosen(visit: Visit, words: Words) -> Charted | None:
    """What the address asks to draw, or what suits; None where there is too much of it."""
    table = words.table
    name = (
        visit.address.metric if visit.address.metric in table.ask.metrics else table.ask.metrics[0]
    )
    series = _series(words, name)
    kinds = suiting(words, len(series))
    if not kinds or not series:
        return None
    asked = next((kind for kind in kinds if kind == visit.address.item), kinds[0])
    return Charted(words, metric(name), asked, series)


def _series(words: Words, name: str) -> list[tuple[int, str]]:
    """The rows of a metric: groups where there are any (their total would dwarf them), else places; a total of a sum stands apart."""
    table = words.table
    members = [code for code in table.members if code != TOTAL] or [TOTAL]
    newest = table.ask.years[-1]
    found = [(place, member) for place in table.places for member in members]
    there = [
        one
        for one in found
        if (cell := table.cells.get(Key(name, one[0], newest, one[1]))) is not None
        and wording.is_shown(cell)
    ]
    return [one for one in there if not _is_whole(words, name, one[0])]


def _is_whole(words: Words, name: str, place: int) -> bool:
    """Whether a place is the sum of others that are drawn beside it, so that it would dwarf them."""
    ladder, others = words.ladder, words.table.places
    return (
        metric(name).is_sum
        and len(others) > 2
        and any(place in ladder.ancestors(other) for other in others)
    )


def suiting(words: Words, n: int) -> list[Kind]:
    """The kinds of chart that such a table fits into, the best first."""
    several = len(words.table.ask.years) > 1
    lines: list[Kind] = ["line"] if several and n <= MOST_LINES else []
    return [*lines, "dot", "bar"] if n <= MOST_ROWS else []


def chart_section(visit: Visit, words: Words) -> Element:
    """The chart with its table; a line that says so where the table is too long for one."""
    drawn = chosen(visit, words)
    title = visit.phrases("build.chart")
    if drawn is None:
        return section(
            SectionView("chart", title), empty(visit.phrases("build.chart.none", most=MOST_ROWS))
        )
    view = SectionView(
        "chart", visit.phrases("build.chart.of", metric=drawn.metric.label.of(visit.lang)), drawn.scale.unit, switch=_switch(visit, drawn), note=_note(visit, drawn),
    )  # fmt: skip
    metrics = _metrics(visit, drawn)
    shown = chart(_chart(visit, drawn), visit.phrases)
    return section(view, metrics, shown)


def _switch(visit: Visit, drawn: Charted) -> SwitchView:
    kinds = suiting(drawn.words, len(drawn.series))
    choices = [
        ChoiceView(
            visit.phrases(f"build.chart.{kind}"), visit.address.to(item=kind), kind == drawn.kind
        )
        for kind in kinds
    ]
    return SwitchView(visit.phrases("build.chart.kind"), choices)


def _metrics(visit: Visit, drawn: Charted) -> Element | None:
    """Which metric is drawn, where there are several."""
    names = drawn.words.table.ask.metrics
    if len(names) < 2:
        return None
    choices = [
        ChoiceView(
            wording.brief(metric(name), visit.lang),
            visit.address.to(metric=name),
            name == drawn.metric.name,
        )
        for name in names
    ]
    return switch(SwitchView(visit.phrases("build.axis.metrics"), choices))


def _note(visit: Visit, drawn: Charted) -> str:
    """What ring and dot mean."""
    if drawn.kind != "dot" or drawn.first == drawn.years[-1]:
        return ""
    first, last = (drawn.words.word("years", year) for year in (drawn.first, drawn.years[-1]))
    return visit.phrases("build.chart.dots", first=first, last=last)


def _chart(visit: Visit, drawn: Charted) -> ChartView:
    sentence = visit.phrases(
        "build.chart.says", title=drawn.metric.label.of(visit.lang), n=len(drawn.series)
    )
    if drawn.kind == "line":
        return ChartView(
            trend(_lines(visit, drawn), visit.address.theme, LINES_PX),
            sentence,
            _table(drawn),
            LINES_PX,
        )
    view = _rows(visit, drawn)
    return ChartView(rows(view, visit.address.theme), sentence, _table(drawn), height(view))


def _lines(visit: Visit, drawn: Charted) -> TrendView:
    lines = []
    for at, one in enumerate(drawn.series):
        values = [drawn.value(one, year) for year in drawn.years]
        last = next((value for value in reversed(values) if value is not None), None)
        label = (
            short(drawn.name(one))
            if last is None
            else f"{short(drawn.name(one))} {drawn.scale.text(last * drawn.scale.divisor)}"
        )
        lines.append(YearsView(label, values, "own" if at == 0 else "parent"))
    return TrendView(
        labels=[str(year) for year in drawn.years], lines=lines, unit=drawn.scale.unit, decimals=drawn.scale.decimals,
        preliminary=visit.address.basis == "submitted", preliminary_text=visit.phrases("chart.preliminary"),
    )  # fmt: skip


def short(name: str) -> str:
    """A name as far as it fits beside a line; the table has it in full."""
    room = LABEL
    for at, letter in enumerate(name):
        room -= 2 if letter > "\u00ff" else 1
        if room < 0:
            return f"{name[:at]}…"
    return name


def _rows(visit: Visit, drawn: Charted) -> RowsView:
    """Largest first; a dot tells the first year too."""
    first, last = drawn.first, drawn.years[-1]
    several = drawn.kind == "dot" and first != last
    made = [
        LineView(
            drawn.name(one), drawn.value(one, last), drawn.value(one, first) if several else None
        )
        for one in drawn.series
    ]
    made.sort(key=lambda row: -(row.now or 0.0))
    limit = wording.limit_of(visit, drawn.metric)
    said = (
        (limit.value / drawn.scale.divisor, wording.limit_text(limit, drawn.metric, visit.lang))
        if limit
        else None
    )
    return RowsView(made, drawn.kind, drawn.scale.decimals, drawn.scale.unit, limit=said)


def _table(drawn: Charted) -> TableView:
    """The numbers behind it."""
    words = drawn.words
    heads = [ColumnView(words.axis("members" if words.table.codes else "places"), kind="text")]
    heads += [ColumnView(words.word("years", year), drawn.scale.unit) for year in drawn.years]
    lines = [
        RowView(drawn.name(one), [wording.cell_view(drawn.metric, cell, scale=drawn.scale) for year in drawn.years if (cell := drawn.cell(one, year)) is not None])
        for one in drawn.series
    ]  # fmt: skip
    return TableView(drawn.metric.label.of(words.phrases.lang), heads, lines)
