"""One metric over the parts of a year (terms, quarters, months) against the year before, with how far each part is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.charts.trend import LineView, TrendView, trend
from dashboards.element import Element
from dashboards.numbers import academic_year, day
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.section import ChartView, ChoiceView, SectionView, SwitchView, chart, section
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import questions, wording
from metrics.discovery import metric as metric_named
from metrics.metric import Metric
from metrics.plan import spans
from metrics.question import Answers, Cell, Question
from warehouse.calendar import calendar
from warehouse.discovery import form as form_named
from warehouse.form import Form
from warehouse.parts import parts
from warehouse.periods import Every, Span
from warehouse.terms import MONTHS

HEIGHT_PX = 220
OFFERED = 3  # metrics to choose from


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One part of the year: its name, its numbers of this year and the one before, from when it is asked for and until when."""

    span: Span
    now: Cell
    then: Cell
    opens: date
    due: date

    def is_later(self, today: date) -> bool:
        return today < self.opens

    def is_running(self, today: date) -> bool:
        return self.opens <= today <= self.due


def chosen(visit: Visit, names: Sequence[str]) -> str:
    """The metric that the address names, or the first of the page that has parts of a year; "" where none has."""
    known = offered(names)
    return visit.address.metric if visit.address.metric in known else next(iter(known), "")


def offered(names: Sequence[str]) -> list[str]:
    return [name for name in names if spans(name)]


def asked(visit: Visit, name: str, place: int) -> dict[str, Question]:
    """A question for each part, of the year looked at and the one before, by the part's code."""
    years = (visit.year - 1, visit.year)
    return {span.code: questions.of_span(visit, name, place, years, span.code) for span in spans(name)}  # fmt: skip


def by_part_section(visit: Visit, name: str, names: Sequence[str], answers: Mapping[str, Answers], width: int = 12) -> Element:  # fmt: skip
    """The chart with its table; what came last, what is running."""
    phrases, metric = visit.phrases, metric_named(name)
    stages = _stages(visit, name, answers)
    title = phrases("by_part.title", metric=metric.label.of(visit.lang), every=_every(metric).label.of(visit.lang))  # fmt: skip
    said = _said(visit, metric, stages)
    view = SectionView(
        "by_part", title, academic_year(visit.year, visit.lang), said, width=width,
        switch=_switch(visit, name, names), note=phrases("by_part.note"),
        defined=wording.defined(visit.address, metric, phrases),
    )  # fmt: skip
    figure = ChartView(_figure(visit, metric, stages), title, _table(visit, metric, stages, title), HEIGHT_PX)  # fmt: skip
    return section(view, chart(figure, phrases))


def _form(metric: Metric) -> type[Form]:
    return form_named(next(part.form for total in metric.sums(0) for part in total.parts))


def _every(metric: Metric) -> Every:
    return _form(metric).every


def _stages(visit: Visit, name: str, answers: Mapping[str, Answers]) -> list[Stage]:
    dues = calendar(visit.reader).dues(visit.year)
    by_code = {part.span.code: part for part in parts(_form(metric_named(name))) if part.span}
    found = []
    for span in spans(name):
        said, form = answers[span.code], by_code[span.code]
        (place,) = said.question.places
        then, now = (said.cell(name, place, year) for year in (visit.year - 1, visit.year))
        found.append(Stage(span=span, now=now, then=then, opens=span.opens(visit.year), due=dues[form.name]))  # fmt: skip
    return found


def _switch(visit: Visit, name: str, names: Sequence[str]) -> SwitchView | None:
    """Other metrics of the page that have parts; the address's own among them."""
    known = offered(names)
    shown = known[:OFFERED] if name in known[:OFFERED] else [*known[: OFFERED - 1], name]
    if len(shown) < 2:
        return None
    choices = [
        ChoiceView(wording.brief(metric_named(one), visit.lang), visit.address.to(metric=one) + "#by_part", one == name)
        for one in shown
    ]  # fmt: skip
    return SwitchView(visit.phrases("by_part.choose"), choices)


# -- what is said of it


def _said(visit: Visit, metric: Metric, stages: Sequence[Stage]) -> str:
    """The newest part that is covered, against the same part of the year before; then which part is running."""
    phrases = visit.phrases
    covered = [one for one in stages if wording.is_shown(one.now) and wording.is_covered(one.now)]
    clauses = [_compared(visit, metric, covered[-1])] if covered else []
    running = next((one for one in stages if one.is_running(visit.today)), None)
    if running is not None:
        share = wording.share_text(running.now.coverage or 0.0)
        clauses.append(phrases("by_part.running", part=running.span.label.of(visit.lang), day=day(running.due, visit.lang), share=share))  # fmt: skip
    if not clauses:
        return phrases("by_part.none")
    return phrases("sentence.end", text=phrases("sentence.join").join(clauses))


