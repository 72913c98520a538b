"""Tables by kinds of schools, one by one and crossed: everything a reader is shown, attacked together."""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import NamedTuple

import numpy as np
import pytest
from scipy.optimize import linprog

from metrics.disclosure.audiences import Holding
from metrics.disclosure.primary import judge, needed_width
from metrics.disclosure.proof import hidden
from metrics.disclosure.table import Facts, make
from metrics.tables.crossed import Codes, Crossed, Spot
from tests.disclosure.worlds import LIMITS

MEMBERS = {"sponsor": "abc", "type": "xyz"}
PLACES: dict[int, int | None] = {0: None, 1: 0, 2: 0, 3: 0}


class School(NamedTuple):
    place: int
    kinds: dict[str, str]
    persons: int


def schools(chance: Random) -> list[School]:
    """A few schools of common kinds, and others; some bring nobody."""
    return [
        School(place, {name: chance.choice(codes) if chance.random() < 0.6 else codes[0] for name, codes in MEMBERS.items()},
               chance.choice([0, chance.randint(1, 30), chance.randint(1, 600)]))
        for place in (1, 2, 3) for _ in range(chance.choice([1, 3, 10, 25, 50]))
    ]  # fmt: skip


def told(among: list[School], cuts: tuple[str, ...]) -> dict[int, dict[Codes, Facts]]:
    brought: dict[int, dict[Codes, list[int]]] = {}
    for school in among:
        for many in range(len(cuts) + 1):
            for each in combinations(cuts, many):
                codes = tuple((cut, school.kinds[cut]) for cut in each)
                for place in (0, school.place):
                    brought.setdefault(place, {}).setdefault(codes, []).append(school.persons)
    return {place: {codes: facts(each) for codes, each in cells.items()} for place, cells in brought.items()}  # fmt: skip


def facts(brought: list[int]) -> Facts:
    first, second, *_ = [*sorted(brought, reverse=True), 0, 0]
    return Facts(float(sum(brought)), len(brought), first, second)


def everything(cells: dict[int, dict[Codes, Facts]], cuts: tuple[str, ...]) -> dict[Spot, bool]:
    """All a reader may ask for by none, one and two of some kinds: that two tables agree where they meet is shown on the way."""
    found: dict[Spot, bool] = {}
    for pair in combinations(cuts, 2):
        made = Crossed([[*PLACES]], PLACES, cells, pair, cuts, frozenset(cuts), LIMITS, Holding.PERSONS)  # fmt: skip
        for spot, is_shown in made.decide().known.items():
            assert found.setdefault(spot, is_shown) is is_shown
    return found


@pytest.mark.parametrize("seed", range(25))
def test_all_that_is_shown_together_tells_no_cell_more_closely_than_declared(seed: int) -> None:
    chance = Random(seed)
    cuts = ("sponsor", "type")
    among = schools(chance)
    cells = told(among, cuts)
    shown = everything(cells, cuts)
    kinds = sorted({(one.place, tuple(one.kinds[cut] for cut in cuts)) for one in among})

    def row(spot: Spot) -> list[float]:
        """1 at each of the narrowest cells that a cell is made of."""
        return [float(spot.place in (0, place) and set(spot.codes) <= set(zip(cuts, codes, strict=True))) for place, codes in kinds]  # fmt: skip

    sums = [row(spot) for spot, is_shown in shown.items() if is_shown] or [[0.0] * len(kinds)]
    values = [cells[spot.place][spot.codes].value for spot, is_shown in shown.items() if is_shown] or [0.0]  # fmt: skip
    table = make({spot: cells[spot.place][spot.codes] for spot in shown}, [])
    unsafe = hidden(judge(table, LIMITS, Holding.PERSONS))
    needed = needed_width(table, unsafe, LIMITS, Holding.PERSONS)
    for at in np.flatnonzero(unsafe):
        spot: Spot = table.keys[at]  # type: ignore[assignment]  # the cells' own keys
        assert not shown[spot]
        aim = np.array(row(spot))
        least, most = (linprog(sign * aim, A_eq=sums, b_eq=values, method="highs") for sign in (1, -1))  # fmt: skip
        if most.status == 0:
            assert -most.fun - least.fun >= needed[at] * (1 - 1e-4), (spot, cells[spot.place][spot.codes])  # fmt: skip


def test_below_what_is_withheld_nothing_is_shown() -> None:
    for seed in range(10):
        shown = everything(told(schools(Random(seed)), ("sponsor", "type")), ("sponsor", "type"))
        for spot, is_shown in shown.items():
            for at in range(len(spot.codes)):
                assert (
                    not is_shown or shown[Spot(spot.place, spot.codes[:at] + spot.codes[at + 1 :])]
                )


def test_large_groups_are_shown_by_two_kinds_at_once() -> None:
    """Forty schools of each of four groups at each of three places: nothing is to be hidden."""
    among = [School(place, {"sponsor": one, "type": other}, 100 + n) for place in (1, 2, 3) for one in "ab" for other in "xy" for n in range(40)]  # fmt: skip
    assert all(everything(told(among, ("sponsor", "type")), ("sponsor", "type")).values())
