"""Asking a province's interface for one page: tried again where that helps, told in its own words where it does not.

Nothing is asked of any other host than the adapter's. Where a gate is set, it says before every try to which address that host's name
leads, and the connection is made to that very address: a name that is looked up twice may lead to two hosts.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, RetryError, SSLError
from urllib3.util import Retry

from etl.errors import SourceFailed, TokenRefused, Unreachable
from etl.fusion.adapter import Adapter
from warehouse.discovery import form as form_named
from warehouse.fusion_hosts import Site
from warehouse.text import Text

TIMEOUT_S = (5, 60)
MOST_BYTES = 20_000_000  # of one page
MOST_S = 300  # for one page
TRIES = 6
AGAIN = (429, 500, 502, 503, 504)
LONGEST_WAIT_S = 60

Gate = Callable[[Site], str]
"""The address to connect to for a host, or one error of ours; asked before every try."""

ELSEWHERE = Text("下一页的链接指向另一台主机", "the link to the next page leads to another host")
BUSY = Text("对方一直返回 429 或 5xx", "it kept answering 429 or 5xx")
REDIRECTS = Text(
    "对方要求转到别处，本系统不跟随", "it answers with a redirect, which is not followed"
)
CERTIFICATE = Text("证书无法核实", "its certificate cannot be verified")
SILENT = Text("无应答", "no answer")
TOO_MUCH = Text("回答过大或过慢", "the answer is too large or too slow")


class Elsewhere(ValueError):
    """A link to the next page that leads to another host: it is not followed."""


class TooMuch(ValueError):
    """An answer beyond what is taken."""


class NoAddress(requests.ConnectionError):
    """A name that leads to no address."""


@dataclass(frozen=True)
class Page:
    """One answer: its rows, how many there are in all, and the cursor or link of the next."""

    rows: list[Mapping[str, Any]]
    total: int
    next: str


@dataclass(frozen=True, kw_only=True)
class Interface:
    """A province's interface. `wait` is the factor of the pauses between tries, in seconds."""

    adapter: Adapter
    token: str = field(default="", repr=False)
    wait: float = 0.5
    gate: Gate | None = None

    def ask(self, form: str, year: int, at: str) -> Page:
        """One page, tried again where the other side says so or does not answer."""
        try:
            return self._read(form, self._whole(*self._question(form, year, at)))
        except requests.RequestException as problem:
            kind, detail = _told(problem)
            raise kind(
                self.adapter.system, form=_title(form), page=at or "1", detail=detail
            ) from problem
        except (ValueError, LookupError, TypeError, RecursionError) as problem:
            detail = _unlike(problem)
            raise SourceFailed(self.adapter.system, form=_title(form), page=at or "1", detail=detail) from problem  # fmt: skip

    def _question(self, form: str, year: int, at: str) -> tuple[str, Mapping[str, str | int]]:
        """Address and parameters of a page. A link holds both, and leads nowhere but to the adapter's own host."""
        paging, source, address = self.adapter.paging, self.adapter.forms[form], self.adapter.address_of(form)  # fmt: skip
        if at and paging.kind == "link":
            link = urljoin(address, at)
            if urlsplit(link)[:2] != urlsplit(address)[:2]:
                raise Elsewhere(link)
            return link, {}
        asked: dict[str, str | int] = {source.year: year, paging.size: paging.rows_a_page}
        return address, {**asked, paging.page: at} if at or paging.kind == "page" else asked

    def _whole(self, address: str, asked: Mapping[str, str | int]) -> bytes:
        """An answer to its end: what breaks off in the middle is asked for again."""
        for number in range(TRIES):
            try:
                return self._answer(address, asked)
            except (ChunkedEncodingError, requests.ConnectionError, requests.Timeout) as problem:
                if number == TRIES - 1 or isinstance(problem, SSLError | RetryError):
                    raise
                time.sleep(min(self.wait * 2**number, LONGEST_WAIT_S))
        raise AssertionError  # the last try returns or raises

    def _answer(self, address: str, asked: Mapping[str, str | int]) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        with requests.Session() as session:
            session.trust_env = False  # no proxy, no .netrc: this host and no other
            retry = Retry(
                total=TRIES, connect=0, read=0, other=0, status_forcelist=AGAIN, allowed_methods=["GET"], backoff_factor=self.wait,
                backoff_jitter=self.wait, backoff_max=LONGEST_WAIT_S, retry_after_max=LONGEST_WAIT_S,
            )  # fmt: skip
            site = self.adapter.site
            session.mount("http://", HTTPAdapter(max_retries=retry))
            session.mount("https://", _Named(site.host, retry))
            if self.gate is not None:
                headers["Host"] = urlsplit(address).netloc
                address = _pinned(address, self.gate(site), site.port)
            with session.get(
                address, params=asked, headers=headers, timeout=TIMEOUT_S, allow_redirects=False, stream=True
            ) as answer:  # fmt: skip
                if answer.status_code != requests.codes.ok:
                    raise requests.HTTPError(f"{answer.status_code}", response=answer)
                return _limited(answer)

    def _read(self, form: str, content: bytes) -> Page:
        paging, body = self.adapter.paging, json.loads(content)
        rows, total = _at(body, paging.rows), _at(body, paging.total)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise TypeError(f"{form}: {paging.rows}")
        following = _at(body, paging.next) if paging.next else ""
        return Page(rows, int(total), str(following or ""))


