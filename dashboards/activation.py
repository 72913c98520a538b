"""Activation: an invited person opens the account with a code that works once, and chooses the password."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request, session
from werkzeug.wrappers import Response as BaseResponse

from dashboards import signin
from dashboards.acting import is_ours
from dashboards.auth import ACTIVATE, Door, door_address, line, renew_csrf
from dashboards.i18n import Lang, Phrases
from dashboards.signin import StepView
from dashboards.signin_steps import LOGIN_CHARACTERS, language, other, page
from warehouse import invitations, passwords
from warehouse.errors import ZhijianError
from warehouse.events import Event
from warehouse.trail import write


@dataclass(frozen=True)
class Activation:
    """The page of an invitation; it stands outside the signed-in area."""

    door: Door

    def install(self, server: Flask) -> None:
        server.add_url_rule(ACTIVATE, "activate", self.activate, methods=["GET", "POST"])

    def activate(self) -> BaseResponse:
        """Show the form, or take what was posted."""
        lang = language()
        login, code = self._said("account").lower(), self._said("code")
        if request.method == "GET":
            return self._page(lang, login, code)
        error = self._done(lang, login, code)
        if error:
            return self._page(lang, login, code, error=error)
        return self._page(lang, login, "", is_done=True)

    @staticmethod
    def _said(name: str) -> str:
        return request.values.get(name, "").replace("\0", "").strip()[:LOGIN_CHARACTERS]

    def _page(
        self, lang: Lang, login: str, code: str, *, error: str = "", is_done: bool = False
    ) -> BaseResponse:
        if not session.get("csrf"):
            renew_csrf()
        view = StepView(
            action=f"{ACTIVATE}?lang={lang}", other_language_href=f"{ACTIVATE}?lang={other(lang)}", csrf=session["csrf"],
            back_href=door_address(lang=lang), error=error, synthetic=self.door.synthetic,
        )  # fmt: skip
        made = signin.activation_page(view, login, code, Phrases(lang), is_done=is_done)
        return page(made)

    def _done(self, lang: Lang, login: str, code: str) -> str:
        """Why it was not done; "" where it was."""
        phrases = Phrases(lang)
        if not is_ours():
            return phrases("activate.wrong")
        password = request.form.get("new", "")
        if password != request.form.get("again", ""):
            return phrases("activate.differ")
        try:
            passwords.check(login, password)
            return "" if self._opened(login, code, password) else phrases("activate.wrong")
        except ZhijianError as refusal:
            return refusal.of(lang)

    def _opened(self, login: str, code: str, password: str) -> bool:
        """Use the code, keep the password and write it down, all in one; a wrong code is counted and written down."""
        with self.door.warehouse.writing() as writer:
            is_right = invitations.use(writer, login, code)
            if is_right:
                passwords.change(writer, login, password, self.door.clock())
            write(writer, line(Event.ACTIVATE, login, login, succeeded=is_right))
        return is_right
