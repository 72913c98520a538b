"""Rank bands: where a place stands among its siblings, as sure as the numbers allow.

A share of schools is known only as well as its schools are many: two shares whose difference is smaller than
its standard error share a band. Any other value shares one with values that print the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

from metrics.metric import Direction, Metric, Share
from metrics.question import Cell, State

COVERED = 0.9  # places of which fewer units have reported are not ranked


class Band(NamedTuple):
    """From `first` to `last` place among `units` ranked; 1 is best, or largest where no way is better."""

    first: int
    last: int
    units: int


class _Ranked(NamedTuple):
    value: float
    error: float


def bands(metric: Metric, cells: Mapping[int, Cell]) -> dict[int, Band]:
    """The band of each place that can be ranked."""
    ranked = {place: _ranked(metric, cell) for place, cell in cells.items() if may_rank(cell)}
    return {place: _band(one, list(ranked.values())) for place, one in ranked.items()}


def band(metric: Metric, cells: Mapping[int, Cell], place: int) -> Band | None:
    """The band of one place among all of them."""
    if not may_rank(cells[place]):
        return None
    others = [_ranked(metric, cell) for cell in cells.values() if may_rank(cell)]
    return _band(_ranked(metric, cells[place]), others)


def may_rank(cell: Cell) -> bool:
    """A value with enough units behind it."""
    if cell.value is None or cell.state is not State.VALUE:
        return False
    return cell.coverage is None or cell.coverage >= COVERED


def _ranked(metric: Metric, cell: Cell) -> _Ranked:
    """The value so that more is better, and its standard error."""
    value = round(cell.value or 0.0, metric.decimals)
    signed = -value if metric.direction is Direction.DOWN else value
    if not isinstance(metric, Share) or not cell.denominator:
        return _Ranked(signed, 0.0)
    # With two schools more, one of each kind, a share of 0 or 100 has an error too.
    share = ((cell.numerator or 0) + 1) / (cell.denominator + 2)
    return _Ranked(signed, metric.scale * sqrt(share * (1 - share) / cell.denominator))


def _band(own: _Ranked, all_of_them: list[_Ranked]) -> Band:
    ahead = sum(_is_ahead(other, own) for other in all_of_them)
    behind = sum(_is_ahead(own, other) for other in all_of_them)
    return Band(ahead + 1, len(all_of_them) - behind, len(all_of_them))


def _is_ahead(one: _Ranked, other: _Ranked) -> bool:
    apart = one.value - other.value
    return apart > 0 and apart * apart > one.error * one.error + other.error * other.error
