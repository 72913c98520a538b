"""The process that the crash test kills: told one step a line, it forks a child that takes the step and is killed.

Everything is imported once, before the forks, and no query runs in the parent: a thread pool does not survive
a fork. A step is a JSON object: `act` submit or load, `path`, `year`, and how to die: `at` (a number of SQL
statements), `after` (seconds), or neither. The answer is one line: killed, failed or done with the number of
statements.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from etl import ready, sources
from etl.submission import submit
from warehouse.discovery import forms
from warehouse.store import Warehouse

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ready.BATCH = 4  # schools: a package becomes many transactions


def take(url: str, step: dict[str, Any]) -> int:
    """Take one step; the number of SQL statements it took."""
    warehouse = Warehouse(url, "zhijian_worker")
    passed = 0

    def before(*_: object) -> None:
        nonlocal passed
        passed += 1
        if passed == step.get("at"):
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(warehouse.engine, "before_cursor_execute", before)
    sa.event.listen(warehouse.engine, "commit", before)
    path = Path(step["path"])
    if step["act"] == "submit":
        submit(warehouse, path, now=NOW, by="school")
    else:
        sources.load_package(warehouse, path, now=NOW, by="province")
    warehouse.close()
    return passed


def child(url: str, step: dict[str, Any], answer: int) -> None:
    code = 1
    try:
        os.write(answer, str(take(url, step)).encode())
        code = 0
    except sa.exc.DBAPIError as error:  # the database ended our session
        os.write(answer, str(error.orig).encode())
    finally:
        os._exit(code)


def parent(pid: int, step: dict[str, Any]) -> int:
    """Wait for the child, or kill it when its time has come; its status."""
    deadline = time.monotonic() + step.get("after", 300)
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        if time.monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)
            return os.waitpid(pid, 0)[1]
        time.sleep(0.001)


def main(url: str) -> None:
    forms()
    for line in sys.stdin:
        step = json.loads(line)
        reader, answer = os.pipe()
        pid = os.fork()
        if pid == 0:
            child(step.get("url", url), step, answer)
        os.close(answer)
        status = parent(pid, step)
        said = os.read(reader, 4096).decode()
        os.close(reader)
        end = "killed" if os.WIFSIGNALED(status) else "failed" if os.WEXITSTATUS(status) else "done"
        print(json.dumps({"end": end, "said": said}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
