"""What is shown of linked columns at some places: decided together, so that no column gives away another one's cells.

A cell is a place and a spot: a column, by its number in a block, and a member of it. Everything here is a function of numbers, and is worked out once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.bounds import outer
from metrics.disclosure.primary import Reason, judge
from metrics.disclosure.proof import Protected, hidden, protect, prove
from metrics.disclosure.recoding import Class
from metrics.disclosure.table import Facts, Mask, Numbers, Sum, Table, grid, make
from metrics.errors import CannotProtect


class Spot(NamedTuple):
    """A column of a block, and a member of it: '' is its total."""

    column: int = 0
    member: str = ""


Where = tuple[Any, Spot]  # a place's id or what closes a sum, and the spot
Told = tuple[tuple[Where, Facts], ...]


class Tie(NamedTuple):
    """The left columns of a block add up to the right ones."""

    left: tuple[int, ...]
    right: tuple[int, ...]


class Rest(NamedTuple):
    """What a place has beside those below it that the reader sees, or beside the members listed, each by itself: anybody can subtract.

    `of`: the total, and whether it is that of places.
    """

    of: Any


class Side(NamedTuple):
    """What both sides of an equation make."""

    of: Any


@dataclass(frozen=True)
class Case:
    """One table to decide: places with who stands above each, what each cell holds and who brought it, ties among columns, columns that nobody
    sees, counts of extreme shares, cells decided before (whether they are shown), and cells that are
    withheld whatever the rules say, because they protected others in an earlier state.
    """

    above: tuple[tuple[int, int | None], ...]
    told: Told
    ties: tuple[Tie, ...] = ()
    rests: frozenset[int] = frozenset()
    extremes: frozenset[Where] = frozenset()
    before: tuple[tuple[Where, bool], ...] = ()
    kept: frozenset[Where] = frozenset()


class Settled(NamedTuple):
    """The table, what is withheld of it, what must be protected, which of it are counts of extreme shares only."""

    table: Table
    withheld: Mask
    unsafe: Mask
    faint: Mask

    def is_shown(self, cell: Hashable) -> bool:
        return not self.withheld[self.table.at[cell]]


def settle(cases: tuple[Case, ...], limits: Thresholds, holding: Holding) -> Settled:
    """Which cells are shown of cases that have none in common. Of a case that no pattern protects none is but those shown before.

    They are decided side by side, as parts of one table that no sum ties: as each would be by itself, for far less.
    """
    return (_kept if len(cases) == 1 else _settled)(cases, limits, holding)


def _settled(cases: tuple[Case, ...], limits: Thresholds, holding: Holding) -> Settled:
    table = _table(cases)
    before = [pair for case in cases for pair in case.before]
    fixed = table.mask(cell for cell, is_shown in before if is_shown)
    sides = table.mask(key for key in table.keys if isinstance(_place(key), Side))
    kept = table.mask(cell for case in cases for cell in case.kept) & ~fixed
    rests = [case.rests for case in cases]
    unseen = (key for key, at in zip(table.keys, table.part.tolist(), strict=True) if _is_rest(key, rests[at]))  # fmt: skip
    unpublished = sides | kept | table.mask(unseen)
    extremes = table.mask(cell for case in cases for cell in case.extremes) & ~fixed
    unsafe = extremes | table.mask(cell for cell, is_shown in before if not is_shown)
    primary = hidden(judge(table, limits, holding)) & ~fixed & ~sides
    begun = table.parts_of(primary | unsafe | kept)
    withheld = faint = np.zeros(len(table.keys), dtype=bool)
    hopeless = withheld
    while (left := begun & ~hopeless).any():
        still = fixed | sides | hopeless

        def pattern(unsafe: Mask, left: Mask = left, still: Mask = still) -> Protected:
            return protect(
                table, limits, holding, unsafe=unsafe & left, unpublished=unpublished & left, fixed=still, faint=extremes & left
            )  # fmt: skip

        try:
            found = pattern(unsafe)
            bare = found.withheld & kept & (outer(table, found.withheld).width < 1)
            if bare.any():
                found = pattern(unsafe | bare)
        except CannotProtect as refused:
            hopeless = hopeless | table.parts_of(table.mask(refused.cells))
            continue
        withheld, faint = found.withheld, np.asarray(found.reasons == Reason.EXTREME)
        break
    return Settled(table, withheld | (hopeless & ~fixed), (primary | unsafe) & begun, faint)


_kept = lru_cache(maxsize=512)(_settled)  # some 200 kB each; of pages, which ask for few places


def _table(cases: tuple[Case, ...]) -> Table:
    """The cells of all cases, one case after another, with the sums in each."""
    cells: dict[Where, Facts] = {}
    sums: list[Sum] = []
    many = []
    for case in cases:
        mine = dict(case.told)
        sums += [*closed(dict(case.above), mine), *tied(case.ties, mine)]
        cells |= mine
        many.append(len(mine))
    made = make(cells, sums)
    return replace(made, home=_homes(made), part=np.repeat(np.arange(len(many)), many))


def recode(
    settled: Settled, classes: Mapping[Where, Class], limits: Thresholds, holding: Holding
) -> set[Where]:
    """The counts of which the class of their share may be said: with all of them said, no cell that must be protected is told too closely.

    Classes that tell too much are taken back until that holds.
    """
    said = {at: each for at, each in classes.items() if each.hides and settled.faint[settled.table.at[at]]}  # fmt: skip
    table = settled.table
    # no sum ties parts: those of which nothing is said are as they were proved
    asked = table.parts_of(table.mask(said))
    while asked.any():
        table = table.telling({at: (float(each.least), float(each.most)) for at, each in said.items()})  # fmt: skip
        failed = prove(table, settled.withheld & asked, settled.unsafe & asked, limits, holding, settled.faint).failed  # fmt: skip
        said = _without(said, failed, table)
        asked = table.parts_of(failed) & table.parts_of(table.mask(said))
    return set(said)


def _without(said: Mapping[Where, Class], failed: Mask, table: Table) -> dict[Where, Class]:
    """Those that failed themselves are taken back; of a part in which others failed, all are."""
    told = table.mask(said)
    back = (told & failed) | table.parts_of(failed & ~told)
    return {at: each for at, each in said.items() if not back[table.at[at]]}


def _homes(table: Table) -> Numbers:
    """Places, and rests of places, that are a single unit's in every column: it knows all of them anyway."""
    of = [_home(key) for key in table.keys]
    most: dict[Any, float] = {}
    for home, units in zip(of, table.units.tolist(), strict=True):
        most[home] = max(units, most.get(home, 0.0))
    numbers = {home: n for n, home in enumerate((h for h in most if h is not None and most[h] <= 1), start=1)}  # fmt: skip
    return np.array([numbers.get(home, 0) for home in of], dtype=float)


