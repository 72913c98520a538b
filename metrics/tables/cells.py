"""Finished cells of a table out of sums over units, many at once: what measure() says of single cells, said of whole arrays.

Only for places of whose records the reader is in charge: there nothing is withheld.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from metrics.gather import BROKEN, UNEVEN
from metrics.metric import ALL_UNITS, Change, Count, Cumulative, Metric, Ratio
from metrics.plan import DUE, ROSTER, Plan, Reported, plan, returns
from metrics.question import Cell, Key, State
from metrics.tables.ask import joined
from metrics.tables.sums import Axis, Cells, Field, Sums, cells_of

STATES = np.array(list(State), dtype=object)
VALUE, ABSENT, MISSING, NEARLY = (list(State).index(each) for each in (State.VALUE, State.NOT_APPLICABLE, State.NOT_SUBMITTED, State.ROUNDS_TO_ZERO))  # fmt: skip


class Divided(NamedTuple):
    """Values with what they were divided from; `is_known` where there is one. `below` is None of a count."""

    value: Sums
    is_known: NDArray[np.bool_]
    above: Sums
    below: Sums | None


class Standing(NamedTuple):
    """Of every place and kind the state, the worst coverage, and whether coverages are apart."""

    state: NDArray[np.int64]
    units: Sums
    due: Sums
    is_uneven: NDArray[np.bool_]


def divide(metric: Metric, values: Sequence[Sums]) -> Divided:
    """What `metric.divide` makes of single sums."""
    if isinstance(metric, Change):
        return _changed(metric, values)
    if isinstance(metric, Ratio):
        above, below = values
        known = below != 0
        return Divided(np.divide(above * metric.scale, below, out=np.zeros_like(above), where=known), known, above, below)  # fmt: skip
    total = np.add.reduce(values)
    return Divided(total, np.ones(total.shape, dtype=bool), total, None)


def _changed(metric: Change, values: Sequence[Sums]) -> Divided:
    half = len(values) // 2
    if isinstance(metric.of, Count):
        now, then = values
        known = then != 0
        grown = np.divide((now - then) * 100, then, out=np.zeros_like(now), where=known)
        return Divided(grown, known, now - then, then)
    later, before = divide(metric.of, values[:half]), divide(metric.of, values[half:])
    known = later.is_known & before.is_known
    return Divided(later.value - before.value, known, later.above, later.below)


class Found(NamedTuple):
    """One metric and year at the places of a field: an array for each part of a cell, places by members."""

    state: NDArray[np.int64]
    divided: Divided | None
    units: Sums
    due: Sums
    is_uneven: NDArray[np.bool_]


@dataclass(frozen=True)
class Column:
    """One metric in all years at the places of one or more fields, by the members of its axes. `read`: of which years each form is read."""

    metric: Metric
    read: Mapping[str, Iterable[int]]
    years: tuple[int, ...]
    axes: tuple[Axis, ...]
    fields: Sequence[Field]

    def cells(self, cut: Sequence[str]) -> Iterator[tuple[Key, Cell]]:
        """Every cell of the members that occur at any place in any year; `cut` are the table's breakdowns, of which this metric may lack some."""
        members = np.flatnonzero(self._occur())
        said = [self._said(cut, int(at)) for at in members]
        for field in self.fields:
            for year in self.years:
                found = self._found(field, year)
                keys = map(Key._make, product((self.metric.name,), field.places, (year,), said))
                yield from zip(keys, _finished(self.metric, found, members), strict=True)

    def _said(self, cut: Sequence[str], at: int) -> str:
        """The member in a key: a code for each breakdown, nothing where it is the total of all."""
        spots = np.unravel_index(at, [axis.size + 1 for axis in self.axes]) if self.axes else ()
        codes = {axis.name: ("", *axis.codes.labels)[spot] for axis, spot in zip(self.axes, spots, strict=True)}  # fmt: skip
        return joined([codes.get(name, "") for name in cut])

    def _occur(self) -> NDArray[np.bool_]:
        """Of every member whether any unit says anything of it, or of a kind is due to."""
        found = np.zeros(int(np.prod([axis.size + 1 for axis in self.axes], dtype=np.int64)), dtype=bool)  # fmt: skip
        found[0] = True
        first = next((each for year in self.years if (each := plan(self.metric.name, year)).sums), None)  # fmt: skip
        if first is None:
            return found
        whole = tuple(slice(None) if axis.is_kind else slice(0, 1) for axis in self.axes)
        lookup = first.sums[0][0]._replace(years_back=0)
        kinds = tuple(dict.fromkeys(kind for each in first.reported for kind in each.kinds))
        for field in self.fields:
            for year in self.read[lookup.form]:
                said = cells_of(lookup, year)._replace(kinds=ALL_UNITS)
                seen: NDArray[Any] = np.any(field.sums(said, self.axes)[1], axis=0, keepdims=True)
                if any(axis.is_kind for axis in self.axes):
                    due = field.units(ROSTER, year, kinds, self.axes)
                    seen[(slice(None), *whole)] |= np.any(due, axis=0, keepdims=True)
                found |= seen.reshape(-1)
        return found

    def _found(self, field: Field, year: int) -> Found:
        one = plan(self.metric.name, year)
        shape = (len(field.places), *(axis.size + 1 for axis in self.axes))
        nothing = np.zeros(shape)
        if self.metric.since and year < self.metric.since:
            return Found(np.full(shape, ABSENT), None, nothing, nothing, np.zeros(shape, dtype=bool))  # fmt: skip
        stood = standing(field, one, year, self.axes)
        state, units, due = (
            np.broadcast_to(stood.state, shape),
            np.broadcast_to(stood.units, shape),
            np.broadcast_to(stood.due, shape),
        )
        is_uneven = np.broadcast_to(stood.is_uneven, shape)
        if not one.sums:
            gone = np.where(state == VALUE, ABSENT, state)
            return Found(gone, None, nothing, nothing, np.zeros(shape, dtype=bool))
        values = [self._total(field, lookups, year) for lookups in one.sums]
        unknown = np.logical_or.reduce([np.isnan(each) for each in values])
        state = np.where((state == VALUE) & unknown, MISSING, state)
        if not one.reported:
            is_said = state == VALUE
            units, due = np.where(is_said, values[0], units), np.where(is_said, values[-1], due)
        return Found(state, divide(self.metric, values), units, due, is_uneven)

    def _total(self, field: Field, lookups: Sequence[Any], year: int) -> Sums:
        parts = [one.sign * field.sums(cells_of(one, year), self.axes)[0] for one in lookups]
        total: Sums = np.add.reduce(parts)
        return total


