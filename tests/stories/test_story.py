"""A browser story from the national page to the cell of a workbook submitted in this test, told by three readers.

A school fills the template for internships: three rows, of which one cannot be true and one is unlawful. The workbook
comes in by submit(); ministry, province and school then find the number again, each in its own reach. A corrected
workbook follows, and the first one stays readable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from etl import templates
from etl.receipt import Receipt
from etl.submission import submit
from tests.readers import NOW, YEAR, reopen
from tests.stories.conftest import Installation
from warehouse.discovery import form

pytestmark = pytest.mark.browser

INTERNSHIP = form("internship")
INTERNS, FIRST_SAID, CORRECTED = "interns", 137, 141
LAWFUL, UNLAWFUL, IMPOSSIBLE = 7, 8, 9  # rows of the sheet
SHEET = templates.FILL


def line(interns: int, **said: int | str) -> dict[str, int | str]:
    """A row of interns whose papers are all in order, but for what is said."""
    all_of_them = ("interns", "agreements", "insured", "consents", "matched", "pay_due", "pay_met")
    return {
        **dict.fromkeys((c.name for c in INTERNSHIP.measures()), 0), **dict.fromkeys(all_of_them, interns),
        "specialty": "720201 护理", "grade": "三年级", "kind": "岗位实习", "hours_total": interns * 40, **said,
    }  # fmt: skip


def filled(path: Path, school: str, lines: list[dict[str, int | str]]) -> Path:
    """The blank template, filled in by hand: found by its headers, saved by a spreadsheet program."""
    templates.write(INTERNSHIP, path, school=school, year=YEAR)
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    heads = {str(cell.value).split("\n")[0].rstrip("*"): cell.column for cell in sheet[LAWFUL - 1]}
    for number, said in enumerate(lines, start=LAWFUL):
        for name, value in said.items():
            sheet.cell(number, heads[head_of(name)], value)
    book.save(path)
    return path


def head_of(name: str) -> str:
    """What the template writes above a column, without its star."""
    column = INTERNSHIP.columns.get(name)
    return templates.header(name, column).split("\n")[0].rstrip("*")


@dataclass(frozen=True)
class Story:
    """What was handed in, and where the reader should find it."""

    served: Installation
    receipt: Receipt
    cell: str

    @property
    def school(self) -> int:
        return self.served.ministry.at("school")

    @property
    def way(self) -> dict[str, int]:
        """The places on the way down to the school."""
        rungs = ("nation", "province", "prefecture", "county", "school")
        ladder = self.served.ministry.web.ladder
        return dict(zip(rungs, (1, *ladder.place(self.school).path), strict=True))

    def id(self, what: str) -> int:
        return self.way.get(what) or self.served.ministry.at(what)

    def name(self, what: str) -> str:
        return self.served.ministry.web.ladder.place(self.id(what)).name("zh")

    def place(self, what: str, **options: str) -> str:
        """The address of a place's page."""
        return f"/zh/place/{self.id(what)}?{urlencode({'year': YEAR, **options})}"

    def inside(self, what: str, rung: int = 2) -> int:
        """Some place of that rung inside another."""
        ladder = self.served.ministry.web.ladder
        standing = (ladder.place(one) for one in ladder.parents[YEAR])
        return next(
            row.place_id for row in standing if row.rung == rung and self.id(what) in row.path
        )


