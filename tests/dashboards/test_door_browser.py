"""The door in a browser: in by password and code, a password that has to be changed, out again, and nothing behind the back button."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.dashboards.entrance import NEXT, WORD, employ
from tests.dashboards.test_browser import violations
from tests.readers import PASSWORD, Ministry, opened_site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(ministry: Ministry) -> Iterator[str]:
    served = make_server("127.0.0.1", 0, opened_site(ministry.web), threaded=True)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    served.server_close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A browser without scripts, as nobody has one: the door has to open for it all the same."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def scripted(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address)
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def knock(page: Page, login: str, word: str, lang: str = "zh") -> None:
    page.goto(f"/sign-in?lang={lang}")
    page.fill("#account", login)
    page.fill("#password", word)
    page.click("button[type=submit]")


def code_now(secret: str) -> str:
    return pyotp.TOTP(secret).at(datetime.now(UTC))


@pytest.mark.mlps("M1", "M4", "M6")
def test_a_newcomer_comes_in_step_by_step_without_a_script(ministry: Ministry, page: Page) -> None:
    employ(ministry, "in-steps", place_id=1, must_change=True)

    knock(page, "in-steps", WORD)
    expect(page.get_by_role("heading", name="启用第二因子")).to_be_visible()
    expect(page.locator(".qr svg")).to_be_visible()
    secret = (page.locator("code.secret").text_content() or "").replace(" ", "")
    page.fill("#code", "000000")
    page.click("button[type=submit]")
    expect(page.locator("#why")).to_contain_text("验证码不对")
    page.fill("#code", code_now(secret))
    page.click("button[type=submit]")
    expect(page.locator(".codes li")).to_have_count(10)
    page.click("a.btn")
    page.fill("#new", NEXT)
    page.fill("#again", NEXT)
    page.click("button[type=submit]")

    expect(page.locator(".who")).to_contain_text("甲")


@pytest.mark.mlps("M4", "M25")
def test_after_signing_out_the_back_button_shows_nothing(
    scripted: Page, ministry: Ministry
) -> None:
    home = f"/zh/place/{ministry.at('county')}?year=2025"
    knock(scripted, "county", PASSWORD)
    scripted.goto(home)
    scripted.wait_for_selector("#react-entry-point .page")
    expect(scripted.locator("main")).to_contain_text("在校生")

    scripted.get_by_role("link", name="退出").click()
    scripted.wait_for_selector("#account")
    scripted.go_back()

    expect(scripted.locator("#account")).to_be_visible()
    expect(scripted.locator("body")).not_to_contain_text("在校生")


@pytest.mark.mlps("M4")
def test_a_click_in_a_session_that_was_ended_elsewhere_leads_to_the_sign_in_page(
    scripted: Page, ministry: Ministry
) -> None:
    knock(scripted, "county", PASSWORD)
    scripted.wait_for_selector("#react-entry-point .page")
    with ministry.worker.writing() as writer:
        writer.run("UPDATE session SET ended_at = now() WHERE login = 'county'")
    scripted.wait_for_timeout(2_500)  # for so long a process believes what it knows

    scripted.get_by_role("link", name="目录").click()

    expect(scripted.locator("#account")).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_on_the_steps_and_on_ones_own_pages(
    scripted: Page, ministry: Ministry, lang: str
) -> None:
    login = employ(ministry, f"axe-{lang}", place_id=1, must_change=True)
    found = []
    knock(scripted, login, WORD, lang)
    found += violations(scripted)
    secret = (scripted.locator("code.secret").text_content() or "").replace(" ", "")
    scripted.fill("#code", code_now(secret))
    scripted.click("button[type=submit]")
    found += violations(scripted)
    scripted.click("a.btn")
    found += violations(scripted)
    scripted.fill("#new", NEXT)
    scripted.fill("#again", NEXT)
    scripted.click("button[type=submit]")
    scripted.wait_for_selector("#react-entry-point .page")
    scripted.goto(f"/{lang}/me")
    scripted.wait_for_selector("#react-entry-point .page")
    found += violations(scripted)
    for name in ("password", "codes"):
        scripted.goto(f"/my/{name}?lang={lang}")
        found += violations(scripted)
    scripted.context.clear_cookies()
    knock(scripted, login, NEXT, lang)
    found += violations(scripted)

    assert found == []
