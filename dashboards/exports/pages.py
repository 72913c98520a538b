"""Gives the tables of any page out as one workbook: `/export/<language>/<page>/<place>.xlsx?...`, the page's own address with another beginning.

The page is drawn for whoever is signed in, by the same way as in the browser: what it refuses is refused here. Every file is a line of the trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Flask, Response, abort, request
from flask_login import current_user

from dashboards.auth import Door
from dashboards.element import Element
from dashboards.exports import seen, seen_book
from dashboards.i18n import Phrases
from dashboards.page import registry
from dashboards.shell import Render
from etl.account_book import MEDIA
from warehouse.events import Event
from warehouse.moments import second

# What is told of a page besides its tables: which part, its class, its kind of element.
_PARTS = (("finding", "", "H1"), ("context", "ctx", "Div"), ("foot", "foot", "Footer"))


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

    def give(self, lang: str, name: str, place: int | None = None) -> Response:
        """Every table of a page as its reader sees it. Telephone numbers in full are not taken away."""
        asked, query = (
            f"{name}-{place}.xlsx" if place is not None else f"{name}.xlsx",
            request.query_string.decode("ascii", "replace"),
        )
        path = f"/{lang}/{name}" if place is None else f"/{lang}/{name}/{place}"
        if not may_be_taken(name):
            self._refused(asked, HTTPStatus.FORBIDDEN)
        shown = self.render(path, f"?{query}")
        if shown.status != HTTPStatus.OK:
            self._refused(asked, shown.status)
        found = seen.tables(shown.element)
        self._note(asked, succeeded=True, kind="page", query=query, tables=len(found))
        where = f"{request.host_url.rstrip('/')}{path}?{query}"
        phrases = Phrases("en" if lang == "en" else "zh")
        answer = Response(
            page_book(shown.element, phrases, where, self.door.clock()), mimetype=MEDIA
        )
        answer.headers["Content-Disposition"] = f'attachment; filename="{asked}"'
        return answer

    def _refused(self, what: str, status: int) -> None:
        self._note(what, succeeded=False, reason="not shown")
        abort(status)

    def _note(self, what: str, *, succeeded: bool, **detail: object) -> None:
        self.door.audit(Event.EXPORT, current_user.id, what, succeeded=succeeded, detail=detail)


def page_book(page: Element, phrases: Phrases, where: str, at: datetime) -> bytes:
    """A drawn page's tables as a workbook; before them what the page says of its figures, its address, and when it was read."""
    said = [(phrases(f"paper.page.{part}"), seen.text(seen.first(page, cls, kind))) for part, cls, kind in _PARTS]  # fmt: skip
    told = [
        *((label, text) for label, text in said if text),
        (phrases("paper.receipt.address"), where),
        (phrases("paper.receipt.asof"), second(at)),
    ]
    return seen_book.workbook(str(page["props"]["data-title"]), told, seen.tables(page))


def may_be_taken(name: str) -> bool:
    """Whether a page's tables may be had as a file: not of a page that shows sensitive values in full."""
    return all(
        page.event != Event.VIEW_SENSITIVE for page in registry().values() if page.name == name
    )
