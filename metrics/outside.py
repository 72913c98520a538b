"""What a reader who is not in charge of a place is not shown of it: the primary rules, and what would give them away.

The pattern is that of everything such a reader can see - the own place, what lies beside it and above it - whatever was asked of it, so that two
questions never differ in what they withhold. Totals are decided first, and a breakdown withholds members only: it never changes its totals.
Readers in charge are not slowed: nothing is read here unless a place of somebody else's is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from metrics.audience import Audience
from metrics.disclosure.audiences import THRESHOLDS, AudienceClass, Holding, Thresholds
from metrics.disclosure.bounds import outer
from metrics.disclosure.differences import carried
from metrics.disclosure.primary import Reason, judge
from metrics.disclosure.proof import hidden, protect
from metrics.disclosure.recoding import Class, class_of
from metrics.disclosure.rules import Parts, withheld
from metrics.disclosure.table import Facts, Mask, Sum, Table, grid, make
from metrics.earlier import Decided, Moved, Where
from metrics.errors import CannotProtect
from metrics.gather import Gatherer
from metrics.metric import PERCENT, UNITS, Metric, Percentile, Ratio
from metrics.moves import Between, Moves
from metrics.plan import Lookup, Plan, plan
from metrics.question import Key, Question
from metrics.question import State as CellState
from metrics.rollups import Reads, Row, Want, Wish, read, wants
from metrics.states import State
from warehouse.discovery import form as form_named
from warehouse.form import PERSON_TIMES, PERSONS
from warehouse.ladder import Ladder
from warehouse.places import Rung

Selected = Sequence[tuple[Plan, int]]
Told = tuple[tuple[Where, Facts], ...]
Sums = Mapping[str, tuple[Lookup, ...]]  # one sum, by member: '' is the total
Chains = Mapping[int, Sequence[State]]  # of each year the releases up to the one that is shown
Known = tuple[tuple[Where, bool], ...]  # decided before: whether it is shown
OFFICIAL = THRESHOLDS[AudienceClass.OFFICIAL]


def withhold(
    reader: Reads, audience: Audience, question: Question, plans: Selected, found: Mapping[Key, Parts], chains: Chains = MappingProxyType({}),
) -> dict[Key, Parts]:  # fmt: skip
    """The parts of every cell, without those that would tell a reader of elsewhere about persons or schools.

    `chains`: of each year the releases up to the one that is shown.
    """
    depths = audience.depths(question.places)
    outside = [place for place in question.places if depths[place] == "published"]
    judged = [(one, year) for one, year in plans if one.reported and not isinstance(one.metric, Percentile)]  # fmt: skip
    kept = dict(found)
    if not outside or not judged or OFFICIAL is None:
        return kept
    view = View(reader, audience, question, judged, OFFICIAL, chains)
    for one, year in judged:
        hides = view.hidden(one, year)
        name = one.metric.name
        for key in (key for key in found if key.metric == name and key.year == year):
            parts = found[key]
            if parts.state is not CellState.VALUE or depths[key.place] != "published":
                continue
            if (key.place, key.member) in hides:
                kept[key] = withheld(parts)
            elif (lies := extreme(one.metric, parts.values, OFFICIAL)) is not None:
                kept[key] = withheld(parts, lies.state if lies.hides else CellState.WITHHELD)
    return kept


def extreme(metric: Metric, parts: Sequence[float], limits: Thresholds) -> Class | None:
    """The class of a share of a small group that says of nearly everybody what they are; `parts`: what is divided by what."""
    if metric.unit != PERCENT or not isinstance(metric, Ratio):
        return None
    count, group = parts
    return class_of(count, group, limits)


class View:
    """Everything a reader sees of elsewhere that the question's metrics are made of."""

    def __init__(
        self, reader: Reads, audience: Audience, question: Question, plans: Selected, limits: Thresholds, chains: Chains = MappingProxyType({})
    ) -> None:  # fmt: skip
        self.audience, self.question, self.limits = audience, question, limits
        self.groups = {year: list(groups(audience, question, year)) for year in question.years}
        places = dict.fromkeys(place for each in self.groups.values() for group in each for place in group)  # fmt: skip
        self.asked = replace(question, places=tuple(places))
        self.gatherer = contributions(reader, self.asked, plans)
        self._reader, self._plans, self._chains = reader, plans, chains
        self._moves = Moves(reader, question.boundary)
        self._gathered: dict[str, Gatherer] = {}
        self._hidden: dict[tuple[object, ...], set[Where]] = {}

    def hidden(self, one: Plan, year: int) -> set[Where]:
        """The withheld (place, member) of a metric: where any of its sums is withheld."""
        return set().union(*self.by_side(one, year))

    def by_side(self, one: Plan, year: int) -> list[set[Where]]:
        """The same of each of its sums by itself."""
        return [self._hidden_sum(one, at, sums, year) for at, sums in enumerate(sides(self.gatherer, one, year))]  # fmt: skip

    def _hidden_sum(self, one: Plan, at: int, sums: Sums, year: int) -> set[Where]:
        """The same sum behind several metrics is decided once."""
        key = (tuple(sums.items()), year)
        if key not in self._hidden:
            found = self._decided(one, at, sums, year)
            self._hidden[key] = {where for where, is_shown in found.shown.items() if not is_shown}
        return self._hidden[key]

    def _decided(self, one: Plan, at: int, sums: Sums, year: int) -> Decided:
        """The state that is shown, after each release before it, as it was decided then."""
        chain = self._chains.get(year, ())
        earlier: list[tuple[State, Decided]] = []
        for state in chain[:-1]:
            gatherer = self._at(state, year)
            then = sides(gatherer, one, year)[at]
            earlier.append((state, self._state(gatherer, then, year, earlier, state.number)))
        return self._state(self.gatherer, sums, year, earlier, chain[-1].number if chain else "")

    def _at(self, state: State, year: int) -> Gatherer:
        """The rows of an earlier release."""
        if state.number not in self._gathered:
            loads = {form: state.loads.get(form, 0) for form in self.question.load}
            asked = replace(self.asked, years=(year,), basis=state.basis, load=loads)
            plans = [(one, each) for one, each in self._plans if each == year]
            self._gathered[state.number] = contributions(self._reader, asked, plans)
        return self._gathered[state.number]

    def _state(
        self, gatherer: Gatherer, sums: Sums, year: int, earlier: Sequence[tuple[State, Decided]], number: str
    ) -> Decided:  # fmt: skip
        """One state of a sum, with what the states before it ask of it."""
        found = Decided({}, {}, set())
        holding = holding_of(sums[""])
        moves = [(decided, self._moved(Between(state.number, number), sums, year)) for state, decided in earlier]  # fmt: skip
        for group in self.groups[year]:
            for members in ([""], list(sums)) if len(sums) > 1 else ([""],):
                told = {
                    (place, member): facts(gatherer, sums[member], place, year)
                    for place in group
                    for member in members
                }
                found.told.update(told)
                self._group(group, told, found, holding, year, moves)
        return found

    def _moved(self, between: Between, sums: Sums, year: int) -> Moved:
        return lambda where: self._moves.units(between, sums.get(where[1], ()), where[0], year)

    def _group(
        self, group: Sequence[int], told: Mapping[Where, Facts], found: Decided, holding: Holding, year: int, earlier: Sequence[tuple[Decided, Moved]]
    ) -> None:  # fmt: skip
        """Which cells of a group are shown: those decided before stay as they are."""
        own = self.audience.scope.place_id if self.audience.scope.depth == "records" else None
        ladder, boundary = self.audience.ladder, self.question.boundary
        above = tuple((place, ladder.parent(place, year, boundary)) for place in group)
        unsafe, kept = self._carried(dict(above), told, earlier, holding)
        before = dict.fromkeys(unsafe, False) | {w: found.shown[w] for w in told if w in found.shown}  # fmt: skip
        before |= {where: True for where in told if where[0] == own}
        above_own = set(_above(ladder, own, self.question, year)) if own is not None else ()
        before |= {w: True for w in told if w[0] in above_own and told[w] == told.get((own, w[1]))}
        found.unsafe.update(unsafe)
        found.shown.update(shown(above, tuple(told.items()), tuple(before.items()), self.limits, holding, kept))  # fmt: skip

    def _carried(
        self, above: Mapping[int, int | None], told: Mapping[Where, Facts], earlier: Sequence[tuple[Decided, Moved]], holding: Holding
    ) -> tuple[frozenset[Where], frozenset[Where]]:  # fmt: skip
        """What the states before ask of some cells, and of what is listed nowhere beside them."""
        if not earlier:
            return frozenset(), frozenset()
        now, befores = dict(told), []
        list(_closed(above, now))
        for decided, moved in earlier:
            then = decided.of(above, told)
            sums = list(_closed(above, then))
            befores.append(decided.before(then, sums, moved))
        return carried(now, befores, self.limits, holding)


