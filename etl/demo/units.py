"""The reporting units: schools and attached classes, what they are, and their life from opening to closing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.demo.dice import dice, share_out
from etl.demo.names import name_pool
from etl.demo.sites import leaves_by_province, move_with_the_map, place_units
from etl.demo.targets import FIRST, LAST, NATION, provinces
from warehouse.arrays import Bools, Floats, Ints

__all__ = ["NEVER", "YEARS", "Units", "found_units"]

NEVER = 9999
YEARS = LAST - FIRST + 1
Words = NDArray[np.object_]
HOSTS = np.array(
    [34, 41, 51]
)  # class prefix of the codes of hosts: senior highs, colleges, special schools


@dataclass(frozen=True)
class Units:
    """n units; arrays are [n] or [n, YEARS], years from FIRST.

    `opened` is the first year a unit is due and `closed` the first in which it no longer is (NEVER while open);
    `successor` is the index of the unit a merged one went into, -1 otherwise. `size` is relative.
    """

    seed: int
    scale: float  # of the real ministry's number of schools
    province: Ints
    attached: Bools
    school_type: Words
    sponsor: Words
    school_class: Words
    founded: Ints
    size: Floats
    opened: Ints
    closed: Ints
    successor: Ints
    place: Ints  # [n, YEARS]
    code: Ints  # [n, YEARS]
    name: Words  # [n, YEARS]

    def __len__(self) -> int:
        return self.province.size

    def due(self, year: int) -> Bools:
        """Which units are due to report in a year."""
        return (self.opened <= year) & (year < self.closed)

    def of(self, attribute: str) -> NDArray[np.int64]:
        """An attribute of each unit's province, e.g. region."""
        return np.array([getattr(one, attribute) for one in provinces()])[self.province]


def found_units(seed: int, schools: int | None = None) -> Units:
    """Every unit that is due in some year, for a ministry of about `schools` schools in 2022 (None: all 7,201).

    The smallest has two schools in each of the 32 units.
    """
    smallest = 2 * len(provinces())
    scale = 1.0 if schools is None else max(schools, smallest) / NATION[2022].schools
    province, attached, opened = _open(seed, scale)
    size = _sizes(seed, province, attached)
    kinds = _kinds(seed, province, attached)
    size = np.where(kinds["sponsor"] == "private", size * 0.7, size)
    size = np.where(kinds["school_type"] == "adult", size * 0.6, size)
    place = place_units(seed, province)
    closed, successor = _close(seed, scale, attached, opened, size, province, place)
    code = _codes(seed, province, attached)
    places = _relocate(seed, move_with_the_map(place))
    return Units(
        seed=seed, scale=scale, province=province, attached=attached, founded=_founded(seed, opened, attached),
        size=size, opened=opened, closed=closed, successor=successor, place=places,
        code=code, name=_names(seed, kinds, code[:, 0]), **kinds,
    )  # fmt: skip


def school_count(year: int, scale: float) -> int:
    return max(2 * len(provinces()), round(NATION[year].schools * scale))


def _openings(year: int, scale: float) -> int:
    """A handful of new schools a year, more in the last years of the planned investment."""
    return round((9 + 2 * (year % 4)) * scale + 0.3) if year > FIRST else 0


def _open(seed: int, scale: float) -> tuple[Ints, Bools, Ints]:
    """Province, kind and first year: schools of the first year, later schools, then attached classes."""
    chance = dice(seed, "open")
    weights = np.array([one.schools**0.8 * one.students**0.2 for one in provinces()])
    count = school_count(FIRST, scale)
    beyond = np.maximum(0.01, weights / weights.sum() * count - 2)  # two each, the rest by weight
    first = 2 + share_out(count - 2 * weights.size, beyond)
    later = np.repeat(range(FIRST, LAST + 1), [_openings(y, scale) for y in range(FIRST, LAST + 1)])
    new = chance.choice(len(weights), later.size, p=weights / weights.sum())
    classes = share_out(round(NATION[FIRST].classes * scale), weights)
    hosts = np.repeat(np.arange(len(weights)), classes)
    province = np.concatenate([np.repeat(np.arange(len(weights)), first), new, hosts])
    attached = np.arange(province.size) >= province.size - hosts.size
    opened = np.concatenate([np.full(first.sum(), FIRST), later, np.full(hosts.size, FIRST)])
    return province.astype(np.int64), attached, opened.astype(np.int64)


SMALL_TAIL = {13, 14, 15, 21, 22, 23, 43}


def _sizes(seed: int, province: Ints, attached: Bools) -> Floats:
    """Relative sizes: log-normal within provinces, so that sigma is about 0.8 over the nation."""
    noise = dice(seed, "sizes").standard_normal(province.size)
    tail = np.array([one.code in SMALL_TAIL for one in provinces()])[province]
    sigma = np.where(attached, 0.7, np.where(tail, 0.48, 0.40))
    size: Floats = np.exp(sigma * np.clip(noise, -2.6, 2.6))
    for index, one in enumerate(provinces()):
        for kind in (attached, ~attached):
            mine = (province == index) & kind
            size[mine] *= one.students / max(1e-9, size[mine].sum())
    return size


