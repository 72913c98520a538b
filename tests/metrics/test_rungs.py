"""Tables by kinds of schools as an analyst of the nation asks for them, from the nation down to counties: read, decided and attacked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product

import pytest

from metrics.measure import measure_all
from metrics.outside import official
from metrics.plan import plan
from metrics.tables.ask import Ask, Pick
from metrics.tables.behind import by_kinds, contributed, told
from metrics.tables.build import build
from metrics.tables.counting import Counting
from metrics.tables.crossed import Crossed
from metrics.tables.kept import Kept
from metrics.tables.order import KIND_AXES, crossings
from metrics.tables.spots import Codes, Spot, faces
from tests.conftest import Database
from tests.disclosure.attacks import attacked
from tests.factories import students
from tests.metrics import test_states
from tests.metrics.conftest import send
from tests.metrics.test_states import CHANGSHA_CITY, HUNAN, SHAOYANG_CITY, YEAR, World
from warehouse.places import NATION, Rung

KAIFU, YUHUA = "430105", "430111"  # counties of Changsha
NAMED = ("sponsor", "setting", "school_type")


@pytest.fixture(scope="module")
def world(module_database: Database) -> Iterator[World]:
    """Twenty-seven schools of eight kinds in six counties, of which one has two and one has one; a school that has nobody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test_states, "WHERE", {**test_states.WHERE, "K": (KAIFU, 2), "Y": (YUHUA, 1)})
        world = World(module_database)
    kinds = [dict(zip(NAMED, each, strict=True)) for each in product(("education", "private"), ("city", "town"), ("general", "adult"))]  # fmt: skip
    alike = {"ownership": "public", "school_class": "secondary", "founded": 1980, "head": "-", "phone": "-"}  # fmt: skip
    ids = [world.ministry.schools[name] for name in world.has]
    send(world.ministry.worker, "register", YEAR, {one: [{**alike, **kinds[n * 5 % 8]}] for n, one in enumerate(ids)})  # fmt: skip
    nobody = students(g1=0, g2=0, g3=0)
    send(world.ministry.worker, "enrolment", YEAR, {world.ministry.schools["K1"]: nobody})
    yield world
    world.ministry.web.close()
    world.ministry.worker.close()


def asked(world: World, picks: Sequence[Pick], cut: str, process: Kept, monkeypatch: pytest.MonkeyPatch, metric: str = "students") -> list[Crossed]:  # fmt: skip
    """What is decided for a table of a metric."""
    audience = world.ministry.audience(NATION, "published")
    found, decide = list[Crossed](), Crossed.decide

    def noted(crossed: Crossed) -> Crossed:
        found.append(decide(crossed))
        return found[-1]

    monkeypatch.setattr(Crossed, "decide", noted)
    with world.ministry.web.reading(audience.scope) as reader:
        counting = Counting(reader, audience, reader.loads([NATION])[NATION], process)
        ask = Ask(picks=tuple(picks), years=(YEAR,), metrics=(metric,), cut=cut)
        build(partial(measure_all, reader, audience), audience.ladder, ask, counting)
    monkeypatch.setattr(Crossed, "decide", decide)
    return found


DOWN = [Pick(NATION), Pick(NATION, "provinces"), Pick(HUNAN, "prefectures"), Pick(CHANGSHA_CITY, "counties"), Pick(SHAOYANG_CITY, "counties")]  # fmt: skip


