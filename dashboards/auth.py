"""Who is reading: sign-in by password, a signed session, and a line in the audit trail for every refusal."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, redirect, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response as BaseResponse

from dashboards.i18n import Lang, Phrases
from dashboards.journal import request_id
from dashboards.signin import SignInView, sign_in_page
from metrics.audience import Audience
from warehouse.passwords import hash_password, is_of
from warehouse.places import NATION
from warehouse.rights import Right, Role
from warehouse.store import Warehouse
from warehouse.trail import Line

_NOBODY = hash_password(
    secrets.token_hex(8)
)  # checked when no account has the name, so that both take as long
TRUST_S = 5.0  # how long an account read from the warehouse is believed
SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"
OPEN = (SIGN_IN, SIGN_OUT, "/health", "/ready", "/metrics")  # what answers strangers


class Reader(UserMixin):  # type: ignore[misc]  # flask-login is untyped
    """A signed-in account."""

    def __init__(self, account: Mapping[str, Any]) -> None:
        self.account = account
        self.id = account["login"]

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


@dataclass(frozen=True)
class Door:
    """Sign-in and sign-out of one server."""

    warehouse: Warehouse
    synthetic: bool
    _seen: dict[str, tuple[float, Mapping[str, Any] | None]] = field(default_factory=dict)

    def install(self, server: Flask) -> None:
        """Guard every address but the sign-in page and the static files."""
        manager = LoginManager(server)
        manager.user_loader(self._load)
        server.add_url_rule(SIGN_IN, "sign_in", self.sign_in, methods=["GET", "POST"])
        server.add_url_rule(SIGN_OUT, "sign_out", self.sign_out, methods=["GET"])
        server.before_request(self._guard)

    def _load(self, login: str) -> Reader | None:
        """The account of a session, looked up again after a few seconds."""
        known = self._seen.get(login)
        if known is None or time.monotonic() - known[0] > TRUST_S:
            known = self._seen[login] = (time.monotonic(), self.warehouse.account(login))
        return Reader(known[1]) if known[1] else None

    def _guard(self) -> BaseResponse | None:
        path = request.path
        if path in OPEN or path.startswith(("/assets/", "/_dash-component-suites/")):
            return None
        if current_user.is_authenticated:
            return None
        if path.startswith("/_"):
            return Response("sign in first", status=401)
        wanted = request.full_path.rstrip("?")
        return redirect(_door(next=wanted if wanted != "/" else ""))

    def sign_in(self) -> BaseResponse:
        """Show the form, or check what was posted."""
        lang: Lang = (
            "en" if request.args.get("lang") == "en" or _next().startswith("/en/") else "zh"
        )
        if request.method == "GET":
            return self._form(lang, "")
        login = request.form.get("account", "").replace(
            "\0", ""
        )  # PostgreSQL's text has no such character
        password = request.form.get("password", "")
        fresh = secrets.compare_digest(
            request.form.get("csrf", "").encode(),
            (session.get("csrf", "") or secrets.token_hex()).encode(),
        )
        account = self.warehouse.account(login) if fresh else None
        if not (fresh and verify(account, password)) or account is None:
            self.audit("sign_in", login, login, succeeded=False)
            return self._form(lang, Phrases(lang)("sign_in.wrong"), login, 401)
        session.clear()
        login_user(Reader(account))
        session["csrf"] = secrets.token_urlsafe(16)
        self.audit("sign_in", login, login, succeeded=True)
        return redirect(_next() or "/")

    def _form(self, lang: Lang, error: str, login: str = "", status: int = 200) -> BaseResponse:
        session["csrf"] = session.get("csrf") or secrets.token_urlsafe(16)
        other = "zh" if lang == "en" else "en"
        view = SignInView(
            action=_door(lang=lang), other_language_href=_door(lang=other, next=_next()), csrf=session["csrf"],
            next_address=_next(), account=login, error=error, synthetic=self.synthetic,
        )  # fmt: skip
        answer = Response(sign_in_page(view, Phrases(lang)), status=status)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def sign_out(self) -> BaseResponse:
        """End the session."""
        if current_user.is_authenticated:
            self.audit("sign_out", current_user.id, current_user.id, succeeded=True)
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


def line(
    event: str, login: str, what: str, *, succeeded: bool, detail: Mapping[str, Any] | None = None
) -> Line:
    """A line of the audit trail about this request."""
    return Line(
        login=login[:200], address=request.remote_addr or "", event=event, object=what[:500],
        succeeded=succeeded, detail=detail or {}, request_id=request_id(),
    )  # fmt: skip


def _door(**options: str) -> str:
    """The sign-in page with these options."""
    given = {name: text for name, text in options.items() if text}
    return f"{SIGN_IN}?{urlencode(given)}" if given else SIGN_IN


def _next() -> str:
    """Where to go after signing in: an address of ours, nobody else's."""
    return inside(request.values.get("next", ""))


def inside(wanted: str) -> str:
    """An address if it is one of ours, else nothing."""
    is_ours = wanted.startswith(("/zh/", "/en/")) and "\\" not in wanted and wanted.isprintable()
    return wanted if is_ours else ""


def verify(account: Mapping[str, Any] | None, password: str) -> bool:
    """Whether the password is that account's; it takes as long when there is no such account."""
    is_right = is_of(account["password_hash"] if account else _NOBODY, password)
    return is_right and account is not None


def home(reader: Reader) -> int:
    """The place where an account begins."""
    return int(reader.account["place_id"] or NATION)
