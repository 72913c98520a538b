"""How much anybody may ask: requests in a while, bytes of a body, the shape of what scripts send.

Buckets stand in the memory of each web process, so an installation with two processes grants up to twice these rates. What is
fetched once and kept (scripts, styles) is not counted.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask import Flask, Response, request
from flask_login import current_user

from dashboards.acting import PREFIX
from dashboards.action import registry
from dashboards.auth import API, SIGN_IN
from dashboards.finished import DISPATCH
from etl.sheet import SUBMISSION

BODY_BYTES = 1_000_000
UPLOAD_BYTES = SUBMISSION.file_bytes + BODY_BYTES  # a file and the fields beside it
CALLBACK_BYTES = 64_000
ADDRESS_CHARACTERS = 4_000
HEADER_CHARACTERS = 16_000  # all of them together
DEPTH = 12  # of a callback's JSON; ours have four
TEXT_CHARACTERS = 4_000  # of one value in it
PAPER = "/briefing/"
STILL = ("/assets/", "/_dash-component-suites/", "/health", "/ready", "/metrics")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many a second on end."""

    at_once: int
    a_second: float


ACCOUNT = Rate(300, 10)
ADDRESS = Rate(1_500, 50)  # a whole office may stand behind one
KNOCKS = Rate(30, 0.5)  # attempts to sign in, from one address
PAPERS = Rate(40, 0.5)  # briefings of one account: all provinces at once, then one in two seconds
STRANGERS = Rate(30, 0.5)  # programs without a token that holds, from one address
TOKEN = Rate(120, 2)  # a program, by its token
ROOM = 20_000  # names a process remembers; who has not asked for longest is forgotten first


@dataclass
class Buckets:
    """A bucket of tokens for each name: every request takes one, time fills them again."""

    rate: Rate
    clock: Callable[[], float] = time.monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str) -> float:
        """0 when a token was there, else the seconds until the next one."""
        now = self.clock()
        with self._lock:
            left, then = self._left.pop(name, (float(self.rate.at_once), now))
            left = min(self.rate.at_once, left + (now - then) * self.rate.a_second)
            wait = 0.0 if left >= 1 else (1 - left) / self.rate.a_second
            self._left[name] = (left if wait else left - 1, now)
            while len(self._left) > ROOM:
                self._left.popitem(last=False)
        return wait

    def left(self, name: str) -> int:
        """How many requests may still come at once."""
        with self._lock:
            left, then = self._left.get(name, (float(self.rate.at_once), self.clock()))
            return int(min(self.rate.at_once, left + (self.clock() - then) * self.rate.a_second))


class Counted(NamedTuple):
    """Who has asked how often, by what limits it."""

    accounts: Buckets
    addresses: Buckets
    knocks: Buckets
    papers: Buckets
    strangers: Buckets


def set_limits(server: Flask, *, is_counting: bool) -> None:
    """Refuse what is too much or of no shape of ours, before anything else looks at it."""
    server.config.update(MAX_CONTENT_LENGTH=BODY_BYTES, MAX_FORM_MEMORY_SIZE=BODY_BYTES)
    server.before_request(_measure)
    if is_counting:
        kept = Counted(*(Buckets(each) for each in (ACCOUNT, ADDRESS, KNOCKS, PAPERS, STRANGERS)))
        server.before_request(lambda: _count(kept))


def _count(kept: Counted) -> Response | None:
    if request.path.startswith(STILL):
        return None
    here = request.remote_addr or ""
    wait = kept.addresses.take(here)
    if not wait and request.method == "POST" and request.path.startswith(SIGN_IN):
        wait = kept.knocks.take(here)
    if not wait and current_user.is_authenticated:
        wait = kept.accounts.take(str(current_user.id))
        if not wait and request.path.startswith(PAPER):
            wait = kept.papers.take(str(current_user.id))
    elif not wait and request.path.startswith(API):
        wait = kept.strangers.take(here)
    if not wait:
        return None
    said = f"请求过于频繁，请 {math.ceil(wait)} 秒后再试。\nToo many requests: try again in {math.ceil(wait)} s.\n"
    return _refused(429, said, {"Retry-After": str(math.ceil(wait))})


def _measure() -> Response | None:
    """Lengths and shapes; the bytes of a body are counted while it is read."""
    if len(request.full_path) > ADDRESS_CHARACTERS:
        return _refused(414, "地址过长。\nThe address is too long.\n")
    if sum(len(name) + len(value) for name, value in request.headers) > HEADER_CHARACTERS:
        return _refused(431, "请求头过长。\nThe headers are too long.\n")
    if request.path == DISPATCH:
        request.max_content_length = CALLBACK_BYTES
        return _measure_callback()
    if _is_upload():
        request.max_content_length = UPLOAD_BYTES
    return None


def _is_upload() -> bool:
    """A form with files, posted to an action that somebody declared."""
    name = request.path.removeprefix(PREFIX)
    is_files = (request.mimetype or "") == "multipart/form-data"
    return request.path.startswith(PREFIX) and name in registry() and is_files


def _measure_callback() -> Response | None:
    if not current_user.is_authenticated:  # the door answers strangers
        return None
    body = request.get_data()
    if depth(body) > DEPTH or not is_callback(request.get_json(silent=True)):
        return _refused(400, "请求格式不对。\nThe request has not the shape of ours.\n")
    return None


def depth(body: bytes) -> int:
    """How deep brackets nest in a JSON text, found without reading it: a parser would go down as deep."""
    deepest = now = 0
    for each in _STRING.sub(b"", body):
        if each in b"[{":
            now += 1
            deepest = max(deepest, now)
        elif each in b"]}":
            now -= 1
    return deepest


def is_callback(asked: object) -> bool:
    """Whether a callback's request has the shape of ours: named outputs, and plain values of named inputs."""
    if not isinstance(asked, dict) or not isinstance(asked.get("output"), str):
        return False
    given = [asked.get("inputs", []), asked.get("state", [])]
    return all(isinstance(each, list) and len(each) <= DEPTH for each in given) and all(
        _is_value(one) for each in given for one in each
    )


def _is_value(one: Any) -> bool:  # noqa: ANN401 - whatever was sent
    if not isinstance(one, dict):
        return False
    named = isinstance(one.get("id"), str) and isinstance(one.get("property"), str)
    value = one.get("value")
    if isinstance(value, str):
        return named and len(value) <= TEXT_CHARACTERS
    return named and (value is None or isinstance(value, bool | int | float))


def _refused(status: int, said: str, headers: dict[str, str] | None = None) -> Response:
    return Response(said, status, headers, mimetype="text/plain")
