"""An analyst at work in a browser, by keyboard alone: a table in five steps, taken away as a workbook, built again from its receipt, kept and shared."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from dashboards.views.build import SHOWN_COLUMNS
from tests.readers import YEAR
from tests.stories.conftest import Installation
from tests.stories.steps import LIVE, told, visit
from tests.stories.test_case_story import readable

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FARTHEST = 260  # steps of the tabulator
FOCUSED = """() => {
  const one = document.activeElement;
  const words = one.labels && one.labels.length ? one.labels[0].textContent : one.textContent;
  return `${one.name || ''}|${one.value || ''}|${(one.getAttribute('aria-label') || words || '').replace(/\\s+/g, ' ').trim()}`;
}"""


def reach(page: Page, words: str) -> None:
    """Go on with the tabulator until what has the focus is said so."""
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).split("|")[-1] == words:
            return
    raise AssertionError(f"no way to {words!r} by keyboard")


def press(page: Page, words: str) -> None:
    """Reach a link or a button and follow it."""
    reach(page, words)
    enter(page)


def enter(page: Page) -> None:
    """Follow what has the focus; of a box of a step that applies the step. The next page has come when its table stands."""
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)
    page.wait_for_selector(f"{LIVE} .page")


def go_on(page: Page, words: str) -> None:
    """After a step is applied the next one is one step of the tabulator away."""
    page.wait_for_function("() => document.activeElement && document.activeElement.localName === 'button'")  # fmt: skip
    before = page.url
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED).split("|")[-1] == words
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)
    page.wait_for_selector(f"{LIVE} [aria-current=step] input:focus")


def tick(page: Page, words: str) -> None:
    """Reach a box and choose it."""
    reach(page, words)
    page.keyboard.press("Space")


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def told_by(file: Path) -> dict[str, object]:
    sheet = openpyxl.load_workbook(file)["Receipt"]
    rows = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    found: dict[str, object] = json.loads(str(rows["JSON"]))
    return found


def taken(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as arrived:
        reach(page, name)
        page.keyboard.press("Enter")
    where = folder / arrived.value.suggested_filename
    arrived.value.save_as(where)
    return where


def test_a_table_is_built_taken_away_and_built_again(
    installation: Installation, tmp_path: Path
) -> None:
    with installation.page("analyst") as page:
        visit(page, f"/en/build/1?year={YEAR}&places=1")
        press(page, "Change Places")
        tick(page, "Provinces of China")
        press(page, "Apply")
        press(page, "Change Metrics")
        tick(page, "Entrants")
        enter(page)
        go_on(page, "Change Breakdowns")
        tick(page, "Specialty class")
        press(page, "Apply")
        go_on(page, "Change Layout")
        press(page, "2025–26")
        assert asked(page)["order"] == ["-1"]
        expect(page.locator(f"{LIVE} #preview th[aria-sort=descending]")).to_have_text("2025–26")
        press(page, "Swap rows and columns")

        said = asked(page)
        assert said["places"] == ["1.1-provinces"]
        assert "entrants" in said["metrics"][0]
        assert said["cut"] == ["major"]
        assert said["across"] == ["places.members"]
        expect(page.locator(f"{LIVE} #preview table")).to_contain_text("Hebei")
        expect(page.locator(f"{LIVE} #preview")).to_contain_text(f"Shown are the first {SHOWN_COLUMNS} of")  # fmt: skip

        first = taken(page, "Excel", tmp_path)
        receipt = told_by(first)
        page.goto(str(receipt["address"]))
        page.wait_for_selector(f"{LIVE} .page")
        expect(page.locator(f"{LIVE} #fixed")).to_contain_text(str(receipt["sha256"])[:8])
        expect(page.locator(f"{LIVE} #fixed")).to_contain_text("There is none.")
        (tmp_path / "again").mkdir()
        assert told_by(taken(page, "Excel", tmp_path / "again"))["sha256"] == receipt["sha256"]
    assert installation.complaints == []


def test_a_table_is_kept_and_shared(installation: Installation) -> None:
    with installation.page("province") as page:
        province = installation.ministry.at("province")
        visit(page, f"/en/build/{province}?year={YEAR}&metrics=students")
        page.locator(f"{LIVE} .keep [name=name]").fill("Students below")
        page.locator(f"{LIVE} .keep [name=shared]").check()
        page.locator(f"{LIVE} .keep button").click()
        assert told(page) == "“Students below” is kept."
        readable(page, f"build/{province}?year={YEAR}&metrics=students")
    with installation.page("county") as page:
        visit(page, f"/en/build/{installation.ministry.at('county')}?year={YEAR}")
        page.locator(f"{LIVE} #saved").get_by_role("link", name="Students below").click()
        page.wait_for_url("**/build/*metrics=students*")
    assert installation.complaints == []