@pytest.fixture(scope="module")
def story(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The first workbook, handed in."""
    ministry = installation.ministry
    code = ministry.web.ladder.place(ministry.at("school")).code
    book = filled(tmp_path_factory.mktemp("first") / "实习.xlsx", code, [
        line(FIRST_SAID),
        line(61, kind="认识实习", grade="二年级", over_hours=5, explanation="酒店旺季，已整改"),
        line(50, insured=64, kind="认识实习"),
    ])  # fmt: skip
    reopen(ministry.worker, ministry.at("school"))
    receipt = submit(ministry.worker, book, now=NOW, by="填报人")
    column = openpyxl.utils.get_column_letter(list(INTERNSHIP.columns).index(INTERNS) + 1)
    return Story(installation, receipt, column)


@pytest.fixture
def page(installation: Installation, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of the reader named by the test's mark; it may not complain of anything."""
    with installation.page(request.param) as opened:
        yield opened
    assert installation.complaints == []


def reads_as(role: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", [role], indirect=True)


def at_home(page: Page) -> None:
    page.goto("/")
    page.wait_for_selector("#react-entry-point .page")


def choose_year(page: Page) -> None:
    """The demo reports the year before the newest in full."""
    menu = page.locator(".ctx .fact summary").first
    menu.click()
    page.get_by_role("link", name="2025–2026 学年").first.click()
    expect(page).to_have_url(re.compile(f"year={YEAR}"))
    expect(menu).to_have_text("2025–2026 学年")


def go_down(page: Page, name: str) -> None:
    """Click a row of the table of children."""
    page.locator("table.t a", has_text=name).first.click()
    expect(page).to_have_title(f"{name} · 职鉴")


def open_source(page: Page) -> None:
    """From the table of indicators to the number's source."""
    page.locator("tr", has_text="岗位实习学生").get_by_role("link", name="来源").first.click()


def panel(page: Page) -> Locator:
    return page.locator("#source")


@reads_as("ministry")
def test_the_ministry_walks_from_the_nation_to_the_cell(page: Page, story: Story) -> None:
    at_home(page)
    choose_year(page)
    expect(page).to_have_title("全国 · 职鉴")

    page.locator(".tile", has_text=story.name("province")).click()
    expect(page).to_have_title(f"{story.name('province')} · 职鉴")
    for rung in ("prefecture", "county", "school"):
        go_down(page, story.name(rung))
    open_source(page)

    expect(panel(page).locator("h2")).to_be_focused()
    expect(panel(page)).to_contain_text(f"《{SHEET}》第 {LAWFUL} 行 {story.cell} 列")
    expect(panel(page).locator(".src td.hit")).to_have_text(str(FIRST_SAID))
    expect(panel(page).locator(".src thead b")).to_have_text(["A", "B", "C", story.cell])
    expect(panel(page).locator(".src tbody th")).to_have_text([str(LAWFUL)])
    expect(panel(page)).to_contain_text("实习.xlsx")
    expect(panel(page)).to_contain_text("填报人")


@reads_as("ministry")
def test_back_and_forward_walk_the_same_way(page: Page, story: Story) -> None:
    page.goto(story.place("province"))
    titles = [f"{story.name(rung)} · 职鉴" for rung in ("province", "prefecture", "county")]
    go_down(page, story.name("prefecture"))
    go_down(page, story.name("county"))

    for expected in (titles[1], titles[0]):
        page.go_back()
        expect(page).to_have_title(expected)
    for expected in titles[1:]:
        page.go_forward()
        expect(page).to_have_title(expected)
    page.locator(".crumb a", has_text="全国").click()
    expect(page).to_have_title("全国 · 职鉴")


@reads_as("ministry")
def test_an_open_table_stands_in_the_address_and_opens_again(page: Page, story: Story) -> None:
    page.goto(story.place("province"))
    table = page.locator("#trend details.dt")
    table.locator("summary").click()
    expect(page).to_have_url(re.compile(r"[?&]unfolded=trend$"))
    given = page.url

    page.goto(story.place("prefecture"))
    expect(page.locator("#trend details.dt")).not_to_have_attribute("open", "")
    page.goto(given)
    expect(table).to_have_attribute("open", "")
    page.locator(".crumb a", has_text="全国").click()
    expect(page).to_have_title("全国 · 职鉴")
    expect(page.locator("#trend details.dt")).not_to_have_attribute("open", "")
    expect(page).not_to_have_url(re.compile("unfolded"))
    page.go_back()
    expect(table).to_have_attribute("open", "")
    table.locator("summary").click()
    expect(page).not_to_have_url(re.compile("unfolded"))


@reads_as("province")
def test_the_province_walks_the_same_way_and_not_into_its_sister(page: Page, story: Story) -> None:
    at_home(page)
    choose_year(page)
    expect(page).to_have_title(f"{story.name('province')} · 职鉴")
    for rung in ("prefecture", "county", "school"):
        go_down(page, story.name(rung))
    open_source(page)
    expect(panel(page).locator(".src td.hit")).to_have_text(str(FIRST_SAID))

    page.goto(story.place("sister"))
    expect(page.locator("#children")).to_contain_text("只对本辖区的人员开放")
    expect(page.locator("#children table")).to_have_count(0)
    inside = story.inside("sister")
    assert status(page, f"/zh/place/{inside}?year={YEAR}") == 403
    expect(page.locator("h1")).to_have_text("无权查看这一页")
    page.get_by_role("link", name="回到本单位首页").click()
    expect(page).to_have_title(f"{story.name('province')} · 职鉴")


@reads_as("school")
def test_the_school_finds_its_receipt_and_no_other_school(page: Page, story: Story) -> None:
    page.goto(story.place("school"))
    page.wait_for_selector("#react-entry-point .page")
    expect(page.locator("h1")).to_have_text(story.name("school"))

    taken = page.locator("#submissions tr", has_text="实习.xlsx")
    expect(taken.locator("td")).to_contain_text(["2", "填报人", "实习.xlsx", "2", "1", "1"])
    breach = page.locator("#findings tr", has_text="违规").filter(has_text=str(UNLAWFUL))
    expect(breach).to_contain_text("超时 5 人")
    expect(breach).to_contain_text("酒店旺季，已整改")
    refused = page.locator("#findings tr", has_text="参保 64 人，多于实习学生 50 人")
    expect(refused).to_contain_text(str(IMPOSSIBLE))
    assert status(page, f"/zh/place/{story.inside('sister', rung=4)}?year={YEAR}") == 403
    expect(page.locator("h1")).to_have_text("无权查看这一页")


@reads_as("ministry")
def test_the_view_is_kept_in_the_other_language_and_in_the_dark(page: Page, story: Story) -> None:
    page.goto(story.place("school", source=INTERNS, bounds="then"))

    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(panel(page)).to_contain_text(f"row {LAWFUL}, column {story.cell}")
    page.get_by_role("link", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert options(page) == {
        "year": str(YEAR), "source": INTERNS, "bounds": "then", "theme": "dark",
    }  # fmt: skip

    panel(page).locator("[data-close]").click()
    page.locator(".crumb a").nth(-1).click()
    expect(page).to_have_url(re.compile(f"/en/place/{story.id('county')}"))
    assert options(page) == {"year": str(YEAR), "bounds": "then", "theme": "dark"}
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@reads_as("ministry")
def test_the_keyboard_is_enough(page: Page, story: Story) -> None:
    page.goto(story.place("county"))
    page.wait_for_selector("#react-entry-point .page")

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".brand")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type(story.name("school")[:2])
    expect(page.locator("#search-results a")).to_contain_text([story.name("school")])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"{story.name('school')} · 职鉴")
    expect(page.locator("main")).to_be_focused()
    source = page.locator("tr", has_text="岗位实习学生").get_by_role("link", name="来源").first
    source.focus()
    page.keyboard.press("Enter")
    expect(panel(page).locator("h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)
    expect(source).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")


@reads_as("ministry")
def test_paper_shows_what_the_screen_shows(page: Page, story: Story) -> None:
    page.goto(story.place("school", source=INTERNS, theme="dark"))
    page.wait_for_selector("#react-entry-point .page")

    page.emulate_media(media="print")

    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".syn").first).to_be_visible()
    expect(page.locator("#submissions table")).to_be_visible()
    for control in (".search", ".nav", ".tools"):
        expect(page.locator(control).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert len(page.pdf()) > 20_000


@reads_as("ministry")
def test_a_corrected_workbook_replaces_the_number_and_leaves_the_old_one_readable(
    page: Page, story: Story, tmp_path: Path
) -> None:
    ministry = story.served.ministry
    page.goto(story.place("nation", source=INTERNS))
    before = total(page)
    moment = datetime.now(UTC)

    code = ministry.web.ladder.place(story.id("school")).code
    lines = [line(CORRECTED), line(61, kind="认识实习", grade="二年级"), line(50, kind="认识实习")]
    corrected = submit(
        ministry.worker, filled(tmp_path / "更正.xlsx", code, lines), now=NOW, by="填报人"
    )

    assert (corrected.revision, corrected.rows_refused) == (story.receipt.revision + 1, 0)
    page.reload()
    assert total(page) == before + CORRECTED - FIRST_SAID
    page.goto(story.place("school", source=INTERNS))
    expect(panel(page).locator(".src td.hit")).to_have_text(str(CORRECTED))
    expect(panel(page)).to_contain_text("更正.xlsx")
    old = panel(page).locator("tr", has_text="实习.xlsx")
    expect(old).to_contain_text(str(FIRST_SAID))
    expect(old).to_contain_text("已被替换")
    for rung in ("nation", "province", "prefecture", "county"):
        page.goto(story.place(rung, source=INTERNS, asof=moment.isoformat()))
        now_and_then = total(page)
        page.goto(story.place(rung, source=INTERNS))
        assert total(page) - now_and_then == CORRECTED - FIRST_SAID
    page.goto(story.place("school", source=INTERNS, asof=moment.isoformat()))
    expect(panel(page).locator(".src td.hit")).to_have_text(str(FIRST_SAID))


def status(page: Page, address: str) -> int | None:
    """What the server answers to an address that is typed."""
    answer = page.goto(address)
    return answer.status if answer else None


def total(page: Page) -> int:
    """The sum behind the opened number, with all its digits."""
    page.wait_for_selector("#react-entry-point #source h3")
    heading = panel(page).locator("h3").filter(has_text="实习学生数").first.inner_text()
    return int(re.sub(r"[^0-9]", "", heading))


def options(page: Page) -> dict[str, str]:
    """The options in the address bar."""
    return dict(parse_qsl(urlsplit(page.url).query))
