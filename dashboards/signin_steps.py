"""Signing in, step by step: password, second factor, and a new password where it is due. Each step is a page of its own.

Between the steps the browser holds a signed note of how far it has come, worth nothing after ten minutes, with another password,
or without the next step. Only the last step opens a session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import segno
from flask import Flask, Response, redirect, request, session
from werkzeug.wrappers import Response as BaseResponse

from dashboards import signin
from dashboards.acting import is_ours
from dashboards.auth import Door, door_address, inside, line, renew_csrf
from dashboards.i18n import LANGS, Lang, Phrases
from dashboards.signin import SignInView, StepView
from warehouse import factors, knocks, passwords
from warehouse.errors import ZhijianError
from warehouse.events import Event
from warehouse.knocks import Attempt
from warehouse.sessions import is_open, stamp_of
from warehouse.store import Writer
from warehouse.trail import write

_NOBODY = passwords.hash_password("")  # checked when no account has the name: both take as long
PENDING, PENDING_S = "pending", 600
LOGIN_CHARACTERS = 200
Account = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Pending:
    """How far somebody has come who gave the right password. `factor` is how the second step was taken, `secret` a sealed new one."""

    login: str
    stamp: str
    at: float
    next: str = ""
    factor: str = ""
    secret: str = ""
    by: str = ""  # "institution" where no password was typed

    def keep(self) -> None:
        session[PENDING] = asdict(self)


@dataclass(frozen=True)
class Steps:
    """The pages of the sign-in."""

    door: Door

    def install(self, server: Flask) -> None:
        pages = {"": self.password, "code": self.code, "enrol": self.enrol, "change": self.change}
        for step, page in pages.items():
            server.add_url_rule(
                door_address(step), f"sign_in_{step}", page, methods=["GET", "POST"]
            )

    # ---------- password ----------

    def password(self) -> BaseResponse:
        """Show the form, or check what was posted."""
        lang = language()
        if request.method == "GET":
            return self.form(lang, "")
        login = request.form.get("account", "").replace("\0", "")[:LOGIN_CHARACTERS]
        account = self._recognised(login)
        if account is None:
            return self.form(lang, Phrases(lang)("sign_in.wrong"), login, 401)
        at = self.door.clock().timestamp()
        return self.onward(
            account, Pending(login=login, stamp=stamp_of(account), at=at, next=asked_next()), lang
        )

    def _recognised(self, login: str) -> Account | None:
        """The account whose password was typed; it takes as long when there is none, or when it is locked."""
        if not is_ours():  # not opened here: nothing of it is looked at
            self.failed(login, Attempt(is_allowed=True, locks=False), "token")
            return None
        account = self.door.warehouse.account(login)
        tried = self.count(login, account)
        is_right = passwords.is_of(
            account["password_hash"] if account else _NOBODY, request.form.get("password", "")
        )
        if account and is_right and tried.is_allowed and is_open(account, self.door.day()):
            self._forgive(login)
            return account
        self.failed(login, tried, "password")
        return None

    def count(self, login: str, account: Account | None) -> Attempt:
        """Count an attempt before it is looked at; there is nothing to guess where no login was typed."""
        if not login:
            return Attempt(is_allowed=True, locks=False)
        path = self.door.warehouse.ladder.place(account["place_id"]).path if account else ()
        with self.door.warehouse.writing() as writer:
            return knocks.attempt(writer, login, self.door.clock(), path)

    def _forgive(self, login: str) -> None:
        with self.door.warehouse.writing() as writer:
            knocks.forgive(writer, login)

    def failed(self, login: str, tried: Attempt, step: str) -> None:
        """Write down that an attempt failed, and that it locks."""
        detail = {"step": step} | ({} if tried.is_allowed else {"reason": "locked"})
        with self.door.warehouse.writing() as writer:
            write(writer, line(Event.SIGN_IN, login, login, succeeded=False, detail=detail))
            if tried.locks:
                write(writer, line(Event.LOCK, login, login, succeeded=True))

    def form(self, lang: Lang, error: str, login: str = "", status: int = 200) -> BaseResponse:
        if not session.get("csrf"):
            renew_csrf()
        view = SignInView(
            action=door_address(lang=lang), other_language_href=door_address(lang=other(lang), next=asked_next()),
            csrf=session["csrf"], next_address=asked_next(), account=login, error=error, synthetic=self.door.synthetic,
            institution=self._institution(lang),
        )  # fmt: skip
        return page(signin.sign_in_page(view, Phrases(lang)), status)

    def _institution(self, lang: Lang) -> tuple[str, str]:
        """The words and the address of the other way in, where there is one."""
        _, name = self.door.institution
        href = door_address("institution", lang=lang, next=asked_next())
        return (Phrases(lang)("institution.do", name=name), href) if name else ("", "")

    # ---------- from step to step ----------

    def onward(self, account: Account, pending: Pending, lang: Lang) -> BaseResponse:
        """The next step, or in."""
        step = self._due(account, pending)
        if step:
            pending.keep()
            return redirect(door_address(step, lang=lang))
        with self.door.warehouse.writing() as writer:
            self._enter(writer, account, pending)
        return redirect(pending.next or "/")

    def _due(self, account: Account, pending: Pending) -> str:
        """The step still to be taken."""
        if not pending.factor and account["totp_secret"]:
            return "code"
        if not pending.factor and self.door.needs_factor(account):
            return "enrol"
        is_free = self.door.is_exempt(account) or bool(pending.by)
        return "change" if not is_free and passwords.is_due(account, self.door.now()) else ""

    def _enter(self, writer: Writer, account: Account, pending: Pending) -> None:
        """Open the session: the last thing done."""
        login = pending.login
        knocks.clear(writer, login)
        self.door.open(writer, account)
        taken = {"second_factor": pending.factor, "by": pending.by}
        detail = {name: how for name, how in taken.items() if how}
        write(writer, line(Event.SIGN_IN, login, login, succeeded=True, detail=detail))

    def _come_so_far(self, step: str) -> tuple[Account, Pending] | None:
        """Who stands at this step, and how far they have come; None for anybody else."""
        said = session.get(PENDING)
        if said is None or self.door.clock().timestamp() - said["at"] > PENDING_S:
            return None
        pending = Pending(**said)
        account = self.door.warehouse.account(pending.login)
        if account is None or stamp_of(account) != pending.stamp:
            return None
        is_here = is_open(account, self.door.day()) and self._due(account, pending) == step
        return (account, pending) if is_here else None

    def _view(self, step: str, lang: Lang, error: str = "") -> StepView:
        return StepView(
            action=door_address(step, lang=lang), other_language_href=door_address(step, lang=other(lang)),
            back_href=door_address(lang=lang), csrf=session["csrf"], error=error, synthetic=self.door.synthetic,
        )  # fmt: skip

    # ---------- second factor ----------

    def code(self) -> BaseResponse:
        """Ask for a code of the second factor, or for a recovery code."""
        lang, come = language(), self._come_so_far("code")
        if come is None:
            return redirect(door_address(lang=lang))
        if request.method == "GET":
            return page(signin.code_page(self._view("code", lang), Phrases(lang)))
        account, pending = come
        how = self._used(account, request.form.get("code", "")) if is_ours() else ""
        if how:
            return self.onward(account, replace(pending, factor=how), lang)
        error = Phrases(lang)("step.code.wrong")
        return page(signin.code_page(self._view("code", lang, error), Phrases(lang)), 401)

    def _used(self, account: Account, code: str) -> str:
        """Use a code up: "totp", "recovery", or nothing where it is none. Wrong ones count towards the lock."""
        login = account["login"]
        tried = self.count(login, account)
        if tried.is_allowed:
            with self.door.warehouse.writing() as writer:
                how = use_code(self.door, writer, account, code)
                if how:
                    knocks.forgive(writer, login)
                    return how
        self.failed(login, tried, "code")
        return ""

    def enrol(self) -> BaseResponse:
        """Show a new second factor; it is kept when its first code has come back."""
        lang, come = language(), self._come_so_far("enrol")
        if come is None:
            return redirect(door_address(lang=lang))
        account, pending = come
        secret, pending = self._new_secret(pending)
        step = None
        if request.method == "POST" and is_ours():
            step = factors.step_of(secret, request.form.get("code", ""), self.door.clock())
        if step is None:
            error = Phrases(lang)("step.enrol.wrong") if request.method == "POST" else ""
            return shown_secret(self._view("enrol", lang, error), secret, pending.login, lang)
        return self._enrolled(account, replace(pending, factor="totp", secret=""), secret, step)

    def _new_secret(self, pending: Pending) -> tuple[str, Pending]:
        """The secret this sign-in is about, drawn at the first look; the cookie holds it sealed."""
        about = factors.about(pending.login)
        if pending.secret:
            return self.door.suite.unseal(pending.secret, about=about), pending
        secret = factors.new_secret()
        drawn = replace(pending, secret=self.door.suite.seal(secret, about=about))
        drawn.keep()
        return secret, drawn

    def _enrolled(self, account: Account, pending: Pending, secret: str, step: int) -> BaseResponse:
        """Keep the second factor, show the recovery codes, and lead on."""
        lang, login = language(), pending.login
        due = self._due(account, pending)
        with self.door.warehouse.writing() as writer:
            codes = factors.enrol(writer, self.door.suite, login, secret, step)
            write(writer, line(Event.FACTOR_ON, login, login, succeeded=True))
            if not due:
                self._enter(writer, account, pending)
        if due:
            pending.keep()
        onward = door_address(due, lang=lang) if due else pending.next or "/"
        return page(signin.codes_page(self._view("enrol", lang), codes, onward, Phrases(lang)))

    # ---------- new password ----------

    def change(self) -> BaseResponse:
        """Ask for a new password, and go in with it."""
        lang, come = language(), self._come_so_far("change")
        if come is None:
            return redirect(door_address(lang=lang))
        account, pending = come
        error = ""
        if request.method == "POST":
            error = self._changed(account, pending, lang)
            if not error:
                return redirect(pending.next or "/")
        phrases = Phrases(lang)
        lead = phrases("step.password.due" if account["must_change"] else "step.password.old")
        made = signin.password_page(
            self._view("change", lang, error), phrases, lead=lead, asks_present=False
        )
        return page(made, 422 if error else 200)

    def _changed(self, account: Account, pending: Pending, lang: Lang) -> str:
        """Why the new password will not do, or nothing: then it is kept and the session is open."""
        try:
            with self.door.warehouse.writing() as writer:
                changed = new_password(self.door, writer, account["login"])
                self._enter(writer, changed, pending)
        except ZhijianError as error:
            return error.of(lang)
        return ""


class Wrong(ZhijianError):
    """What was typed is not so."""


def wrong(phrase: str) -> Wrong:
    return Wrong(*(Phrases(lang)(phrase) for lang in LANGS))


def use_code(door: Door, writer: Writer, account: Account, code: str) -> str:
    """Use up a code of an account's second factor: "totp", "recovery", or nothing where it is none of its."""
    login = account["login"]
    secret = door.suite.unseal(account["totp_secret"], about=factors.about(login))
    step = factors.step_of(secret, code, door.clock())
    if step is not None:
        return "totp" if factors.use(writer, login, step) else ""
    is_recovery = factors.use_recovery(writer, door.suite, login, code, door.clock())
    return "recovery" if is_recovery else ""


