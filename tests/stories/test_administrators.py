"""The three administrators at work in browsers, each with what is theirs alone, and somebody who meets what they did."""

from __future__ import annotations

import re
import time

import pyotp
import pytest
from playwright.sync_api import Page, expect

from dashboards.auth import TRUST_S
from tests.readers import PASSWORD, YEAR
from tests.stories.conftest import Installation
from tests.stories.steps import LIVE, act, another, enter, press, refused, visit
from tests.stories.test_accessibility import violations
from warehouse.passwords import hash_password
from warehouse.rights import Role

pytestmark = pytest.mark.browser


def appoint(installation: Installation, login: str, role: Role, *, at: str = "province") -> None:
    """An account like any that was activated: not one of the demo's, so every rule of signing in holds for it."""
    ministry = installation.ministry
    ministry.worker.keep_account(
        login=login, role=role.value, place_id=ministry.at(at), depth="records", name_zh=login, name_en=login,
        password_hash=hash_password(PASSWORD), created_by="system",
    )  # fmt: skip


def is_in(page: Page, login: str) -> bool:
    """Whether the password lets this login in, or as far as the next step."""
    enter(page, login, PASSWORD)
    return not page.locator("#why").count()


@pytest.mark.mlps("M3", "M8")
def test_the_system_administrator_suspends_resumes_and_ends(installation: Installation) -> None:
    appoint(installation, "leaver", Role.REVIEWER, at="county")
    with installation.page("system") as admin, another(installation) as person:
        assert is_in(person, "leaver")
        visit(admin, "/en/accounts/1?item=leaver")

        assert "is suspended" in act(admin, "suspend_account")
        time.sleep(TRUST_S)
        person.goto(f"/en/queue?year={YEAR}")
        expect(person).to_have_url(re.compile("/sign-in"))  # the session that was open is over
        assert not is_in(person, "leaver")

        assert "in use again" in act(admin, "resume_account")
        assert is_in(person, "leaver")

        assert "has ended" in act(admin, "end_account")
        assert not is_in(person, "leaver")
        expect(admin.locator(f"{LIVE} form[action='/do/invite_account']")).to_have_count(0)
        expect(admin.locator(f"{LIVE} #steps")).to_contain_text("system")
        assert violations(admin, "") == []
    assert installation.complaints == []


@pytest.mark.mlps("M2")
def test_a_lock_is_lifted_by_the_security_administrator_alone(installation: Installation) -> None:
    appoint(installation, "forgetful", Role.REVIEWER, at="county")
    with another(installation) as person:
        for _ in range(5):
            enter(person, "forgetful", "not that one")
            expect(person.locator("#why")).to_be_visible()
        assert not is_in(person, "forgetful")

        with installation.page("system") as page:
            assert refused(page, "/en/locks")
        with installation.page("security") as page:
            visit(page, "/en/locks")
            expect(page.locator(f"{LIVE} #locked")).to_contain_text("forgetful")
            assert violations(page, "") == []
            assert "The lock of forgetful is lifted" in press(page, "Lift the lock of forgetful")

        assert is_in(person, "forgetful")


@pytest.mark.mlps("M10")
def test_a_role_is_taken_by_the_security_administrator_and_with_it_the_way_in(
    installation: Installation,
) -> None:
    appoint(installation, "moved-on", Role.REVIEWER, at="county")
    with another(installation) as person, installation.page("security") as page:
        assert is_in(person, "moved-on")
        visit(page, "/en/accounts/1?item=moved-on")
        expect(page.locator(f"{LIVE} form[action='/do/suspend_account']")).to_have_count(0)

        assert "has no role now" in act(page, "take_role")

        assert not is_in(person, "moved-on")


