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
from metrics.disclosure.table import Facts
from metrics.errors import TooFine
from metrics.frozen import Pattern, frozen
from metrics.outside import View, groups
from metrics.plan import Plan, breakdowns, plan
from metrics.question import Question, State
from metrics.states import State as Release
from metrics.tables.behind import contributed, narrowest, spotted, told
from metrics.tables.cells import Asked, years_of
from metrics.tables.counting import Counting
from metrics.tables.covered import Hidden
from metrics.tables.crossed import Crossed
from metrics.tables.kinds import KINDS, forms
from metrics.tables.moved import moved
from metrics.tables.narrowest import Narrowest
from metrics.tables.order import (
    KIND_AXES,
    axes_named,
    every_table,
    kinds_of,
    rank,
    replace_metrics,
    tables,
)
from metrics.tables.pieces import Decided, Name, Piece
from metrics.tables.spots import Codes, Spot
from metrics.tables.stored import Stored, shelf
from metrics.tables.sums import Axis, Field
from metrics.tables.waiting import EACH, Lacking, seconds
from warehouse.places import Rung

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
        sizes = {axis.name: axis.size for axis in KIND_AXES}
        for name, axes in self.asked.metrics.items():
            sizes |= {axis.name: axis.size for axis in axes}
            for year in self.asked.years:
                one = plan(name, year)
                if self._is_decided(one) and self._named(one, year, axes) not in self.counting.kept.patterns:  # fmt: skip
                    for side in range(len(one.sums)):
                        lacking |= self.lacking(one, year, side, axes)
        return EACH * len({store for store, *_ in lacking}) + seconds(lacking.values(), sizes, KINDS.keys())  # fmt: skip

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
        places = sum(len({place for group in self._groups(year) for place in group}) for year in self.asked.years)  # fmt: skip
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
        found = self._blank(one, year, side, axes, is_crossed=is_crossed)
        kinds = max(kinds_of(axes), 2 * is_crossed)
        found.pieces = kept.pieces
        found.narrowest = self._narrowest(one, year, side) if kinds else {}
        found.told, found.beside = self._told(one, year, side, axes, self._ahead(found, year, kinds))  # fmt: skip
        found.known = self._known(found)
        found.unsafe, found.kept = self._carried(found, one, year, side, axes)
        return found.decide()

    def _blank(self, one: Plan, year: int, side: int, axes: tuple[Axis, ...], *, is_crossed: bool) -> Crossed:  # fmt: skip
        """What is to be decided, before anything is read for it."""
        ordered = tuple(sorted(axes, key=rank))
        groups, ladder = self._groups(year), self.audience.ladder
        own = [axis.name for axis in ordered if axis.name in breakdowns(one.metric)]
        singles = tuple(KINDS) if any(axis.is_kind for axis in ordered) else ()
        return Crossed(
            groups, {place: ladder.parent(place, year, self.question.boundary) for group in groups for place in group}, {},
            tuple(axis.name for axis in ordered), (*singles, *(axis.name for axis in ordered if not axis.is_kind and axis.name not in own)),
            frozenset(KINDS), self.limits, holding_of(one.sums[side]),
            own=own, hides={cut: self._hides(cut, one, year)[side] for cut in ("", *own)}, is_crossed=is_crossed,
        )  # fmt: skip

    def _carried(self, crossed: Crossed, one: Plan, year: int, side: int, axes: tuple[Axis, ...]) -> tuple[frozenset[Spot], frozenset[Spot]]:  # fmt: skip
        """What the releases before ask of this one."""
        earlier = []
        for then in self._earlier:
            found = then.whole(one, year, side, axes)
            earlier.append(Before(found.cells, found.known, found.unsafe, self._moved(then, one, year, side, axes)))  # fmt: skip
        return carried(crossed.cells, earlier, self.limits, crossed.holding)

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
        for field, before in zip(self.fields, then.fields, strict=True):
            for each in every_table(axes):
                line = moved(field, before, one.sums[side], year, each)
                many |= {Spot(place, codes): int(number) for place, codes, (number,) in spotted(line > 0, [line], field.places, each) if len(codes) == len(each)}  # fmt: skip
        return lambda spot: many.get(spot, 0)

    def _groups(self, year: int) -> list[list[int]]:
        """Places decided together; the first of all with those below it, for it is shown what these leave it."""
        if year not in self._grouped:
            self._grouped[year] = self._group(year)
        return self._grouped[year]

    @cached_property
    def _grouped(self) -> dict[int, list[list[int]]]:
        return {}

    def _group(self, year: int) -> list[list[int]]:
        found = list(groups(self.audience, self.question, year))
        if self.audience.scope.depth == "records" or len(found) == 1:
            return found
        ladder, needed = self.audience.ladder, set[int | None]()
        for asked in self.question.places:
            place: int | None = asked
            while place is not None and place not in needed:
                needed.add(place)
                place = ladder.parent(place, year, self.question.boundary)
        return [found[1], *(group for group in found[2:] if needed.intersection(group[1:]))]

    def _known(self, crossed: Crossed) -> dict[Spot, bool]:
        """What is decided before: totals and the form's own breakdowns, and what the reader's own place keeps."""
        known, hides, cells = {}, crossed.hides, crossed.cells
        scope, ladder = self.audience.scope, self.audience.ladder
        keeps = scope.place_id if scope.depth == "records" else None
        above = ladder.ancestors(keeps) if keeps is not None else ()
        for spot, facts in cells.items():
            place, codes = spot
            cut, member = codes[0] if codes else ("", "")
            if place == keeps:
                known[spot] = True
            elif not codes or (len(codes) == 1 and cut in hides):
                known[spot] = (place, member) not in hides[cut] and (place, "") not in hides[""]
            elif place in above and keeps is not None and cells.get(Spot(keeps, codes)) == facts:
                known[spot] = True
        return known

    def _hides(self, cut: str, one: Plan, year: int) -> list[set[tuple[int, str]]]:
        """The withheld cells of each sum of a metric: as the release keeps them, else decided now."""
        kept = self._frozen(cut).get((one.metric.name, year))
        return self._view(cut).by_side(one, year) if kept is None else kept.sides

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

    def _view(self, cut: str) -> View:
        if cut not in self._views:
            names = [name for name in self.asked.metrics if not cut or cut in breakdowns(plan(name, self.asked.years[-1]).metric)]  # fmt: skip
            plans = [(one, year) for name in names for year in self.asked.years if (one := plan(name, year)).reported]  # fmt: skip
            places = {place: None for year in self.asked.years for group in self._groups(year) for place in group}  # fmt: skip
            self._views[cut] = View(
                self.counting.reader, self.audience, replace(self.question, cut=cut, places=tuple(places)), plans, self.limits, dict.fromkeys(self.asked.years, self.chain)
            )  # fmt: skip
        return self._views[cut]

    @cached_property
    def _views(self) -> dict[str, View]:
        return {}

    def _told(self, one: Plan, year: int, side: int, axes: tuple[Axis, ...], most: int) -> tuple[dict[int, dict[Codes, Facts]], dict[int, dict[Codes, Facts]]]:  # fmt: skip
        """Every cell with those behind it: by up to so many kinds of schools, and by the breakdowns asked for where not all of these are kinds."""
        by_kinds: dict[int, dict[Codes, Facts]] = {}
        beside: dict[int, dict[Codes, Facts]] = {}
        for field in self.fields:
            for each in tables(axes, most):
                found = by_kinds if all(axis.is_kind for axis in each) else beside
                for place, codes, facts in told(contributed(field, one.sums[side], year, each), field.places, each):  # fmt: skip
                    if found is beside or len(codes) == len(each):
                        found.setdefault(place, {})[codes] = facts
        return by_kinds, beside

    def _ahead(self, crossed: Crossed, year: int, kinds: int) -> int:
        """By how many kinds cells are looked ahead to: by two from one; by three where a group is small enough for that."""
        is_small = bool(crossed.narrowest) and any(map(crossed.is_small, self._groups(year)))
        return kinds + 1 if kinds == 1 or is_small else kinds

    def _narrowest(self, one: Plan, year: int, side: int) -> Narrowest:
        """The values by all kinds of schools at once, of which every table by kinds is made."""
        found: dict[int, dict[Codes, float]] = {}
        for field in self.fields:
            for place, codes, value in narrowest(field, one.sums[side], year, KIND_AXES):
                found.setdefault(place, {})[codes] = value
        return found

    @cached_property
    def fields(self) -> list[Field]:
        """Every place that anything is decided with, in any of the years."""
        places = dict.fromkeys(place for year in self.asked.years for group in self._groups(year) for place in group)  # fmt: skip
        rungs: dict[Rung, list[int]] = {}
        for place in places:
            rungs.setdefault(self.audience.ladder.rung(place), []).append(place)
        years = {*self.asked.years, *(year for years in years_of(self.asked).values() for year in years)}  # fmt: skip
        make = self.counting.fields(rungs, self.question.boundary, self.question.basis)
        return make(tuple(sorted(years)))
