"""A served installation of the small ministry: gunicorn in processes of its own, and a browser for each reader."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from dashboards import serving
from tests.ports import free_port
from tests.readers import NOW, PASSWORD, Ministry

PROJECT = Path(__file__).parents[2]
PATIENCE_MS = 60_000  # a busy machine draws slowly; a page that never comes still fails

expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True, kw_only=True)
class Installation:
    """The small ministry, served. `complaints` are what browsers wrote to their consoles."""

    ministry: Ministry
    url: str
    browser: Browser
    windows: dict[str, BrowserContext] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def window(self, role: str) -> BrowserContext:
        """A reader's browser, signed in through the form once for all tests of a module."""
        if role not in self.windows:
            opened = self.browser.new_context(base_url=self.url)
            page = opened.new_page()  # stays: the next page need not start a process of its own
            page.set_default_timeout(PATIENCE_MS)
            sign_in(page, self.ministry.readers[role].login)
            self.windows[role] = opened
        return self.windows[role]

    @contextmanager
    def page(self, role: str) -> Iterator[Page]:
        """A page of a reader's browser; whatever it complains of is kept."""
        page = self.window(role).new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.set_viewport_size({"width": 1366, "height": 768})
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._hear(page, said))
        yield page
        page.close()

    def _hear(self, page: Page, said: ConsoleMessage) -> None:
        # a page of refusal is itself an answer of status 4xx, which browsers write to the console
        is_refusal = "the server responded with a status of 4" in said.text
        if said.type in {"error", "warning"} and not is_refusal:
            self.complaints.append(f"{page.url}: {said.text}")


def sign_in(page: Page, login: str) -> None:
    """Through the form, as a person does."""
    page.goto("/")
    page.locator("#account").fill(login)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#react-entry-point .page")


@pytest.fixture(scope="module")
def installation(
    ministry: Ministry, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    ministry.worker.set("synthetic", "1")
    ministry.worker.set("today", NOW.date().isoformat())
    with served(ministry, tmp_path_factory.mktemp("var")) as url:
        opened = Installation(ministry=ministry, url=url, browser=browser)
        yield opened
        for window in opened.windows.values():
            window.close()


@contextmanager
def served(ministry: Ministry, var: Path, **settings: str) -> Iterator[str]:
    """The web server as `zhijian serve` starts it: two processes, each with a memory of its own. `settings` are further ZHIJIAN_ variables."""
    port = free_port()
    words = {
        "ZHIJIAN_VAR": str(var), "ZHIJIAN_DATABASE_URL": ministry.web_url, "PYTHONPATH": str(PROJECT),
        "PROMETHEUS_MULTIPROC_DIR": str(var / "metrics"), **settings,
    }  # fmt: skip
    command = serving.gunicorn("127.0.0.1", port, 2, 4, "warning")
    web = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **words})
    url = f"http://127.0.0.1:{port}"
    try:
        assert serving.wait_until_served(f"{url}/health", web)
        yield url
    finally:
        web.terminate()
        web.wait(20)
