"""Since when each metric has meant what it means, and what it meant before: metrics/catalogue/history.csv."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from metrics.discovery import metrics
from metrics.handbook import formula
from metrics.metric import Metric
from warehouse.history import Revision, read

LINES = Path(__file__).parent / "catalogue" / "history.csv"


def meaning(metric: Metric) -> str:
    """What a value of it is: its formula, its time and its unit. Words may be bettered without it."""
    return f"{formula(metric)} | {metric.period.value} | {metric.unit.label.en}"


def meanings() -> dict[str, str]:
    """Every metric's."""
    return {name: meaning(one) for name, one in metrics().items()}


@cache
def history() -> dict[str, list[Revision]]:
    """The dated lines of every metric, the first one first."""
    return read(LINES)


def redefined(names: Iterable[str], since: date) -> dict[str, date]:
    """Of some metrics those that have come to mean something else since a day, that day among them, with the last day on which they did."""
    kept = history()
    lines = {name: kept.get(name, [])[1:] for name in names}
    return {name: later[-1].on for name, later in lines.items() if later and later[-1].on >= since}
