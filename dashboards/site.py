"""The site: an address and a reader in, a page out; refusals are pages too, and are written down."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from dash import Dash, Input, Output, State
from flask import Flask, Response, request
from flask_login import current_user

from dashboards import element as e
from dashboards.address import Address, BadAddress, parse
from dashboards.answers import Asking, Memory, scope_key
from dashboards.around import framed
from dashboards.auth import SIGN_OUT, Door, Reader, home
from dashboards.element import Element
from dashboards.finished import Finished
from dashboards.i18n import HTML_LANG, LANGS, Lang, Phrases
from dashboards.page import Page, Visit, registry
from dashboards.parts.footer import FooterView
from dashboards.parts.frame import FrameView, frame
from dashboards.parts.header import RESULTS_ID, SEARCH_ID, HeaderView, search_results
from dashboards.parts.notices import STATUS, Notice, notice
from dashboards.search import find
from dashboards.shell import LOCATION_ID, Rendered, Shell, create_dash
from metrics.audience import Audience
from metrics.discovery import metrics
from metrics.errors import OutOfScope
from warehouse.errors import UnknownPlace, ZhijianError
from warehouse.places import NATION
from warehouse.scope import Depth
from warehouse.store import LADDER, Warehouse

LOG = logging.getLogger("zhijian.site")


@dataclass(frozen=True)
class Site:
    """Pages over one warehouse."""

    warehouse: Warehouse
    memory: Memory
    door: Door
    today: date
    synthetic: bool

    def render(self, path: str, query: str) -> Rendered:
        """The page of an address for whoever is signed in; it answers every address and does not raise."""
        page = self._render(path, query)
        # By this the script knows that the page it waits for has come.
        page.element["props"]["data-at"] = _writable(path + query)
        return page

    def _render(self, path: str, query: str) -> Rendered:
        reader: Reader = current_user
        if not self.warehouse.ladder.years:
            self.warehouse.refresh()
            return Rendered(_waiting(Phrases(_fallback(path).lang)), 503)
        if path == "/":
            return Rendered(_blank(), redirect=Address(place=home(reader)).to(year=self._newest()))
        return self._read(path, query, reader)

    def _read(self, path: str, query: str, reader: Reader) -> Rendered:
        """The page of an address, or the page that says why there is none."""
        try:
            return self._answer(read_address(path, query), reader)
        except BadAddress as error:
            return self._notice("bad_address", _fallback(path), reader, _writable(str(error)))
        except UnknownPlace as error:
            return self._notice("not_found", _fallback(path), reader, error.zh)
        except OutOfScope as error:
            return self._refuse(_fallback(path), reader, str(error))
        except ZhijianError:
            LOG.exception("page %s", path)
            return self._notice("broken", _fallback(path), reader)

    def key(self, path: str, query: str) -> str:
        """What the bytes of a page depend on: reader, address and the loads at its place and above; "" for refusals."""
        reader: Reader = current_user
        try:
            address = read_address(path, query)
            audience = reader.audience(self.warehouse)
            if self._depth(address, audience) is None:
                return ""
        except (BadAddress, UnknownPlace):
            return ""
        with self.warehouse.reading(audience.scope) as open_reader:
            loads = open_reader.loads(self._rulers(address))
        who = f"{reader.id}|{scope_key(audience.scope)}"
        return f"page|{who}|{address}|{self.today}|{loads}" if self._is_current(loads) else ""

    def _is_current(self, loads: Mapping[int, Mapping[str, int]]) -> bool:
        """Whether the ladder in memory is the one that is laid; it is read again when units have changed."""
        laid = loads.get(NATION, {}).get(LADDER, 0)
        if laid == self.warehouse.ladder_load:
            return True
        self.warehouse.refresh()
        return False

    def _rulers(self, address: Address) -> tuple[int, ...]:
        if address.place is None:
            return (NATION,)
        return (*self.warehouse.ladder.ancestors(address.place), address.place)

    def _newest(self) -> int:
        return self.warehouse.ladder.years[-1]

    def _answer(self, address: Address, reader: Reader) -> Rendered:
        audience = reader.audience(self.warehouse)
        address = address if address.year else replace(address, year=self._newest())
        page = self._page(address)
        if page is None or address.year not in self.warehouse.ladder.years:
            return self._notice("not_found", address, reader, str(address))
        depth = self._depth(address, audience)
        if depth is None:
            return self._refuse(address, reader, str(address))
        return Rendered(self._draw(page, address, audience, depth, reader))

    def _page(self, address: Address) -> Page | None:
        rung = self.warehouse.ladder.rung(address.place) if address.place is not None else None
        return registry().get((address.page, rung))

    def _depth(self, address: Address, audience: Audience) -> Depth | None:
        if address.place is None:
            return "published"
        return audience.scope.depth_of(self.warehouse.ladder, address.place)

    def _draw(
        self, page: Page, address: Address, audience: Audience, depth: Depth, reader: Reader
    ) -> Element:
        ladder = self.warehouse.ladder
        place = ladder.place(address.place) if address.place is not None else None
        rulers = self._rulers(address)
        with self.warehouse.reading(audience.scope) as open_reader:
            loads = (
                open_reader.loads_at(rulers, address.moment)
                if address.moment
                else open_reader.loads(rulers)
            )
            visit = Visit(
                address=address, phrases=Phrases(address.lang), ladder=ladder, audience=audience,
                asking=Asking(open_reader, audience, loads, self.memory), today=self.today,
                synthetic=self.synthetic, place=place, depth=depth,
            )  # fmt: skip
            return framed(visit, page.draw(visit), reader.name(address.lang))

    def _refuse(self, address: Address, reader: Reader, what: str) -> Rendered:
        """A 403 page and a line in the audit trail."""
        self.door.audit("read", reader.id, what, succeeded=False, detail={"reason": "out of scope"})
        return self._notice("forbidden", address, reader)

    def _notice(self, kind: Notice, address: Address, reader: Reader, detail: str = "") -> Rendered:
        phrases = Phrases(address.lang)
        home_href = Address(
            lang=address.lang, place=home(reader), year=self._newest(), theme=address.theme
        )
        view = FrameView(
            title=phrases(f"notice.{kind}"), theme=address.theme, context=None, footer=FooterView(synthetic=self.synthetic),
            header=HeaderView(
                overview_href=str(home_href), catalogue_href=home_href.to(page="catalogue", place=None),
                user=reader.name(address.lang), sign_out_href=SIGN_OUT, here="",
                language_href=home_href.to(lang="en" if address.lang == "zh" else "zh"),
                theme_href=home_href.to(theme="dark" if address.theme == "light" else "light"),
                dark=address.theme == "dark",
            ),
        )  # fmt: skip
        return Rendered(
            frame(view, [notice(kind, str(home_href), phrases, detail)], phrases), STATUS[kind]
        )

    def broken(self, path: str) -> Rendered:
        """The page that says that a page could not be computed; what happened stands in the log."""
        return self._notice("broken", _fallback(path), current_user)

    def search(self, text: str, path: str, query: str) -> Element | None:
        """What the search box lists; only places the reader may open."""
        if not text or not text.strip():
            return None
        try:
            address = parse(path, query)
        except BadAddress:
            address = _fallback(path)
        address = address if address.year else replace(address, year=self._newest())
        audience = current_user.audience(self.warehouse)
        return search_results(find(text[:60], audience, address), Phrases(address.lang))


def read_address(path: str, query: str) -> Address:
    """An address whose names of metrics are names of ours; BadAddress for any other."""
    address = parse(path, query)
    column = address.sort.removeprefix("-")
    for kind in ("_due", "_coverage", "_change"):
        column = column.removesuffix(kind)
    for option, name in (("metric", address.metric), ("source", address.source), ("sort", column)):
        if name and name not in metrics() and (option, name) != ("sort", "code"):
            raise BadAddress(f"{option}={getattr(address, option)}")
    return address


def _writable(text: str) -> str:
    """Half characters, which a payload may hold, cannot be sent back."""
    return text.encode(errors="replace").decode()


def _fallback(path: str) -> Address:
    """An address to speak the reader's language from when theirs cannot be read."""
    lang: Lang = next((each for each in LANGS if path.startswith(f"/{each}")), "zh")
    return Address(lang=lang)


