"""A value against the law of its day. Limits that bind get a verdict, everything else only a distance."""

from __future__ import annotations

from enum import StrEnum

from metrics.metric import Metric
from metrics.question import Cell, State
from warehouse import law
from warehouse.law import ANY, Addressee, Force, Limit


class Verdict(StrEnum):
    MET = "met"  # ●
    NEAR = "near"  # ▲ met, with under 5 % to spare
    MISSED = "missed"  # ■


def limit_of(
    metric: Metric, year: int, *, of: Addressee | None = None, later_law: bool = False
) -> Limit | None:
    """The first limit of a metric that is in force in a year, or that a later law would set, for a unit or for a region (None).

    A floor under a total (40,000 m² of land) is asked of one school, never of a region's sum.
    """
    if of is None and metric.is_sum:
        return None
    find = law.by_later_law if later_law else law.in_force
    found = (find(code, year, of or ANY) for code in metric.limits)
    return next((limit for limit in found if limit is not None), None)


def verdict(limit: Limit | None, cell: Cell) -> Verdict | None:
    """What binding law says of a value; None where there is no value, or a target or a principle only."""
    if (
        limit is None
        or limit.force is not Force.MUST
        or cell.value is None
        or cell.state is not State.VALUE
    ):
        return None
    if not limit.is_met(cell.value):
        return Verdict.MISSED
    is_full = limit.unit == "percent" and limit.value == 100
    return Verdict.NEAR if limit.is_near(cell.value) and not is_full else Verdict.MET