def _home(key: Hashable) -> Any:  # noqa: ANN401 - a place's id, or that of what it has besides
    place = _place(key)
    if not isinstance(place, Rest):
        return place if isinstance(place, int) else None
    (above, _), is_of_places = place.of
    return ("besides", above) if is_of_places else above


def told_besides(ties: Iterable[Tie], rests: frozenset[int], shown: Mapping[Where, bool]) -> dict[Where, bool]:  # fmt: skip
    """The cells of columns that nobody sees, where all the others of an equation are shown and anybody can subtract them."""
    found: dict[Where, bool] = {}
    for tie in ties:
        columns = {*tie.left, *tie.right}
        for rest in columns & rests:
            others = columns - rests
            for place in {place for place, _ in shown}:
                if all(shown.get((place, Spot(other)), False) for other in others):
                    found[place, Spot(rest)] = True
    return found


def _place(key: Hashable) -> Any:  # noqa: ANN401 - a place's id, or what closes a sum
    return key[0] if isinstance(key, tuple) else key


def _is_rest(key: Hashable, rests: frozenset[int]) -> bool:
    return isinstance(key, tuple) and (isinstance(key[0], Rest) or key[1].column in rests)


def closed(places: Mapping[int, int | None], cells: dict[Where, Facts]) -> Iterator[Sum]:
    """The sums among the places and members of each column, each closed by what is not listed, which is added to the cells.

    Where what is listed is more than the total - members that overlap - nothing can be subtracted, and there is no sum.
    """
    parents = {place: above if above in places else None for place, above in places.items()}
    listed: dict[int, dict[str, None]] = {}
    for _, spot in cells:
        listed.setdefault(spot.column, {})[spot.member] = None
    for column, names in listed.items():
        whole = Spot(column)
        members = {Spot(column, name): whole if name else None for name in names}
        for each in grid(parents, members):
            yield from _closed(each, cells)


def _closed(each: Sum, cells: dict[Where, Facts]) -> Iterator[Sum]:
    total: Any = each.total
    parts: tuple[Any, ...] = each.parts
    left = cells[total].value - sum(cells[part].value for part in parts)
    units = cells[total].units - sum(cells[part].units for part in parts)
    if left < 0:
        return
    if left > 0 or units > 0:
        rest = (Rest((total, each.is_disjoint)), Spot(total[1].column))
        cells[rest] = Facts(left, max(units, 1) if each.is_disjoint else cells[total].units)
        parts = (*parts, rest)
    yield Sum(total, parts, each.is_disjoint)


def tied(ties: Iterable[Tie], cells: dict[Where, Facts]) -> Iterator[Sum]:
    """The equations among columns, at each place where all of them are told and hold; what both sides make is added to the cells."""
    places = dict.fromkeys(place for place, _ in cells if not isinstance(place, Rest))
    for number, tie in enumerate(ties):
        for place in places:
            left, right = ([(place, Spot(n)) for n in side] for side in (tie.left, tie.right))
            if all(where in cells for where in (*left, *right)):
                yield from _tie((number, place), left, right, cells)


def _tie(name: Hashable, left: list[Where], right: list[Where], cells: dict[Where, Facts]) -> Iterator[Sum]:  # fmt: skip
    """One equation as a sum, or as two that make the same; none where not all forms are in of the same units."""
    whole = sum(cells[where].value for where in right)
    if whole != sum(cells[where].value for where in left):
        return
    if len(left) == 1:
        left, right = right, left
    if len(right) == 1:
        yield Sum(right[0], tuple(left), is_disjoint=False)
        return
    side: Where = (Side(name), Spot(-1))
    cells[side] = Facts(whole, max(cells[where].units for where in right))
    yield Sum(side, tuple(left), is_disjoint=False)
    yield Sum(side, tuple(right), is_disjoint=False)
