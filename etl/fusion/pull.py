"""Reading a province's interface page by page into a package that is taken in like any other.

Each page is kept as it came before the next is asked for, so a pull that was interrupted goes on where it stood. A source whose
total changes under it is read again from its beginning.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from etl.errors import RowsNotAsDeclared, Unsteady
from etl.fusion.adapter import Adapter, Source
from etl.fusion.interface import Interface, Page
from etl.headers import SCHOOL, YEAR
from warehouse.discovery import form as form_named
from warehouse.errors import UnknownName
from warehouse.text import Text

MOST_PAGES = 100_000
DIGITS = 18
BEGINNINGS = 3  # a source that changes while it is read is begun again so often
PAGES = ".pages"

Told = Callable[[int, int, int], None]
"""Told after each page: pages, rows of them, rows the source says there are."""


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


class Shelf(Protocol):
    """Where the pages of one form and year are kept until the last is there."""

    def get(self, number: int) -> Page | None: ...
    def put(self, number: int, page: Page) -> None: ...
    def pages(self) -> Iterator[Page]: ...
    def clear(self) -> None: ...


@dataclass(frozen=True)
class Folder:
    """Pages as files of a folder."""

    path: Path

    def get(self, number: int) -> Page | None:
        file = self._file(number)
        return unpacked(file.read_bytes()) if file.exists() else None

    def put(self, number: int, page: Page) -> None:
        """Whole or not at all: a page that is there is a page that was read."""
        self.path.mkdir(parents=True, exist_ok=True)
        draft = self._file(number).with_suffix(".part")
        draft.write_bytes(packed(page))
        draft.replace(self._file(number))

    def pages(self) -> Iterator[Page]:
        return (unpacked(path.read_bytes()) for path in sorted(self.path.glob("*.json")))

    def clear(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    def _file(self, number: int) -> Path:
        return self.path / f"{number:06d}.json"


def packed(page: Page) -> bytes:
    """A page as it is kept."""
    return json.dumps(vars(page), ensure_ascii=False).encode()


def unpacked(content: bytes) -> Page:
    return Page(**json.loads(content))


def pull(interface: Interface, wanted: Wanted, folder: Path) -> Pulled:
    """Every page of a form and year, written as one file of a package; resumes what was interrupted."""
    shelf = Folder(folder / PAGES / f"{wanted.form}-{wanted.year}-{fingerprint(interface.adapter)}")
    pulled = pull_into(shelf, interface, wanted, folder)
    shelf.clear()
    return pulled


def pull_into(
    shelf: Shelf, interface: Interface, wanted: Wanted, folder: Path, say: Told = lambda *_: None
) -> Pulled:
    """The same with the pages kept on a shelf, where they stay until whoever owns it clears it."""
    if wanted.form not in interface.adapter.forms:
        raise UnknownName("表", wanted.form, interface.adapter.forms)
    province, source = interface.adapter.province, interface.adapter.forms[wanted.form]
    pulled = Pulled(file=folder / f"{wanted.form}-{wanted.year}-{province}.csv")
    for _ in range(BEGINNINGS):
        if _read_all(shelf, interface, wanted, (pulled, say)) and _stands(shelf, interface, wanted):
            _check(shelf, interface.adapter, wanted)
            pulled.rows = _write(shelf, wanted, source, pulled.file)
            return pulled
        pulled.restarts += 1
        shelf.clear()
    raise Unsteady(interface.adapter.system, form=form_named(wanted.form).title)


def told(done: Pulled) -> str:
    """One line of what a pull did."""
    return (
        f"{done.file.name}: {done.rows} 行；新读 {done.asked} 页，沿用 {done.kept} 页，重读 {done.restarts} 次。 "
        f"{done.rows} rows; {done.asked} pages read, {done.kept} kept, begun again {done.restarts} times."
    )


def fingerprint(adapter: Adapter) -> str:
    """The adapter's: pages read under another declaration are not gone on with."""
    return hashlib.sha256(adapter.model_dump_json().encode()).hexdigest()[:12]


def _read_all(
    shelf: Shelf, interface: Interface, wanted: Wanted, doing: tuple[Pulled, Told]
) -> bool:
    """Ask for the pages that are not there yet; False where the total changed under them."""
    (pulled, say), at = doing, _first(interface)
    read, total, seen = 0, None, set[str]()
    for number in range(MOST_PAGES):
        page = shelf.get(number)
        if page is None:
            page, pulled.asked = interface.ask(wanted.form, wanted.year, at), pulled.asked + 1
            shelf.put(number, page)
        else:
            pulled.kept += 1
        if total not in (None, page.total) or at in seen:
            return False
        seen.add(at)
        read, total = read + len(page.rows), page.total
        say(number + 1, read, page.total)
        at = _following(interface, number, page)
        if not page.rows or not at or read >= page.total:
            return read == page.total
    return False


def _stands(shelf: Shelf, interface: Interface, wanted: Wanted) -> bool:
    """Whether the first page is still what it was: a total alone does not tell of a row that went while another came."""
    return shelf.get(0) == interface.ask(wanted.form, wanted.year, _first(interface))


def _first(interface: Interface) -> str:
    paging = interface.adapter.paging
    return str(paging.first) if paging.kind == "page" else ""


def _following(interface: Interface, number: int, page: Page) -> str:
    paging = interface.adapter.paging
    return str(paging.first + number + 1) if paging.kind == "page" else page.next


def _check(shelf: Shelf, adapter: Adapter, wanted: Wanted) -> None:
    """Every row has the fields that the adapter declares, and is of a school of its province; else nothing of it is kept."""
    source = adapter.forms[wanted.form]
    fields = {source.school, *source.columns.values()}
    for number, row in enumerate(_rows(shelf), start=1):
        absent, code = sorted(fields - set(row)), _text(row.get(source.school))
        if absent:
            zh, en = f"第 {number} 行没有字段 {absent[0]}", f"row {number} has no field {absent[0]}"
        elif code[2:4] != adapter.province[:2]:
            zh, en = f"第 {number} 行的学校 {code[:20]} 不在本省", f"row {number} is of {code[:20]}, no school of this province"  # fmt: skip
        else:
            continue
        shelf.clear()
        raise RowsNotAsDeclared(
            adapter.system, form=form_named(wanted.form).title, detail=Text(zh, en)
        )


def _write(shelf: Shelf, wanted: Wanted, source: Source, file: Path) -> int:
    """The package's file: our headers, our codes, our units; what their codes mean to nobody stays as it came, to be refused with its word."""
    names = [*source.columns, *source.constants]
    labels = [form_named(wanted.form).columns[name].label.zh for name in names]
    draft, rows = file.with_suffix(".part"), 0
    with draft.open("w", encoding="utf-8", newline="") as sink:
        out = csv.writer(sink)
        out.writerow([SCHOOL, YEAR, *labels])
        for row in _rows(shelf):
            out.writerow([_text(row.get(source.school)), wanted.year, *(_value(source, name, row) for name in names)])  # fmt: skip
            rows += 1
    draft.replace(file)
    return rows


def _rows(shelf: Shelf) -> Iterator[Mapping[str, Any]]:
    for page in shelf.pages():
        yield from page.rows


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
