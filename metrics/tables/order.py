"""The order in which breakdowns are decided, and which tables are decided together."""

from __future__ import annotations

from itertools import combinations

from metrics.plan import Plan
from metrics.tables.cells import Asked
from metrics.tables.kinds import KINDS
from metrics.tables.sums import Axis

KIND_AXES = tuple(Axis(name, codes) for name, codes in KINDS.items())
ORDER = list(KINDS)


def tables(axes: tuple[Axis, ...], most: int) -> list[tuple[Axis, ...]]:
    """The total and, where kinds of schools are among some breakdowns, every table by up to so many kinds, alike whatever was asked; then those asked for at once."""
    ordered = tuple(sorted(axes, key=rank))
    kinds = KIND_AXES if any(axis.is_kind for axis in ordered) else ()
    every = [each for many in range(most + 1) for each in combinations(kinds, many)]
    return [*every, *([ordered] if ordered not in every else [])]


def every_table(axes: tuple[Axis, ...]) -> list[tuple[Axis, ...]]:
    """The same, and every coarser table of those asked for."""
    ordered = tuple(sorted(axes, key=rank))
    coarser = (each for many in range(len(ordered)) for each in combinations(ordered, many))
    return list(dict.fromkeys((*tables(ordered, 2), *coarser)))


def kinds_of(axes: tuple[Axis, ...]) -> int:
    """By how many kinds at once everything is decided: by one, or by every two where more are asked for."""
    return min(sum(axis.is_kind for axis in axes), 2)


def replace_metrics(asked: Asked, one: Plan, year: int) -> Asked:
    """One metric in one year; by every kind where it is by any, for what is withheld of one hangs on all."""
    name, kinds = one.metric.name, tuple(KINDS) if set(asked.cut) & KINDS.keys() else ()
    return Asked({name: asked.metrics[name]}, (year,), (*asked.cut, *kinds))


def axes_named(axes: tuple[Axis, ...]) -> tuple[str, ...]:
    return tuple(axis.name for axis in axes)


def rank(axis: Axis) -> tuple[bool, int, str]:
    """The published order of breakdowns: a form's own before the kinds of schools."""
    return axis.is_kind, ORDER.index(axis.name) if axis.is_kind else 0, axis.name
