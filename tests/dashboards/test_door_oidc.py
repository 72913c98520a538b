"""Signing in by an institution's own sign-in, against an OpenID provider that is not ours."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from tests.conftest import locked
from tests.dashboards.entrance import WORD, Clock, employ, is_in, lines, sign_in, site_at
from tests.ports import free_port
from tests.readers import Ministry, opened_site
from warehouse.errors import ZhijianError

FILES = Path(__file__).parent / "oidc"
BACK = "http://localhost/sign-in/institution/back"
NPM = "The tests of the institution's sign-in need node 18 or newer with npm: sudo apt-get install nodejs npm"


@pytest.fixture(scope="session")
def provider_folder(run_folder: Path) -> Path:
    """Where the provider is installed, from its lock file, once for all runs."""
    digest = sha256((FILES / "package-lock.json").read_bytes()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"zj-oidc-{digest}"
    with locked(run_folder):
        folder.mkdir(exist_ok=True)
        for file in FILES.iterdir():
            shutil.copy(file, folder)
        if not (folder / "installed").exists():
            assert shutil.which("npm"), NPM
            install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=300)
            (folder / "installed").touch()
    return folder


@pytest.fixture(scope="module")
def issuer(provider_folder: Path) -> Iterator[str]:
    """A running provider."""
    port = free_port()
    command = ["node", "provider.mjs", str(port), BACK]
    with subprocess.Popen(command, cwd=provider_folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:  # fmt: skip
        assert child.stdout is not None
        assert b"ready" in iter_until(child.stdout, b"ready")
        yield f"http://127.0.0.1:{port}"
        child.terminate()


def iter_until(stream: object, word: bytes) -> bytes:
    for line in stream:  # type: ignore[attr-defined]
        if word in line:
            return bytes(line)
    return b""


def settings_of(issuer: str) -> dict[str, str]:
    return {
        "oidc_issuer": issuer, "oidc_client_id": "zhijian", "oidc_client_secret": "known to both", "oidc_name": "省厅统一认证",
    }  # fmt: skip


@pytest.fixture
def site(ministry: Ministry, clock: Clock, issuer: str) -> Flask:
    return site_at(ministry, clock, **settings_of(issuer))


def through(address: str, who: str) -> str:
    """Sign in at the provider as a person does; the address it sends the browser back to."""
    with requests.Session() as browser:
        answer = browser.get(address, allow_redirects=False)
        for _ in range(12):
            where = urljoin(answer.url, answer.headers.get("Location", ""))
            if where.startswith(BACK):
                return where
            if answer.is_redirect:
                answer = browser.get(where, allow_redirects=False)
            else:
                said = {"prompt": "login", "login": who, "password": "x"} if 'name="login"' in answer.text else {"prompt": "consent"}  # fmt: skip
                answer = browser.post(answer.url, data=said, allow_redirects=False)
    raise AssertionError(answer.text)


def come_back(client: FlaskClient, start: str, who: str) -> tuple[str, TestResponse]:
    """Go to the institution, sign in there, and come back."""
    back = through(client.get(start).headers["Location"], who)
    return back, client.get(back.removeprefix("http://localhost"))


def linked(ministry: Ministry, site: Flask, login: str, who: str, **values: object) -> str:
    """An account that its reader has linked to the name at the institution."""
    employ(ministry, login, **values)
    client = site.test_client()
    sign_in(client, login, WORD)
    _, answer = come_back(client, "/my/institution", who)
    assert answer.headers["Location"] == "/zh/me"
    assert "已关联省厅统一认证" in client.get("/zh/me").text
    return login


def test_the_sign_in_page_offers_it_where_it_is_set(ministry: Ministry, site: Flask) -> None:
    assert "用省厅统一认证登录" in site.test_client().get("/sign-in").text
    assert "institution" not in ministry.site.test_client().get("/sign-in").text
    assert (
        ministry.site.test_client()
        .get("/sign-in/institution")
        .headers["Location"]
        .startswith("/sign-in?")
    )


def test_a_linked_account_comes_in_by_the_institution(ministry: Ministry, site: Flask) -> None:
    login = linked(ministry, site, "linker", "person-1")
    client = site.test_client()

    _, answer = come_back(client, "/sign-in/institution?next=/zh/catalogue", "person-1")

    assert answer.headers["Location"] == "/zh/catalogue"
    assert is_in(client)
    assert lines(ministry, login)[-2:] == [
        ("link_identity", True, {}),
        ("sign_in", True, {"by": "institution"}),
    ]


@pytest.mark.mlps("M6")
def test_the_second_factor_is_asked_for_all_the_same(ministry: Ministry, site: Flask) -> None:
    linked(ministry, site, "promoted-later", "person-2")
    with ministry.worker.writing() as writer:
        writer.run("UPDATE account SET place_id = 1 WHERE login = 'promoted-later'")
    client = site.test_client()

    _, answer = come_back(client, "/sign-in/institution", "person-2")

    assert answer.headers["Location"].startswith("/sign-in/enrol")
    assert not is_in(client)


@pytest.mark.mlps("M7")
def test_nobody_gets_an_account_by_it(ministry: Ministry, site: Flask) -> None:
    with ministry.worker.writing() as writer:
        before = writer.scalar("SELECT count(*) FROM account")
    client = site.test_client()

    _, answer = come_back(client, "/sign-in/institution?lang=en", "nobody-we-know")

    with ministry.worker.writing() as writer:
        assert writer.scalar("SELECT count(*) FROM account") == before
    assert answer.status_code == 401
    assert "No account that is open is linked" in answer.text
    assert not is_in(client)


@pytest.mark.mlps("M9")
@pytest.mark.parametrize("change", ["is_suspended = true", "valid_until = '2026-11-19'"])
def test_a_closed_account_is_not_opened_by_it(ministry: Ministry, site: Flask, change: str) -> None:
    login = f"closed-{change[:5]}"
    linked(ministry, site, login, login)
    with ministry.worker.writing() as writer:
        writer.run(f"UPDATE account SET {change} WHERE login = '{login}'")
    client = site.test_client()

    assert come_back(client, "/sign-in/institution", login)[1].status_code == 401


def test_one_name_there_stands_for_one_account_here(ministry: Ministry, site: Flask) -> None:
    linked(ministry, site, "first", "person-3")
    second = site.test_client()
    sign_in(second, employ(ministry, "second"), WORD)

    come_back(second, "/my/institution", "person-3")

    assert "已关联另一个账号" in second.get("/zh/me").text
    with ministry.worker.writing() as writer:
        assert writer.scalar("SELECT login FROM identity WHERE subject = 'person-3'") == "first"


def test_an_unlinked_name_comes_in_no_more(ministry: Ministry, site: Flask, issuer: str) -> None:
    login = linked(ministry, site, "unlinker", "person-4")
    client = site.test_client()
    sign_in(client, login, WORD)
    with client.session_transaction() as kept:
        said = {"csrf": kept["csrf"], "back": "/zh/me", "issuer": issuer}
    client.post("/do/unlink_identity", data=said)

    assert come_back(site.test_client(), "/sign-in/institution", "person-4")[1].status_code == 401


@pytest.mark.parametrize("tampered", ["state", "nonce", "verifier"])
def test_what_was_not_begun_here_is_refused(ministry: Ministry, site: Flask, tampered: str) -> None:
    linked(ministry, site, f"tampered-{tampered}", f"person-{tampered}")
    client = site.test_client()
    away = client.get("/sign-in/institution").headers["Location"]
    with client.session_transaction() as kept:
        kept["away"] = {**kept["away"], tampered: "x" * 64}

    answer = client.get(through(away, f"person-{tampered}").removeprefix("http://localhost"))

    assert answer.status_code == 401
    assert not is_in(client)


def test_an_answer_serves_once_and_in_its_own_browser_only(
    ministry: Ministry, site: Flask, clock: Clock
) -> None:
    linked(ministry, site, "once-only", "person-5")
    client, thief, late = (site.test_client() for _ in range(3))
    back, first = come_back(client, "/sign-in/institution", "person-5")
    stolen = thief.get(back.removeprefix("http://localhost"))
    again = client.get(back.removeprefix("http://localhost"))
    away = late.get("/sign-in/institution").headers["Location"]
    clock.goes_on(minutes=11)
    too_late = late.get(through(away, "person-5").removeprefix("http://localhost"))

    assert [each.status_code for each in (first, stolen, again, too_late)] == [302, 401, 401, 401]


@dataclass
class Elsewhere:
    """An address that is not the issuer's, and what was asked of it."""

    asked: list[str] = field(default_factory=list)

    def app(self) -> Flask:
        app = Flask("elsewhere")

        @app.route("/<path:path>", methods=["GET", "POST"])
        def answer(path: str) -> Response:
            self.asked.append(path)
            return Response(json.dumps({"keys": []}), mimetype="application/json")

        return app


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def false_issuer(elsewhere: str, what: str) -> Flask:
    """An issuer that points away: in its document, by a redirect, or by another name."""
    app = Flask("false")

    @app.get("/.well-known/openid-configuration")
    def about() -> Response:
        from flask import request

        here = request.host_url.rstrip("/")
        if what == "redirect":
            return Response("", 302, {"Location": f"{elsewhere}/.well-known/openid-configuration"})
        said = {
            name: f"{here}/{name}"
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        }
        said |= {"issuer": here if what != "issuer" else elsewhere}
        if what in said and what != "issuer":
            said[what] = f"{elsewhere}/internal"
        return Response(json.dumps(said), mimetype="application/json")

    @app.post("/token_endpoint")
    def token() -> Response:
        said = {"access_token": "a", "token_type": "Bearer", "id_token": "e30.e30."}
        return Response(json.dumps(said), mimetype="application/json")

    return app


