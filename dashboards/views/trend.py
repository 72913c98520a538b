"""One metric over the years: the place, its parent, and the published national series, which is never joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.charts.trend import BreakView, LineView, TrendView, trend
from dashboards.numbers import academic_year
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.section import ChartView, ChoiceView, SwitchView
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import wording
from metrics.discovery import metric as metric_named
from metrics.discovery import metrics
from metrics.metric import Metric
from metrics.question import Answers, Cell
from warehouse.places import NATION
from warehouse.published import FIRST_WITHOUT, Published, series

YEARS = 7  # as many as are drawn
HEIGHT_PX = 250


@dataclass(frozen=True)
class Line:
    """The years of one place."""

    place: int
    cells: dict[int, Cell]


def years(visit: Visit) -> tuple[int, ...]:
    """The years drawn: up to the newest there is, so that earlier years are seen with what followed; of a year long past those around it."""
    known = visit.years
    first = max(len(known) - YEARS, 0)
    if visit.year in known[:first]:
        first = max(known.index(visit.year) - YEARS // 2, 0)
    return tuple(known[first : first + YEARS])


def until(visit: Visit) -> tuple[int, ...]:
    """Of these the years up to the one looked at, which sparks and sentences speak of."""
    return tuple(year for year in years(visit) if year <= visit.year)


def after(visit: Visit) -> tuple[int, ...]:
    """And those that followed it, which the trend alone draws."""
    return tuple(year for year in years(visit) if year > visit.year)


def line(name: str, place: int, *parts: Answers | None) -> Line:
    """A metric of a place over the years of several answers, the earlier ones first."""
    return Line(place, {year: cell for part in parts if part for year, cell in part.series(name, place)})  # fmt: skip


def chosen(visit: Visit, default: str) -> str:
    """The metric drawn: the address's, else the page's own."""
    return visit.address.metric if visit.address.metric in metrics() else default


def is_sum(name: str) -> bool:
    """Whether a place's value is a part of its parent's, so that one axis cannot hold both."""
    return metric_named(name).is_sum


def chart(visit: Visit, name: str, own: Line, parent: Line | None = None) -> ChartView:
    """The figure, what it says in a sentence, and the table behind it."""
    metric = metric_named(name)
    printed = series(name) if own.place == NATION else ()
    labels = sorted({*own.cells, *(one.year for one in printed if one.year <= visit.years[-1])})
    totals = [one.value for one in printed]
    scale = wording.column_scale(metric, own.cells.values(), visit.lang, totals)
    lines = [line for line in (parent, own) if line is not None]
    view = TrendView(
        labels=[str(year) for year in labels],
        lines=[
            *_published(visit, printed, labels, scale),
            *(_line(visit, metric, one, labels, scale, own) for one in lines),
        ],
        unit=scale.unit,
        breaks=_breaks(visit, metric, labels, printed),
        limit=_limit(metric, visit, scale),
        limit_text=_limit_text(metric, visit),
        preliminary=visit.address.basis == "submitted",
        preliminary_text=visit.phrases("chart.preliminary"),
        decimals=scale.decimals,
    )
    table = _table(visit, metric, labels, lines, printed, scale)
    return ChartView(
        trend(view, visit.address.theme, HEIGHT_PX), sentence(visit, metric, own), table, HEIGHT_PX
    )


def _line(
    visit: Visit, metric: Metric, line: Line, labels: Sequence[int], scale: wording.Scale, own: Line
) -> LineView:
    values = [_plotted(metric, line.cells.get(year), scale) for year in labels]
    last = next((value for value in reversed(values) if value is not None), None)
    is_school = line is own and _is_school(visit)
    name = (
        visit.phrases("trend.school")
        if is_school
        else visit.ladder.place(line.place).name(visit.lang)
    )
    label = f"{name} {scale.text(last * scale.divisor)}" if last is not None else name
    return LineView(label, values, "own" if line is own else "parent")


def _plotted(metric: Metric, cell: Cell | None, scale: wording.Scale) -> float | None:
    """A sum of too few units is no point of a line; the table has it, with its coverage."""
    if cell is None or cell.value is None or not wording.is_shown(cell):
        return None
    if metric.is_sum and not wording.is_covered(cell):
        return None
    return round(cell.value / scale.divisor, 6)


def _published(
    visit: Visit, printed: Sequence[Published], labels: Sequence[int], scale: wording.Scale
) -> list[LineView]:
    """A line for each universe, so that the two can never be joined."""
    lines = []
    for universe in sorted({one.universe for one in printed}):
        known = {one.year: one.value / scale.divisor for one in printed if one.universe == universe}
        values = [known.get(year) for year in labels]
        label = visit.phrases(f"trend.published.{universe}")
        lines.append(LineView(label, values, "other", dashed=True))
    return lines


def _breaks(
    visit: Visit, metric: Metric, labels: Sequence[int], printed: Sequence[Published]
) -> list[BreakView]:
    found = {each.year: each.why.of(visit.lang) for each in metric.breaks}
    if printed:
        found[FIRST_WITHOUT] = visit.phrases("chart.break.2021")
    return [
        BreakView(labels.index(year), why)
        for year, why in sorted(found.items())
        if year in labels[1:]
    ]


def _limit(metric: Metric, visit: Visit, scale: wording.Scale) -> float | None:
    limit = wording.limit_of(visit, metric, visit.addressee)
    return limit.value / scale.divisor if limit else None


def _limit_text(metric: Metric, visit: Visit) -> str:
    limit = wording.limit_of(visit, metric, visit.addressee)
    if limit is None:
        return ""
    words = "kpi.target" if limit.force.value == "target" else "kpi.limit"
    return visit.phrases(words, limit=wording.limit_text(limit, metric, visit.lang))


def _is_school(visit: Visit) -> bool:
    return visit.place is not None and bool(visit.place.unit_kind)


def _table(
    visit: Visit, metric: Metric, labels: Sequence[int], lines: Sequence[Line],
    printed: Sequence[Published], scale: wording.Scale,
) -> TableView:  # fmt: skip
    heads = [ColumnView(visit.phrases("year"), kind="text")]
    for line in lines:
        heads += [
            ColumnView(visit.ladder.place(line.place).name(visit.lang), scale.unit),
            ColumnView(visit.phrases("column.coverage"), "%", narrow=False),
        ]
    if printed:
        heads += [
            ColumnView(visit.phrases("trend.published"), scale.unit),
            ColumnView(visit.phrases("trend.universe"), kind="text", narrow=False),
        ]
    rows = [_table_row(visit, metric, year, lines, printed, scale) for year in labels]
    return TableView(metric.label.of(visit.lang), heads, rows)


def _table_row(
    visit: Visit, metric: Metric, year: int, lines: Sequence[Line],
    printed: Sequence[Published], scale: wording.Scale,
) -> RowView:  # fmt: skip
    cells: list[CellView] = []
    for line in lines:
        cell = line.cells.get(year)
        cells += [_value(metric, cell, scale), _coverage(cell)]
    if printed:
        one = next((each for each in printed if each.year == year), None)
        cells += _published_cells(visit, one, scale)
    return RowView(academic_year(year, visit.lang), cells, kind="own" if year == visit.year else "")


def _value(metric: Metric, cell: Cell | None, scale: wording.Scale) -> CellView:
    if cell is None:
        return CellView(symbol="not_applicable")
    return wording.cell_view(metric, cell, scale=scale)


def _coverage(cell: Cell | None) -> CellView:
    if cell is None or cell.coverage is None:
        return CellView(symbol="not_applicable")
    return CellView(wording.share_text(cell.coverage)[:-1])


def _published_cells(visit: Visit, one: Published | None, scale: wording.Scale) -> list[CellView]:
    if one is None:
        return [CellView(symbol="not_applicable"), CellView("")]
    state = "" if one.is_final else "p"
    words = visit.phrases(f"trend.universe.{one.universe}")
    return [
        CellView(scale.text(one.value), note=state),
        CellView(words, title=one.source.of(visit.lang)),
    ]


def sentence(visit: Visit, metric: Metric, own: Line) -> str:
    """From the first year there is to the last, in words."""
    known = [
        (year, cell.value)
        for year, cell in own.cells.items()
        if cell.value is not None and wording.is_shown(cell)
    ]
    name = visit.ladder.place(own.place).name(visit.lang)
    label = metric.label.of(visit.lang)
    if len(known) < 2:
        return visit.phrases("trend.empty", place=name, metric=label)
    (first, start), (last, end) = known[0], known[-1]
    return visit.phrases(
        "trend.say", place=name, metric=label, first=first, last=last,
        start=wording.written(metric, start, visit.lang), end=wording.written(metric, end, visit.lang),
    )  # fmt: skip


def bounds_switch(visit: Visit) -> SwitchView:
    """The boundaries of now or of each year."""
    choices = [
        ChoiceView(
            visit.phrases(f"bounds.{one}"),
            visit.address.to(bounds=one),
            visit.address.bounds == one,
        )
        for one in ("now", "then")
    ]
    return SwitchView(visit.phrases("bounds.name"), choices)
