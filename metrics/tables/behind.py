"""Who stands behind the sums over units: how many contributed to each, and the two largest contributions.

The same that rollups keep of their cells, for cells that no rollup holds: by kinds of schools and by several breakdowns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product, repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from metrics.disclosure.table import EMPTY, UNKNOWN, Facts
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
    pairs = _signed(lookups, year)
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


class Cut(NamedTuple):
    """The cells of one table: the key of each, what is behind it, and the places and members, a line each, that the keys number."""

    keys: NDArray[np.int64]
    behind: Contributed
    at: Sequence[NDArray[np.int64]]


def by_kinds(
    field: Field, lookups: Sequence[Lookup], year: int, axes: tuple[Axis, ...], tables: Iterable[tuple[Axis, ...]], *, is_lean: bool = False
) -> Iterator[tuple[int, Codes, Facts]]:  # fmt: skip
    """One sum of a metric by some kinds of schools at once, in every one of some tables, coarser ones first: each cell that anybody contributed to. The same as
    `told` of `contributed`, and quicker where there are many places: nothing is made of cells that are none. `is_lean`: without those that are nothing, or all of one
    that is coarser, as nearly all are where there are few schools.
    """
    found = [(sign, *_rows(field, each, axes)) for sign, each in _signed(lookups, year)]
    cuts: dict[tuple[Axis, ...], Cut] = {}
    for table in tables:
        cut = cuts[table] = _cut(field, found, axes, table)
        among = _telling(table, cut, cuts) if is_lean and table else np.arange(cut.keys.size)
        yield from _spelt(field, table, cut, among)


def _cut(field: Field, found: Sequence[tuple[int, NDArray[np.int64], Sums]], axes: tuple[Axis, ...], table: tuple[Axis, ...]) -> Cut:  # fmt: skip
    shape = (len(field.places), *(axis.size for axis in table))
    wanted = [0, *(axes.index(axis) + 1 for axis in table)]
    spots = [np.ravel_multi_index(tuple(at[wanted]), shape) for _, at, _ in found]
    keys, which = np.unique(np.concatenate(spots), return_inverse=True)
    ends = np.cumsum([each.size for each in spots])[:-1]
    return Cut(keys, _added(found, np.split(which, ends), keys.size), np.unravel_index(keys, shape))


def _telling(table: tuple[Axis, ...], cut: Cut, coarser: Mapping[tuple[Axis, ...], Cut]) -> Places:
    """The cells of a table that are something, and no coarser cell as well: of as many units and as much, it is the same ones'."""
    is_same = cut.behind.value == 0
    for without in range(len(table)):
        face = table[:without] + table[without + 1 :]
        lines = [line for n, line in enumerate(cut.at) if n != without + 1]
        keys = np.ravel_multi_index(lines, (int(cut.at[0].max(initial=0)) + 1, *(axis.size for axis in face)))  # fmt: skip
        whole = coarser[face]
        at = np.searchsorted(whole.keys, keys)
        is_same |= (whole.behind.value[at] == cut.behind.value) & (whole.behind.units[at] == cut.behind.units)  # fmt: skip
    return np.flatnonzero(~is_same)


def _spelt(field: Field, table: tuple[Axis, ...], cut: Cut, among: Places) -> Iterator[tuple[int, Codes, Facts]]:  # fmt: skip
    """Cells of a table by the words of their members."""
    words = [[(axis.name, label) for label in axis.codes.labels] for axis in table]
    place, *members = ([*line[among].tolist()] for line in cut.at)
    codes = zip(*(map(each.__getitem__, line) for each, line in zip(words, members, strict=True)), strict=True) if table else repeat(())  # fmt: skip
    numbers = zip(*(line[among].tolist() for line in cut.behind), strict=True)
    for at, each, (total, units, *two) in zip(place, codes, numbers, strict=False):
        yield field.places[at], each, Facts(total, int(units), *two) if total else EMPTY


def _signed(lookups: Sequence[Lookup], year: int) -> list[tuple[int, Cells]]:
    return [(one.sign, each) for one in lookups for each in single(cells_of(one, year))]


def _rows(field: Field, cells: Cells, axes: tuple[Axis, ...]) -> tuple[NDArray[np.int64], Sums]:
    """Of every row below a place that is asked for: its place and kinds, a line each, and what it brings."""
    rows, spot, many, width = field.spotted(cells, axes, ())
    is_one = (spot % width == 0) & (spot // width < many)
    shape = (len(field.places), *(axis.size for axis in axes))
    values = np.ones(spot.size) if cells.measure == UNITS else rows.columns[cells.measure].values.astype(np.float64)  # fmt: skip
    return np.stack(np.unravel_index(spot[is_one] // width, shape)), values[is_one]


def _added(found: Sequence[tuple[int, NDArray[np.int64], Sums]], spots: Sequence[Places], size: int) -> Contributed:  # fmt: skip
    """What rows bring to each spot, by the rules of `contributed`."""
    value, units = np.zeros(size), np.zeros(size)
    for (sign, _, brought), at in zip(found, spots, strict=True):
        value += sign * np.bincount(at, brought, minlength=size)
        units = np.maximum(units, np.bincount(at, minlength=size))
    if len(found) > 1:
        unknown = np.full(size, UNKNOWN)
        return Contributed(value, units, unknown, unknown)
    return Contributed(value, units, *_two(spots[0], found[0][2], size))


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
