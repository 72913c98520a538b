"""The parts of each cell out of the rows read: sums, and what stands behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from metrics.disclosure.rules import Parts
from metrics.metric import ALL_UNITS, ATTACHED, SCHOOL
from metrics.plan import (
    ANY_MEMBER,
    DUE,
    ROSTER,
    Course,
    Lookup,
    Plan,
    Reported,
    Slot,
    plan,
    returns,
)
from metrics.question import Key, Question, State
from metrics.rollups import Cells, Found
from warehouse.discovery import form as form_named

UNEVEN = 0.02  # coverages of a metric's forms further apart than this are said
BROKEN = 0.05  # and further apart than this, its parts do not speak of the same units: no value
NOTHING: Cells = {}
TOTALS: dict[tuple[str, ...], tuple[tuple[str, str, str], ...]] = {
    kinds: tuple(("", "", kind) for kind in kinds) for kinds in (ALL_UNITS, SCHOOL, ATTACHED)
}


class Gatherer:
    """Rows of one question, with the coverages worked out so far."""

    def __init__(self, found: Found, question: Question) -> None:
        self.rows = found.rows
        self.columns = found.columns
        self.question = question
        self._covered: dict[tuple[Reported, int, int], tuple[int, int]] = {}
        self._standings: dict[tuple[tuple[Reported, ...], bool, int, int], Parts] = {}

    def parts(self, one: Plan, place: int, year: int) -> Parts:
        """The sums of one plan at one place and year, or why there are none."""
        metric = one.metric
        if metric.since and year < metric.since and not self.question.later_law:
            return Parts(State.NOT_APPLICABLE)
        standing = self.standing(one, place, year)
        if standing.state is not State.VALUE:
            return standing
        values = []
        for lookups in one.sums:
            total = self.total(lookups, place, year)
            if total is None:
                return standing._replace(state=State.NOT_SUBMITTED)
            values.append(total)
        return _valued(standing, values, is_covered=bool(one.reported))

    def along(self, way: Course, place: int) -> Iterator[tuple[Key, Parts]]:
        """The parts of every cell of a place: what cells have in common is worked out once."""
        sums = [self._slot(slot, place) for slot in way.slots]
        standings = [self.standing(one, place, year) for one, year in way.standings]
        early = not self.question.later_law
        for name, year, is_early, alike, totals, is_covered in way.steps:
            standing = standings[alike]
            if is_early and early:
                yield Key(name, place, year), Parts(State.NOT_APPLICABLE)
            elif standing.state is not State.VALUE:
                yield Key(name, place, year), standing
            else:
                yield Key(name, place, year), _summed(standing, totals, sums, is_covered=is_covered)

    def _slot(self, slot: Slot, place: int) -> int | None:
        """What some rows add up to; None where a row is in but nobody has filled its column."""
        form, year, measure, rows = slot
        cells = self.rows.get((form, place, year))
        if cells is None:
            return 0
        total, at = 0, self.columns[form][measure]
        for row in rows:
            numbers = cells.get(row)
            if numbers is not None:
                if numbers[at] is None:
                    return None
                total += numbers[at]
        return total

    def total(self, lookups: tuple[Lookup, ...], place: int, year: int) -> int | None:
        """A sum of parts; None where a row is in but nobody has filled its column."""
        total = 0
        for form, back, measure, rows, sign in lookups:
            cells = self.rows.get((form, place, year - back), NOTHING)
            at = self.columns[form][measure]
            for row in rows:
                numbers = cells.get(row)
                if numbers is None:
                    continue
                if numbers[at] is None:
                    return None
                total += sign * numbers[at]
        return total

    def standing(self, one: Plan, place: int, year: int) -> Parts:
        """Whether everyone the metric needs has something in, and the worst coverage among its forms: alike for many metrics."""
        key = (one.reported, one.skips_empty, place, year)
        found = self._standings.get(key)
        if found is None:
            found = self._standings[key] = self._stands(one, place, year)
        return found

    def _stands(self, one: Plan, place: int, year: int) -> Parts:
        covers: list[tuple[int, int]] = []
        for reported in one.reported:
            units, due = self.covered(reported, place, year)
            if units:
                covers.append((units, due))
            elif due:
                return Parts(State.NOT_SUBMITTED, units=0, due=due)
            elif not (one.skips_empty and reported.years_back):
                return Parts(State.NOT_APPLICABLE)
        return _standing(covers)

    def covered(self, reported: Reported, place: int, year: int) -> tuple[int, int]:
        """Reporting units and units due; of a form handed in by parts of the year, its returns and the returns due in the whole year."""
        key = (reported, place, year)
        if key not in self._covered:
            _, back, kinds = reported
            due = self._units(ROSTER, place, year - back, kinds, self.columns[ROSTER][DUE])
            self._covered[key] = (
                self.reporting(reported, place, year),
                due * len(returns(reported.form)),
            )
        return self._covered[key]

    def reporting(self, reported: Reported, place: int, year: int) -> int:
        """The units of a place that have something of the form in; of one handed in by parts, how many parts they have in."""
        form, back, kinds = reported
        then, names = year - back, returns(form)
        if names == (form,):
            return self._units(form, place, then, kinds, 0)
        found = sum(self._units(name, place, then, kinds, 0) for name in names)
        if found:
            return found
        # A year from before the form was asked by parts was handed in as a whole.
        return len(names) * self._units(form, place, then, kinds, 0)

    def _units(self, form: str, place: int, year: int, kinds: tuple[str, ...], at: int) -> int:
        cells = self.rows.get((form, place, year))
        if cells is None:
            return 0
        found = 0
        for row in TOTALS[kinds]:
            numbers = cells.get(row)
            if numbers is not None:
                found += numbers[at] or 0
        return found

    def members(self, one: Plan, year: int) -> Iterator[str]:
        """The members of the breakdown that occur anywhere in the rows, in the order of the code list."""
        cut = self.question.cut
        if not cut:
            return
        sums = plan(one.metric.name, year, cut, ANY_MEMBER).sums
        if not sums:  # of a sum over years that have not begun
            return
        lookup = sums[0][0]
        for code in form_named(lookup.form).labels(cut).labels:
            rows = ((c, member.replace(ANY_MEMBER, code)) for c, member, _ in lookup.rows)
            if any((lookup.form, *row) in self.seen for row in rows):
                yield code

    @cached_property
    def seen(self) -> frozenset[tuple[str, str, str]]:
        """Form, cut and member of which there are rows anywhere."""
        return frozenset(
            (form, cut, member)
            for (form, _, _), cells in self.rows.items()
            for cut, member, _ in cells
        )


def _summed(
    standing: Parts, totals: Sequence[Sequence[tuple[int, int]]], sums: Sequence[int | None], *, is_covered: bool
) -> Parts:  # fmt: skip
    """The sums of one cell out of its slots."""
    values = []
    for slots in totals:
        total = 0
        for at, sign in slots:
            found = sums[at]
            if found is None:
                return standing._replace(state=State.NOT_SUBMITTED)
            total += sign * found
        values.append(total)
    return _valued(standing, values, is_covered=is_covered)


def _valued(standing: Parts, values: Sequence[int], *, is_covered: bool) -> Parts:
    """A cell with its sums; of a metric about reporting itself these are the units reporting and the units due.

    A sum over years that have not begun has no parts.
    """
    if not values:
        return Parts(State.NOT_APPLICABLE)
    _, _, middle, units, due, is_uneven = standing
    if not is_covered:
        units, due = values[0], values[-1]
    return Parts(State.VALUE, tuple(values), middle, units, due, is_uneven)


def _standing(covers: list[tuple[int, int]]) -> Parts:
    """The worst of the coverages, and how far they are apart. A form nobody is due for counts as covered."""
    if len(covers) < 2:
        return Parts(State.VALUE, (), None, *(covers[0] if covers else (0, 0)))
    shares = [units / due if due else 1.0 for units, due in covers]
    worst = min(shares)
    units, due = covers[shares.index(worst)]
    apart = max(shares) - worst
    state = State.NOT_SUBMITTED if apart > BROKEN else State.VALUE
    return Parts(state, (), None, units, due, apart > UNEVEN)
