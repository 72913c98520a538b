"""The patterns of one reach of a release: decided as they always are (`outside.py`), those of the nation proved on whole tables too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from metrics.audience import Audience
from metrics.contributed import Selected, contributions, holding_of, rests_of, sides, table_of
from metrics.disclosure.audiences import Holding, rules
from metrics.disclosure.proof import protect
from metrics.disclosure.settle import Spot
from metrics.disclosure.table import Mask, Table
from metrics.discovery import metrics
from metrics.errors import CannotProtect
from metrics.frozen import Pattern, Where, places_to_bytes
from metrics.gather import Gatherer
from metrics.measure import measure
from metrics.metric import Percentile
from metrics.outside import OFFICIAL, View, official
from metrics.plan import ANY_MEMBER, Lookup, Plan, breakdowns, plan
from metrics.question import Question, State
from metrics.rollups import Reads
from metrics.states import parted
from warehouse.discovery import form as form_named
from warehouse.release_patterns import Table as Kept
from warehouse.releases import Release

MOST_CELLS = 150_000  # that are read at a time
MEMBERS = 20  # of a breakdown, about
AT_ONCE = 12  # metrics, so that progress is seen
Boundary = Literal["now", "then"]
Sum = tuple[tuple[Lookup, ...], str]  # one sum of a metric, and the breakdown it is decided by
Totals = dict[tuple[Lookup, ...], set[Where]]  # of each sum the withheld totals, once proved
Say = Callable[[int], None]  # how many metrics more are decided


@dataclass
class Decided:
    """Patterns of a release, and how many cells were decided, withheld and repaired, by how many linear programmes."""

    patterns: dict[Kept, bytes] = field(default_factory=dict)
    cells: int = 0
    withheld: int = 0
    programmes: int = 0
    repaired: int = 0
    seconds: float = 0.0
    totals: Totals = field(default_factory=dict)

    def add(self, other: Decided) -> None:
        """What another piece of the work came to."""
        self.patterns |= other.patterns
        for name in ("cells", "withheld", "programmes", "repaired"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def told(self) -> dict[str, Any]:
        """What is kept of the proof."""
        names = ("cells", "withheld", "programmes", "repaired", "seconds")
        return {"rules": rules(OFFICIAL), **{name: getattr(self, name) for name in names}}


@dataclass
class Freezer:
    """One reach under boundaries that are alike; what it decides is added to `into`. `peopled`: the places with a unit below."""

    reader: Reads
    audience: Audience
    release: Release
    alike: tuple[Boundary, ...]
    into: Decided
    peopled: tuple[int, ...]
    _proved: dict[Sum, set[Where]] = field(default_factory=dict)

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Those with a unit below that are read as aggregates of elsewhere."""
        depths = {place: self.audience.scope.depth_of(self.audience.ladder, place) for place in self.peopled}  # fmt: skip
        return tuple(place for place, depth in depths.items() if depth == "published")

    def decide(self, cuts: Iterable[str], say: Say) -> None:
        """Everything by some breakdowns; of those of the nation the totals have been decided before."""
        self._keep("", "", places_to_bytes(self.places))
        known = tables(self.release)
        for cut in cuts:
            for names in self._some(known[cut], cut):
                self._decide(cut, names)
                self._forget()
                say(len(names))

    def _forget(self) -> None:
        """The members of a breakdown are not asked for again, and they are many; totals are, with each of their breakdowns."""
        kept = self.audience.ladder.kept
        for name in [name for name in list(kept) if name[1] is not None]:
            kept.pop(name, None)

    def _some(self, names: Sequence[str], cut: str) -> Iterator[Sequence[str]]:
        """As many metrics as are read at a time."""
        many = min(AT_ONCE, max(1, MOST_CELLS // (len(self.places) * (MEMBERS if cut else 1))))
        return (names[at : at + many] for at in range(0, len(names), many))

    def _decide(self, cut: str, names: Sequence[str]) -> None:
        year = self.release.year
        question = Question(
            metrics=tuple(names), places=self.places, years=(year,), cut=cut, boundary=self.alike[0], basis=self.release.basis,
            load=dict(self.release.loads), until=self.release.signed_at,
        )  # fmt: skip
        (part,) = parted(self.reader, self.audience, question)
        answers = measure(self.reader, self.audience, question)
        plans = [(plan(name, year), year) for name in names]
        view = View(self.reader, self.audience, part.question, plans, official(), part.chains)
        gatherer = self._contributed(part.question, plans)
        states: dict[str, dict[Where, State]] = {name: {} for name in names}
        for key, cell in answers.cells.items():
            states[key.metric][key.place, key.member] = cell.state
        for one, _ in plans:
            cells = states[one.metric.name]
            said = {where: state for where, state in cells.items() if state.is_protected}
            hidden = self._repaired(gatherer, one, view.by_side(one, year)) if gatherer else view.by_side(one, year)  # fmt: skip
            said |= {where: State.WITHHELD for each in hidden for where in each if where in cells}  # fmt: skip
            members = dict.fromkeys(["", *(member for _, member in cells)])
            self._keep(cut, one.metric.name, Pattern.of(one, self.places, members, said, hidden).to_bytes())  # fmt: skip

    def _contributed(self, question: Question, plans: Selected) -> Gatherer | None:
        """What whole tables are proved with; who keeps records reads one group, which was proved when it was decided."""
        if self.audience.scope.depth == "records":
            return None
        return contributions(self.reader, question, plans)

    def _keep(self, cut: str, metric: str, pattern: bytes) -> None:
        scope = self.audience.scope
        for boundary in self.alike:
            self.into.patterns[Kept(scope.place_id, scope.depth, boundary, cut, metric)] = pattern

    def _repaired(self, gatherer: Gatherer, one: Plan, hidden: list[set[Where]]) -> list[set[Where]]:  # fmt: skip
        """The withheld cells of each sum after the proof of its whole table."""
        year, cut = self.release.year, gatherer.question.cut
        found = []
        for at, each in enumerate(hidden):
            key = (one.sums[at], cut)
            if key not in self._proved:
                side = sides(gatherer, one, year)[at]
                table = table_of(gatherer, side, self.audience.ladder, year)
                whole = self.into.totals.get(key[0], set()) if cut else set()
                self._proved[key] = self._prove(table, key, each | whole, holding_of(side[""]))
            found.append(self._proved[key])
        return found

    def _prove(self, table: Table, key: Sum, hidden: set[Where], holding: Holding) -> set[Where]:
        """Everything of one sum at once: what may be worked out too closely all the same is withheld with it. Totals stay as they were decided."""
        before, fixed = _mask(table, hidden), self._fixed(table, key)
        unpublished = rests_of(table) | before
        try:
            proved = protect(
                table, official(), holding, unpublished=unpublished & ~fixed, fixed=fixed
            )
            withheld = proved.withheld | before
            self.into.programmes += proved.proof.programmes
        except CannotProtect:
            withheld = ~fixed & ((table.units > 0) | before)
        withheld &= ~rests_of(table)
        peopled = (table.units > 0) & ~rests_of(table)
        self.into.cells += int(peopled.sum())
        self.into.withheld += int((withheld & peopled).sum())
        self.into.repaired += int((withheld & ~before).sum())
        found = _cells(table, withheld)
        if not key[1]:
            self.into.totals[key[0]] = found
        return found

    def _fixed(self, table: Table, key: Sum) -> Mask:
        """The totals that are shown, when their breakdown is proved."""
        totals = {(place, "") for place in self.places} if key[1] else set()
        return _mask(table, totals - self.into.totals.get(key[0], set()))


def _mask(table: Table, cells: Iterable[Where]) -> Mask:
    return table.mask((place, Spot(member=member)) for place, member in cells)


def _cells(table: Table, mask: Mask) -> set[Where]:
    found: list[Any] = table.named(mask)  # pairs
    return {(place, spot.member) for place, spot in found}


def tables(release: Release) -> dict[str, list[str]]:
    """Each breakdown with the metrics that have it and anything loaded; "" are the totals, which come first."""
    known = {name: plan(name, release.year) for name, one in metrics().items() if not isinstance(one, Percentile)}  # fmt: skip
    judged = [name for name, one in known.items() if one.reported and not one.is_internal and _has_rows(one, release)]  # fmt: skip
    cuts = dict.fromkeys(cut for name in judged for cut in breakdowns(known[name].metric))
    by_cut = {cut: [name for name in judged if cut in breakdowns(known[name].metric)] for cut in cuts}  # fmt: skip
    return {"": judged} | by_cut


def columns(names: Sequence[str], year: int, cut: str) -> int:
    """How many members some metrics have by a breakdown, added up."""
    sums = [each.sums for name in names if (each := plan(name, year, cut, ANY_MEMBER)).sums]
    return sum(len(form_named(first[0][0].form).labels(cut).labels) for first in sums)


def _has_rows(one: Plan, release: Release) -> bool:
    """Whether anything of a metric had been loaded: else there is nothing to withhold."""
    return bool(one.sums) and all(release.loads.get(each.form, 0) for total in one.sums for each in total)  # fmt: skip