def contributions(reader: Reads, question: Question, plans: Selected) -> Gatherer:
    """The rows behind some plans, each measure with its two largest contributions."""
    needed = _with_contributions(wants(plans, cut=question.cut, is_covered=False))
    (found,) = read(reader, [Wish(question, needed)], add=joined)
    return Gatherer(found, question)


def sides(gatherer: Gatherer, one: Plan, year: int) -> list[dict[str, tuple[Lookup, ...]]]:
    """Each sum of a metric, by member of the question's breakdown: '' is the total."""
    name, cut = one.metric.name, gatherer.question.cut
    plans = {"": one} | {m: plan(name, year, cut, m) for m in gatherer.members(one, year)}
    return [{m: each.sums[at] for m, each in plans.items()} for at in range(len(one.sums))]


def table_of(gatherer: Gatherer, side: Mapping[str, tuple[Lookup, ...]], ladder: Ladder, year: int) -> Table:  # fmt: skip
    """One sum at every place of the question by every member, with all sums among them; the keys are (place, member) and rests."""
    question = gatherer.question
    above = {place: ladder.parent(place, year, question.boundary) for place in question.places}
    cells = {
        (place, member): facts(gatherer, lookups, place, year)
        for place in question.places
        for member, lookups in side.items()
    }
    return make(cells, list(_closed(above, cells)))


