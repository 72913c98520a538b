"""Which cells of a table by several breakdowns are shown to a reader who is not in charge: decided in one published order.

Totals first, then every breakdown by itself, then pairs, then triples; within each, places from the top down. What a coarser table withholds stays
withheld and what it shows stays shown, so that the pattern of a table never depends on what was asked beside it. Two rules hold the tables together:

- *Fence.* Where a cell is withheld, so is all that it is made of, zeros among it: a finer table then tells nothing of it that sums of places do not.
- *Proof.* A finer table is proved together with all coarser ones of its own breakdowns. What cannot be protected without taking back what is
  shown is not shown at all: the whole finer block of these places is withheld.

Cells nobody contributed to are none: which kinds of schools a place has is in the directory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple

from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.table import Facts, Sum, Table, make
from metrics.errors import CannotProtect
from metrics.tables.finer import Finer

Codes = tuple[
    tuple[str, str], ...
]  # breakdown and member, in the order of the breakdowns; () is the total
Told = Mapping[int, Mapping[Codes, Facts]]  # place -> cells that anybody contributed to


class Spot(NamedTuple):
    """A cell: a place, and a member of none, one or several breakdowns."""

    place: int
    codes: Codes


class Rest(NamedTuple):
    """What a cell has beside its parts: anybody can subtract it. `by`: the breakdown, "" where the parts are places."""

    of: Spot
    by: str


Key = Spot | Rest


def faces(codes: Codes) -> Iterator[Codes]:
    """The cells one step coarser."""
    for at in range(len(codes)):
        yield codes[:at] + codes[at + 1 :]


@dataclass
class Crossed:
    """One sum of a metric in one year at everything a reader sees of it, by some breakdowns.

    `groups`: places that are decided together, the first of each above the others or, of a reader who keeps records, in any order.
    `kinds`: the breakdowns of which a unit is in one member alone. `known`: cells that have been decided, whether they are shown; it grows.
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

    def decide(self) -> Crossed:
        """The same with every cell known, in the order of the breakdowns' number."""
        for group in self.groups:
            self._decide(group, [()])
        for group in self.groups:
            self._decide(group, [(cut,) for cut in self.singles])
        for many in range(2, len(self.cuts) + 1):
            for cuts in combinations(self.cuts, many):
                for group in self.groups:
                    self._decide(group, [cuts])
        return self

    def _decide(self, group: Sequence[int], tables: Sequence[tuple[str, ...]]) -> None:
        """The cells of some tables, each by all of its breakdowns at once, at places that are decided together."""
        cells = dict(self._cells(self._context(group), tables))
        new = [spot for spot in cells if spot not in self.known]
        if not new:
            return
        fenced = [spot for spot in new if any(not self.known[Spot(spot.place, face)] for face in faces(spot.codes))]  # fmt: skip
        self.known |= self._pattern(self._table(cells), new, fenced)

    @property
    def cells(self) -> dict[Spot, Facts]:
        return {
            Spot(place, codes): facts
            for place, each in self.told.items()
            for codes, facts in each.items()
        }

    def _context(self, group: Sequence[int]) -> list[int]:
        """A group with those that its first place was decided in, up to the top: what is withheld there must stay so."""
        found, at = dict.fromkeys(group), self.above.get(group[0])
        while at is not None:
            found |= dict.fromkeys(
                next((each for each in self.groups if each[0] == at and len(each) > 1), ())
            )
            at = self.above.get(at)
        return list(found)

    def _cells(self, group: Sequence[int], tables: Sequence[tuple[str, ...]]) -> Iterator[tuple[Spot, Facts]]:  # fmt: skip
        among = [set(cuts) for cuts in tables]
        for place in group:
            for codes, facts in self.told.get(place, {}).items():
                if any(all(cut in each for cut, _ in codes) for each in among):
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
        places: set[int] = set()
        while True:
            try:
                withheld = finer.pattern(table.mask(spot for spot in new if spot.place in places))
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
