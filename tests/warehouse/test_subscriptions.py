"""When subscriptions are due, whose they are, what the clock begins, and what happens to those of an account that is closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from etl.task import Shop
from etl.tasks import subscriptions as duty
from tests.conftest import Database
from tests.factories import CHANGSHA, opened, register
from warehouse import kept_files, roles, subscriptions
from warehouse.calendar import Calendar
from warehouse.crypto import suite
from warehouse.kept_files import FileTooLarge, For, Made, kept_file
from warehouse.moments import CHINA, begins, china_day
from warehouse.notices import notice
from warehouse.queue import job
from warehouse.rhythms import Rhythm, next_due
from warehouse.rights import Role
from warehouse.scope import Scope
from warehouse.seals import Notebook
from warehouse.store import Warehouse
from warehouse.subscriptions import Subscription, SubscriptionRefused, Wish, subscription

SCHOOL = "3643000001"
DAYS = Calendar()
WISH = Wish(
    name="每周 在校生", kind="table", address="/build/1?years=2025", lang="zh", format="xlsx", rhythm=Rhythm.WEEKLY, day=1, newest_year=2025
)  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("rhythm", "day", "after", "next_"),
    [
        (Rhythm.DAILY, 0, "2026-11-20T06:59", "2026-11-20T07:00"),  # a Friday
        (Rhythm.DAILY, 0, "2026-11-20T07:00", "2026-11-23T07:00"),  # the next workday
        (Rhythm.DAILY, 0, "2026-02-13T08:00", "2026-02-14T07:00"),  # a Saturday that is worked
        (Rhythm.DAILY, 0, "2026-02-14T08:00", "2026-02-24T07:00"),  # Spring Festival
        (Rhythm.WEEKLY, 3, "2026-11-20T12:00", "2026-11-25T07:00"),
        (Rhythm.WEEKLY, 6, "2026-11-20T12:00", "2026-11-23T07:00"),  # Saturdays are not worked
        (Rhythm.WEEKLY, 3, "2026-02-17T12:00", "2026-02-24T07:00"),  # the holiday's Wednesday
        (Rhythm.WEEKLY, 3, "2026-02-24T07:00", "2026-02-25T07:00"),
        (Rhythm.MONTHLY, 31, "2026-11-20T12:00", "2026-11-30T07:00"),  # the last day there is
        (Rhythm.MONTHLY, 31, "2027-02-01T12:00", "2027-03-01T07:00"),  # the 28th is a Sunday
        (
            Rhythm.MONTHLY,
            1,
            "2025-12-02T12:00",
            "2026-01-04T07:00",
        ),  # after New Year, a Sunday that is worked
        (Rhythm.MONTHLY, 15, "2026-11-16T06:00", "2026-11-16T07:00"),  # the 15th was a Sunday
    ],
)
def test_a_rhythm_keeps_to_workdays(rhythm: Rhythm, day: int, after: str, next_: str) -> None:
    assert next_due(rhythm, day, at(after), DAYS) == at(next_)


@given(
    st.sampled_from([Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.MONTHLY]), st.integers(1, 31),
    st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1)),  # noqa: DTZ001 - given a zone below
)  # fmt: skip
def test_every_moment_is_a_later_workday_at_seven(
    rhythm: Rhythm, day: int, after: datetime
) -> None:
    chosen = {Rhythm.DAILY: 0, Rhythm.WEEKLY: (day - 1) % 7 + 1}.get(rhythm, day)
    moment = after.replace(tzinfo=UTC)
    due = next_due(rhythm, chosen, moment, DAYS)
    assert due is not None
    assert due > moment
    assert DAYS.works(china_day(due))
    assert due == begins(china_day(due)) + timedelta(hours=7)
    assert due - moment < timedelta(days=45)


# -- accounts and their rows


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    with closing(Warehouse(database.worker_url, roles.WORKER)) as warehouse:
        register(warehouse, [opened(SCHOOL, CHANGSHA)])
        for login in ("one", "two"):
            warehouse.keep_account(
                login=login, password_hash="", name_zh=login, name_en=login, role=Role.HEAD.value, place_id=warehouse.ladder.named(SCHOOL), depth="records",
            )  # fmt: skip
        yield warehouse


@pytest.fixture
def shop(database: Database, worker: Warehouse, tmp_path: Path) -> Iterator[Shop]:
    with closing(Warehouse(database.web_url)) as web:
        yield Shop(
            worker=worker, web=web, suite=suite("international", tmp_path / "keys"), notebook=Notebook(tmp_path / "seals"), today=date(2026, 11, 20),
        )  # fmt: skip


def scope(shop: Shop, login: str) -> Scope:
    return shop.web.scope(login, shop.web.ladder.named(SCHOOL))


def acting(shop: Shop, login: str = "one") -> Any:
    return shop.web.acting(scope(shop, login))


def begun(shop: Shop, wish: Wish = WISH, login: str = "one") -> int:
    with acting(shop, login) as writer:
        return subscriptions.subscribe(writer, login, wish, at("2026-11-10T12:00"), DAYS)


def mine(shop: Shop, number: int, login: str = "one") -> Subscription | None:
    with shop.web.reading(scope(shop, login)) as reader:
        return subscriptions.subscribed(reader, number)


def rows(shop: Shop, table: sa.Table) -> list[Any]:
    with shop.worker.writing() as writer:
        return list(writer.rows(sa.select(table)))


def test_a_subscription_is_its_owners_alone(shop: Shop) -> None:
    number = begun(shop)
    found = mine(shop, number)
    assert found is not None
    assert (found.name, found.next_at) == ("每周 在校生", at("2026-11-16T07:00"))
    assert mine(shop, number, "two") is None
    with acting(shop, "two") as writer:
        subscriptions.end(writer, number, at("2026-11-10T12:00"))
    assert mine(shop, number) == found
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"), acting(shop, "two") as writer:  # fmt: skip
        subscriptions.subscribe(writer, "one", WISH, at("2026-11-10T12:00"), DAYS)


def test_an_account_has_at_most_fifty(shop: Shop) -> None:
    first = begun(shop)
    with acting(shop) as writer:
        for _ in range(subscriptions.MOST - 1):
            subscriptions.subscribe(writer, "one", WISH, at("2026-11-10T12:00"), DAYS)
    with pytest.raises(SubscriptionRefused, match="50"):
        begun(shop)
    with acting(shop) as writer:
        subscriptions.end(writer, first, at("2026-11-10T13:00"))
    begun(shop)
    ended = mine(shop, first)
    assert ended is not None
    with pytest.raises(SubscriptionRefused), acting(shop) as writer:
        subscriptions.resume(writer, ended, at("2026-11-10T14:00"), DAYS)


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"day": 8}, {"rhythm": Rhythm.DAILY}, {"rhythm": Rhythm.RELEASE, "day": 3}, {"address": "/" + "x" * 4000}]
)  # fmt: skip
def test_what_cannot_be_is_refused(shop: Shop, wrong: dict[str, Any]) -> None:
    with pytest.raises(SubscriptionRefused):
        begun(shop, replace(WISH, **wrong))


def test_the_clock_begins_what_is_due_once_however_many_moments_were_missed(shop: Shop) -> None:
    number = begun(shop, replace(WISH, rhythm=Rhythm.DAILY, day=0))  # due on eight mornings by now
    duty.run(shop, datetime.now(UTC))
    duty.run(shop, datetime.now(UTC))
    (made,) = rows(shop, job)
    assert (made.owner, made.kind, made.args["subscription"]) == ("one", "subscription", number)
    assert datetime.fromisoformat(made.args["due"]) == at("2026-11-11T07:00")
    found = mine(shop, number)
    assert found is not None
    assert found.next_at is not None
    assert found.next_at > shop.now()
    assert found.job is not None


def test_a_closed_account_is_sent_nothing_and_told_why(shop: Shop) -> None:
    number = begun(shop)
    with shop.worker.writing() as writer:
        writer.run("UPDATE account SET is_suspended = true WHERE login = 'one'")
    duty.run(shop, datetime.now(UTC))
    assert rows(shop, job) == []
    (told,) = rows(shop, notice)
    assert (told.login, told.object) == ("one", "/subscriptions")
    found = mine(shop, number)
    assert found is not None
    assert found.paused_at is not None
    assert found.why == duty.CLOSED
    with shop.worker.writing() as writer:
        writer.run("UPDATE account SET is_suspended = false WHERE login = 'one'")
    with acting(shop) as writer:
        subscriptions.resume(writer, found, shop.now(), DAYS)
    duty.run(shop, datetime.now(UTC))
    again = mine(shop, number)
    assert again is not None
    assert (again.paused_at, again.why.en, again.next_at) == (None, "", at("2026-11-23T07:00"))
    assert rows(shop, job) == []  # the moments that were missed are not made up for


def test_what_waits_for_an_event_is_due_once_it_has_happened(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = [at("2026-11-15T10:00")]
    monkeypatch.setitem(subscriptions.HAPPENED, Rhythm.RELEASE, lambda _reader, since: next((one for one in signed if one > since), None))  # fmt: skip
    number = begun(shop, replace(WISH, rhythm=Rhythm.RELEASE, day=0))
    for _ in range(2):
        duty.run(shop, datetime.now(UTC))
    (made,) = rows(shop, job)
    assert datetime.fromisoformat(made.args["due"]) == signed[0]
    found = mine(shop, number)
    assert found is not None
    assert found.next_at is None
    late = begun(shop, replace(WISH, rhythm=Rhythm.RELEASE, day=0), "two")
    with (
        shop.worker.writing() as writer
    ):  # who subscribed after it happened waits for the next time
        writer.run(sa.update(subscription).values(heard_at=at("2026-11-16T00:00")).where(subscription.c.subscription_id == late))  # fmt: skip
    duty.run(shop, datetime.now(UTC))
    assert len(rows(shop, job)) == 1
    signed.append(at("2026-11-15T11:00"))  # before the worker last looked, and told of only since
    duty.run(shop, datetime.now(UTC))
    assert len(rows(shop, job)) == 2


# -- files


def made(content: bytes = b"=1+1", title: str = "表") -> Made:
    return Made(title=title, name="table-1.csv", media="text/csv", content=content, figures="f")


def keep(shop: Shop, job_id: int, file: Made, now: datetime, login: str = "one") -> int:
    with acting(shop, login) as writer:
        return kept_files.keep(writer, shop.suite, For(login=login, job_id=job_id), file, now)


def test_a_file_is_sealed_its_owners_alone_and_goes_in_time(shop: Shop) -> None:
    number = keep(shop, 1, made("湖南 43".encode()), shop.now())
    (row,) = rows(shop, kept_file)
    assert "湖南" not in row.sealed
    for login, content in (("one", "湖南 43".encode()), ("two", None)):
        with shop.web.reading(scope(shop, login)) as reader:
            found = kept_files.content(reader, shop.suite, number)
        assert (found[1] if found else None) == content
    with acting(shop, "two") as writer:
        assert kept_files.remove(writer, number) is None
    later = replace(shop, today=date(2026, 12, 19))
    duty.tidy(later, datetime.now(UTC))
    assert len(rows(shop, kept_file)) == 1
    duty.tidy(replace(shop, today=date(2026, 12, 22)), datetime.now(UTC))
    assert rows(shop, kept_file) == []


def test_the_oldest_files_make_room_and_too_large_ones_are_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_files, "MOST_OF_ACCOUNT", 100)
    monkeypatch.setattr(kept_files, "MOST_BYTES", 60)
    for n in range(4):
        keep(shop, n, made(b"x" * 40, str(n)), shop.now() + timedelta(seconds=n))
    keep(shop, 9, made(title="two's"), shop.now(), "two")
    assert sorted(row.title for row in rows(shop, kept_file)) == ["2", "3", "two's"]
    with pytest.raises(FileTooLarge):
        keep(shop, 7, made(b"x" * 61), shop.now())
    with pytest.raises(sa.exc.IntegrityError):  # a job makes one file
        keep(shop, 3, made(), shop.now())
