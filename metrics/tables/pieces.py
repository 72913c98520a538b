"""In which steps the tables of a reader are decided, and what of it is kept: a step at a group of places hangs on nothing else that was asked.

So a table by other kinds, of other places, or a metric with the same parts begins with all that has been decided before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import combinations
from threading import RLock
from typing import NamedTuple

from metrics.tables.spots import Spot

Cuts = tuple[str, ...]
Hides = Mapping[str, Collection[tuple[int, str]]]  # breakdown -> withheld places and members
Groups = tuple[tuple[int, ...], ...]
Name = tuple[object, ...]


class Piece(NamedTuple):
    """What one step decided at a group of places: the cells that it withholds, and those that nothing finer could protect."""

    hides: frozenset[Spot]
    told_by_coarser: frozenset[Spot] = frozenset()


Pieces = MutableMapping[Name, Piece]


@dataclass
class Decided:
    """All pieces of one sum in one state of its forms, for readers of one reach. Who decides more of it holds `lock`. `unwritten`: those of a release that
    are not kept with it yet (`stored.py`).
    """

    pieces: dict[Name, Piece] = field(default_factory=dict)
    unwritten: dict[Name, Piece] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    size: int = 1

    def weigh(self) -> None:
        """How many cells it keeps, after more has been decided."""
        self.size = 1 + sum(len(each.hides) + len(each.told_by_coarser) for each in list(self.pieces.values()))  # fmt: skip


class Step(NamedTuple):
    """Tables that are decided one after the other at a group of places, and held together then; `at_once`: that are decided as one."""

    tables: tuple[Cuts, ...]
    at_once: bool = False

    @property
    def many(self) -> int:
        return len(self.tables[0])


class Steps(NamedTuple):
    """Steps in the order in which they are decided: the `first` ones of all places; then those by kinds, place after place, so many as are `asked` where nothing
    beneath is; then all the others.
    """

    first: list[Step]
    by_kinds: list[Step]
    asked: int
    further: list[Step]


def steps(cuts: Cuts, own: Collection[str], singles: Cuts, kinds: frozenset[str], *, is_crossed: bool = False) -> Steps:  # fmt: skip
    """The steps of a table by some breakdowns, `own` ones of a form among them. Where two kinds are crossed, or `is_crossed`, every two are; three likewise."""
    first = [Step(((),)), *(Step(((cut,),)) for cut in cuts if cut in own)]
    of_kinds = [cut for cut in singles if cut in kinds]
    crossed = (tuple(combinations(of_kinds, many)) for many in (1, 2, 3))
    by_kinds = [Step(each, at_once=len(each[0]) == 1) for each in crossed if each]
    further = [Step(((cut,),)) for cut in singles if cut not in kinds]
    known = {table for step in (*first, *by_kinds, *further) for table in step.tables}
    asked = (each for many in range(2, len(cuts) + 1) for each in combinations(cuts, many))
    further += (Step((each,)) for each in asked if each not in known)
    return Steps(
        first, by_kinds, max(len(kinds.intersection(cuts)), 2 if is_crossed else 1), further
    )


def below(above: Mapping[int, int | None], group: Iterable[int]) -> list[int]:
    """All places beneath some, and none of these; in one order, whatever was asked: what is drawn by lot and what programmes find goes by it."""
    first = set(group)
    found = set(first)
    for place in above:
        line = [place]
        while (parent := above.get(line[-1])) is not None and line[-1] not in found:
            line.append(parent)
        if line[-1] in found:
            found.update(line)
    return sorted(found - first)


def chain(groups: Iterable[Sequence[int]], above: Mapping[int, int | None], group: Sequence[int]) -> Groups:  # fmt: skip
    """The groups by which one is decided: itself, and those that its first place was decided in, up to the top."""
    headed = {each[0]: tuple(each) for each in groups if len(each) > 1}
    found, at = [tuple(group)], above.get(group[0])
    while at is not None:
        if at in headed:
            found.append(headed[at])
        at = above.get(at)
    return tuple(found)


def name(line: Groups, step: Step, hides: Hides, beneath: Iterable[int] = ()) -> Name:
    """What the piece of a step at a group is kept by: the groups it hangs on, the places beneath, and what is decided of totals and a form's own breakdowns there."""
    lower = sorted(beneath)
    places = {place for group in line for place in group}.union(lower)
    cuts = ("", *sorted({cut for table in step.tables for cut in table}))
    known = (frozenset(each for each in hides[cut] if each[0] in places) for cut in cuts if cut in hides)  # fmt: skip
    return (line, step, sha256(repr(lower).encode()).hexdigest(), *known)
