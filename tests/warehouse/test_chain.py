"""The review chain: who may do what where a form stands, and what moves when the last one approves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import NOW, SHAOYANG, batch, event, register, students
from tests.sums import check_rollups
from tests.warehouse.chain_world import ENROLMENT, YEAR, World
from warehouse import chain, chain_duties, chain_rules
from warehouse.chain_queue import overdue
from warehouse.chain_rules import MOVES, Deed, State
from warehouse.errors import ChainRefused, FormLocked
from warehouse.places import Rung
from warehouse.rights import Right, Role
from warehouse.store import Writer


def official(them: World) -> int:
    with them.worker.writing() as writer:
        return int(
            writer.scalar(
                "SELECT coalesce(sum(students), 0) FROM rollup_enrolment WHERE place_id = 1 AND cut = '' AND year = :year "
                "AND boundary IN ('now', 'both') AND basis IN (2, 3) AND last_load = 9223372036854775807",
                year=YEAR,
            )
        )


def test_a_form_goes_from_the_school_to_the_province_and_becomes_official(them: World) -> None:
    them.fill(g1=100)
    seen = [them.state()]
    for person, deed in (
        ("statistician0", chain.sign),
        ("checker0", chain.check),
        ("head0", chain.confirm),
        ("furong", chain.approve),
        ("hunan", chain.approve),
    ):
        assert official(them) == 0
        them.do(person, deed)
        seen.append(them.state())

    assert seen == ["filled", "signed", "checked", "handed_in", "reviewed", "approved"]
    assert official(them) == 100
    assert check_rollups(them.worker, ENROLMENT, YEAR)
    with them.worker.writing() as writer:
        steps = chain.history(writer, them.key)
    assert [one.login for one in steps] == [
        "test",
        "statistician0",
        "checker0",
        "head0",
        "furong",
        "hunan",
    ]
    assert len({one.content_hash for one in steps}) == 1


def test_what_is_handed_in_or_approved_takes_no_other_numbers(them: World) -> None:
    them.fill(g1=100)
    them.hand_in()

    with pytest.raises(FormLocked, match="Handed in"):
        them.fill(g1=90)
    them.fill(g1=100)  # the same again changes nothing and is no error
    them.approve()
    with pytest.raises(FormLocked, match="Approved"):
        them.fill(g1=90)

    assert official(them) == 100


def test_what_is_returned_is_corrected_and_approved(them: World) -> None:
    them.fill(g1=100)
    them.hand_in()
    them.do("furong", chain.return_, "一年级人数与上年不符 (synthetic)")
    assert them.state() == "returned"

    them.fill(g1=90)
    them.hand_in()
    them.approve()

    assert official(them) == 90


def test_what_is_reopened_stays_official_until_the_correction_is_approved(them: World) -> None:
    them.fill(g1=100)
    them.hand_in()
    them.approve()

    them.do("hunan", chain.reopen, "学校来函更正 (synthetic)")
    them.fill(g1=90)
    between = official(them)
    them.hand_in()
    them.approve()

    assert (between, official(them)) == (100, 90)


def test_a_correction_takes_back_the_signatures(them: World) -> None:
    them.fill(g1=100)
    them.do("statistician0", chain.sign)

    them.fill(g1=90)

    assert them.state() == "filled"
    with pytest.raises(ChainRefused):
        them.do("checker0", chain.check)


def test_a_head_takes_back_what_nobody_reviewed(them: World) -> None:
    them.fill()
    them.hand_in()

    them.do("head0", chain.withdraw)

    assert them.state() == "filled"
    them.fill(g1=90)


@pytest.mark.parametrize(
    ("person", "deed", "notes"),
    [
        ("head0", chain.approve, ()),  # a school itself
        ("guangdong", chain.approve, ()),  # another province
        ("shuangqing", chain.approve, ()),  # another county
        ("hunan", chain.approve, ()),  # the province, before its turn
        ("changsha", chain.approve, ()),  # a rung the province did not choose
        ("supervisor", chain.approve, ()),  # no reviewer
        ("nation", chain.approve, ()),
        ("head1", chain.withdraw, ()),  # another school
        ("statistician0", chain.withdraw, ()),
        ("furong", chain.return_, (" ",)),  # no reason
        ("furong", chain.reopen, ("too early",)),
    ],
)
def test_nobody_else_may(them: World, person: str, deed: object, notes: tuple[str, ...]) -> None:
    them.fill()
    them.hand_in()

    with pytest.raises(ChainRefused):
        them.do(person, deed, *notes)  # type: ignore[arg-type]  # any deed

    assert them.state() == "handed_in"


def test_an_official_fills_in_nothing(them: World) -> None:
    made = batch(ENROLMENT, YEAR, {them.schools[0]: students(g1=1)})

    for person in ("furong", "hunan", "statistician1", "head0"):
        with pytest.raises(ChainRefused):
            them.does(person, chain.fill, made)


FORGED = """INSERT INTO step (form, year, school_id, submission_id, deed, before, after, place_id, login, role, at, note, content_hash,
waits_at, actor, path) SELECT form, year, school_id, submission_id, :deed, state, :after, :place, :login, :role, now(), '', content_hash,
NULL, '', path FROM standing WHERE school_id = :school"""


@pytest.mark.parametrize(
    ("person", "deed", "after"),
    [
        ("head0", "approve", "approved"),
        ("furong", "approve", "approved"),  # the county, where the province has the last word
        ("supervisor", "approve", "approved"),
        ("statistician0", "withdraw", "filled"),
        ("furong", "withdraw", "filled"),
        ("head0", "admit", "approved"),
        ("hunan", "return", "returned"),
        ("head0", "pass", "filled"),  # no such move
    ],
)
def test_the_database_itself_refuses_a_forged_step(
    them: World, person: str, deed: str, after: str
) -> None:
    them.fill()
    them.hand_in()
    who = them.people[person]

    def forge(writer: Writer, _who: chain.Who) -> None:
        writer.run(
            FORGED,
            deed=deed,
            after=after,
            place=who.place_id,
            login=who.login,
            role=who.role.value,
            school=them.schools[0],
        )

    with pytest.raises(sa.exc.DBAPIError, match=r"may not|step_is_a_move"):
        them.does(person, forge)
    assert them.state() == "handed_in"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE standing SET state = 'approved'",
        "DELETE FROM standing",
        "UPDATE step SET note = 'x'",
        "DELETE FROM step",
        "UPDATE fact_enrolment SET students = 1",
        "INSERT INTO standing SELECT * FROM standing",
    ],
)
def test_the_web_writes_nothing_else(them: World, statement: str) -> None:
    them.fill()

    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        them.does("hunan", lambda writer, _who: writer.run(statement))


def test_not_even_the_worker_changes_a_step(them: World) -> None:
    them.fill()

    for statement in (
        "UPDATE step SET note = 'x'",
        "DELETE FROM step",
        "UPDATE step SET deed = 'admit'",
    ):
        with (
            pytest.raises(sa.exc.DBAPIError, match="only ever added"),
            them.worker.writing() as writer,
        ):
            writer.run(statement)


def test_a_bulk_approval_is_done_whole_or_not_at_all(them: World) -> None:
    for school in (0, 1):
        them.fill(school)
        them.hand_in(school)
    them.do("furong", chain.approve)

    with pytest.raises(ChainRefused):
        them.does("hunan", chain.approve, [them.of(0), them.of(1)], NOW)

    assert (them.state(0), them.state(1), official(them)) == ("reviewed", "handed_in", 0)


def test_a_province_reviews_in_one_step_where_it_chose_to(them: World) -> None:
    with them.worker.writing() as writer:
        writer.run("INSERT INTO review_choice VALUES (430000, 2025, 'prefecture', 'test', now())")
    them.fill(g1=7)
    them.hand_in()

    them.do("changsha", chain.approve)

    assert (them.state(), official(them)) == ("approved", 7)


def test_a_rung_that_is_missing_is_done_by_the_next_above() -> None:
    rungs = {1: Rung.PROVINCE, 2: Rung.PREFECTURE, 3: Rung.COUNTY, 9: Rung.SCHOOL}
    default = chain_rules.DEFAULT_RUNGS

    assert chain_rules.route([1, 2, 3, 9], rungs, default) == (3, 1)
    assert chain_rules.route([1, 2, 9], rungs, default) == (2, 1)
    assert chain_rules.route([1, 9], rungs, default) == (1,)
    assert chain_rules.route([1, 3, 9], rungs, (Rung.PREFECTURE, Rung.PROVINCE)) == (1,)


def test_what_waits_follows_a_school_to_its_new_county(them: World) -> None:
    them.fill(g1=7)
    them.hand_in()

    register(them.worker, [event("3643000001", "moved", 2025, county=SHAOYANG)])

    with pytest.raises(ChainRefused):
        them.do("furong", chain.approve)
    them.do("shuangqing", chain.approve)
    them.do("hunan", chain.approve)
    assert (them.state(), official(them)) == ("approved", 7)


def test_who_is_late_is_reminded_once_a_day_and_sees_it(them: World) -> None:
    them.fill()
    late = datetime(2025, 12, 1, 8, tzinfo=UTC)

    first = them.does("supervisor", chain_duties.remind, [them.schools[0], them.schools[2]], late)
    again = them.does("furong", chain_duties.remind, [them.schools[0]], late)
    tomorrow = them.does("furong", chain_duties.remind, [them.schools[0]], late + timedelta(days=1))

    assert (first, again, tomorrow) == ((1, 0), (0, 1), (1, 0))
    with them.worker.writing() as writer:
        told = writer.rows(
            sa.text("SELECT login, kind, object FROM notice WHERE kind = 'reminder'")
        )
    assert {tuple(row) for row in told} == {
        ("statistician0", "reminder", f"/review/{them.schools[0]}?year=2025"),
        ("statistician0", "reminder", f"/review/{them.schools[0]}?year=2024"),  # its last parts
    }
    with pytest.raises(ChainRefused):
        them.does("furong", chain_duties.remind, [them.schools[1]], late)


def test_whose_turn_it_is_is_told(them: World) -> None:
    them.fill()
    them.hand_in()
    them.do("furong", chain.return_, "(synthetic)")

    with them.worker.writing() as writer:
        told = [
            tuple(row)
            for row in writer.rows(sa.text("SELECT login, kind FROM notice ORDER BY notice_id"))
        ]

    assert told == [
        ("checker0", "signed"),
        ("head0", "checked"),
        ("furong", "handed_in"),
        ("statistician0", "returned"),
    ]


@pytest.mark.parametrize("deed", [chain.send_back, chain.withdraw])
def test_what_comes_back_inside_the_school_is_told_to_its_statistician(
    them: World, deed: Callable[..., Any]
) -> None:
    them.fill()
    if deed is chain.withdraw:
        them.hand_in()
        them.do("head0", deed)
    else:
        them.do("statistician0", chain.sign)
        them.do("checker0", deed, "(synthetic)")

    with them.worker.writing() as writer:
        last = writer.rows(
            sa.text("SELECT login, kind, object FROM notice ORDER BY notice_id DESC LIMIT 1")
        )[0]

    assert tuple(last)[:2] == ("statistician0", "filled")
    assert last.object.startswith(f"/review/{them.schools[0]}?")


def test_what_is_overdue_is_known_at_every_place(them: World) -> None:
    them.fill()
    them.hand_in()
    with them.worker.writing() as writer:
        early = overdue(writer, date(2025, 11, 15))
        found = overdue(writer, date(2025, 12, 1))
        inside = overdue(writer, date(2025, 12, 1), 440000)

    assert set(early.filter(actor="fill").select("year", "form").iter_rows()) == {
        (2025, "publicity_m09"), (2025, "publicity_m10"), (2024, "publicity_m08"), (2024, "training_q4"),
        (2024, "rectification"), (2024, "safety_incident"),  # complete when their year ends
    }  # fmt: skip
    enrolment = found.filter(form="enrolment")
    assert set(enrolment.filter(actor="fill")["school_id"]) == set(them.schools[1:])
    assert set(inside["school_id"]) == {them.schools[2]}


def test_the_database_lets_through_the_declared_moves_and_no_other(them: World) -> None:
    with them.worker.writing() as writer:
        held = writer.scalar(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'step_is_a_move'"
        )

    assert [arrow for arrow in chain_rules.arrows() if f"'{arrow}'" not in held] == []
    assert held.count("::text") - 4 <= len(chain_rules.arrows()) + 2


def test_no_deed_belongs_to_two_kinds_of_people() -> None:
    """The database names roles; here is written that they are those who hold the right."""
    holders = {right: {role for role in Role if right in role.rights} for right in Right}

    assert holders[Right.REVIEW] == {Role.REVIEWER}
    assert holders[Right.FILL] == {Role.STATISTICIAN}
    assert holders[Right.CHECK] == {Role.SCHOOL_REVIEWER}
    assert holders[Right.CONFIRM] == {Role.HEAD}
    assert {one.deed for one in MOVES} == set(Deed)
    assert {one.before for one in MOVES} == set(State)
