"""A browser, and the gallery of sample pages it looks at."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from dashboards import auth
from dashboards.i18n import Phrases
from dashboards.shell import create_dash
from dashboards.shield import raise_shield
from dashboards.signin import SignInView, sign_in_page
from tests.dashboards.entrance import Clock, site_at
from tests.dashboards.gallery import render
from tests.readers import Ministry

# A busy machine may take its time; a page that never comes still fails.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def window(browser: Browser, gallery: str) -> Iterator[BrowserContext]:
    """One window for all tests: what may be kept for ever is fetched once."""
    context = browser.new_context(base_url=gallery)
    context.new_page().goto(
        "/sign-in/zh"
    )  # stays: the next page need not start a process of its own
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    opened = window.new_page()
    opened.set_viewport_size({"width": 1366, "height": 768})
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def gallery_server() -> Flask:
    server = Flask("gallery")
    server.secret_key = "of a gallery"  # noqa: S105 - signs nothing
    views = {
        lang: SignInView("/sign-in", "/sign-in/en", error=Phrases(lang)("sign_in.wrong"))
        for lang in ("zh", "en")
    }
    server.add_url_rule(
        "/sign-in/<lang>", "sign-in", lambda lang: sign_in_page(views[lang], Phrases(lang))
    )
    raise_shield(server, is_behind_tls=False)
    create_dash(server, render).prepare()
    return server


@pytest.fixture(scope="session")
def gallery(gallery_server: Flask) -> Iterator[str]:
    """The address of the running gallery."""
    served = make_server("127.0.0.1", 0, gallery_server, threaded=True)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    served.server_close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The door's clock; nothing is believed from one request to the next."""
    monkeypatch.setattr(auth, "TRUST_S", 0.0)
    return Clock()


@pytest.fixture
def site(ministry: Ministry, clock: Clock) -> Flask:
    """The small ministry's site, whose door goes by that clock."""
    return site_at(ministry, clock)