def _compared(visit: Visit, metric: Metric, one: Stage) -> str:
    phrases, part = visit.phrases, one.span.label.of(visit.lang)
    value = wording.written(metric, one.now.value or 0.0, visit.lang)
    moved = wording.change(metric, one.now, one.then, phrases)
    if moved is None:
        return phrases("by_part.value", part=part, value=value)
    return phrases("by_part.moved", part=part, value=value, change=moved.text)


# -- the chart and the table behind it


def _figure(visit: Visit, metric: Metric, stages: Sequence[Stage]) -> Element:
    cells = [cell for one in stages for cell in (one.now, one.then)]
    scale = wording.column_scale(metric, cells, visit.lang)
    lines = [
        LineView(academic_year(visit.year - 1, visit.lang), [_point(metric, one.then, scale) for one in stages], "parent"),
        LineView(academic_year(visit.year, visit.lang), [_point(metric, one.now, scale) for one in stages], "own"),
    ]  # fmt: skip
    view = TrendView(
        labels=[_tick(visit, one) for one in stages], lines=lines, unit=scale.unit, decimals=scale.decimals, from_zero=metric.is_sum,
    )  # fmt: skip
    return trend(view, visit.address.theme, HEIGHT_PX)


def _point(metric: Metric, cell: Cell, scale: wording.Scale) -> float | None:
    """A sum of too few units is no point of a line; the table has it, with its coverage."""
    if cell.value is None or not wording.is_shown(cell):
        return None
    if metric.is_sum and not wording.is_covered(cell):
        return None
    return round(cell.value / scale.divisor, 6)


def _tick(visit: Visit, one: Stage) -> str:
    """The part in few letters, and below it that it is still running."""
    name = short(one.span, visit)
    return f"{name}<br>{visit.phrases('by_part.open')}" if one.is_running(visit.today) else name


def short(span: Span, visit: Visit) -> str:
    """9 月, 9–11 月; Sep, Sep–Nov; a term by its name."""
    if span.months == 1:
        return span.label.zh.replace(" ", "") if visit.lang == "zh" else MONTHS[span.begins - 1]
    if span.months > 3:
        return span.label.of(visit.lang)
    last = (span.begins + span.months - 2) % 12 + 1
    return f"{span.begins}–{last} 月" if visit.lang == "zh" else f"{MONTHS[span.begins - 1]}–{MONTHS[last - 1]}"  # fmt: skip


def _table(visit: Visit, metric: Metric, stages: Sequence[Stage], title: str) -> TableView:
    phrases = visit.phrases
    scale = wording.column_scale(metric, [cell for one in stages for cell in (one.now, one.then)], visit.lang)  # fmt: skip
    heads = (
        ColumnView(phrases("by_part.part"), kind="text"), ColumnView(academic_year(visit.year, visit.lang), scale.unit),
        ColumnView(academic_year(visit.year - 1, visit.lang), scale.unit), ColumnView(phrases("column.change"), narrow=False),
        ColumnView(phrases("column.coverage"), "%"), ColumnView(phrases("by_part.state"), kind="text", narrow=False),
    )  # fmt: skip
    rows = [RowView(one.span.label.of(visit.lang), _cells(visit, metric, one, scale)) for one in stages]  # fmt: skip
    return TableView(title, heads, rows)


def _cells(visit: Visit, metric: Metric, one: Stage, scale: wording.Scale) -> tuple[CellView, ...]:
    moved = wording.change(metric, one.now, one.then, visit.phrases)
    later, share = one.is_later(visit.today), one.now.coverage
    return (
        CellView(symbol="not_applicable") if later else wording.cell_view(metric, one.now, scale=scale),
        wording.cell_view(metric, one.then, scale=scale),
        CellView(moved.text) if moved else CellView(symbol="not_applicable"),
        CellView(symbol="not_applicable") if later or share is None else CellView(wording.share_text(share)[:-1], verdict=None if wording.is_covered(one.now) else "near"),
        CellView(_state(visit, one)),
    )  # fmt: skip


def _state(visit: Visit, one: Stage) -> str:
    if one.is_later(visit.today):
        return visit.phrases("by_part.later", day=day(one.opens, visit.lang))
    if one.is_running(visit.today):
        return visit.phrases("by_part.until", day=day(one.due, visit.lang))
    return visit.phrases("by_part.closed")
