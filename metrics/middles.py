"""Percentiles of the years before the one looked at, kept by a process: a page draws six years of medians, of which five are over.

What is kept was told at some load of each form it rests on. At a later one it still holds where no load has moved those years since. The year
looked at is always asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import NamedTuple

from metrics.plan import plan
from metrics.question import Question, State
from metrics.rollups import wants
from warehouse.ladder import Ladder
from warehouse.scope import Depth
from warehouse.store import Reader
from warehouse.unit_rows import moved

MOST = 20_000  # some hundred bytes each


class Middles(NamedTuple):
    """The percentiles of a distribution, by share; the state is the distribution's."""

    state: State
    of: Mapping[int, float | None]


@dataclass
class KeptMiddles:
    """What one process keeps, under one ladder: which units lie below a place is laid down there."""

    ladder: Ladder | None = None
    _of: dict[Hashable, tuple[Mapping[str, int], Middles]] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def under(self, ladder: Ladder) -> KeptMiddles:
        """The same, emptied where another ladder has been laid."""
        with self._lock:
            if self.ladder is not ladder:
                self._of.clear()
                self.ladder = ladder
        return self

    def find(self, key: Hashable) -> tuple[Mapping[str, int], Middles] | None:
        return self._of.get(key)

    def keep(self, key: Hashable, loads: Mapping[str, int], middles: Middles) -> None:
        """Keep it as the newest; of too many the oldest fall out."""
        with self._lock:
            self._of.pop(key, None)
            self._of[key] = loads, middles
            while len(self._of) > MOST:
                self._of.pop(next(iter(self._of)))


@dataclass(frozen=True)
class Over:
    """What is kept, for the reader of one visit."""

    reader: Reader
    kept: KeptMiddles

    def middles(
        self, question: Question, depth: Depth, shares: tuple[int, ...], ask: Callable[[], Middles]
    ) -> Middles:
        """The percentiles of the question's one metric, place and year, which its reader sees so deep; asked for where they are not kept or hold no more."""
        (name,), (year,) = question.metrics, question.years
        needed = wants([(plan(name, year), year)], is_covered=False)
        years = {form: sorted(want.years) for form, want in needed.items()}
        if not years.keys() <= question.load.keys():
            return ask()
        loads = {form: question.load[form] for form in years}
        key = (name, question.places, year, question.boundary, question.basis, question.later_law, depth, shares)  # fmt: skip
        known = self.kept.find(key)
        if known is None or not self._holds(known[0], loads, years, depth):
            known = loads, ask()
        if not any(loads[form] < then for form, then in known[0].items()):  # no look at the past
            self.kept.keep(key, loads, known[1])
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
