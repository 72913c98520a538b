"""The order in which breakdowns are decided, and which tables are decided together."""

from __future__ import annotations

from itertools import combinations

from metrics.plan import Plan
from metrics.tables.cells import Asked
from metrics.tables.kinds import KINDS
from metrics.tables.sums import Axis

KIND_AXES = tuple(Axis(name, codes) for name, codes in KINDS.items())
ORDER = list(KINDS)


def crossings(most: int) -> list[tuple[Axis, ...]]:
    """Every table by up to so many kinds of schools, the total first."""
    return [each for many in range(most + 1) for each in combinations(KIND_AXES, many)]


def every_table(axes: tuple[Axis, ...], most: int) -> list[tuple[Axis, ...]]:
    """Every table by up to so many kinds of schools, and those asked for with all coarser ones."""
    ordered = tuple(sorted(axes, key=rank))
    asked = (each for many in range(len(ordered) + 1) for each in combinations(ordered, many))
    return list(dict.fromkeys((*crossings(most), *asked)))


def replace_metrics(asked: Asked, one: Plan, year: int) -> Asked:
    """One metric in one year; by every kind where it is by any, for what is withheld of one hangs on all."""
    name, kinds = one.metric.name, tuple(KINDS) if set(asked.cut) & KINDS.keys() else ()
    return Asked({name: asked.metrics[name]}, (year,), (*asked.cut, *kinds))


def axes_named(axes: tuple[Axis, ...]) -> tuple[str, ...]:
    return tuple(axis.name for axis in axes)


def rank(axis: Axis) -> tuple[bool, int, str]:
    """The published order of breakdowns: a form's own before the kinds of schools."""
    return axis.is_kind, ORDER.index(axis.name) if axis.is_kind else 0, axis.name
