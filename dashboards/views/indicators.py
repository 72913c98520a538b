"""Every indicator of a school: this year, last year, change, limit, state, the years before, and its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Literal

from dashboards.address import Address
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.table import Cell as Drawn
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import wording
from dashboards.views.kpis import spark
from dashboards.views.peers import Medians
from metrics.discovery import domain_of, metrics, parts, shelves
from metrics.metric import UNITS, Change, Cumulative, Metric, Percentile, Share
from metrics.question import Answers, Cell
from warehouse.law import Force, Limit
from warehouse.text import Text

NOT_OF_ONE = (
    Share,
    Change,
    Percentile,
    Cumulative,
)  # kinds that speak of many schools or of other rows here
FIRST = 3  # metrics of a domain, in the order of its file, that stand on the page of a school
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


@cache
def main_names() -> tuple[str, ...]:
    """Of those the FIRST ones of each domain, and all for which the law knows a limit."""
    taken: Counter[int] = Counter()
    found = []
    for name in names():
        one = metrics()[name]
        taken[domain_of(one).place] += 1
        if one.limits or taken[domain_of(one).place] <= FIRST:
            found.append(name)
    return tuple(found)


def chosen(address: Address) -> tuple[str, ...]:
    """What the page of a school lists: all of them where the address says so, else the main ones and the one it is about."""
    asked = {*main_names(), address.source, address.metric}
    return names() if address.all == "1" else tuple(name for name in names() if name in asked)


def by_shelf(listed: Collection[str]) -> dict[Text, list[Metric]]:
    """Metrics as they stand in lists."""
    wanted, stood = frozenset(listed), shelves().items()
    return {shelf: [one for one in found if one.name in wanted] for shelf, found in stood}


def table(
    visit: Visit, answers: Answers, groups: Mapping[Text, Sequence[Metric]], title: str = "", beside: Medians | None = None
) -> TableView:  # fmt: skip
    """Indicators in groups, each under its heading."""
    phrases = visit.phrases
    limited = any(one.limits for found in groups.values() for one in found)
    limits = (
        ColumnView(phrases("indicators.limit")),
        ColumnView(phrases("indicators.state"), kind="text"),
    )
    heads = (
        ColumnView(phrases("indicators.name"), kind="text"),
        ColumnView(phrases("indicators.now")),
        ColumnView(phrases("indicators.before"), narrow=False),
        ColumnView(phrases("indicators.change"), narrow=False),
        *((ColumnView(beside.name, narrow=False),) if beside else ()),
        *(limits if limited else ()),
        ColumnView(phrases("indicators.years"), kind="text", narrow=False),
        ColumnView(phrases("indicators.source"), kind="text"),
    )
    rows = list(_rows(visit, answers, groups, beside, limited=limited))
    return TableView(title or phrases("indicators.title"), heads, rows)


def _rows(
    visit: Visit, answers: Answers, groups: Mapping[Text, Sequence[Metric]], beside: Medians | None, *, limited: bool
) -> Iterator[RowView]:  # fmt: skip
    for name, found in groups.items():
        if found:
            yield RowView(name.of(visit.lang), kind="group", href=_page_of(visit, found[0]))
            yield from (_row(visit, metric, answers, beside, limited=limited) for metric in found)


def _page_of(visit: Visit, one: Metric) -> str:
    """The page of a metric's domain; nothing where this is it."""
    page = domain_of(one).name
    return "" if visit.address.page == page else visit.address.on(page, visit.address.place)


def _row(
    visit: Visit, metric: Metric, answers: Answers, beside: Medians | None, *, limited: bool
) -> RowView:
    series = dict(answers.series(metric.name, answers.question.places[0]))
    cell, before = series[visit.year], series.get(visit.year - 1)
    moved = wording.change(metric, cell, before, visit.phrases) if before else None
    limit = wording.limit_of(visit, metric, visit.addressee)
    source = CellView(visit.phrases("indicators.source"), href=visit.address.to(source=metric.name))
    cells: tuple[Drawn, ...] = (
        wording.cell_view(metric, cell),
        wording.cell_view(metric, before) if before else CellView(symbol="not_applicable"),
        CellView(moved.text) if moved else CellView(symbol="not_applicable"),
        *((_beside(visit, metric, beside),) if beside else ()),
        *(_against(visit, metric, limit, cell) if limited else ()),
        spark(visit, metric, series) or CellView(""),
        source,
    )
    kind: Literal["", "own"] = "own" if visit.address.source == metric.name else ""
    return RowView(
        metric.label.of(visit.lang), cells, unit=wording.unit_text(metric, visit.lang), kind=kind,
        defined=wording.defined(visit.address, metric, visit.phrases),
    )  # fmt: skip


def _beside(visit: Visit, metric: Metric, beside: Medians) -> CellView:
    value = beside.values.get(metric.name)
    if value is None:
        return CellView(symbol="not_applicable")
    return CellView(wording.column_scale(metric, (), visit.lang).text(value))


def _against(visit: Visit, metric: Metric, limit: Limit | None, cell: Cell) -> tuple[Drawn, Drawn]:
    """The limit and how the value stands to it."""
    text = (
        CellView(wording.limit_text(limit, metric, visit.lang))
        if limit
        else CellView(symbol="not_applicable")
    )
    return text, status(visit, metric, limit, cell)


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