@pytest.mark.mlps("M10", "M22")
def test_a_setting_takes_two_people_and_a_coming_year(installation: Installation) -> None:
    with installation.page("system") as page:
        visit(page, "/en/settings")
        page.locator(f"{LIVE} #value").select_option(index=1)
        page.locator(f"{LIVE} #reason").fill(
            "The prefectures review from next year on (synthetic)."
        )
        assert "a security administrator decides" in press(page, "Propose a change")
        expect(page.locator(f"{LIVE} form[action='/do/confirm_setting']")).to_have_count(0)
        assert violations(page, "") == []

    with installation.page("security") as page:
        visit(page, "/en/settings")
        expect(page.locator(f"{LIVE} #open")).to_contain_text(
            "The prefectures review from next year on"
        )
        assert "Confirmed" in press(page, "Confirm")
        expect(page.locator(f"{LIVE} #history")).to_contain_text("system")
        expect(page.locator(f"{LIVE} #open")).to_have_count(0)
        assert violations(page, "") == []


@pytest.mark.mlps("M14", "M15")
def test_the_audit_administrator_finds_a_line_and_reads_no_figure(
    installation: Installation,
) -> None:
    with installation.page("county") as page:
        page.goto("/zh/accounts/1")  # refused, and so a line
    with installation.page("audit") as page:
        page.goto("/")
        expect(page).to_have_url(re.compile("/zh/audit"))  # what they are here for
        visit(page, "/en/audit")
        page.locator(f"{LIVE} #item").fill(installation.ministry.readers["county"].login)
        page.locator(f"{LIVE} #form").select_option(label="Refused")
        page.locator(LIVE).get_by_role("button", name="Search").click()
        expect(page.locator(f"{LIVE} #lines tbody tr").first).to_contain_text("/zh/accounts/1")
        expect(page.locator(f"{LIVE} #lines tbody tr").first).to_contain_text("Refused")
        assert violations(page, "") == []

        for closed in (f"/en/place/1?year={YEAR}", "/en/accounts/1", "/en/locks"):
            assert refused(page, closed)


@pytest.mark.mlps("M2", "M4")
def test_a_second_factor_is_set_up_from_the_picture_and_asked_for_ever_after(
    installation: Installation,
) -> None:
    appoint(installation, "provincial", Role.SUPERVISOR)
    with another(installation) as page:
        enter(page, "provincial", PASSWORD)
        page.wait_for_url(re.compile("/sign-in/enrol"))
        expect(page.locator(".qr svg")).to_be_visible()
        secret = page.locator("code.secret").inner_text().replace(" ", "")
        type_code(page, "000000")
        expect(page.locator("#why")).to_be_visible()
        type_code(page, pyotp.TOTP(secret).now())
        expect(page.locator("ol.codes li")).to_have_count(10)
        recovery = page.locator("ol.codes code").first.inner_text()
        page.locator("a.btn").click()
        page.wait_for_selector(f"{LIVE} .page")

    with another(installation) as page:
        enter(page, "provincial", PASSWORD)
        page.wait_for_url(re.compile("/sign-in/code"))
        page.goto(f"/en/place/1?year={YEAR}")
        expect(page).to_have_url(re.compile("/sign-in"))  # half the way in is no way in
        enter(page, "provincial", PASSWORD)
        type_code(page, recovery)
        page.wait_for_selector(f"{LIVE} .page")

    with another(installation) as page:
        enter(page, "provincial", PASSWORD)
        type_code(page, recovery)
        expect(page.locator("#why")).to_be_visible()  # each recovery code works once


def type_code(page: Page, code: str) -> None:
    page.locator("#code").fill(code)
    with page.expect_navigation():
        page.locator("form button[type=submit]").first.click()


def test_who_leaves_signs_out_and_the_page_is_gone(installation: Installation) -> None:
    appoint(installation, "careful", Role.REVIEWER, at="county")
    with another(installation) as page:
        enter(page, "careful", PASSWORD)
        page.wait_for_selector(f"{LIVE} .page")
        page.locator(f"{LIVE} .who a[href='/sign-out']").click()
        expect(page).to_have_url(re.compile("/sign-in"))
        page.go_back()
        expect(page.locator("#account")).to_be_visible()
