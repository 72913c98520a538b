"""What people do again and again in the stories: come without an account, open a page, press, read what is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.stories.conftest import PATIENCE_MS, Installation

LIVE = "#react-entry-point"


@contextmanager
def another(installation: Installation) -> Iterator[Page]:
    """The browser of somebody who has not signed in."""
    context = installation.browser.new_context(base_url=installation.url, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.close()


def visit(page: Page, address: str) -> None:
    """What is typed into a page before the browser side has taken it over would be lost."""
    page.goto(address)
    page.wait_for_selector(f"{LIVE} .page")


def told(page: Page) -> str:
    """What the page says of what was just done."""
    said = page.locator("#said")
    expect(said).to_be_visible()
    return said.inner_text()


def press(page: Page, words: str) -> str:
    """Press a button by its words and read what is said."""
    page.locator(LIVE).get_by_role("button", name=words, exact=True).click()
    return told(page)


def act(page: Page, action: str, within: str = "") -> str:
    """Send the one form of an action and read what is said."""
    page.locator(f"{LIVE} {within} form[action='/do/{action}'] button").first.click()
    return told(page)


def enter(page: Page, login: str, password: str) -> None:
    page.goto("/sign-in?lang=en")
    page.locator("#account").fill(login)
    page.locator("#password").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def activate(page: Page, link: str, password: str) -> None:
    """Come by a link of invitation and choose a password."""
    page.goto(link)
    page.locator("#new").fill(password)
    page.locator("#again").fill(password)
    page.locator("button[type=submit]").click()


def refused(page: Page, address: str) -> bool:
    """Whether an address answers that it is closed to the reader."""
    answer = page.goto(address)
    return answer is not None and answer.status == 403
