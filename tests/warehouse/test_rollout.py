"""The roll-out: what is counted is counted right, what is filed stays, and only a province files and signs, for itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import orjson
import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Database
from tests.factories import NOW
from tests.warehouse.chain_world import GUANGDONG, HUNAN, YEAR, World
from warehouse import rollout
from warehouse.chain_read import Who
from warehouse.discovery import asked_forms
from warehouse.errors import RolloutRefused
from warehouse.moments import begins
from warehouse.monthly import Asked, Words, content_hash, counted, revisions, sign, signed
from warehouse.places import NATION, Rung
from warehouse.programme import FIRST_MONTH, TASKS, due_on, months_due
from warehouse.rights import Role
from warehouse.rollout import Filed, Filing
from warehouse.terms import Month

SUPERVISOR = "supervisor"
WORDS = Words("无", "完成县级审核", "职业教育处", "0731-00000000")
MONTH = Month(2026, 8)
AFTER = NOW
PLAN = Filed(item="local_plan", day=date(2021, 9, 1), words="湘教发〔2021〕1号")


def filed(them: World, said: Filed, who: str = SUPERVISOR) -> int:
    return int(
        them.does(who, lambda writer, one: rollout.file(writer, one, them.web.ladder, said, NOW))
    )


def lines(them: World, reader: str, place: int, of: int = NATION) -> list[Filing]:
    with them.web.reading(them.web.scope(reader, place)) as open_reader:
        return rollout.filings(open_reader, of)


def states(them: World, today: date, place: int = HUNAN) -> dict[str, rollout.State]:
    with them.web.reading(them.web.scope("reader", place)) as reader:
        found = rollout.states(reader, them.web.ladder, place, today)
    return {one.task.name: one for one in found[HUNAN]}


def asked(now: datetime = AFTER) -> Asked:
    return Asked(place_id=HUNAN, month=MONTH, now=now)


def sign_month(
    them: World, words: Words = WORDS, now: datetime = AFTER, who: str = SUPERVISOR
) -> object:
    return them.does(who, lambda writer, one: sign(writer, one, them.web.ladder, asked(now), words))


# -- the programme


def test_every_task_names_its_clause_and_every_deadline_is_the_notice_s() -> None:
    assert all(one.clause for one in TASKS)
    assert {one.deadline for one in TASKS if one.deadline} == {
        date(2021, 8, 31), date(2021, 12, 31), date(2022, 3, 31), date(2022, 4, 1)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("today", "newest"),
    [
        (date(2021, 10, 4), None),
        (date(2021, 10, 5), Month(2021, 9)),
        (date(2026, 11, 20), Month(2026, 10)),
        (date(2026, 1, 5), Month(2025, 12)),
    ],
)
def test_a_month_is_due_on_the_fifth_of_the_next(today: date, newest: Month | None) -> None:
    found = months_due(today, 12)

    assert (found[-1] if found else None) == newest
    assert all(due_on(month) <= today and month >= FIRST_MONTH for month in found)


# -- filing


def test_a_filing_stays_and_the_next_takes_its_place(them: World) -> None:
    first = filed(them, PLAN)
    second = filed(them, Filed(item="local_plan", day=date(2021, 9, 9), words="湘教发〔2021〕2号"))
    found = lines(them, SUPERVISOR, HUNAN)

    assert [(one.filing_id, one.replaces) for one in found] == [(first, None), (second, first)]
    assert [one.filing_id for one in rollout.current(found)] == [second]
    filed(them, Filed(item="local_plan", day=None))
    assert rollout.current(lines(them, SUPERVISOR, HUNAN)) == []
    assert len(lines(them, SUPERVISOR, HUNAN)) == 3


def test_trainings_stand_side_by_side_and_one_is_corrected_once(them: World) -> None:
    one = Filed(
        item="training", day=date(2021, 10, 1), number=120, choice="schools", words="系统操作"
    )
    first, second = filed(them, one), filed(them, one)
    better = Filed(
        item="training",
        day=date(2021, 10, 1),
        number=100,
        choice="schools",
        words="系统操作",
        replaces=first,
    )
    third = filed(them, better)

    assert [each.filing_id for each in rollout.current(lines(them, SUPERVISOR, HUNAN))] == [
        second,
        third,
    ]
    with pytest.raises(RolloutRefused, match="corrected"):
        filed(them, better)


@pytest.mark.parametrize(
    "said",
    [
        Filed(item="nothing", day=date(2021, 9, 1), words="x"),
        Filed(item="local_plan", day=NOW.date() + timedelta(days=1), words="x"),
        Filed(item="local_plan", day=date(2019, 12, 31), words="x"),
        Filed(item="local_plan", day=date(2021, 9, 1), words=""),
        Filed(item="local_plan", day=date(2021, 9, 1), words="x" * 201),
        Filed(item="local_plan", day=date(2021, 9, 1), words="two\nlines"),
        Filed(item="local_plan", day=date(2021, 9, 1), words="x", number=3),
        Filed(item="work_group", day=date(2021, 9, 1), words="x"),
        Filed(item="work_group", day=date(2021, 9, 1), words="x", number=-1),
        Filed(item="deployed", day=date(2021, 9, 1), words="x", choice="moon"),
        Filed(
            item="training",
            day=date(2021, 9, 1),
            words="x",
            number=1,
            choice="schools",
            replaces=99,
        ),
    ],
)
def test_what_is_out_of_order_is_refused_and_nothing_is_kept(them: World, said: Filed) -> None:
    with pytest.raises(RolloutRefused):
        filed(them, said)
    assert lines(them, SUPERVISOR, HUNAN) == []


@pytest.mark.parametrize("who", ["hunan", "nation", "furong", "statistician0"])
def test_nobody_but_the_province_s_supervisor_files_or_signs(them: World, who: str) -> None:
    deeds: tuple[Callable[[], object], ...] = (
        partial(filed, them, PLAN, who),
        partial(sign_month, them, who=who),
    )
    for deed in deeds:
        with pytest.raises((RolloutRefused, sa.exc.ProgrammingError)):
            deed()
    assert lines(them, "ministry", NATION) == []


def test_a_province_neither_sees_nor_signs_another_s(them: World) -> None:
    filed(them, PLAN)
    sign_month(them)
    foreign = Who(login=SUPERVISOR, role=Role.SUPERVISOR, place_id=GUANGDONG)

    assert lines(them, "neighbour", GUANGDONG) == []
    assert lines(them, "county", 430102) == []
    assert len(lines(them, "ministry", NATION)) == 1
    for deed in (
        lambda writer, _: rollout.file(writer, foreign, them.web.ladder, PLAN, NOW),
        lambda writer, _: sign(writer, foreign, them.web.ladder, Asked(place_id=GUANGDONG, month=MONTH, now=AFTER), WORDS),
    ):  # fmt: skip
        with pytest.raises(sa.exc.ProgrammingError):
            them.does(SUPERVISOR, deed)


def test_what_was_filed_or_signed_is_never_rewritten(them: World, their_database: Database) -> None:
    filed(them, PLAN)
    sign_month(them)
    for table in ("rollout_filing", "rollout_report"):
        for statement in (
            f"UPDATE {table} SET path = '{{1}}'",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            with (
                psycopg.connect(their_database.owner_url.replace("+psycopg", "")) as owner,
                pytest.raises(psycopg.errors.RaiseException),
            ):
                owner.execute(statement)


# -- what is counted

LIVES = st.lists(
    st.tuples(
        st.sampled_from(["school", "county", "prefecture", "province"]), st.sampled_from(["system_admin", "reviewer", ""]),
        st.one_of(st.none(), st.integers(-20, 20)), st.one_of(st.none(), st.integers(-20, 20)), st.integers(0, 1),
    ),
    max_size=8,
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lives=LIVES)
def test_accounts_are_counted_as_one_counts_them_by_hand(
    them: World, lives: list[tuple[str, str, int | None, int | None, int]]
) -> None:
    """Places due one account each; activated where somebody's first account was in use by then and one still is."""
    ladder = them.web.ladder
    units = ladder.units(HUNAN, YEAR)
    owed = {
        one: ladder.rung(one)
        for unit in units
        for one in (unit, *ladder.ancestors(unit))
        if one != NATION
    }
    by_rung = {
        rung: sorted(one for one in owed if owed[one] is rung) for rung in set(owed.values())
    }
    with them.worker.writing() as writer:
        writer.run("DELETE FROM account")
        for at, (rung, role, opened, ended, nth) in enumerate(lives):
            places = by_rung[Rung[rung.upper()]]
            writer.run(
                "INSERT INTO account (login, name_zh, name_en, role, place_id, depth, activated_at, ended_at) VALUES (:login, 'x', 'x', :role, :place, 'records', :opened, :ended)",
                login=f"made-{at}", role=role, place=places[nth % len(places)],
                opened=None if opened is None else NOW + timedelta(days=opened), ended=None if ended is None else NOW + timedelta(days=ended),
            )  # fmt: skip
    alive = set()
    for rung, role, opened, ended, nth in lives:
        places = by_rung[Rung[rung.upper()]]
        counts = rung == "school" or role == "system_admin"
        if counts and opened is not None and opened < 0 and (ended is None or ended >= 0):
            alive.add(places[nth % len(places)])
    with them.web.reading(them.web.scope("reader", HUNAN)) as reader:
        found = rollout.accounts(reader, them.web.ladder, HUNAN, YEAR, NOW)[HUNAN]

    assert {rung: one.due for rung, one in found.items()} == dict(Counter(owed.values()))
    assert {rung: one.activated for rung, one in found.items()} == {
        rung: len(alive & set(places)) for rung, places in by_rung.items()
    }


