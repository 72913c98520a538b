"""A school's desk in the browser: a form is typed, pasted, mended, explained, kept by itself and handed in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.readers import YEAR, reopen
from tests.stories.conftest import Installation
from tests.stories.test_accessibility import violations
from warehouse.discovery import submitted_forms

pytestmark = pytest.mark.browser

FORM = "enrolment"
BLOCK = "护理\t一年级\t女\t40\t90\t0\n护理\t二年级\t女\t三十\t0\t0\n护理\t三年级\t女\t35\t0\t36"
PASTE = """([id, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.getElementById(id).dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def school(installation: Installation) -> int:
    place = installation.ministry.at("school")
    reopen(installation.ministry.worker, place)
    return place


@pytest.fixture
def desk(installation: Installation, school: int) -> Iterator[Page]:
    with installation.page("school") as page:
        page.goto(f"/zh/fill/{school}?year={YEAR}&form={FORM}")
        page.wait_for_selector("#react-entry-point .page #fill")
        yield page


def cleared(page: Page) -> None:
    """Every field of the grid emptied, as somebody does who begins anew."""
    page.evaluate(
        "for (const one of document.querySelectorAll('#fill .gridf input')) one.value = ''"
    )


def test_a_form_is_filled_by_keys_and_paste_and_keeps_itself(
    installation: Installation, school: int, desk: Page
) -> None:
    cleared(desk)
    desk.locator("#r1-specialty").focus()
    desk.evaluate(PASTE, ["r1-specialty", BLOCK])
    expect(desk.locator("#saved")).to_have_text(re.compile(r"已保存，\d\d:\d\d"))

    # The word in a column of numbers is marked at its cell; the way to it leads there.
    wrong = desk.locator("#r2-students")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(desk.locator("#verdict h1")).to_contain_text("还有 1 处必须改，1 处须说明")
    desk.locator("#checked a[href='#r2-students']").click()
    expect(wrong).to_be_focused()

    # Keys: type over it, Enter goes down, arrows go back.
    desk.keyboard.press("Control+a")
    desk.keyboard.type("30")
    desk.keyboard.press("Enter")
    expect(desk.locator("#r3-students")).to_be_focused()
    desk.keyboard.press("ArrowUp")
    expect(wrong).to_be_focused()
    expect(wrong).not_to_have_attribute("aria-invalid", "true")

    # The reason is typed at the message, and stands in the row.
    why = desk.locator("#why-1")
    why.fill("五十人未报到")
    expect(desk.locator("#r1-explanation")).to_have_value("五十人未报到")
    expect(desk.locator("#verdict h1")).to_contain_text("校验通过")

    desk.goto("about:blank")
    desk.goto(f"/en/fill/{school}?year={YEAR}&form={FORM}")
    expect(desk.locator("#r1-specialty")).to_have_value("Nursing")
    expect(desk.locator("#r2-students")).to_have_value("30")
    expect(desk.locator("#r1-explanation")).to_have_value("五十人未报到")

    desk.get_by_role("button", name="Submit").click()
    expect(desk.locator("#said")).to_contain_text(
        re.compile(r"Submitted, receipt HZ-\d{4}-\d{8}: 3 rows accepted")
    )
    assert installation.complaints == []


def test_two_windows_do_not_overwrite_each_other(
    installation: Installation, school: int, desk: Page
) -> None:
    with installation.page("school") as second:
        second.goto(f"/zh/fill/{school}?year={YEAR}&form={FORM}")
        second.wait_for_selector("#react-entry-point .page #fill")
        desk.locator("#r1-students").fill("41")
        expect(desk.locator("#saved")).to_have_text(re.compile("已保存"))

        second.locator("#r1-students").fill("42")
        expect(second.locator("#saved")).to_contain_text("另一处保存")
        expect(second.locator("#r1-students")).to_have_value("42")
        second.get_by_role("button", name="保留我的").click()
        expect(second.locator("#saved")).to_have_text(re.compile("已保存"))

    desk.reload()
    expect(desk.locator("#r1-students")).to_have_value("42")
    desk.get_by_role("button", name="撤销上次保存").click()
    expect(desk.locator("#r1-students")).to_have_value("41")


def test_what_is_typed_before_the_page_comes_alive_goes_along(
    installation: Installation, school: int
) -> None:
    def hold(_route: Route) -> None:
        """The page itself does not come until this is taken away."""

    with installation.page("school") as page:
        page.route("**/_dash-update-component*", hold)
        page.goto(f"/zh/fill/{school}?year={YEAR}&form={FORM}", wait_until="commit")
        page.locator("#first #r1-students").fill("37")
        page.unroute("**/_dash-update-component*")
        page.wait_for_selector("#react-entry-point .page #fill")
        page.wait_for_selector("#first", state="detached")

        expect(page.locator("#r1-students")).to_have_value("37")
        expect(page.locator("#r1-students")).to_be_focused()
        expect(page.locator("#saved")).to_have_text(re.compile("已保存"))


def test_a_row_is_added_and_a_link_waits_for_what_is_typed(school: int, desk: Page) -> None:
    before = desk.locator("#fill tbody tr").count()
    desk.get_by_role("button", name="加一行").click()
    last = desk.locator("#fill tbody tr").nth(before)
    expect(last.locator("input").first).to_be_focused()
    desk.keyboard.type("护理")
    desk.locator(".due a:visible").first.click()

    expect(desk.locator("#fill input[name=form]")).not_to_have_value(FORM)
    desk.goto(f"/zh/fill/{school}?year={YEAR}&form={FORM}")
    expect(desk.locator(f"#r{before + 1}-specialty")).to_have_value("护理")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_desk_is_accessible_and_fits_every_width(
    installation: Installation, school: int, lang: str
) -> None:
    found: list[str] = []
    with installation.page("school") as page:
        for width, height in ((1366, 768), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            for view in ("workspace", "fill", "fill&form=internship&theme=dark"):
                name, _, more = view.partition("&")
                page.goto(f"/{lang}/{name}/{school}?year={YEAR}&{more}".rstrip("&"))
                found += violations(page, "")
                wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                assert not page.evaluate(wide), page.url

    assert found == []


def test_the_county_reads_the_same_page_without_a_field(
    installation: Installation, school: int
) -> None:
    with installation.page("county") as page:
        page.goto(f"/zh/fill/{school}?year={YEAR}&form={FORM}")
        page.wait_for_selector("#react-entry-point .page .gridf")
        assert page.locator("main input:not([type=hidden])").count() == 0
        assert violations(page, "") == []


def test_three_people_sign_and_the_form_is_handed_in(
    installation: Installation, school: int, desk: Page
) -> None:
    address = f"/zh/fill/{school}?year={YEAR}&form={FORM}"
    cleared(desk)
    desk.locator("#r1-specialty").focus()
    desk.evaluate(PASTE, ["r1-specialty", BLOCK.replace("三十", "30")])
    desk.locator("#why-1").fill("五十人未报到")
    expect(desk.locator("#verdict h1")).to_contain_text("校验通过")
    desk.get_by_role("button", name="报送", exact=True).click()
    expect(desk.locator("#said")).to_contain_text("回执")

    steps = (
        ("school", "签字（统计人员）"),
        ("school-reviewer", "审核签字（校内）"),
        ("head", "签字并上报"),
    )
    for role, button in steps:
        with installation.page(role) as page:
            page.goto(address)
            page.wait_for_selector("#react-entry-point .page .gridf")
            assert (page.locator(".gridf input").count() > 0) is (role == "school")
            page.get_by_role("button", name=button).click()
            expect(page.locator("#said")).to_be_visible()

    desk.goto(address)
    expect(desk.locator(".steps .done")).to_have_count(3)
    expect(desk.locator(".gridf input")).to_have_count(0)
    desk.goto(f"/zh/workspace/{school}?year={YEAR}")
    expect(desk.locator("h1")).to_contain_text(f"{len(submitted_forms())} 张表已上报 1 张")
