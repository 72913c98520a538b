"""What the ladder in memory tells of the roll-out: which places are due an account, and which units are due nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from warehouse.ladder import Ladder
from warehouse.places import NATION, Rung


class Owed(NamedTuple):
    """What a province is due an account for: how many places of each rung, and which of them stand above units."""

    places: Mapping[Rung, int]
    above: Sequence[int]


def owed(ladder: Ladder, year: int) -> Mapping[int, Owed]:
    """By province, under today's boundaries; worked out once for each ladder."""
    key = (owed, year)
    if key not in ladder.kept:
        found: dict[int, list[int]] = {}
        for place in ladder.parents.get(year, {}):
            province = _province(ladder, place, year) if ladder.units(place, year) else None
            if province is not None:
                found.setdefault(province, []).append(place)
        ladder.kept[key] = {province: _owed_by(ladder, places) for province, places in found.items()}  # fmt: skip
    known: Mapping[int, Owed] = ladder.kept[key]
    return known


def _owed_by(ladder: Ladder, places: Sequence[int]) -> Owed:
    rungs = Counter(ladder.rung(place) for place in places)
    return Owed(rungs, [place for place in places if ladder.rung(place) is not Rung.SCHOOL])


def _province(ladder: Ladder, place_id: int, year: int) -> int | None:
    """The place right below the nation that another stands under or is; None where it stands under none."""
    above = ladder.parent(place_id, year)
    while above is not None and above != NATION:
        place_id, above = above, ladder.parent(above, year)
    return place_id if above == NATION else None


def away(ladder: Ladder, year: int) -> list[int]:
    """Units that are not on a year's ladder."""
    key = (away, year)
    if key not in ladder.kept:
        units = {place for place, row in ladder.places.items() if row.rung == Rung.SCHOOL}
        ladder.kept[key] = sorted(units.difference(ladder.units(NATION, year)))
    known: list[int] = ladder.kept[key]
    return known
