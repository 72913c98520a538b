"""The cases of the demo: in every state, closed with every code, some late, some that came back; once, marked synthetic, and in no other warehouse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from etl.demo import cases as demo
from etl.demo import releases as demo_releases
from etl.demo.install import OLDER
from etl.demo.targets import LAST
from etl.tasks.demo import TASKS
from metrics.shortlists import demo as demo_decisions
from metrics.shortlists.discovery import purposes
from tests.readers import NOW, YEAR, Ministry
from tests.reviews import reviewed
from warehouse.case_read import Case, of_year, steps
from warehouse.case_rules import Code, State
from warehouse.case_sources import comes_back
from warehouse.case_tables import case_file
from warehouse.flag_lists import number_of_flag
from warehouse.flag_lists import one as flag_of
from warehouse.places import NATION
from warehouse.releases import signed
from warehouse.shortlist_rules import Deed
from warehouse.shortlist_rules import State as DecisionState
from warehouse.shortlists import decisions


@pytest.fixture(scope="module")
def played(ministry: Ministry) -> list[Case]:
    reviewed(ministry.worker)
    assert demo.play(ministry.worker, 7, NOW) > 20
    return kept(ministry)


def kept(ministry: Ministry) -> list[Case]:
    with ministry.worker.writing() as reader:
        return of_year(reader, NATION, YEAR)


def test_they_stand_in_every_state_and_are_closed_with_every_code(played: list[Case]) -> None:
    states = Counter(one.state for one in played)
    codes = {one.code for one in played if one.state is State.CLOSED}

    assert set(states) == set(State) - {State.NEW}
    assert {code for code in Code if code is not Code.WRONG_NUMBER} <= codes
    assert len({one.path[0] for one in played}) > 5
    late = [one for one in played if one.is_late(NOW.date())]
    assert 3 < len(late) < len(played) / 2


def test_every_step_is_dated_in_its_order_and_says_that_it_is_synthetic(
    ministry: Ministry, played: list[Case]
) -> None:
    with ministry.worker.writing() as reader:
        for one in played:
            done = steps(reader, one.case_id)
            assert [each.at for each in done] == sorted(each.at for each in done)
            assert done[-1].at <= NOW
            for each in done:
                assert "synthetic" in (each.note or each.answers[0].said)
            number = number_of_flag(reader, one.identity)
            found = flag_of(reader, number) if number else None
            assert found is not None
            assert found.since < one.opened_at or comes_back(one, found.since)


def test_some_came_back_after_they_were_put_right(ministry: Ministry, played: list[Case]) -> None:
    with ministry.worker.writing() as reader:
        since = {one.case_id: flag_of(reader, number_of_flag(reader, one.identity) or 0) for one in played}  # fmt: skip

    back = [one for one in played if (found := since[one.case_id]) and comes_back(one, found.since)]
    assert 0 < len(back) < 6
    assert {one.code for one in back} == {Code.PUT_RIGHT}


def test_a_wrong_number_is_closed_with_what_the_school_handed_in_since(played: list[Case]) -> None:
    mended = [one for one in played if one.identity.rule in demo.MENDS]
    wrong = [one for one in mended if one.code is Code.WRONG_NUMBER]

    assert mended
    assert wrong
    assert all((one.submission_id or 0) > (one.seen_submission or 0) for one in wrong)


def test_a_second_time_changes_nothing(ministry: Ministry, played: list[Case]) -> None:
    demo.play(ministry.worker, 7, NOW)

    assert kept(ministry) == played


@pytest.fixture
def empty(ministry: Ministry) -> Iterator[Ministry]:
    """Settings as they are, put back afterwards."""
    yield ministry
    with ministry.worker.writing() as writer:
        writer.run("DELETE FROM setting WHERE name LIKE 'demo%'")


def test_only_a_demo_that_is_loaded_whole_gets_cases(empty: Ministry) -> None:
    (duty,) = TASKS
    assert duty.cron == "* * * * *"
    assert demo.take(empty.worker, NOW) == 0
    empty.worker.set("demo", '{"seed": 7, "schools": 64}')
    assert not demo.is_due(empty.worker)
    for step in OLDER:
        empty.worker.set(f"demo.{step}", NOW.isoformat())
    assert demo.is_due(empty.worker)
    empty.worker.set(f"demo.{demo.STEP}", NOW.isoformat())
    assert demo.take(empty.worker, NOW) == 0
    with empty.worker.writing() as reader:
        assert reader.rows(sa.select(sa.func.count()).select_from(case_file))[0][0] > 0


def test_every_year_is_then_released_once_and_says_that_it_is_synthetic(
    ministry: Ministry, played: list[Case]
) -> None:
    assert played
    years = ministry.worker.ladder.years

    assert [demo_releases.release(ministry.worker, NOW) for _ in range(2)] == [len(years), 0]
    with ministry.worker.reading(ministry.worker.everything()) as reader:
        found = signed(reader)
    assert [one.year for one in found] == sorted(years, reverse=True)
    assert {one.state for one in found if one.year < LAST} == {"final"}
    assert all("synthetic" in one.notes_en.lower() for one in found)
    assert next(one for one in found if one.year == YEAR).checks_signed[-1].number > 0  # open cases


def test_shortlists_are_then_decided_once_by_two_people_and_say_that_they_are_synthetic(
    ministry: Ministry, played: list[Case]
) -> None:
    """Where the demo has figures of a year: drawn up, explained, signed, each step a line of the trail; and never a second time."""
    assert played
    number, again = (demo_decisions.play(ministry.worker, NOW) for _ in range(2))
    years = ministry.worker.ladder.years
    with ministry.worker.writing() as reader:
        made = [one for year in years for purpose in purposes() for place in (NATION, ministry.at("province")) for one in decisions(reader, place, year, purpose)]  # fmt: skip
        lines = reader.rows(sa.text("SELECT event FROM audit WHERE event LIKE '%_shortlist' AND object LIKE 'shortlist/%'"))  # fmt: skip

    assert (number, again) == (len(made), 0)
    assert DecisionState.SIGNED in {one.state for one in made} <= {DecisionState.SIGNED, DecisionState.SUBMITTED}  # fmt: skip
    for one in made:
        signed = one.step(Deed.SIGN)
        assert signed is None or signed.login != one.login
        assert all("synthetic" in step.reason for step in one.steps if step.reason)
    assert len(lines) == number + sum(len(one.steps) for one in made)
