"""Cases: who may do what where one stands, what comes of a flag that comes again, and what the database refuses by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.factories import NOW
from tests.warehouse.case_world import ANSWERS, CELLS, Cases
from tests.warehouse.chain_world import HUNAN, YEAR, World
from warehouse import case_read, case_rules, cases
from warehouse.case_read import Answer, Mine, Wanted, corrections
from warehouse.case_rules import MOVES, OPEN, Code, Deed, State, again
from warehouse.errors import CaseRefused
from warehouse.evaluations import Closed, closed_cases
from warehouse.places import NATION
from warehouse.rights import Right, Role
from warehouse.store import Writer


@pytest.fixture
def them_(them: World) -> Cases:
    return Cases(them)


def test_a_case_goes_from_the_supervisor_to_the_school_county_and_province(them_: Cases) -> None:
    number = them_.opened()
    stood = [them_.case(number)]
    deeds: list[Callable[[], Any]] = [
        lambda: them_.explain(number),
        lambda: them_.verify(number, "furong"),
        lambda: them_.verify(number, "hunan", Code.OTHER_DEFINITION),
    ]
    for deed in deeds:
        deed()
        stood.append(them_.case(number))

    school = them_.world.schools[0]
    assert [one.state for one in stood] == ["dispatched", "explained", "verified", "closed"]
    assert [one.waits_at for one in stood] == [school, 430102, HUNAN, None]
    assert [one.actor for one in stood] == [Right.FILL, Right.REVIEW, Right.REVIEW, None]
    # Workdays from Friday 2026-11-20: ten for the school, five for each that verifies.
    assert [one.due for one in stood] == [date(2026, 12, 4), date(2026, 11, 27), date(2026, 11, 27), None]  # fmt: skip
    assert stood[-1].code is Code.OTHER_DEFINITION
    assert stood[-1].number == f"HC-2026-{number:08d}"
    found = them_.steps(number)
    assert [one.login for one in found] == ["supervisor", "statistician0", "furong", "hunan"]
    assert [one.answers for one in found] == [(), ANSWERS, (), ()]


def test_whoever_s_turn_it_is_is_told_and_of_the_end_who_dispatched_it(them_: Cases) -> None:
    number = them_.opened()
    them_.close(number)

    where = f"/case/{them_.world.schools[0]}?year={YEAR}&item={number}"
    told = {name: them_.told(name) for name in ("statistician0", "furong", "hunan", "supervisor", "head0", "shuangqing")}  # fmt: skip
    assert [object_ for _, object_ in told["statistician0"]] == [where, where]
    assert "请逐项说明" in told["statistician0"][0][0]
    assert [len(told[name]) for name in ("furong", "hunan", "supervisor", "head0", "shuangqing")] == [1, 2, 1, 0, 0]  # fmt: skip
    assert "销号" in told["supervisor"][0][0]


def test_a_case_is_sent_back_for_more_and_explained_again(them_: Cases) -> None:
    number = them_.opened()
    them_.explain(number)
    them_.verify(number, "furong")
    them_.send_back(number, "hunan")
    assert (them_.case(number).state, them_.case(number).waits_at) == ("sent_back", them_.world.schools[0])  # fmt: skip

    them_.close(number)

    assert them_.case(number).state is State.CLOSED


def refusing(match: str) -> Any:
    return pytest.raises(CaseRefused, match=match)


def test_an_explanation_answers_item_by_item(them_: Cases) -> None:
    number = them_.opened()
    for answers in ((), ANSWERS[:1], (*ANSWERS, Answer("enrolment", "graduates", "x")), (ANSWERS[0], Answer(*CELLS[1], " ")), ANSWERS[::-1]):  # fmt: skip
        with refusing("item by item"):
            them_.does("statistician0", cases.explain, number, answers, NOW)
    long = (ANSWERS[0], Answer(*CELLS[1], "长" * 2001))
    with refusing("2000"):
        them_.does("statistician0", cases.explain, number, long, NOW)

    assert them_.case(number).state is State.DISPATCHED


@pytest.mark.parametrize("person", ["head0", "checker0", "statistician1", "furong", "supervisor", "nation"])  # fmt: skip
def test_nobody_but_the_school_s_statistician_explains(them_: Cases, person: str) -> None:
    number = them_.opened()

    with pytest.raises(CaseRefused):
        them_.explain(number, person)


@pytest.mark.parametrize("person", ["hunan", "shuangqing", "changsha", "nation", "supervisor", "statistician0", "guangdong"])  # fmt: skip
def test_nobody_verifies_before_or_beside_the_county(them_: Cases, person: str) -> None:
    number = them_.opened()
    them_.explain(number)

    for deed in (them_.verify, them_.send_back):
        with pytest.raises(CaseRefused):
            deed(number, person)


def test_a_province_that_reviews_alone_verifies_alone(them_: Cases) -> None:
    with them_.world.worker.writing() as writer:
        writer.run("INSERT INTO review_choice VALUES (:place, 2020, 'province', 'test', now())", place=HUNAN)  # fmt: skip
    number = them_.opened()
    them_.explain(number)
    assert them_.case(number).waits_at == HUNAN

    them_.verify(number, "hunan", Code.FALSE_ALARM)

    assert them_.case(number).code is Code.FALSE_ALARM


def test_a_wrong_number_is_closed_with_the_submission_that_corrected_it(them_: Cases) -> None:
    them_.submit(g1=100)
    number = them_.opened()
    them_.explain(number)
    them_.verify(number, "furong", Code.WRONG_NUMBER)  # below it is a finding only
    with them_.world.worker.writing() as writer:
        before = int(writer.scalar("SELECT max(submission_id) FROM submission"))
    for wrong in (None, before, before + 1):
        with refusing("corrected it"):
            them_.verify(number, "hunan", Code.WRONG_NUMBER, wrong)
    them_.submit(g1=90)
    with them_.world.worker.writing() as writer:
        (offered,) = corrections(writer, them_.case(number))

    them_.verify(number, "hunan", Code.WRONG_NUMBER, offered.submission_id)

    assert offered.submission_id > before
    assert them_.case(number).submission_id == offered.submission_id


# -- repeats, withdrawal, reopening


def test_a_flag_that_comes_again_joins_its_open_case(them_: Cases) -> None:
    number = them_.opened()
    them_.explain(number)
    due = them_.case(number).due

    done = them_.dispatch("hunan", them_.flag(said="新一轮又被标出"))

    one = them_.case(number)
    assert done == {Deed.DISPATCH: [], Deed.REOPEN: [], Deed.REPEAT: [number]}
    assert (one.state, one.due, one.times) == (State.EXPLAINED, due, 2)
    assert them_.steps(number)[-1].said.zh == "新一轮又被标出"


@pytest.mark.parametrize("code", list(Code))
def test_a_flag_that_comes_again_after_the_end_opens_what_should_be_mended_and_nothing_else(
    them_: Cases, code: Code
) -> None:
    them_.submit(g1=100)
    number = them_.opened()
    them_.explain(number)
    them_.verify(number, "furong", code)
    them_.submit(g1=90)
    with them_.world.worker.writing() as writer:
        offered = corrections(writer, them_.case(number))[0].submission_id
    them_.verify(number, "hunan", code, offered)

    done = them_.dispatch("supervisor", them_.flag())

    is_mended = code in (Code.WRONG_NUMBER, Code.PUT_RIGHT)
    assert done[Deed.REOPEN if is_mended else Deed.REPEAT] == [number]
    one = them_.case(number)
    assert one.state is (State.DISPATCHED if is_mended else State.CLOSED)
    assert one.code is (None if is_mended else code)
    assert one.times == 2


def test_what_is_withdrawn_waits_for_nobody_and_may_be_dispatched_again(them_: Cases) -> None:
    number = them_.opened()
    for person in ("furong", "statistician0", "guangdong"):
        with pytest.raises(CaseRefused):
            them_.withdraw(number, person)
    with refusing("Say why"):
        them_.withdraw(number, "supervisor", " ")
    them_.withdraw(number, "supervisor")
    assert (them_.case(number).state, them_.case(number).waits_at) == (State.WITHDRAWN, None)
    with pytest.raises(CaseRefused):
        them_.explain(number)

    done = them_.dispatch("furong", them_.flag())

    assert done[Deed.DISPATCH] == [number]
    assert them_.case(number).place_id == 430102


def test_a_closed_case_is_reopened_by_the_last_that_verified_or_who_dispatched_it_or_above(
    them_: Cases,
) -> None:
    number = them_.opened(person="furong")
    for person in ("furong", "hunan", "supervisor", "nation"):
        them_.close(number)
        with pytest.raises(CaseRefused):
            them_.reopen(number, "statistician0")
        with refusing("Say why"):
            them_.reopen(number, person, "")
        them_.reopen(number, person)
        assert (them_.case(number).state, them_.case(number).code) == (State.DISPATCHED, None)

    other = them_.opened(school=1)  # by the province
    them_.explain(other, "statistician1")
    them_.verify(other, "shuangqing")
    them_.verify(other, "hunan")
    with pytest.raises(CaseRefused):
        them_.reopen(other, "shuangqing")


# -- many at once


def test_many_flags_are_dispatched_with_one_due_day(them_: Cases) -> None:
    flags = [them_.flag(school, rule=rule) for school in (0, 1) for rule in ("A9", "S1", "enrolment.x")]  # fmt: skip

    done = them_.dispatch("supervisor", *flags, flags[0], days=3)

    assert len(done[Deed.DISPATCH]) == 6
    assert {them_.case(number).due for number in done[Deed.DISPATCH]} == {date(2026, 11, 25)}
    assert len(them_.told("statistician0")) == 1  # one notice for the three of its school
    assert "3 件" in them_.told("statistician0")[0][0]


def test_what_cannot_be_dispatched_is_named_and_nothing_is(them_: Cases) -> None:
    good = them_.flag(0)
    for person, wrong in (
        ("supervisor", them_.flag(2)),  # another province's
        ("shuangqing", good),
        ("statistician0", good),
        ("supervisor", them_.flag(0, judgement="risk")),
        ("supervisor", them_.flag(0, said="")),
    ):
        with refusing(f"{wrong.identity.rule} {YEAR} .{wrong.identity.school_id}"):
            them_.dispatch(person, good, wrong)
    for days in (0, 61, -1):
        with refusing("workdays"):
            them_.dispatch("supervisor", good, days=days)
    with refusing("at most 400"):
        them_.dispatch("supervisor", *[good] * 401)

    with them_.world.worker.writing() as writer:
        assert writer.scalar("SELECT count(*) FROM case_file") == 0


# -- what a list shows


def listed(them_: Cases, person: str, view: str = "", words: str = "", **days: date) -> list[int]:
    who = them_.world.people[person]
    today = days.get("today", NOW.date())
    wanted = Wanted(
        place_id=who.place_id, mine=Mine(place_id=who.place_id, rights=who.role.rights), today=today, until=days.get("until", today),
        view=view, words=words,
    )  # fmt: skip
    with them_.world.web.reading(them_.world.web.scope(who.login, who.place_id)) as reader:
        found = [one.case_id for one in case_read.cases(reader, wanted, 100)]
        assert case_read.counts(reader, wanted)[view or "all"] == len(found)
    return found


def test_a_list_shows_what_is_one_s_own_turn_what_is_late_and_what_comes_next(
    them_: Cases,
) -> None:
    first, second, third = (them_.opened(school, "nation") for school in range(3))
    them_.explain(first)

    assert listed(them_, "furong", "mine") == [first]
    assert listed(them_, "statistician0", "mine") == []
    assert listed(them_, "statistician1", "mine") == [second]
    assert listed(them_, "hunan") == [first, second]
    assert listed(them_, "nation", "overdue", today=date(2026, 11, 28)) == [first]
    assert listed(them_, "nation", "next", today=date(2026, 11, 26), until=date(2026, 11, 30)) == [first]  # fmt: skip
    assert listed(them_, "nation", "open") == [first, second, third]
    them_.withdraw(second, "nation")
    assert listed(them_, "nation", "closed") == [second]
    assert listed(them_, "nation", words="A9") == [first, third, second]
    assert listed(them_, "nation", words="A%") == []


@pytest.mark.parametrize("person", ["statistician1", "shuangqing", "guangdong", "yuexiu"])
def test_nobody_beside_or_in_another_school_reads_a_case(them_: Cases, person: str) -> None:
    number = them_.opened()
    who = them_.world.people[person]

    with them_.world.web.reading(them_.world.web.scope(who.login, who.place_id)) as reader:
        assert case_read.case(reader, number) is None
        assert case_read.steps(reader, number) == []


# -- the declared rules


def test_the_constraint_lists_every_move_and_no_other(them: World) -> None:
    with them.worker.writing() as writer:
        held = _constraint(writer)

    assert [arrow for arrow in case_rules.arrows() if f"'{arrow}'" not in held] == []
    assert held.count(">repeat>") + held.count(">withdraw>") == 9
    assert held.count("'::text") - 2 == len(case_rules.arrows())


def _constraint(writer: Writer) -> str:
    return str(writer.scalar("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'case_step_is_a_move'"))  # fmt: skip


def test_the_roles_that_the_database_names_hold_the_rights_that_the_rules_ask_for() -> None:
    holders = {right: {role for role in Role if right in role.rights} for right in Right}

    assert holders[Right.DISPATCH] == {Role.SUPERVISOR, Role.REVIEWER}
    assert {one.deed for one in MOVES} == set(Deed)
    assert {one.before for one in MOVES} | {one.after for one in MOVES} == set(State)
    assert all(again(one, "") is Deed.REPEAT for one in OPEN)


def test_closed_cases_are_counted_by_rule_for_everybody_who_signs_in(them_: Cases) -> None:
    them_.close(them_.opened(0), Code.TRUE_ANOMALY)
    other = them_.opened(1)
    them_.explain(other, "statistician1")
    for verifier in ("shuangqing", "hunan"):
        them_.verify(other, verifier, Code.FALSE_ALARM)
    them_.dispatch("supervisor", them_.flag(0, rule="A22"))
    web = them_.world.web
    with web.reading(web.scope("analyst", NATION, "published")) as reader:
        found = closed_cases(reader)
    assert found == [Closed("doubt", "A9", 2, 1, 1)]
    assert not found[0].is_for_review
