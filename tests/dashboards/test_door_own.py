"""One's own account: its page, its sessions, another password, the second factor on and off."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.dashboards.entrance import (
    NEXT,
    RECOVERY,
    SECRET,
    WORD,
    Clock,
    code,
    employ,
    is_in,
    lines,
    send,
    sign_in,
)
from tests.readers import Ministry, do
from warehouse import sessions

GUESS = "not-the-password-1"
KEY = re.compile(r'name="key" value="([0-9a-f]{64})"')


def entered(site: Flask, login: str, word: str = WORD, agent: str = "") -> FlaskClient:
    client = site.test_client()
    client.environ_base["HTTP_USER_AGENT"] = agent
    assert sign_in(client, login, word).status_code == 302
    return client


def post(client: FlaskClient, action: str, **said: str) -> int:
    return do(client, action, {"back": "/zh/me", **said}, by_script=False).status_code


@pytest.mark.parametrize("role", ["ministry", "school", "audit", "system"])
def test_every_reader_has_a_page_of_one_s_own(ministry: Ministry, role: str) -> None:
    text = ministry.client(role).get("/en/me").text

    assert ministry.readers[role].name_en in text
    assert 'href="/en/me' in text
    assert "this one" in text


@pytest.mark.mlps("M4")
def test_a_reader_sees_one_s_own_sessions_and_ends_one(ministry: Ministry, site: Flask) -> None:
    login = employ(ministry, "lister")
    phone = entered(site, login, agent="Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile")
    desk = entered(site, login, agent="Mozilla/5.0 (Windows NT 10.0) Firefox/130")
    entered(
        site, employ(ministry, "somebody-else"), agent="Mozilla/5.0 (Macintosh; Mac OS X) Safari"
    )

    text = desk.get("/zh/me").text
    others = KEY.findall(text)
    status = post(desk, "end_session", key=others[0])

    assert "Chrome · Android" in text
    assert "Firefox · Windows" in text
    assert "Safari" not in text
    assert (len(others), status, is_in(phone), is_in(desk)) == (1, 303, False, True)
    assert "end_session" in [event for event, _, _ in lines(ministry, login)]


@pytest.mark.mlps("M11")
def test_nobody_ends_a_session_of_somebody_else(ministry: Ministry, site: Flask) -> None:
    theirs = entered(site, employ(ministry, "victim"))
    with theirs.session_transaction() as kept:
        key = sessions.key_of(kept["token"])
    mine = entered(site, employ(ministry, "attacker"))

    post(mine, "end_session", key=key)
    post(mine, "end_other_sessions")

    assert is_in(theirs)
    assert ("end_session", False) in [(event, ok) for event, ok, _ in lines(ministry, "attacker")]


@pytest.mark.mlps("M4")
def test_all_other_sessions_end_at_once(ministry: Ministry, site: Flask) -> None:
    login = employ(ministry, "many")
    clients = [entered(site, login) for _ in range(3)]

    post(clients[1], "end_other_sessions")

    assert [is_in(each) for each in clients] == [False, True, False]


@pytest.mark.mlps("M1", "M4")
def test_a_new_password_needs_the_present_one_and_ends_the_other_sessions(
    ministry: Ministry, site: Flask
) -> None:
    login = employ(ministry, "renewer")
    here, there = entered(site, login), entered(site, login)
    with here.session_transaction() as kept:
        before = kept["token"]

    guessed = send(here, "/my/password", password=GUESS, new=NEXT, again=NEXT)
    weak = send(here, "/my/password", password=WORD, new="weak", again="weak")
    done = send(here, "/my/password", password=WORD, new=NEXT, again=NEXT)

    assert [each.status_code for each in (guessed, weak, done)] == [422, 422, 303]
    assert "密码已更换" in here.get("/zh/me").text
    assert (is_in(here), is_in(there)) == (True, False)
    with here.session_transaction() as kept:
        assert kept["token"] != before
    assert sign_in(site.test_client(), login, WORD).status_code == 401
    assert sign_in(site.test_client(), login, NEXT).status_code == 302


@pytest.mark.mlps("M3")
def test_guessing_the_present_password_from_inside_locks_too(
    ministry: Ministry, site: Flask
) -> None:
    login = employ(ministry, "inside")
    here = entered(site, login)
    for n in range(5):
        send(here, "/my/password", password=f"guess {n}", new=NEXT, again=NEXT)

    assert send(here, "/my/password", password=WORD, new=NEXT, again=NEXT).status_code == 422


def switched_on(client: FlaskClient, clock: Clock) -> tuple[str, list[str]]:
    shown = SECRET.search(client.get("/my/factor").text)
    assert shown
    secret = shown[1].replace(" ", "")
    answer = send(client, "/my/factor", password=WORD, code=code(secret, clock))
    clock.goes_on(seconds=30)
    return secret, RECOVERY.findall(answer.text)


@pytest.mark.mlps("M6")
def test_anybody_may_switch_a_second_factor_on_and_off_again(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    login = employ(ministry, "careful")
    client = entered(site, login)

    secret, codes = switched_on(client, clock)
    asked = sign_in(site.test_client(), login, WORD).headers["Location"]
    refused = send(client, "/my/factor-off", password=WORD, code="000000")
    off = send(client, "/my/factor-off", password=WORD, code=code(secret, clock))
    after = sign_in(site.test_client(), login, WORD).headers["Location"]

    assert len(codes) == 10
    assert asked.startswith("/sign-in/code")
    assert (refused.status_code, off.status_code, after) == (422, 303, "/")
    events = [event for event, ok, _ in lines(ministry, login) if ok]
    assert events == ["sign_in", "factor_on", "factor_off", "sign_in"]


@pytest.mark.mlps("M6")
def test_who_needs_a_second_factor_cannot_switch_it_off(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    login = employ(ministry, "promoted")
    client = entered(site, login)
    secret, _ = switched_on(client, clock)
    with ministry.worker.writing() as writer:
        writer.run("UPDATE account SET place_id = 1 WHERE login = 'promoted'")

    answer = send(client, "/my/factor-off?lang=en", password=WORD, code=code(secret, clock))

    assert answer.status_code == 422
    assert "it stays on" in answer.text


def test_new_recovery_codes_make_the_old_ones_void(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    login = employ(ministry, "drawer")
    client = entered(site, login)
    secret, old = switched_on(client, clock)

    new = RECOVERY.findall(send(client, "/my/codes", password=WORD, code=code(secret, clock)).text)
    statuses = []
    for each in (old[0], new[0]):
        again = site.test_client()
        sign_in(again, login, WORD)
        statuses.append(send(again, "/sign-in/code", code=each).status_code)

    assert not set(old) & set(new)
    assert statuses == [401, 302]


@pytest.mark.parametrize("name", ["password", "factor", "factor-off", "codes"])
def test_these_pages_are_closed_to_strangers_and_kept_by_no_browser(
    ministry: Ministry, site: Flask, name: str
) -> None:
    client = entered(site, employ(ministry, "closed"))

    assert "sign-in" in site.test_client().get(f"/my/{name}").headers["Location"]
    assert client.get(f"/my/{name}").headers["Cache-Control"] == "no-store"
    assert client.post(f"/my/{name}", data={"password": WORD}).status_code in {302, 401, 422}
