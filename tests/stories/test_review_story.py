"""One form through the whole chain in browsers: signed three times, returned, corrected, approved twice, locked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.factories import batch, students
from tests.readers import YEAR, reopen
from tests.stories.conftest import Installation
from warehouse.discovery import form
from warehouse.errors import FormLocked

pytestmark = pytest.mark.browser
SIGNERS = (
    ("school", "签字（统计人员）"),
    ("school-reviewer", "审核签字（校内）"),
    ("head", "签字并上报"),
)


class Story:
    """The people's windows around one school's enrolment."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.school = installation.ministry.at("school")

    def fill(self, number: int) -> None:
        made = batch(form("enrolment"), YEAR, {self.school: students(g1=number)})
        self.installation.ministry.worker.record(made)

    def press(self, role: str, words: str, note: str = "") -> str:
        """Open the form as that reader, press a button of it, and read what is said."""
        with self.installation.page(role) as page:
            self.open(page)
            if note:
                page.locator("#react-entry-point #note").fill(note)
            page.locator("#react-entry-point").get_by_role("button", name=words, exact=True).click()
            expect(page.locator("#said")).to_be_visible()
            return str(page.locator("#said").text_content())

    def open(self, page: Page) -> None:
        page.goto(f"/zh/review/{self.school}?year={YEAR}&form=enrolment")
        page.wait_for_selector("#react-entry-point .page")

    def title(self, role: str) -> str:
        with self.installation.page(role) as page:
            self.open(page)
            return str(page.locator("#react-entry-point h1").text_content())


def test_a_form_is_signed_returned_corrected_approved_and_locked(
    installation: Installation,
) -> None:
    story = Story(installation)
    reopen(installation.ministry.worker, story.school)
    story.fill(100)

    for role, words in SIGNERS:
        assert "已" in story.press(role, words)
    assert "已上报" in story.title("county")
    assert "理由" in story.press("county", "退回学校")
    assert "已退回 1 份" in story.press("county", "退回学校", "一年级人数请核对（合成）")
    with installation.page("school") as page:
        story.open(page)
        expect(page.locator("#react-entry-point #history")).to_contain_text(
            "一年级人数请核对（合成）"
        )
    story.fill(90)
    for role, words in SIGNERS:
        story.press(role, words)
    with installation.page("county") as page:
        story.open(page)
        expect(page.locator("#react-entry-point #rows")).to_contain_text("▼ 90")
        page.goto(f"/zh/queue?year={YEAR}")
        page.locator("#react-entry-point input[name=pick]").first.check()
        page.locator("#react-entry-point").get_by_role(
            "button", name="审核通过", exact=True
        ).click()
        expect(page.locator("#said")).to_have_text(re.compile("初审通过 1 份"))
    assert "正式数" in story.press("province-reviewer", "审核通过")

    assert "已审定" in story.title("school")
    with pytest.raises(FormLocked):
        story.fill(91)
    assert installation.complaints == []
