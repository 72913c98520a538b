"""Charts saved as pictures in a real browser: an SVG that stands alone with its words and notes, and a PNG of it."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboards.i18n import Phrases
from dashboards.theme import palette

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
HEADING = "one => one.closest('section').querySelector('h2').textContent"


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector("#react-entry-point .page")
    page.wait_for_selector("#react-entry-point .chart .main-svg")
    return page


def saved(page: Page, figure: Locator, kind: str) -> tuple[str, bytes]:
    """The name and the bytes of a picture, asked for by keyboard."""
    button = figure.locator(f"[data-picture={kind}]")
    button.focus()
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


def parsed(svg: bytes) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - made by our own page


def words(svg: ET.Element) -> str:
    return " ".join("".join(one.itertext()) for one in svg.iter(f"{SVG}text"))


def pixels(png: bytes) -> tuple[int, int, set[bytes]]:
    """Width, height and the colours of every eighth row of an 8-bit RGBA picture without interlacing."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 6)
    data, at = b"", 8
    while at < len(png):
        size = struct.unpack(">I", png[at : at + 4])[0]
        data += png[at + 8 : at + 8 + size] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += size + 12
    raw = zlib.decompress(data)
    row = width * 4 + 1
    return width, height, {raw[start : start + row] for start in range(0, len(raw), row * 8)}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_chart_of_a_page_is_saved_complete_in_itself(page: Page, lang: str) -> None:
    opened(page, f"/{lang}/place/nation")
    figures = page.locator("#react-entry-point figure:has([data-picture])")
    phrases = Phrases("zh" if lang == "zh" else "en")

    assert figures.count() >= 3
    for at in range(figures.count()):
        figure = figures.nth(at)
        name, data = saved(page, figure, "svg")
        svg = parsed(data)
        title = figure.evaluate(HEADING)
        told = words(svg)
        said = svg.findtext(f"{SVG}desc") or ""

        assert name.endswith(f"_{lang}.svg")
        assert svg.findtext(f"{SVG}title") == title
        assert any(letter.isdigit() for letter in told.replace(title, ""))
        assert phrases("paper.source.text") in said
        assert phrases("symbol.withheld") in said
        assert all(one.get("font-family") for one in svg.iter(f"{SVG}text"))
        kinds = {one.tag.removeprefix(SVG) for one in svg.iter()}
        assert not kinds & {"script", "foreignObject", "image", "style"}
        assert not [name for one in svg.iter() for name in one.attrib if name.startswith("on") or "href" in name]  # fmt: skip


def test_tiles_are_drawn_as_they_stand_on_the_page(page: Page) -> None:
    opened(page, "/zh/place/nation")
    figure = page.locator("#react-entry-point figure:has(.tiles)")
    svg = parsed(saved(page, figure, "svg")[1])
    shown = {one.inner_text() for one in figure.locator(".tile .nm").all()}
    printed = {"".join(one.itertext()) for one in svg.iter(f"{SVG}text")}
    fills = {one.get("fill") for one in svg.iter(f"{SVG}rect")}

    assert shown <= printed
    assert {one.inner_text() for one in figure.locator(".tile b").all()} <= printed
    assert "url(#hatch)" in fills
    colour = palette("light")["seq-5"]
    assert f"rgb({', '.join(str(int(colour[n : n + 2], 16)) for n in (1, 3, 5))})" in fills


@pytest.mark.parametrize("cls", [".tiles", ".chart"])
def test_a_png_is_the_same_picture_at_twice_the_size(page: Page, cls: str) -> None:
    opened(page, "/zh/place/nation")
    figure = page.locator(f"#react-entry-point figure:has({cls})").first
    svg = parsed(saved(page, figure, "svg")[1])
    name, data = saved(page, figure, "png")
    width, height, rows = pixels(data)

    assert name.endswith("_zh.png")
    assert (width, height) == (2 * int(svg.attrib["width"]), 2 * int(svg.attrib["height"]))
    assert len(rows) > 40
    expect(figure.get_by_role("status")).to_contain_text(name)


def test_a_phone_saves_the_whole_chart_and_markup_stays_words(page: Page) -> None:
    opened(page, "/en/place/nation")
    page.set_viewport_size({"width": 390, "height": 844})
    heading = page.locator("#react-entry-point section:has(figure .chart) h2").first
    heading.evaluate("one => { one.textContent = 'a <b> & \"c\" \\u0007 d'; }")
    figure = page.locator("#react-entry-point figure:has(.chart)").first
    name, data = saved(page, figure, "svg")
    svg = parsed(data)

    assert svg.findtext(f"{SVG}title") == 'a <b> & "c"  d'
    assert int(svg.attrib["width"]) >= 520
    assert not set(name) & set('<>&"/\\\x07')
