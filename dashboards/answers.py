"""The one door to metrics, and the one memory.

The key of an answer holds the load numbers of its forms at the place that governs it, the basis, the scope
and the query. Nothing is ever invalidated: a new load makes a new key, and the oldest entries fall out.
A load in one province leaves the answers of another where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import polars as pl
from flask import Flask
from flask_caching import Cache
from flask_caching.backends import SimpleCache

from dashboards.address import BasisName
from metrics.audience import Audience
from metrics.distribution import Distribution, OfUnits, among, by_unit, distribute, spread
from metrics.linked import forms_beside
from metrics.measure import forms_of, measure_all
from metrics.middles import KeptMiddles, Over
from metrics.publication import Method, published
from metrics.question import Answers, Question
from metrics.revisions import marked
from metrics.similar import Everyone, everyone
from metrics.tables.counting import Counting
from metrics.tables.kept import Kept
from metrics.tables.waiting import PATIENCE
from warehouse.ladder import Ladder
from warehouse.places import NATION
from warehouse.releases import RELEASE
from warehouse.scope import Depth, Scope
from warehouse.similar import FORMS
from warehouse.store import LADDER, Reader

ROOM = 4_000  # entries; the oldest fall out first
SHELF = 7  # states of all schools, some megabytes each, and the releases
T = TypeVar("T")
Loads = Mapping[int, Mapping[str, int]]  # place -> form -> number


class OldestOut(SimpleCache):
    """What a process remembers: of too much the oldest falls out, where the library would let go of all that never expires."""

    def _prune(self) -> None:
        while self._over_threshold():
            self._cache.pop(next(iter(self._cache)))


class Memory:
    """A bounded memory of answers and finished pages."""

    def __init__(self, server: Flask, *, enabled: bool = True) -> None:
        kind = f"{__name__}.{OldestOut.__name__}" if enabled else "NullCache"
        self.enabled = enabled
        self._stock: dict[str, tuple[object, Any]] = {}
        self.kept = Kept()
        self.middles = KeptMiddles()
        self._cache = Cache(server, config={
            "CACHE_TYPE": kind, "CACHE_THRESHOLD": ROOM, "CACHE_DEFAULT_TIMEOUT": 0, "CACHE_NO_NULL_WARNING": True})  # fmt: skip

    def stocked(self, key: str, stamp: object, make: Callable[[], T]) -> T:
        """What is the same for every reader, as it stands under this stamp: its newest state stays here as it is, answers remembered or not."""
        kept = self._stock.get(key)
        if kept is None or kept[0] != stamp:
            kept = self._stock[key] = (stamp, make())
            while len(self._stock) > SHELF:
                self._stock.pop(next(iter(self._stock)), None)
        found: T = kept[1]
        return found

    def recall(self, key: str) -> Any:  # noqa: ANN401 - whatever was kept under that key
        return self._cache.get(key)

    def keep(self, key: str, value: object) -> None:
        self._cache.set(key, value)


@dataclass(frozen=True)
class Asking:
    """The questions of one visit: an open reader, its audience, and the loads of the page's place and ancestors.

    `earlier` asks at the release before a revision: cells that differ from it are marked as revised.
    What is shown of places that are somebody else's hangs on the releases signed until then (`metrics/states.py`).
    """

    reader: Reader
    audience: Audience
    loads: Loads
    memory: Memory
    earlier: Asking | None = None
    until: datetime | None = None  # the moment that is read; None is now
    known: dict[str, Answers] = field(default_factory=dict)  # what was read ahead, in this visit
    metrics: dict[str, None] = field(
        default_factory=dict
    )  # every metric asked about, in that order

    def __call__(self, question: Question) -> Answers:
        """Measure, or recall what was measured under the same loads."""
        return self.ahead([question])[0]

    def ahead(self, questions: Sequence[Question]) -> list[Answers]:
        """The answers of several questions; those not remembered are read together."""
        found = self._read(questions)
        if self.earlier is None:
            return found
        then = self.earlier.ahead(questions)
        return [marked(one, last) for one, last in zip(found, then, strict=True)]

    def _read(self, questions: Sequence[Question]) -> list[Answers]:
        asked = [(self._key("answer", one), one) for one in map(self.dated, questions)]
        self._note(*questions)
        unknown = {key: one for key, one in asked if not self._recall(key)}
        if unknown:
            measured = measure_all(self.reader, self.audience, list(unknown.values()), self._over())
            for key, answers in zip(unknown, measured, strict=True):
                self.known[key] = answers
                self.memory.keep(key, answers)
        return [self.known[key] for key, _ in asked]

    def _over(self) -> Over:
        """What this process keeps of distributions, for the reader of this visit."""
        return Over(self.reader, self.memory.middles.under(self.audience.ladder))

    def _note(self, *questions: Question) -> None:
        self.metrics.update(dict.fromkeys(name for one in questions for name in one.metrics))

    def _recall(self, key: str) -> bool:
        """Whether an answer is known to this visit, or remembered from another."""
        if key not in self.known:
            found: Answers | None = self.memory.recall(key)
            if found is not None:
                self.known[key] = found
        return key in self.known

    def spread(self, question: Question, *, is_named: bool) -> Mapping[str, Distribution]:
        """The units of one place by each metric of the question, remembered like answers."""
        self._note(question)
        asked = self.dated(question)
        key = self._key(f"spread|{is_named}", asked)
        found: Mapping[str, Distribution] | None = self.memory.recall(key)
        if found is None:
            if is_named:
                found = distribute(self.reader, self.audience, asked)
            else:
                found = spread(self.reader, self.audience, asked, self._over())
            self.memory.keep(key, found)
        return found

    def of_records(
        self, what: Hashable, loads: Mapping[str, int], years: Sequence[int], count: Callable[[], T]
    ) -> T:
        """What is counted of some years of forms for readers of a place's records, kept by this process (see metrics.middles)."""
        return self._over().counted(what, loads, years, count)

    def by_unit(self, question: Question, member: str = "") -> Mapping[str, OfUnits]:
        """Every unit below one place by each metric of the question, remembered like answers."""
        asked = self.dated(question)
        key = self._key(f"by_unit|{member}", asked)
        found: Mapping[str, OfUnits] | None = self.memory.recall(key)
        if found is None:
            found = by_unit(self.reader, self.audience, asked, member)
            self.memory.keep(key, found)
        return found

    def everyone(self, year: int, basis: BasisName) -> Everyone:
        """All schools by what they are compared by: the same for every reader."""
        loads = {form: self.loads[NATION].get(form, 0) for form in (*FORMS, LADDER)}
        return self.memory.stocked(
            f"everyone|{year}|{basis}", loads, lambda: everyone(self.reader, year, basis, loads)
        )

    def among(
        self, question: Question, marks: Collection[int], depth: Depth
    ) -> Mapping[str, Distribution]:
        """Marked schools by each metric of a question about the nation, without names, remembered like answers."""
        self._note(question)
        asked = self.dated(question)
        key = self._key(f"among|{depth}|{sorted(marks)}", asked)
        found: Mapping[str, Distribution] | None = self.memory.recall(key)
        if found is None:
            found = among(self.reader, asked, marks, depth)
            self.memory.keep(key, found)
        return found

    def published(self, questions: Sequence[Question], method: Method) -> list[Answers]:
        """The answers as anybody may have them, remembered until a load or a release."""
        self._note(*questions)
        return [self._published(question, method) for question in questions]

    def _published(self, question: Question, method: Method) -> Answers:
        loads = {form: self.loads[NATION].get(form, 0) for form in (*forms_beside(question), RELEASE)}  # fmt: skip
        asked = replace(question, load=loads, until=self.until)
        key = self._key(f"published|{method}", asked)
        found: Answers | None = self.memory.recall(key)
        if found is None:
            found = published(self.reader, self.audience, asked, method)
            self.memory.keep(key, found)
        return found

    def counting(self, patience: float | None = PATIENCE) -> Counting:
        """What tables are added up from, as it stands at the reader's own place; of other places, as it stands at the nation. `patience`: how many
        seconds are waited for what has to be decided first; None: however long it takes.
        """
        own = self.audience.scope.place_id
        ruler = own if own in self.loads else NATION
        return Counting(
            self.reader,
            self.audience,
            self.loads[ruler],
            self.memory.kept,
            self.loads[NATION],
            self.until,
            patience,
        )

    def counted(self, what: str, count: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """What is counted of submissions below the page's place, as it stands now, until the next load there or above.

        `what` names everything else that the count rests on. Not for a look at the past: its loads are those of then.
        """
        key = f"counted|{scope_key(self.audience.scope)}|{what}|{self.loads}"
        found: pl.DataFrame | None = self.memory.recall(key)
        if found is None:
            found = count()
            self.memory.keep(key, found)
        return found

    def _key(self, kind: str, asked: Question) -> str:
        return f"{kind}|{scope_key(self.audience.scope)}|{asked!r}"

    def dated(self, question: Question) -> Question:
        """The question with the loads that govern its places. What is withheld of a place that is somebody else's hangs on places all over the nation."""
        is_outside = "published" in self.audience.depths(question.places).values()
        ruler = (
            NATION if is_outside else governor(self.audience.ladder, question.places, self.loads)
        )
        forms = (*forms_beside(question), RELEASE) if is_outside else forms_of(question)
        loads = {form: self.loads[ruler].get(form, 0) for form in forms}
        return replace(question, load=loads, until=self.until)


def scope_key(scope: Scope) -> str:
    """Readers of the same reach share what is remembered."""
    return f"{scope.place_id}:{scope.depth}"


def governor(ladder: Ladder, places: tuple[int, ...], known: Loads) -> int:
    """The lowest of the known places that stands above (or is) every place asked about."""
    lines = [{place, *ladder.ancestors(place)} for place in places]
    shared = [place for place in known if all(place in line for line in lines)]
    return max(shared, key=ladder.rung)


class Opened(NamedTuple):
    """An open transaction, the load numbers it found at a place and above, and how many notices its reader has not read."""

    reader: Reader
    loads: Loads
    unread: int
