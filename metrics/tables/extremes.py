"""Counts of extreme shares in tables by kinds of schools and by several breakdowns: what would say of nearly everybody in a small group what they are.

Of totals and single breakdowns the class of the share is said (`outside.py`); here nothing is, and the count is withheld like any cell, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from metrics import linked
from metrics.contributed import holding_of
from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.links import Column, broken, lookups
from metrics.disclosure.recoding import class_of
from metrics.plan import Plan
from metrics.tables.held import Told
from metrics.tables.reach import Reach
from metrics.tables.spots import Spot
from metrics.tables.sums import Axis


def extremes(reach: Reach, one: Plan, side: int, axes: tuple[Axis, ...], told: Sequence[Told], limits: Thresholds) -> frozenset[Spot]:  # fmt: skip
    """The cells of one sum of a metric, by kinds and beside them, that are nearly all of a small group, or hardly any of it."""
    each = linked.sums(one)[side]
    if each is None or holding_of(one.sums[side]) is not Holding.PERSONS:
        return frozenset()
    found = (spot for of in linked.groups_of(each) for spot in _extreme(reach, of, each.years_back, axes, told, limits))  # fmt: skip
    return frozenset(found)


def _extreme(reach: Reach, of: Column, years_back: int, axes: tuple[Axis, ...], told: Sequence[Told], limits: Thresholds) -> Iterator[Spot]:  # fmt: skip
    group = lookups(of, years_back)
    own = [axis for axis in axes if not axis.is_kind]
    is_broken = all(broken(of, axis.name, "?") is not None for axis in own)
    groups = (
        reach.by_kinds(group, axes, with_beneath=False),
        reach.beside(group, axes) if is_broken else {},
    )
    for counts, sizes in zip(told, groups, strict=True):
        for place, cells in counts.items():
            there = sizes.get(place, {})
            yield from (Spot(place, codes) for codes, facts in cells.items() if codes and codes in there and class_of(facts.value, there[codes].value, limits))  # fmt: skip