def test_from_the_nation_to_counties_no_cell_is_told_more_closely_than_declared(world: World, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Over all that is shown by up to three kinds, where which kinds are in which county is known."""
    (found,) = asked(world, DOWN, "sponsor.setting.school_type", Kept(), monkeypatch)
    lowest = [place for place in found.narrowest if found.above[place] is not None and place not in found.above.values()]  # fmt: skip
    kinds = [(place, codes) for place in lowest for codes in found.narrowest[place]]
    cells = {spot: found.told[spot.place][spot.codes] for spot in found.known}
    assert {len(spot.codes) for spot, is_shown in found.known.items() if is_shown} == {0, 1, 2, 3}
    assert attacked(found.above, kinds, cells, found.known, official()) == []


def test_what_is_shown_of_the_nation_does_not_hang_on_what_is_asked_beneath(world: World, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """A county asked for first, and the nation after it, or the other way round, in processes that keep nothing of one another."""
    county, nation = [Pick(CHANGSHA_CITY, "counties")], DOWN[:2]
    orders = []
    for asks in (
        [(nation, "sponsor.setting"), (county, "sponsor")],
        [(county, "sponsor"), (nation, "sponsor.setting")],
    ):
        process, known = Kept(), dict[Spot, bool]()
        for picks, cut in asks:
            for found in asked(world, picks, cut, process, monkeypatch):
                known |= {spot: is_shown for spot, is_shown in found.known.items() if spot.codes}
        orders.append(known)
    assert orders[0] == orders[1]
    assert {len(spot.codes) for spot in orders[0] if spot.place == NATION} == {1, 2, 3}


def test_beneath_what_is_decided_the_same_totals_are_known(world: World, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """What is looked ahead to are the totals that a table of these places shows, some of which are withheld."""
    (nation,) = asked(world, DOWN[:1], "sponsor", Kept(), monkeypatch)
    (lower,) = asked(world, DOWN, "sponsor", Kept(), monkeypatch)
    totals = {spot: is_shown for spot, is_shown in lower.known.items() if not spot.codes}
    assert {*totals.values()} == {True, False}
    assert totals.items() <= {spot: is_shown for spot, is_shown in nation.known.items() if not spot.codes}.items()  # fmt: skip


def test_cells_by_kinds_are_those_of_every_other_table(world: World) -> None:
    """Read at once they are what `contributed` reads one by one; without what is nothing, or all of a coarser one, all others are there."""
    audience = world.ministry.audience(NATION, "published")
    places = {Rung.NATION: [NATION], Rung.PROVINCE: audience.ladder.children(NATION)}
    with world.ministry.web.reading(audience.scope) as reader:
        counting = Counting(reader, audience, reader.loads([NATION])[NATION], Kept()).as_house()
        fields = counting.fields(places, "now", "submitted")((YEAR,))
        for sums, field in product(plan("students", YEAR).sums, fields):
            one_by_one = {(place, codes): facts for table in crossings(3) for place, codes, facts in told(contributed(field, sums, YEAR, table), field.places, table) if len(codes) == len(table)}  # fmt: skip
            at_once = {(place, codes): facts for place, codes, facts in by_kinds(field, sums, YEAR, KIND_AXES, crossings(3))}  # fmt: skip
            lean = {(place, codes): facts for place, codes, facts in by_kinds(field, sums, YEAR, KIND_AXES, crossings(3), is_lean=True)}  # fmt: skip
            assert at_once == one_by_one
            assert lean.items() <= at_once.items()

            def is_more(place: int, codes: Codes) -> bool:
                facts = at_once[place, codes]  # noqa: B023 - asked at once
                return not codes or (facts.value > 0 and facts[:2] not in [at_once[place, face][:2] for face in faces(codes)])  # fmt: skip  # noqa: B023

            assert lean.keys() == {key for key in at_once if is_more(*key)}


def test_the_count_of_an_extreme_share_is_withheld_by_kinds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Forty-eight entered four schools of a kind and as many left them: the number of either would say it of everybody, in whatever metric it stands."""
    alike = [world.ministry.schools[name] for n, name in enumerate(world.has) if n % 8 == 0]
    send(world.ministry.worker, "enrolment", YEAR, {one: students(g1=12, g2=40, g3=12) for one in alike[:4]})  # fmt: skip
    of_kind = Spot(NATION, (("school_type", "general"), ("sponsor", "education"), ("setting", "city")))  # fmt: skip
    (entered,) = asked(world, DOWN[:1], "sponsor.setting.school_type", Kept(), monkeypatch, "entrants")  # fmt: skip
    (left,) = asked(world, DOWN[:1], "sponsor.setting.school_type", Kept(), monkeypatch, "graduates")  # fmt: skip
    assert [(each.told[NATION][of_kind.codes].value, each.told[NATION][of_kind.codes].units) for each in (entered, left)] == [(48, 4)] * 2  # fmt: skip
    assert of_kind in left.unsafe
    assert not left.known[of_kind]
    assert of_kind not in entered.unsafe
