"""Files that schools send in: kept at once, taken in by the worker, once each, in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from etl import identify
from etl.task import Shop
from tests.at_work import work_off
from tests.conftest import Database
from tests.etl.files import HEADERS, row, xlsx
from tests.factories import CHANGSHA, GUANGZHOU, opened, register
from warehouse import handover, roles
from warehouse.intake import Kept, intake, kept, take
from warehouse.notices import notice
from warehouse.places import NATION
from warehouse.queue import Order, State, cancel, defer, job
from warehouse.rights import Role
from warehouse.store import Warehouse
from warehouse.tables import audit, document, metadata, submission
from warehouse.text import Text

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CODES = [f"3643{n:06}" for n in range(1, 9)]


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    with closing(Warehouse(database.worker_url, roles.WORKER)) as warehouse:
        register(warehouse, [opened(c, (CHANGSHA, GUANGZHOU)[n % 2]) for n, c in enumerate(CODES)])
        for code in CODES:
            warehouse.keep_account(
                login=f"s{code[-1]}", password_hash="", name_zh=code, name_en=code,
                role=Role.STATISTICIAN.value, place_id=warehouse.ladder.named(code), depth="records",
            )  # fmt: skip
        warehouse.set("today", NOW.date().isoformat())
        yield warehouse


def book(folder: Path, code: str, students: int) -> bytes:
    file = folder / f"{code}.xlsx"
    xlsx(file, [HEADERS, row(students, school=code), row(9, 9, grade="1", school=code)])
    return file.read_bytes()


def send(web: Warehouse, code: str, content: bytes, name: str = "在校生.xlsx") -> int:
    here = web.ladder.named(code)
    with web.acting(web.scope(f"s{code[-1]}", here)) as writer:
        return take(writer, here, name, content, at=NOW)


def found(web: Warehouse, code: str, number: int) -> Kept:
    with web.reading(web.scope(f"s{code[-1]}", web.ladder.named(code))) as reader:
        one = kept(reader, number)
    assert one
    return one


def students(worker: Warehouse) -> dict[str, int]:
    table = metadata.tables["fact_enrolment"]
    with worker.writing() as writer:
        rows = writer.rows(
            sa.select(table.c.school_id, sa.func.sum(table.c.students))
            .where(table.c.last_load == 2**63 - 1)
            .group_by(table.c.school_id)
        )
    return {worker.ladder.place(school).code: int(n) for school, n in rows}


def test_files_of_many_schools_are_taken_in_together(
    database: Database, shop: Shop, web: Warehouse, tmp_path: Path
) -> None:
    numbers = {c: send(web, c, book(tmp_path, c, 10 + n)) for n, c in enumerate(CODES)}
    assert {found(web, c, n).state for c, n in numbers.items()} == {State.WAITING}

    work_off(database.worker_url, shop, beat=0.5)

    assert students(shop.worker) == {c: 19 + n for n, c in enumerate(CODES)}
    for code, number in numbers.items():
        one = found(web, code, number)
        assert (one.state, one.message.en) == (State.DONE, f"{one.number} is taken in: 2 rows accepted, 0 refused.")  # fmt: skip
    with shop.worker.writing() as writer:
        lines = writer.rows(sa.select(submission).order_by(submission.c.submission_id))
        assert len({line.first_load for line in lines}) == 1
        assert {line.received_by for line in lines} == {f"s{c[-1]}" for c in CODES}
        assert {line.received_at for line in lines} == {NOW}
        assert writer.scalar(sa.select(sa.func.count()).select_from(document)) == len(CODES)
        told = writer.rows(sa.select(notice.c.login, notice.c.object))
        assert {one.login for one in told} == {f"s{c[-1]}" for c in CODES}
        assert all(one.object.startswith("/intake?item=") for one in told)


def test_the_same_file_again_changes_nothing_and_a_correction_counts(
    database: Database, shop: Shop, web: Warehouse, tmp_path: Path
) -> None:
    first, others = CODES[0], CODES[1:4]
    send(web, first, book(tmp_path, first, 20))
    work_off(database.worker_url, shop, beat=0.5)
    again = send(web, first, book(tmp_path, first, 20))
    for code in others:
        send(web, code, book(tmp_path, code, 5))
    corrected = send(web, first, book(tmp_path, first, 21))

    work_off(database.worker_url, shop, beat=0.5)

    assert students(shop.worker)[first] == 30
    with shop.worker.writing() as writer:
        own = sa.select(submission.c.revision).where(submission.c.received_by == "s1")
        assert sorted(line.revision for line in writer.rows(own)) == [1, 2]
    assert found(web, first, again).submission_id != found(web, first, corrected).submission_id


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.4", "PDF"),
        (b"\x89PNG", "picture"),
        (b"PK\x03\x04 torn", "cannot be read"),
        (b"a,b\n1,2\n", "no header fits"),
    ],
)
def test_a_file_that_cannot_be_used_is_kept_with_one_clear_reason(
    database: Database, shop: Shop, web: Warehouse, tmp_path: Path, content: bytes, why: str
) -> None:
    good = send(web, CODES[1], book(tmp_path, CODES[1], 3))
    bad = send(web, CODES[0], content, name="../../表.xlsx")

    work_off(database.worker_url, shop, beat=0.5)

    assert found(web, CODES[1], good).state is State.DONE
    one = found(web, CODES[0], bad)
    assert one.state is State.FAILED
    assert why in one.message.en
    assert one.size == len(content)


def test_another_schools_file_is_refused(
    database: Database, shop: Shop, web: Warehouse, tmp_path: Path
) -> None:
    number = send(web, CODES[0], book(tmp_path, CODES[1], 3))

    work_off(database.worker_url, shop, beat=0.5)

    assert found(web, CODES[0], number).state is State.FAILED
    assert students(shop.worker) == {}


def test_what_is_under_review_takes_no_other_numbers_and_holds_nobody_else_up(
    database: Database, shop: Shop, web: Warehouse, tmp_path: Path
) -> None:
    send(web, CODES[0], book(tmp_path, CODES[0], 3))
    work_off(database.worker_url, shop, beat=0.5)
    with shop.worker.writing() as writer:
        writer.run("UPDATE standing SET state = 'handed_in'")
    late = send(web, CODES[0], book(tmp_path, CODES[0], 4))
    numbers = {c: send(web, c, book(tmp_path, c, 5)) for c in CODES[1:5]}

    work_off(database.worker_url, shop, beat=0.5)

    assert found(web, CODES[0], late).state is State.FAILED
    assert {found(web, c, n).state for c, n in numbers.items()} == {State.DONE}


def test_a_job_that_names_anothers_file_is_refused_and_written_down(
    database: Database, shop: Shop, web: Warehouse, tmp_path: Path
) -> None:
    theirs = send(web, CODES[1], book(tmp_path, CODES[1], 3))
    here = web.ladder.named(CODES[0])
    with web.acting(web.scope("s1", here)) as writer:
        order = Order(kind="intake", place_id=here, title=Text("", ""), args={"intake": theirs}, is_shared=True)  # fmt: skip
        forged = defer(writer, order)

    work_off(database.worker_url, shop, beat=0.5)

    with shop.worker.reading(shop.worker.everything()) as reader:
        state = reader.rows(sa.select(job.c.state).where(job.c.job_id == forged))[0].state
        lines = reader.rows(sa.select(audit).where(audit.c.event == "job"))
    assert state == State.FAILED
    assert [(line.login, line.succeeded) for line in lines] == [("s1", False)]
    assert found(web, CODES[1], theirs).state is State.DONE


@pytest.mark.parametrize("loss", ["is_suspended = true", "valid_until = '2026-11-19'", "role = 'head'"])  # fmt: skip
def test_a_file_of_one_who_may_no_longer_fill_in_is_refused_and_nothing_counts(
    database: Database, shop: Shop, web: Warehouse, tmp_path: Path, loss: str
) -> None:
    for code, students_ in zip(CODES, (3, 4), strict=False):
        send(web, code, book(tmp_path, code, students_))
    with shop.worker.writing() as writer:
        writer.run(f"UPDATE account SET {loss} WHERE login = 's1'")

    work_off(database.worker_url, shop, beat=0.5)

    assert students(shop.worker) == {CODES[1]: 13}
    with shop.worker.reading(shop.worker.everything()) as reader:
        lines = reader.rows(sa.select(audit).where(audit.c.event == "job"))
    assert [(line.login, line.succeeded) for line in lines] == [("s1", False)]


def test_nobody_but_a_statistician_sends_in_and_nobody_else_sees_it(
    worker: Warehouse, web: Warehouse
) -> None:
    number = send(web, CODES[0], b"x")
    here = web.ladder.named(CODES[0])
    worker.keep_account(login="head", password_hash="", name_zh="", name_en="", role="head", place_id=here, depth="records")  # fmt: skip

    with (
        pytest.raises(sa.exc.ProgrammingError) as refused,
        web.acting(web.scope("head", here)) as w,
    ):
        take(w, here, "a.csv", b"x", at=NOW)
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)
    with web.reading(web.scope("s2", web.ladder.named(CODES[1]))) as reader:
        assert kept(reader, number) is None


def test_what_is_cancelled_before_it_is_looked_into_is_not_taken_in(
    database: Database, shop: Shop, web: Warehouse, tmp_path: Path
) -> None:
    number = send(web, CODES[0], book(tmp_path, CODES[0], 3))
    with web.acting(web.scope("s1", web.ladder.named(CODES[0]))) as writer:
        (row_,) = writer.rows(sa.select(job.c.job_id))
        assert cancel(writer, row_.job_id)

    work_off(database.worker_url, shop, beat=0.5)

    assert found(web, CODES[0], number).state is State.CANCELLED
    assert students(shop.worker) == {}


def test_a_broken_file_ends_with_words_and_the_others_are_taken_in(
    database: Database, shop: Shop, web: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(table: object, *rest: object) -> object:
        if "broken" in str(getattr(table, "sheet", "")):
            raise IndexError("a parser's own fault")
        return year(table, *rest)

    year: Any = identify.year
    monkeypatch.setattr(identify, "year", torn)
    bad = send(web, CODES[0], book(tmp_path, CODES[0], 3), name="broken.xlsx")
    good = send(web, CODES[1], book(tmp_path, CODES[1], 3))

    work_off(database.worker_url, shop, beat=0.5)

    assert found(web, CODES[0], bad).message.en.startswith("Something broke over this file.")
    assert found(web, CODES[1], good).state is State.DONE


def test_a_waiting_file_goes_along_when_its_senders_work_is_handed_over(
    database: Database, shop: Shop, web: Warehouse, tmp_path: Path
) -> None:
    here = web.ladder.named(CODES[0])
    for login, role, place_id in (("next", "statistician", here), ("root", "system_admin", NATION)):
        shop.worker.keep_account(
            login=login, role=role, place_id=place_id, depth="records", name_zh=login, name_en=login
        )
    number = send(web, CODES[0], book(tmp_path, CODES[0], 3))
    with web.acting(web.scope("root", NATION, "records", "system_admin")) as writer:
        assert handover.work_of(writer, "s1")
        handover.hand_over(writer, "s1", "next")

    work_off(database.worker_url, shop, beat=0.5)

    assert students(shop.worker) == {CODES[0]: 12}
    with shop.worker.reading(shop.worker.everything()) as reader:
        owner = reader.rows(sa.select(intake.c.owner).where(intake.c.intake_id == number))[0].owner
        refusals = reader.rows(sa.select(audit).where(audit.c.event == "job"))
    assert (owner, refusals) == ("next", [])
