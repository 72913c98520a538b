"""The second factor: who needs one, how it is switched on, which codes come in and how often."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.dashboards.entrance import (
    NEXT,
    WORD,
    Clock,
    code,
    employ,
    enrol,
    is_in,
    lines,
    send,
    sign_in,
    site_at,
)
from tests.readers import CSRF, Ministry, keys
from warehouse import factors, roles
from warehouse.entrance import DEMO


@pytest.mark.mlps("M6")
@pytest.mark.parametrize(
    ("role", "at", "is_asked"),
    [
        ("decision_maker", "ministry", True),
        ("analyst", "ministry", True),
        ("supervisor", "province", True),
        ("reviewer", "province", True),
        ("system_admin", "county", True),
        ("security_admin", "school", True),
        ("audit_admin", "county", True),
        ("reviewer", "county", False),
        ("head", "school", False),
    ],
)
def test_administrators_ministry_and_provinces_need_a_second_factor(
    ministry: Ministry, site: Flask, role: str, at: str, is_asked: bool
) -> None:
    login = employ(ministry, f"{role}-{at}", role=role, place_id=ministry.at(at))
    client = site.test_client()

    answer = sign_in(client, login, WORD)

    assert answer.headers["Location"] == ("/sign-in/enrol?lang=zh" if is_asked else "/")
    assert (client.get("/").headers["Location"] == "/sign-in") == is_asked


@pytest.mark.mlps("M6")
def test_demo_accounts_need_none_where_figures_are_synthetic_and_do_elsewhere(
    ministry: Ministry, clock: Clock
) -> None:
    synthetic, real = (
        site_at(ministry, clock, synthetic=here).test_client() for here in (True, False)
    )

    assert sign_in(synthetic, "ministry").headers["Location"] == "/"
    assert sign_in(real, "ministry").headers["Location"] == "/sign-in/enrol?lang=zh"


@pytest.mark.mlps("M6")
def test_password_and_code_together_come_in(ministry: Ministry, site: Flask, clock: Clock) -> None:
    login = employ(ministry, "both", place_id=1)
    first = site.test_client()
    sign_in(first, login, WORD, next="/zh/catalogue")
    secret, _, shown = enrol(first, clock)
    clock.goes_on(seconds=30)
    again = site.test_client()

    step = sign_in(again, login, WORD, next="/zh/catalogue")
    before = is_in(again)
    answer = send(again, "/sign-in/code", code=code(secret, clock))

    assert 'href="/zh/catalogue"' in shown.text
    assert is_in(first)
    assert step.headers["Location"] == "/sign-in/code?lang=zh"
    assert not before
    assert (answer.headers["Location"], is_in(again)) == ("/zh/catalogue", True)
    assert lines(ministry, login) == [
        ("factor_on", True, {}),
        ("sign_in", True, {"second_factor": "totp"}),
        ("sign_in", True, {"second_factor": "totp"}),
    ]


def with_factor(
    ministry: Ministry, site: Flask, clock: Clock, login: str, **values: Any
) -> tuple[str, list[str]]:
    """An account whose second factor is on, half a minute later."""
    employ(ministry, login, place_id=1, **values)
    client = site.test_client()
    sign_in(client, login, WORD)
    secret, codes, _ = enrol(client, clock)
    clock.goes_on(seconds=30)
    return secret, codes


@pytest.mark.mlps("M6")
def test_a_code_is_used_once_and_none_before_it_later(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    secret, _ = with_factor(ministry, site, clock, "once")
    said = [code(secret, clock), code(secret, clock), code(secret, clock, -1)]

    statuses = []
    for each in said:
        client = site.test_client()
        sign_in(client, "once", WORD)
        statuses.append(send(client, "/sign-in/code", code=each).status_code)

    assert statuses == [302, 401, 401]


@pytest.mark.mlps("M6")
@pytest.mark.parametrize(("steps", "comes_in"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_wrong_by_one_step(
    ministry: Ministry, site: Flask, clock: Clock, steps: int, comes_in: bool
) -> None:
    secret, _ = with_factor(ministry, site, clock, f"step{steps}")
    clock.goes_on(minutes=5)
    client = site.test_client()
    sign_in(client, f"step{steps}", WORD)

    answer = send(client, "/sign-in/code", code=code(secret, clock, steps))

    assert (answer.status_code == 302) == comes_in


@pytest.mark.mlps("M6")
def test_a_recovery_code_stands_in_once(ministry: Ministry, site: Flask, clock: Clock) -> None:
    _, codes = with_factor(ministry, site, clock, "lost")
    statuses = []
    for each in (codes[3].upper().replace("-", " "), codes[3], codes[4]):
        client = site.test_client()
        sign_in(client, "lost", WORD)
        statuses.append(send(client, "/sign-in/code", code=each).status_code)

    assert len(set(codes)) == 10
    assert statuses == [302, 401, 302]
    details = [detail for event, ok, detail in lines(ministry, "lost") if event == "sign_in" and ok]
    assert [each["second_factor"] for each in details] == ["totp", "recovery", "recovery"]


@pytest.mark.mlps("M3", "M6")
def test_guessing_codes_locks_although_the_password_is_right_each_time(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    secret, _ = with_factor(ministry, site, clock, "guessed")
    for _ in range(5):
        client = site.test_client()
        assert sign_in(client, "guessed", WORD).status_code == 302
        assert send(client, "/sign-in/code", code="abc").status_code == 401

    locked = send(client, "/sign-in/code", code=code(secret, clock))

    assert locked.status_code == 401
    assert sign_in(site.test_client(), "guessed", WORD).status_code == 401
    assert "lock" in [event for event, _, _ in lines(ministry, "guessed")]


@pytest.mark.mlps("M2", "M6")
def test_nothing_kept_shows_a_secret_or_a_code(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    secret, codes = with_factor(ministry, site, clock, "sealed")

    with roles.connect(ministry.owner_url) as connection:
        text = str(
            [
                connection.execute(f"SELECT to_jsonb(t)::text FROM {table} t").fetchall()
                for table in ("account", "recovery_code", "audit", "session")
            ]
        )
    assert secret not in text
    assert not [each for each in codes if each in text or each.replace("-", "") in text]


@pytest.mark.mlps("M6")
def test_steps_are_closed_to_whoever_has_not_come_to_them(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    with_factor(ministry, site, clock, "stepper")
    stranger, pending = site.test_client(), site.test_client()
    sign_in(pending, "stepper", WORD)

    for step in ("code", "enrol", "change"):
        assert stranger.get(f"/sign-in/{step}").headers["Location"] == "/sign-in?lang=zh"
    for step in ("enrol", "change"):
        assert pending.get(f"/sign-in/{step}").headers["Location"] == "/sign-in?lang=zh"
    assert pending.get("/sign-in/code").status_code == 200
    clock.goes_on(minutes=10, seconds=1)
    assert pending.get("/sign-in/code").headers["Location"] == "/sign-in?lang=zh"


@pytest.mark.mlps("M1", "M6")
def test_at_the_first_sign_in_the_factor_comes_first_and_then_the_password(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    login = employ(ministry, "newcomer", place_id=1, must_change=True)
    client = site.test_client()
    sign_in(client, login, WORD)

    _, _, shown = enrol(client, clock)
    between = is_in(client)
    changed = send(client, "/sign-in/change?lang=en", new=NEXT, again=NEXT)

    assert 'href="/sign-in/change?lang=zh"' in shown.text
    assert not between
    assert (changed.headers["Location"], is_in(client)) == ("/", True)
    assert sign_in(site.test_client(), login, WORD).status_code == 401


def test_a_step_without_its_token_is_refused(ministry: Ministry, site: Flask, clock: Clock) -> None:
    secret, _ = with_factor(ministry, site, clock, "tokenless")
    client = site.test_client()
    sign_in(client, "tokenless", WORD)
    assert CSRF.search(client.get("/sign-in/code").text)

    for token in ({}, {"csrf": "guessed"}):
        said = {"code": code(secret, clock), **token}
        assert client.post("/sign-in/code", data=said).status_code == 401


def officer(ministry: Ministry, site: Flask, at: str) -> FlaskClient:
    """A security administrator of that place, made for a demo."""
    login = employ(
        ministry, f"security-{at}", role="security_admin", place_id=ministry.at(at), depth="records", created_by=DEMO
    )  # fmt: skip
    client = site.test_client()
    assert sign_in(client, login, WORD).headers["Location"] == "/"
    return client


@pytest.mark.mlps("M6", "M10")
def test_a_lost_second_factor_is_taken_away_by_the_security_administrator_above(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    with_factor(ministry, site, clock, "loser")
    with ministry.worker.writing() as writer:
        place = ministry.at("province")
        writer.run(f"UPDATE account SET place_id = {place} WHERE login = 'loser'")
    step = []

    for at in ("sister", "county", "province"):
        client = officer(ministry, site, at)
        with client.session_transaction() as kept:
            said = {"csrf": kept["csrf"], "back": "/zh/locks", "login": "loser"}
        client.post("/do/reset_factor", data=said)
        step.append(sign_in(site.test_client(), "loser", WORD).headers["Location"].split("?")[0])

    assert step == ["/sign-in/code", "/sign-in/code", "/sign-in/enrol"]
    assert ("reset_factor", True) in [(e, ok) for e, ok, _ in lines(ministry, "security-province")]
    assert ("reset_factor", False) in [(e, ok) for e, ok, _ in lines(ministry, "security-sister")]


@pytest.mark.mlps("M10")
def test_nobody_takes_the_own_second_factor_away(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    with_factor(ministry, site, clock, "self-server", role="security_admin")
    with ministry.worker.writing() as writer:
        writer.run("UPDATE account SET totp_step = 0 WHERE login = 'self-server'")
    client = site.test_client()
    sign_in(client, "self-server", WORD)
    send(client, "/sign-in/code", code=code(secret_of(ministry, "self-server"), clock))
    with client.session_transaction() as kept:
        said = {"csrf": kept["csrf"], "back": "/zh/locks", "login": "self-server"}

    client.post("/do/reset_factor", data=said)

    assert (ministry.worker.account("self-server") or {})["totp_secret"] is not None
    assert ("reset_factor", False) in [(e, ok) for e, ok, _ in lines(ministry, "self-server")]


def secret_of(ministry: Ministry, login: str) -> str:
    sealed = (ministry.worker.account(login) or {})["totp_secret"]
    return keys().unseal(sealed, about=factors.about(login))
