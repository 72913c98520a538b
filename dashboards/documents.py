"""What can be sent to a reader: each kind of document is one declaration here, and everything around it follows (docs/decisions/a-subscription-is-read-as-its-reader.md).

A document is made of the address of a page, for one reader, with the rights that reader has at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboards.address import Address, parse
from dashboards.exports.files import KINDS
from dashboards.exports.pages import may_be_taken
from dashboards.i18n import LANGS, Lang, Phrases, catalogue
from dashboards.page import registry
from dashboards.views import build
from metrics.tables import ask as asks
from metrics.tables.build import Table, size
from warehouse.discovery import domains
from warehouse.errors import ZhijianError
from warehouse.ladder import Ladder
from warehouse.rights import Right


@dataclass(frozen=True, kw_only=True)
class Document:
    """One kind of document: the addresses it is made of, what one is called, and its formats. What makes it stands in `sent.py`."""

    is_of: Callable[[Address, Ladder], bool]
    named: Callable[[Address, Ladder, Phrases], str]
    formats: tuple[str, ...]


# -- a table of the builder


def _table_name(address: Address, ladder: Ladder, phrases: Phrases) -> str:
    """What its title says, before anything is read."""
    blank = Table(asks.read(said_of(address), ladder.years), (), ("",), None, {}, {})
    return build.Words(blank, ladder, phrases).title


def said_of(address: Address) -> dict[str, str]:
    """The words of the table that an address asks for."""
    return {name: getattr(address, name) for name in asks.WORDS}


def _is_table(address: Address, ladder: Ladder) -> bool:
    """A table that says all of what it asks for, and that a page shows; what is published is of one release and is not sent again and again."""
    if (
        address.page != "build"
        or address.opened
        or not all((address.places, address.years, address.metrics))
    ):
        return False
    try:
        return not size(asks.read(said_of(address), ladder.years), ladder).is_too_large
    except ZhijianError:
        return False


# -- the tables of a page


def _is_page(address: Address, ladder: Ladder) -> bool:
    """A page that shows figures of a place, and that may be taken away."""
    if address.place is None or address.page == "build" or not may_be_taken(address.page):
        return False
    page = registry().get((address.page, ladder.rung(address.place)))
    return page is not None and page.is_sent and page.right is Right.READ and not page.event


def _page_name(address: Address, ladder: Ladder, phrases: Phrases) -> str:
    """The place and the name that its tab or entry has."""
    place = ladder.place(address.place or 0).name(phrases.lang)
    if address.page in domains():
        return phrases("subscriptions.page", place=place, page=domains()[address.page].brief.of(phrases.lang))  # fmt: skip
    found = [key for key in (f"tab.{address.page}", f"nav.{address.page}") if key in catalogue()]
    name = phrases(found[0]) if found else phrases(f"subscriptions.page.{address.page}")
    return phrases("subscriptions.page", place=place, page=name)


# -- a page on paper


def _is_topic(address: Address, ladder: Ladder) -> bool:
    page = registry().get((address.page, ladder.rung(address.place))) if address.place else None
    return page is not None and page.is_topic and _is_page(address, ladder)


DOCUMENTS: Mapping[str, Document] = {
    "table": Document(is_of=_is_table, named=_table_name, formats=tuple(kind for kind in KINDS if kind != "csvw")),
    "page": Document(is_of=_is_page, named=_page_name, formats=("xlsx",)),
    "briefing": Document(is_of=_is_topic, named=_page_name, formats=("pdf", "docx")),
}  # fmt: skip


# -- addresses as they are kept: without language, state of the data and what only an eye needs


def kept_address(address: Address, **said: Any) -> str:  # noqa: ANN401 - fields of Address
    """The address that stands for a document, with some words put in: "/build/430000?places=…". It is live where none of them is a state."""
    bare = {"asof": "", "release": "", "unfolded": "", "among": "", "of": ""}
    plain = replace(address, **{**bare, **said}, lang="zh", theme="light")
    return str(plain).removeprefix("/zh")


def fixed_address(address: Address, **said: Any) -> str:  # noqa: ANN401 - fields of Address
    """The same in the state in which it is read: the release that it names, or its moment."""
    return kept_address(address, **said, asof=address.asof, release=address.release)


def read_address(said: str, lang: str) -> Address:
    """The same, in a language; BadAddress where it is none."""
    path, _, query = said.partition("?")
    return parse(f"/{_lang(lang)}{path}", query)


def _lang(lang: str) -> Lang:
    return next((one for one in LANGS if one == lang), "zh")


def offered(address: Address, ladder: Ladder) -> list[tuple[str, str]]:
    """The kinds and formats in which an address can be sent."""
    return [
        (kind, name)
        for kind, one in DOCUMENTS.items()
        if one.is_of(address, ladder)
        for name in one.formats
    ]


def speaks_of_newest(address: Address, years: Sequence[int]) -> bool:
    """Whether an address speaks of the newest year there is, so that it can move along with it."""
    asked = [int(year) for year in address.years.split(".") if year] or [address.year or years[-1]]
    return max(asked) == years[-1]


def moved(address: Address, newest: int, years: Sequence[int]) -> Address:
    """The address of as many years later as the newest year is later than `newest`; 0 leaves it as it is."""
    later = years[-1] - newest if newest else 0
    if not later:
        return address
    shifted = [int(year) + later for year in address.years.split(".") if year]
    said = ".".join(str(year) for year in shifted if year in years)
    return replace(address, years=said, year=address.year + later if address.year else None)
