"""The site: an address and a reader in, a page out; refusals are pages too, and are written down."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson
from dash import Dash, Input, Output, State
from flask import Flask, Response, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from dashboards.acting import Desk
from dashboards.activation import Activation
from dashboards.address import SORTS, Address, BadAddress, parse
from dashboards.answers import Loads, Memory, Opened, scope_key
from dashboards.api.server import Interface
from dashboards.around import beginning, framed, menu
from dashboards.auth import API, SIGN_OUT, Door, Reader, home
from dashboards.briefings.files import Papers
from dashboards.downloads import Downloads
from dashboards.element import Element
from dashboards.exports.files import TableFiles
from dashboards.exports.kept import KeptFiles
from dashboards.exports.pages import PageFiles
from dashboards.finished import Finished
from dashboards.gauges import Asked, count_requests
from dashboards.i18n import LANGS, Lang, Phrases
from dashboards.institution import Institution
from dashboards.journal import number_requests
from dashboards.limits import set_limits
from dashboards.page import Page, Visit, entries, registry
from dashboards.parts.footer import FooterView
from dashboards.parts.frame import FrameView, frame
from dashboards.parts.header import RESULTS_ID, SEARCH_ID, HeaderView, search_results
from dashboards.parts.notices import STATUS, Notice, notice, waiting
from dashboards.released import settled
from dashboards.search import find
from dashboards.shell import LOCATION_ID, Rendered, Shell, create_dash
from dashboards.shield import raise_shield, stand_behind
from dashboards.signin_institution import Gate
from dashboards.signin_own import Own
from dashboards.signin_steps import Steps
from dashboards.watch import Watch
from metrics.audience import Audience
from metrics.discovery import metrics
from metrics.errors import OutOfScope
from warehouse.administered import learn
from warehouse.errors import UnknownPlace, UnknownRelease, ZhijianError
from warehouse.places import NATION, Rung
from warehouse.readiness import NEEDED, readiness
from warehouse.scope import Depth
from warehouse.sessions import Times
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
    watch: Watch

    def render(self, path: str, query: str) -> Rendered:
        """The page of an address for whoever is signed in; it answers every address and does not raise."""
        return self.drawn(path, query)[0]

    def name(self, path: str, query: str) -> str:
        """By what the page of an address is known as things stand now; "" for one that is not kept."""
        seen = self._seen(path, query, current_user)
        if seen is None:
            return ""
        address, audience = seen
        state = self.warehouse.glance(audience.scope, self._rulers(address))
        return self._name(address, audience, state.loads, state.unread)

    def drawn(self, path: str, query: str) -> tuple[Rendered, str]:
        """A page, and by what it is known if it may be kept: both from one transaction."""
        seen = self._seen(path, query, current_user)
        if seen is None:
            return self._stamped(path, query, None), ""
        address, audience = seen
        with self._opening(address, audience) as now:
            name = self._name(address, audience, now.loads, now.unread)
            return self._stamped(path, query, now if name else None), name

    def _name(self, address: Address, audience: Audience, loads: Loads, unread: int) -> str:
        if not self.is_current(loads):
            return ""
        who = f"{current_user.id}|{scope_key(audience.scope)}|{unread}"
        return f"page|{who}|{address}|{self.today}|{loads}"

    def _seen(self, path: str, query: str, reader: Reader) -> tuple[Address, Audience] | None:
        """What a reader may look at; None where there is nothing to see, or not yet."""
        try:
            address = read_address(path, query)
            audience = reader.audience(self.warehouse)
            page = self._page(address)
            if page is None or not page.is_kept or not page.is_open_to(reader.rights):
                return None
            if self._depth(address, audience) is None:
                return None
        except (BadAddress, UnknownPlace):
            return None
        self._watched(address, reader)
        return address, audience

    def _watched(self, address: Address, reader: Reader) -> None:
        """Count a school whose records are opened."""
        if address.place is not None and self.warehouse.ladder.rung(address.place) is Rung.SCHOOL:
            self.watch.opened(reader.id, address.place)

    def _stamped(self, path: str, query: str, opened: Opened | None) -> Rendered:
        page = self._render(path, query, opened)
        # By this the script knows that the page it waits for has come.
        page.element["props"]["data-at"] = _writable(path + query)
        return page

    def _render(self, path: str, query: str, opened: Opened | None) -> Rendered:
        reader: Reader = current_user
        if not self.warehouse.ladder.years:
            self.warehouse.refresh()
            return Rendered(waiting(Phrases(_fallback(path).lang)), 503)
        if path.strip("/") in ("", *LANGS):
            return Rendered(_blank(), redirect=self._first(reader, _fallback(path).lang))
        return self._read(path, query, reader, opened)

    def _read(self, path: str, query: str, reader: Reader, opened: Opened | None) -> Rendered:
        """The page of an address, or the page that says why there is none."""
        try:
            return self._answer(read_address(path, query), reader, opened)
        except BadAddress as error:
            return self._notice("bad_address", _fallback(path), reader, _writable(str(error)))
        except (UnknownPlace, UnknownRelease) as error:
            here = _fallback(path)
            return self._notice("not_found", here, reader, error.of(here.lang))
        except OutOfScope as error:
            return self._refuse(_fallback(path), reader, str(error))
        except ZhijianError:
            LOG.exception("page %s", path)
            return self._notice("broken", _fallback(path), reader)

    def is_current(self, loads: Loads) -> bool:
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

    def _first(self, reader: Reader, lang: Lang) -> str:
        """Where a reader begins: the first page there is for the rights one has."""
        here = Address(lang=lang, year=self._newest())
        page = next(iter(entries(reader.rights, self._rung(reader))), None)
        return here.on(
            page.name if page else "place", home(reader) if not page or page.rungs else None
        )

    def _rung(self, reader: Reader) -> Rung:
        return self.warehouse.ladder.rung(home(reader))

    def _newest(self) -> int:
        return self.warehouse.ladder.years[-1]

    def _answer(self, address: Address, reader: Reader, opened: Opened | None) -> Rendered:
        address = address if address.year else replace(address, year=self._newest())
        page = self._page(address)
        if page is None or address.year not in self.warehouse.ladder.years:
            return self._notice("not_found", address, reader, str(address))
        if not self._is_open(page, address, reader):
            return self._refuse(address, reader, str(address))
        if page.event:
            self.door.audit(page.event, reader.id, str(address), succeeded=True)
        token = "" if page.is_kept else session.get("csrf", "")
        return Rendered(self._draw(page, address, reader, opened, token))

    def shown(self, address: Address, reader: Reader) -> Element:
        """The same page for a reader who is not at a browser. UnknownPlace, BadAddress; OutOfScope where it is not open to the reader as things stand."""
        address = address if address.year else replace(address, year=self._newest())
        page = self._page(address)
        if page is None or address.year not in self.warehouse.ladder.years:
            raise BadAddress(str(address))
        if not self._is_open(page, address, reader):
            raise OutOfScope((address.place or NATION,))
        return self._draw(page, address, reader, None, "")

    def _is_open(self, page: Page, address: Address, reader: Reader) -> bool:
        depth = self._depth(address, reader.audience(self.warehouse))
        return page.is_open_at(depth) and page.is_open_to(reader.rights)

    def _draw(self, page: Page, address: Address, reader: Reader, opened: Opened | None, token: str) -> Element:  # fmt: skip
        """An open page; `token` is that of its forms."""
        audience = reader.audience(self.warehouse)
        with self._opened(address, audience, opened) as now:
            learn(now.reader)
            of = settled(address, audience, now, self._rulers(address), self.memory)
            visit = Visit(
                address=of.address, phrases=Phrases(address.lang), ladder=of.ladder, audience=audience, asking=of.asking, reading=of.reading,
                today=self.today, synthetic=self.synthetic, depth=self._depth(address, audience) or "published",
                place=of.ladder.place(address.place) if address.place is not None else None,
                rights=reader.rights, unread=now.unread, csrf=token, standing=self.door.standing(reader), vault=self.door.suite,
            )  # fmt: skip
            return framed(visit, page.draw(visit), reader.name(address.lang))

    @contextmanager
    def _opened(self, address: Address, audience: Audience, now: Opened | None) -> Iterator[Opened]:
        """The transaction that is open already, or one of its own."""
        if now is None:
            with self._opening(address, audience) as opened:
                yield opened
        else:
            yield now

    @contextmanager
    def _opening(self, address: Address, audience: Audience) -> Iterator[Opened]:
        with self.warehouse.opening(audience.scope, self._rulers(address)) as (reader, state):
            yield Opened(reader, *state)

    def _page(self, address: Address) -> Page | None:
        rung = self.warehouse.ladder.rung(address.place) if address.place is not None else None
        return registry().get((address.page, rung))

    def _depth(self, address: Address, audience: Audience) -> Depth | None:
        if address.place is None:
            return "published"
        return audience.scope.depth_of(self.warehouse.ladder, address.place)

    def _refuse(self, address: Address, reader: Reader, what: str) -> Rendered:
        """A 403 page and a line in the audit trail."""
        self.door.audit("read", reader.id, what, succeeded=False, detail={"reason": "out of scope"})
        return self._notice("forbidden", address, reader)

    def _notice(self, kind: Notice, address: Address, reader: Reader, detail: str = "") -> Rendered:
        phrases = Phrases(address.lang)
        shown = entries(reader.rights, self._rung(reader), reader.account["depth"])
        page, place = beginning(reader.rights, shown, home(reader))
        own = Address(
            lang=address.lang, page=page, place=place, year=self._newest(), theme=address.theme
        )
        view = FrameView(
            title=phrases(f"notice.{kind}"), theme=address.theme, context=None, footer=FooterView(synthetic=self.synthetic),
            header=HeaderView(
                overview_href=str(own), entries=menu(replace(own, page=""), phrases, shown, home(reader)),
                user=reader.name(address.lang), own_href=own.on("me"), notices_href=own.on("notices"), sign_out_href=SIGN_OUT,
                language_href=own.to(lang="en" if address.lang == "zh" else "zh"),
                theme_href=own.to(theme="dark" if address.theme == "light" else "light"),
                dark=address.theme == "dark",
            ),
        )  # fmt: skip
        return Rendered(
            frame(view, [notice(kind, str(own), phrases, detail)], phrases), STATUS[kind]
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
        if name and name not in metrics() and not (option == "sort" and name in SORTS):
            raise BadAddress(f"{option}={getattr(address, option)}")
    return address


def _writable(text: str) -> str:
    """Half characters, which a payload may hold, cannot be sent back."""
    return text.encode(errors="replace").decode()


def _fallback(path: str) -> Address:
    """An address to speak the reader's language from when theirs cannot be read."""
    lang: Lang = next((each for each in LANGS if path.startswith(f"/{each}")), "zh")
    return Address(lang=lang)