def _kinds(seed: int, province: Ints, attached: Bools) -> dict[str, Words]:
    chance = dice(seed, "kinds")
    n = province.size
    school_type = chance.choice(
        np.array(["general", "senior", "adult", "other"], object), n, p=[0.44, 0.43, 0.12, 0.01]
    )
    sponsor = chance.choice(
        np.array(["education", "department", "enterprise", "central", "private", "joint"], object),
        n,
        p=[0.545, 0.145, 0.015, 0.003, 0.288, 0.004],
    )
    region = np.array([one.region for one in provinces()])[province]
    remote = chance.random(n) < np.where(region == 2, 0.06, 0.0)
    arts = ~remote & (chance.random(n) < 0.02)
    school_class = np.where(arts, "arts", np.where(remote, "remote", "general")).astype(object)
    school_type[attached], school_class[attached] = "attached", "general"
    return {"school_type": school_type, "sponsor": sponsor, "school_class": school_class}


def _founded(seed: int, opened: Ints, attached: Bools) -> Ints:
    chance = dice(seed, "founded")
    old = 2018 - np.floor(64 * chance.beta(1.7, 1.6, opened.size)).astype(np.int64)
    return np.where((opened > FIRST) & ~attached, opened, old)


def _close(
    seed: int,
    scale: float,
    attached: Bools,
    opened: Ints,
    size: Floats,
    province: Ints,
    place: Ints,
) -> tuple[Ints, Ints]:
    """Closings and mergers, as many as make the number of units come out; the small go first."""
    closed, successor = np.full(opened.size, NEVER), np.full(opened.size, -1)
    for year in range(FIRST + 1, LAST + 1):
        chance = dice(seed, "close", year)
        for kind, left, floor in (
            (~attached, school_count(year, scale), 2),
            (attached, round(NATION[year].classes * scale), 0),
        ):
            alive = kind & (closed == NEVER) & (opened <= year)
            leave = int(alive.sum()) - left
            urge = chance.gumbel(size=size.size) - 0.9 * np.log(size)
            closed[_leavers(alive & (opened < year), leave, urge, province, floor)] = year
        merging = np.flatnonzero((closed == year) & ~attached & (chance.random(opened.size) < 0.45))
        stay = np.flatnonzero((closed == NEVER) & ~attached & (opened < year))
        for unit in merging.tolist():
            successor[unit] = _neighbour(unit, stay, province, place)
    return closed, successor


def _leavers(alive: Bools, leave: int, urge: Floats, province: Ints, floor: int) -> Ints:
    """The units of most urge to end; `floor` of every province always stay."""
    candidates = np.flatnonzero(alive)
    left = np.bincount(province[alive], minlength=len(provinces()))
    chosen: list[int] = []
    for unit in candidates[np.argsort(-urge[alive], kind="stable")]:
        if len(chosen) >= leave:
            break
        if left[province[unit]] > floor:
            chosen.append(int(unit))
            left[province[unit]] -= 1
    return np.array(chosen, np.int64)


def _neighbour(unit: int, stay: Ints, province: Ints, place: Ints) -> int:
    """The school a merged one goes into: in the same place, else the same prefecture, else the province."""
    same = stay[province[stay] == province[unit]]
    for near in (
        same[place[same] == place[unit]],
        same[place[same] // 100 == place[unit] // 100],
        same,
    ):
        if near.size:
            return int(near[unit % near.size])
    return -1


def _relocate(seed: int, places: Ints) -> Ints:
    """Now and then a school moves to another leaf of its prefecture."""
    chance = dice(seed, "move")
    for column in range(1, YEARS):
        leaves = leaves_by_province(FIRST + column)
        every = np.concatenate(list(leaves.values()))
        for unit in np.flatnonzero(chance.random(len(places)) < 0.0025):
            near = every[every // 100 == places[unit, column] // 100]
            if near.size > 1:
                places[unit, column:] = near[chance.integers(near.size)]
    return places


def _codes(seed: int, province: Ints, attached: Bools) -> Ints:
    """Ten digits: class of school, province, sequence. A recoded unit takes a number nobody ever had."""
    chance = dice(seed, "codes")
    digits = np.array([one.code for one in provinces()])[province]
    prefix = np.where(attached, HOSTS[chance.integers(0, 3, province.size)], 36)
    rank = np.empty_like(province)
    rank[np.argsort(province, kind="stable")] = np.arange(province.size)
    sequence = rank - np.searchsorted(np.sort(province), province) + 1
    code = np.repeat(((prefix * 100 + digits) * 1_000_000 + sequence)[:, None], YEARS, axis=1)
    for column in range(1, YEARS):
        renewed = np.flatnonzero((chance.random(province.size) < 0.0015) & ~attached)
        code[renewed, column:] = (
            (prefix * 100 + digits)[renewed] * 1_000_000
            + 900_000
            + column * 10_000
            + sequence[renewed]
        )[:, None]
    return code


def _names(seed: int, kinds: dict[str, Words], code: Ints) -> Words:
    """Unique names; one school in two hundred is renamed each year."""
    chance = dice(seed, "names")
    style = np.where(kinds["school_class"] == "arts", "arts", kinds["school_type"])
    host = (code // 100_000_000).astype(str).astype(object)
    style = np.where(style == "attached", host, style)
    names = np.empty((style.size, YEARS), object)
    for one in sorted(set(style)):
        mine = np.flatnonzero(style == one)
        pool = name_pool(seed, one).to_numpy()
        names[mine] = pool[: mine.size][:, None]
        fresh = mine.size
        for column in range(1, YEARS):
            renamed = mine[chance.random(mine.size) < 0.005]
            names[renamed, column:] = pool[fresh : fresh + renamed.size][:, None]
            fresh += renamed.size
    return names
