"""A case in browsers: a faulty submission is flagged and dispatched, put right and explained, verified by county and province, closed, reopened."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from metrics.judgement.round import Desk, changed, whole
from tests.readers import NOW, YEAR, hand_in
from tests.stories.conftest import Installation
from tests.stories.steps import LIVE, press, told, visit
from tests.stories.test_accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RULE = "internship.everyone_insured"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def readable(page: Page, address: str) -> None:
    """Axe finds nothing, in both languages, and nothing is wider than a telephone."""
    for lang in ("zh", "en"):
        page.goto(f"/{lang}/{address}")
        assert violations(page, "") == []
        page.set_viewport_size({"width": 390, "height": 844})
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")  # fmt: skip
        page.set_viewport_size({"width": 1366, "height": 768})


INTERNS = {"specialty": "720201", "grade": "3", "kind": "post", "interns": 6, "agreements": 6, "insured": 6, "consents": 0, "matched": 6, "hours_total": 2400}  # fmt: skip


class Story:
    """The people's windows around one case, from the number that was wrong to the review that does not find it any more."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.ministry = installation.ministry
        self.school = self.ministry.at("school")
        self.desk = Desk()
        self.address = ""
        hand_in(self.ministry, "internship", [INTERNS])
        assert whole(self.ministry.worker, self.desk, lambda: NOW)

    def submit(self, insured: int) -> None:
        """The school types how many are insured, and hands in."""
        with self.installation.page("school") as page:
            page.goto(f"/zh/fill/{self.school}?year={YEAR}&form=internship")
            page.wait_for_selector("#react-entry-point .page #fill")
            page.locator("#r1-insured").fill(str(insured))
            page.keyboard.press("Enter")
            expect(page.locator("#verdict h1")).to_contain_text(re.compile("须说明|校验通过"))
            for number in range(page.locator("textarea[id^='why-'], input[id^='why-']").count()):
                page.locator("[id^='why-']").nth(number).fill("保险公司换单（合成）")
            expect(page.locator("#verdict h1")).to_contain_text("校验通过")
            page.get_by_role("button", name="报送", exact=True).click()
            expect(page.locator("#said")).to_contain_text("回执")
        done = changed(self.ministry.worker, self.desk, lambda: NOW)
        assert done is not None
        assert done.one.schools == (self.school,)

    def fault(self) -> None:
        self.submit(insured=4)

    def dispatch(self) -> None:
        """The province finds it in its list and sends it to the school from its page."""
        province = self.ministry.at("province")
        with self.installation.page("province") as page:
            readable(page, f"alerts/{province}?year={YEAR}")
            visit(page, f"/zh/alerts/{province}?year={YEAR}&item={RULE}")
            page.locator(f"{LIVE} #list tbody a", has_text="实习责任险").first.click()
            expect(page.locator(f"{LIVE} #rows")).to_contain_text("4")
            page.locator(f"{LIVE} #case textarea").fill("请核对投保人数（合成）")
            assert press(page, "派发给学校") == "已派发 1 件"
            expect(page.locator(f"{LIVE} #case")).to_contain_text("已派发，待学校说明")

    def correct(self) -> None:
        self.submit(insured=6)

    def explain(self) -> None:
        with self.installation.page("school") as page:
            visit(page, f"/zh/cases/{self.school}?year={YEAR}")
            expect(page.locator(f"{LIVE} #list")).to_contain_text("已派发，待学校说明")
            link = page.locator(f"{LIVE} #list tbody a").first.get_attribute("href")
            self.address = str(link).removeprefix("/zh/")
            readable(page, self.address)
            visit(page, f"/zh/{self.address}")
            expect(page.locator(f"{LIVE} #thread")).to_contain_text("请核对投保人数（合成）")
            page.locator(f"{LIVE} #answer-1").fill("漏填两人，保单附后，已更正（合成）")
            page.set_input_files(f"{LIVE} #file1", {"name": "保单.pdf", "mimeType": "application/pdf", "buffer": PDF})  # fmt: skip
            assert "已说明，待核实" in press(page, "提交说明")
            expect(page.locator(f"{LIVE} #act")).to_contain_text("现在轮到")

    def verify(self) -> None:
        county = self.installation.ministry.at("county")
        with self.installation.page("county") as page:
            visit(page, f"/zh/cases/{county}?year={YEAR}&view=mine")
            page.locator(f"{LIVE} #list tbody a").first.click()
            expect(page.locator(f"{LIVE} #answers")).to_contain_text("保单附后")
            with page.expect_download() as given:
                page.locator(f"{LIVE} #documents button").click()
            assert given.value.path().read_bytes() == PDF
            page.locator(f"{LIVE} #act textarea").fill("保单与更正一致（合成）")
            assert press(page, "核实并上报").startswith("请选择核实结论")
            assert "下级已核实" in found(page, "保单与更正一致（合成）", "核实并上报")

    def close(self) -> None:
        with self.installation.page("province-reviewer") as page:
            readable(page, self.address)
            visit(page, f"/zh/{self.address}")
            assert "已销号" in found(page, "同意县级意见（合成）", "销号")
            expect(page.locator(f"{LIVE} .stages .done")).to_have_count(5)

    def gone(self) -> None:
        """The review that followed the correction does not find it any more, and the page says since when."""
        with self.installation.page("county") as page:
            visit(page, f"/zh/{self.address}")
            page.locator(f"{LIVE} #about a", has_text="看依据").click()
            expect(page.locator(f"{LIVE} .id")).to_contain_text("已消除")

    def reopen(self) -> None:
        with self.installation.page("province") as page:
            readable(page, self.address)
            visit(page, f"/zh/{self.address}")
            page.locator(f"{LIVE} #reopen textarea").fill("学校来函补充（合成）")
            page.locator(f"{LIVE} #reopen button").click()
            assert "已派发" in told(page)
            expect(page.locator(f"{LIVE} .stages .now")).to_contain_text("学校说明")


def found(page: Page, opinion: str, words: str) -> str:
    """What is said once a finding is written down: a wrong number, put right by what the school handed in since."""
    page.locator(f"{LIVE} #code").select_option("wrong_number")
    if page.locator(f"{LIVE} #submission").count():  # asked of whoever closes
        page.locator(f"{LIVE} #submission").select_option(index=1)
    page.locator(f"{LIVE} #act textarea").fill(opinion)
    return press(page, words)


def test_a_wrong_number_becomes_a_case_and_is_closed_through_school_county_and_province(
    installation: Installation,
) -> None:
    story = Story(installation)

    for deed in (
        story.fault,
        story.dispatch,
        story.correct,
        story.explain,
        story.verify,
        story.close,
        story.gone,
        story.reopen,
    ):
        deed()

    assert installation.complaints == []
