"""Gives the tables of any page out as one workbook: `/export/<language>/<page>/<place>.xlsx?...`, the page's own address with another beginning.

The page is drawn for whoever is signed in, by the same way as in the browser: what it refuses is refused here. Every file is a line of the trail.
"""

from __future__ import annotations

from dataclasses import dataclass
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
        told = self._told(shown.element, Phrases("en" if lang == "en" else "zh"), f"{path}?{query}")
        answer = Response(
            seen_book.workbook(str(shown.element["props"]["data-title"]), told, found),
            mimetype=MEDIA,
        )
        answer.headers["Content-Disposition"] = f'attachment; filename="{asked}"'
        return answer

    def _told(self, element: Element, phrases: Phrases, address: str) -> list[tuple[str, str]]:
        """What the page says of its figures: its finding, its context line, its foot; and where and when it was read."""
        said = [
            (phrases(f"paper.page.{part}"), seen.text(seen.first(element, cls, kind)))
            for part, cls, kind in _PARTS
        ]
        where = [
            (phrases("paper.receipt.address"), request.host_url.rstrip("/") + address),
            (phrases("paper.receipt.asof"), second(self.door.clock())),
        ]
        return [*((label, text) for label, text in said if text), *where]

    def _refused(self, what: str, status: int) -> None:
        self._note(what, succeeded=False, reason="not shown")
        abort(status)

    def _note(self, what: str, *, succeeded: bool, **detail: object) -> None:
        self.door.audit(Event.EXPORT, current_user.id, what, succeeded=succeeded, detail=detail)


def may_be_taken(name: str) -> bool:
    """Whether a page's tables may be had as a file: not of a page that shows sensitive values in full."""
    return all(
        page.event != Event.VIEW_SENSITIVE for page in registry().values() if page.name == name
    )
