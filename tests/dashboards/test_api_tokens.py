"""Tokens for programs: made by their account, shown once, never more than it, and gone with it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from dashboards.limits import STRANGERS, TOKEN
from tests.dashboards.entrance import NEXT, WORD, Clock, employ, lines, send, sign_in, site_at
from tests.dashboards.programs import Program, token_of
from tests.readers import CSRF, Ministry, do
from warehouse import api_tokens
from warehouse.api_tokens import BEGINS, MOST
from warehouse.errors import TokenRefused
from warehouse.sessions import key_of

MADE = re.compile(rf"{BEGINS}[A-Za-z0-9_-]{{43}}")
FIELDS = {"name": "月报脚本", "scope": "read:figures", "days": "30"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(ministry: Ministry, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A site whose door goes by the clock and believes no token longer than one request."""
    monkeypatch.setattr("dashboards.auth.TRUST_S", -1.0)
    return site_at(ministry, clock)


def entered(site: Flask, login: str) -> FlaskClient:
    client = site.test_client()
    assert sign_in(client, login, WORD).status_code == 302
    return client


def makes(client: FlaskClient, **said: str) -> str:
    """A token as its owner makes it in the page."""
    answer = send(client, "/my/token?lang=zh", password=WORD, **(FIELDS | said))
    found = MADE.search(answer.text)
    assert found, answer.text
    return found[0]


def status(site: Flask, token: str, path: str = "/periods") -> int:
    return Program(site.test_client(), token).ask(path).status_code


def kept(ministry: Ministry, login: str) -> list[Any]:
    with ministry.worker.writing() as writer:
        return list(writer.rows(sa.select(api_tokens.api_token).where(api_tokens.api_token.c.login == login)))  # fmt: skip


@pytest.mark.mlps("M2", "M14")
def test_a_token_is_made_by_whoever_knows_the_password_and_shown_once(ministry: Ministry, site: Flask) -> None:  # fmt: skip
    login = employ(ministry, "token-maker")
    client = entered(site, login)

    guessed = send(client, "/my/token?lang=zh", password="not-the-password-1", **FIELDS)  # noqa: S106
    before = kept(ministry, login)
    token = makes(client)

    assert (guessed.status_code, before) == (422, [])
    (row,) = kept(ministry, login)
    assert (row.key, row.name, list(row.scopes)) == (key_of(token), "月报脚本", ["read:figures"])
    assert row.expires_at - row.made_at == timedelta(days=30)
    assert token not in str(row)
    page = client.get("/zh/me").text
    assert "月报脚本" in page
    assert token not in page
    assert token not in client.get("/my/token").text
    with client.session_transaction() as session:
        assert token not in str(dict(session))
    made = [detail for event, _, detail in lines(ministry, login) if event == "make_token"]
    assert made == [{"name": "月报脚本", "scopes": ["read:figures"], "days": 30}]


@pytest.mark.parametrize("said", [{"name": " "}, {"name": "x" * 61}, {"scope": "write:figures"}, {"days": "0"}, {"days": "366"}, {"days": "-1"}])  # fmt: skip
def test_what_cannot_be_asked_of_a_token_is_refused_with_the_reason(ministry: Ministry, site: Flask, said: dict[str, str]) -> None:  # fmt: skip
    login = employ(ministry, "token-wisher")

    answer = send(entered(site, login), "/my/token?lang=en", password=WORD, **(FIELDS | said))

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not MADE.search(answer.text)
    assert kept(ministry, login) == []


@pytest.mark.parametrize(("depth", "ticks", "code"), [("published", 1, 422), ("records", 3, 200)])
def test_a_token_is_offered_what_its_account_may_read(
    ministry: Ministry, site: Flask, depth: str, ticks: int, code: int
) -> None:
    client = entered(site, employ(ministry, f"token-of-{depth}", depth=depth))

    assert client.get("/my/token").text.count('name="scope"') == ticks
    asked = send(client, "/my/token", password=WORD, **(FIELDS | {"scope": "read:submissions"}))
    assert asked.status_code == code


def test_an_account_has_a_bounded_number_of_tokens(ministry: Ministry) -> None:
    login = employ(ministry, "token-hoarder")
    for _ in range(MOST):
        token_of(ministry, login)

    with pytest.raises(TokenRefused):
        token_of(ministry, login)