def test_a_school_counts_as_whole_once_every_form_of_a_domain_is_handed_in(them: World) -> None:
    them.fill()
    them.hand_in()
    later, earlier = NOW + timedelta(days=1), NOW - timedelta(days=1)
    with them.web.reading(them.web.scope("reader", HUNAN)) as reader:
        now, before = (
            rollout.handed(reader, HUNAN, YEAR, at).get(HUNAN, {}) for at in (later, earlier)
        )

    assert {name: tuple(one) for name, one in now.items()} == {"general": (1, 0)}
    assert before == {}


def test_what_was_handed_in_later_is_not_counted_at_an_earlier_cut_off(them: World) -> None:
    """A form that moved on after the cut-off is counted as it stood then."""
    them.fill()
    them.hand_in()
    with them.worker.writing() as writer:
        writer.run(
            "UPDATE standing SET state = 'returned', since = :at", at=NOW + timedelta(days=9)
        )
    with them.web.reading(them.web.scope("reader", HUNAN)) as reader:
        then = rollout.handed(reader, HUNAN, YEAR, NOW + timedelta(days=1))[HUNAN]
        today = rollout.handed(reader, HUNAN, YEAR, NOW + timedelta(days=10))

    assert then["general"].forms == 1
    assert today == {}


def test_nobody_counts_what_they_may_not_see(them: World) -> None:
    with them.web.reading(them.web.scope("reader", GUANGDONG)) as reader:
        assert rollout.accounts(reader, them.web.ladder, HUNAN, YEAR, NOW) == {}
        assert rollout.handed(reader, NATION, YEAR, NOW) == {}
        assert rollout.whole(reader, HUNAN, YEAR, NOW) == []


