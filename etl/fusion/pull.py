"""Reading a province's interface page by page into a package that is taken in like any other.

Each page is kept as it came before the next is asked for, so a pull that was interrupted goes on where it stood. A source whose
total changes under it is read again from its beginning. Nothing is asked of any other host than the adapter's.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError
from urllib3.util import Retry

from etl.errors import SourceFailed
from etl.fusion.adapter import Adapter, Source
from etl.headers import SCHOOL, YEAR
from warehouse.discovery import form as form_named
from warehouse.errors import UnknownName
from warehouse.text import Text

TIMEOUT_S = (5, 60)
MOST_BYTES = 20_000_000  # of one page
MOST_S = 300  # for one page
MOST_PAGES = 100_000
TRIES = 6
AGAIN = (429, 500, 502, 503, 504)
LONGEST_WAIT_S = 60
DIGITS = 18
BEGINNINGS = 3  # a source that changes while it is read is begun again so often
PAGES = ".pages"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One form and academic year of a province's system."""

    form: str
    year: int


@dataclass
class Pulled:
    """What a pull did: pages asked for now, pages that lay there from before, rows, and how often it began anew."""

    file: Path
    rows: int = 0
    asked: int = 0
    kept: int = 0
    restarts: int = 0


ELSEWHERE = ("下一页的链接指向另一台主机", "the link to the next page leads to another host")


class Elsewhere(ValueError):
    """A link to the next page that leads to another host: it is not followed."""


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

    def ask(self, form: str, year: int, at: str) -> Page:
        """One page, tried again where the other side says so or does not answer."""
        try:
            return self._read(form, self._whole(*self._question(form, year, at)))
        except (
            requests.RequestException,
            ValueError,
            LookupError,
            TypeError,
            RecursionError,
        ) as problem:
            zh, en = ELSEWHERE if isinstance(problem, Elsewhere) else (type(problem).__name__,) * 2
            raise SourceFailed(
                self.adapter.system, form=form, page=at or "1", detail=Text(zh, en)
            ) from problem

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
            except (ChunkedEncodingError, requests.ConnectionError):
                if number == TRIES - 1:
                    raise
                time.sleep(min(self.wait * 2**number, LONGEST_WAIT_S))
        raise AssertionError  # the last try returns or raises

    def _answer(self, address: str, asked: Mapping[str, str | int]) -> bytes:
        with requests.Session() as session:
            session.trust_env = False  # no proxy, no .netrc: this host and no other
            retry = Retry(
                total=TRIES, status_forcelist=AGAIN, allowed_methods=["GET"], backoff_factor=self.wait,
                backoff_jitter=self.wait, backoff_max=LONGEST_WAIT_S, retry_after_max=LONGEST_WAIT_S,
            )  # fmt: skip
            for scheme in ("https://", "http://"):
                session.mount(scheme, HTTPAdapter(max_retries=retry))
            headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
            with session.get(
                address, params=asked, headers=headers, timeout=TIMEOUT_S, allow_redirects=False, stream=True
            ) as answer:  # fmt: skip
                if answer.status_code != requests.codes.ok:
                    raise requests.HTTPError(f"{answer.status_code}")
                return _limited(answer)

    def _read(self, form: str, content: bytes) -> Page:
        paging, body = self.adapter.paging, json.loads(content)
        rows, total = _at(body, paging.rows), _at(body, paging.total)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise TypeError(f"{form}: rows")
        following = _at(body, paging.next) if paging.next else ""
        return Page(rows, int(total), str(following or ""))


def _limited(answer: requests.Response) -> bytes:
    content, until = bytearray(), time.monotonic() + MOST_S
    for piece in answer.iter_content(1 << 16):
        content += piece
        if len(content) > MOST_BYTES or time.monotonic() > until:
            raise requests.RequestException("too large or too slow")
    return bytes(content)


def _at(body: Any, place: str) -> Any:  # noqa: ANN401 - whatever JSON holds there
    """What stands at a place such as data.list; a LookupError where nothing does."""
    for key in place.split("."):
        body = body[key]
    return body


def pull(interface: Interface, wanted: Wanted, folder: Path) -> Pulled:
    """Every page of a form and year, written as one file of a package; resumes what was interrupted."""
    if wanted.form not in interface.adapter.forms:
        raise UnknownName("表", wanted.form, interface.adapter.forms)
    province, source = interface.adapter.province, interface.adapter.forms[wanted.form]
    file = folder / f"{wanted.form}-{wanted.year}-{province}.csv"
    kept = folder / PAGES / f"{wanted.form}-{wanted.year}-{_print(interface.adapter)}"
    pulled = Pulled(file=file)
    for _ in range(BEGINNINGS):
        kept.mkdir(parents=True, exist_ok=True)
        if _read_all(interface, wanted, kept, pulled) and _stands(interface, wanted, kept):
            _check(interface.adapter, wanted, kept)
            pulled.rows = _write(wanted, source, kept, file)
            shutil.rmtree(kept)
            return pulled
        pulled.restarts += 1
        shutil.rmtree(kept)
    raise SourceFailed(
        interface.adapter.system, form=wanted.form, page="1",
        detail=Text("读取期间对方数据一直在变", "its data kept changing while they were read"),
    )  # fmt: skip


