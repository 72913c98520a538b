"""The clock of reminders: who is late is told at each step once, and those above at later ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from etl.task import Shop
from etl.tasks import reminders as duty
from tests.conftest import Database
from tests.factories import CHANGSHA, SHAOYANG, opened, register
from warehouse import roles
from warehouse.calendar import Calendar
from warehouse.chain_queue import overdue
from warehouse.notices import notice
from warehouse.places import NATION
from warehouse.reminders import calls, step_of
from warehouse.rights import Role
from warehouse.store import Warehouse

CODES = ("3643000001", "3643000002")
DUES = Calendar().dues(2026)
DUE = min(DUES.values())
STUDENTS = DUES["enrolment"]


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    with closing(Warehouse(database.worker_url, roles.WORKER)) as warehouse:
        register(warehouse, [opened(CODES[0], CHANGSHA), opened(CODES[1], SHAOYANG)], [2026])
        ladder = warehouse.ladder
        school = ladder.named(CODES[0])
        for login, role, place in (
            ("school", Role.STATISTICIAN, school),
            ("head", Role.HEAD, school),
            ("county", Role.REVIEWER, ladder.parent(school)),
            ("province", Role.SUPERVISOR, ladder.ancestors(school)[1]),
        ):
            warehouse.keep_account(
                login=login, password_hash="", name_zh="", name_en="", role=role.value, place_id=place, depth="records"
            )  # fmt: skip
        yield warehouse


def on(shop: Shop, day: date) -> list[tuple[str, str, str]]:
    """What is told on a day: login, kind, words."""
    with shop.worker.writing() as writer:
        writer.run("DELETE FROM notice")
    shop.worker.set("today", day.isoformat())
    duty.run(shop, datetime.now(UTC))
    with shop.worker.writing() as writer:
        rows = writer.rows(sa.select(notice).order_by(notice.c.login, notice.c.kind))
    return [(row.login, row.kind, row.said_en) for row in rows]


def test_nobody_is_reminded_before_it_is_late(shop: Shop) -> None:
    assert on(shop, DUE) == []


def test_a_school_is_reminded_and_those_above_are_told_later(shop: Shop) -> None:
    first = on(shop, DUE + timedelta(days=1))
    assert [(login, kind) for login, kind, _ in first] == [("school", "reminder")]
    assert [name for name, day in DUES.items() if day == DUE] == ["publicity_m09"]
    assert first[0][2].startswith("1 form is overdue, the longest by 1 day:")
    assert on(shop, DUE + timedelta(days=1)) == []
    assert on(shop, DUE + timedelta(days=2)) == []
    third = on(shop, DUE + timedelta(days=3))
    assert [(login, kind) for login, kind, _ in third] == [
        ("county", "escalation"), ("school", "reminder"),
    ]  # fmt: skip
    assert third[0][2].startswith("1 unit below is overdue")
    # A day on which nothing ran is made up for, and the province is told after two weeks of both schools.
    late = on(shop, DUE + timedelta(days=16))
    assert [(login, kind) for login, kind, _ in late] == [
        ("county", "escalation"), ("province", "escalation"), ("school", "reminder"),
    ]  # fmt: skip
    assert late[1][2].startswith("2 units below are overdue, the longest by 16 days")
    assert on(shop, DUE + timedelta(days=17)) == []


@pytest.mark.parametrize(("days", "step"), [(0, 0), (1, 1), (2, 1), (3, 3), (6, 3), (7, 7), (13, 7), (14, 14), (30, 28)])  # fmt: skip
def test_steps_of_lateness(days: int, step: int) -> None:
    assert step_of(days) == step


def stands(worker: Warehouse, state: str, since: date, waits_at: int) -> None:
    """The first school's students stand somewhere since noon of a day."""
    school = worker.ladder.named(CODES[0])
    actor = "review" if state == "handed_in" else "fill"
    with worker.writing() as writer:
        writer.run(
            "INSERT INTO standing (form, year, school_id, state, since, waits_at, actor, submission_id, content_hash, path) VALUES "
            "('enrolment', 2026, :school, :state, :since, :waits_at, :actor, 1, '', ARRAY[:school]) "
            "ON CONFLICT (year, form, school_id) DO UPDATE SET state = :state, since = :since, waits_at = :waits_at, actor = :actor",
            school=school, state=state, since=datetime(since.year, since.month, since.day, 4, tzinfo=UTC),
            waits_at=waits_at, actor=actor,
        )  # fmt: skip


def days_late(worker: Warehouse, day: date) -> list[int]:
    """Of the first school's students."""
    with worker.writing() as writer:
        found = overdue(writer, day).filter(
            form="enrolment", school_id=worker.ladder.named(CODES[0])
        )
    return found["days"].to_list()


def test_what_was_returned_late_is_late_only_since(worker: Warehouse) -> None:
    returned = STUDENTS + timedelta(days=60)
    stands(worker, "returned", returned, worker.ladder.named(CODES[0]))

    assert [days_late(worker, returned + timedelta(days=n)) for n in range(3)] == [[], [1], [2]]
    stands(worker, "returned", STUDENTS - timedelta(days=5), worker.ladder.named(CODES[0]))
    assert days_late(worker, STUDENTS + timedelta(days=4)) == [4]


def test_a_reviewer_is_late_after_a_week_and_counted_from_then(worker: Warehouse) -> None:
    stands(worker, "handed_in", STUDENTS, worker.ladder.parent(worker.ladder.named(CODES[0])) or 0)

    assert [days_late(worker, STUDENTS + timedelta(days=n)) for n in (7, 8, 10)] == [[], [1], [3]]


def test_the_ministry_is_told_of_late_provinces_and_of_nobody_else(worker: Warehouse) -> None:
    ladder = worker.ladder
    school = ladder.named(CODES[0])
    province = ladder.ancestors(school)[1]

    told = {
        place: {(one.place_id, one.days) for one in calls([(place, "review", 30)], ladder) if one.kind == "escalation"}
        for place in (province, school)
    }  # fmt: skip

    assert told[province] == {(NATION, 30)}
    assert NATION not in {place for place, _ in told[school]}
    assert len(told[school]) == 3
