"""axe finds nothing in the dark, where only colours differ, and nothing on pages of refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.readers import YEAR
from tests.stories.conftest import Installation

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[1] / "dashboards" / "vendor" / "axe.min.js").read_text("utf-8")


def violations(page: Page, rules: str) -> list[str]:
    page.wait_for_selector("#react-entry-point .page")
    page.evaluate(AXE)
    found = page.evaluate(f"axe.run({rules})")["violations"]
    return [
        f"{page.url} {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]
    ]


def test_every_colour_stands_out_in_the_dark(installation: Installation) -> None:
    found: list[str] = []
    ministry = installation.ministry
    places = (1, ministry.at("province"), ministry.at("county"), ministry.at("school"))
    views = [
        *(f"place/{one}?year={YEAR}&source=students_per_teacher" for one in places),
        f"place/{ministry.at('sister')}?year={YEAR}", f"catalogue?year={YEAR}&metric=retention",
    ]  # fmt: skip

    with installation.page("province") as page:
        for view in views:
            page.goto(f"/zh/{view}&theme=dark")
            found += violations(page, "{runOnly: ['color-contrast']}")

    assert found == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_refusal_is_as_readable_as_a_page(installation: Installation, lang: str) -> None:
    found: list[str] = []
    ladder = installation.ministry.web.ladder
    foreign = ladder.children(installation.ministry.at("sister"))[0]

    with installation.page("province") as page:
        for view in (f"place/{foreign}?year={YEAR}", "place/999", "place/1?year=x"):
            page.goto(f"/{lang}/{view}")
            found += violations(page, "")

    assert found == []
    assert installation.complaints == []