def standing(field: Field, one: Plan, year: int, axes: tuple[Axis, ...]) -> Standing:
    """Whether everyone the metric needs has something in, and the worst coverage among its forms."""
    covers = [_covered(field, reported, year, axes) for reported in one.reported]
    shape = (len(field.places), *(axis.size + 1 if axis.is_kind else 1 for axis in axes))
    state = np.full(shape, VALUE)
    lacking = np.zeros(shape)
    for reported, (units, due) in zip(one.reported, covers, strict=True):
        is_out = (state == VALUE) & (units == 0)
        lacking = np.where(is_out & (due > 0), due, lacking)
        state = np.where(is_out & (due > 0), MISSING, state)
        if not (one.skips_empty and reported.years_back):
            state = np.where(is_out & (due == 0), ABSENT, state)
    worst = _worst(covers, shape)
    is_said = state == VALUE
    state = np.where(is_said & worst.is_uneven & (worst.state == MISSING), MISSING, state)
    return Standing(state, np.where(is_said, worst.units, 0.0), np.where(is_said, worst.due, lacking), is_said & worst.is_uneven)  # fmt: skip


def _worst(covers: Sequence[tuple[Sums, Sums]], shape: tuple[int, ...]) -> Standing:
    """The worst of the coverages of forms that are in, and how far they are apart. A form nobody is due for counts as covered."""
    units, due, low = np.zeros(shape), np.zeros(shape), np.full(shape, np.inf)
    high = np.full(shape, -np.inf)
    for reported, expected in covers:
        share = np.divide(reported, expected, out=np.ones(shape), where=expected != 0)
        is_in = reported > 0
        is_worse = is_in & (share < low)
        units, due = np.where(is_worse, reported, units), np.where(is_worse, expected, due)
        low, high = np.where(is_worse, share, low), np.where(is_in & (share > high), share, high)
    apart = np.where(np.isfinite(low), high - np.where(np.isfinite(low), low, 0.0), 0.0)
    state = np.where(apart > BROKEN, MISSING, VALUE)
    return Standing(state, units, due, apart > UNEVEN)


