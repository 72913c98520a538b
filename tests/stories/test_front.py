"""The proxy that stands before the web server: a real nginx with the file that operators are given, TLS and all."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPMessage, HTTPSConnection
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from tests.ports import free_port
from tests.readers import Ministry
from tests.stories.conftest import PROJECT, served, sign_in
from warehouse import roles

pytestmark = [pytest.mark.mlps("M5"), pytest.mark.browser]

DEPLOY = PROJECT / "deploy"
WHOLE = """daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u;
    scgi_temp_path {folder}/s;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True, kw_only=True)
class Front:
    """Where the proxy listens on 127.0.0.1."""

    plain: int
    tls: int

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.tls}"

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        line = HTTPSConnection("127.0.0.1", self.tls, context=trusting(), timeout=30)
        with closing(line):
            line.request(method, path, body or None, sent)
            answer = line.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())

    def line(self) -> ssl.SSLSocket:
        """An open line on which to say half of something."""
        plain = socket.create_connection(("127.0.0.1", self.tls), timeout=30)
        return trusting().wrap_socket(plain)


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    text: str


def trusting() -> ssl.SSLContext:
    """The certificate was made a moment ago and nobody vouches for it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.fixture(scope="module")
def front(ministry: Ministry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    var, folder = tmp_path_factory.mktemp("var"), tmp_path_factory.mktemp("front")
    settings = {"ZHIJIAN_SECURE_COOKIES": "true", "ZHIJIAN_PROXIES": "1", "ZHIJIAN_HOSTS": "127.0.0.1"}  # fmt: skip
    with served(ministry, var, **settings) as inside, proxied(inside, folder) as opened:
        yield opened


@contextmanager
def proxied(inside: str, folder: Path) -> Iterator[Front]:
    front = Front(plain=free_port(), tls=free_port())
    certificate(folder)
    (folder / "site.conf").write_text(moved(inside, folder, front))
    (folder / "nginx.conf").write_text(WHOLE.format(folder=folder))
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    assert program, "nginx is missing: sh deploy/browser.sh"
    nginx = subprocess.Popen([program, "-p", folder, "-c", folder / "nginx.conf"])
    try:
        wait_for(front.tls, nginx)
        yield front
    finally:
        nginx.terminate()
        nginx.wait(20)


def certificate(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


def moved(inside: str, folder: Path, front: Front) -> str:
    """The operators' file with nothing changed but what its first line says must be changed, and the ports."""
    text = (DEPLOY / "nginx.conf").read_text()
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{front.plain};"), ("listen [::]:80;", ""),
        ("listen 443 ssl", f"listen 127.0.0.1:{front.tls} ssl"), ("listen [::]:443 ssl http2;", ""),
        ("/etc/ssl/zhijian", str(folder)), ("http://127.0.0.1:8050", inside), ("zhijian.example.cn", "127.0.0.1"),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    return text


def wait_for(port: int, nginx: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert nginx.poll() is None, "nginx ended at once; its message stands above"
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("nginx did not listen within 10 s")


def test_the_operators_own_check_is_content(front: Front) -> None:
    done = subprocess.run(
        ["sh", DEPLOY / "check_tls.sh", "127.0.0.1", str(front.tls)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.stdout.strip(), done.returncode) == ("ok  通过", 0), done.stderr


def test_the_check_finds_fault_where_no_tls_is_spoken(front: Front) -> None:
    done = subprocess.run(
        ["sh", DEPLOY / "check_tls.sh", "127.0.0.1", str(front.plain)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    assert "TLS 1.2 is refused" in done.stdout


def test_without_tls_there_is_only_the_way_to_it(front: Front) -> None:
    with closing(socket.create_connection(("127.0.0.1", front.plain), timeout=10)) as line:
        line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")  # fmt: skip
        said = b"".join(iter(lambda: line.recv(4096), b"")).decode()

    assert said.startswith("HTTP/1.1 308 ")
    assert re.search(r"^Location: https://127\.0\.0\.1/sign-in\r$", said, re.MULTILINE)


def test_a_person_reads_and_clicks_through_it(
    front: Front, browser: Browser, ministry: Ministry
) -> None:
    with browser.new_context(base_url=front.url, ignore_https_errors=True) as window:
        page = window.new_page()
        sign_in(page, ministry.readers["county"].login)
        page.locator(".nav a").nth(1).click()
        expect(page.locator(".nav a").nth(1)).to_have_attribute("aria-current", "page")
        cookies = window.cookies()

    assert cookies
    assert all(each["secure"] and each["httpOnly"] and each["sameSite"] in ("Lax", "Strict") for each in cookies)  # fmt: skip


@pytest.mark.parametrize("path", ["/metrics", "/ready"])
def test_what_machines_ask_is_not_told_outside(front: Front, path: str) -> None:
    assert front.ask(path).status == 404


def test_every_answer_says_once_that_tls_stays(front: Front) -> None:
    for path in ("/sign-in", "/metrics", "/assets/none"):
        assert front.ask(path).headers.get_all("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]  # fmt: skip


def test_an_address_a_client_claims_is_not_what_the_trail_holds(
    front: Front, ministry: Ministry
) -> None:
    page = front.ask("/sign-in")
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token
    cookie = (page.headers["Set-Cookie"] or "").partition(";")[0]
    said = f"csrf={token[1]}&account=nobody-at-all&password=wrong"

    front.ask(
        "/sign-in", "POST", said, Cookie=cookie, X_Forwarded_For="203.0.113.9",
        Content_Type="application/x-www-form-urlencoded",
    )  # fmt: skip

    with roles.connect(ministry.owner_url) as connection:
        found = connection.execute(
            "SELECT address FROM audit WHERE event = 'sign_in' AND login = 'nobody-at-all'"
        ).fetchall()
    assert found == [("127.0.0.1",)]


def test_a_body_beyond_measure_never_reaches_a_thread(front: Front) -> None:
    with closing(front.line()) as line:
        line.sendall(b"POST /_dash-update-component HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 40000000\r\n\r\n")  # fmt: skip
        assert line.recv(40).startswith(b"HTTP/1.1 413 ")


def test_who_says_a_request_slowly_is_let_go_while_others_are_served(front: Front) -> None:
    with closing(front.line()) as line:
        line.settimeout(30)
        line.sendall(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        assert front.ask("/sign-in").status == 200
        assert line.recv(100)[:13] in (b"", b"HTTP/1.1 408 ")


def test_one_address_holds_no_more_than_sixty_lines(front: Front) -> None:
    lines = [half_said(front) for _ in range(59)]
    assert any(front.ask("/sign-in").status == 200 for _ in range(20))  # once others have closed
    lines.append(half_said(front))
    assert any(front.ask("/sign-in").status == 503 for _ in range(20))  # once it has read the last
    for line in lines:
        line.close()
    assert any(front.ask("/sign-in").status == 200 for _ in range(20))


def half_said(front: Front) -> ssl.SSLSocket:
    line = front.line()
    line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n")
    return line
