"""Sessions and locks: how long one stays in, what ends it, and who is kept out for how long."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from dashboards import auth
from dashboards.auth import Door
from etl.tasks.entrance import KEPT
from tests.dashboards.entrance import (
    NEXT,
    WORD,
    Clock,
    employ,
    is_in,
    lines,
    send,
    sign_in,
)
from tests.readers import DISPATCH, PASSWORD, Ministry
from warehouse import knocks, passwords, roles, sessions
from warehouse.entrance import name
from warehouse.rights import Role


@pytest.mark.mlps("M4")
def test_a_session_ends_when_it_is_not_used_for_half_an_hour(site: Flask, clock: Clock) -> None:
    client = site.test_client()
    sign_in(client, "county")

    clock.goes_on(minutes=29)
    in_use = is_in(client)
    clock.goes_on(minutes=29)
    still = is_in(client)
    clock.goes_on(minutes=30, seconds=1)

    assert (in_use, still, is_in(client)) == (True, True, False)
    assert client.post(DISPATCH, json={}).status_code == 401


@pytest.mark.mlps("M4")
def test_an_administrators_session_ends_after_a_quarter(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    client = site.test_client()
    sign_in(client, ministry.readers["audit"].login)
    assert client.get("/zh/audit").status_code == 200

    clock.goes_on(minutes=15, seconds=1)

    assert client.get("/zh/audit").status_code == 302


@pytest.mark.mlps("M4")
def test_no_session_outlasts_half_a_day_however_much_it_is_used(site: Flask, clock: Clock) -> None:
    client = site.test_client()
    sign_in(client, "county")

    for _ in range(36):
        clock.goes_on(minutes=20)
        assert is_in(client)
    clock.goes_on(seconds=1)

    assert not is_in(client)


@pytest.mark.mlps("M4")
def test_the_cookie_of_a_session_that_was_signed_out_opens_nothing(site: Flask) -> None:
    client, thief = site.test_client(), site.test_client()
    sign_in(client, "county")
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert is_in(thief)

    client.get("/sign-out")

    assert not is_in(thief)
    assert thief.post(DISPATCH, json={}).status_code == 401


@pytest.mark.mlps("M4", "M25")
def test_signing_out_ends_it_in_this_process_at_once(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "TRUST_S", 600.0)
    client, thief = ministry.site.test_client(), ministry.site.test_client()
    sign_in(client, "county")
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert is_in(thief)

    client.get("/sign-out")

    assert not is_in(thief)


@pytest.mark.mlps("M5")
def test_every_sign_in_has_a_session_of_its_own(site: Flask) -> None:
    client = site.test_client()
    tokens = []
    for _ in range(2):
        sign_in(client, "county")
        with client.session_transaction() as kept:
            tokens.append(kept["token"])

    assert len(set(tokens)) == 2


@pytest.mark.mlps("M2", "M4")
def test_the_warehouse_keeps_no_token(ministry: Ministry, site: Flask) -> None:
    client = site.test_client()
    sign_in(client, "county")
    with client.session_transaction() as kept:
        token = kept["token"]

    with roles.connect(ministry.owner_url) as connection:
        rows = str(connection.execute("SELECT to_jsonb(s)::text FROM session s").fetchall())
    assert token not in rows
    assert sessions.key_of(token) in rows


@pytest.mark.mlps("M4", "M9")
@pytest.mark.parametrize(
    "change",
    ["is_suspended = true", "valid_until = '2026-11-19'", "valid_from = '2026-11-21'"],
)
def test_the_sessions_of_a_closed_account_end_with_it(
    ministry: Ministry, site: Flask, change: str
) -> None:
    login = employ(ministry, "leaver")
    client = site.test_client()
    sign_in(client, login, WORD)
    assert is_in(client)

    with ministry.worker.writing() as writer:
        writer.run(f"UPDATE account SET {change} WHERE login = 'leaver'")

    assert not is_in(client)
    assert sign_in(client, login, WORD).status_code == 401


@pytest.mark.mlps("M7")
def test_an_account_that_nobody_gave_a_role_does_not_come_in(
    ministry: Ministry, site: Flask
) -> None:
    assert (
        sign_in(site.test_client(), employ(ministry, "roleless", role=""), WORD).status_code == 401
    )


@pytest.mark.mlps("M9")
def test_an_account_is_valid_on_its_first_and_last_day(ministry: Ministry, site: Flask) -> None:
    login = employ(ministry, "today", valid_from="2026-11-20", valid_until="2026-11-20")

    assert sign_in(site.test_client(), login, WORD).status_code == 302


@pytest.mark.mlps("M4")
def test_another_password_ends_every_session(ministry: Ministry, site: Flask, clock: Clock) -> None:
    login = employ(ministry, "changed")
    client = site.test_client()
    sign_in(client, login, WORD)
    assert is_in(client)

    with ministry.worker.writing() as writer:
        passwords.keep(writer, login, NEXT, clock.now)

    assert not is_in(client)


def test_web_sees_only_the_session_it_names(ministry: Ministry, site: Flask) -> None:
    for login in ("county", "school"):
        sign_in(site.test_client(), login)
    with ministry.web.writing() as writer:
        name(writer, "county")
        blind = writer.rows(sa.text("SELECT key FROM session"))
        ended = writer.run("UPDATE session SET ended_at = now()")
    own = ministry.web.scope("school", 1, "published")
    with ministry.web.reading(own) as reader:
        seen = {row[0] for row in reader.rows(sa.text("SELECT login FROM session"))}

    assert (list(blind), ended, seen) == ([], 0, {"school"})


def test_no_session_is_opened_for_another_login(ministry: Ministry) -> None:
    theirs = "INSERT INTO session VALUES ('k', 'ministry', '', now(), now(), null, '', '')"

    with ministry.web.writing() as writer:
        name(writer, "school", session="k")
        with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
            writer.run(theirs)


def fail(site: Flask, login: str, times: int = 5) -> None:
    for n in range(times):
        assert sign_in(site.test_client(), login, f"wrong {n}").status_code == 401


@pytest.mark.mlps("M3")
def test_five_failures_lock_for_a_quarter_of_an_hour(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    login = employ(ministry, "locked")
    fail(site, login)

    locked = sign_in(site.test_client(), login, WORD)
    clock.goes_on(minutes=14, seconds=59)
    still = sign_in(site.test_client(), login, WORD)
    clock.goes_on(seconds=1)
    after = sign_in(site.test_client(), login, WORD)

    assert [each.status_code for each in (locked, still, after)] == [401, 401, 302]
    events = [(event, succeeded) for event, succeeded, _ in lines(ministry, login)]
    assert events == [
        *[("sign_in", False)] * 5,
        ("lock", True),
        *[("sign_in", False)] * 2,
        ("sign_in", True),
    ]


@pytest.mark.mlps("M3")
def test_what_is_said_is_the_same_for_a_wrong_word_a_lock_and_a_stranger(
    ministry: Ministry, site: Flask
) -> None:
    login = employ(ministry, "generic")
    said = set()
    for who in (login, "nobody-by-this-name"):
        for _ in range(7):
            answer = sign_in(site.test_client(), who, "wrong").text
            said.add(answer[answer.index("<form") :].replace(who, "").split('name="csrf"')[0])
            said.add(answer[answer.index('id="why"') : answer.index("<form")])
    locked = sign_in(site.test_client(), login, WORD)

    assert locked.status_code == 401
    assert len(said) == 2
    assert knocks.MOST == 5


@pytest.mark.mlps("M3")
def test_a_stranger_is_locked_like_anybody(ministry: Ministry, site: Flask) -> None:
    fail(site, "no-such-account", 6)

    events = [event for event, _, _ in lines(ministry, "no-such-account")]

    assert events == [*["sign_in"] * 5, "lock", "sign_in"]


@pytest.mark.mlps("M3")
def test_coming_in_clears_the_failures_before(ministry: Ministry, site: Flask) -> None:
    login = employ(ministry, "clumsy")
    for _ in range(3):
        fail(site, login, 4)
        assert sign_in(site.test_client(), login, WORD).status_code == 302


@pytest.mark.mlps("M3")
def test_failures_long_ago_do_not_count(ministry: Ministry, site: Flask, clock: Clock) -> None:
    login = employ(ministry, "slow")
    fail(site, login, 4)
    clock.goes_on(minutes=16)
    fail(site, login, 4)

    assert sign_in(site.test_client(), login, WORD).status_code == 302


@pytest.mark.mlps("M3", "M10")
def test_the_security_administrator_of_the_place_lifts_a_lock_and_nobody_else(
    ministry: Ministry, site: Flask
) -> None:
    login = employ(ministry, "waiting")
    fail(site, login)
    offices = [
        (Role.SYSTEM_ADMIN, 1),
        ("", 1),
        (Role.SECURITY_ADMIN, ministry.at("sister")),
        (Role.SECURITY_ADMIN, ministry.at("province")),
    ]

    lifted = []
    for office, place in offices:
        scope = ministry.web.scope("officer", place, "records", office)
        with ministry.web.acting(scope) as writer:
            lifted.append(knocks.unlock(writer, login))

    assert lifted == [False, False, False, True]
    assert sign_in(site.test_client(), login, WORD).status_code == 302


@pytest.mark.mlps("M3", "M10")
def test_a_lock_is_listed_and_lifted_on_a_page(ministry: Ministry, site: Flask) -> None:
    login = employ(ministry, "listed")
    fail(site, login)
    officer = site.test_client()
    sign_in(officer, ministry.readers["security"].login)

    text = officer.get("/zh/locks").text
    with officer.session_transaction() as kept:
        said = {"csrf": kept["csrf"], "back": "/zh/locks", "login": login}
    officer.post("/do/unlock", data=said)

    assert login in text
    assert f"已解除 {login} 的锁定" in officer.get("/zh/locks").text
    assert sign_in(site.test_client(), login, WORD).status_code == 302
    events = [event for event, ok, _ in lines(ministry, ministry.readers["security"].login) if ok]
    assert events[-1] == "unlock"


@pytest.mark.mlps("M3")
def test_many_attempts_at_once_are_no_more_than_in_turn(ministry: Ministry, clock: Clock) -> None:
    def one(_: int) -> bool:
        with ministry.web.writing() as writer:
            return knocks.attempt(writer, "at-once", clock.now).is_allowed

    with ThreadPoolExecutor(8) as threads:
        allowed = sum(threads.map(one, range(40)))

    assert allowed == knocks.MOST


@pytest.mark.parametrize(
    ("agent", "kept"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_two_words_are_kept_of_what_a_browser_says(agent: str, kept: str) -> None:
    assert sessions.summary(agent) == kept


def test_old_failures_are_swept(ministry: Ministry, site: Flask) -> None:
    fail(site, "passing-by", 1)
    with ministry.worker.writing() as writer:
        writer.run("UPDATE knock SET at = at - interval '2 days'")
    fail(site, "another", 1)

    with ministry.worker.writing() as writer:
        knocks.sweep(writer)
        left = {row[0] for row in writer.rows(sa.text("SELECT login FROM knock"))}

    assert "another" in left
    assert "passing-by" not in left


def test_sessions_are_let_go_of_after_three_months(ministry: Ministry, site: Flask) -> None:
    for login in ("county", "school"):
        sign_in(site.test_client(), login)
    with ministry.worker.writing() as writer:
        writer.run(
            "UPDATE session SET seen_at = seen_at - interval '91 days' WHERE login = 'school'"
        )
        sessions.sweep(writer, datetime.now(UTC) - KEPT)
        left = {row[0] for row in writer.rows(sa.text("SELECT login FROM session"))}

    assert "school" not in left
    assert "county" in left


@pytest.mark.mlps("M1")
def test_a_password_of_ninety_days_is_changed_before_anything_else(
    ministry: Ministry, site: Flask
) -> None:
    door: Door = site.extensions["door"]
    login = employ(ministry, "ninety", password_set_at=door.now() - timedelta(days=91))
    client = site.test_client()

    step = sign_in(client, login, WORD)
    before = is_in(client)
    same = send(client, "/sign-in/change", new=WORD, again=WORD)
    weak = send(client, "/sign-in/change?lang=en", new="short", again="short")
    differs = send(client, "/sign-in/change", new=NEXT, again=NEXT + "x")
    done = send(client, "/sign-in/change", new=NEXT, again=NEXT)

    assert step.headers["Location"] == "/sign-in/change?lang=zh"
    assert not before
    assert "最近 5 次" in same.text
    assert "at least 10 characters" in weak.text
    assert "不一致" in differs.text
    assert (done.status_code, is_in(client)) == (302, True)
    assert PASSWORD not in str(lines(ministry, login))
    assert [event for event, _, _ in lines(ministry, login)] == ["change_password", "sign_in"]
