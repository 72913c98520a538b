"""Attacks on what readers can send: addresses, fields, tokens, cookies, lengths, rates."""

from __future__ import annotations

import json
import socket
from dataclasses import fields
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from dashboards import action, limits
from dashboards.address import Address
from dashboards.watch import MOST, Watch
from tests.readers import CSRF, DISPATCH, YEAR, Ministry, opened_site, searched, sign_in
from warehouse import roles
from warehouse.places import NATION, Rung
from warehouse.rights import Role

INJECTIONS = (
    "'; DROP TABLE account; --", "' OR '1'='1", "1 UNION SELECT login, password_hash FROM account", "1; SELECT pg_sleep(5)",
    "students); DELETE FROM audit; --", "\\'; --", "%27%20OR%201=1", '{{"zj"*3}}${"zj"*3}', "%s%s%n", "\x00", "a\r\nSet-Cookie: x=1",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "../../../../etc/passwd", "．．／etc", "' || (SELECT 1)::text || '",
)  # fmt: skip
OPTIONS = sorted(one.name for one in fields(Address))
TABLES = ("account", "audit", "place", "setting", "submission")


@pytest.fixture(scope="module")
def reader(ministry: Ministry) -> FlaskClient:
    return ministry.client("province")


@pytest.fixture(scope="module")
def auditor(ministry: Ministry) -> FlaskClient:
    return ministry.appointed(Role.AUDIT_ADMIN, NATION)


def rows(ministry: Ministry) -> dict[str, int]:
    """How many rows stand in tables an attacker would like to change."""
    with roles.connect(ministry.owner_url) as owner:
        counts = {
            name: owner.execute(f"SELECT count(*) FROM {name}".encode()).fetchone()
            for name in TABLES
        }
    return {name: count[0] if count else -1 for name, count in counts.items()}


def csrf_of(client: FlaskClient) -> str:
    """The token of the form at the door."""
    found = CSRF.search(client.get("/sign-in").text)
    assert found
    return found[1]


def kept(ministry: Ministry) -> dict[str, int]:
    """The same without the trail, which grows by what is refused."""
    return {name: count for name, count in rows(ministry).items() if name != "audit"}


# -- injection


@pytest.mark.mlps("M19")
@pytest.mark.parametrize("option", OPTIONS)
def test_no_option_of_an_address_reaches_sql_or_comes_back_as_markup(
    ministry: Ministry, reader: FlaskClient, option: str
) -> None:
    before = rows(ministry)

    for text in INJECTIONS:
        answer = reader.get(f"/zh/place/{ministry.at('province')}?{option}={quote(text)}")
        assert answer.status_code in {200, 400}, text
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "zjzjzj" not in answer.text, "a template is not computed"
        assert "Set-Cookie: x" not in str(answer.headers)
    after = rows(ministry)
    assert all(after[name] >= before[name] for name in TABLES)
    assert {n: c for n, c in after.items() if n != "audit"} == kept(ministry)


@pytest.mark.mlps("M19")
@pytest.mark.parametrize("text", INJECTIONS)
def test_the_search_of_places_and_of_the_trail_take_any_text(
    ministry: Ministry, reader: FlaskClient, auditor: FlaskClient, text: str
) -> None:
    before = kept(ministry)

    hits = searched(reader, text)
    found = auditor.get(f"/zh/audit?object={quote(text)}")
    by_login = auditor.get(f"/zh/audit?item={quote(text)}")

    assert found.status_code in {200, 400}
    assert by_login.status_code in {200, 400}
    for answer in (hits, found.text, by_login.text):
        assert "<script>alert" not in answer
        assert "password_hash" not in answer or "password_hash" in text
    assert kept(ministry) == before


@pytest.mark.mlps("M19")
@pytest.mark.parametrize("field", ["account", "password", "csrf", "next", "lang"])
def test_no_field_of_the_door_reaches_sql_or_comes_back_as_markup(
    ministry: Ministry, field: str
) -> None:
    before = kept(ministry)

    for text in INJECTIONS:
        client = ministry.site.test_client()
        said = {"account": "nobody", "password": "wrong", "csrf": csrf_of(client), field: text}
        answer = client.post("/sign-in", data=said)
        assert answer.status_code in {400, 401, 403}, text
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert text not in str(answer.headers)
    assert kept(ministry) == before


