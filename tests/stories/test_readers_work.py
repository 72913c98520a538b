"""What each reader is here for, in browsers: mending, sending back, taking back, reviewing, reminding, and what stays closed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.readers import YEAR, reopen
from tests.stories.conftest import Installation
from tests.stories.steps import LIVE, press, refused, visit
from tests.stories.test_accessibility import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def school(installation: Installation) -> int:
    """A school all of whose forms are open to correct; each story takes a form of its own."""
    place = installation.ministry.at("school")
    reopen(installation.ministry.worker, place)
    return place


def form_page(school: int, name: str) -> str:
    return f"/en/review/{school}?year={YEAR}&form={name}"


def do(installation: Installation, role: str, address: str, words: str, note: str = "") -> str:
    """As that reader: open the form, say why where asked, press."""
    with installation.page(role) as page:
        visit(page, address)
        if note:
            page.locator(f"{LIVE} #note").fill(note)
        return press(page, words)


def hand_in(installation: Installation, address: str) -> None:
    """The three signatures of a school that stands by its numbers."""
    sign(installation, address)
    do(installation, "school-reviewer", address, "Sign as the school's reviewer")
    do(installation, "head", address, "Sign and hand in")


def sign(installation: Installation, address: str) -> None:
    do(installation, "school", address, "Sign as statistician", "It stands as it was (synthetic).")


def test_the_statistician_mends_in_the_page_what_came_back(
    installation: Installation, school: int
) -> None:
    address, why = form_page(school, "enrolment"), "So many first-years in one class (synthetic)?"
    hand_in(installation, address)
    do(installation, "county", address, "Return to the school", why)

    with installation.page("school") as page:
        visit(page, f"/en/workspace/{school}?year={YEAR}")
        expect(page.locator(LIVE)).to_contain_text(why)
        visit(page, f"/en/fill/{school}?year={YEAR}&form=enrolment")
        cell = page.locator(f"{LIVE} #r1-students")
        mended = str(int(cell.input_value()) - 1)
        cell.fill(mended)
        expect(page.locator(f"{LIVE} #saved")).to_have_text(re.compile("Saved"))
        assert "receipt HZ-" in press(page, "Submit")
        visit(page, address)
        expect(page.locator(f"{LIVE} #rows")).to_contain_text(f"▼ {mended}")
        assert violations(page, "") == []
        assert "signed" in press(page, "Sign as statistician").lower()


def test_the_schools_reviewer_sends_back_to_the_statistician_with_a_reason(
    installation: Installation, school: int
) -> None:
    address, why = form_page(school, "staff"), "One teacher is missing (synthetic)."
    sign(installation, address)

    assert "back" in do(installation, "school-reviewer", address, "Send back", why)

    with installation.page("school") as page:
        visit(page, address)
        expect(page.locator(f"{LIVE} #history")).to_contain_text(why)
        button = page.locator(LIVE).get_by_role("button", name="Sign as statistician")
        expect(button).to_be_visible()


def test_the_head_takes_back_what_nobody_has_reviewed(
    installation: Installation, school: int
) -> None:
    address = form_page(school, "estate")
    hand_in(installation, address)
    with installation.page("county") as page:
        visit(page, f"/en/queue?year={YEAR}&form=estate")
        waiting = page.locator(f"{LIVE} a[href*='/review/{school}?']")
        expect(waiting.first).to_be_visible()

        do(installation, "head", address, "Take back", "One class is missing (synthetic).")

        visit(page, f"/en/queue?year={YEAR}&form=estate")
        expect(
            page.locator(f"{LIVE} form[action='/do/approve_forms'] a[href*='/review/{school}?']")
        ).to_have_count(0)


def test_where_the_province_chose_so_the_prefecture_reviews_and_the_county_does_not(
    installation: Installation, school: int
) -> None:
    ministry, address = installation.ministry, form_page(school, "finance")
    province = ministry.web.ladder.place(ministry.web.ladder.place(school).path[0]).code
    with ministry.worker.writing() as writer:
        writer.run(
            "INSERT INTO review_choice VALUES (CAST(:province AS int), :year, 'prefecture', 'test', now())",
            province=province, year=YEAR,
        )  # fmt: skip
    try:
        hand_in(installation, address)
        with installation.page("county") as page:
            visit(page, form_page(school, "enrolment"))
            expect(
                page.locator(LIVE).get_by_role("button", name="Approve", exact=True)
            ).to_have_count(0)

        do(installation, "prefecture-reviewer", address, "Approve")

        with installation.page("school") as page:
            visit(page, address)
            expect(page.locator(f"{LIVE} h1")).to_contain_text("Approved")
    finally:
        with ministry.worker.writing() as writer:
            writer.run("DELETE FROM review_choice WHERE set_by = 'test'")


def test_the_supervisor_sees_how_long_it_waits_and_reminds(installation: Installation) -> None:
    with installation.page("county") as page:
        visit(page, f"/en/queue?year={YEAR}")
        late = page.locator(f"{LIVE} #late")
        expect(late.locator("tbody tr").first).to_be_visible()
        assert violations(page, "") == []
        late.locator("input[name=pick]").first.check()
        assert "remind" in press(page, "Remind").lower()
        late.locator("input[name=pick]").first.check()
        assert "today" in press(page, "Remind")  # once a day is enough


def test_a_decision_maker_reads_everything_and_does_nothing(
    installation: Installation, school: int
) -> None:
    with installation.page("ministry") as page:
        visit(page, f"/en/place/1?year={YEAR}")
        page.locator(LIVE).get_by_role("link", name="Hebei").first.click()
        expect(page.locator(f"{LIVE} .crumb b")).to_contain_text("Hebei")
        visit(page, form_page(school, "enrolment"))
        expect(page.locator(f"{LIVE} #act")).to_have_count(0)
        visit(page, f"/en/fill/{school}?year={YEAR}&form=enrolment")
        expect(page.locator(f"{LIVE} form.fill")).to_have_count(0)
        for closed in ("/en/accounts/1", "/en/audit", "/en/locks", f"/en/contacts/{school}"):
            assert refused(page, closed)


def test_an_analyst_reads_totals_and_no_school(installation: Installation, school: int) -> None:
    with installation.page("analyst") as page:
        visit(page, f"/en/place/1?year={YEAR}")
        expect(page.locator(f"{LIVE} h1").first).to_be_visible()
        visit(page, "/en/catalogue")
        expect(page.locator(LIVE)).to_contain_text("Students per teacher")
        for closed in (f"/en/place/{school}?year={YEAR}", form_page(school, "enrolment"), "/en/accounts/1", "/en/audit"):  # fmt: skip
            assert refused(page, closed)
