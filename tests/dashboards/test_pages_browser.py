"""Pages of the real site in a browser: accessible in both languages, from the nation down to a cell."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests.conftest import Database
from tests.dashboards.ministry import Ministry, opened
from tests.dashboards.test_browser import violations
from warehouse import roles
from warehouse.places import Rung

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def ministry(
    module_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ministry]:
    with opened(module_database, Path(tmp_path_factory.mktemp("ministry"))) as found:
        yield found


@pytest.fixture(scope="module")
def site(browser: Browser, ministry: Ministry) -> Iterator[BrowserContext]:
    """A window signed in as the ministry."""
    served = make_server("127.0.0.1", 0, ministry.server, threaded=True)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    context = browser.new_context(base_url=f"http://127.0.0.1:{served.server_port}")
    first = context.new_page()
    first.goto("/sign-in")
    first.fill("#account", "ministry")
    first.fill("#password", "test")
    first.click("button[type=submit]")
    first.wait_for_selector("#react-entry-point .page")
    first.close()
    yield context
    context.close()
    served.shutdown()
    thread.join()
    served.server_close()


@pytest.fixture
def view(site: BrowserContext) -> Iterator[Page]:
    found = site.new_page()
    found.set_viewport_size({"width": 1366, "height": 768})
    yield found
    found.close()


def go(view: Page, address: str) -> None:
    view.goto(address)
    view.wait_for_selector("#react-entry-point .page")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("rung", list(Rung))
def test_axe_finds_nothing_on_a_place(
    view: Page, ministry: Ministry, rung: Rung, lang: str
) -> None:
    go(view, f"/{lang}/place/{ministry.places()[rung]}?year=2026")

    assert violations(view) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_beside_a_source_or_in_the_catalogue(
    view: Page, ministry: Ministry, lang: str
) -> None:
    go(view, f"/{lang}/place/{ministry.school()}?year=2026&source=students_per_teacher&theme=dark")
    assert violations(view) == []

    go(view, f"/{lang}/catalogue?metric=students_per_teacher")
    assert violations(view) == []


@pytest.mark.parametrize(
    ("query", "cls"),
    [
        ("chart=map&theme=dark", ".tiles"), ("chart=heat&cut=grade&metrics=students", ".heat"), ("chart=multiples", ".multiples"),
        ("chart=beside&places=1.110000.430000", ".beside6"), ("chart=metrics", ".heat"), ("chart=maps&cut=grade&metrics=students", ".maps"),
    ],
)  # fmt: skip
def test_every_kind_of_chart_is_accessible_fits_a_phone_and_is_saved(
    view: Page, module_database: Database, query: str, cls: str
) -> None:
    go(view, f"/en/build/1?year=2026&{query}")
    figure = view.locator(f"#react-entry-point #chart figure:has({cls})")
    expect(figure).to_be_visible()
    assert violations(view) == []

    view.set_viewport_size({"width": 390, "height": 844})
    assert view.evaluate("document.documentElement.scrollWidth") == 390, beyond(view, 390)
    with view.expect_download() as coming:
        figure.locator("[data-picture=svg]").click()
    saved = ET.parse(coming.value.path()).getroot()  # noqa: S314 - made by our own page
    words = "".join(saved.itertext())
    number = figure.locator("b, td.num, .heat td").first.inner_text().split()[0]
    assert number in words
    assert "Source:" in words
    assert written_last(module_database) == ("export", "build-1.svg", True, "chart")


def written_last(database: Database) -> tuple[object, ...]:
    """The newest line of the trail, and which chart it tells of."""
    with roles.connect(database.owner_url) as connection:
        found = connection.execute(
            "SELECT event, object, succeeded, detail->>'chart' FROM audit ORDER BY audit_id DESC LIMIT 1"
        )
        return tuple(found.fetchall()[0])


@pytest.mark.parametrize("rung", list(Rung))
def test_a_narrow_page_never_scrolls_sideways(view: Page, ministry: Ministry, rung: Rung) -> None:
    go(view, f"/en/place/{ministry.places()[rung]}?year=2026")

    for width in (320, 390, 768, 901, 1024):
        view.set_viewport_size({"width": width, "height": 700})
        assert view.evaluate("document.documentElement.scrollWidth") == width, beyond(view, width)


def beyond(view: Page, width: int) -> str:
    """The words that stick out, for the message of a failure."""
    found: str = view.evaluate(
        """(width) => {
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
          while (walk.nextNode()) {
            const range = document.createRange();
            range.selectNodeContents(walk.currentNode);
            const inside = walk.currentNode.parentElement.closest(".scroll, .chart, .seg, .src, .sr");
            if (!inside && range.getBoundingClientRect().right > width) found.push(walk.currentNode.textContent);
          }
          return found.join(" | ");
        }""",
        width,
    )
    return found


def test_one_click_leads_down_and_the_way_back_up(view: Page, ministry: Ministry) -> None:
    province = ministry.places()[Rung.PROVINCE]
    name = ministry.warehouse.ladder.place(province).name("zh")
    go(view, "/zh/place/1?year=2026")

    view.locator(".tile", has_text=name).click()

    expect(view).to_have_title(f"{name} · 职鉴")
    view.locator(".crumb a", has_text="全国").click()
    expect(view).to_have_title("全国 · 职鉴")


def test_what_was_typed_into_a_refused_form_stands_in_it_again_once(view: Page) -> None:
    """Not in another form of the page, and not on the page as it is opened the next time."""
    live = "#react-entry-point form[action='/do/set_mailbox'] input[name='address']"
    go(view, "/zh/notices")
    view.fill(live, "no address at all")
    view.keyboard.press("Enter")

    expect(view.locator("#said.refused")).to_be_visible()
    expect(view.locator(live)).to_have_value("no address at all")
    assert view.evaluate("sessionStorage.getItem('typed')") is None

    go(view, "/zh/notices")
    expect(view.locator(live)).to_have_value("")
