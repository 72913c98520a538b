"""Whole pages a second from the real web server with eight readers, whose own processor time is stated apart."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from dashboards import serving
from dashboards.auth import SIGN_IN
from dashboards.bench.ground import Ground, mix
from dashboards.bench.outcome import Measured

PROJECT = Path(__file__).resolve().parents[2]
READERS = 8
BARS = {"cold": 60, "cached": 400}
_CSRF = re.compile(r'name="csrf"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf"')


@dataclass(frozen=True)
class Served:
    """The web server of the bench; `environment` is what its processes are started with."""

    environment: Mapping[str, str]
    host: str
    port: int
    workers: int = 2
    threads: int = 4

    @contextmanager
    def running(self, *, cache: bool) -> Iterator[None]:
        environment = {**self.environment, "ZHIJIAN_CACHE": str(int(cache)), "ZHIJIAN_LIMITS": "0"}
        with serving.household(PROJECT, environment) as home:
            command = serving.gunicorn(self.host, self.port, self.workers, self.threads, "error")
            web = home.start(command)
            if not serving.wait_until_served(f"http://{self.host}:{self.port}/health", web):
                raise RuntimeError("the web server of the bench did not start")
            yield


def measure_crowd(ground: Ground, served: Served, seconds: float) -> Iterator[Measured]:
    """Cold, with the memory of answers and pages off, and cached."""
    for name, bar in BARS.items():
        with served.running(cache=name == "cached"):
            cookie = sign_in(served, ground.ministry.login, ground.ministry.password)
            task = {"host": served.host, "port": served.port, "cookie": cookie, "addresses": mix(ground), "readers": READERS}  # fmt: skip
            read(task, seconds / 2)  # caches of plans, and of pages where there is one
            found = read(task, seconds)
        rate = found["pages"] / found["seconds"]
        yield Measured(
            f"whole pages a second, {READERS} readers, over the mix, {name}", f"{rate:.0f}", f">= {bar}", rate >= bar,
            f"{found['failed']} failed; {found['received'] / max(found['pages'], 1) / 1024:.0f} KB a page compressed; "
            f"the load generator itself took {found['processor'] / found['seconds']:.2f} of a processor",
        )  # fmt: skip


def read(task: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Run the readers in a process of their own."""
    done = subprocess.run(
        [sys.executable, "-m", "dashboards.bench.readers"],
        input=json.dumps({**task, "seconds": seconds}), capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def sign_in(served: Served, login: str, password: str) -> str:
    """The cookie of a session, got as a browser gets it."""
    connection = http.client.HTTPConnection(served.host, served.port, timeout=30)
    connection.request("GET", SIGN_IN)
    form = connection.getresponse()
    cookie, page = form.headers["Set-Cookie"].split(";")[0], form.read().decode()
    found = _CSRF.search(page)
    if found is None:
        raise RuntimeError("the sign-in page has no token")
    words = {"account": login, "password": password, "csrf": found.group(1) or found.group(2)}
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", SIGN_IN, urlencode(words), headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise RuntimeError(f"sign-in was refused: {answer.status}")
    return str(answer.headers["Set-Cookie"]).split(";", 1)[0]