def _blank() -> Element:
    return {"type": "Div", "namespace": "dash_html_components", "props": {}}


def create_site(
    warehouse: Warehouse, *, secret: str, today: date, settings: Mapping[str, Any]
) -> Flask:
    """The Flask server with sign-in, pages and search.

    `settings`: suite (of cryptography), times (of sessions), synthetic, secure (cookies over TLS), cache, limits (of requests),
    metrics_from, counted (where processes count together).
    """
    server = Flask("zhijian", static_folder=None)
    server.config.update(
        SECRET_KEY=secret, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=bool(settings.get("secure")),
    )  # fmt: skip
    number_requests(server, {name for name, _ in registry()})
    count_requests(server, _asked(settings))
    raise_shield(server, is_behind_tls=bool(settings.get("secure")))
    stand_behind(server, int(settings.get("proxies", 0)), str(settings.get("hosts", "")))
    set_limits(server, is_counting=bool(settings.get("limits", False)))
    synthetic = bool(settings.get("synthetic", True))
    institution = Institution.of(settings)
    door = Door(
        warehouse=warehouse, synthetic=synthetic, today=today, suite=settings["suite"],
        times=settings.get("times", Times()), institution=(institution.issuer, institution.name) if institution else ("", ""),
    )  # fmt: skip
    door.install(server)
    steps = Steps(door)
    steps.install(server)
    Own(door, steps).install(server)
    if institution:
        Gate(door, steps, institution).install(server)
    memory = Memory(server, enabled=bool(settings.get("cache", True)))
    site = Site(warehouse, memory, door, today, synthetic, Watch(_mass_query(door)))
    server.before_request(Finished(memory, site.name, site.drawn).answer)
    server.add_url_rule("/health", "health", lambda: "ok")
    server.add_url_rule("/ready", "ready", lambda: _ready(warehouse))
    Desk(door, today).install(server)
    Activation(door).install(server)
    Downloads(door, synthetic).install(server)
    TableFiles(door, memory, synthetic).install(server)
    PageFiles(door, site.render).install(server)
    Papers(door, memory, synthetic, settings.get("word_template"), read_address, site.watch.opened).install(server)  # fmt: skip
    KeptFiles(door).install(server)
    app = create_dash(server, site.render)
    _install_search(app, site)
    Interface(door, memory, synthetic, bool(settings.get("limits", False))).install(server)
    server.register_error_handler(500, lambda _: _broken(app, site))
    app.prepare()
    return server


