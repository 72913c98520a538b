"""What a reader who is not in charge of a place is not shown of it: the primary rules, and what would give them away.

The pattern is that of everything such a reader can see - the own place, what lies beside it and above it - whatever was asked of it, so that two
questions never differ in what they withhold. Totals are decided first, and a breakdown withholds members only: it never changes its totals.
Readers in charge are not slowed: nothing is read here unless a place of somebody else's is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from metrics import linked
from metrics.audience import Audience
from metrics.contributed import Selected, facts, holding_of, joined
from metrics.disclosure.audiences import THRESHOLDS, AudienceClass, Holding, Thresholds
from metrics.disclosure.differences import carried
from metrics.disclosure.links import Block, Column, broken, lookups
from metrics.disclosure.recoding import Class, class_of
from metrics.disclosure.rules import Parts, withheld
from metrics.disclosure.settle import (
    Case,
    Settled,
    Spot,
    Tie,
    Where,
    closed,
    recode,
    settle,
    told_besides,
)
from metrics.disclosure.table import Facts
from metrics.earlier import Decided, Moved
from metrics.frozen import Pattern, frozen
from metrics.gather import Gatherer
from metrics.linked import Linked
from metrics.metric import PERCENT, Metric, Percentile, Ratio
from metrics.moves import Between, Moves
from metrics.plan import Lookup, Plan
from metrics.question import Key, Question
from metrics.question import State as CellState
from metrics.rollups import Reads, Wish, read
from metrics.states import State
from warehouse.ladder import Ladder
from warehouse.places import Rung

Hides = dict[tuple[int, str], CellState]  # (place, member) -> what is said instead of a value
Spots = Mapping[Spot, tuple[Lookup, ...]]  # what each adds up
Chains = Mapping[int, Sequence[State]]  # of each year the releases up to the one that is shown
Name = tuple[
    Block, int | None, int, int
]  # all of a block or one column of it, its year, and the year of the question
ROOM = 600  # decisions that a process keeps
OFFICIAL = THRESHOLDS[AudienceClass.OFFICIAL]


def official() -> Thresholds:
    """The thresholds of officials of elsewhere: there is nothing they are shown without."""
    if OFFICIAL is None:  # pragma: no cover - declared in audiences.py
        raise LookupError(AudienceClass.OFFICIAL)
    return OFFICIAL


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
    patterns = frozen(reader, audience, question, judged, chains)
    anew = [(one, year) for one, year in judged if (one.metric.name, year) not in patterns]
    view = View(reader, audience, question, anew, OFFICIAL, chains) if anew else None
    for one, year in judged:
        name = one.metric.name
        said = _said(patterns.get((name, year)), view, one, year)
        for key in (key for key in found if key.metric == name and key.year == year):
            if found[key].state is CellState.VALUE and depths[key.place] == "published":
                state = said(key.place, key.member)
                kept[key] = withheld(found[key], state) if state else found[key]
    return kept


def _said(pattern: Pattern | None, view: View | None, one: Plan, year: int) -> Callable[[int, str], CellState | None]:  # fmt: skip
    """What is said instead of a value at a place of a member: as a release keeps it, else as it is decided now."""
    if pattern is not None:
        return pattern.state
    hides = view.hidden(one, year) if view else {}
    return lambda place, member: hides.get((place, member))


def extreme(metric: Metric, parts: Sequence[float], limits: Thresholds) -> Class | None:
    """The class of a share of a small group that says of nearly everybody what they are; `parts`: what is divided by what."""
    if metric.unit != PERCENT or not isinstance(metric, Ratio):
        return None
    count, group = parts
    return class_of(count, group, limits)


@dataclass(frozen=True)
class Found:
    """What is decided of some columns: the state that is shown, the classes of extreme shares, and the tables that it was decided in."""

    state: Decided = field(default_factory=lambda: Decided({}, {}, set()))
    classes: dict[Where, dict[Column, Class]] = field(default_factory=dict)
    tables: list[tuple[Settled, dict[Where, Facts]]] = field(default_factory=list)
    said: dict[tuple[int, Column], Hides] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """Columns that are decided together in a year: all of a block, or one by the members of a breakdown, after the totals `known`.

    `asked_in`: the year of the question, whose releases are shown; `same`: members that are a column of their own as well.
    """

    block: Block
    year: int
    asked_in: int
    spots: Spots
    ties: tuple[Tie, ...] = ()
    same: Mapping[Spot, Spot] = field(default_factory=dict)
    known: Mapping[Where, bool] = field(default_factory=dict)


class View:
    """Everything a reader sees of elsewhere that the question's metrics are made of, and what is linked to that."""

    def __init__(
        self, reader: Reads, audience: Audience, question: Question, plans: Selected, limits: Thresholds, chains: Chains = MappingProxyType({})
    ) -> None:  # fmt: skip
        self.audience, self.question, self.limits = audience, question, limits
        asked = [(each.block, year - each.years_back) for one, year in plans for each in linked.sums(one) if each]  # fmt: skip
        self.years = sorted({year for _, year in asked})
        self.groups = {year: list(deciding(audience, question, year)) for year in self.years}
        places = dict.fromkeys(place for each in self.groups.values() for group in each for place in group)  # fmt: skip
        self.asked = replace(question, places=tuple(places))
        self.columns = linked.behind(block for block, _ in asked)
        self._reader, self._chains = reader, chains
        self._moves = Moves(reader, question.boundary)
        self._gathered: dict[str, Gatherer] = {}
        self._found: dict[Any, Any] = {}

    @cached_property
    def gatherer(self) -> Gatherer:
        """Read when something has to be decided that is not kept."""
        return self._gather(self.asked)

    def _gather(self, question: Question) -> Gatherer:
        """The rows behind all columns, each measure with its two largest contributions."""
        needed = linked.wants(self.columns, self.years, question.cut)
        (found,) = read(self._reader, [Wish(question, needed)], add=joined)
        return Gatherer(found, question)

    def hidden(self, one: Plan, year: int) -> Hides:
        """What is said instead of a value where any sum of a metric is withheld: the class of a share, or nothing."""
        found: Hides = dict.fromkeys(set().union(*self.by_side(one, year)), CellState.WITHHELD)
        if linked.is_share(one) and found:
            count, group = (each for each in linked.sums(one) if each)
            found |= self._recoded(count, group, year)
        return found

    def by_side(self, one: Plan, year: int) -> list[set[tuple[int, str]]]:
        """The withheld (place, member) of each sum of a metric; of a total that is withheld no member is shown."""
        return [self._withheld(each, year) for each in linked.sums(one)]

    def _withheld(self, each: Linked | None, year: int) -> set[tuple[int, str]]:
        if each is None:  # it has no year of its own: nothing protects it
            return {(place, "") for place in self.question.places}
        found = self.of(each, year).state.shown
        mine = [(place, spot.member, is_shown) for (place, spot), is_shown in found.items() if spot.column == each.number]  # fmt: skip
        hidden = {(place, member) for place, member, is_shown in mine if not is_shown}
        return hidden | {(place, member) for place, member, _ in mine if (place, "") in hidden}

    def _recoded(self, count: Linked, group: Linked, year: int) -> Hides:
        """The shares of which the class is said: of a shown group, and where nothing is told by it that must be protected."""
        column = group.block.columns[group.number]
        decided, beside = self.of(count, year), self.of(group, year).state.shown
        if (count.number, column) in decided.said:
            return decided.said[count.number, column]
        found = decided.said[count.number, column] = {}
        for settled, told in decided.tables:
            asked = {
                where: decided.classes[where][column]
                for where in told
                if where[1].column == count.number
                and [*decided.classes.get(where, ())] == [column]
                and beside.get((where[0], Spot(group.number, where[1].member)), False)
            }
            for where in recode(settled, asked, self.limits, holding_of(_lookups(count.block))):
                found[where[0], where[1].member] = asked[where].state
        return found

    def of(self, each: Linked, year: int) -> Found:
        """What is decided of a column: by member where the question breaks it down."""
        block, number, back = each
        totals = self._decided((block, None, year - back, year), lambda: self._totals(block, year - back, year))  # fmt: skip
        cut = self.question.cut
        if cut not in block.cuts.get(block.columns[number], ()):
            return totals

        def broken_down() -> Asked:
            parts = linked.by_member(block, number, cut, self.gatherer.seen)
            return Asked(block, year - back, year, parts.spots, (), parts.same, totals.state.shown)

        return self._decided((block, number, year - back, year), broken_down)

    def _totals(self, block: Block, year: int, asked_in: int) -> Asked:
        spots = {Spot(n): lookups(one) for n, one in enumerate(block.columns)}
        return Asked(block, year, asked_in, spots, linked.ties(block))

    def _decided(self, name: Name, asked: Callable[[], Asked]) -> Found:
        """The state that is shown, after each release before it, as it was decided then. What stands behind several metrics is decided
        once, and for readers of the same reach until a load moves it.
        """
        block, number, year, asked_in = name
        chain = self._chains.get(asked_in, ())
        loads = self.question.load
        needed = {atom.form for each in linked.behind([block]) for atom, _ in each}
        is_dated = needed <= loads.keys()
        # Totals are the same by whatever they are broken down.
        cut = self.question.cut if number is not None else ""
        key = (
            *name[:3], self.limits, tuple(one.number for one in chain), scope_of(self.audience), self.question.boundary, self.question.basis, cut,
            tuple(sorted((form, loads[form]) for form in needed)) if is_dated else id(self), tuple(map(tuple, self.groups[year])),
        )  # fmt: skip
        kept = self.audience.ladder.kept if is_dated else self._found
        found: Found = kept.pop(key, None) or self._after(chain, asked())
        kept[key] = found  # the one asked for last falls out last
        for oldest in list(kept)[:-ROOM]:  # a copy: other threads ask too
            kept.pop(oldest, None)
        return found

    def _after(self, chain: Sequence[State], asked: Asked) -> Found:
        earlier: list[tuple[State, Decided]] = []
        for state in chain[:-1]:
            then = self._state(self._at(state), asked, earlier, state.number)
            earlier.append((state, then.state))
        return self._state(self.gatherer, asked, earlier, chain[-1].number if chain else "")

    def _at(self, state: State) -> Gatherer:
        """The rows of an earlier release."""
        if state.number not in self._gathered:
            loads = {form: state.loads.get(form, 0) for form in self.question.load}
            asked = replace(self.asked, basis=state.basis, load=loads)
            self._gathered[state.number] = self._gather(asked)
        return self._gathered[state.number]

    def _state(self, gatherer: Gatherer, asked: Asked, earlier: Sequence[tuple[State, Decided]], number: str) -> Found:  # fmt: skip
        """One state of some columns, with what the states before it ask of it."""
        found = Found()
        moves = [(decided, self._moved(Between(state.number, number), asked)) for state, decided in earlier]  # fmt: skip
        for together in _apart(self.groups[asked.year]):
            self._groups(together, found, asked, moves, gatherer)
        return found

    def _moved(self, between: Between, asked: Asked) -> Moved:
        return lambda where: self._moves.units(between, asked.spots.get(where[1], ()), where[0], asked.year)  # fmt: skip

    def _groups(
        self, together: Sequence[Sequence[int]], found: Found, asked: Asked, earlier: Sequence[tuple[Decided, Moved]], gatherer: Gatherer
    ) -> None:  # fmt: skip
        """Which cells of groups without a place in common are shown: those decided before stay as they are."""
        block, cases = asked.block, list[Case]()
        holding, rests = holding_of(_lookups(block)), frozenset(block.at[each] for each in block.rests)  # fmt: skip
        for group in together:
            told = {(place, spot): facts(gatherer, each, place, asked.year) for place in group for spot, each in asked.spots.items()}  # fmt: skip
            above = {place: self.audience.ladder.parent(place, asked.year, self.question.boundary) for place in group}  # fmt: skip
            unsafe, kept = self._carried(above, told, earlier, holding)
            classes = self._classes(block, told, gatherer, asked.year)
            found.state.unsafe.update(unsafe)
            for (where, of), each in classes.items():
                found.classes.setdefault(where, {})[of] = each
            before = dict.fromkeys(unsafe, False) | self._before(told, found, asked)
            cases.append(
                Case(
                    tuple(above.items()), tuple(told.items()), asked.ties, rests, frozenset(where for where, _ in classes),
                    tuple(before.items()), kept,
                )
            )  # fmt: skip
        settled = settle(tuple(cases), self.limits, holding)
        told = {where: each for case in cases for where, each in case.told}
        found.state.told.update(told)
        found.tables.append((settled, told))
        shown = {where: settled.is_shown(where) for where in told if where[1].column not in rests}
        found.state.shown.update(shown | told_besides(asked.ties, rests, shown))

    def _classes(self, block: Block, told: Mapping[Where, Facts], gatherer: Gatherer, year: int) -> dict[tuple[Where, Column], Class]:  # fmt: skip
        """The class of every extreme share among some cells."""
        groups: dict[int, list[Column]] = {}
        for count, of in block.shares:
            groups.setdefault(block.at[count], []).append(of)
        sizes = {(of, where): self._size(gatherer, of, where, year) for where in told for of in groups.get(where[1].column, ())}  # fmt: skip
        return linked.classes(block, told, sizes, self.limits)

    def _before(self, told: Mapping[Where, Facts], found: Found, asked: Asked) -> dict[Where, bool]:  # fmt: skip
        """Which cells are known to be shown or not."""
        own = self.audience.scope.place_id if self.audience.scope.depth == "records" else None
        before = {where: known[where] for known in (asked.known, found.state.shown) for where in told if where in known}  # fmt: skip
        before |= {where: asked.known[place, asked.same[spot]] for where in told for place, spot in (where,) if spot in asked.same}  # fmt: skip
        before |= {where: True for where in told if where[0] == own}
        above_own = set(_above(self.audience.ladder, own, self.question, asked.year)) if own is not None else ()  # fmt: skip
        return before | {w: True for w in told if w[0] in above_own and told[w] == told.get((own, w[1]))}  # fmt: skip

    def _size(self, gatherer: Gatherer, group: Column, where: Where, year: int) -> float:
        """How large the group is that the count of a cell is a share of; 0 where nothing is known of it."""
        place, spot = where
        of = broken(group, self.question.cut, spot.member) if spot.member else group
        return float(gatherer.total(lookups(of), place, year) or 0) if of else 0.0

    def _carried(
        self, above: Mapping[int, int | None], told: Mapping[Where, Facts], earlier: Sequence[tuple[Decided, Moved]], holding: Holding
    ) -> tuple[frozenset[Where], frozenset[Where]]:  # fmt: skip
        """What the states before ask of some cells, and of what is listed nowhere beside them."""
        if not earlier:
            return frozenset(), frozenset()
        now, befores = dict(told), []
        list(closed(above, now))
        for decided, moved in earlier:
            then = decided.of(above, told)
            befores.append(decided.before(then, list(closed(above, then)), moved))
        return carried(now, befores, self.limits, holding)