@pytest.mark.mlps("M9", "M11")
def test_it_ends_on_its_day_and_at_its_owner_s_word(ministry: Ministry, site: Flask, clock: Clock) -> None:  # fmt: skip
    login = employ(ministry, "token-ender")
    client = entered(site, login)
    short, long = makes(client, days="3"), makes(client, days="30")
    number = {row.key: row.token_id for row in kept(ministry, login)}
    other = entered(site, employ(ministry, "token-stranger"))

    stolen = do(other, "revoke_token", {"token": number[key_of(long)], "back": "/zh/me"})
    held = [status(site, short), status(site, long)]
    clock.goes_on(days=4)
    later = [status(site, short), status(site, long)]
    revoked = do(entered(site, login), "revoke_token", {"token": number[key_of(long)], "back": "/zh/me"})  # fmt: skip

    assert (held, later) == ([200, 200], [401, 200])
    assert (stolen.status_code, revoked.status_code) == (422, 200)
    assert status(site, long) == 401
    assert ("revoke_token", True) in [(event, ok) for event, ok, _ in lines(ministry, login)]


@pytest.mark.mlps("M1", "M9")
@pytest.mark.parametrize("end", ["password", "suspended", "ended", "over"])
def test_it_goes_with_its_account(ministry: Ministry, site: Flask, end: str) -> None:
    login = employ(ministry, f"token-of-{end}")
    token = token_of(ministry, login)
    before = status(site, token)

    if end == "password":
        send(entered(site, login), "/my/password", password=WORD, new=NEXT, again=NEXT)
    else:
        change = {"suspended": "is_suspended = true", "ended": "ended_at = now()", "over": "valid_until = '2020-01-01'"}[end]  # fmt: skip
        with ministry.worker.writing() as writer:
            writer.run(f"UPDATE account SET {change} WHERE login = :login", login=login)

    assert (before, status(site, token)) == (200, 401)


@pytest.mark.mlps("M7", "M11")
def test_a_token_opens_no_page_and_a_session_no_interface(ministry: Ministry, site: Flask) -> None:
    login = employ(ministry, "token-or-session")
    token, client = token_of(ministry, login), entered(site, login)
    program = site.test_client()

    page = program.get("/zh/place/1", headers={"Authorization": f"Bearer {token}"})
    posted = program.post("/do/end_other_sessions", headers={"Authorization": f"Bearer {token}"})
    by_cookie = client.get("/api/v1/periods")
    basic = client.get("/api/v1/periods", auth=(login, WORD))

    assert page.headers["Location"].startswith("/sign-in")
    assert posted.headers["Location"].startswith("/sign-in")
    for refused in (by_cookie, basic):
        assert (refused.status_code, refused.mimetype) == (401, "application/problem+json")
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
        assert "Set-Cookie" not in refused.headers


@pytest.mark.mlps("M10")
@pytest.mark.parametrize("role", ["system", "security", "audit"])
def test_administrators_read_no_figures_by_token_either(ministry: Ministry, role: str) -> None:
    page = ministry.client(role).get("/zh/me").text
    made = ministry.client(role).get("/my/token")
    token = token_of(ministry, ministry.readers[role].login)

    assert "/my/token" not in page
    assert made.status_code == 302
    assert Program(ministry.site.test_client(), token).ask("/periods").status_code == 403


@pytest.mark.mlps("M20")
def test_a_program_that_asks_too_much_waits_and_others_do_not(ministry: Ministry, clock: Clock) -> None:  # fmt: skip
    busy = site_at(ministry, clock, limits=True)
    login = employ(ministry, "token-hurried")
    first, second = (Program(busy.test_client(), token_of(ministry, login)) for _ in range(2))

    answers = [first.ask("/metrics/students") for _ in range(TOKEN.at_once + 3)]

    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.mimetype == "application/problem+json"
    assert int(refused.headers["Retry-After"]) >= 1
    assert re.fullmatch(r'"token";r=\d+;t=60', answers[0].headers["RateLimit"])
    assert second.ask("/metrics/students").status_code == 200


@pytest.mark.mlps("M3", "M20")
def test_guesses_of_tokens_are_few_and_written_down(ministry: Ministry, clock: Clock) -> None:
    busy = site_at(ministry, clock, limits=True)
    guesses = [Program(busy.test_client(), f"{BEGINS}{n:043d}") for n in range(STRANGERS.at_once + 2)]  # fmt: skip
    before = len(lines(ministry, ""))

    statuses = [guess.ask("/periods").status_code for guess in guesses]

    assert statuses[:5] == [401] * 5
    assert statuses[-1] == 429
    refused = [event for event, ok, _ in lines(ministry, "")[before:] if not ok]
    assert refused.count("token") >= STRANGERS.at_once
    assert CSRF.search(busy.test_client().get("/sign-in").text)  # the door stays open to people
