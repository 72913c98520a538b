"""Percentiles, how very many units differ, and layouts of specialties, kept by a process: a page draws six years of medians, and one swarm of ten thousand schools.

What is kept was told at some load of each form it rests on. At a later one it still holds where no load has moved those years since, whatever
has come in for other years and other forms.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Generic, NamedTuple, TypeVar

from metrics.plan import plan
from metrics.question import Question, State
from metrics.rollups import wants
from warehouse.ladder import Ladder
from warehouse.scope import Depth
from warehouse.store import Reader
from warehouse.unit_rows import moved

MOST = 20_000  # percentiles: some hundred bytes each
MOST_SPREADS = 64  # of the nation a third of a megabyte each
MOST_COUNTS = 128  # of the nation half a megabyte each
T = TypeVar("T")


class Middles(NamedTuple):
    """The percentiles of a distribution, by share; the state is the distribution's."""

    state: State
    of: Mapping[int, float | None]


@dataclass
class Shelf(Generic[T]):
    """What was told at which loads of its forms."""

    most: int
    _of: dict[Hashable, tuple[Mapping[str, int], T]] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def clear(self) -> None:
        with self._lock:
            self._of.clear()

    def find(self, key: Hashable) -> tuple[Mapping[str, int], T] | None:
        return self._of.get(key)

    def keep(self, key: Hashable, loads: Mapping[str, int], told: T) -> None:
        """Keep it as the newest; of too many the oldest fall out."""
        with self._lock:
            self._of.pop(key, None)
            self._of[key] = loads, told
            while len(self._of) > self.most:
                self._of.pop(next(iter(self._of)))


@dataclass
class KeptMiddles:
    """What one process keeps, under one ladder: which units lie below a place is laid down there. `spreads`: the values of units, in order. `counts`: what was counted of schools' records."""

    ladder: Ladder | None = None
    middles: Shelf[Middles] = field(default_factory=lambda: Shelf(MOST))
    spreads: Shelf[tuple[float, ...]] = field(default_factory=lambda: Shelf(MOST_SPREADS))
    counts: Shelf[Any] = field(default_factory=lambda: Shelf(MOST_COUNTS))
    _lock: RLock = field(default_factory=RLock)

    def under(self, ladder: Ladder) -> KeptMiddles:
        """The same, emptied where another ladder has been laid."""
        with self._lock:
            if self.ladder is not ladder:
                self.middles.clear()
                self.spreads.clear()
                self.counts.clear()
                self.ladder = ladder
        return self


@dataclass(frozen=True)
class Over:
    """What is kept, for the reader of one visit."""

    reader: Reader
    kept: KeptMiddles

    def middles(
        self, question: Question, depth: Depth, shares: tuple[int, ...], ask: Callable[[], Middles]
    ) -> Middles:
        """The percentiles of the question's one metric, place and year, which its reader sees so deep; asked for where they are not kept or hold no more."""
        return self._known(self.kept.middles, question, depth, shares, ask)

    def spread(self, question: Question, ask: Callable[[], tuple[float, ...]]) -> tuple[float, ...]:
        """The values of the units below its one place, whose records its reader sees, in order."""
        return self._known(self.kept.spreads, question, "records", (), ask)

    def _known(
        self, shelf: Shelf[T], question: Question, depth: Depth, shares: tuple[int, ...], ask: Callable[[], T]
    ) -> T:  # fmt: skip
        (name,), (year,) = question.metrics, question.years
        needed = wants([(plan(name, year), year)], is_covered=False)
        years = {form: sorted(want.years) for form, want in needed.items()}
        if not years.keys() <= question.load.keys():
            return ask()
        loads = {form: question.load[form] for form in years}
        key = (name, question.places, year, question.boundary, question.basis, question.later_law, depth, shares)  # fmt: skip
        return self._told(shelf, key, loads, years, depth, ask)

    def counted(self, what: Hashable, loads: Mapping[str, int], years: Sequence[int], ask: Callable[[], T]) -> T:  # fmt: skip
        """What was counted of some years of each form at a load, for a reader who sees all records it rests on. `what` names everything else that decides it. Nobody changes it."""
        told: T = self._told(self.kept.counts, what, loads, {form: sorted(years) for form in loads}, "records", ask)  # fmt: skip
        return told

    def _told(
        self, shelf: Shelf[T], key: Hashable, loads: Mapping[str, int], years: Mapping[str, list[int]], depth: Depth, ask: Callable[[], T]
    ) -> T:  # fmt: skip
        """What is kept where it holds; else it is asked for, and kept unless it is a look at the past."""
        known = shelf.find(key)
        if known is None or not self._holds(known[0], loads, years, depth):
            known = loads, ask()
        if not any(loads[form] < then for form, then in known[0].items()):  # no look at the past
            shelf.keep(key, loads, known[1])
        return known[1]

    def _holds(
        self, then: Mapping[str, int], now: Mapping[str, int], years: Mapping[str, list[int]], depth: Depth
    ) -> bool:  # fmt: skip
        """Whether nothing has moved since; only who sees the records can tell, for anybody else another load is enough."""
        if then == now:
            return True
        if depth != "records" or any(now[form] < then[form] for form in now):
            return False
        return not any(
            moved(self.reader, form, years[form], then[form], now[form])
            for form in now
            if now[form] > then[form]
        )
