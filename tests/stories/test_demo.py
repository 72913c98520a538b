"""What `make run` starts: the newest years at once, the older ones behind, and nothing left when it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ports import free_port
from tests.stories.conftest import PATIENCE_MS
from tests.stories.steps import LIVE
from tests.test_setup import PROJECT, ZHIJIAN, environment, family, left_over
from warehouse import doctor

pytestmark = pytest.mark.browser

ACCOUNT = re.compile(r"^    (\S+) +(\S+)   \S")


@contextmanager
def demo(var: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A demo ministry that is served, with the passwords it printed; in a session of its own, as under a terminal."""
    words = [*ZHIJIAN, "demo", "--serve", "--schools", "64", "--port", str(port)]
    with subprocess.Popen(
        words, cwd=PROJECT, env=environment(var), stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:  # fmt: skip
        passwords: dict[str, str] = {}
        for line in process.stdout or ():
            if found := ACCOUNT.match(line):
                passwords[found[1]] = found[2]
            if str(port) in line:
                break
        try:
            yield process, passwords
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)


@contextmanager
def reader(browser: Browser, port: int, login: str, password: str) -> Iterator[Page]:
    with browser.new_context(base_url=f"http://127.0.0.1:{port}") as window:
        page = window.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto("/")
        page.locator("#account").fill(login)
        page.locator("#password").fill(password)
        page.keyboard.press("Enter")
        page.wait_for_selector(f"{LIVE} .page")
        yield page


def test_the_demo_is_up_with_its_newest_years_and_gone_without_a_trace(browser: Browser) -> None:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="zj-") as made:
        var = Path(made) / "var"
        with demo(var, port) as (process, passwords):
            assert {"ministry", "province-43", "county", "school", "analyst", "head", "audit"} <= set(passwords)  # fmt: skip
            everyone = family(process, var)
            with reader(browser, port, "ministry", passwords["ministry"]) as page:
                page.goto("/zh/place/1?year=2026")
                expect(page.locator(f"{LIVE} .ctx .read")).to_be_visible()  # whose state it is
                expect(page.locator(f"{LIVE} .kpi .v").first).to_contain_text(re.compile(r"\d"))
                expect(page.locator(f"{LIVE} .foot")).to_contain_text("合成数据")
            os.killpg(process.pid, signal.SIGINT)  # while the older years may still be loading
            assert process.wait(30) == 0
            assert left_over(everyone) == []
            assert doctor.is_free("127.0.0.1", port)

        with demo(var, port) as (process, again):
            assert again == passwords
            with reader(browser, port, "province-43", passwords["province-43"]) as page:
                page.goto("/zh/place/430000?year=2021")
                for _ in range(60):  # what was broken off goes on
                    if page.locator(f"{LIVE} .kpi .v", has_text=re.compile(r"\d")).count():
                        break
                    page.wait_for_timeout(2_000)
                    page.reload()
                    page.wait_for_selector(f"{LIVE} .page")
                expect(page.locator(f"{LIVE} .kpi .v").first).to_contain_text(re.compile(r"\d"))
