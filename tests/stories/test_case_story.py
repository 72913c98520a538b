"""A case in browsers: a supervisor dispatches, the school explains with a document, county and province verify, it is closed and reopened."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from tests.factories import batch, students
from tests.readers import YEAR, found_in, reopen
from tests.stories.conftest import Installation
from tests.stories.steps import LIVE, press, told, visit
from tests.stories.test_accessibility import violations
from warehouse.discovery import form

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def readable(page: Page, address: str) -> None:
    """Axe finds nothing, in both languages, and nothing is wider than a telephone."""
    for lang in ("zh", "en"):
        page.goto(f"/{lang}/{address}")
        assert violations(page, "") == []
        page.set_viewport_size({"width": 390, "height": 844})
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")  # fmt: skip
        page.set_viewport_size({"width": 1366, "height": 768})


def flagged(installation: Installation) -> int:
    """A school whose enrolment breaks a rule."""
    ministry = installation.ministry
    school = ministry.at("school")
    made = found_in(batch(form("enrolment"), YEAR, {school: students(g1=90)}), "planted")
    reopen(ministry.worker, school)
    ministry.worker.record(replace(made, findings=made.findings.with_columns(answer=pl.lit("breach"), column=pl.lit("students"))))  # fmt: skip
    return school


class Story:
    """The people's windows around one case."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.school = flagged(installation)
        self.address = ""

    def dispatch(self) -> None:
        province = self.installation.ministry.at("province")
        with self.installation.page("province") as page:
            readable(page, f"cases/{province}?year={YEAR}")
            visit(page, f"/zh/cases/{province}?year={YEAR}")
            page.locator(f"{LIVE} input[name=pick][value='breach-{self.school}-{YEAR}-enrolment.planted']").check()  # fmt: skip
            page.locator(f"{LIVE} #flags textarea").fill("请核对一年级人数（合成）")
            assert press(page, "派发给学校") == "已派发 1 件"

    def explain(self) -> None:
        with self.installation.page("school") as page:
            visit(page, f"/zh/cases/{self.school}?year={YEAR}")
            expect(page.locator(f"{LIVE} #list")).to_contain_text("已派发，待学校说明")
            link = page.locator(f"{LIVE} #list tbody a").first.get_attribute("href")
            self.address = str(link).removeprefix("/zh/")
            readable(page, self.address)
            visit(page, f"/zh/{self.address}")
            expect(page.locator(f"{LIVE} #thread")).to_contain_text("请核对一年级人数（合成）")
            page.locator(f"{LIVE} #answer-1").fill("一年级新增一个班，名册附后（合成）")
            page.set_input_files(f"{LIVE} #file1", {"name": "名册.pdf", "mimeType": "application/pdf", "buffer": PDF})  # fmt: skip
            assert "已说明，待核实" in press(page, "提交说明")
            expect(page.locator(f"{LIVE} #act")).to_contain_text("现在轮到")

    def verify(self) -> None:
        county = self.installation.ministry.at("county")
        with self.installation.page("county") as page:
            visit(page, f"/zh/cases/{county}?year={YEAR}&view=mine")
            page.locator(f"{LIVE} #list tbody a").first.click()
            expect(page.locator(f"{LIVE} #answers")).to_contain_text("名册附后（合成）")
            with page.expect_download() as given:
                page.locator(f"{LIVE} #documents button").click()
            assert given.value.path().read_bytes() == PDF
            page.locator(f"{LIVE} #act textarea").fill("名册与学籍一致（合成）")
            assert press(page, "核实并上报").startswith("请选择核实结论")
            assert "下级已核实" in found(page, "名册与学籍一致（合成）", "核实并上报")

    def close(self) -> None:
        with self.installation.page("province-reviewer") as page:
            readable(page, self.address)
            visit(page, f"/zh/{self.address}")
            assert "已销号" in found(page, "同意县级意见（合成）", "销号")
            expect(page.locator(f"{LIVE} .stages .done")).to_have_count(5)

    def reopen(self) -> None:
        with self.installation.page("province") as page:
            readable(page, self.address)
            visit(page, f"/zh/{self.address}")
            page.locator(f"{LIVE} #reopen textarea").fill("学校来函补充（合成）")
            page.locator(f"{LIVE} #reopen button").click()
            assert "已派发" in told(page)
            expect(page.locator(f"{LIVE} .stages .now")).to_contain_text("学校说明")


def found(page: Page, opinion: str, words: str) -> str:
    """What is said once a finding is written down."""
    page.locator(f"{LIVE} #code").select_option("other_definition")
    page.locator(f"{LIVE} #act textarea").fill(opinion)
    return press(page, words)


def test_a_case_from_the_supervisor_to_the_school_and_back_to_the_province(
    installation: Installation,
) -> None:
    story = Story(installation)

    for deed in (story.dispatch, story.explain, story.verify, story.close, story.reopen):
        deed()

    assert installation.complaints == []
