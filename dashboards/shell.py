"""The Dash application around the pages: one callback for the page, and a first answer that already shows it.

The first answer to an address is the whole page as HTML, so it is read before any script has run, and by readers
without scripts. Our script then draws its charts, and only then evaluates Dash, whose browser side draws the same page
beside it and takes the charts over as they stand; the first page is taken away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from dash import Dash, Input, Output, html
from dash.exceptions import PreventUpdate
from flask import Flask, Response, g, redirect, request, session
from werkzeug.wrappers import Response as BaseResponse

from dashboards.element import Element
from dashboards.markup import to_html
from dashboards.parts.header import RESULTS_ID, SEARCH_ID
from dashboards.shield import nonce
from dashboards.statics import ICON, chart_library, script, serve_statics, starter, stylesheet

LOCATION_ID = "location"
PAGE_ID, PAGE_PROPERTY = "page", "tree"

# Dash lists the scripts of its data table and its core components on every page, and one that teaches browsers of before 2018 what
# our own script takes for granted; and it writes one of its own page feature into the page. None of ours needs any of them.
_UNUSED = re.compile(
    r'<script src="[^"]*/(?:dash_table/bundle|dcc/|deps/polyfill)[^"]*"></script>\n?|<script>.*?</script>\n?',
    re.DOTALL,
)
# Fetched along with the page; our script evaluates them in this order, after the page's words and charts are on the screen.
_SCRIPT = re.compile(r'<script src="([^"]*)"></script>')
_LATER = r'<link rel="preload" as="script" href="\1"><script type="text/plain" src="\1"></script>'
_DOCUMENT = """<!doctype html>
<html lang="{lang}" data-theme="{theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csrf" content="{csrf}">
<title>{title}</title>
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="{stylesheet}">
<script defer src="{script}" data-plotly="{plotly}" nonce="{nonce}"></script>
{preload}
{scripts}
<script type="text/plain" src="{starter}" id="_dash-renderer"></script>
</head>
<body>
{said}
<div id="first">{content}</div>
{app_entry}
{config}
</body>
</html>"""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page for an address: the element made by `parts.frame`, and the status of a first answer.

    redirect: an address to go to instead (heeded when the address is opened, not after a click inside the page).
    """

    element: Element
    status: int = 200
    redirect: str = ""


# (path, query with its "?" or "") -> page. It answers every address, wrong ones too, and does not raise.
Render = Callable[[str, str], Rendered]


class Shell(Dash):
    """Dash whose index page carries the first page."""

    def __init__(self, render: Render, server: Flask) -> None:
        self._render = render
        super().__init__(
            "zhijian",
            server=server,  # type: ignore[arg-type]  # a Flask server is what its documentation asks for
            pages_folder="",
            use_pages=False,  # an empty folder alone would switch on pages of its own, with callbacks nobody asked for
            include_assets_files=False,
            suppress_callback_exceptions=True,
            update_title="",
            enable_mcp=False,
            use_async=False,  # else it is on as soon as some library brings asgiref
            add_log_handler=False,
        )

    def prepare(self) -> None:
        """Know every script before the first request: Dash finds out during it, and answers a second one wrongly."""
        self._setup_server()  # type: ignore[no-untyped-call]  # Dash leaves it untyped

    def index(self, *_args: object, **_kwargs: object) -> BaseResponse:
        """Answer an address with its whole page."""
        query = request.query_string.decode(errors="replace")
        page = self._render(request.path, f"?{query}" if query else "")
        return redirect(page.redirect) if page.redirect else self.document(page)

    def document(self, page: Rendered) -> Response:
        """The whole document of a page."""
        g.page = page
        text: str = super().index()  # type: ignore[no-untyped-call]  # Dash leaves it untyped
        return Response(text, status=page.status)

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]  # Dash passes all by name
        """Write the document around the first page."""
        element = g.page.element
        props = element["props"]
        content = to_html(element)
        library = chart_library().address
        preload = (
            f'<link rel="preload" as="script" href="{library}">' if "chart-wait" in content else ""
        )
        return _DOCUMENT.format(
            lang=escape(str(props["data-lang"])),
            theme=escape(str(props["data-theme"])),
            title=escape(str(props["data-title"])),
            icon=ICON,
            stylesheet=stylesheet().address,
            script=script().address,
            plotly=library,
            preload=preload,
            content=content,
            said=_said(),
            app_entry=parts["app_entry"],
            config=parts["config"],
            scripts=_SCRIPT.sub(_LATER, _UNUSED.sub("", parts["scripts"])),
            starter=starter().address,
            nonce=nonce(),
            # Of the document, which is its reader's own: the page inside it may be remembered and carries none.
            csrf=escape(session.get("csrf", "")),
        )


def _said() -> str:
    """What came of the form that was just posted, once; it stands beside the page, which may be remembered."""
    kind, words = session.pop("said", None) or ("", "")
    return f'<p id="said" class="{escape(kind)}" role="status">{escape(words)}</p>' if words else ""


def _own(kind: str, key: str) -> Element:
    """A component of our own script: Location tells the address, Tree draws a page, Search hands on what is typed."""
    return {"type": kind, "namespace": "zhijian", "props": {"id": key}}


def create_dash(server: Flask, render: Render) -> Shell:
    """Return the application on a Flask server; further callbacks (the search box) are the pages' own."""
    serve_statics(server)
    app = Shell(render, server)
    # "Any" because Dash's types know only its own classes; a component of ours is the dict it would become.
    children: list[Any] = [
        _own("Location", LOCATION_ID),
        _own("Search", SEARCH_ID),
        html.Div(id=RESULTS_ID, className="hits", role="status"),
        _own("Tree", PAGE_ID),
    ]
    app.layout = html.Div(children)

    @app.callback(
        Output(PAGE_ID, PAGE_PROPERTY), Input(LOCATION_ID, "pathname"), Input(LOCATION_ID, "search")
    )
    def show(pathname: object, search: object) -> Element:
        if not isinstance(pathname, str):
            raise PreventUpdate
        return render(pathname, search if isinstance(search, str) else "").element

    return app