@pytest.mark.mlps("M19")
def test_a_trail_that_holds_markup_shows_it_as_text(
    ministry: Ministry, auditor: FlaskClient
) -> None:
    """Whoever cannot sign in still writes the login into the trail that administrators read."""
    sign_in(ministry.site.test_client(), '<script>alert("door")</script>', "wrong")

    page = auditor.get("/zh/audit?view=sign_in&form=refused").text

    assert '<script>alert("door")' not in page
    assert 'alert("door")' in unescape(page)


@pytest.mark.mlps("M19")
@pytest.mark.parametrize(
    "path",
    ["/assets/../app.py", "/assets/..%2f..%2fpyproject.toml", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets//etc/passwd",
     "/assets/zhijian.py", "/_dash-component-suites/dash/../../app.py", "/_dash-component-suites/dash/%2e%2e/version.py",
     "/_dash-component-suites/os/path", "/_dash-component-suites/dash/dash.py", "/assets/vendor", "/assets/.git/config"],
)  # fmt: skip
def test_no_file_is_served_but_those_meant_to_be(reader: FlaskClient, path: str) -> None:
    answer = reader.get(path)

    body = answer.get_data()
    assert answer.status_code in {400, 404}, path
    assert not any(word in body for word in (b"[project]", b"root:", b"import ", b"[core]"))


# -- requests forged elsewhere


@pytest.mark.mlps("M19")
@pytest.mark.parametrize(
    ("token", "headers"),
    [("", {}), ("guessed", {}), (None, {"Sec-Fetch-Site": "cross-site"}), (None, {"Sec-Fetch-Site": "same-site"})],
    ids=["none", "guessed", "cross-site", "same-site"],
)  # fmt: skip
def test_no_action_is_done_for_another_site(
    ministry: Ministry, token: str | None, headers: dict[str, str]
) -> None:
    entitled = {
        name: next(role for role in Role if one.is_open_to(role.rights))
        for name, one in action.registry().items()
    }
    clients = {
        role: ministry.appointed(role, ministry.at("province")) for role in {*entitled.values()}
    }
    before = kept(ministry)

    for name, role in entitled.items():
        with clients[role].session_transaction() as session:
            own = session.get("csrf", "")
        said = {"csrf": own if token is None else token}
        answer = clients[role].post(f"/do/{name}", data=said, headers=headers)
        assert answer.status_code == 403, name
        assert kept(ministry) == before, name


@pytest.mark.mlps("M19")
def test_an_action_is_never_done_by_an_address_alone(reader: FlaskClient) -> None:
    for name in [*action.registry(), "anything"]:
        assert reader.get(f"/do/{name}").status_code in {400, 404, 405}
        assert reader.put(f"/do/{name}").status_code == 405


# -- cookies and headers


@pytest.mark.mlps("M5")
def test_over_tls_cookies_and_headers_are_bound_to_it(ministry: Ministry) -> None:
    site = opened_site(ministry.web, secure=True)
    client = site.test_client()

    answer = sign_in(client, ministry.readers["school"].login)

    for cookie in answer.headers.getlist("Set-Cookie"):
        parts = {part.strip().lower() for part in cookie.split(";")}
        assert {"secure", "httponly"} <= parts
        assert parts & {"samesite=lax", "samesite=strict"}
    sts = client.get("/sign-in").headers["Strict-Transport-Security"]
    assert int(sts.split("max-age=")[1].split(";")[0]) >= 31_536_000


@pytest.mark.mlps("M5", "M19")
def test_every_answer_carries_the_shield(ministry: Ministry, reader: FlaskClient) -> None:
    stranger = ministry.site.test_client()
    answers = [client.get(path) for client in (reader, stranger)
               for path in ("/", "/sign-in", "/health", "/ready", "/metrics", "/zh/place/1", "/zh/nothing", "/nothing", "/_dash-layout")]  # fmt: skip
    answers.append(reader.post(DISPATCH, data="{", content_type="application/json"))

    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        scripts = policy.split("script-src ")[1].split(";")[0]
        assert scripts == "'self'"
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.mlps("M25")
def test_nothing_personal_is_kept_by_a_browser(ministry: Ministry, reader: FlaskClient) -> None:
    pages = ["/", f"/zh/place/{ministry.at('province')}?year={YEAR}", "/zh/catalogue", "/sign-in", "/_dash-layout"]  # fmt: skip

    assert {reader.get(page).headers["Cache-Control"] for page in pages} == {"no-store"}
    assert "storage" in ministry.entered("county", ministry.site).get("/sign-out").headers["Clear-Site-Data"]  # fmt: skip


