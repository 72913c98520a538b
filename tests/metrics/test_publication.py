"""Released figures as anybody may have them: less than an official is shown, or rounded, and nothing of one or two schools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from metrics.disclosure.audiences import THRESHOLDS, AudienceClass
from metrics.errors import NotForPublication, OutOfScope
from metrics.measure import measure
from metrics.publication import Method, limits, published
from metrics.question import Cell, Key, Question, State
from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG
from tests.metrics.test_states import (  # fmt: skip
    BEIJING,
    CHANGSHA_CITY,
    GUANGDONG,
    HUNAN,
    PLACES,
    SHAOYANG_CITY,
    SUMS,
    YEAR,
    World,
    known,
)
from warehouse.places import NATION
from warehouse.releases import Release

Cells = dict[Key, Cell]


FEW = {"C": (CHANGSHA, 5), "S": (SHAOYANG, 8), "G": (GUANGZHOU, 6), "B": ("110101", 2)}
HAVE = {
    "C": 40,
    "S": 38,
    "G": 20,
    "B": 500,
}  # students of each school, so that two of them hold 1,000, a province 120 and another 504


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    made = World(database)
    made.reports("C0", "S3", "G1", "G2", "B4", more=3)
    yield made
    made.ministry.web.close()
    made.ministry.worker.close()


def asked(at: Release, metrics: tuple[str, ...] = ("students", "students_per_school"), cut: str = "", places: tuple[int, ...] = PLACES) -> Question:  # fmt: skip
    return Question(metrics=metrics, places=places, years=(YEAR,), cut=cut, until=at.signed_at, load=at.loads)  # fmt: skip


def openly(world: World, question: Question, method: Method, own: int = NATION, depth: str = "records") -> Cells:  # fmt: skip
    audience = world.ministry.audience(own, depth)
    with world.ministry.web.reading(audience.scope) as reader:
        return dict(published(reader, audience, question, method).cells)


def measured(world: World, question: Question, depth: str) -> Cells:
    audience = world.ministry.audience(NATION, depth)
    with world.ministry.web.reading(audience.scope) as reader:
        return dict(measure(reader, audience, question).cells)


def test_rounded_numbers_are_multiples_of_five_that_add_up_and_nothing_is_withheld(world: World) -> None:  # fmt: skip
    at = world.releases()
    exact, found = measured(world, asked(at), "records"), openly(world, asked(at), "rounded")

    students = {key.place: cell for key, cell in found.items() if key.metric == "students"}
    assert {cell.state for cell in found.values()} == {State.VALUE}
    assert all(cell.value is not None and cell.value % 5 == 0 for cell in students.values())
    assert all(abs((found[key].value or 0) - (cell.value or 0)) < 5 for key, cell in exact.items() if key.metric == "students")  # fmt: skip
    assert any(found[key].value != cell.value for key, cell in exact.items())
    for above, below in SUMS.items():
        assert students[above].value == sum(students[place].value or 0 for place in below)
    for key, cell in found.items():
        if key.metric == "students_per_school":
            assert cell.value == pytest.approx((cell.numerator or 0) / (cell.denominator or 1))
            assert cell.numerator == students[key.place].value


def test_a_number_is_rounded_alike_in_every_table(world: World) -> None:
    at = world.releases()
    every = openly(world, asked(at), "rounded")

    for places in ((HUNAN,), (BEIJING, GUANGDONG), (SHAOYANG_CITY, CHANGSHA_CITY)):
        some = openly(world, asked(at, places=places), "rounded")
        assert some == {key: every[key] for key in some}
        assert {key.place for key in some} == set(places)


@pytest.mark.parametrize("cut", ["", "grade"])
def test_nobody_is_shown_what_an_official_is_not(world: World, cut: str) -> None:
    at = world.releases()
    official = measured(world, asked(at, cut=cut), "published")
    found = openly(world, asked(at, cut=cut), "withheld")

    shown = {key for key, cell in found.items() if cell.value is not None}
    assert shown
    assert all(found[key] == official[key] for key in shown)


def test_what_anybody_is_not_shown_cannot_be_subtracted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """With a limit of six units for anybody and three for officials, five schools are told to these and not to those."""
    stricter = replace(limits(), units=6)
    monkeypatch.setitem(THRESHOLDS, AudienceClass.PUBLICATION, stricter)
    at = world.releases()

    assert known(measured(world, asked(at), "published"))[BEIJING] == sum(world.has[f"B{n}"] + 60 for n in range(5))  # fmt: skip
    found = openly(world, asked(at), "withheld")
    assert BEIJING not in known(found)
    assert {HUNAN, GUANGDONG} & known(found).keys()


def test_one_or_two_schools_are_not_hidden_by_rounding(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.metrics.test_states.WHERE", FEW)
    world = World(database)
    at = world.releases()
    question = asked(at, places=(NATION, HUNAN, GUANGDONG, BEIJING))

    with pytest.raises(NotForPublication, match="one or two schools"):
        openly(world, question, "rounded")
    assert BEIJING not in known(openly(world, question, "withheld"))
    world.ministry.web.close()
    world.ministry.worker.close()


def test_only_released_figures_of_places_and_by_whoever_is_in_charge_of_the_nation(world: World) -> None:  # fmt: skip
    at = world.releases()
    for own, depth in ((NATION, "published"), (HUNAN, "records")):
        with pytest.raises(OutOfScope):
            openly(world, asked(at, places=(HUNAN,)), "withheld", own, depth)
    with pytest.raises(NotForPublication, match="had not been released"):
        openly(world, Question(metrics=("students",), places=(HUNAN,), years=(YEAR - 1, YEAR), load=at.loads), "rounded")  # fmt: skip
    with pytest.raises(NotForPublication, match="no single school"):
        openly(world, asked(at, places=(world.ministry.schools["C0"],)), "withheld")
    with pytest.raises(NotForPublication, match="amounts"):
        openly(world, asked(at, ("students", "equipment")), "rounded")