def new_password(door: Door, writer: Writer, login: str) -> Account:
    """Keep the password that was typed twice; the account as it then is."""
    typed = request.form.get("new", "")
    if not is_ours():
        raise wrong("step.stale")
    if typed != request.form.get("again", ""):
        raise wrong("step.password.differs")
    passwords.change(writer, login, typed, door.now())
    write(writer, line(Event.CHANGE_PASSWORD, login, login, succeeded=True))
    return passwords.account_of(writer, login)


def shown_secret(
    view: StepView, secret: str, login: str, lang: Lang, *, asks_present: bool = False
) -> BaseResponse:
    """The page with the QR code of a new secret."""
    drawn = segno.make(factors.address_of(secret, login), error="m")
    picture = drawn.svg_inline(
        scale=4, border=2, light="white", svgclass="code", lineclass=None, omitsize=True
    )
    made = signin.enrol_page(view, picture, secret, Phrases(lang), asks_present=asks_present)
    return page(made, 401 if view.error else 200)


def page(made: str, status: int = 200) -> BaseResponse:
    """A page that no browser keeps."""
    answer = Response(made, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def language() -> Lang:
    """As the page says, else as the address speaks that was asked for."""
    said = request.args.get("lang", "")
    return "en" if said == "en" or (said != "zh" and asked_next().startswith("/en/")) else "zh"


def other(lang: Lang) -> Lang:
    return "zh" if lang == "en" else "en"


def asked_next() -> str:
    """Where to go after signing in: an address of ours, nobody else's."""
    return inside(request.values.get("next", ""))
