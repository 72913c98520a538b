"""A worker that is killed at any instant of taking in files loses none of them and takes none in twice."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.etl.files import HEADERS, row, xlsx
from tests.factories import CHANGSHA, GUANGZHOU, opened, register
from tests.stories.test_crash import whole
from warehouse import roles
from warehouse.intake import intake, take
from warehouse.notices import notice
from warehouse.queue import State, job
from warehouse.rights import Role
from warehouse.store import Warehouse
from warehouse.tables import submission

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CODES = [f"3643{n:06}" for n in range(1, 25)]
KILLS, EACH, LIMIT_S = 12, 2, 150

# Everything is imported once; each worker is a fork of this process, told by a line how long it may live: seconds, 0 until nothing waits, or until the next line.
WORKERS = """
import os, signal, sys, time
from pathlib import Path
from etl import working
from etl.tasks import intake
from etl.task import Shop, declared
from warehouse.crypto import suite
from warehouse.seals import Notebook
from warehouse.store import Warehouse
url, folder = sys.argv[1:]
declared()
import procrastinate, procrastinate.psycopg_connector
intake.AT_ONCE = 5
print("ready", flush=True)
for line in sys.stdin:
    life = line.strip()
    pid = os.fork()
    if pid == 0:
        shop = Shop(worker=Warehouse(url, "zhijian_worker"), web=Warehouse(url), suite=suite("international", Path(folder)), notebook=Notebook(Path(folder) / "s"))
        working.work(url, shop, until_empty=life == "0", beat=0.2)
        os._exit(0)
    if life == "told":
        sys.stdin.readline()
    elif life != "0":
        time.sleep(float(life))
    if life != "0":
        os.kill(pid, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    with closing(Warehouse(database.worker_url, roles.WORKER)) as warehouse:
        register(warehouse, [opened(c, (CHANGSHA, GUANGZHOU)[n % 2]) for n, c in enumerate(CODES)])
        for code in CODES:
            warehouse.keep_account(
                login=f"s{code}", password_hash="", name_zh=code, name_en=code, role=Role.STATISTICIAN.value,
                place_id=warehouse.ladder.named(code), depth="records",
            )  # fmt: skip
        warehouse.set("today", NOW.date().isoformat())
        yield warehouse


def send(web: Warehouse, folder: Path, code: str, students: int) -> None:
    file = xlsx(folder / "a.xlsx", [HEADERS, row(students, school=code)])
    here = web.ladder.named(code)
    with web.acting(web.scope(f"s{code}", here)) as writer:
        take(writer, here, "a.xlsx", file.read_bytes(), at=NOW)


def alive(warehouse: Warehouse) -> list[State]:
    with warehouse.writing() as writer:
        return [State(one.state) for one in writer.rows(sa.select(job.c.state))]


@pytest.mark.slow
def test_a_worker_killed_at_any_instant_loses_no_file_and_doubles_none(
    database: Database, worker: Warehouse, tmp_path: Path
) -> None:
    chance, ends = random.Random(5), []
    with (
        closing(Warehouse(database.web_url)) as web,
        subprocess.Popen(
            [sys.executable, "-c", WORKERS, database.worker_url, str(tmp_path / "keys")],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as workers,
    ):  # fmt: skip
        assert workers.stdin
        assert workers.stdout
        assert workers.stdout.readline() == "ready\n"
        sent = [(code, n) for n in range(EACH) for code in CODES]
        step = len(sent) // KILLS
        for n in range(KILLS):
            for code, again in sent[n * step : (n + 1) * step]:
                send(web, tmp_path, code, 10 + again)
            print(chance.uniform(0.3, 1.5), file=workers.stdin, flush=True)
            ends.append(int(workers.stdout.readline()))
            whole(worker)
        until = time.monotonic() + LIMIT_S
        while any(state.is_open for state in alive(worker)) and time.monotonic() < until:
            print(0, file=workers.stdin, flush=True)
            assert workers.stdout.readline() == "0\n"
        workers.stdin.close()
    assert ends.count(-9) == KILLS
    whole(worker)
    with worker.writing() as writer:
        assert set(alive(worker)) == {State.DONE}
        files = writer.rows(sa.select(intake.c.submission_id))
        lines = writer.rows(sa.select(submission.c.school_id, submission.c.revision))
        told = writer.rows(sa.select(notice.c.object))
    assert len(files) == len(sent)
    assert None not in {one.submission_id for one in files}
    assert len({one.submission_id for one in files}) == len(sent)  # each file its own revision
    assert sorted(one.revision for one in lines) == sorted(n + 1 for _, n in sent)
    assert len(told) == len({one.object for one in told}) == len(sent)
