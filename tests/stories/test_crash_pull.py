"""A worker that is killed in the middle of reading a province's system: the next one goes on where it stood, and nothing is in twice."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from etl.task import Shop
from tests.conftest import Database
from tests.etl.province import FORM, Province, admit
from tests.etl.theirs import YEAR, Theirs, serving, told
from tests.factories import CHANGSHA, opened, register
from tests.stories.test_crash_queue import ROOT, WORKERS
from warehouse import roles
from warehouse.crypto import suite
from warehouse.seals import Notebook
from warehouse.store import Warehouse
from warehouse.tables import metadata, submission

CODES = [f"3643{n:06}" for n in range(1, 31)]
PAGES, AT, LIMIT_S = 20, 8, 60  # three rows a page; killed when so many pages were asked for


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    with closing(Warehouse(database.worker_url, roles.WORKER)) as warehouse:
        register(warehouse, [opened(code, CHANGSHA) for code in CODES], [YEAR])
        admit(warehouse)
        yield warehouse


@pytest.fixture
def slow() -> Iterator[Theirs]:
    """Their system, which takes a while for each page."""
    with serving() as made:
        made.rows = [told(n % 2) | {"xxbsm": code} for code in CODES for n in (0, 1)]
        answer = made.answer

        def slowly(handler: object) -> None:
            time.sleep(0.15)
            answer(handler)  # type: ignore[arg-type]

        made.answer = slowly  # type: ignore[method-assign]
        yield made


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_worker_killed_in_the_middle_is_gone_on_with(database: Database, worker: Warehouse, slow: Theirs, tmp_path: Path) -> None:  # fmt: skip
    keys = tmp_path / "keys"
    with closing(Warehouse(database.web_url)) as web:
        shop = Shop(worker=worker, web=web, suite=suite("international", keys), notebook=Notebook(tmp_path / "seals"))  # fmt: skip
        province = Province(database, shop, slow)
        province.applies()
        province.allows()
        province.keeps()
        province.asks()
        with subprocess.Popen(
            [sys.executable, "-c", WORKERS, database.worker_url, str(keys)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as workers:  # fmt: skip
            assert workers.stdin
            assert workers.stdout
            assert workers.stdout.readline() == "ready\n"
            print("told", file=workers.stdin, flush=True)
            until(lambda: len(slow.asked) >= AT)
            before = province.far()
            assert province.newest().state == "working"
            print("now", file=workers.stdin, flush=True)
            assert workers.stdout.readline() == "-9\n"
            killed = len(slow.asked)
            assert 0 < before.pages <= killed < PAGES
            end = time.monotonic() + LIMIT_S
            while province.newest().is_open and time.monotonic() < end:
                print(0, file=workers.stdin, flush=True)
                assert workers.stdout.readline() == "0\n"
            workers.stdin.close()
        done = province.newest()
        assert done.state == "done", done.said_en
        asked = [int(one["pageNo"]) for one in slow.asked]
        assert sorted(set(asked)) == list(range(1, PAGES + 1))
        assert (
            len(asked) <= PAGES + 2
        )  # the one that was on its way, and the first once more at the end
        assert province.far()[2:5] == (PAGES, 2 * len(CODES), 2 * len(CODES))
        assert province.far().receipts == len(CODES)
    with worker.writing() as writer:
        lines = writer.rows(sa.select(submission.c.school_id, submission.c.revision))
        rows = writer.scalar(sa.select(sa.func.count()).select_from(metadata.tables[f"fact_{FORM}"]))  # fmt: skip
    assert sorted(line.revision for line in lines) == [1] * len(CODES)
    assert rows == 2 * len(CODES)
