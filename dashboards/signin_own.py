"""What a reader changes of one's own sign-in: password, second factor, recovery codes. The present password is asked for each time.

Plain pages like those of the sign-in, for what is typed and shown here passes through no script and no memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from dashboards import signin
from dashboards.acting import is_ours
from dashboards.auth import Door, line
from dashboards.i18n import Phrases
from dashboards.signin import StepView
from dashboards.signin_steps import (
    Account,
    Steps,
    language,
    new_password,
    other,
    page,
    shown_secret,
    use_code,
    wrong,
)
from warehouse import api_tokens, factors, knocks, passwords
from warehouse.api_tokens import Wish
from warehouse.errors import ZhijianError
from warehouse.events import Event
from warehouse.rights import Right
from warehouse.store import Writer
from warehouse.trail import write

DRAWN = "drawn"  # a new secret, sealed, until its first code has come back


@dataclass(frozen=True)
class Own:
    """The pages for one's own sign-in."""

    door: Door
    steps: Steps

    def install(self, server: Flask) -> None:
        pages = {
            "password": self.password, "factor": self.factor, "factor-off": self.factor_off, "codes": self.codes,
            "token": self.token,
        }  # fmt: skip
        for name, show in pages.items():
            server.add_url_rule(f"/my/{name}", f"my_{name}", show, methods=["GET", "POST"])

    def password(self) -> BaseResponse:
        """Another password; every other session ends with the present one."""
        lang = language()
        error = self._done(self._new_password) if request.method == "POST" else ""
        if request.method == "POST" and not error:
            return self._back("own.password.done")
        phrases = Phrases(lang)
        lead = phrases("step.password.own")
        made = signin.password_page(
            self._view("password", error), phrases, lead=lead, asks_present=True
        )
        return page(made, 422 if error else 200)

    def _new_password(self, writer: Writer, account: Account) -> None:
        self.door.open(writer, new_password(self.door, writer, account["login"]))

    def factor(self) -> BaseResponse:
        """Switch the second factor on."""
        if current_user.has_factor:
            return redirect(self._home())
        secret, codes = self._secret(), list[str]()

        def keep(writer: Writer, account: Account) -> None:
            step = factors.step_of(secret, request.form.get("code", ""), self.door.clock())
            if step is None:
                raise wrong("step.enrol.wrong")
            codes.extend(factors.enrol(writer, self.door.suite, account["login"], secret, step))
            write(writer, line(Event.FACTOR_ON, account["login"], account["login"], succeeded=True))

        error = self._done(keep) if request.method == "POST" else ""
        if codes and not error:
            session.pop(DRAWN, None)
            return self._shown(codes)
        view = self._view("factor", error)
        return shown_secret(view, secret, current_user.id, language(), asks_present=True)

    def _secret(self) -> str:
        """The secret that is shown, drawn at the first look."""
        about = factors.about(current_user.id)
        if DRAWN not in session:
            session[DRAWN] = self.door.suite.seal(factors.new_secret(), about=about)
        return self.door.suite.unseal(session[DRAWN], about=about)

    def factor_off(self) -> BaseResponse:
        """Do without a second factor, where nobody requires one."""

        def switch_off(writer: Writer, account: Account) -> None:
            if self.door.needs_factor(account):
                raise wrong("own.factor.required")
            if not use_code(self.door, writer, account, request.form.get("code", "")):
                raise wrong("step.code.wrong")
            factors.switch_off(writer, account["login"])
            write(
                writer, line(Event.FACTOR_OFF, account["login"], account["login"], succeeded=True)
            )

        return self._confirmed("factor-off", switch_off, lambda: self._back("own.factor.done"))

    def codes(self) -> BaseResponse:
        """New recovery codes in place of the old."""
        codes = list[str]()

        def renew(writer: Writer, account: Account) -> None:
            if not use_code(self.door, writer, account, request.form.get("code", "")):
                raise wrong("step.code.wrong")
            codes.extend(factors.new_codes(writer, self.door.suite, account["login"]))
            write(writer, line(Event.NEW_CODES, account["login"], account["login"], succeeded=True))

        return self._confirmed("codes", renew, lambda: self._shown(codes))

    def token(self) -> BaseResponse:
        """A token by which a program reads for this account: shown once."""
        if Right.READ not in current_user.rights:
            return redirect(self._home())
        tokens, wish = list[str](), _wish()

        def make(writer: Writer, account: Account) -> None:
            tokens.append(api_tokens.make(writer, account, wish, self.door.clock()))
            detail = {"name": wish.name, "scopes": sorted(wish.scopes), "days": wish.days}
            login = account["login"]
            write(writer, line(Event.MAKE_TOKEN, login, login, succeeded=True, detail=detail))

        error = self._done(make) if request.method == "POST" else ""
        view, phrases = self._view("token", error), Phrases(language())
        if tokens and not error:
            onward = f"/{language()}/interface"
            return page(signin.made_token_page(view, tokens[0], onward, phrases))
        offered = api_tokens.offered(current_user.account)
        return page(signin.token_page(view, wish, offered, phrases), 422 if error else 200)

    def _confirmed(
        self,
        name: str,
        do: Callable[[Writer, Account], None],
        done: Callable[[], BaseResponse],
    ) -> BaseResponse:
        """A page that asks for password and code, and does one thing."""
        if not current_user.has_factor:
            return redirect(self._home())
        error = self._done(do) if request.method == "POST" else ""
        if request.method == "POST" and not error:
            return done()
        made = signin.confirm_page(self._view(name, error), f"own.{name}", Phrases(language()))
        return page(made, 422 if error else 200)

    def _done(self, do: Callable[[Writer, Account], None]) -> str:
        """Do it for whoever has typed the present password; why it was not done, or nothing."""
        try:
            account = self._proved()
            with self.door.warehouse.writing() as writer:
                do(writer, account)
        except ZhijianError as error:
            return error.of(language())
        self.door.forget(current_user.key)
        return ""

    def _proved(self) -> Account:
        """The account, if its password was typed; wrong ones count towards the lock."""
        if not is_ours():
            raise wrong("step.stale")
        login = current_user.id
        account = self.door.warehouse.account(login)
        tried = self.steps.count(login, account)
        is_right = account is not None and passwords.is_of(
            account["password_hash"], request.form.get("password", "")
        )
        if account is None or not is_right or not tried.is_allowed:
            self.steps.failed(login, tried, "own")
            raise wrong("own.wrong")
        with self.door.warehouse.writing() as writer:
            knocks.forgive(writer, login)
        return account

    def _view(self, name: str, error: str) -> StepView:
        lang = language()
        return StepView(
            action=f"/my/{name}?lang={lang}", other_language_href=f"/my/{name}?lang={other(lang)}", back_href=self._home(),
            csrf=session.get("csrf", ""), error=error, synthetic=self.door.synthetic, is_own=True,
        )  # fmt: skip

    def _shown(self, codes: list[str]) -> BaseResponse:
        view = self._view("codes", "")
        return page(signin.codes_page(view, codes, self._home(), Phrases(language())))

    def _back(self, said: str) -> BaseResponse:
        """To one's own page, which says what was done."""
        session["said"] = ["done", Phrases(language())(said)]
        return redirect(self._home(), 303)

    def _home(self) -> str:
        return f"/{language()}/me"


def _wish() -> Wish:
    """What the form asks for; before it is filled in, what most programs need."""
    form = request.form
    if request.method != "POST":
        return Wish(name="", scopes=[api_tokens.TokenScope.FIGURES])
    days = form.get("days", "")
    number = int(days) if days.isascii() and days.isdigit() and len(days) <= 4 else 0
    return Wish(name=form.get("name", "")[:200], scopes=form.getlist("scope")[:20], days=number)
