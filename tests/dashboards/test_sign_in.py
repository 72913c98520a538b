"""The door: who comes in, what a session is, where one is sent, what is written down."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from itsdangerous import timed

from dashboards import auth
from tests.readers import CSRF, DISPATCH, PASSWORD, Ministry, opened_site, sign_in
from warehouse import roles
from warehouse.entrance import DEMO
from warehouse.passwords import hash_password


@pytest.fixture
def stranger(ministry: Ministry) -> Iterator[FlaskClient]:
    """A browser that has not signed in."""
    with ministry.site.test_client() as client:
        yield client


def trail(ministry: Ministry) -> list[tuple[str, str, bool]]:
    """Who did what, and whether it was granted. Only the owner of the database reads the audit trail."""
    with roles.connect(ministry.owner_url) as connection:
        return connection.execute(
            "SELECT login, event, succeeded FROM audit ORDER BY audit_id"
        ).fetchall()


@pytest.mark.parametrize(
    ("login", "password"),
    [("ministry", "wrong"), ("ministry", ""), ("nobody", PASSWORD), ("", ""), ("ministry' --", PASSWORD),
     ("ministry\x00", "x"), ("<b>ministry</b>", "x"), ("m" * 3000, "x")],
    ids=["password", "no password", "login", "nothing", "sql", "nul", "html", "long"],
)  # fmt: skip
def test_a_wrong_word_is_refused_and_written_down(
    ministry: Ministry, stranger: FlaskClient, login: str, password: str
) -> None:
    before = len(trail(ministry))

    answer = sign_in(stranger, login, password)

    assert answer.status_code == 401
    assert "<b>ministry" not in answer.text
    assert trail(ministry)[before:] == [(login.replace("\x00", "")[:200], "sign_in", False)]
    assert stranger.get("/zh/place/1").status_code == 302


def test_the_right_word_opens_ones_own_place(ministry: Ministry, stranger: FlaskClient) -> None:
    before = len(trail(ministry))

    answer = sign_in(stranger, "county")

    assert answer.headers["Location"] == "/"
    home = stranger.get("/").headers["Location"]
    assert home.startswith(f"/zh/place/{ministry.at('county')}?year=")
    assert stranger.get(home).status_code == 200
    assert trail(ministry)[before:] == [("county", "sign_in", True)]


def test_a_form_without_its_token_is_refused_and_written_down(
    ministry: Ministry, stranger: FlaskClient
) -> None:
    stranger.get("/sign-in")
    before = len(trail(ministry))

    for token in ({}, {"csrf": ""}, {"csrf": "guessed"}):
        said = {"account": "ministry", "password": PASSWORD, **token}
        assert stranger.post("/sign-in", data=said).status_code == 401
    assert trail(ministry)[before:] == [("ministry", "sign_in", False)] * 3


def test_a_token_is_worth_nothing_in_another_browser(
    ministry: Ministry, stranger: FlaskClient
) -> None:
    theirs = CSRF.search(ministry.site.test_client().get("/sign-in").text)
    stranger.get("/sign-in")
    assert theirs

    said = {"account": "ministry", "password": PASSWORD, "csrf": theirs[1]}

    assert stranger.post("/sign-in", data=said).status_code == 401


def test_one_comes_back_to_the_very_view_that_was_asked_for(stranger: FlaskClient) -> None:
    wanted = "/en/place/1?year=2025&bounds=then&source=students"

    door = stranger.get(wanted)
    form = stranger.get(door.headers["Location"])
    token = CSRF.search(form.text)
    assert token
    said = {"account": "ministry", "password": PASSWORD, "csrf": token[1], "next": wanted}
    inside = stranger.post("/sign-in", data=said)

    assert door.status_code == 302
    assert wanted.replace("&", "&amp;") in form.text
    assert "Sign in" in form.text
    assert inside.headers["Location"] == wanted


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/zh/\\..\\evil", "javascript:alert(1)",
     "http:/zh/place/1", "/sign-out", "/zh", "\t//evil.example", " /zh/place/1"],
)  # fmt: skip
def test_nobody_is_sent_to_an_address_that_is_not_ours(
    stranger: FlaskClient, elsewhere: str
) -> None:
    assert sign_in(stranger, "analyst", next=elsewhere).headers["Location"] == "/"


@pytest.mark.mlps("M5")
def test_the_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(
    ministry: Ministry, stranger: FlaskClient
) -> None:
    cookie = sign_in(stranger, "school").headers["Set-Cookie"]
    over_tls = opened_site(ministry.web, secure=True).test_client()

    assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie
    assert "Secure" in over_tls.get("/sign-in").headers["Set-Cookie"]


@pytest.mark.mlps("M5")
def test_a_session_begun_by_somebody_else_is_not_taken_over(stranger: FlaskClient) -> None:
    """What stood in the cookie before signing in is gone afterwards."""
    with stranger.session_transaction() as planted:
        planted["csrf"] = "known to the attacker"
        planted["extra"] = "planted"

    sign_in(stranger, "school")

    with stranger.session_transaction() as kept:
        assert "extra" not in kept
        assert kept["csrf"] != "known to the attacker"
        assert kept["_user_id"] == "school"


def test_a_cookie_that_was_changed_is_no_session(stranger: FlaskClient) -> None:
    sign_in(stranger, "school")
    cookie = stranger.get_cookie("session")
    assert cookie is not None

    stranger.set_cookie("session", cookie.value[:-4] + "AAAA")

    assert stranger.get("/zh/place/1").status_code == 302


@pytest.mark.mlps("M4", "M25")
def test_signing_out_ends_the_session_and_empties_the_browser(
    ministry: Ministry, stranger: FlaskClient
) -> None:
    sign_in(stranger, "school")
    before = len(trail(ministry))

    answer = stranger.get("/sign-out")

    assert answer.headers["Location"] == "/sign-in"
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert stranger.get("/zh/place/1").status_code == 302
    assert trail(ministry)[before:] == [("school", "sign_out", True)]


def test_an_account_that_is_taken_away_reads_nothing_more(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {"login": "guest", "role": "analyst", "place_id": 1, "depth": "records", "name_zh": "客",
            "name_en": "Guest", "password_hash": hash_password(PASSWORD), "created_by": DEMO}  # fmt: skip
    ministry.worker.keep_account(**kept)
    client = ministry.site.test_client()
    sign_in(client, "guest")
    assert client.get(f"/zh/place/{ministry.at('school')}?year=2025").status_code == 200
    monkeypatch.setattr(auth, "TRUST_S", 0.0)

    ministry.worker.keep_account(**{**kept, "depth": "published"})
    narrowed = client.get(f"/zh/place/{ministry.at('school')}?year=2025").status_code
    with ministry.worker.writing() as writer:
        writer.run("DELETE FROM account WHERE login = 'guest'")
    gone = client.get("/zh/place/1?year=2025").status_code

    assert (narrowed, gone) == (403, 302)


@pytest.mark.mlps("M7")
@pytest.mark.parametrize(
    "address",
    ["/", "/zh/place/1", "/en/catalogue", "/zh/nothing", "/_favicon.ico", "/_dash-layout", "/_dash-dependencies",
     "/_reload-hash", "/_alive_abc", "/assets", "/healthz", "/Sign-in", "//zh/place/1", "/sign-in/../zh/place/1",
     "/sign-in/institution", "/sign-in/institution/back", "/my/password", "/sign-in/code/"],
)  # fmt: skip
def test_nothing_but_the_door_answers_strangers(stranger: FlaskClient, address: str) -> None:
    answer = stranger.get(address)

    assert answer.status_code == (401 if address.startswith("/_") else 302)
    assert "在校生" not in answer.text


def test_a_stranger_asks_dash_in_vain(stranger: FlaskClient) -> None:
    asked = {
        "output": "page.children",
        "inputs": [{"property": "pathname", "value": "/zh/place/1"}],
    }

    assert stranger.post(DISPATCH, json=asked).status_code == 401


@pytest.mark.parametrize("address", ["/sign-in", "/sign-in?lang=en", "/health"])
def test_the_door_itself_is_open(stranger: FlaskClient, address: str) -> None:
    answer = stranger.get(address)

    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_stylesheet_of_the_door_is_open(stranger: FlaskClient) -> None:
    sheet = stranger.get("/sign-in").text.split('rel="stylesheet" href="')[1].split('"')[0]

    assert stranger.get(sheet).status_code == 200
    assert stranger.get("/assets/../../pyproject.toml").status_code in {302, 404}


@pytest.mark.parametrize("by_s", [-2, 40 * 24 * 3600])
def test_only_the_warehouse_ends_a_session_and_no_clock_that_is_set_back_or_on(
    stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch, by_s: int
) -> None:
    sign_in(stranger, "county")

    monkeypatch.setattr(timed, "time", SimpleNamespace(time=lambda: time.time() + by_s))

    assert stranger.get("/zh/me").status_code == 200


def test_no_browser_asks_for_an_icon_that_only_readers_may_have(stranger: FlaskClient) -> None:
    sign_in(stranger, "county")

    for address in ("/sign-in", "/my/token", "/zh/me"):
        assert 'rel="icon" href="data:' in stranger.get(address).text, address
