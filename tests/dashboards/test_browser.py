"""What only a browser can tell: accessibility, navigation, keys, narrow screens, weight."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.dashboards.gallery import PAGES

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
MOST_BYTES = 1_300_000
DRAWN = ".chart .js-plotly-plot"


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector("#react-entry-point .page")
    return page


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def address(name: str, lang: str, theme: str = "light") -> str:
    asked = ["source=ratio"] if name == "source" else []
    asked += ["theme=dark"] if theme == "dark" else []
    page = "school" if name == "source" else name
    return f"/{lang}/place/{page}" + ("?" + "&".join(asked) if asked else "")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_a_page(page: Page, name: str, lang: str) -> None:
    opened(page, address(name, lang))
    if page.locator(".chart").count():
        page.wait_for_selector(".chart .main-svg")

    assert violations(page) == []


@pytest.mark.parametrize("name", ["nation", "source"])
def test_axe_finds_nothing_in_the_dark(page: Page, name: str) -> None:
    opened(page, address(name, "zh", "dark"))

    assert violations(page) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_at_the_door(page: Page, lang: str) -> None:
    page.goto(f"/sign-in/{lang}")

    assert violations(page) == []


def test_axe_finds_nothing_with_a_menu_open(page: Page) -> None:
    opened(page, "/zh/place/province")
    page.locator(".crumb summary").click()

    assert violations(page) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["nation", "province", "source"])
def test_a_narrow_page_never_scrolls_sideways(page: Page, name: str, lang: str) -> None:
    opened(page, address(name, lang))

    for width in (320, 390, 768):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_link_changes_the_page_without_loading_it_again(page: Page) -> None:
    opened(page, "/zh/place/nation")
    page.evaluate("window.stayed = true")

    page.locator(".tile", has_text="湖南").click()

    expect(page.locator("h1")).to_contain_text("湖南 83.3%")
    page.go_back()
    expect(page).to_have_title("全国 · 职鉴")
    assert page.evaluate("window.stayed")


def test_back_and_forth_are_pages_of_their_own(page: Page) -> None:
    opened(page, "/zh/place/nation")
    page.locator(".tile", has_text="湖南").click()
    expect(page.locator("h1")).to_contain_text("湖南 83.3%")
    page.get_by_role("link", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.go_back()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.go_back()
    expect(page).to_have_title("全国 · 职鉴")
    page.go_forward()
    expect(page.locator("h1")).to_contain_text("湖南 83.3%")


def test_the_theme_follows_the_address(page: Page) -> None:
    opened(page, "/zh/place/nation")

    page.get_by_role("link", name="深色").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url("/zh/place/nation?theme=dark")


def test_escape_closes_the_source_and_returns_to_the_number(page: Page) -> None:
    opened(page, "/en/place/school")
    page.locator(".kpi a").first.click()
    expect(page.locator("#source-title")).to_be_focused()

    page.keyboard.press("Escape")

    expect(page.locator("#source")).to_have_count(0)
    expect(page.locator(".kpi a").first).to_be_focused()


def test_a_slash_reaches_the_search_box(page: Page) -> None:
    opened(page, "/zh/place/nation")

    page.keyboard.press("/")

    expect(page.locator("#search")).to_be_focused()


def test_the_page_is_there_without_scripts(browser: Browser, gallery: str) -> None:
    plain = browser.new_context(java_script_enabled=False, base_url=gallery)
    still = plain.new_page()
    still.goto("/zh/place/nation")

    expect(still.locator("h1")).to_contain_text("在校生")
    still.locator(".dt summary").first.click()
    expect(still.locator(".dt table").first).to_be_visible()
    plain.close()


def test_the_first_page_weighs_little(browser: Browser, gallery: str) -> None:
    fresh = browser.new_context(base_url=gallery)
    page = fresh.new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda done: sizes.append(done.sizes()["responseBodySize"]))

    opened(page, "/zh/place/nation")
    page.wait_for_selector(".chart .main-svg")

    assert MOST_BYTES / 10 < sum(sizes) <= MOST_BYTES
    fresh.close()


def test_charts_are_drawn_before_dash_and_taken_over_as_they_stand(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/dash_renderer*", hold)
    page.goto("/zh/place/nation")
    page.wait_for_selector("#first .chart .main-svg")
    page.wait_for_function(f"document.querySelectorAll('#first {DRAWN}').length === 2")
    page.evaluate(
        f"document.querySelectorAll('{DRAWN}').forEach((one) => {{ one.stayed = true; }})"
    )

    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()

    page.wait_for_selector("#react-entry-point .page")
    taken = page.locator(f"#react-entry-point {DRAWN}")
    assert taken.evaluate_all("all => all.map((one) => one.stayed)") == [True, True]
    expect(page.locator("#first")).to_have_count(0)


@pytest.mark.parametrize("how", ["fails", "hangs"])
def test_a_page_comes_alive_without_the_chart_library(page: Page, how: str) -> None:
    """It is neither waited for without end, nor is anything but its charts missing."""
    page.route("**/assets/plotly*", lambda route: route.abort() if how == "fails" else None)

    opened(page, "/zh/place/nation")
    page.locator(".tile", has_text="湖南").click()

    expect(page.locator("h1")).to_contain_text("湖南 83.3%")


def test_a_chart_follows_its_column_and_answers_the_pointer(page: Page) -> None:
    opened(page, "/zh/place/nation")
    chart = page.locator("#published .chart")
    chart.scroll_into_view_if_needed()

    chart.locator(".point").first.hover(force=True)
    expect(chart.locator(".hovertext")).to_contain_text("公布数")
    page.set_viewport_size({"width": 900, "height": 700})

    wide = chart.evaluate("one => one.clientWidth")
    expect(chart.locator(".main-svg").first).to_have_attribute("width", str(wide))


def test_a_page_that_cannot_be_fetched_is_asked_for_anew(page: Page) -> None:
    opened(page, "/zh/place/nation")
    page.route("**/_dash-update-component*", lambda route: route.fulfill(status=401))

    page.locator(".tile", has_text="湖南").click()

    page.wait_for_load_state()
    expect(page.locator("#first h1")).to_contain_text("湖南 83.3%")


def test_paper_shows_the_tables_and_hides_the_controls(page: Page) -> None:
    opened(page, "/zh/place/province?theme=dark")
    page.wait_for_selector(".chart .main-svg")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    expect(page.locator(".dt table").first).to_be_visible()
    expect(page.locator(".search")).to_be_hidden()
    expect(page.locator(".syn").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