def _covered(field: Field, reported: Reported, year: int, axes: tuple[Axis, ...]) -> tuple[Sums, Sums]:  # fmt: skip
    """Reporting units and units due; of a form handed in by parts of the year, its returns and the returns due in the whole year."""
    form, back, kinds = reported
    then, names = year - back, returns(form)
    schools = tuple(axis for axis in axes if axis.is_kind)
    roster = Cells(ROSTER, then, DUE, (), frozenset({()}), kinds)
    due = field.wide(field.sums(roster, schools)[0], axes) * len(names)
    units = sum((field.units(name, then, kinds, axes) for name in names), start=np.zeros(1))
    if names != (form,):
        # A year from before the form was asked by parts was handed in as a whole.
        units = np.where(units == 0, len(names) * field.units(form, then, kinds, axes), units)
    return units, due


def _finished(metric: Metric, found: Found, members: NDArray[np.int64]) -> Iterator[Cell]:
    """Cells of every place by the members wanted: values divided last, and said as what they are."""
    places = found.state.shape[0]

    def listed(each: NDArray[Any]) -> NDArray[Any]:
        return each.reshape(places, -1)[:, members].reshape(-1)

    state, is_uneven = listed(found.state), listed(found.is_uneven).tolist()
    units, due = (listed(each).astype(np.int64).tolist() for each in (found.units, found.due))
    if found.divided is None:
        nothing = [None] * state.size
        return map(Cell, nothing, STATES[state].tolist(), nothing, nothing, units, due, is_uneven)
    is_said = state == VALUE
    is_known = is_said & listed(found.divided.is_known)
    amount = np.where(is_known, listed(found.divided.value), 0.0)
    rounds_away = is_known & (amount != 0) & (np.abs(amount) < 0.5 * 10**-metric.decimals)
    state = np.where(is_said & ~is_known, ABSENT, np.where(rounds_away, NEARLY, state))
    whole = isinstance(metric, Count | Cumulative)
    value = _told(amount, is_known, is_whole=whole)
    above = _told(listed(found.divided.above), is_said, is_whole=True)
    below = [None] * state.size if found.divided.below is None else _told(listed(found.divided.below), is_said, is_whole=True)  # fmt: skip
    return map(Cell, value, STATES[state].tolist(), above, below, units, due, is_uneven)


def _told(values: Sums, is_there: NDArray[np.bool_], *, is_whole: bool) -> list[Any]:
    """Numbers as Python's own; None where there is none."""
    known = np.where(is_there, values, 0.0)
    told = (known.astype(np.int64) if is_whole else known).tolist()
    if is_there.all():
        return told  # type: ignore[no-any-return]
    for at in np.flatnonzero(~is_there).tolist():
        told[at] = None
    return told  # type: ignore[no-any-return]


class Asked(NamedTuple):
    """What a table asks of sums over units: its metrics each with the breakdowns that it has."""

    metrics: Mapping[str, tuple[Axis, ...]]
    years: tuple[int, ...]
    cut: tuple[str, ...]


def years_of(asked: Asked) -> dict[str, set[int]]:
    """Of which years anything is read of each form."""
    found: dict[str, set[int]] = {}
    for name in asked.metrics:
        for year in asked.years:
            one = plan(name, year)
            lookups = (each for total in one.sums for each in total)
            parts = [
                *((each.form, each.years_back) for each in lookups),
                *((each.form, each.years_back) for each in one.reported),
            ]
            for form, back in parts:
                found.setdefault(form, set()).add(year - back)
    return found


def cells(asked: Asked, fields: Callable[[tuple[int, ...]], Sequence[Field]]) -> dict[Key, Cell]:
    """The cells of all metrics; `fields` makes the places of each rung ready for some years."""
    read = years_of(asked)
    made = fields(
        tuple(sorted({*asked.years, *(year for years in read.values() for year in years)}))
    )
    found: dict[Key, Cell] = {}
    for name, axes in asked.metrics.items():
        column = Column(plan(name, asked.years[-1]).metric, read, asked.years, axes, made)
        found.update(column.cells(asked.cut))
    return found
