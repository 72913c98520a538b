"""What a release withholds, decided once: the pattern of every metric and breakdown, and the proof of all of them together.

Patterns are kept for each reach that reads much of elsewhere: who reads the aggregates of the nation, and the offices of the provinces. Reaches need nothing
of one another, and breakdowns nothing but their totals: where there is much to do, they are decided in processes beside each other, which each read
through connections of their own. What comes of it is the same either way.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Literal, NamedTuple

from metrics.audience import Audience
from metrics.freezer import Boundary, Decided, Freezer, Say, Totals, columns, tables
from metrics.processes import alone
from warehouse.ladder import Ladder
from warehouse.places import NATION, Rung
from warehouse.releases import Release
from warehouse.roles import str_of
from warehouse.store import Warehouse
from warehouse.sweeping import seldom_swept

NATION_WEIGHS = 10  # provinces
BOUNDARIES: tuple[Boundary, ...] = ("now", "then")
MANY = 100  # places from which starting processes costs less than it gains
AT_MOST = 4  # processes: each holds up to a gigabyte
LOOK_S = 0.4  # how often it is asked how far they are
Step = Callable[[int, int], None]


class Reach(NamedTuple):
    """From where it is read, and how deep below."""

    place_id: int
    depth: Literal["records", "published"]


class Piece(NamedTuple):
    """A reach under boundaries that are alike, and the breakdowns ("" is none) by which it is decided in one go."""

    reach: Reach
    alike: tuple[Boundary, ...]
    cuts: tuple[str, ...]

    @property
    def waits(self) -> bool:
        """Whether the totals are decided in another piece, before this one."""
        return "" not in self.cuts


def reaches(ladder: Ladder, year: int) -> list[Reach]:
    """Whose patterns are kept."""
    provinces = (place for place in peopled(ladder, year) if ladder.rung(place) == Rung.PROVINCE)
    return [Reach(NATION, "published"), *(Reach(place, "records") for place in provinces)]


def peopled(ladder: Ladder, year: int) -> tuple[int, ...]:
    """The places above any unit of a year, under either boundary: nobody contributes to a number of another."""
    units = [place for place in ladder.parents[year] if ladder.rung(place) == Rung.SCHOOL]
    found = {place for unit in units for boundary in BOUNDARIES for place in _above(ladder, unit, year, boundary)}  # fmt: skip
    return tuple(sorted({NATION, *found}))


def boundaries(ladder: Ladder, year: int) -> list[tuple[Boundary, ...]]:
    """Those that are decided apart: where no place of a year has moved since, both are one."""
    is_moved = any(then != now for then, now in ladder.parents[year].values())
    return [(each,) for each in BOUNDARIES] if is_moved else [BOUNDARIES]


def _above(ladder: Ladder, place: int, year: int, boundary: Boundary) -> Iterator[int]:
    above = ladder.parent(place, year, boundary)
    while above is not None:
        yield above
        above = ladder.parent(above, year, boundary)


@dataclass(frozen=True)
class Desk:
    """What every piece of the work needs. `peopled`: the places with a unit below."""

    warehouse: Warehouse
    release: Release
    peopled: tuple[int, ...]

    def pieces(self, *, is_parted: bool) -> Iterator[Piece]:
        """The whole work; where the nation's breakdowns are parted from its totals, the largest of them come first."""
        ladder, known = self.warehouse.ladder, tables(self.release)
        largest = sorted((cut for cut in known if cut), key=lambda cut: -columns(known[cut], self.release.year, cut))  # fmt: skip
        for reach in reaches(ladder, self.release.year):
            for alike in boundaries(ladder, self.release.year):
                if is_parted and reach.depth == "published":
                    yield Piece(reach, alike, ("",))
                    yield from (Piece(reach, alike, (cut,)) for cut in largest)
                else:
                    yield Piece(reach, alike, tuple(known))

    def weight(self, piece: Piece) -> int:
        """Of the work, about: what is published of the whole nation is proved on whole tables besides."""
        many = sum(len(names) for cut, names in tables(self.release).items() if cut in piece.cuts)
        return many * _weight(piece.reach)

    def do(self, piece: Piece, totals: Totals, say: Say) -> Decided:
        """One piece, in a transaction of its own. `say` is told how much more of the weight is done."""
        made = Decided(totals=dict(totals))
        ladder = self.warehouse.ladder
        scope = self.warehouse.scope("release", *piece.reach)
        audience = Audience(scope=scope, ladder=ladder, role="analyst")
        with seldom_swept(), self.warehouse.reading(scope) as reader:
            freezer = Freezer(reader, audience, self.release, piece.alike, made, self.peopled)
            freezer.decide(piece.cuts, lambda more: say(more * _weight(piece.reach)))
        if piece.reach.depth == "records":  # the nation's totals serve its breakdowns
            ladder.kept.clear()
        return made