# -- where tasks stand


def test_a_task_is_late_until_it_is_done_and_by_how_many_days(them: World) -> None:
    assert states(them, date(2021, 8, 31))["work_group"].late == 0
    assert states(them, date(2021, 9, 10))["work_group"].late == 10
    filed(them, Filed(item="work_group", day=date(2021, 9, 5), number=9, words="职业教育处"))
    found = states(them, date(2026, 1, 1))["work_group"]

    assert (found.is_done, found.done, found.late, found.is_overdue) == (
        True,
        date(2021, 9, 5),
        5,
        False,
    )
    assert states(them, date(2026, 1, 1))["local_plan"].late == 0  # the notice names no day for it


def test_accounts_are_a_task_that_nobody_files(them: World) -> None:
    with them.worker.writing() as writer:
        writer.run("UPDATE account SET activated_at = NULL")
    before = states(them, NOW.date())["school_accounts"]
    assert (before.is_done, before.held, before.of, before.late) == (
        False,
        0,
        2,
        (NOW.date() - date(2021, 12, 31)).days,
    )
    with them.worker.writing() as writer:
        writer.run("UPDATE account SET activated_at = '2021-12-30T12:00:00+08:00' WHERE place_id = ANY (:schools)", schools=them.web.ladder.units(HUNAN, YEAR))  # fmt: skip
    found = states(them, NOW.date())["school_accounts"]

    assert (found.is_done, found.done, found.late) == (True, date(2021, 12, 30), 0)


