"""Since when each metric has meant what it means, and what it meant before: metrics/catalogue/history.csv."""

from __future__ import annotations

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