def _weight(reach: Reach) -> int:
    return NATION_WEIGHS if reach.depth == "published" else 1


def decided(warehouse: Warehouse, one: Release, step: Step, many: int | None = None) -> Decided:
    """All patterns of a release, each reach read in transactions of its own with no more than its rights. `step` is told how far it is.

    `many`: in how many processes; where nothing is said, one for each processor, and this one alone where there are few places.
    """
    found, start = Decided(), perf_counter()
    desk = Desk(warehouse, one, peopled(warehouse.ladder, one.year))
    many = many or (min(os.cpu_count() or 1, AT_MOST) if len(desk.peopled) >= MANY else 1)
    pieces = list(desk.pieces(is_parted=many > 1))
    work = _beside(desk, pieces, many, step) if many > 1 else _in_turn(desk, pieces, step)
    for made in work:
        found.add(made)
    whole = _whole(desk, pieces)
    step(whole, whole)
    found.seconds = perf_counter() - start
    return found


def _whole(desk: Desk, pieces: Sequence[Piece]) -> int:
    return sum(map(desk.weight, pieces))


def _in_turn(desk: Desk, pieces: Sequence[Piece], step: Step) -> Iterator[Decided]:
    """What comes of each piece, one after the other."""
    done, whole = 0, _whole(desk, pieces)

    def say(more: int) -> None:
        nonlocal done
        done += more
        step(done, whole)

    for piece in pieces:
        yield desk.do(piece, {}, say)
    desk.warehouse.ladder.kept.clear()


def _beside(desk: Desk, pieces: Sequence[Piece], many: int, step: Step) -> Iterator[Decided]:
    """What comes of each piece as it ends, in processes. Breakdowns wait for the totals of their reach, and are told what was proved of them."""
    waiting, whole = [piece for piece in pieces if piece.waits], _whole(desk, pieces)
    with _hands(desk, many) as (pool, done):
        left = {pool.submit(_piece, each, {}): each for each in pieces if not each.waits}
        while left:
            for future in wait(left, LOOK_S, FIRST_COMPLETED).done:
                piece, made = left.pop(future), future.result()
                ready = [each for each in waiting if each[:2] == piece[:2]]
                waiting = [each for each in waiting if each not in ready]
                left |= {pool.submit(_piece, each, made.totals): each for each in ready}
                yield made
            step(done.value, whole)


@contextmanager
def _hands(desk: Desk, many: int) -> Iterator[tuple[ProcessPoolExecutor, Any]]:
    """The processes, and how much they have done together. Whatever ends the job ends them, after what is read at a time."""
    # a copy of a process with threads may never wake
    spawned = multiprocessing.get_context("spawn")
    done, is_over = spawned.Value("q", 0), spawned.Event()
    url, role = str_of(desk.warehouse.engine.url), desk.warehouse.role
    pool = ProcessPoolExecutor(
        many, mp_context=spawned, initializer=_begin, initargs=(url, role, replace(desk.warehouse.ladder), desk.release, desk.peopled, done, is_over),
    )  # fmt: skip
    try:
        yield pool, done
    finally:
        is_over.set()
        pool.shutdown(cancel_futures=True)


@dataclass
class _Hand:
    """What a process works with: the desk, how much all have done, and whether it is to end."""

    desk: Desk
    done: Any  # a number that processes share
    is_over: Any  # an event that they share

    def say(self, more: int) -> None:
        if self.is_over.is_set():
            raise CancelledError
        with self.done.get_lock():
            self.done.value += more


_HAND: list[_Hand] = []  # of this process


def _begin(url: str, role: str, ladder: Ladder, release: Release, peopled: tuple[int, ...], done: Any, is_over: Any) -> None:  # noqa: ANN401 # fmt: skip
    """A connection of its own to what the job works with, one thread, and no longer life than the job's own process has."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the job itself is told
    alone()
    warehouse = Warehouse(url, role, pool_size=1)
    warehouse.ladder = ladder
    _HAND[:] = [_Hand(Desk(warehouse, release, peopled), done, is_over)]


def _piece(piece: Piece, totals: Totals) -> Decided:
    (hand,) = _HAND
    return hand.desk.do(piece, totals, hand.say)