def _asked(settings: Mapping[str, Any]) -> Asked:
    """Who may ask for the counts of requests."""
    given = str(settings.get("metrics_from", "")), int(settings.get("proxies", 0))
    return Asked(allowed=given[0], proxies=given[1], folder=str(settings.get("counted", "")))


def _ready(warehouse: Warehouse) -> BaseResponse:
    """Whether readers may be sent to this process: what is missing is named, nothing else is told."""
    state = readiness(warehouse)
    return Response(
        orjson.dumps(state),
        200 if all(state[name] for name in NEEDED) else 503,
        mimetype="application/json",
    )


def _mass_query(door: Door) -> Callable[[str, int], None]:
    """Writes down that an account opens the records of very many schools."""
    return lambda login, schools: door.audit(
        "mass_query", login, "schools", succeeded=True, detail={"schools_in_an_hour": schools}
    )


def _install_search(app: Dash, site: Site) -> None:
    @app.callback(
        Output(RESULTS_ID, "children"), Input(SEARCH_ID, "value"),
        State(LOCATION_ID, "pathname"), State(LOCATION_ID, "search"), prevent_initial_call=True,
    )  # fmt: skip
    def search(text: str | None, pathname: str | None, query: str | None) -> Element | None:
        return site.search(str(text or ""), str(pathname or "/"), str(query or ""))


def _broken(app: Shell, site: Site) -> Response:
    """What is answered in place of a page or a click that failed."""
    if request.path.startswith(("/_", API)) or not current_user.is_authenticated:
        return Response("broken", status=500)
    return app.document(site.broken(request.path))
