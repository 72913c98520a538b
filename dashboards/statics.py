"""Files the browser fetches once, and the compression of everything that is sent.

Our stylesheet, script and chart library are served from memory under names that carry their digest, so they may be
kept for ever. Dash's own bundles have such names already; they are compressed at their first request and kept.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli
from dash.exceptions import DependencyException
from flask import Flask, Request, Response, request

# in the page itself, so that no browser asks for one at an address of its own, which a reader would have to sign in for
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cg fill='none' "
    "stroke='%231d4f91' stroke-width='2'%3E%3Crect x='1' y='1' width='22' height='22' rx='2'/%3E"
    "%3Cpath d='M6 8h12M6 12h7M6 16h9'/%3E%3C/g%3E%3C/svg%3E"
)
_ASSETS = Path(__file__).parent / "assets"
_FOREVER = "public, max-age=31536000, immutable"
_SUITES = "/_dash-component-suites/"
_TEXT = frozenset(
    {
        "text/html",
        "text/css",
        "text/plain",
        "text/javascript",
        "application/javascript",
        "application/json",
    }
)
_WORTH_BYTES = 800
_DYNAMIC_BROTLI, _DYNAMIC_GZIP = 3, 3
_STATIC_BROTLI, _STATIC_GZIP = 6, 7


@dataclass(frozen=True, slots=True)
class Asset:
    """A file with its address and its compressed forms."""

    address: str
    mimetype: str
    plain: bytes
    packed: dict[str, bytes]


def _pack(data: bytes) -> dict[str, bytes]:
    return {
        "br": brotli.compress(data, quality=_STATIC_BROTLI),
        "gzip": gzip.compress(data, _STATIC_GZIP),
    }


def _asset(name: str, mimetype: str, *paths: str) -> Asset:
    data = b"\n".join((_ASSETS / path).read_bytes() for path in paths)
    stem, _, extension = name.rpartition(".")
    digest = hashlib.sha256(data).hexdigest()[:12]
    return Asset(f"/assets/{stem}.{digest}.{extension}", mimetype, data, _pack(data))


@cache
def stylesheet() -> Asset:
    """Return tokens and classes as one file."""
    return _asset(
        "zhijian.css", "text/css", "tokens.css", "zhijian.css", "desk.css", "pictures.css"
    )


@cache
def script() -> Asset:
    """Return our own script."""
    return _asset(
        "zhijian.js",
        "text/javascript",
        "typed.js",
        "first.js",
        "zhijian.js",
        "desk.js",
        "picture.js",
    )


@cache
def starter() -> Asset:
    """Return the line that starts Dash's browser side: Dash would write it into the page, where no script may run."""
    return _asset("start.js", "text/javascript", "start.js")


@cache
def chart_library() -> Asset:
    """Return plotly.js with what our charts draw and nothing else, built by deploy/plotly: 0.30 MB compressed instead of 1.5."""
    return _asset("plotly.js", "text/javascript", "vendor/plotly.min.js")


def serve_statics(server: Flask) -> None:
    """Serve our files, and compress and keep what the server sends."""
    assets = {
        asset.address: asset for asset in (stylesheet(), script(), starter(), chart_library())
    }
    kept: dict[str, tuple[str, bytes, dict[str, bytes]]] = {}

    def answer_from_memory() -> Response | None:
        asset = assets.get(request.path)
        if asset is not None:
            return _stored(asset.mimetype, asset.plain, asset.packed)
        bundle = kept.get(request.path)
        return None if bundle is None else _stored(*bundle)

    def pack_response(response: Response) -> Response:
        if request.path.startswith(_SUITES):
            return _keep(response, kept)
        return _packed(response)

    def refuse_unknown(_: Exception) -> Response:
        return Response("not found", status=404, mimetype="text/plain")

    server.before_request(answer_from_memory)
    server.register_error_handler(DependencyException, refuse_unknown)
    server.after_request(pack_response)


def accepted(asked: Request) -> str:
    """Return the best encoding the browser takes: br, gzip or none ("")."""
    if asked.accept_encodings["br"]:
        return "br"
    return "gzip" if asked.accept_encodings["gzip"] else ""


def _stored(mimetype: str, plain: bytes, packed: dict[str, bytes]) -> Response:
    encoding = accepted(request)
    response = Response(packed.get(encoding, plain), mimetype=mimetype)
    response.headers["Cache-Control"] = _FOREVER
    response.headers["Vary"] = "Accept-Encoding"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


def _keep(response: Response, kept: dict[str, tuple[str, bytes, dict[str, bytes]]]) -> Response:
    """Keep a bundle whose name carries its version; the next request is answered from memory."""
    if response.status_code != 200 or response.cache_control.max_age is None:
        return _packed(response)
    if request.path in kept:
        return response
    data = response.get_data()
    kept[request.path] = (response.mimetype or "text/javascript", data, _pack(data))
    return _stored(*kept[request.path])


def _packed(response: Response) -> Response:
    """Compress a response made for this request, lightly."""
    encoding = accepted(request)
    if (
        not encoding
        or response.mimetype not in _TEXT
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or (response.content_length or 0) < _WORTH_BYTES
    ):
        return response
    data = response.get_data()
    if encoding == "br":
        data = brotli.compress(data, quality=_DYNAMIC_BROTLI)
    else:
        data = gzip.compress(data, _DYNAMIC_GZIP)
    response.set_data(data)
    response.headers["Content-Encoding"] = encoding
    response.headers.add("Vary", "Accept-Encoding")
    return response