def rests_of(table: Table) -> Mask:
    """What is listed nowhere and can only be subtracted."""
    return table.mask(w for w in table.keys if isinstance(w, tuple) and isinstance(w[0], Rest))


def groups(audience: Audience, question: Question, year: int) -> Iterator[list[int]]:
    """Places that are decided together, from the top down.

    Who keeps records sees few places of others: all in one. Who sees published aggregates of a whole region: each place with those below it.
    A school's own number is one of three contributions: that it is known to its school is what the limit of three allows for.
    """
    scope, ladder = audience.scope, audience.ladder
    if scope.depth == "records":
        own = [] if ladder.rung(scope.place_id) == Rung.SCHOOL else [scope.place_id]
        yield sorted({*own, *scope.published})
        return
    asked = {each for place in question.places for each in (*_above(ladder, place, question, year), place)}  # fmt: skip
    seen = sorted((p for p in asked if _is_seen(audience, p)), key=lambda p: (ladder.rung(p), p))
    if seen:
        yield seen[:1]
    for place in seen:
        below = ladder.children(place, year, question.boundary)
        if inside := [each for each in below if _is_seen(audience, each)]:
            yield [place, *inside]


def _above(ladder: Ladder, place: int, question: Question, year: int) -> Iterator[int]:
    parent = ladder.parent(place, year, question.boundary)
    while parent is not None:
        yield parent
        parent = ladder.parent(parent, year, question.boundary)


def _is_seen(audience: Audience, place: int) -> bool:
    return (
        audience.ladder.rung(place) < Rung.SCHOOL
        and audience.scope.depth_of(audience.ladder, place) is not None
    )


@lru_cache(maxsize=4096)
def shown(
    above: tuple[tuple[int, int | None], ...], told: Told, before: Known, limits: Thresholds, holding: Holding, kept: frozenset[Where] = frozenset()
) -> Known:  # fmt: skip
    """Of each cell of some places whether it is shown. A function of the numbers alone: the same ones are worked out once.

    `kept` are withheld whatever the rules say, because they protected others in an earlier state.
    """
    places, cells, known = dict(above), dict(told), dict(before)
    sums = list(_closed(places, cells))
    table = make(cells, sums)
    fixed = table.mask(where for where, is_shown in known.items() if is_shown)
    unsafe = table.mask(where for where, is_shown in known.items() if not is_shown)
    rests = rests_of(table) | (table.mask(kept) & ~fixed)
    primary = hidden(judge(table, limits, holding)) & ~fixed
    if not (primary | unsafe).any() and not kept:
        return tuple((where, True) for where, _ in told)
    try:
        found = protect(table, limits, holding, unsafe=unsafe, unpublished=rests, fixed=fixed)
        if (
            bare := found.withheld & table.mask(kept) & (outer(table, found.withheld).width < 1)
        ).any():
            found = protect(table, limits, holding, unsafe=unsafe | bare, unpublished=rests, fixed=fixed)  # fmt: skip
        reasons = found.reasons
    except CannotProtect:
        reasons = np.where(fixed, Reason.SHOWN, Reason.SECONDARY)  # nothing of the group is shown
    return tuple((where, bool(reasons[table.at[where]] == Reason.SHOWN)) for where, _ in told)


