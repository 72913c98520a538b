"""Gives the tables of any page out as one workbook: `/export/<language>/<page>/<place>.xlsx?...`, the page's own address with another beginning.

The page is drawn for whoever is signed in, by the same way as in the browser: what it refuses is refused here. Every file is a line of the trail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Flask, Response, abort, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from dashboards.address import Address, parse
from dashboards.auth import Door
from dashboards.element import Element
from dashboards.exports import seen, seen_bar, seen_book
from dashboards.exports.seen import SeenTable
from dashboards.i18n import Phrases
from dashboards.numbers import plain
from dashboards.page import registry
from dashboards.released import OF_WORK
from dashboards.shell import Render
from etl.account_book import MEDIA
from warehouse.events import Event
from warehouse.moments import second

BUILDER = "build"  # its page shows the first rows of a table whose own workbook holds all of it


@dataclass(frozen=True)
class PageFiles:
    """Draws pages and reads their tables."""

    door: Door
    render: Render

    def install(self, server: Flask) -> None:
        server.add_url_rule("/export/<any(zh, en):lang>/<name>.xlsx", "export", self.give)
        server.add_url_rule(
            "/export/<any(zh, en):lang>/<name>/<int:place>.xlsx", "export_place", self.give
        )

    def give(self, lang: str, name: str, place: int | None = None) -> BaseResponse:
        """Every table of a page as its reader sees it; of the builder the table itself. Telephone numbers in full are not taken away."""
        asked, query = (
            f"{name}-{place}.xlsx" if place is not None else f"{name}.xlsx",
            request.query_string.decode("ascii", "replace"),
        )
        path = f"/{lang}/{name}" if place is None else f"/{lang}/{name}/{place}"
        if name == BUILDER and place is not None:
            return redirect(f"/build/{lang}/{place}.xlsx?{query}")
        if not may_be_taken(name):
            self._refused(asked, HTTPStatus.FORBIDDEN)
        at = self.door.clock()
        shown = self.render(path, f"?{query}")
        if shown.status != HTTPStatus.OK:
            self._refused(asked, shown.status)
        found = seen.tables(shown.element)
        self._note(asked, succeeded=True, kind="page", query=query, tables=len(found))
        site = request.host_url.rstrip("/")
        made = page_book(shown.element, parse(path, query), site, at)
        answer = Response(made, mimetype=MEDIA)
        answer.headers["Content-Disposition"] = f'attachment; filename="{asked}"'
        return answer

    def _refused(self, what: str, status: int) -> None:
        self._note(what, succeeded=False, reason="not shown")
        abort(status)

    def _note(self, what: str, *, succeeded: bool, **detail: object) -> None:
        self.door.audit(Event.EXPORT, current_user.id, what, succeeded=succeeded, detail=detail)


def page_book(page: Element, address: Address, site: str, at: datetime) -> bytes:
    """A drawn page's tables as a workbook; before them what the page says of its figures, its address as of the moment it was read, and the sheets in full."""
    phrases = Phrases(address.lang)
    where = site + (str(address) if address.page in OF_WORK else address.frozen(at))
    sheets = [
        seen_book.Sheet(seen_book.sheet_name(n, table.name), table, _part(table, phrases, site, where))
        for n, table in enumerate(seen.tables(page), start=1)
    ]  # fmt: skip
    told = [
        *_said(page, phrases),
        (phrases("paper.receipt.address"), where),
        (phrases("paper.receipt.asof"), second(at)),
        *((phrases("paper.page.sheet", sheet=one.name), one.table.name) for one in sheets),
    ]
    return seen_book.workbook(str(page["props"]["data-title"]), told, sheets)


def _part(table: SeenTable, phrases: Phrases, site: str, where: str) -> str:
    """How much of its list a table holds, and where the rest is; "" where it holds all of it."""
    if table.part is None:
        return ""
    shown, whole, href = table.part
    rest = site + href if href else where
    if whole is None:
        return phrases("paper.page.more", shown=plain(shown), where=rest)
    return phrases("paper.page.part", shown=plain(shown), whole=plain(whole), where=rest)


def _said(page: Element, phrases: Phrases) -> Iterator[tuple[str, str]]:
    """The page's finding, each fact of its context bar, its foot; what it has of them."""
    bar = seen.first(page, "ctx", "Div")
    yield from _named(phrases("paper.page.finding"), seen.first(page, "", "H1"))
    if bar is not None:
        yield phrases("crumb"), seen_bar.place(bar)
        yield from seen_bar.facts(bar, phrases)
    yield from _named(phrases("paper.page.foot"), seen.first(page, "foot", "Footer"))


def _named(label: str, of: Element | None) -> Iterator[tuple[str, str]]:
    if text := seen.text(of):
        yield label, text


def may_be_taken(name: str) -> bool:
    """Whether a page's tables may be had as a file: not of a page that shows sensitive values in full."""
    return all(
        page.event != Event.VIEW_SENSITIVE for page in registry().values() if page.name == name
    )
