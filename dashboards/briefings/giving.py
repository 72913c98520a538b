"""A briefing as bytes, for whoever asks: a page's menu, the command line, the worker for a subscriber."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from flask import Flask

from dashboards.address import Address
from dashboards.answers import Memory
from dashboards.auth import Reader
from dashboards.briefings.making import Maker
from dashboards.briefings.paper import Briefing
from dashboards.briefings.pdf import pdf
from dashboards.briefings.word import MEDIA, docx
from warehouse.errors import UnknownName
from warehouse.moments import china_day
from warehouse.store import Warehouse


class Kind(NamedTuple):
    """One kind of paper: its media type, and what sets it, with the ministry's own template or None."""

    media: str
    set: Callable[[Briefing, Path | None], bytes]


KINDS: Mapping[str, Kind] = {
    "pdf": Kind("application/pdf", lambda made, _: pdf(made)),
    "docx": Kind(MEDIA, docx),
}


def briefing(maker: Maker, reader: Reader, address: Address, now: datetime, kind: str = "pdf") -> bytes:  # fmt: skip
    """The paper of a topic's page at a place, as this reader may see it at this moment; it needs no request.

    `address`: lang, page (the topic: "place" or the name of a domain), place, and whatever else the page's address may say.
    OutOfScope where the page would be refused, NoBriefing where there is none, NoFont or NoGlyph where it cannot be set.
    """
    return KINDS[kind].set(maker.paper(reader, address, now), maker.template)


def maker(web: Warehouse, now: datetime, *, synthetic: bool, template: Path | None, site: str) -> Maker:  # fmt: skip
    """What makes papers outside of the web application: `web` is the warehouse in the readers' role, `site` the address that people reach it by."""
    return Maker(web, Memory(Flask(__name__)), china_day(now), synthetic, template, site)


def reader_of(web: Warehouse, login: str) -> Reader:
    """The account of a login with the rights it has now; UnknownName where it has none."""
    account = web.account(login)
    if account is None:
        raise UnknownName("账号", login, ())
    return Reader(account)