class _Named(HTTPAdapter):
    """TLS speaks of the host by its name, whatever address the connection was made to."""

    def __init__(self, host: str, retry: Retry) -> None:
        self._host = host
        super().__init__(max_retries=retry)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as requests hands them on
        super().init_poolmanager(*args, server_hostname=self._host, assert_hostname=self._host, **kwargs)  # fmt: skip


def _title(form: str) -> Text:
    return form_named(form).title


def _pinned(address: str, ip: str, port: int) -> str:
    """The same address with the host's name replaced by where it leads."""
    return urlsplit(address)._replace(netloc=Site(host=ip, port=port).name).geturl()


def _told(problem: requests.RequestException) -> tuple[type[SourceFailed], Text]:
    """What went wrong between here and there, as an error that says what to do."""
    status = problem.response.status_code if problem.response is not None else 0
    if status in (requests.codes.unauthorized, requests.codes.forbidden):
        return TokenRefused, Text(f"HTTP {status}", f"HTTP {status}")
    if status:
        said = Text(f"HTTP {status}", f"HTTP {status}")
        return SourceFailed, REDIRECTS if 300 <= status < 400 else said
    if isinstance(problem, RetryError):
        return SourceFailed, BUSY
    if isinstance(problem, SSLError):
        return Unreachable, CERTIFICATE
    if isinstance(problem, NoAddress):
        return Unreachable, Text(f"找不到域名 {problem}", f"no address of {problem}")
    return Unreachable, SILENT


def _unlike(problem: Exception) -> Text:
    """How an answer differs from what is declared."""
    if isinstance(problem, Elsewhere):
        return ELSEWHERE
    if isinstance(problem, TooMuch):
        return TOO_MUCH
    if isinstance(problem, LookupError):
        return Text(f"回答中没有 {problem}", f"the answer has no {problem}")
    return Text(f"回答与声明不符：{type(problem).__name__}", f"the answer is not as declared: {type(problem).__name__}")  # fmt: skip


def _limited(answer: requests.Response) -> bytes:
    content, until = bytearray(), time.monotonic() + MOST_S
    for piece in answer.iter_content(1 << 16):
        content += piece
        if len(content) > MOST_BYTES or time.monotonic() > until:
            raise TooMuch
    return bytes(content)


def _at(body: Any, place: str) -> Any:  # noqa: ANN401 - whatever JSON holds there
    """What stands at a place such as data.list; a LookupError where nothing does."""
    for key in place.split("."):
        body = body[key]
    return body
