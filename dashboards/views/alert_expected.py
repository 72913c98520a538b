"""The strip of fact and expectation: a flagged number beside its range or its limit, and the year before; a chance beside the usual one."""

from __future__ import annotations

from dashboards import element as e
from dashboards.charts.expectation import HEIGHT_PX, ExpectationView, expectation
from dashboards.element import Element
from dashboards.numbers import percent, plain
from dashboards.page import Visit
from dashboards.parts.section import ChartView, chart
from dashboards.parts.table import TableView
from dashboards.views import alert
from metrics.signals.signal import Tier
from warehouse.flag_lists import Flag
from warehouse.flags import Judgement


def strip(visit: Visit, flag: Flag, shown: TableView) -> Element | None:
    """The strip over its table; None of what has neither range nor limit: contradictions, and breaches that stand in rows."""
    view = _view(visit, flag)
    if view is None:
        return None
    told = visit.phrases("list.meta").join(filter(None, (view.own_text, view.range_text, view.before_text)))  # fmt: skip
    drawn = chart(ChartView(expectation(view, visit.address.theme), told, shown, HEIGHT_PX), visit.phrases)  # fmt: skip
    return e.div(drawn, cls="strip")


def _view(visit: Visit, flag: Flag) -> ExpectationView | None:
    detail = flag.detail
    if detail.get("value") is None or flag.tier == Tier.HARD:
        return None
    if flag.judgement is Judgement.RISK:
        return _chance(visit, 100 * float(detail["value"]), 100 * float(detail["usual"]))
    if "limit" in detail:
        return _limited(visit, flag)
    low, high = detail.get("low"), detail.get("high")
    if low is None and high is None:
        return None
    return _drawn(visit, flag, low, high, visit.phrases("alert.strip.range", range=alert.range_of(visit, flag)))  # fmt: skip


def _chance(visit: Visit, own: float, usual: float) -> ExpectationView:
    """In percent, on an axis of all that may be: a chance of 20 % must not fill the strip."""
    return ExpectationView(
        own=own, own_text=visit.phrases("alert.strip.own", value=percent(own / 100, 1)), before=usual,
        before_text=visit.phrases("alert.strip.usual", value=percent(usual / 100, 1)), ink="near", ends=(-1.0, 101.0),
    )  # fmt: skip


def _limited(visit: Visit, flag: Flag) -> ExpectationView:
    """A limit is a range that is open on one side."""
    limit, is_floor = float(flag.detail["limit"]), flag.detail["direction"] == "floor"
    words = f"{visit.phrases('alert.limit.floor' if is_floor else 'alert.limit.ceiling')} {plain(limit)}"  # fmt: skip
    return _drawn(visit, flag, limit if is_floor else None, None if is_floor else limit, words)


def _drawn(visit: Visit, flag: Flag, low: float | None, high: float | None, words: str) -> ExpectationView:  # fmt: skip
    own = float(flag.detail["value"])
    before = alert.year_before(flag)
    return ExpectationView(
        own=own, own_text=_own(visit, flag, own, low, high), low=low, high=high, range_text=words, before=before,
        before_text="" if before is None else visit.phrases("alert.strip.before", value=alert.number(flag, before)),
        decimals=_decimals(own, low, high), ink="miss" if "limit" in flag.detail else "doubt",
    )  # fmt: skip


def _own(visit: Visit, flag: Flag, own: float, low: float | None, high: float | None) -> str:
    """The number, and by how much it lies outside."""
    value = alert.number(flag, own)
    if high is not None and own > high:
        return visit.phrases("alert.strip.above", value=value, by=alert.number(flag, own - high))
    if low is not None and own < low:
        return visit.phrases("alert.strip.below", value=value, by=alert.number(flag, low - own))
    return visit.phrases("alert.strip.own", value=value)


def _decimals(*known: float | None) -> int:
    """Of the ticks: none where the numbers lie far enough apart."""
    there = [one for one in known if one is not None]
    span = max(there) - min(there)
    return 0 if span > 5 else 1 if span > 0.5 else 2
