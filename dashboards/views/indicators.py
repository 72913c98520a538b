"""Every indicator of a school: this year, last year, change, limit, state, the years before, and its source."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal

from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.table import Cell as Drawn
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import wording
from dashboards.views.kpis import spark
from metrics.discovery import metrics, parts, shelves
from metrics.metric import UNITS, Change, Cumulative, Metric, Percentile, Share
from metrics.question import Answers, Cell
from warehouse.law import Force, Limit

NOT_OF_ONE = (
    Share,
    Change,
    Percentile,
    Cumulative,
)  # kinds that speak of many schools or of other rows here
ABOUT_REPORTING = {"eligible", "missed_one", "met_all", UNITS}


@cache
def names() -> tuple[str, ...]:
    """The metrics that say something of one school, in the order of the catalogue."""
    return tuple(name for name, metric in metrics().items() if _is_of_one(metric))


def _is_of_one(metric: Metric) -> bool:
    if isinstance(metric, NOT_OF_ONE):
        return False
    measures = {part.measure for part in parts(metric)}
    if any(measure.startswith("near_") for measure in measures):
        return False
    return metric.name == "limits_missed" or not measures & ABOUT_REPORTING


def table(visit: Visit, answers: Answers) -> TableView:
    """The indicators, shelf by shelf."""
    phrases = visit.phrases
    heads = (
        ColumnView(phrases("indicators.name"), kind="text"),
        ColumnView(phrases("indicators.now")),
        ColumnView(phrases("indicators.before"), narrow=False),
        ColumnView(phrases("indicators.change"), narrow=False),
        ColumnView(phrases("indicators.limit")),
        ColumnView(phrases("indicators.state"), kind="text"),
        ColumnView(phrases("indicators.years"), kind="text", narrow=False),
        ColumnView(phrases("indicators.source"), kind="text"),
    )
    return TableView(phrases("indicators.title"), heads, list(_rows(visit, answers)))


def _rows(visit: Visit, answers: Answers) -> Iterator[RowView]:
    for shelf, stood in shelves().items():
        found = [metric for metric in stood if metric.name in names()]
        if found:
            yield RowView(shelf.of(visit.lang), kind="group")
            yield from (_row(visit, metric, answers) for metric in found)


def _row(visit: Visit, metric: Metric, answers: Answers) -> RowView:
    series = dict(answers.series(metric.name, answers.question.places[0]))
    cell, before = series[visit.year], series.get(visit.year - 1)
    moved = wording.change(metric, cell, before, visit.phrases) if before else None
    limit = wording.limit_of(visit, metric, visit.addressee)
    source = CellView(visit.phrases("indicators.source"), href=visit.address.to(source=metric.name))
    cells: tuple[Drawn, ...] = (
        wording.cell_view(metric, cell, visit.lang),
        wording.cell_view(metric, before, visit.lang)
        if before
        else CellView(symbol="not_applicable"),
        CellView(moved.text) if moved else CellView(symbol="not_applicable"),
        CellView(wording.limit_text(limit, metric, visit.lang))
        if limit
        else CellView(symbol="not_applicable"),
        status(visit, metric, limit, cell),
        spark(visit, metric, series) or CellView(""),
        source,
    )
    kind: Literal["", "own"] = "own" if visit.address.source == metric.name else ""
    return RowView(
        metric.label.of(visit.lang), cells, unit=wording.unit_text(metric, visit.lang), kind=kind
    )


def status(visit: Visit, metric: Metric, limit: Limit | None, cell: Cell) -> Drawn:
    """The verdict of binding law; of a principle or a target, whether it is reached and by how much it is missed."""
    verdict = wording.verdict(limit, cell)
    if verdict != "silent" or limit is None:
        return verdict
    if cell.value is None or not wording.is_shown(cell):
        return CellView(symbol=wording.symbol(cell))
    force = visit.phrases(f"force.{limit.force.value}")
    if limit.is_met(cell.value):
        return CellView(visit.phrases("status.reached"), note=force)
    gap = wording.Scale(1, metric.decimals, "").text(abs(limit.value - cell.value))
    word = "status.short" if limit.force is Force.TARGET else "status.apart"
    return CellView(visit.phrases(word, gap=gap), note=force)
