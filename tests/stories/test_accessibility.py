"""axe finds nothing in the dark, where only colours differ, and nothing on pages of refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from dashboards.page import registry
from tests.readers import YEAR
from tests.reviews import reviewed
from tests.stories.conftest import Installation
from warehouse.discovery import domains
from warehouse.notices import tell
from warehouse.text import Text

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


# Every page there is, for somebody it is open to: {school}, {county}, {province} and {year} are filled in.
EVERY_PAGE = {
    "place": ("county", "place/{county}?year={year}"), "workspace": ("school", "workspace/{school}?year={year}"),
    "fill": ("school", "fill/{school}?year={year}&form=staff"), "review": ("county", "review/{school}?year={year}&form=enrolment"),
    "signoff": ("county", "signoff/{school}?year={year}&form=enrolment"), "compare": ("county", "compare/{school}?year={year}&form=enrolment"),
    "queue": ("county", "queue?year={year}"), "roster": ("county", "roster/{school}"), "contacts": ("county", "contacts/{school}"),
    "notices": ("school", "notices"), "jobs": ("school", "jobs"), "subscriptions": ("county", "subscriptions?of=%2Fplace%2F{county}%3Fyear%3D{year}"), "intake": ("school", "intake"), "me": ("county", "me"), "interface": ("province", "interface"),
    "accounts": ("system", "accounts/1"), "locks": ("security", "locks"), "settings": ("system", "settings"), "codes": ("system", "codes"), "audit": ("audit", "audit"),
    "catalogue": ("analyst", "catalogue"), "build": ("analyst", "build/1?year={year}&cut=grade"), "board": ("county", "board/{county}?year={year}"),
    "specialties": ("county", "specialties/{county}?year={year}"), "similar": ("province", "similar/{school}?year={year}"),
    "record": ("analyst", "record"), "releases": ("ministry-supervisor", "releases?year={year}"), "revision": ("county", "revision/{county}?year={year}"), "changed": ("county", "changed/{county}?year={year}"),
    "alerts": ("ministry", "alerts/1?year={year}"), "alert": ("ministry", "alert/{flagged}?year={year}&item={flag}"),
    "cases": ("county", "cases/{county}?year={year}"), "case": ("county", "case/{school}?year={year}"),
    "sampling": ("province", "sampling/{province}?year={year}"),
    "shortlists": ("province", "shortlists/{province}?year={year}&view=quality_specialties"),
    "fusion": ("province", "fusion/{province}?year={year}"),
    "rollout": ("province", "rollout/{province}?year={year}"),
    "quality": ("county", "quality/{county}?year={year}"),
    **{name: ("county", f"{name}/{{county}}?year={{year}}") for name in domains()},
}  # fmt: skip


def test_the_list_has_every_page() -> None:
    assert set(EVERY_PAGE) == {page.name for page in registry().values()}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", EVERY_PAGE)
def test_axe_finds_nothing_on_any_page(installation: Installation, name: str, lang: str) -> None:
    role, address = EVERY_PAGE[name]
    school, county, province = (
        installation.ministry.at(one) for one in ("school", "county", "province")
    )
    flagged, flag = reviewed(installation.ministry.worker)
    with installation.ministry.worker.writing() as writer:
        tell(writer, Text("有一件事", "Something"), kind="returned", object="/jobs", login=installation.ministry.readers[role].login)  # fmt: skip
    with installation.page(role) as page:
        page.goto(
            f"/{lang}/{address.format(school=school, county=county, province=province, year=YEAR, flagged=flagged, flag=flag)}"
        )

        assert violations(page, "") == []
        assert (
            page.locator("#react-entry-point .notice").count() == 0
        )  # the page itself, no refusal
        wide = page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        assert not wide
        assert ("合成数据" if lang == "zh" else "Synthetic data") in page.locator(
            ".foot"
        ).inner_text()
