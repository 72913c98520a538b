"""What of a table by kinds of schools, or by several breakdowns, is withheld from a reader who is not in charge of its places.

The rows of units are read as the house reads them and leave this process only as sums of which the pattern has been decided (`crossed.py`). Totals and
a form's own breakdowns are decided by `metrics.outside`, as for every other page: what these show or withhold stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import numpy as np

from metrics.audience import Audience
from metrics.contributed import holding_of
from metrics.disclosure.audiences import Thresholds, rules
from metrics.disclosure.differences import Before, carried
from metrics.errors import TooFine
from metrics.frozen import Pattern, frozen
from metrics.outside import View
from metrics.plan import Plan, breakdowns, plan
from metrics.question import Question, State
from metrics.states import State as Release
from metrics.tables.behind import spotted
from metrics.tables.cells import Asked
from metrics.tables.counting import Counting
from metrics.tables.covered import Hidden
from metrics.tables.crossed import Crossed
from metrics.tables.extremes import extremes
from metrics.tables.kinds import KINDS, forms
from metrics.tables.moved import moved
from metrics.tables.order import (
    KIND_AXES,
    axes_named,
    every_table,
    rank,
    replace_metrics,
)
from metrics.tables.pieces import Decided, Name, Piece
from metrics.tables.reach import Reach
from metrics.tables.spots import Spot
from metrics.tables.stored import Stored, shelf
from metrics.tables.sums import Axis
from metrics.tables.waiting import EACH, PLACE, Lacking, seconds

MOST = 100_000  # cells that are proved for one table: about a minute, which a job takes and no page waits for
ROOM = 2_000  # patterns of one metric and year that a process keeps; the oldest fall out first


@dataclass(frozen=True)
class Guard:
    """The patterns of one table: what is decided once is kept, for readers of the same reach, until a load moves its forms.

    `chain`: the releases of the table's one year up to the one that is shown, the oldest first; empty where it is live.
    """

    counting: Counting
    asked: Asked
    question: Question
    limits: Thresholds
    chain: tuple[Release, ...] = ()
    is_closed: bool = False

    @property
    def is_needed(self) -> bool:
        """Whether any of it is decided: nothing is of places that the reader is in charge of, nor of a year of which there is nothing to show yet."""
        return not self.is_closed and "published" in self.audience.depths(self.question.places).values()  # fmt: skip

    @property
    def many(self) -> int:
        """How many metrics and years are decided."""
        return len(self.asked.metrics) * len(self.asked.years) if self.is_needed else 0

    def due(self) -> float:
        """About how many seconds it takes to decide what is not decided yet."""
        self._check()
        lacking: dict[Name, Lacking] = {}
        places: dict[object, int] = {}
        sizes = {axis.name: axis.size for axis in KIND_AXES}
        for name, axes in self.asked.metrics.items():
            sizes |= {axis.name: axis.size for axis in axes}
            for year in self.asked.years:
                one = plan(name, year)
                if self._is_decided(one) and self._named(one, year, axes) not in self.counting.kept.patterns:  # fmt: skip
                    for side in range(len(one.sums)):
                        more = self.lacking(one, year, side, axes)
                        lacking |= more
                        places |= {store: len(self._reach(year).parents) for store, *_ in more}
        reading = EACH * len(places) + PLACE * sum(places.values())
        return reading + seconds(lacking.values(), sizes, KINDS.keys())

    def lacking(self, one: Plan, year: int, side: int, axes: tuple[Axis, ...], *, is_crossed: bool = False) -> dict[Name, Lacking]:  # fmt: skip
        """The steps at groups of places in which something of a sum has to be decided, of each state before as well."""
        ladder, blank = self.audience.ladder, self._blank(one, year, side, axes, is_crossed=is_crossed)  # fmt: skip
        store = self.store(one, year, side, blank)

        def units(place: int) -> int:
            return len(ladder.units(place, year, self.question.boundary))

        found: dict[Name, Lacking] = {(id(store), at): Lacking(step, blank.line(group), units) for step, group, at in blank.order() if at not in store.pieces}  # fmt: skip
        if found:
            crossed = any(axis.is_kind for axis in axes)
            for then in self._earlier:
                found |= then.lacking(one, year, side, axes, is_crossed=crossed)
        return found

    @staticmethod
    def _is_decided(one: Plan) -> bool:
        """Whether a metric is decided cell by cell: an internal one is shown nowhere, and without forms there is nothing to withhold."""
        return not one.is_internal and bool(one.reported) and bool(one.sums)

    def all(self) -> Iterator[tuple[str, int, Hidden]]:
        """Each metric and year with what is withheld of it."""
        self._check()
        for name, axes in self.asked.metrics.items():
            for year in self.asked.years:
                yield name, year, self._kept(plan(name, year), year, axes)

    def said(self, one: Plan, year: int) -> dict[int, State]:
        """The places of whose total the class is said, as on every other page."""
        if not one.reported or one.is_internal:
            return {}
        kept = self._frozen("").get((one.metric.name, year))
        hides = self._view("").hidden(one, year) if kept is None else kept.said
        return {place: state for (place, member), state in hides.items() if not member and state.is_recoded}  # fmt: skip

    def _check(self) -> None:
        """TooFine where the cells to be decided are too many, whether or not they are kept: what is refused once is refused always."""
        places = sum(len(self._reach(year).decided) for year in self.asked.years)
        cells = sum(
            places * prod(axis.size + 1 for axis in axes) for axes in self.asked.metrics.values()
        )
        if cells > MOST:
            raise TooFine(cells, MOST)

    def _kept(self, one: Plan, year: int, axes: tuple[Axis, ...]) -> Hidden:
        name, patterns = self._named(one, year, axes), self.counting.kept.patterns
        found: Hidden | None = patterns.get(name)
        if found is None:
            found = self._hidden(one, year, axes)
            if not any(self.store(one, year, side).unwritten for side in range(len(one.sums))):
                patterns[name] = found
            while len(patterns) > ROOM:
                patterns.pop(next(iter(patterns)), None)
        return found

    def _named(self, one: Plan, year: int, axes: tuple[Axis, ...]) -> Name:
        """What the pattern of a metric and year is kept by."""
        scope, question = self.audience.scope, self.question
        rests = tuple(self.counting.rests_on(replace_metrics(self.asked, one, year)).items())
        return (scope.place_id, scope.depth, question.boundary, question.basis, one.metric.name, year, axes_named(axes), question.places, rests, tuple(one.number for one in self.chain), (one.metric.name, year) in self._frozen(""))  # fmt: skip

    @property
    def audience(self) -> Audience:
        return self.counting.audience

    def _hidden(self, one: Plan, year: int, axes: tuple[Axis, ...]) -> Hidden:
        """Where any sum of the metric is withheld; below what is withheld everything is, that which nobody contributed to among it."""
        shape = (len(self.question.places), *(axis.size + 1 for axis in axes))
        if one.is_internal:
            return np.ones(shape, dtype=bool).reshape(shape[0], -1)
        found = np.zeros(shape, dtype=bool)
        if not self._is_decided(one):
            return found.reshape(shape[0], -1)
        place_at = {place: n for n, place in enumerate(self.question.places)}
        at = [{code: n for n, code in enumerate(axis.codes.labels, start=1)} for axis in axes]
        for side in range(len(one.sums)):
            for spot in self._withheld(one, year, side, axes):
                codes = dict(spot.codes)
                members = [known.get(codes[axis.name]) if axis.name in codes else 0 for axis, known in zip(axes, at, strict=True)]  # fmt: skip
                if spot.place in place_at and None not in members:  # None: a list has lost it since
                    found[(place_at[spot.place], *members)] = True
        for n in range(1, len(shape)):
            found |= np.take(found, [0], axis=n)
        return found.reshape(shape[0], -1)

    def _withheld(self, one: Plan, year: int, side: int, axes: tuple[Axis, ...]) -> Iterator[Spot]:
        """The withheld cells of one sum by any of some breakdowns: what has been decided is not decided again, whatever it was asked for."""
        blank = self._blank(one, year, side, axes, is_crossed=False)
        with (kept := self.store(one, year, side, blank)).lock:
            keys = [key for _, _, key in blank.order()]
            self._keep(one, side, kept, {})
            if any(key not in kept.pieces for key in keys):
                self.decided(one, year, side, axes, kept)
            pieces = [kept.pieces[key] for key in keys]
        named = {axis.name for axis in axes}
        return (spot for piece in pieces for spot in piece.hides if all(cut in named for cut, _ in spot.codes))  # fmt: skip

    def store(self, one: Plan, year: int, side: int, needing: Crossed | None = None) -> Decided:
        """What is kept of a sum: for all readers of a reach, metrics and breakdowns, until a load moves what it is made of; with what a release keeps
        for ever of the steps of a table.
        """
        scope, question, loads = self.audience.scope, self.question, self.counting.loads
        needed = sorted({*(each.form for each in one.sums[side]), *forms(tuple(KINDS))})
        key = (scope.place_id, scope.depth, question.boundary, question.basis, one.sums[side], year,
               tuple(loads.get(form, 0) for form in needed), tuple(one.number for one in self.chain))  # fmt: skip
        self.counting.kept.roll(self.audience.ladder)
        kept = self.counting.kept.decided(self.audience.ladder, key)
        if self.chain and needing is not None:
            self._stored(one, side).bring(kept, (at for _, _, at in needing.order()))
        return kept

    def _stored(self, one: Plan, side: int) -> Stored:
        scope, number = self.audience.scope, self.chain[-1].number
        where = shelf(number, scope.place_id, scope.depth, self.question.boundary, one.sums[side])
        return Stored(self.counting.reader, where, rules(self.limits))

    def _keep(self, one: Plan, side: int, kept: Decided, more: Mapping[Name, Piece]) -> bool:
        """Keep what has been decided of a release with it, for ever. False where others were first with something else, from which to go on."""
        return not self.chain or self._stored(one, side).keep(kept, more)

    def decided(self, one: Plan, year: int, side: int, axes: tuple[Axis, ...], kept: Decided, *, is_crossed: bool = False) -> Crossed:  # fmt: skip
        """One sum of a metric at everything the reader sees of it, by the breakdowns asked for and by every kind of schools. `kept` is where what is decided of it stays."""
        with kept.lock:
            found = self._decided(one, year, side, axes, kept, is_crossed=is_crossed)
            while not self._keep(one, side, kept, found.taken):
                found = self._decided(one, year, side, axes, kept, is_crossed=is_crossed)
            kept.weigh()
        return found

    def _decided(self, one: Plan, year: int, side: int, axes: tuple[Axis, ...], kept: Decided, *, is_crossed: bool) -> Crossed:  # fmt: skip
        found, reach = self._blank(one, year, side, axes, is_crossed=is_crossed), self._reach(year)
        found.pieces = kept.pieces
        if any(axis.is_kind for axis in axes):
            found.narrowest = reach.narrowest(one.sums[side])
        found.told = reach.by_kinds(one.sums[side], axes)
        found.beside = reach.beside(one.sums[side], axes)
        found.known = self._known(found)
        before, found.kept = self._carried(found, one, year, side, axes)
        found.unsafe = before | extremes(reach, one, side, axes, (found.told, found.beside), self.limits)  # fmt: skip
        return found.decide()

    def _blank(self, one: Plan, year: int, side: int, axes: tuple[Axis, ...], *, is_crossed: bool) -> Crossed:  # fmt: skip
        """What is to be decided, before anything is read for it."""
        ordered = tuple(sorted(axes, key=rank))
        reach, is_by_kinds = self._reach(year), any(axis.is_kind for axis in axes)
        own = [axis.name for axis in ordered if axis.name in breakdowns(one.metric)]
        singles = tuple(KINDS) if is_by_kinds else ()
        return Crossed(
            reach.groups, reach.parents if is_by_kinds else {place: reach.parents[place] for place in reach.decided}, {},
            tuple(axis.name for axis in ordered), (*singles, *(axis.name for axis in ordered if not axis.is_kind and axis.name not in own)),
            frozenset(KINDS), self.limits, holding_of(one.sums[side]),
            own=own, hides={cut: self._hides(cut, one, year)[side] for cut in ("", *own)}, is_crossed=is_crossed,
        )  # fmt: skip

    def _carried(self, crossed: Crossed, one: Plan, year: int, side: int, axes: tuple[Axis, ...]) -> tuple[frozenset[Spot], frozenset[Spot]]:  # fmt: skip
        """What the releases before ask of this one."""
        earlier = []
        if not self._earlier:
            return frozenset(), frozenset()
        for then in self._earlier:
            found = then.whole(one, year, side, axes)
            earlier.append(Before(found.cells, found.known, found.unsafe, self._moved(then, one, year, side, axes)))  # fmt: skip
        decided = {*self._reach(year).decided}
        cells = {spot: facts for spot, facts in crossed.cells.items() if spot.place in decided}
        return carried(cells, earlier, self.limits, crossed.holding)

    def whole(self, one: Plan, year: int, side: int, axes: tuple[Axis, ...]) -> Crossed:
        """One sum as a later release is decided beside it: by every two kinds where it is by any."""
        is_crossed = any(axis.is_kind for axis in axes)
        blank = self._blank(one, year, side, axes, is_crossed=is_crossed)
        return self.decided(one, year, side, axes, self.store(one, year, side, blank), is_crossed=is_crossed)  # fmt: skip

    @cached_property
    def _earlier(self) -> list[Guard]:
        """The same at each release before, as it was decided then."""
        chains = (self.chain[:many] for many in range(1, len(self.chain)))
        return [
            Guard(
                replace(self.counting, loads=chain[-1].loads), self.asked,
                replace(self.question, basis=chain[-1].basis, load={form: chain[-1].loads.get(form, 0) for form in self.question.load}),
                self.limits, chain,
            )
            for chain in chains
        ]  # fmt: skip

    def _moved(self, then: Guard, one: Plan, year: int, side: int, axes: tuple[Axis, ...]) -> Callable[[Spot], int]:  # fmt: skip
        """At least how many units moved each cell since another state."""
        many: dict[Spot, int] = {}
        now, past = self._reach(year), then._reach(year)
        for field, before in zip(now.fields, past.fields, strict=True):
            for each in every_table(axes, now.crossed(axes)):
                line = moved(field, before, one.sums[side], year, each)
                many |= {Spot(place, codes): int(number) for place, codes, (number,) in spotted(line > 0, [line], field.places, each) if len(codes) == len(each)}  # fmt: skip
        return lambda spot: many.get(spot, 0)

    def _reach(self, year: int) -> Reach:
        if year not in self._reaches:
            self._reaches[year] = Reach(self.counting, self.asked, self.question, year)
        return self._reaches[year]

    @cached_property
    def _reaches(self) -> dict[int, Reach]:
        return {}

    def _known(self, crossed: Crossed) -> dict[Spot, bool]:
        """What is decided before: totals and the form's own breakdowns, and what the reader's own place keeps."""
        hides = crossed.hides
        known = {
            Spot(place, codes): (place, member) not in hides[cut] and (place, "") not in hides[""]
            for told in (crossed.told, crossed.beside) for place, cells in told.items() for codes in cells if len(codes) < 2
            for cut, member in (codes or (("", ""),)) if cut in hides
        }  # fmt: skip
        own = self.audience.scope.place_id if self.audience.scope.depth == "records" else None
        return self._kept_by_reader(crossed) | {spot: each for spot, each in known.items() if spot.place != own}  # fmt: skip

    def _kept_by_reader(self, crossed: Crossed) -> dict[Spot, bool]:
        """What is known to whoever keeps the records of a place: all of it, and of those above what is the same."""
        scope = self.audience.scope
        if scope.depth != "records":
            return {}
        own, above = scope.place_id, self.audience.ladder.ancestors(scope.place_id)
        cells = crossed.cells
        return {spot: True for spot, facts in cells.items() if spot.place == own or (spot.place in above and cells.get(Spot(own, spot.codes)) == facts)}  # fmt: skip

    def _hides(self, cut: str, one: Plan, year: int) -> list[set[tuple[int, str]]]:
        """The withheld cells of each sum of a metric: as the release keeps them, else decided now."""
        kept = self._frozen(cut).get((one.metric.name, year))
        if kept is not None:
            return kept.sides
        by_kinds = any(each in KINDS for each in self.asked.cut)
        return self._view(cut, with_beneath=by_kinds and not cut).by_side(one, year)

    def _frozen(self, cut: str) -> dict[tuple[str, int], Pattern]:
        if cut not in self._patterns:
            plans = [(plan(name, year), year) for name in self.asked.metrics for year in self.asked.years]  # fmt: skip
            self._patterns[cut] = frozen(
                self.counting.reader, self.audience, replace(self.question, cut=cut), plans, dict.fromkeys(self.asked.years, self.chain)
            )  # fmt: skip
        return self._patterns[cut]

    @cached_property
    def _patterns(self) -> dict[str, dict[tuple[str, int], Pattern]]:
        return {}

    def _view(self, cut: str, *, with_beneath: bool = False) -> View:
        """What decides totals, or a breakdown of the form's own; of places beneath as well where these are looked ahead to."""
        if (cut, with_beneath) not in self._views:
            names = [name for name in self.asked.metrics if not cut or cut in breakdowns(plan(name, self.asked.years[-1]).metric)]  # fmt: skip
            plans = [(one, year) for name in names for year in self.asked.years if (one := plan(name, year)).reported]  # fmt: skip
            reaches = [self._reach(year) for year in self.asked.years]
            places = {place: None for each in reaches for place in (*each.decided, *(each.beneath if with_beneath else ()))}  # fmt: skip
            self._views[cut, with_beneath] = View(
                self.counting.reader, self.audience, replace(self.question, cut=cut, places=tuple(places)), plans, self.limits, dict.fromkeys(self.asked.years, self.chain)
            )  # fmt: skip
        return self._views[cut, with_beneath]

    @cached_property
    def _views(self) -> dict[tuple[str, bool], View]:
        return {}