class Rest(NamedTuple):
    """What a place has beside those below it that the reader sees, or beside the members listed, each by itself: anybody can subtract.

    `of`: the total, and whether it is that of places.
    """

    of: Any


def _closed(places: Mapping[int, int | None], cells: dict[Where, Facts]) -> Iterator[Sum]:
    """The sums among some places and members, each closed by what is not listed, which is added to the cells.

    Where what is listed is more than the total - members that overlap - nothing can be subtracted, and there is no sum.
    """
    parents = {place: above if above in places else None for place, above in places.items()}
    members = {member: "" if member else None for _, member in cells}
    for each in list(grid(parents, members)):
        total, parts = cells[each.total], [cells[part] for part in each.parts]  # type: ignore[index]  # pairs
        left = total.value - sum(part.value for part in parts)
        units = total.units - sum(part.units for part in parts)
        if left < 0:
            continue
        if left > 0 or units > 0:
            rest: Where = (Rest((each.total, each.is_disjoint)), "")
            cells[rest] = Facts(left, max(units, 1) if each.is_disjoint else total.units)
            each = each._replace(parts=(*each.parts, rest))  # noqa: PLW2901 - the sum, closed
        yield each


def holding_of(lookups: Iterable[Lookup]) -> Holding:
    """What a sum counts: persons where any part of it does."""
    units = {None if each.measure == UNITS else form_named(each.form).columns[each.measure].unit for each in lookups}  # fmt: skip
    if units & {PERSONS, PERSON_TIMES}:
        return Holding.PERSONS
    return Holding.UNITS if units == {None} else Holding.AMOUNT


def facts(gatherer: Gatherer, lookups: tuple[Lookup, ...], place: int, year: int) -> Facts:
    """A sum at a place and who contributed. Of several columns or members the largest contribution is not known (nan): dominance is not judged,
    and no more units are sure than the most of one of them.
    """
    value = gatherer.total(lookups, place, year)
    if not value:
        return Facts(0.0, 0, 0.0, 0.0)
    behind = [_behind(gatherer, lookup, pair, place, year) for lookup in lookups for pair in _pairs(lookup)]  # fmt: skip
    units = max(each.units for each in behind)
    if len(behind) > 1:
        return Facts(float(value), units)
    return Facts(float(value), units, behind[0].first, behind[0].second)


def _pairs(lookup: Lookup) -> list[tuple[str, str]]:
    return list(dict.fromkeys((cut, member) for cut, member, _ in lookup.rows))


def _behind(gatherer: Gatherer, lookup: Lookup, pair: tuple[str, str], place: int, year: int) -> Facts:  # fmt: skip
    """The contributions to one cell of a rollup: schools and attached classes are units apart."""
    cells = gatherer.rows.get((lookup.form, place, year - lookup.years_back), {})
    rows = [cells[row] for row in lookup.rows if row[:2] == pair and row in cells]
    units = sum(row[0] or 0 for row in rows)
    if lookup.measure == UNITS:
        return Facts(units, units, 1, 1)
    at = gatherer.columns[lookup.form][lookup.measure]
    largest = sorted((row[n] or 0 for row in rows for n in (at + 1, at + 2)), reverse=True)
    first, second = [*largest, 0, 0][:2]
    return Facts(0, units, first, second)


def _with_contributions(needed: Mapping[str, Want]) -> dict[str, Want]:
    """What is read of each form, every measure followed by its two largest contributions."""
    found = {}
    for form, want in needed.items():
        measures = dict.fromkeys(n for m in want.measures for n in (m, f"{m}__first", f"{m}__second"))  # fmt: skip
        found[form] = Want(measures, want.cuts, want.members, want.years, want.open_cuts)
    return found


def joined(one: Row, other: Row) -> Row:
    """Two rows of one cell, of different units: sums added, the two largest contributions of either."""
    found = [(one[0] or 0) + (other[0] or 0)]
    for at in range(1, len(one), 3):
        known = [row for row in (one, other) if row[at] is not None]
        largest = sorted((row[n] or 0 for row in known for n in (at + 1, at + 2)), reverse=True)
        found += [sum(row[at] for row in known) if known else None, *[*largest, 0, 0][:2]]
    return found