def _waiting(phrases: Phrases) -> Element:
    """The page of a warehouse that holds no place yet."""
    said = e.main(
        e.div(e.h1(phrases("empty.title")), e.p(phrases("empty.why")), cls="notice"), id="main"
    )
    title = phrases("empty.title")
    return e.div(
        said, cls="page", data_title=title, data_lang=HTML_LANG[phrases.lang], data_theme="light"
    )


def _blank() -> Element:
    return {"type": "Div", "namespace": "dash_html_components", "props": {}}


def create_site(
    warehouse: Warehouse, *, secret: str, today: date, settings: Mapping[str, Any]
) -> Flask:
    """The Flask server with sign-in, pages and search. `settings`: synthetic, secure (cookies over TLS), cache."""
    server = Flask("zhijian", static_folder=None)
    server.config.update(
        SECRET_KEY=secret, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=bool(settings.get("secure")), PERMANENT_SESSION_LIFETIME=timedelta(hours=8),
        MAX_CONTENT_LENGTH=1_000_000,
    )  # fmt: skip
    synthetic = bool(settings.get("synthetic", True))
    door = Door(warehouse, synthetic)
    door.install(server)
    memory = Memory(server, enabled=bool(settings.get("cache", True)))
    site = Site(warehouse, memory, door, today, synthetic)
    server.before_request(Finished(memory, site.key, site.render).answer)
    server.add_url_rule("/health", "health", lambda: "ok")
    app = create_dash(server, site.render)
    _install_search(app, site)
    server.register_error_handler(500, lambda _: _broken(app, site))
    server.after_request(_headers)
    app.prepare()
    return server


def _install_search(app: Dash, site: Site) -> None:
    @app.callback(
        Output(RESULTS_ID, "children"),
        Input(SEARCH_ID, "value"),
        State(LOCATION_ID, "pathname"),
        State(LOCATION_ID, "search"),
        prevent_initial_call=True,
    )
    def search(text: str | None, pathname: str | None, query: str | None) -> Element | None:
        return site.search(str(text or ""), str(pathname or "/"), str(query or ""))


def _broken(app: Shell, site: Site) -> Response:
    """What is answered in place of a page or a click that failed."""
    if request.path.startswith("/_") or not current_user.is_authenticated:
        return Response("broken", status=500)
    return app.document(site.broken(request.path))


def _headers(answer: Any) -> Any:  # noqa: ANN401 - Flask's response
    """What a browser is told about every answer."""
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("X-Frame-Options", "DENY")
    answer.headers.setdefault("Referrer-Policy", "same-origin")
    return answer