def _apart(groups: Iterable[Sequence[int]]) -> Iterator[list[Sequence[int]]]:
    """Groups one after another, as long as they have no place in common: of those nothing has to be decided before."""
    together, places = list[Sequence[int]](), set[int]()
    for group in groups:
        if not places.isdisjoint(group):
            yield together
            together, places = [], set()
        together.append(group)
        places.update(group)
    if together:
        yield together


def scope_of(audience: Audience) -> tuple[int, str]:
    """Readers of the same reach are shown the same."""
    return audience.scope.place_id, audience.scope.depth


def _lookups(block: Block) -> Iterator[Lookup]:
    return (each for one in block.columns for each in lookups(one))


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
    seen = sorted((p for p in asked if is_seen(audience, p)), key=lambda p: (ladder.rung(p), p))
    if seen:
        yield seen[:1]
    for place in seen:
        below = ladder.children(place, year, question.boundary)
        if inside := [each for each in below if is_seen(audience, each)]:
            yield [place, *inside]


def deciding(audience: Audience, question: Question, year: int) -> Iterator[list[int]]:
    """Those of them by which anything that is asked is decided: what lies below a place changes nothing of what is decided with it."""
    found = list(groups(audience, question, year))
    ladder = audience.ladder
    asked = {each for place in question.places for each in (*_above(ladder, place, question, year), place)}  # fmt: skip
    yield from found[:1]
    yield from (group for group in found[1:] if not asked.isdisjoint(group[1:]))


def _above(ladder: Ladder, place: int, question: Question, year: int) -> Iterator[int]:
    parent = ladder.parent(place, year, question.boundary)
    while parent is not None:
        yield parent
        parent = ladder.parent(parent, year, question.boundary)


def is_seen(audience: Audience, place: int) -> bool:
    return (
        audience.ladder.rung(place) < Rung.SCHOOL
        and audience.scope.depth_of(audience.ladder, place) is not None
    )
