"""Who is reading: the session or the token a request names, and a line in the audit trail for every refusal."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Request, Response, redirect, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as BaseResponse

from dashboards.i18n import Lang
from dashboards.journal import request_id
from metrics.audience import Audience
from warehouse import api_tokens, sessions
from warehouse.api_tokens import Held, Token
from warehouse.crypto import Suite
from warehouse.entrance import DEMO, name
from warehouse.events import Event
from warehouse.moments import china_day, reckoned
from warehouse.places import NATION, Rung
from warehouse.rights import Right, Role
from warehouse.sessions import Opened, Times
from warehouse.store import Warehouse, Writer
from warehouse.trail import Line, write

TRUST_S = 2.0  # how long a session read from the warehouse is believed, by each process for itself
ROOM = 20_000  # sessions a process remembers; who has not asked for longest is forgotten first
SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"
STEPS = ("code", "enrol", "change")
ACTIVATE = "/activate"
API = "/api/"  # what programs ask: by a token and never by a cookie, so that no page elsewhere can ask in a reader's name
INSTITUTION, BACK = f"{SIGN_IN}/institution", f"{SIGN_IN}/institution/back"
OPEN = {
    SIGN_IN,
    SIGN_OUT,
    "/health",
    ACTIVATE,
    "/ready",
    "/metrics",
    *(f"{SIGN_IN}/{step}" for step in STEPS),
}  # whole addresses
TOKEN = "token"  # noqa: S105 - its name in the cookie
_SECRETS = {"password_hash", "totp_secret", "totp_step"}


class Reader(UserMixin):  # type: ignore[misc]  # flask-login is untyped
    """A signed-in account. What it signs in with is not kept in memory."""

    def __init__(self, account: Mapping[str, Any], key: str = "") -> None:
        self.account = {n: value for n, value in account.items() if n not in _SECRETS}
        self.id = account["login"]
        self.key = key
        self.stamp = sessions.stamp_of(account)
        self.has_factor = account["totp_secret"] is not None

    @property
    def role(self) -> Role:
        return Role(self.account["role"])

    @property
    def rights(self) -> frozenset[Right]:
        return self.role.rights

    def name(self, lang: Lang) -> str:
        return str(self.account[f"name_{lang}"])

    def audience(self, warehouse: Warehouse) -> Audience:
        """Whom numbers are measured for."""
        office = self.role.value if self.role.is_admin or Right.FILL in self.rights else ""
        scope = warehouse.scope(self.id, self.account["place_id"], self.account["depth"], office)
        return Audience(scope=scope, ladder=warehouse.ladder, role=self.account["role"])


class Cookie(SecureCookieSessionInterface):
    """What a browser holds, signed. How old it may be is not the signature's to say: the warehouse ends sessions.

    By the signature's own time every session would end when the machine's clock is set back by a second.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        signer = self.get_signing_serializer(app)
        said = request.cookies.get(self.get_cookie_name(app), "")
        try:
            return self.session_class(signer.loads(said)) if signer else None
        except BadSignature:
            return self.session_class()


class Program(Reader):
    """A program that reads for an account by one of its tokens."""

    def __init__(self, held: Held) -> None:
        super().__init__(held.account)
        self.token: Token = held.token


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A reader beside what the door asks of the account. `clock` is the machine's time."""

    reader: Reader
    clock: datetime
    times: Times
    is_exempt: bool
    needs_factor: bool
    institution: tuple[
        str, str
    ]  # issuer and name of the sign-in that can be linked, both empty where there is none