@pytest.mark.mlps("M19")
@pytest.mark.parametrize(
    "what", ["redirect", "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"]
)
def test_nothing_is_asked_of_any_address_but_the_issuer_s(ministry: Ministry, what: str) -> None:
    seen = Elsewhere()
    with serving(seen.app()) as elsewhere, serving(false_issuer(elsewhere, what)) as issuer:
        client = opened_site(ministry.web, **settings_of(issuer)).test_client()
        first = client.get("/sign-in/institution")
        if first.status_code == 302:
            with client.session_transaction() as kept:
                state = kept["away"]["state"]
            first = client.get(f"/sign-in/institution/back?code=c&state={state}")

    assert first.status_code == 401
    assert seen.asked == []


def test_an_issuer_that_does_not_answer_leaves_the_other_way_in(ministry: Ministry) -> None:
    client = opened_site(
        ministry.web, **settings_of(f"http://127.0.0.1:{free_port()}")
    ).test_client()

    answer = client.get("/sign-in/institution")

    assert answer.status_code == 401
    assert "改用账号和密码登录" in answer.text


@pytest.mark.mlps("M5")
@pytest.mark.parametrize("issuer_", ["http://login.example", "ftp://127.0.0.1", "login.example"])
def test_an_issuer_without_tls_is_not_taken(ministry: Ministry, issuer_: str) -> None:
    with pytest.raises(ZhijianError, match="https"):
        opened_site(ministry.web, **settings_of(issuer_))
