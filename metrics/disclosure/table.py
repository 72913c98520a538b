"""A table as disclosure control sees it: cells that know who contributed, and the sums among them.

A hierarchy with its totals, a breakdown with its own, several tables that share cells: all are sums among cells.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix

from metrics.errors import NotAdditive

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
UNKNOWN = float("nan")  # a contribution nobody has told: dominance is not judged then


class Facts(NamedTuple):
    """What is known of a cell: its value, how many units contributed, and its two largest contributions."""

    value: float
    units: int
    first: float = UNKNOWN
    second: float = UNKNOWN


EMPTY = Facts(0.0, 0, 0.0, 0.0)


class Slices:
    """The cells of each sum, or the sums of each cell, by their number."""

    def __init__(self, sums: csr_matrix | csc_matrix) -> None:
        self._all: Places = sums.indices
        self._ends: list[int] = sums.indptr.tolist()

    def __getitem__(self, at: int) -> Places:
        return self._all[self._ends[at] : self._ends[at + 1]]


class Sum(NamedTuple):
    """One cell is the sum of others. `is_disjoint`: a unit contributes to at most one of the parts, as with places; a unit may
    contribute to several specialties.
    """

    total: Hashable
    parts: tuple[Hashable, ...]
    is_disjoint: bool


@dataclass(frozen=True, eq=False)
class Table:
    """Cells side by side, and the sums among them: `sums` has one row for each, 1 at its parts and -1 at its total."""

    keys: tuple[Hashable, ...]
    values: Numbers
    units: Numbers
    first: Numbers
    second: Numbers
    sums: csr_matrix
    totals: Places
    is_disjoint: Mask
    part: (
        Places  # cells of different numbers are tied by no sum: cases that are decided side by side
    )
    told_least: Numbers | None = (
        None  # what is said of withheld cells besides: recoded shares tell in which class they lie
    )
    told_most: Numbers | None = None
    home: Numbers | None = (
        None  # cells of equal number are the same single unit's; 0 is of no one's
    )

    @cached_property
    def at(self) -> dict[Hashable, int]:
        """Where each cell stands."""
        return {key: n for n, key in enumerate(self.keys)}

    @cached_property
    def turned(self) -> csc_matrix:
        """The sums by their cells."""
        return self.sums.tocsc()

    @cached_property
    def of_cell(self) -> Slices:
        """The sums that a cell takes part in."""
        return Slices(self.turned)

    @cached_property
    def of_sum(self) -> Slices:
        """The cells of a sum, its total among them."""
        return Slices(self.sums)

    @cached_property
    def row(self) -> Places:
        """The sum of each entry of `sums`."""
        return np.repeat(np.arange(self.totals.size), np.diff(self.sums.indptr))

    @cached_property
    def floor(self) -> Numbers:
        """What everybody knows of each cell: counts and amounts are not negative, unless its part of the table holds differences."""
        return np.where(self.parts_of(self.values < 0), -np.inf, 0.0)

    def parts_of(self, mask: Mask) -> Mask:
        """All cells of the parts in which any of some cells stand."""
        is_any = np.zeros(int(self.part.max(initial=0)) + 1, dtype=bool)
        is_any[self.part[mask]] = True
        return is_any[self.part]

    @cached_property
    def least(self) -> Numbers:
        """The least that everybody knows each cell to be."""
        return self.floor if self.told_least is None else np.maximum(self.floor, self.told_least)

    @cached_property
    def most(self) -> Numbers:
        return np.full(len(self.keys), np.inf) if self.told_most is None else self.told_most

    def telling(self, said: Mapping[Any, tuple[float, float]]) -> Table:
        """The same table, of which the least and the most of some cells are said."""
        least, most = np.full(len(self.keys), -np.inf), np.full(len(self.keys), np.inf)
        for key, ends in said.items():
            least[self.at[key]], most[self.at[key]] = ends
        return replace(self, told_least=least, told_most=most)

    def mask(self, keys: Iterable[Hashable]) -> Mask:
        """Those of some cells that the table has."""
        found = np.zeros(len(self.keys), dtype=bool)
        found[[self.at[key] for key in keys if key in self.at]] = True
        return found

    def named(self, mask: Mask) -> list[Hashable]:
        return [self.keys[n] for n in np.flatnonzero(mask)]


def make(facts: Mapping[Any, Facts], sums: Iterable[Sum]) -> Table:
    """A table of cells; one that a sum names and nobody has told is empty. NotAdditive where parts do not make their total."""
    summed = list(sums)
    keys = tuple(dict.fromkeys([*facts, *(k for s in summed for k in (s.total, *s.parts))]))
    at = {key: n for n, key in enumerate(keys)}
    told = np.array([facts.get(key, EMPTY) for key in keys], dtype=float).reshape(-1, 4)
    values, units, first, second = told.T
    found = Table(
        keys, values, units, first, second, _matrix(summed, at), np.array([at[s.total] for s in summed], dtype=np.intp),
        np.array([s.is_disjoint for s in summed], dtype=bool), np.zeros(len(keys), dtype=np.intp),
    )  # fmt: skip
    _check(found)
    return found


def _matrix(sums: Sequence[Sum], at: Mapping[Hashable, int]) -> csr_matrix:
    columns = np.array([at[key] for s in sums for key in (s.total, *s.parts)], dtype=np.int32)
    ends = np.cumsum([0, *(1 + len(s.parts) for s in sums)], dtype=np.int32)
    signs = np.ones(columns.size)
    signs[ends[:-1]] = -1.0
    found = csr_matrix((signs, columns, ends), shape=(len(sums), len(at)))
    found.sum_duplicates()
    found.sort_indices()
    return found


def _check(table: Table) -> None:
    off = np.abs(table.sums @ table.values)
    wrong = np.flatnonzero(off > 1e-6 * np.maximum(1.0, np.abs(table.values[table.totals])))
    if wrong.size:
        raise NotAdditive(str(table.keys[table.totals[wrong[0]]]), float(off[wrong[0]]))


def grid(places: Mapping[Any, Any], members: Mapping[Any, Any] | None = None) -> Iterator[Sum]:
    """The sums of a hierarchy of places by a hierarchy of members, both as child -> parent; the keys are (place, member).

    Trees may be ragged. Without members a table has one column, ''.
    """
    columns = members if members is not None else {"": None}
    for above, below in _children(places).items():
        for member in columns:
            yield Sum((above, member), tuple((one, member) for one in below), is_disjoint=True)
    for above, narrower in _children(columns).items():
        for place in places:
            yield Sum((place, above), tuple((place, one) for one in narrower), is_disjoint=False)


def _children(parents: Mapping[Any, Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for child, parent in parents.items():
        if parent is not None:
            found.setdefault(parent, []).append(child)
    return found