# -- the monthly report


def test_a_signed_report_stays_as_it_was_signed_whatever_happens_later(them: World) -> None:
    them.fill()
    them.hand_in()
    with them.worker.writing() as writer:
        writer.run("UPDATE standing SET since = '2026-08-30T00:00:00Z'")
        writer.run("UPDATE account SET activated_at = '2026-08-01T00:00:00Z'")
    filed(them, PLAN)
    sign_month(them)
    with them.worker.writing() as writer:
        writer.run(
            "UPDATE account SET ended_at = '2026-08-15T00:00:00Z' WHERE login <> 'supervisor'"
        )
    filed(them, Filed(item="local_plan", day=date(2021, 9, 2), words="改"))
    with them.web.reading(them.web.scope("reader", HUNAN)) as reader:
        (kept,) = revisions(reader, HUNAN, MONTH)
        now = counted(reader, them.web.ladder, asked())

    assert kept.figures["filed"]["local_plan"]["day"] == "2021-09-01"
    assert now["filed"]["local_plan"]["day"] == "2021-09-02"
    assert kept.figures["accounts"] != now["accounts"]
    assert kept.is_whole
    assert kept.figures["forms_handed"] == 1
    asked_for = len(asked_forms(YEAR, MONTH.period.last))
    assert kept.figures["forms_due"] == len(them.web.ladder.units(HUNAN, YEAR)) * asked_for


def test_a_correction_is_a_new_revision_and_the_same_content_is_none(them: World) -> None:
    sign_month(them)
    with pytest.raises(RolloutRefused, match="nothing to sign"):
        sign_month(them)
    sign_month(them, WORDS._replace(problems="网络不稳定"))
    with them.web.reading(them.web.scope("ministry", NATION)) as reader:
        found = signed(reader, NATION, [MONTH])[HUNAN, MONTH]

    assert [(one.revision, one.problems, one.signed_by, one.signed_role) for one in found] == [
        (1, "无", SUPERVISOR, "supervisor"), (2, "网络不稳定", SUPERVISOR, "supervisor")
    ]  # fmt: skip
    assert found[0].late == (AFTER.date() - due_on(MONTH)).days > 0


def test_a_month_that_still_runs_is_not_signed(them: World) -> None:
    last = begins(MONTH.later(1).period.first) - timedelta(seconds=1)
    with pytest.raises(RolloutRefused, match="once they are over"):
        sign_month(them, now=last)
    sign_month(them, now=last + timedelta(seconds=1))


def test_words_are_asked_for(them: World) -> None:
    for name in Words._fields:
        for text in ("", "x" * 1001, "a\x00b"):
            with pytest.raises(RolloutRefused):
                sign_month(them, WORDS._replace(**{name: text}))


def test_a_hash_tells_any_change() -> None:
    figures = {"schools": 3, "filed": {"budget": None}}
    made = content_hash(HUNAN, MONTH, figures, WORDS)

    assert made == content_hash(HUNAN, MONTH, orjson.loads(orjson.dumps(figures)), WORDS)
    others = [
        content_hash(HUNAN, MONTH.later(1), figures, WORDS), content_hash(GUANGDONG, MONTH, figures, WORDS),
        content_hash(HUNAN, MONTH, {**figures, "schools": 4}, WORDS), content_hash(HUNAN, MONTH, figures, WORDS._replace(contact="x")),
    ]  # fmt: skip
    assert len({made, *others}) == 5


def test_a_moment_is_counted_in_china() -> None:
    assert asked().cut_off == datetime(2026, 8, 31, 16, tzinfo=UTC)