@pytest.mark.mlps("M19")
def test_a_request_for_another_host_is_refused(ministry: Ministry) -> None:
    site = opened_site(ministry.web, hosts="zhijian.example")

    for host, status in (("zhijian.example", 200), ("evil.example", 400), ("zhijian.example.evil.example", 400)):  # fmt: skip
        assert site.test_client().get("/sign-in", headers={"Host": host}).status_code == status


# -- lengths, shapes, rates


@pytest.mark.mlps("M19")
@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [("/sign-in", b"a=" + b"b" * 2_000_000, "application/x-www-form-urlencoded", 413),
     (DISPATCH, b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}", "application/json", 400),
     (DISPATCH, b"{" + b" " * 200_000 + b"}", "application/json", 413),
     (DISPATCH, b"\xff\xfe", "application/json", 400), (DISPATCH, b"[]", "application/json", 400),
     (DISPATCH, b'{"output":"page.tree","inputs":[{"id":{"a":1},"property":"x","value":1}]}', "application/json", 400),
     (DISPATCH, json.dumps({"output": "page.tree", "inputs": [{"id": "l", "property": "pathname", "value": "a" * 9_000}]}).encode(),
      "application/json", 400)],
    ids=["form", "deep", "blank", "bytes", "list", "pattern", "long"],
)  # fmt: skip
def test_what_is_too_much_or_of_no_shape_of_ours_is_refused(
    reader: FlaskClient, path: str, body: bytes, kind: str, status: int
) -> None:
    assert reader.post(path, data=body, content_type=kind).status_code == status


@pytest.mark.mlps("M19")
def test_too_long_addresses_and_headers_are_refused(reader: FlaskClient) -> None:
    assert reader.get("/zh/place/1?object=" + "a" * 5_000).status_code == 414
    assert reader.get("/zh/place/1", headers={"X-Much": "a" * 20_000}).status_code == 431


@pytest.mark.mlps("M3", "M20")
def test_whoever_knocks_too_often_waits(ministry: Ministry) -> None:
    site = opened_site(ministry.web, limits=True)
    client = site.test_client()

    statuses = [client.post("/sign-in", data={"account": f"guess-{n}"}).status_code
                for n in range(limits.KNOCKS.at_once + 5)]  # fmt: skip
    waiting = client.post("/sign-in", data={"account": "guess"})

    assert statuses.count(429) >= 4
    assert waiting.status_code == 429
    assert int(waiting.headers["Retry-After"]) >= 1
    assert client.get("/health").status_code == 200


@pytest.mark.mlps("M20")
def test_an_account_that_opens_very_many_schools_is_written_down(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Watch, "most", 3)
    monkeypatch.setattr("dashboards.site.Watch", lambda tell: Watch(tell, most=3))
    client = ministry.entered("ministry", ministry.another_site())
    schools = [row.place_id for row in ministry.web.ladder.places.values() if row.rung == Rung.SCHOOL]  # fmt: skip

    for school in schools[:6]:
        client.get(f"/zh/place/{school}?year={YEAR}")
        client.get(f"/zh/place/{school}?year={YEAR}")

    with roles.connect(ministry.owner_url) as owner:
        lines = owner.execute(
            "SELECT login, detail FROM audit WHERE event = 'mass_query'"
        ).fetchall()
    assert [login for login, _ in lines] == [ministry.readers["ministry"].login]
    assert MOST >= 100, "a supervisor who works through a province is no thief"


# -- what the server itself may reach


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Addresses that this process connects to while a test lasts, the database's own socket apart."""
    found: list[Any] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            found.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: found.append(host))
    return found


@pytest.mark.mlps("M19")
@pytest.mark.parametrize("option", OPTIONS)
def test_no_address_makes_the_server_fetch_anything(
    ministry: Ministry, reader: FlaskClient, reached: list[Any], option: str
) -> None:
    for text in ("http://169.254.169.254/latest/meta-data", "//127.0.0.1:5432/", "file:///etc/passwd", "gopher://127.0.0.1:25/_"):  # fmt: skip
        reader.get(f"/zh/place/{ministry.at('province')}?{option}={quote(text)}", headers={"Referer": text, "Host": "127.0.0.1"})  # fmt: skip

    assert reached == []
