"""Jobs: asked for in a transaction, done by a worker with the reach of who asked, seen by their owner only."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from etl import working
from etl.task import Ended, Errand, Shop, Task, Unfaithful, declared
from etl.working import STALLED_S
from tests.at_work import work_off
from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, NOW, opened, register
from warehouse import roles
from warehouse.notices import mark_read, notice, tell, unread
from warehouse.queue import Order, State, TooManyJobs, cancel, defer, job
from warehouse.rights import Right, Role
from warehouse.store import Warehouse
from warehouse.tables import audit, place
from warehouse.text import Text

SCHOOL, OTHER = "3643000001", "3644000001"
TITLE = Text("数学校", "Count schools")


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    with closing(Warehouse(database.worker_url, roles.WORKER)) as warehouse:
        register(warehouse, [opened(SCHOOL, CHANGSHA), opened(OTHER, GUANGZHOU)])
        for login, code, role in (
            ("one", SCHOOL, Role.STATISTICIAN),
            ("two", OTHER, Role.STATISTICIAN),
            ("chief", SCHOOL, Role.HEAD),
        ):
            warehouse.keep_account(
                login=login, password_hash="", name_zh=login, name_en=login, role=role.value,
                place_id=warehouse.ladder.named(code), depth="records",
            )  # fmt: skip
        yield warehouse


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Errand], Ended]], None]:
    """Declares one more kind of work, "count", for a test."""

    def add(run: Callable[[Errand], Ended]) -> None:
        more = [*declared(), Task(kind="count", run=run)]
        monkeypatch.setattr(working, "declared", lambda: more)

    return add


def at(warehouse: Warehouse, code: str) -> int:
    return warehouse.ladder.named(code)


def ask(web: Warehouse, login: str = "one", code: str = SCHOOL, kind: str = "count", **args: object) -> int:  # fmt: skip
    with web.acting(web.scope(login, at(web, code))) as writer:
        return defer(writer, Order(kind=kind, place_id=at(web, code), title=TITLE, args=args))


def state(worker: Warehouse, job_id: int) -> tuple[str, str]:
    with worker.writing() as writer:
        row = writer.rows(sa.select(job).where(job.c.job_id == job_id))[0]
    return row.state, row.message_en


def count_places(errand: Errand) -> Ended:
    with errand.reading() as reader:
        n = reader.rows(sa.select(sa.func.count()).select_from(place))[0][0]
    errand.step(1, 1)
    return Ended(Text(f"{n} 所", f"{n} places"), "/jobs")


def test_what_is_asked_for_is_done_and_its_owner_is_told(
    database: Database, shop: Shop, web: Warehouse, declare: Callable[..., None]
) -> None:
    declare(count_places)
    number = ask(web)

    work_off(database.worker_url, shop, beat=0.2)

    with web.reading(web.scope("one", at(web, SCHOOL))) as reader:
        row = reader.rows(sa.select(job))[0]
        told = reader.rows(sa.select(notice))
        assert unread(reader) == 1
    assert (row.job_id, row.state, row.done, row.total) == (number, State.DONE, 1, 1)
    assert row.message_en.endswith("places")
    assert [(one.said_en, one.object) for one in told] == [("Count schools: Done", "/jobs")]
    assert row.asked_at < row.started_at < row.ended_at


def test_what_was_asked_for_in_a_transaction_that_failed_was_never_asked_for(
    database: Database, shop: Shop, web: Warehouse
) -> None:
    order = Order(kind="count", place_id=at(web, SCHOOL), title=TITLE, args={})
    with web.acting(web.scope("one", at(web, SCHOOL))) as writer:
        defer(writer, order)
        writer.connection.rollback()

    work_off(database.worker_url, shop, beat=0.2)

    with shop.worker.writing() as writer:
        assert writer.rows(sa.select(job)) == []
        assert (
            writer.scalar("SELECT count(*) FROM queue.procrastinate_jobs WHERE queue_name = 'work'")
            == 0
        )


def test_nobody_sees_or_cancels_the_job_of_another(web: Warehouse, worker: Warehouse) -> None:
    number = ask(web)

    with web.acting(web.scope("two", at(web, OTHER))) as writer:
        assert writer.rows(sa.select(job)) == []
        assert not cancel(writer, number)
    with web.acting(web.scope("one", at(web, SCHOOL))) as writer:
        assert cancel(writer, number)
    assert state(worker, number)[0] == State.WAITING


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO job (owner, place_id, kind, title_zh, title_en, args, path) VALUES ('two', 1, 'x', '', '', '{}', '{}')",
        "UPDATE job SET owner = 'two'", "UPDATE job SET args = '{}'", "UPDATE job SET state = 'done'", "DELETE FROM job",
        "SELECT * FROM queue.procrastinate_jobs", "SELECT queue.procrastinate_fetch_job_v2(NULL, 1)",
        "INSERT INTO notice (login, sender, kind, object, said_zh, said_en) VALUES ('two', '', '', '', '', '')",
        "UPDATE notice SET said_zh = ''", "DELETE FROM notice",
    ],
)  # fmt: skip
def test_the_web_may_not_touch_the_queue_or_what_others_are_told(
    web: Warehouse, statement: str
) -> None:
    with pytest.raises(sa.exc.ProgrammingError) as refused, web.acting(web.scope("one", at(web, SCHOOL))) as writer:  # fmt: skip
        writer.run(statement)

    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


def test_a_job_for_a_place_beyond_ones_reach_is_refused(web: Warehouse) -> None:
    with pytest.raises(sa.exc.ProgrammingError), web.acting(web.scope("one", at(web, SCHOOL))) as w:
        defer(w, Order(kind="count", place_id=at(web, OTHER), title=TITLE, args={}))


def test_a_hundred_jobs_may_wait(web: Warehouse) -> None:
    with web.acting(web.scope("one", at(web, SCHOOL))) as writer:
        order = Order(kind="count", place_id=at(web, SCHOOL), title=TITLE, args={})
        for _ in range(100):
            defer(writer, order)
        with pytest.raises(TooManyJobs):
            defer(writer, order)
        writer.connection.rollback()


def test_a_job_that_names_what_is_not_its_owners_is_refused_and_written_down(
    database: Database, shop: Shop, web: Warehouse, declare: Callable[..., None]
) -> None:
    def open_it(errand: Errand) -> Ended:
        raise Unfaithful(f"没有 {errand.args['id']}", f"no thing {errand.args['id']} of yours")

    declare(open_it)
    number, unknown = ask(web, id=7), ask(web, kind="nobody_declared")

    work_off(database.worker_url, shop, beat=0.2)

    assert state(shop.worker, number) == (State.FAILED, "no thing 7 of yours")
    assert state(shop.worker, unknown)[0] == State.FAILED
    with shop.worker.reading(shop.worker.everything()) as reader:
        lines = reader.rows(sa.select(audit).where(audit.c.event == "job"))
    assert [(one.login, one.object, one.succeeded) for one in lines] == [
        ("one", f"count {number}", False), ("one", f"nobody_declared {unknown}", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "loss",
    [
        "DELETE FROM account WHERE login = 'one'",
        "UPDATE account SET is_suspended = true WHERE login = 'one'",
        "UPDATE account SET ended_at = now() WHERE login = 'one'",
        "UPDATE account SET valid_until = date '2000-01-01' WHERE login = 'one'",
    ],
)
def test_who_lost_the_account_reads_nothing(
    database: Database, shop: Shop, web: Warehouse, declare: Callable[..., None], loss: str
) -> None:
    declare(count_places)
    number = ask(web)
    with shop.worker.writing() as writer:
        writer.run(loss)

    work_off(database.worker_url, shop, beat=0.2)

    assert state(shop.worker, number)[0] == State.FAILED


def test_a_cancelled_job_ends_between_batches(
    database: Database, shop: Shop, web: Warehouse, declare: Callable[..., None]
) -> None:
    seen: list[int] = []

    def long(errand: Errand) -> Ended:
        for n in range(50):
            seen.append(n)
            if n == 2:
                with web.acting(web.scope("one", at(web, SCHOOL))) as writer:
                    assert cancel(writer, errand.job_id)
            errand.step(n, 50)
            time.sleep(0.05)
        return Ended(Text("", ""))

    declare(long)
    number = ask(web)

    work_off(database.worker_url, shop, beat=0.2)

    assert state(shop.worker, number)[0] == State.CANCELLED
    assert 3 <= len(seen) < 20


def test_what_broke_is_tried_again(
    database: Database, shop: Shop, web: Warehouse, declare: Callable[..., None]
) -> None:
    tries: list[int] = []

    def flaky(errand: Errand) -> Ended:
        tries.append(errand.job_id)
        if len(tries) == 1:
            raise ConnectionError
        return Ended(Text("好", "well"))

    declare(flaky)
    number = ask(web)
    work_off(database.worker_url, shop, beat=0.2)
    assert state(shop.worker, number)[0] == State.WORKING
    with shop.worker.writing() as writer:
        writer.run("UPDATE queue.procrastinate_jobs SET scheduled_at = now()")

    work_off(database.worker_url, shop, beat=0.2)

    assert state(shop.worker, number) == (State.DONE, "well")
    assert len(tries) == 2


KILLED = """
import os, sys, signal
from contextlib import closing
from pathlib import Path
from etl import working
from etl.task import Shop, Task
from warehouse.crypto import suite
from warehouse.seals import Notebook
from warehouse.store import Warehouse
url, folder = sys.argv[1:]
working.declared = lambda: [Task(kind="count", run=lambda errand: os.kill(os.getpid(), signal.SIGKILL))]
shop = Shop(worker=Warehouse(url, "zhijian_worker"), web=Warehouse(url), suite=suite("international", Path(folder)), notebook=Notebook(Path(folder)))
working.work(url, shop, beat=0.2)
"""


def test_another_worker_takes_up_what_a_killed_one_left(
    database: Database, shop: Shop, web: Warehouse, declare: Callable[..., None], tmp_path: Path
) -> None:
    number = ask(web)
    died = subprocess.run(
        [sys.executable, "-c", KILLED, database.worker_url, str(tmp_path / "k")], check=False
    )
    assert died.returncode == -9
    assert state(shop.worker, number)[0] == State.WORKING
    declare(count_places)
    time.sleep(0.2 * STALLED_S / working.BEAT_S + 0.1)

    work_off(database.worker_url, shop, beat=0.2)

    assert state(shop.worker, number)[0] == State.DONE


def test_those_at_a_place_who_have_the_right_are_told(web: Warehouse, worker: Warehouse) -> None:
    said = Text("请签字", "Please sign")
    here = at(web, SCHOOL)
    with web.acting(web.scope("one", here)) as writer:
        assert tell(writer, said, kind="sign", object="/workspace", place=here, right=Right.CONFIRM) == 1  # fmt: skip
        assert tell(writer, said, kind="sign", object="/workspace", login="nobody") == 0
        assert unread(writer) == 0
    with web.acting(web.scope("chief", here)) as writer:
        assert unread(writer) == 1
        assert mark_read(writer, NOW) == 1
        assert unread(writer) == 0
    with worker.writing() as writer:
        assert [row.sender for row in writer.rows(sa.select(notice))] == ["one"]
