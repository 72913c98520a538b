"""Tables by kinds of schools, one by one and crossed: everything a reader is shown, attacked together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random
from typing import NamedTuple

import numpy as np
import pytest

from metrics.disclosure import together
from metrics.disclosure.audiences import Holding
from metrics.disclosure.table import Facts
from metrics.tables import held
from metrics.tables.crossed import Crossed
from metrics.tables.order import crossings
from metrics.tables.pieces import Pieces
from metrics.tables.spots import Codes, Spot
from tests.disclosure.attacks import attacked
from tests.disclosure.worlds import LIMITS

MEMBERS = {"sponsor": "abc", "type": "xyz", "size": "klm", "region": "uvw"}
KINDS = ("sponsor", "type", "size")
Places = Mapping[int, int | None]
PLACES: Places = {0: None, 1: 0, 2: 0, 3: 0}
LADDER: Places = {0: None, 1: 0, 2: 0, 3: 1, 4: 1, 5: 2, 6: 2, 7: 2}
RUNGS = [
    [0, 1, 2],
    [1, 3, 4],
    [2, 5, 6, 7],
]  # as an analyst sees them: each place with those below it
DEEP: Places = {**LADDER, 8: 3, 9: 3, 10: 4, 11: 4, 12: 5, 13: 5, 14: 6, 15: 7}
DEEPER = [*RUNGS, [3, 8, 9], [4, 10, 11], [5, 12, 13], [6, 14], [7, 15]]


class School(NamedTuple):
    place: int
    kinds: Mapping[str, str]
    persons: int


@dataclass(frozen=True)
class Region:
    """Some places with schools of some kinds."""

    places: Places
    cuts: tuple[str, ...]
    schools: Sequence[School]

    def above(self, place: int | None) -> Iterator[int]:
        """A place and those it lies in."""
        while place is not None:
            yield place
            place = self.places[place]

    def told(self) -> dict[int, dict[Codes, Facts]]:
        """Every cell by none to three of the kinds."""
        brought: dict[int, dict[Codes, list[int]]] = {}
        for school in self.schools:
            for codes in coarser(tuple((cut, school.kinds[cut]) for cut in self.cuts)):
                for place in self.above(school.place):
                    brought.setdefault(place, {}).setdefault(codes, []).append(school.persons)
        return {place: {codes: facts(each) for codes, each in cells.items()} for place, cells in brought.items()}  # fmt: skip

    def narrowest(self) -> dict[int, dict[Codes, float]]:
        found: dict[int, dict[Codes, float]] = {}
        for school in self.schools:
            codes = tuple((cut, school.kinds[cut]) for cut in self.cuts)
            for place in self.above(school.place):
                cells = found.setdefault(place, {})
                cells[codes] = cells.get(codes, 0.0) + school.persons
        return found

    def totals(self, groups: Sequence[Sequence[int]]) -> dict[Spot, bool]:
        """Which totals are shown, which are decided before anything by kinds."""
        made = Crossed(groups, self.places, self.told(), (), (), frozenset(), LIMITS, Holding.PERSONS)  # fmt: skip
        return made.decide().known

    def decided(self, groups: Sequence[Sequence[int]], cuts: tuple[str, ...]) -> Crossed:
        return Crossed(groups, self.places, self.told(), cuts, self.cuts, frozenset(self.cuts), LIMITS, Holding.PERSONS, known=self.totals(groups),
                       narrowest=self.narrowest()).decide()  # fmt: skip

    def asking(self, groups: Sequence[Sequence[int]]) -> Callable[..., dict[Spot, bool]]:
        """What is known to be shown after a question by some kinds, at all groups of places or at some."""
        told, narrowest, totals = self.told(), self.narrowest(), self.totals(groups)

        def asked(cuts: tuple[str, ...], among: Sequence[Sequence[int]] = groups, pieces: Pieces | None = None) -> dict[Spot, bool]:  # fmt: skip
            made = Crossed(among, self.places, told, cuts, self.cuts, frozenset(self.cuts), LIMITS, Holding.PERSONS, known=dict(totals), narrowest=narrowest,
                           pieces={} if pieces is None else pieces)  # fmt: skip
            return made.decide().known

        return asked

    def shown(self, groups: Sequence[Sequence[int]], asks: Sequence[tuple[str, ...]]) -> dict[Spot, bool]:  # fmt: skip
        """All a reader may ask for by some kinds at once and by fewer: that two tables agree where they meet is shown on the way."""
        found: dict[Spot, bool] = {}
        asked = self.asking(groups)
        for ask in asks:
            for spot, is_shown in asked(ask).items():
                assert found.setdefault(spot, is_shown) is is_shown
        return found


def coarser(codes: Codes) -> Iterator[Codes]:
    for many in range(min(len(codes), 3) + 1):
        yield from combinations(codes, many)


def facts(brought: list[int]) -> Facts:
    first, second, *_ = [*sorted(brought, reverse=True), 0, 0]
    return Facts(float(sum(brought)), len(brought), first, second)


def drawn(seed: int, cuts: tuple[str, ...], places: Places = PLACES) -> Region:
    """A few schools of common kinds, and others; some bring nobody."""
    chance = Random(seed)
    lowest = [place for place in places if place not in places.values()]
    schools = [
        School(place, {name: chance.choice(MEMBERS[name]) if chance.random() < 0.6 else MEMBERS[name][0] for name in cuts},
               chance.choice([0, chance.randint(1, 30), chance.randint(1, 600)]))
        for place in lowest for _ in range(chance.choice([1, 3, 10, 25, 50]))
    ]  # fmt: skip
    return Region(places, cuts, schools)


def told_too_closely(region: Region, shown: Mapping[Spot, bool]) -> list[tuple[Spot, float, float]]:
    """Unsafe cells that programmes over all that is shown, and over which kinds of schools are where, narrow more than declared: the width, and what is needed."""
    kinds = sorted({(one.place, tuple((cut, one.kinds[cut]) for cut in region.cuts)) for one in region.schools})  # fmt: skip
    told = region.told()
    cells = {spot: told[spot.place][spot.codes] for spot in shown}
    return attacked(region.places, kinds, cells, shown, LIMITS)


@pytest.mark.parametrize("seed", range(6))
def test_two_kinds_one_by_one_and_crossed_tell_no_cell_more_closely_than_declared(
    seed: int,
) -> None:
    region = drawn(seed, KINDS[:2])
    assert told_too_closely(region, region.shown([[*PLACES]], [KINDS[:2]])) == []


@pytest.mark.parametrize("seed", [0, 24, 51, *range(100, 112)])
def test_three_kinds_in_all_pairs_and_at_once_tell_no_cell_more_closely_than_declared(seed: int) -> None:  # fmt: skip
    """At 0 and 51 pairs that were proved one by one told cells together, at 24 and 51 what is coarser told cells that nothing finer could protect."""
    region = drawn(seed, KINDS)
    assert told_too_closely(region, region.shown([[*PLACES]], [KINDS])) == []


@pytest.mark.parametrize("seed", [3, 14])
def test_four_kinds_in_all_pairs_tell_no_cell_more_closely_than_declared(seed: int) -> None:
    region = drawn(seed, tuple(MEMBERS))
    assert told_too_closely(region, region.shown([[*PLACES]], [KINDS[:2]])) == []


@pytest.mark.parametrize("seed", [7, 14, 30])
def test_three_rungs_decided_together_tell_no_cell_more_closely_than_declared(seed: int) -> None:
    """As whoever keeps records sees places of others: all in one, with pairs and triples. Rung after rung these seeds told cells."""
    region = drawn(seed, KINDS, LADDER)
    assert told_too_closely(region, region.shown([[*LADDER]], [KINDS])) == []


@pytest.mark.parametrize("seed", [3, 7, 11, 14, 23, 27, 30, 50, 36, 76, 89, *range(100, 110)])
def test_three_rungs_one_after_the_other_tell_no_cell_more_closely_than_declared(
    seed: int,
) -> None:
    """As an analyst sees them, with pairs and triples. Where what is below was decided before what is above was, and none looked ahead to it, the first eight told
    cells; the next three where groups beside one another left not the same tables possible.
    """
    region = drawn(seed, KINDS, LADDER)
    assert told_too_closely(region, region.shown(RUNGS, [KINDS])) == []


@pytest.mark.parametrize("seed", [0, 1, 6, 11, 16, 29, 81])
def test_four_rungs_one_after_the_other_tell_no_cell_more_closely_than_declared(seed: int) -> None:
    region = drawn(seed, KINDS, DEEP)
    assert told_too_closely(region, region.shown(DEEPER, [KINDS])) == []


@pytest.mark.parametrize("seed", [0, 24])
def test_whatever_pair_is_asked_for_every_pair_is_decided_alike(seed: int) -> None:
    region = drawn(seed, KINDS)
    every = region.shown([[*PLACES]], [*combinations(KINDS, 2), KINDS, KINDS[:1]])
    assert {len(spot.codes) for spot in every} == {0, 1, 2, 3}


@pytest.mark.parametrize("seed", [3, 14])
def test_what_is_kept_from_other_questions_is_what_is_decided_without(seed: int) -> None:
    """By other kinds and at other places, first and last: each question shows what it shows alone."""
    region = drawn(seed, KINDS, LADDER)
    known = region.asking(RUNGS)
    asks = [(KINDS[:2], RUNGS), (KINDS, RUNGS[:1]), (KINDS[1:], RUNGS[:2]), (KINDS[:1], RUNGS[::2]), (KINDS, RUNGS)]  # fmt: skip
    alone = [known(*ask, {}) for ask in asks]
    for order in ([*range(len(asks))], [*reversed(range(len(asks)))]):
        kept: Pieces = {}
        assert [at for at in order if known(*asks[at], kept) != alone[at]] == []


@pytest.mark.parametrize("seed", [0, 1, 83, 85])
def test_what_two_questions_decide_apart_is_alike_and_tells_nothing_together(seed: int) -> None:
    """As two processes do that are asked about two provinces: each begins with its own, and knows nothing of the other. At 85 places in the order of the question told cells."""
    region = drawn(seed, KINDS, DEEP)
    shown: dict[Spot, bool] = {}
    for first in (1, 2):
        groups = [group for group in DEEPER if group[0] == 0 or first in region.above(group[0])]
        asked = [place for group in groups for place in group]
        places = {place: DEEP[place] for place in (*asked, *DEEP)}
        for spot, is_shown in replace(region, places=places).asking(DEEPER)(KINDS, groups).items():
            assert not spot.codes or shown.setdefault(spot, is_shown) is is_shown
    assert told_too_closely(region, shown) == []


@pytest.mark.parametrize("seed", [0, 3, 6, 25, 38, 50])
def test_where_programmes_move_few_places_at_first_nothing_is_told(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """As they do of the nation, which has more narrowest cells than a programme moves: what only more places make wide is wide for what lies beneath as well."""
    monkeypatch.setattr(together, "MANY", 5)
    monkeypatch.setattr(held, "NEAR", 1)
    region = drawn(seed, KINDS, LADDER)
    found = region.decided(RUNGS, KINDS)
    assert told_too_closely(region, found.known) == []
    frame = found.held._frame(((0, 1, 2),), 3)
    tables = np.column_stack([found.held.alternatives(((0, 1, 2),)).tables, frame.laid.made.values])
    width = np.ptp(frame.laid.made.of @ tables, axis=1)
    wanted = np.where(frame.laid.mask(found.told_by_coarser[0, 1, 2]), 0, frame.needed)
    assert (width >= wanted * (1 - 1e-4)).all()


def test_where_a_programme_has_no_answer_nothing_more_is_shown(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:  # fmt: skip
    """What is not known must not pass for safe; and the table is made all the same."""
    region = drawn(0, KINDS, LADDER)
    before = region.decided(RUNGS, KINDS).known

    def lost(*_: object) -> None:
        raise ArithmeticError("no answer")

    monkeypatch.setattr(together.Programme, "extreme", lost)
    now = region.decided(RUNGS, KINDS).known
    assert {spot for spot, is_shown in now.items() if is_shown} < {spot for spot, is_shown in before.items() if is_shown}  # fmt: skip
    assert "nothing more is shown" in caplog.text
    assert told_too_closely(region, now) == []


def test_by_every_three_kinds_there_is_one_table_and_one_order() -> None:
    """The search for what is withheld goes by it: in another order it finds another pattern."""
    assert [len(each) for each in crossings(3)] == [0] + [1] * 5 + [2] * 10 + [3] * 10
    assert crossings(2) == crossings(3)[:16]


def test_below_what_is_withheld_nothing_is_shown() -> None:
    for seed in range(10):
        shown = drawn(seed, KINDS[:2]).shown([[*PLACES]], [KINDS[:2]])
        for spot, is_shown in shown.items():
            for at in range(len(spot.codes)):
                assert (
                    not is_shown or shown[Spot(spot.place, spot.codes[:at] + spot.codes[at + 1 :])]
                )


def test_large_groups_are_shown_by_two_kinds_at_once() -> None:
    """Forty schools of each of four groups at each of three places: nothing is to be hidden."""
    schools = [School(place, {"sponsor": one, "type": other}, 100 + n) for place in (1, 2, 3) for one in "ab" for other in "xy" for n in range(40)]  # fmt: skip
    region = Region(PLACES, KINDS[:2], schools)
    assert all(region.shown([[*PLACES]], [KINDS[:2]]).values())
