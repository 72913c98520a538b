"""A pull in the browser, from the ministry's permission to receipts: the page follows it by itself, and every state of it is readable by all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from etl.task import Shop
from tests.at_work import work_off
from tests.etl.theirs import ADAPTER, TOKEN, Theirs, serving, status, told
from tests.readers import NOW, YEAR, Ministry, reopen
from tests.stories.conftest import Installation, served, sign_in
from tests.stories.test_accessibility import violations
from warehouse.crypto import suite
from warehouse.rights import Role
from warehouse.seals import Notebook

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def site(ministry: Ministry, browser: Browser, var: Path) -> Iterator[Installation]:
    ministry.worker.set("synthetic", "1")
    ministry.worker.set("today", NOW.date().isoformat())
    var.mkdir()
    with served(ministry, var) as url:
        opened = Installation(ministry=ministry, url=url, browser=browser)
        ministry.appointed(Role.REVIEWER, 1)
        opened.windows["reviewer"] = browser.new_context(base_url=url)
        with opened.page("reviewer") as page:
            sign_in(page, "reviewer-1")
        yield opened
        for window in opened.windows.values():
            window.close()


@pytest.fixture
def theirs(ministry: Ministry) -> Iterator[Theirs]:
    place = ministry.at("province")
    units = ministry.worker.directory(YEAR).iter_rows(named=True)
    mine = [one for one in units if ministry.web.ladder.place(one["school_id"]).path[0] == place][:2]  # fmt: skip
    for one in mine:
        reopen(ministry.worker, one["school_id"])
    with serving() as made:
        made.rows = [told(n) | {"xxbsm": mine[n // 2]["code"]} for n in range(4)]
        yield made


@contextmanager
def coming_alive(page: Page, address: str) -> Iterator[None]:
    """What is done within is done on the first page; at its end Dash has what it draws in its place."""

    def hold(_route: Route) -> None:
        """The page itself does not come until this is taken away."""

    page.route("**/_dash-update-component*", hold)
    page.goto(address)
    yield
    with page.expect_response("**/_dash-update-component*") as come:
        page.unroute("**/_dash-update-component*")
    come.value.finished()
    page.evaluate("new Promise((done) => setTimeout(done, 500))")  # more than a drawing takes


def apply(own: Page, address: str, declared: str) -> None:
    """A file chosen and a button pressed while the page comes alive are neither lost."""
    file = FilePayload(name="own.toml", mimeType="application/toml", buffer=declared.encode())
    with coming_alive(own, address):
        own.fill("#since", "2016-09-01")
        with own.expect_file_chooser() as picking:
            own.click("#adapter")
    expect(own.locator("#first #since")).to_be_visible()  # a file is being picked on it
    picking.value.set_files(file)
    expect(own.locator("#first")).to_have_count(0)
    assert own.evaluate("document.querySelector('#adapter').files[0].name") == "own.toml"

    with coming_alive(own, address):
        own.fill("#since", "2016-09-01")
        own.fill("#office", "职业教育处")
        own.set_input_files("#adapter", file)
        own.hover("#apply button[type=submit]")
        own.mouse.down()
    own.mouse.up()


def readable(page: Page, address: str) -> None:
    """Axe finds nothing, in both languages, and nothing is wider than a telephone."""
    for lang in ("zh", "en"):
        page.goto(f"/{lang}/{address}")
        expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(
            ratio=1
        )  # in a row wider than the window
        assert violations(page, "") == []
        page.set_viewport_size({"width": 390, "height": 844})
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")  # fmt: skip
        page.set_viewport_size({"width": 1366, "height": 768})


def test_a_pull_from_permission_to_receipts(site: Installation, theirs: Theirs, var: Path) -> None:
    ministry = site.ministry
    place = ministry.at("province")
    address = f"fusion/{place}?year={YEAR}"
    declared = ADAPTER.format(address=theirs.address, path="training/list", paging="").replace("430000", ministry.web.ladder.place(place).code)  # fmt: skip
    shop = Shop(worker=ministry.worker, web=ministry.web, suite=suite("international", var / "keys"), notebook=Notebook(var / "seals"))  # fmt: skip
    with site.page("province") as own, site.page("reviewer") as theirs_page:
        apply(own, f"/zh/{address}", declared)
        expect(own.locator("#interface")).to_contain_text("未获许可")
        readable(own, address)

        readable(theirs_page, address)
        theirs_page.select_option("#addresses", "inside")
        theirs_page.click("#permission .btn.p")
        expect(theirs_page.locator("#interface .say")).to_contain_text("is allowed")
        readable(theirs_page, address)

        own.goto(f"/zh/{address}")
        own.fill("#token", TOKEN)
        own.click("#token-kept button[type=submit]")
        expect(own.locator("#interface")).to_contain_text("已保存令牌")
        own.click("#pull button[type=submit]")
        expect(own.locator("#pulls [data-again]")).to_be_visible()
        readable(own, address)
        own.goto(f"/zh/{address}")
        work_off(ministry.worker_url, shop)
        expect(own.locator("#pulls tbody")).to_contain_text("已完成")  # nobody reloaded the page
        expect(own.locator("#pulls tbody")).to_contain_text("2 份回执")
        assert set(theirs.tokens) == {f"Bearer {TOKEN}"}

        theirs.wrong = {len(theirs.asked) + 1: status(401)}
        own.click("#pull button[type=submit]")
        expect(own.locator("#pulls [data-again]")).to_be_visible()
        work_off(ministry.worker_url, shop)
        expect(own.locator("#pulls tbody tr").first).to_contain_text("对方拒绝令牌")
        readable(own, address)
        own.goto(f"/zh/{address}")
        own.click("#token-kept button[formaction$=drop_fusion_token]")
        expect(own.locator("#interface")).to_contain_text("没有保存令牌")
    assert site.complaints == []
