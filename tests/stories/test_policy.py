"""Every page in a real browser under the content security policy: nothing is refused, nothing is complained of."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from dashboards.i18n import LANGS
from dashboards.page import registry
from tests.stories.conftest import Installation
from warehouse.places import NATION, Rung

pytestmark = [pytest.mark.browser, pytest.mark.mlps("M19")]

# Counts what the policy refuses, from before the first script of the page.
LISTEN = "addEventListener('securitypolicyviolation', (e) => (window.refused = window.refused || []).push(e.violatedDirective + ' ' + e.blockedURI))"
SCRIPT = "const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s)"


def listened(page: Page) -> Page:
    page.add_init_script(LISTEN)
    return page


def places(installation: Installation) -> dict[Rung | None, int]:
    """A place of each rung, on the way from the nation to a school that reports."""
    school = installation.ministry.at("school")
    ladder = installation.ministry.web.ladder
    above = (NATION, *ladder.ancestors(school), school)
    return {None: 0} | {ladder.rung(place): place for place in above}


# The policy knows no language: pages take turns.
@pytest.mark.parametrize(
    ("name", "rung", "lang"),
    [(*one, LANGS[turn % len(LANGS)]) for turn, one in enumerate(registry())],
    ids=str,
)
def test_no_page_breaks_the_policy(
    installation: Installation, name: str, rung: Rung | None, lang: str
) -> None:
    place = places(installation)[rung]
    address = f"/{lang}/{name}" + (f"/{place}?year=2025" if rung is not None else "")
    before = len(installation.complaints)

    with installation.page("ministry") as page:
        listened(page).goto(address)
        page.wait_for_selector("#react-entry-point .page")
        if page.locator(".chart").count():
            page.wait_for_selector(".chart .main-svg")
        assert page.evaluate("window.refused || []") == []
    assert installation.complaints[before:] == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_door_keeps_the_policy(installation: Installation, lang: str) -> None:
    fresh = installation.browser.new_context(base_url=installation.url)
    page = listened(fresh.new_page())

    page.goto(f"/sign-in?lang={lang}")

    assert page.evaluate("window.refused || []") == []
    fresh.close()


def test_a_script_written_into_a_page_does_not_run(installation: Installation) -> None:
    with installation.page("ministry") as page:
        listened(page).goto("/zh/place/1")
        page.wait_for_selector("#react-entry-point .page")
        page.evaluate(SCRIPT)
        page.wait_for_function("window.refused")

        assert page.evaluate("window.ran") is None
        assert page.evaluate("window.refused")[0].startswith("script-src-elem")
    installation.complaints.clear()


def test_text_is_never_evaluated_as_a_script(installation: Installation) -> None:
    with installation.page("ministry") as page:
        listened(page).goto("/zh/place/1")
        page.wait_for_selector("#react-entry-point .page")
        page.add_script_tag(url=page.locator("script[src*='/assets/zhijian']").get_attribute("src"))
        page.evaluate("setTimeout('window.ran = true', 0)")
        page.wait_for_function("window.refused")

        assert page.evaluate("window.ran") is None
    installation.complaints.clear()
