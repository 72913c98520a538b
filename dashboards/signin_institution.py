"""Signing in by an institution's own sign-in, and linking it to one's account. Nobody gets an account by it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Flask, redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from dashboards.auth import BACK, INSTITUTION, Door, line
from dashboards.i18n import LANGS, Lang, Phrases
from dashboards.institution import Institution
from dashboards.signin_steps import Account, Pending, Steps, asked_next, language
from warehouse import identities
from warehouse.errors import ZhijianError
from warehouse.events import Event
from warehouse.sessions import is_open, stamp_of
from warehouse.trail import write

AWAY, AWAY_S = "away", 600


@dataclass(frozen=True)
class Gate:
    """The way out to the institution and back."""

    door: Door
    steps: Steps
    institution: Institution

    def install(self, server: Flask) -> None:
        server.add_url_rule(INSTITUTION, "institution", self.leave, methods=["GET"])
        server.add_url_rule(BACK, "institution_back", self.back, methods=["GET"])
        server.add_url_rule("/my/institution", "my_institution", self.link, methods=["GET"])

    def leave(self) -> BaseResponse:
        """Send a browser to the institution, to sign in."""
        return self._away("")

    def link(self) -> BaseResponse:
        """Send a reader there, to link what comes back to one's own account."""
        return self._away(current_user.id)

    def _away(self, login: str) -> BaseResponse:
        lang = language()
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        try:
            where = self.institution.away(_here(), state, nonce, verifier)
        except ZhijianError as error:
            return self._refused(error, lang, login)
        session[AWAY] = {
            "state": state, "nonce": nonce, "verifier": verifier, "at": self.door.clock().timestamp(), "login": login,
            "next": asked_next(), "lang": lang,
        }  # fmt: skip
        return redirect(where)

    def back(self) -> BaseResponse:
        """What the institution says of who has come back: a sign-in, or a link."""
        away = session.pop(AWAY, None)
        lang: Lang = away["lang"] if away else language()
        login = away["login"] if away else ""
        try:
            subject = self._subject(away)
            if login:
                return self._linked(subject, login, lang)
            account = self._account(subject)
        except ZhijianError as error:
            return self._refused(error, lang, login)
        at = self.door.clock().timestamp()
        pending = Pending(
            login=account["login"], stamp=stamp_of(account), at=at, next=away["next"], by="institution"
        )  # fmt: skip
        return self.steps.onward(account, pending, lang)

    def _subject(self, away: dict[str, str] | None) -> str:
        said = request.args.get("state", "")
        is_stale = away is None or self.door.clock().timestamp() - float(away["at"]) > AWAY_S
        if (
            away is None
            or is_stale
            or not secrets.compare_digest(said.encode(), away["state"].encode())
        ):
            raise _worded("institution.stale")
        if "code" not in request.args:
            raise _worded("institution.denied")
        code = request.args["code"]
        return self.institution.subject(_here(), code, away["nonce"], away["verifier"])

    def _account(self, subject: str) -> Account:
        with self.door.warehouse.writing() as writer:
            login = identities.find(writer, self.institution.issuer, subject)
        account = self.door.warehouse.account(login) if login else None
        if account is None or not is_open(account, self.door.day()):
            raise _worded("institution.unknown")
        return account

    def _linked(self, subject: str, login: str, lang: Lang) -> BaseResponse:
        if not current_user.is_authenticated or current_user.id != login:
            raise _worded("institution.stale")
        scope = current_user.audience(self.door.warehouse).scope
        with self.door.warehouse.acting(scope) as writer:
            identities.link(writer, self.institution.issuer, subject, login, self.door.clock())
            write(writer, line(Event.LINK_IDENTITY, login, self.institution.issuer, succeeded=True))
        session["said"] = ["done", Phrases(lang)("institution.linked", name=self.institution.name)]
        return redirect(f"/{lang}/me")

    def _refused(self, error: ZhijianError, lang: Lang, login: str) -> BaseResponse:
        """Back to where one came from, with the reason; it is written down."""
        words = error.of(lang)
        event = Event.LINK_IDENTITY if login else Event.SIGN_IN
        detail = {"step": "institution", "reason": error.en[:200]}
        self.door.audit(event, login, self.institution.issuer, succeeded=False, detail=detail)
        if login:
            session["said"] = ["refused", words]
            return redirect(f"/{lang}/me")
        return self.steps.form(lang, words, status=401)


def _here() -> str:
    """The address the institution sends browsers back to."""
    return f"{request.host_url.rstrip('/')}{BACK}"


def _worded(phrase: str) -> ZhijianError:
    return ZhijianError(*(Phrases(lang)(phrase) for lang in LANGS))
