"""The night of a deadline on this machine: files of schools by the thousand within a minute, supervisors clicking meanwhile."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import polars as pl

from dashboards import serving
from dashboards.address import Address
from dashboards.bench.crowd import PROJECT, Served, sign_in
from dashboards.bench.ground import Ground, mix
from dashboards.bench.outcome import Measured
from warehouse.bench import data
from warehouse.bench.night import forget_night, standing, waiting
from warehouse.entrance import DEMO
from warehouse.passwords import hash_password
from warehouse.rights import Role

FILES, SUPERVISORS, SECONDS, PAUSE_S = 2_000, 50, 60.0, 5.0
ACKNOWLEDGED_S, PROCESSED_S, CLICK_S, MEMORY_MB = 1.0, 600.0, 1.0, 2_000
PASSWORD = "the word of every reader of a bench"  # noqa: S105 - of a database of its own, on loopback
_CSRF = re.compile(r'name="csrf"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf"')


def measure_deadline(ground: Ground, served: Served) -> Iterator[Measured]:
    """Send, click, wait until all is taken in; then count."""
    folder = ground.folder / "night"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    year = ground.year + 1
    schools = _schools(ground, year)
    files = _write(folder, year, schools)
    logins = _accounts(ground, schools)
    forget_night(ground.worker, list(logins.values()))
    with served.running(cache=True), serving.household(PROJECT, _environment(served)) as home:
        home.start(serving.WORK)
        task = _task(ground, served, folder, files, logins)
        with _watched() as memory:
            found, processed = _run(ground, task, folder, list(logins.values()))
    yield from _bars(ground, found, processed, memory.most, list(logins.values()))


def _environment(served: Served) -> dict[str, str]:
    return {**served.environment, "ZHIJIAN_SMTP_HOST": ""}


def _schools(ground: Ground, year: int) -> pl.DataFrame:
    """So many schools that each has one file of every form to send, spread over the country."""
    due = ground.worker.directory(year).sort("school_id")
    many = min(FILES // len(data.DRAWN), due.height)
    return due[[n * due.height // many for n in range(many)]].select("school_id", "code")


def _write(folder: Path, year: int, schools: pl.DataFrame) -> list[tuple[int, str]]:
    """A workbook for each school and form, the forms in turn: school_id and path."""
    files: dict[tuple[str, int], str] = {}
    ids = dict(schools.select("code", "school_id").iter_rows())
    for name in data.DRAWN:
        rows = data.written(name, year, schools).with_columns(学年=pl.lit(str(year)))
        for (code,), own in rows.partition_by("学校标识码", as_dict=True).items():
            path = folder / f"{name}-{code}.xlsx"
            own.write_excel(path)
            files[name, ids[code]] = str(path)
    return [(school, files[name, school]) for school in ids.values() for name in data.DRAWN]


def _accounts(ground: Ground, schools: pl.DataFrame) -> dict[int, str]:
    """A statistician for each school and the supervisors; logins of the former by school."""
    password = hash_password(PASSWORD)
    ladder = ground.worker.ladder
    logins = {school: f"night-{code}" for school, code in schools.iter_rows()}
    readers = [(login, Role.STATISTICIAN, school) for school, login in logins.items()]
    provinces = [place for place in ladder.children(1, ground.year) if ladder.children(place, ground.year)]  # fmt: skip
    readers += [(f"supervisor-{n}", Role.SUPERVISOR, provinces[n % len(provinces)]) for n in range(SUPERVISORS)]  # fmt: skip
    for login, role, place in readers:
        ground.worker.keep_account(
            login=login, password_hash=password, name_zh=login, name_en=login, role=role.value, place_id=place,
            depth="records", created_by=DEMO,
        )  # fmt: skip
    return logins


def _task(
    ground: Ground, served: Served, folder: Path, files: Sequence[tuple[int, str]], logins: dict[int, str]
) -> dict[str, Any]:  # fmt: skip
    """What the load generator is told: everybody signed in once."""
    entered = {school: _entered(served, login) for school, login in logins.items()}
    schools = [address for address in mix(ground) if "/place/" in address]
    ladder, supervisors = ground.web.ladder, []
    for n in range(SUPERVISORS):
        cookie, _ = _entered(served, f"supervisor-{n}")
        account = ground.worker.account(f"supervisor-{n}") or {}
        home = int(account["place_id"])
        below = [home, *ladder.children(home, ground.year)][:12]
        pages = [Address(place=place, year=ground.year + n % 2).to() for place in below]
        supervisors.append({"cookie": cookie, "addresses": pages or schools})
    return {
        "host": served.host, "port": served.port, "seconds": SECONDS, "pause": PAUSE_S,
        "over": str(folder / "over"), "all_sent": str(folder / "all-sent"), "supervisors": supervisors,
        "files": [{"cookie": entered[s][0], "csrf": entered[s][1], "path": path} for s, path in files],
    }  # fmt: skip


def _entered(served: Served, login: str) -> tuple[str, str]:
    """Cookie and token of somebody who signed in."""
    cookie = sign_in(served, login, PASSWORD)
    line = http.client.HTTPConnection(served.host, served.port, timeout=30)
    line.request("GET", "/zh/notices", headers={"Cookie": cookie})
    answer = line.getresponse()
    found = _CSRF.search(answer.read().decode())
    line.close()
    if found is None:
        raise RuntimeError(f"{login} is shown no form: {answer.status}")
    return cookie, found.group(1) or found.group(2)


def _run(
    ground: Ground, task: dict[str, Any], folder: Path, logins: Sequence[str]
) -> tuple[dict[str, Any], float]:  # fmt: skip
    """Let the night go by; what the generator found, and seconds from the first file to the last one taken in."""
    generator = subprocess.Popen(
        [sys.executable, "-m", "dashboards.bench.night"], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    if generator.stdin is None or generator.stdout is None:
        raise RuntimeError("the load generator has no pipes")
    start = time.monotonic() + 1
    generator.stdin.write(json.dumps(task))
    generator.stdin.close()
    deadline = start + SECONDS + PROCESSED_S
    while time.monotonic() < deadline and generator.poll() is None:
        time.sleep(0.5)
        if Path(task["all_sent"]).exists() and not waiting(ground.worker, logins):
            break
    processed = time.monotonic() - start
    (folder / "over").touch()
    found: dict[str, Any] = json.loads(generator.stdout.read())
    generator.wait()
    return found, processed


@dataclass
class Memory:
    """The most that the processes of this installation held together, in MB."""

    most: float = 0.0
    is_over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Memory:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()

    def _watch(self) -> None:
        while not self.is_over.wait(1.0):
            self.most = max(self.most, held())


def _watched() -> Memory:
    return Memory()


def held() -> float:
    """MB of web processes and worker, which this process started: private and their share of what is shared."""
    ours, found = (
        {os.getpid()},
        sorted(_parents().items()),
    )  # whoever started another has the smaller number
    for process, parent in found:
        if parent in ours:
            ours.add(process)
    total = 0
    for process in ours - {os.getpid()}:
        try:
            if b"bench.night" not in (Path("/proc") / str(process) / "cmdline").read_bytes():
                said = (Path("/proc") / str(process) / "smaps_rollup").read_text()
                total += int(re.findall(r"^Pss:\s+(\d+)", said, re.MULTILINE)[0])
        except (OSError, IndexError):  # it has ended meanwhile
            continue
    return total / 1024


def _parents() -> dict[int, int]:
    """The parent of every process there is."""
    found = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(file.parent.name)] = int(file.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
    return found


def _bars(
    ground: Ground, found: dict[str, Any], processed: float, memory: float, logins: Sequence[str]
) -> Iterator[Measured]:  # fmt: skip
    sent, clicked, many = sorted(found["sent"]), sorted(found["clicked"]), len(found["numbers"])
    share = found["processor"] / found["seconds"]
    slowest, wrong = max(sent, default=99.0), f"{len(found['failed'])} failed {found['failed'][:1]}"
    yield Measured(
        f"a deadline night: {FILES:,} files in {SECONDS:.0f} s, the slowest acknowledged with its number after", f"{slowest:.2f} s",
        f"<= {ACKNOWLEDGED_S:.0f} s", slowest <= ACKNOWLEDGED_S and many == len(set(found["numbers"])) == len(sent) and not found["failed"],
        f"{many:,} numbers; median {median(sent or [0]) * 1000:.0f} ms; {wrong}; the load generator on the same cores took {share:.2f} of a processor",
        tuple(sent),
    )  # fmt: skip
    now = standing(ground.worker, logins)
    is_whole = now.taken == now.submissions == many and not now.waiting and not now.refused
    yield Measured(
        "the same night: all files taken in, from the first one sent", f"{processed:.0f} s", f"<= {PROCESSED_S:.0f} s",
        processed <= PROCESSED_S and is_whole,
        f"{now.taken:,} taken in, {now.submissions:,} submissions, {now.refused} refused, {now.waiting} waiting: "
        f"{'nothing lost, nothing doubled' if is_whole else 'NOT WHOLE'}",
    )  # fmt: skip
    last = quantiles(clicked, n=100)[98] if len(clicked) > 1 else 99.0
    yield Measured(
        f"the same night: {SUPERVISORS} supervisors click every {PAUSE_S:.0f} s, 99th percentile", f"{last:.2f} s",
        f"<= {CLICK_S:.0f} s", last <= CLICK_S, f"{len(clicked):,} clicks, median {median(clicked or [0]) * 1000:.0f} ms", tuple(clicked),
    )  # fmt: skip
    yield Measured(
        "the same night: memory of web processes and worker at its most", f"{memory:,.0f} MB", f"<= {MEMORY_MB:,} MB", memory <= MEMORY_MB,
    )  # fmt: skip