@dataclass(frozen=True, kw_only=True)
class Door:
    """Who may come in, and who is in. `today` is the day this warehouse reckons from; sessions and locks go by the clock."""

    warehouse: Warehouse
    synthetic: bool
    today: date
    suite: Suite
    institution: tuple[str, str] = ("", "")  # issuer and name
    times: Times = field(default_factory=Times)
    clock: Callable[[], datetime] = _now
    started: datetime = field(default_factory=_now)
    _seen: OrderedDict[str, tuple[float, Reader | None]] = field(default_factory=OrderedDict)

    def install(self, server: Flask) -> None:
        """Guard every address but the sign-in pages and the static files."""
        server.session_interface = Cookie()
        manager = LoginManager(server)
        manager.user_loader(self._load)
        manager.request_loader(lambda _: self._load_program())
        server.add_url_rule(SIGN_OUT, "sign_out", self.sign_out, methods=["GET"])
        server.before_request(self._guard)
        server.extensions["door"] = self

    def day(self) -> date:
        """Today as this warehouse reckons; where the machine's own day is meant, it goes on while the server runs."""
        is_pinned = abs(self.today - china_day(self.started)) > timedelta(days=1)
        return self.today if is_pinned else china_day(self.clock())

    def now(self) -> datetime:
        """The time of day now, on the day this warehouse reckons from: for dates that readers see and set."""
        return reckoned(self.clock(), self.day())

    def _load(self, login: str) -> Reader | None:
        """The reader of the session that the cookie names, looked up again after a few seconds."""
        if request.path.startswith(API):
            return None
        key = sessions.key_of(session.get(TOKEN, ""))
        known = self._seen.get(key)
        if known is None or time.monotonic() - known[0] > TRUST_S:
            found = sessions.look(self.warehouse, login, key, self.clock(), self.day(), self.times)
            known = (time.monotonic(), _reader(found))
            self._remember(key, known)
        return known[1] if known[1] is not None and known[1].id == login else None

    def _load_program(self) -> Reader | None:
        """Whoever the token of this request stands for, looked up again after a few seconds; of one that does not hold the trail gets a line."""
        said = request.authorization
        if not request.path.startswith(API) or said is None or said.type != "bearer":
            return None
        token = said.token or ""
        key = f"{TOKEN} {sessions.key_of(token)}"
        known = self._seen.get(key)
        if known is None or time.monotonic() - known[0] > TRUST_S:
            held = api_tokens.look(self.warehouse, token, self.clock(), self.day())
            known = (time.monotonic(), Program(held) if held else None)
            self._remember(key, known)
            if held is None:
                self.audit(Event.TOKEN, "", "", succeeded=False, detail={"reason": "no such token"})
        return known[1]

    def _remember(self, key: str, known: tuple[float, Reader | None]) -> None:
        self._seen.pop(key, None)
        self._seen[key] = known
        while len(self._seen) > ROOM:
            self._seen.popitem(last=False)

    def forget(self, key: str) -> None:
        """Look a session up again at its next request, which this process will then refuse if it has ended."""
        self._seen.pop(key, None)

    def _guard(self) -> BaseResponse | None:
        path = request.path
        is_away = path in {INSTITUTION, BACK} and self.institution[0] != ""
        if is_away or path in OPEN or path.startswith(("/assets/", "/_dash-component-suites/")):
            return None
        if current_user.is_authenticated:
            return None
        if path.startswith(API):
            return Response(status=401)  # the interface tells what it wants: dashboards/api
        if path.startswith("/_"):
            return Response("sign in first", status=401)
        wanted = request.full_path.rstrip("?")
        return redirect(door_address(next=wanted if wanted != "/" else ""))

    def is_exempt(self, account: Mapping[str, Any]) -> bool:
        """A demo account of synthetic data, which stands on the loopback address only: its password is shown on the screen."""
        return self.synthetic and account["created_by"] == DEMO

    def needs_factor(self, account: Mapping[str, Any]) -> bool:
        """Administrators and whoever stands at the nation or a province need a second factor."""
        role, rung = Role(account["role"]), self.warehouse.ladder.rung(account["place_id"])
        return not self.is_exempt(account) and (role.is_admin or rung <= Rung.PROVINCE)

    def standing(self, reader: Reader) -> Standing:
        account = reader.account
        return Standing(
            reader=reader, clock=self.clock(), times=self.times, is_exempt=self.is_exempt(account),
            needs_factor=self.needs_factor(account), institution=self.institution,
        )  # fmt: skip

    def open(self, writer: Writer, account: Mapping[str, Any]) -> None:
        """Begin a session in place of whatever this browser held; its line in the trail is the caller's."""
        agent = sessions.summary(request.headers.get("User-Agent", ""))
        here = request.remote_addr or ""
        token = sessions.open_session(writer, account, self.clock(), here, agent)
        session.clear()
        login_user(Reader(account, sessions.key_of(token)))
        session[TOKEN] = token
        renew_csrf()

    def sign_out(self) -> BaseResponse:
        """End the session, here and in the browser."""
        if current_user.is_authenticated:
            with self.warehouse.writing() as writer:
                name(writer, current_user.id, session=current_user.key)
                sessions.end(writer, current_user.key, self.clock())
                write(
                    writer, line(Event.SIGN_OUT, current_user.id, current_user.id, succeeded=True)
                )
            self.forget(current_user.key)
        logout_user()
        session.clear()
        answer = redirect(SIGN_IN)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    def audit(
        self,
        event: str,
        login: str,
        what: str,
        *,
        succeeded: bool,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Write one line: who, from where, what, whether it was granted."""
        self.warehouse.note(line(event, login, what, succeeded=succeeded, detail=detail))


def _reader(found: Opened | None) -> Reader | None:
    return Reader(found.account, found.key) if found else None


def renew_csrf() -> None:
    session["csrf"] = secrets.token_urlsafe(16)


def line(
    event: str, login: str, what: str, *, succeeded: bool, detail: Mapping[str, Any] | None = None
) -> Line:
    """A line of the audit trail about this request."""
    return Line(
        login=login[:200], address=request.remote_addr or "", event=event, object=what[:500],
        succeeded=succeeded, detail=detail or {}, request_id=request_id(),
    )  # fmt: skip


def door_address(step: str = "", **options: str) -> str:
    """A page of the sign-in with these options."""
    given = {name: text for name, text in options.items() if text}
    where = f"{SIGN_IN}/{step}" if step else SIGN_IN
    return f"{where}?{urlencode(given)}" if given else where


def inside(wanted: str) -> str:
    """An address if it is one of ours, else nothing."""
    is_ours = wanted.startswith(("/zh/", "/en/")) and "\\" not in wanted and wanted.isprintable()
    return wanted if is_ours else ""


def home(reader: Reader) -> int:
    """The place where an account begins."""
    return int(reader.account["place_id"] or NATION)
