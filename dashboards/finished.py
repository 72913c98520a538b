"""Finished pages: the bytes of a page as they left, kept under the loads they were drawn from.

A click asks Dash for the page of an address. While nothing new has been loaded at the place or above it, the answer is
the same bytes, compressed once. A new load makes a new key; the oldest entries fall out.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass

import brotli
import orjson
from flask import Response, request

from dashboards.answers import Memory
from dashboards.shell import PAGE_ID, PAGE_PROPERTY, Rendered
from dashboards.statics import accepted

DISPATCH = "/_dash-update-component"
OUTPUT = f"{PAGE_ID}.{PAGE_PROPERTY}"
LONGEST_REQUEST = 8_000  # bytes; the page's own request is a few hundred
BROTLI_QUALITY, GZIP_LEVEL = 3, 4


@dataclass(frozen=True)
class Finished:
    """Answers the page callback from memory.

    `name` says, of a path and a query, by what a page is known as things stand now, "" if it is not to be kept; `draw` draws one and says
    by what it is known.
    """

    memory: Memory
    name: Callable[[str, str], str]
    draw: Callable[[str, str], tuple[Rendered, str]]

    def answer(self) -> Response | None:
        """The page asked for by this request, or None when the request is not for a page."""
        asked = _asked()
        if asked is None:
            return None
        encoding = accepted(request)
        name = self.name(*asked) if self.memory.enabled else ""
        kept: bytes | None = self.memory.recall(f"{name}|{encoding}") if name else None
        if kept is None:
            page, name = self.draw(*asked)
            kept = packed(page, encoding)
            if name:
                self.memory.keep(f"{name}|{encoding}", kept)
        return _response(kept, encoding)


def _asked() -> tuple[str, str] | None:
    """Path and query of the page that this request asks Dash for."""
    if request.path != DISPATCH or (request.content_length or 0) > LONGEST_REQUEST:
        return None
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or body.get("output") != OUTPUT:
        return None
    given = {
        one.get("property"): one.get("value")
        for one in body.get("inputs", [])
        if isinstance(one, dict)
    }
    path, query = given.get("pathname"), given.get("search") or ""
    return (path, query) if isinstance(path, str) and isinstance(query, str) else None


def packed(page: Rendered, encoding: str) -> bytes:
    """The answer Dash's browser side expects, compressed."""
    body = {"multi": True, "response": {PAGE_ID: {PAGE_PROPERTY: page.element}}}
    data = orjson.dumps(body)
    if encoding == "br":
        squeezed: bytes = brotli.compress(data, quality=BROTLI_QUALITY)
        return squeezed
    return gzip.compress(data, GZIP_LEVEL) if encoding == "gzip" else data


def _response(data: bytes, encoding: str) -> Response:
    answer = Response(data, mimetype="application/json")
    answer.headers["Vary"] = "Accept-Encoding"
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    return answer
