"""Who stands behind the sums over units: how many contributed to each, and the two largest contributions.

The same that rollups keep of their cells, for cells that no rollup holds: by kinds of schools and by several breakdowns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from metrics.disclosure.table import UNKNOWN, Facts
from metrics.metric import UNITS
from metrics.plan import Lookup
from metrics.tables.spots import Codes
from metrics.tables.sums import Axis, Cells, Field, Places, Sums, cells_of


class Contributed(NamedTuple):
    """Arrays of places by members. `units` that have said anything; of several columns or members the most of one, and no largest."""

    value: Sums
    units: Sums
    first: Sums
    second: Sums


def contributed(
    field: Field, lookups: Sequence[Lookup], year: int, axes: tuple[Axis, ...]
) -> Contributed:
    """One sum of a metric with those behind it, as `metrics.contributed.facts` tells them of rollups."""
    pairs = [(one.sign, each) for one in lookups for each in single(cells_of(one, year))]
    found = [(sign, *field.sums(each, axes)) for sign, each in pairs]
    value = np.add.reduce([sign * sums for sign, sums, _ in found])
    units = np.maximum.reduce([counted for _, _, counted in found])
    if len(pairs) > 1:
        unknown = np.full(value.shape, UNKNOWN)
        return Contributed(value, units, unknown, unknown)
    return Contributed(value, units, *largest(field, pairs[0][1], axes))


def single(cells: Cells) -> Iterator[Cells]:
    """The same rows, each member by itself: a unit may stand in several."""
    return (cells._replace(members=frozenset({member})) for member in sorted(cells.members))


def narrowest(
    field: Field, lookups: Sequence[Lookup], year: int, axes: tuple[Axis, ...]
) -> Iterator[tuple[int, Codes, float]]:
    """One sum of a metric by all of some kinds of schools at once: the place, the members and the value of each cell that has any row."""
    shape = (len(field.places), *(axis.size for axis in axes))
    added: dict[int, float] = {}
    for lookup in lookups:
        cells = cells_of(lookup, year)
        rows, spot, many, width = field.spotted(cells, axes, ())
        values = np.ones(spot.size) if cells.measure == UNITS else rows.columns[cells.measure].values  # fmt: skip
        found, at = np.unique(spot, return_inverse=True)
        is_one = (found % width == 0) & (found // width < many)
        sums = np.bincount(at, values, minlength=found.size)
        for where, value in zip((found[is_one] // width).tolist(), sums[is_one].tolist(), strict=True):  # fmt: skip
            added[where] = added.get(where, 0.0) + lookup.sign * value
    named = [[(axis.name, label) for label in axis.codes.labels] for axis in axes]
    place, *members = np.unravel_index(np.array(list(added), dtype=np.int64), shape)
    words = (map(names.__getitem__, each.tolist()) for names, each in zip(named, members, strict=True))  # fmt: skip
    for at, value, *codes in zip(place.tolist(), added.values(), *words, strict=True):
        yield field.places[at], tuple(codes), value


def largest(field: Field, cells: Cells, axes: tuple[Axis, ...]) -> tuple[Sums, Sums]:
    """The two largest contributions of single units to each sum; 0 where there is none."""
    shape = (len(field.places), *(axis.size + 1 for axis in axes))
    first, second = np.zeros(shape), np.zeros(shape)
    own = [axis for axis in axes if not axis.is_kind]
    for among in (each for many in range(len(own) + 1) for each in combinations(own, many)):
        at: list[Any] = [slice(1, None) if axis.is_kind or axis in among else 0 for axis in axes]
        first[(slice(None), *at)], second[(slice(None), *at)] = _counted(field, cells, axes, among)
    for n, axis in enumerate(axes, start=1):
        if axis.is_kind:
            members = np.moveaxis(np.stack([first, second]), n + 1, 0)[1:]
            ordered = np.sort(members.reshape(-1, *members.shape[2:]), axis=0)
            total: tuple[Any, ...] = ((slice(None),) * n) + (0,)
            first[total], second[total] = ordered[-1], ordered[-2]
    return first, second


def _counted(
    field: Field, cells: Cells, axes: tuple[Axis, ...], among: tuple[Axis, ...]
) -> Iterator[Sums]:
    """The two largest by kind and by some of the form's own dimensions, without totals."""
    rows, spot, many, width = field.spotted(cells, axes, among)
    values = np.ones(spot.size) if cells.measure == UNITS else rows.columns[cells.measure].values.astype(np.float64)  # fmt: skip
    schools = field.of_schools(axes)
    return (field.shaped(each, axes, schools, among, many, width) for each in _two(spot, values, (many + 1) * width))  # fmt: skip


def _two(spot: Places, values: Sums, size: int) -> Iterator[Sums]:
    order = np.lexsort((-values, spot))
    at, ordered = spot[order], values[order]
    begins = np.flatnonzero(np.diff(at, prepend=-1))
    first, second = np.zeros(size), np.zeros(size)
    first[at[begins]] = ordered[begins]
    after = begins[begins + 1 < at.size]
    same = after[at[after + 1] == at[after]]
    second[at[same]] = ordered[same + 1]
    yield from (np.maximum(first, 0), np.maximum(second, 0))


def told(
    found: Contributed, places: Sequence[int], axes: tuple[Axis, ...]
) -> Iterator[tuple[int, Codes, Facts]]:
    """Every cell that anybody contributed to: where what was brought adds up to nothing, nobody is counted as behind it."""
    for place, codes, (value, units, first, second) in spotted(found.units > 0, found, places, axes):  # fmt: skip
        yield place, codes, Facts(value, int(units), first, second) if value else Facts(0.0, 0, 0.0, 0.0)  # fmt: skip


def spotted(
    asked: NDArray[np.bool_], columns: Sequence[Sums], places: Sequence[int], axes: tuple[Axis, ...]
) -> Iterator[tuple[int, Codes, Sequence[float]]]:
    """The place and members of each cell asked for, with its number in every column."""
    named = [[None, *((axis.name, label) for label in axis.codes.labels)] for axis in axes]
    spots = np.nonzero(asked)
    numbers = zip(*(each[spots].tolist() for each in columns), strict=True)
    codes: list[Codes] = [tuple(filter(None, each)) for each in product(*named)]
    width = len(codes)
    where = np.ravel_multi_index(spots, asked.shape)
    for place, at, each in zip((where // width).tolist(), (where % width).tolist(), numbers, strict=True):  # fmt: skip
        yield places[place], codes[at], each
