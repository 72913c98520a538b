"""Where units stand: real counties of the register, and prefectures or counties of every ragged kind."""

from __future__ import annotations

from functools import cache

import numpy as np

from etl.demo.dice import dice
from etl.demo.targets import FIRST, LAST, provinces
from warehouse.arrays import Ints
from warehouse.places import CORPS, Register, read_register

__all__ = ["division_code", "leaves_by_province", "move_with_the_map", "place_units"]

# leaves of unusual kinds that the first schools of a province take: prefectures without counties
# (东莞, 中山, 儋州, 嘉峪关) and counties directly below a province (仙桃, 琼海, 济源)
RAGGED = {44: (441900, 442000), 46: (460400, 469002), 62: (620200,), 42: (429004,), 41: (419001,)}


@cache
def leaves_by_province(year: int) -> dict[int, Ints]:
    """Place ids that units can hang on in a year, by province code (66 the corps)."""
    register = read_register()
    found: dict[int, list[int]] = {province.code: [] for province in provinces()}
    for place in register.leaves(year):
        found[register.path(place, year, "then")[1] // 10_000].append(place)
    return {code: np.array(sorted(places), np.int64) for code, places in found.items()}


def place_units(seed: int, province: Ints) -> Ints:
    """A leaf of the first year for each unit; `province` holds indices into provinces(). Ragged leaves first."""
    places = np.zeros(province.size, np.int64)
    for index, one in enumerate(provinces()):
        mine = np.flatnonzero(province == index)
        leaves = leaves_by_province(FIRST)[one.code]
        chance = dice(seed, "sites", one.code)
        weights = chance.lognormal(0.0, 0.7, leaves.size)
        places[mine] = chance.choice(leaves, mine.size, p=weights / weights.sum())
        ragged = [place for place in RAGGED.get(one.code, ()) if place in leaves][: mine.size]
        places[mine[: len(ragged)]] = ragged
    return places


def move_with_the_map(places: Ints) -> Ints:
    """[unit, year] from places of the first year: a leaf that ends is followed by what it went into."""
    spread = np.repeat(places[:, None], LAST - FIRST + 1, axis=1)
    register = read_register()
    for column, year in enumerate(range(FIRST, LAST + 1)):
        leaves = set(register.leaves(year))
        for place in set(spread[:, column].tolist()) - leaves:
            heir = _heir(register, place, year)
            spread[spread[:, column] == place, column:] = heir
    return spread


def _heir(register: Register, place: int, year: int) -> int:
    """The leaf of a year that took a place over: its successor, else a leaf of the same prefecture or province."""
    leaves = leaves_by_province(year)[CORPS // 10_000 if place // 1000 == 659 else place // 10_000]
    successor = register.now_id(place)
    if successor in leaves:
        return successor
    near = leaves[leaves // 100 == place // 100]
    return int((near if near.size else leaves)[0])


@cache
def division_code(place: int, year: int) -> str:
    """The six digits a place bore in a year."""
    return read_register().version(place, year).code