def told(done: Pulled) -> str:
    """One line of what a pull did."""
    return (
        f"{done.file.name}: {done.rows} 行；新读 {done.asked} 页，沿用 {done.kept} 页，重读 {done.restarts} 次。 "
        f"{done.rows} rows; {done.asked} pages read, {done.kept} kept, begun again {done.restarts} times."
    )


def _print(adapter: Adapter) -> str:
    """The adapter's fingerprint: pages read under another declaration are not gone on with."""
    return hashlib.sha256(adapter.model_dump_json().encode()).hexdigest()[:12]


def _read_all(interface: Interface, wanted: Wanted, kept: Path, pulled: Pulled) -> bool:
    """Ask for the pages that are not there yet; False where the total changed under them."""
    at, read, total, seen = _first(interface), 0, None, set[str]()
    for number in range(MOST_PAGES):
        path = kept / f"{number:06d}.json"
        if path.exists():
            said = json.loads(path.read_text(encoding="utf-8"))
            page, pulled.kept = Page(**said), pulled.kept + 1
        else:
            page, pulled.asked = interface.ask(wanted.form, wanted.year, at), pulled.asked + 1
            _put(path, json.dumps(vars(page), ensure_ascii=False))
        if total not in (None, page.total) or at in seen:
            return False
        seen.add(at)
        read, total = read + len(page.rows), page.total
        at = _following(interface, number, page)
        if not page.rows or not at or read >= page.total:
            return read == page.total
    return False


def _stands(interface: Interface, wanted: Wanted, kept: Path) -> bool:
    """Whether the first page is still what it was: a total alone does not tell of a row that went while another came."""
    first = json.loads((kept / f"{0:06d}.json").read_text(encoding="utf-8"))
    return bool(first == vars(interface.ask(wanted.form, wanted.year, _first(interface))))


def _first(interface: Interface) -> str:
    paging = interface.adapter.paging
    return str(paging.first) if paging.kind == "page" else ""


def _following(interface: Interface, number: int, page: Page) -> str:
    paging = interface.adapter.paging
    return str(paging.first + number + 1) if paging.kind == "page" else page.next


def _put(path: Path, text: str) -> None:
    """Whole or not at all: a page that is there is a page that was read."""
    draft = path.with_suffix(".part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _check(adapter: Adapter, wanted: Wanted, kept: Path) -> None:
    """Every row has the fields that the adapter declares, and is of a school of its province."""
    source = adapter.forms[wanted.form]
    fields = {source.school, *source.columns.values()}
    for number, row in enumerate(_rows(kept), start=1):
        absent, code = sorted(fields - set(row)), _text(row.get(source.school))
        if absent:
            zh, en = f"第 {number} 行没有字段 {absent[0]}", f"row {number} has no field {absent[0]}"
        elif code[2:4] != adapter.province[:2]:
            zh, en = f"第 {number} 行的学校 {code[:20]} 不在本省", f"row {number} is of {code[:20]}, no school of this province"  # fmt: skip
        else:
            continue
        raise SourceFailed(adapter.system, form=wanted.form, page="1", detail=Text(zh, en))


def _write(wanted: Wanted, source: Source, kept: Path, file: Path) -> int:
    """The package's file: our headers, our codes, our units; what their codes mean to nobody stays as it came, to be refused with its word."""
    names = [*source.columns, *source.constants]
    labels = [form_named(wanted.form).columns[name].label.zh for name in names]
    draft, rows = file.with_suffix(".part"), 0
    with draft.open("w", encoding="utf-8", newline="") as sink:
        out = csv.writer(sink)
        out.writerow([SCHOOL, YEAR, *labels])
        for row in _rows(kept):
            out.writerow([_text(row.get(source.school)), wanted.year, *(_value(source, name, row) for name in names)])  # fmt: skip
            rows += 1
    draft.replace(file)
    return rows


def _rows(kept: Path) -> Iterator[Mapping[str, Any]]:
    for path in sorted(kept.glob("*.json")):
        yield from json.loads(path.read_text(encoding="utf-8"))["rows"]


def _value(source: Source, name: str, row: Mapping[str, Any]) -> str:
    if name in source.constants:
        return str(source.constants[name])
    text = _text(row.get(source.columns[name]))
    text = source.codes.get(name, {}).get(text, text)
    return _multiplied(text, source.factors[name]) if name in source.factors else text


def _multiplied(text: str, factor: Decimal) -> str:
    """A number in our unit; what is no number, or none that can be counted, stays as it came and is refused at its row."""
    try:
        number = Decimal(text) * factor
    except ArithmeticError:
        return text
    return format(number.normalize(), "f") if abs(number.adjusted()) <= DIGITS else text


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
