"""Which cells of a table by several breakdowns are shown to a reader who is not in charge: decided in one published order.

Totals and a form's own breakdowns first, of all places; then by kinds of schools, group after group of places from the top down: by one, in pairs, by three;
then what crosses a form's own breakdowns. What a coarser table withholds stays withheld and what it shows stays shown, so that the pattern of a table never
depends on what was asked beside it. Three rules hold the tables together:

- *Fence.* Where a cell is withheld, so is all that it is made of, zeros among it: a finer table then tells nothing of it that sums of places do not.
- *Proof.* A finer table is proved together with all coarser ones of its own breakdowns. What cannot be protected without taking back what is
  shown is not shown at all: the whole finer block of these places is withheld.
- *Held together.* Tables by kinds of schools are proved as one, over the narrowest cells that all of them are made of, down to the lowest places (`held.py`):
  what they share is told by all. So every two kinds are decided where any two are crossed, and each table by itself is a proposal.

Cells nobody contributed to are none: which kinds of schools a place has is in the directory.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.table import Facts, Sum, Table, make
from metrics.errors import CannotProtect
from metrics.tables.finer import Finer
from metrics.tables.held import Held, Told
from metrics.tables.narrowest import Narrowest
from metrics.tables.pieces import (
    Groups,
    Hides,
    Name,
    Piece,
    Pieces,
    Step,
    below,
    chain,
    name,
    steps,
)
from metrics.tables.spots import Codes, Spot, faces

_log = logging.getLogger(__name__)


class Rest(NamedTuple):
    """What a cell has beside its parts: anybody can subtract it. `by`: the breakdown, "" where the parts are places."""

    of: Spot
    by: str


Key = Spot | Rest


@dataclass
class Crossed:
    """One sum of a metric in one year at everything a reader sees of it, by some breakdowns.

    `groups`: places that are decided together, the first of each above the others or, of a reader who keeps records, in any order.
    `kinds`: the breakdowns of which a unit is in one member alone; `told` has the cells by kinds, whatever was asked alike and in one order, `beside`
    all cells by breakdowns of which some are a form's `own`. `known`: cells that have been decided, whether they are shown; it grows. `hides`: those
    among them that a form's own tables withhold. `pieces`: what has been decided already; it grows by what is `taken`.
    `narrowest`: the values by all kinds at once, over which tables by kinds are held together; without any each is proved by itself.
    `told_by_coarser`: cells that nothing finer could protect, by the group where that was found.
    `unsafe` must be protected because of an earlier state, `kept` is withheld because it protected others in one.
    """

    groups: Sequence[Sequence[int]]
    above: Mapping[int, int | None]
    told: Told
    cuts: tuple[str, ...]
    singles: tuple[str, ...]
    kinds: frozenset[str]
    limits: Thresholds
    holding: Holding
    known: dict[Spot, bool] = field(default_factory=dict)
    unsafe: frozenset[Spot] = frozenset()
    kept: frozenset[Spot] = frozenset()
    narrowest: Narrowest = field(default_factory=dict)
    beside: Told = field(default_factory=dict)
    own: Collection[str] = ()
    hides: Hides = field(default_factory=dict)
    pieces: Pieces = field(default_factory=dict)
    taken: dict[Name, Piece] = field(default_factory=dict)
    told_by_coarser: dict[tuple[int, ...], frozenset[Spot]] = field(default_factory=dict)
    is_crossed: bool = False

    def decide(self) -> Crossed:
        """The same with every cell known, step by step; what has been decided before is taken as it was."""
        for step, group, at in self.order():
            found = self.pieces.get(at)
            if found is None:
                found = self.pieces[at] = self.taken[at] = self._taken(group, step)
            else:
                self._recall(group, step, found)
            told = self.told_by_coarser.get(tuple(group), frozenset())
            self.told_by_coarser[tuple(group)] = told | found.told_by_coarser
        return self

    def order(self) -> Iterator[tuple[Step, Sequence[int], Name]]:
        """Every step at every group, in the order in which they are decided, with what the piece is kept by."""
        every = steps(self.cuts, self.own, self.singles, self.kinds, is_crossed=self.is_crossed)
        for step in every.first:
            yield from ((step, group, self._name(group, step)) for group in self.groups)
        for group in self.groups:
            is_last = not any(group[0] != other[0] and other[0] in group for other in self.groups)
            yield from ((step, group, self._name(group, step)) for step in every.by_kinds[: every.asked if is_last else None])  # fmt: skip
        for step in every.further:
            yield from ((step, group, self._name(group, step)) for group in self.groups)

    def _name(self, group: Sequence[int], step: Step) -> Name:
        by_kinds = any(cut in self.kinds for table in step.tables for cut in table)
        return name(self.line(group), step, self.hides, below(self.above, group) if by_kinds else ())  # fmt: skip

    def _taken(self, group: Sequence[int], step: Step) -> Piece:
        """What a step decides at a group."""
        tables = [step.tables] if step.at_once else [(table,) for table in step.tables]
        new = [spot for each in tables for spot in self._decide(group, each)]
        mine = {spot for spot in new if spot.codes and self.known[spot] and self._is_of_kinds(spot)}
        told = self._held_together(group, mine, step) if mine and self.narrowest else ()
        every = (spot for spot, _ in self._cells(group, step.tables) if len(spot.codes) == step.many)  # fmt: skip
        return Piece(frozenset(spot for spot in every if not self.known[spot]), frozenset(told))

    def _held_together(self, group: Sequence[int], new: set[Spot], step: Step) -> set[Spot]:
        """What of new cells by kinds tells a cell too closely is withheld; all of them where a programme has no answer: what is not known must not pass for safe."""
        try:
            return self.held.hold(self.line(group), new, step.many)
        except ArithmeticError:
            _log.exception("nothing more is shown by %s of %s and the places below it", step.tables, group[0])  # fmt: skip
            self.known |= dict.fromkeys(new, False)
            return set()

    @cached_property
    def held(self) -> Held:
        """All that is shown by kinds, as it is proved at once."""
        return Held(self.told, self.above, self.narrowest, self.limits, self.holding, self.known, self.unsafe, self.told_by_coarser)  # fmt: skip

    def _recall(self, group: Sequence[int], step: Step, piece: Piece) -> None:
        for spot, _ in self._cells(group, step.tables):
            if len(spot.codes) == step.many and spot not in self.known:
                self.known[spot] = spot not in piece.hides

    def _decide(self, group: Sequence[int], tables: Sequence[tuple[str, ...]]) -> list[Spot]:
        """The cells of some tables, each by all of its breakdowns at once, at places that are decided together. Returns those that were open."""
        cells = dict(self._cells(self._context(group), tables))
        new = [spot for spot in cells if spot not in self.known]
        if new:
            fenced = [spot for spot in new if any(not self.known[Spot(spot.place, face)] for face in faces(spot.codes))]  # fmt: skip
            self.known |= self._pattern(self._table(cells), new, fenced)
        return new

    def _is_of_kinds(self, spot: Spot) -> bool:
        return all(cut in self.kinds for cut, _ in spot.codes)

    @property
    def cells(self) -> dict[Spot, Facts]:
        told = (self.told, self.beside)
        return {Spot(place, codes): facts for one in told for place, each in one.items() for codes, facts in each.items()}  # fmt: skip

    def line(self, group: Sequence[int]) -> Groups:
        return chain(self.groups, self.above, group)

    def _context(self, group: Sequence[int]) -> list[int]:
        """A group with those that its first place was decided in, up to the top: what is withheld there must stay so."""
        return list(dict.fromkeys(place for each in self.line(group) for place in each))

    def _cells(self, group: Sequence[int], tables: Sequence[tuple[str, ...]]) -> Iterator[tuple[Spot, Facts]]:  # fmt: skip
        """The cells of some tables at some places, in an order that is the same whatever else was asked."""
        among = [set(cuts) for cuts in tables]
        told = self.told if all(self.kinds.issuperset(cuts) for cuts in tables) else self.beside
        wanted: dict[Codes | tuple[str, ...], bool] = {}
        for place in group:
            for codes, facts in told.get(place, {}).items():
                cuts = tuple([cut for cut, _ in codes])
                if cuts not in wanted:
                    wanted[cuts] = any(each.issuperset(cuts) for each in among)
                if wanted[cuts]:
                    yield Spot(place, codes), facts

    def _table(self, cells: Mapping[Spot, Facts]) -> Table:
        facts: dict[Key, Facts] = dict(cells.items())
        sums = [closed for one in self._sums(cells) if (closed := _closed(one, facts)) is not None]
        return make(facts, sums)

    def _sums(self, cells: Mapping[Spot, Facts]) -> Iterator[Sum]:
        """Every cell as the sum of those of the places below, and of the members of each breakdown that it is not broken by."""
        by_place: dict[Spot, list[Spot]] = {}
        by_member: dict[tuple[Spot, str], list[Spot]] = {}
        for place, codes in cells:
            above = self.above.get(place)
            if above is not None and Spot(above, codes) in cells:
                by_place.setdefault(Spot(above, codes), []).append(Spot(place, codes))
            for at, (cut, _) in enumerate(codes):
                total = Spot(place, codes[:at] + codes[at + 1 :])
                by_member.setdefault((total, cut), []).append(Spot(place, codes))
        for total, parts in by_place.items():
            yield Sum(total, tuple(parts), is_disjoint=True)
        for (total, cut), parts in by_member.items():
            if total in cells:
                yield Sum(total, tuple(parts), is_disjoint=cut in self.kinds)

    def _pattern(self, table: Table, new: Sequence[Spot], fenced: Iterable[Spot]) -> dict[Spot, bool]:  # fmt: skip
        """Of new cells whether they are shown. Where some cannot be protected nothing new is shown of their places, then of all but the first, then of all."""
        before = {spot: self.known[spot] for spot in table.keys if spot in self.known}
        gone = [
            *fenced,
            *self.kept.intersection(new),
            *(spot for spot, is_shown in before.items() if not is_shown),
        ]
        finer = Finer(
            table, table.mask(new), table.mask(spot for spot, is_shown in before.items() if is_shown),
            table.mask((*gone, *(key for key in table.keys if isinstance(key, Rest)))), self.limits, self.holding,
            table.mask(self.unsafe.intersection(new)),
        )  # fmt: skip
        is_held_together = bool(self.narrowest) and all(spot.codes and self._is_of_kinds(spot) for spot in new)  # fmt: skip
        if not (table.mask(new) & ~finer.unsafe & ~finer.gone).any():
            return dict.fromkeys(new, False)
        places: set[int] = set()
        while True:
            try:
                bare = table.mask(spot for spot in new if spot.place in places)
                withheld = finer.pattern(bare, is_held_together=is_held_together)
            except CannotProtect as problem:
                wider = self._wider(places, problem.cells, new)
                if wider == places:
                    return dict.fromkeys(new, False)
                places = wider
            else:
                return {spot: not withheld[table.at[spot]] for spot in new}

    @staticmethod
    def _wider(places: set[int], failed: Iterable[Any], new: Sequence[Spot]) -> set[int]:
        """More places of which nothing new is shown."""
        every = dict.fromkeys(spot.place for spot in new)
        wider = places | {spot.place for spot in failed if isinstance(spot, Spot) and spot.place in every}  # fmt: skip
        if wider != places and len(places) < len(every) // 2:
            return wider
        below = set(list(every)[1:])
        return below if places < below else set(every)


def _closed(one: Sum, facts: dict[Key, Facts]) -> Sum | None:
    """A sum with what is listed nowhere, which is added to the cells; None where what is listed is more than the total: members that overlap."""
    total, parts = facts[one.total], [facts[part] for part in one.parts]  # type: ignore[index]  # keys
    left = total.value - sum(part.value for part in parts)
    units = total.units - sum(part.units for part in parts)
    if left < 0:
        return None
    if left == 0 and units <= 0:
        return one
    first: Spot = one.parts[0]  # type: ignore[assignment]  # keys
    is_places = first.place != one.total.place  # type: ignore[attr-defined]
    by = "" if is_places else next(cut for cut, _ in first.codes if cut not in dict(one.total.codes))  # type: ignore[attr-defined]  # fmt: skip
    rest = Rest(one.total, by)  # type: ignore[arg-type]
    facts[rest] = Facts(left, max(units, 1) if one.is_disjoint else total.units)
    return one._replace(parts=(*one.parts, rest))
