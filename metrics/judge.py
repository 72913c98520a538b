"""A value against the law of its day. Limits that bind get a verdict, everything else only a distance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from metrics.metric import Count, Metric, Ratio
from metrics.question import Cell
from warehouse import law
from warehouse.law import Force, Limit
from warehouse.places import Rung


class Verdict(StrEnum):
    MET = "met"  # ●
    NEAR = "near"  # ▲ met, with under 5 % to spare
    MISSED = "missed"  # ■


@dataclass(frozen=True)
class Judgement:
    """`verdict` is None for a target or a principle. `gap` is what is still missing, 0 when met."""

    limit: Limit
    verdict: Verdict | None
    gap: float


def judge(
    metric: Metric,
    cell: Cell,
    year: int,
    rung: Rung,
    *,
    unit_kind: str = "school",
    later_law: bool = False,
    **unit: str,
) -> Judgement | None:
    """What the first limit in force says of a value; None where no limit is asked of it. `unit`: school_class, province.

    A floor under a total (40,000 m² of land) is asked of one school, never of a province; attached classes
    are asked for nothing.
    """
    if rung is Rung.SCHOOL and unit_kind != "school":
        return None
    limit = limit_of(metric, year, later_law=later_law, **unit)
    if limit is None or cell.value is None or not _is_asked(metric, rung):
        return None
    return Judgement(limit, _verdict(limit, cell.value), _gap(limit, cell.value))


def limit_of(metric: Metric, year: int, *, later_law: bool = False, **unit: str) -> Limit | None:
    """The first limit of a metric that is in force in a year, or that a later law would set, for a school_class and province."""
    find = law.by_later_law if later_law else law.in_force
    found = (find(code, year, **unit) for code in metric.limits)
    return next((limit for limit in found if limit is not None), None)


def _is_asked(metric: Metric, rung: Rung) -> bool:
    return isinstance(metric, Ratio) or (isinstance(metric, Count) and rung is Rung.SCHOOL)


def _verdict(limit: Limit, value: float) -> Verdict | None:
    if limit.force is not Force.MUST:
        return None
    if not limit.is_met(value):
        return Verdict.MISSED
    return Verdict.NEAR if limit.is_near(value) else Verdict.MET


def _gap(limit: Limit, value: float) -> float:
    short = value - limit.value if limit.direction == "ceiling" else limit.value - value
    return max(0.0, short)
