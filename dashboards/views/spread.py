"""How the schools of a place differ: one metric over its schools, nameless, with median, middle half and limit."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import ceil, floor, log10

from dashboards.charts.swarm import MarkView, SwarmView, swarm
from dashboards.numbers import percentage, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.section import ChartView, ChoiceView, SwitchView
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import wording
from metrics.discovery import metric as metric_named
from metrics.distribution import Distribution, percentile
from metrics.metric import Metric
from metrics.question import Cell
from warehouse.law import Addressee, Limit

OFFERED = (
    "students_per_teacher",
    "dual_qualified",
    "land_per_student",
    "buildings_per_student",
    "equipment_per_student",
)
HEIGHT_PX = 230
BANDS = 12  # rows of the table
FEWEST = 10  # fewer schools make no picture
TAIL = 1  # percent of the schools at either end that are drawn at the axis' end


def chosen(visit: Visit, offered: Sequence[str] = OFFERED) -> str:
    """The metric shown: the address's where schools can be told apart by it."""
    return visit.address.metric if visit.address.metric in offered else offered[0]


def switch(visit: Visit, offered: Sequence[str] = OFFERED) -> SwitchView | None:
    here = chosen(visit, offered)
    choices = [
        ChoiceView(
            wording.brief(metric_named(name), visit.lang),
            visit.address.to(metric="" if name == offered[0] else name),
            name == here,
        )
        for name in offered
    ]
    return SwitchView(visit.phrases("switch.metric"), choices) if len(choices) > 1 else None


def chart(visit: Visit, name: str, found: Distribution, own: Cell, width_px: int) -> ChartView:
    """The figure with the place's own value marked under the axis."""
    metric = metric_named(name)
    limit = wording.limit_of(visit, metric, visit.addressee or Addressee(province=visit.province))
    values = found.values
    low, high = _ends(values, limit)
    view = SwarmView(
        values=values,
        median=found.percentile(50),
        median_text=visit.phrases("chart.median", value=_text(metric, found.percentile(50))),
        middle=(percentile(values, 25), percentile(values, 75)),
        limit=limit.value if limit else None,
        limit_text=_limit_text(visit, limit, values),
        breach="above" if limit and limit.direction == "ceiling" else "below",
        marks=_marks(visit, metric, own, low, high),
        dot_text=_axis_text(visit, metric, "chart.dot"),
        column_text=_axis_text(visit, metric, "chart.column"),
        low=low,
        high=high,
    )
    return ChartView(
        swarm(view, visit.address.theme, width_px, HEIGHT_PX),
        sentence(visit, metric, found, limit),
        table(visit, metric, values, low, high),
        HEIGHT_PX,
    )


def _axis_text(visit: Visit, metric: Metric, what: str) -> str:
    unit = wording.unit_text(metric, visit.lang)
    return visit.phrases("spread.axis", unit=unit, what=visit.phrases(what))


def _text(metric: Metric, value: float | None) -> str:
    return plain(value, metric.decimals) if value is not None else ""


def _ends(values: Sequence[float], limit: Limit | None) -> tuple[float, float]:
    """Round ends that hold all but the outermost schools, and the limit."""
    low, high = percentile(values, TAIL), percentile(values, 100 - TAIL)
    if limit is not None:
        low, high = min(low, limit.value), max(high, limit.value)
    step = _step(high - low)
    return floor(low / step) * step, (floor(high / step) + 1) * step


def _step(width: float) -> float:
    """A round width of which about a dozen cover the axis."""
    rough = max(width, 1e-9) / BANDS
    power = 10.0 ** floor_log(rough)
    return next(power * one for one in (1, 2, 5, 10) if power * one >= rough)


def floor_log(value: float) -> int:
    """The power of ten at or under a value."""
    return floor(log10(value))


def _marks(visit: Visit, metric: Metric, own: Cell, low: float, high: float) -> list[MarkView]:
    if (
        own.value is None
        or not wording.is_shown(own)
        or visit.place is None
        or not low <= own.value <= high
    ):
        return []
    name = visit.place.name(visit.lang)
    return [MarkView(own.value, f"{name} {_text(metric, own.value)}")]


def beyond(values: Sequence[float], limit: Limit) -> int:
    """How many schools do not meet a limit; the values are in ascending order."""
    if limit.direction == "ceiling":
        return len(values) - bisect_right(values, limit.value)
    return bisect_left(values, limit.value)


def _limit_text(visit: Visit, limit: Limit | None, values: Sequence[float]) -> str:
    if limit is None:
        return ""
    number = beyond(values, limit)
    key = "chart.limit.over" if limit.direction == "ceiling" else "chart.limit.under"
    return visit.phrases(
        key, limit=plain(limit.value), n=number, share=wording.share_text(number / len(values))
    )


def sentence(visit: Visit, metric: Metric, found: Distribution, limit: Limit | None) -> str:
    """Median and middle half in words, and how many break the limit."""
    values = found.values
    words = visit.phrases(
        "spread.say", n=plain(len(values)), metric=metric.label.of(visit.lang), median=_text(metric, found.percentile(50)),
        low=_text(metric, percentile(values, 25)), high=_text(metric, percentile(values, 75)),
    )  # fmt: skip
    return f"{words} {_limit_text(visit, limit, values)}".strip()


def table(
    visit: Visit, metric: Metric, values: Sequence[float], low: float, high: float
) -> TableView:
    """Schools by band of the value; the outermost bands hold everything beyond them."""
    step = _step(high - low)
    bands = max(1, ceil((high - low) / step - 1e-9))
    ends = [bisect_left(values, low + (at + 1) * step) for at in range(bands - 1)]
    counts = [end - start for start, end in pairwise([0, *ends, len(values)])]
    decimals = 0 if step >= 1 else min(2, -floor_log(step))
    rows = [
        RowView(
            _band_name(visit, at, bands, low, step, decimals),
            (CellView(plain(number)), CellView(percentage(number / len(values)))),
        )
        for at, number in enumerate(counts)
    ]
    heads = (
        ColumnView(
            metric.label.of(visit.lang),
            wording.unit_text(metric, visit.lang),
            kind="text",
            defined=wording.defined(visit.address, metric, visit.phrases),
        ),
        ColumnView(visit.phrases("spread.schools"), visit.phrases("unit.schools")),
        ColumnView(visit.phrases("spread.share"), "%"),
    )
    return TableView(metric.label.of(visit.lang), heads, rows)


def _band_name(visit: Visit, at: int, bands: int, low: float, step: float, decimals: int) -> str:
    start, end = plain(low + at * step, decimals), plain(low + (at + 1) * step, decimals)
    if at == 0 and low > 0:
        return visit.phrases("spread.under", value=end)
    if at == bands - 1:
        return visit.phrases("spread.over", value=start)
    return f"{start}–{end}"
