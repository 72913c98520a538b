"""Where a flagged number lies among the nearest similar schools: nameless dots, this school marked, the range it was expected in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import isclose

from dashboards.charts.swarm import MarkView, SwarmView, swarm
from dashboards.element import Element
from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.section import ChartView, SectionView, chart, section
from dashboards.views import peers, questions, spread, wording
from metrics.discovery import metric as metric_named
from metrics.discovery import metrics
from metrics.distribution import Distribution, percentile
from metrics.metric import Count, Metric, Ratio
from metrics.question import Cell
from metrics.signals.signal import Tier
from warehouse.flag_lists import Flag
from warehouse.flags import Judgement

WIDTHS_PX, HEIGHT_PX = {6: 420, 12: 880}, 230
MIDDLE = (10, 90)  # percent of the similar schools between which most lie
SAME = 1e-6
LIMIT = "limit."

Cells = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Compared:
    """A flagged number among similar schools. `band`: the range it was expected in, or where most of them lie (`is_usual`)."""

    metric: Metric
    found: Distribution
    own: float
    band: tuple[float, float]
    is_usual: bool


def similar_section(visit: Visit, flag: Flag, width: int) -> Element | None:
    """The strip, by the recipe that the page of similar schools publishes; None where nothing can be compared."""
    there = visit if visit.year == flag.year else replace(visit, address=replace(visit.address, year=flag.year))  # fmt: skip
    one = _compared(there, flag)
    if one is None:
        return None
    phrases = visit.phrases
    more = (phrases("alert.similar.more"), there.address.on("similar", flag.school_id))
    note = phrases("alert.similar.note", metric=one.metric.label.of(visit.lang), band=_band(visit, one))  # fmt: skip
    meta = wording.unit_text(one.metric, visit.lang)
    view = SectionView("similar", phrases("alert.similar", n=len(one.found.values)), meta, more=more, width=width, note=note)  # fmt: skip
    return section(view, chart(_drawn(there, flag, one, WIDTHS_PX[width]), phrases))


def _band(visit: Visit, one: Compared) -> str:
    return visit.phrases("alert.similar.usual" if one.is_usual else "alert.similar.expected")


def _compared(visit: Visit, flag: Flag) -> Compared | None:
    """None of what is no number of a metric's, and where fewer than ten similar schools have one."""
    names, value = showing(flag), flag.detail.get("value")
    if not names or value is None:
        return None
    told = questions.ask(visit, names, (flag.school_id,), (flag.year,))
    cells = {name: told.cell(name, flag.school_id, flag.year) for name in names}
    name = next((each for each, cell in cells.items() if _is_it(cell, value)), None)
    found = peers.spreads(visit, [name], peers.Compared(alike=peers.alike(visit))).get(name) if name else None  # fmt: skip
    if name is None or found is None:
        return None
    expected = _expected(flag)
    band = expected or (percentile(found.values, MIDDLE[0]), percentile(found.values, MIDDLE[1]))
    return Compared(metric_named(name), found, cells[name].value or 0.0, band, expected is None)


def _expected(flag: Flag) -> tuple[float, float] | None:
    """The range that the flag names, where it has two ends."""
    low, high = flag.detail.get("low"), flag.detail.get("high")
    return None if low is None or high is None else (float(low), float(high))


def _is_it(cell: Cell, value: float) -> bool:
    """Whether a metric gives the very number that is flagged."""
    return wording.is_shown(cell) and cell.value is not None and isclose(cell.value, value, rel_tol=SAME, abs_tol=SAME)  # fmt: skip


def showing(flag: Flag) -> tuple[str, ...]:
    """Metrics that may give the flagged number: that of the limit, or ratios and counts of the cells that weigh most; none of a risk or a contradiction."""
    if flag.judgement is Judgement.BREACH:
        code = flag.rule.removeprefix(LIMIT) if flag.rule.startswith(LIMIT) else ""
        return tuple(name for name, one in metrics().items() if code in one.limits)
    parts = flag.detail.get("parts") or []
    if flag.judgement is Judgement.RISK or flag.tier == Tier.HARD or not parts:
        return ()
    return _of_cells(tuple((form, column) for form, column in parts[0]["cells"]), flag.year)


@cache
def _of_cells(cells: Cells, year: int) -> tuple[str, ...]:
    """Ratios of two cells and counts of each."""
    wanted = {cells, cells[::-1], *((cell,) for cell in cells)}
    return tuple(name for name, one in metrics().items() if isinstance(one, Ratio | Count) and _cells(one, year) in wanted)  # fmt: skip


def _cells(one: Metric, year: int) -> Cells:
    return tuple((part.form, part.measure) for each in one.sums(year) for part in each.parts)


# -- drawing


def _drawn(visit: Visit, flag: Flag, one: Compared, width_px: int) -> ChartView:
    values, phrases = one.found.values, visit.phrases
    limit = flag.detail.get("limit")
    low, high = _ends([*values, one.own, *one.band, *([limit] if limit is not None else [])])
    view = SwarmView(
        values=values, median=one.found.percentile(50), median_text=phrases("chart.median", value=_text(one, one.found.percentile(50) or 0.0)),
        middle=one.band, limit=limit, limit_text=_limit_text(visit, flag), breach="above" if flag.detail.get("direction") == "ceiling" else "below",
        marks=[MarkView(one.own, phrases("alert.similar.own", value=_text(one, one.own)))],
        low=low, high=high,
    )  # fmt: skip
    table = spread.table(visit, one.metric, values, low, high)
    return ChartView(swarm(view, visit.address.theme, width_px, HEIGHT_PX), _sentence(visit, flag, one), table, HEIGHT_PX)  # fmt: skip


def _limit_text(visit: Visit, flag: Flag) -> str:
    """应不低于 20."""
    if "limit" not in flag.detail:
        return ""
    bound = visit.phrases(f"alert.limit.{flag.detail['direction']}")
    return f"{bound} {plain(flag.detail['limit'])}"


def _ends(known: Sequence[float]) -> tuple[float, float]:
    """Ends of the axis with a little room, that nothing is cut off."""
    room = (max(known) - min(known)) * 0.04 or 0.5
    low = min(known)
    return max(low - room, min(0.0, low)), max(known) + room


def _text(one: Compared, value: float) -> str:
    return plain(value, one.metric.decimals)


def _sentence(visit: Visit, flag: Flag, one: Compared) -> str:
    """The same in words."""
    values = one.found.values
    return visit.phrases(
        "alert.similar.say", metric=one.metric.label.of(visit.lang), own=_text(one, one.own), n=len(values), under=sum(value < one.own for value in values),
        median=_text(one, one.found.percentile(50) or 0.0), low=_text(one, one.band[0]), high=_text(one, one.band[1]),
        band=_band(visit, one), limit=_limit_text(visit, flag),
    ).strip()  # fmt: skip
