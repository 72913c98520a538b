"""Accounts that sign in as real ones do, and the clock of a site's door."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboards.auth import Door
from tests.readers import CSRF, Ministry, opened_site, sign_in
from warehouse import roles
from warehouse.passwords import hash_password

WORD = "Begins-with-1"
NEXT = "Goes-on-with-2"
SECRET = re.compile(r'<code class="secret">([A-Z2-7 ]+)</code>')
RECOVERY = re.compile(r"<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code></li>")


@dataclass
class Clock:
    """The time as the door of a site believes it."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, **by: float) -> None:
        self.now += timedelta(**by)


def site_at(ministry: Ministry, clock: Clock, **settings: Any) -> Flask:
    """A site whose door goes by this clock."""
    site = opened_site(ministry.web, **settings)
    door: Door = site.extensions["door"]
    object.__setattr__(door, "clock", clock)
    return site


def employ(ministry: Ministry, login: str, **values: Any) -> str:
    """An account of a county's analyst that nobody made for a demo."""
    given = {
        "login": login, "role": "analyst", "place_id": ministry.at("county"), "depth": "published", "name_zh": "甲",
        "name_en": "A", "password_hash": hash_password(WORD), "password_set_at": datetime.now(UTC),
    }  # fmt: skip
    ministry.worker.keep_account(**{**given, **values})
    return login


def send(client: FlaskClient, address: str, **said: str) -> TestResponse:
    """Open a page with a form and send it, as a browser does."""
    token = CSRF.search(client.get(address).text)
    assert token, address
    return client.post(address, data={"csrf": token[1], **said})


def enrol(client: FlaskClient, clock: Clock) -> tuple[str, list[str], TestResponse]:
    """Switch the second factor on at the step of the sign-in: its secret, the recovery codes, the answer."""
    shown = SECRET.search(client.get("/sign-in/enrol").text)
    assert shown
    secret = shown[1].replace(" ", "")
    answer = send(client, "/sign-in/enrol", code=code(secret, clock))
    return secret, RECOVERY.findall(answer.text), answer


def code(secret: str, clock: Clock, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now, counter_offset=steps)


def is_in(client: FlaskClient) -> bool:
    return client.get("/zh/place/1?year=2025").status_code == 200


def lines(ministry: Ministry, login: str) -> list[tuple[str, bool, dict[str, Any]]]:
    """Event, outcome and detail of an account's lines in the trail."""
    with roles.connect(ministry.owner_url) as connection:
        return connection.execute(
            "SELECT event, succeeded, detail FROM audit WHERE login = %s ORDER BY audit_id", [login]
        ).fetchall()


__all__ = [
    "NEXT",
    "WORD",
    "Clock",
    "code",
    "employ",
    "enrol",
    "is_in",
    "lines",
    "send",
    "sign_in",
    "site_at",
]
