"""A browser story of the tree: the ministry's administrator makes a province's, somebody else grants the role, the person comes by a
link that works once, and the province invites a school from a workbook. Nobody signs in before both have happened.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from etl import account_book
from tests.readers import PASSWORD as SHARED
from tests.stories.conftest import Installation
from tests.stories.steps import LIVE, act, activate, another, enter, told, visit
from tests.stories.test_accessibility import violations
from warehouse.rights import Role

pytestmark = pytest.mark.browser

LOGIN, PASSWORD = "province-system", "Chosen-by-one-1"


def make_and_invite(installation: Installation) -> str:
    """The ministry's administrator makes an account of the province and draws its invitation; the link."""
    code = installation.ministry.web.ladder.place(installation.ministry.at("province")).code
    said = {
        "login": LOGIN, "name_zh": "省系统管理员", "name_en": "Province's administrator", "code": code, "staff": "p-1",
    }  # fmt: skip
    with installation.page("system") as page:
        visit(page, "/en/accounts/1")
        for name, value in said.items():
            page.locator(f"#new #{name}").fill(value)
        page.locator("#new #role").select_option(Role.SYSTEM_ADMIN.value)
        page.locator("#new button[type=submit]").click()
        assert f"{LOGIN} is made" in told(page)
        act(page, "invite_account")
        expect(page.locator("#said")).to_contain_text("Invitation code")
        link = re.search(r"/activate\S+", told(page))
        assert link
        assert violations(page, "") == []
        return link[0]


def grant(installation: Installation) -> None:
    """The security administrator grants what was wanted."""
    with installation.page("security") as page:
        page.goto("/en/accounts/1")
        expect(page.locator("#queue")).to_contain_text(LOGIN)
        assert violations(page, "") == []
        assert "has a role now" in act(page, "grant_wanted")


@pytest.mark.mlps("M7")
@pytest.mark.mlps("M8")
@pytest.mark.mlps("M10")
def test_a_province_s_administrator_comes_and_invites_a_school(
    installation: Installation, tmp_path: Path
) -> None:
    link = make_and_invite(installation)
    with another(installation) as page:
        activate(page, link, PASSWORD)
        expect(page.locator("main")).to_contain_text("The account is activated")
        enter(page, LOGIN, PASSWORD)
        expect(page.locator("#why")).to_be_visible()  # nobody has granted a role yet

    grant(installation)
    with another(installation) as page:
        enter(page, LOGIN, PASSWORD)
        # an administrator: the second factor comes first
        page.wait_for_url(re.compile("/sign-in/enrol"))

    with another(installation) as page:
        activate(page, invite_school_in_bulk(installation, tmp_path), PASSWORD)
        expect(page.locator("main")).to_contain_text("账号已激活")
    assert installation.complaints == []


def invite_school_in_bulk(installation: Installation, folder: Path) -> str:
    """The province's administrator uploads a workbook and takes the invitations; the link of one of them."""
    ministry = installation.ministry
    province = ministry.at("province")
    ministry.appointed(Role.SYSTEM_ADMIN, province)
    school = ministry.web.ladder.place(ministry.at("school"))
    book = openpyxl.load_workbook(io.BytesIO(account_book.template()))
    row = (
        "school-clerk",
        "学校统计员",
        "School's clerk",
        school.code,
        account_book.shown(Role.STATISTICIAN),
        "s-1",
    )
    for at, value in enumerate(row, start=1):
        book.worksheets[0].cell(account_book.FIRST_ROW, at, value)
    file = folder / "accounts.xlsx"
    book.save(file)
    with another(installation) as page:
        page.goto("/")
        page.locator("#account").fill(f"system_admin-{province}")
        page.locator("#password").fill(SHARED)
        page.keyboard.press("Enter")
        page.wait_for_selector(f"{LIVE} #bulk")
        page.locator("#workbook").set_input_files(file)
        page.locator(f"{LIVE} form[action='/do/create_accounts'] button").click()
        page.wait_for_selector(f"{LIVE} #batch")
        assert violations(page, "") == []
        with page.expect_download() as given:
            page.locator(f"{LIVE} form[action='/do/invite_batch'] button").click()
        taken = folder / "invitations.xlsx"
        given.value.save_as(taken)
    sheet = openpyxl.load_workbook(taken).worksheets[0]
    assert sheet.cell(3, 1).value == "school-clerk"
    return str(sheet.cell(3, 5).value)
