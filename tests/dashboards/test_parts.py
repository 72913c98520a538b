"""The parts: what they print for a view, as a reader without pictures would get it."""

import json
import re
from html import unescape

import pytest

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Lang, Phrases
from dashboards.markup import to_html
from dashboards.parts.cell import SIGNS, CellView, printed, seal_mark
from dashboards.parts.footer import FooterView, footer
from dashboards.parts.marks import AxisView, RankView, SparkView, dot, rank_strip, spark
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.parts.tiles import OUTSIDE, POSITIONS, TileMapView, TileView, tile_map
from tests.dashboards.gallery import PAGES, render

ZH = Phrases("zh")


def words(child: Child) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", to_html(child))).strip()


def elements(child: object) -> list[Element]:
    if isinstance(child, (list, tuple)):
        return [found for one in child for found in elements(one)]
    if not isinstance(child, dict):
        return []
    return [child, *elements(child["props"].get("children"))]


def test_an_element_is_the_dict_that_the_browser_side_reads() -> None:
    made = e.th("学校", cls="num", scope="col", aria_sort="ascending", data_place=1)

    assert made == {
        "type": "Th",
        "namespace": "dash_html_components",
        "props": {
            "scope": "col",
            "aria-sort": "ascending",
            "data-place": 1,
            "className": "num",
            "children": "学校",
        },
    }


def test_text_is_escaped_as_html() -> None:
    made = e.a("<b>&", href='/?a=1&b="2"', style={"gridRow": 2, "--v": 1})

    assert to_html(made) == (
        '<a href="/?a=1&amp;b=&quot;2&quot;" style="grid-row:2;--v:1">&lt;b&gt;&amp;</a>'
    )


@pytest.mark.parametrize("name", SIGNS)
def test_a_sign_is_printed_and_its_meaning_read(name: str) -> None:
    cell = CellView("12", symbol=name, value=12.0)  # type: ignore[arg-type]

    shown = words(e.td(*printed(cell, ZH)))

    assert unescape(shown) == f"{SIGNS[name]} {ZH(f'symbol.{name}')}"  # type: ignore[index]


def test_a_withheld_value_draws_no_mark() -> None:
    axis = AxisView(0, 10, 5, "限值 5")
    view = TableView(
        "表",
        (
            ColumnView("地区", kind="text"),
            ColumnView("值", kind="bar"),
            ColumnView("比", kind="dot", axis=axis),
        ),
        (RowView("甲", (CellView("", "withheld", 9.0), CellView("", "withheld", 9.0))),),
    )

    marks = [
        one for one in elements(table(view, ZH)) if one["type"] == "I" and "style" in one["props"]
    ]

    assert marks == []


def test_a_breach_is_a_square_and_the_limit_is_named() -> None:
    axis = AxisView(14, 24, 20, "限值 20")
    view = TableView(
        "表",
        (ColumnView("地区", kind="text"), ColumnView("生师比", kind="dot", axis=axis)),
        (RowView("邵阳", (CellView("21.4", value=21.4, verdict="miss"),)),),
    )

    shown = to_html(table(view, ZH))

    assert 'class="sq"' in shown
    assert "限值 20" in shown


def test_the_total_row_is_no_measure_for_the_bars() -> None:
    view = TableView(
        "表",
        (ColumnView("地区", kind="text"), ColumnView("在校生", kind="bar")),
        (
            RowView("全省", (CellView("30", value=30.0),), kind="total"),
            RowView("甲", (CellView("20", value=20.0),)),
            RowView("乙", (CellView("10", value=10.0),)),
        ),
    )

    assert re.findall(r"width:([\d.]+)%", to_html(table(view, ZH))) == ["100", "50"]


def test_a_sorted_head_says_so() -> None:
    view = TableView(
        "表",
        (
            ColumnView("地区", kind="text"),
            ColumnView("值", sort_href="?sort=v", sorted="descending"),
        ),
        (),
    )

    assert 'aria-sort="descending"' in to_html(table(view, ZH))


def test_a_gap_in_a_spark_is_not_joined() -> None:
    drawn = spark(SparkView((1.0, None, 2.0, 3.0), "走势"))

    assert drawn is not None
    assert to_html(drawn).count("M") >= 2


def test_the_last_dot_of_a_spark_stands_where_its_line_ends_however_wide_it_is() -> None:
    drawn = spark(SparkView((1.0, 2.0), "走势"))

    assert drawn is not None
    assert 'style="left:93.75%;top:15.38%"' in to_html(drawn)  # 60 of 64, 4 of 26
    assert "preserveAspectRatio=" in to_html(drawn)


def test_a_spark_needs_two_values() -> None:
    assert spark(SparkView((None, 1.0, None), "走势")) is None


def test_a_dot_beyond_its_axis_stays_on_it() -> None:
    assert "left:100%" in to_html(dot(99, AxisView(0, 10), breach=False))


def test_a_rank_band_lies_on_the_line_of_all_units() -> None:
    drawn = rank_strip(RankView("第 17–25 名", 17, 25, 32))

    assert drawn is not None
    assert "left:50.0%;width:28.1%" in to_html(drawn)
    assert rank_strip(RankView("不排名")) is None


def test_the_map_has_thirty_two_units_and_three_places_outside() -> None:
    assert len(POSITIONS) == 32
    where = [*POSITIONS.values(), *((column, row) for column, row, *_ in OUTSIDE)]
    assert len(set(where)) == 35
    assert POSITIONS[660000][1] == POSITIONS[650000][1] - 1


def test_a_tile_without_a_value_is_hatched_and_says_why() -> None:
    view = TileMapView(
        (TileView(540000, "西藏", "/zh/place/540000", "", None, "覆盖不足 75%"),),
        ("< 80", "80–85", "85–90", "90–95", "≥ 95"),
        "达标率",
    )

    shown = to_html(tile_map(view, ZH))

    assert "tile hatch" in shown
    assert "覆盖不足 75%" in shown


def test_seals_are_read_as_words() -> None:
    assert words(seal_mark("breach", Phrases("en"))) == "B Breach"


def test_the_foot_explains_every_sign_and_the_synthetic_figures() -> None:
    shown = words(footer(FooterView(), Phrases("en")))

    for mark in SIGNS.values():
        assert mark in unescape(shown)
    assert "made by a program" in shown


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_json_with_one_first_heading_and_unique_ids(name: str, lang: Lang) -> None:
    page = render(f"/{lang}/place/{name}", "").element
    found = elements(page)
    ids = [one["props"]["id"] for one in found if "id" in one["props"]]

    json.dumps(page)
    assert sum(one["type"] == "H1" for one in found) == 1
    assert len(ids) == len(set(ids))
    assert page["props"]["data-title"].endswith("职鉴" if lang == "zh" else "Zhijian")


@pytest.mark.parametrize("name", PAGES)
def test_an_english_page_holds_no_chinese_but_the_link_to_it(name: str) -> None:
    page = render(f"/en/place/{name}", "").element

    assert re.findall(r"[\u4e00-\u9fff]+", words(page)) == ["中文"]


def test_the_synthetic_mark_is_on_every_page_with_figures() -> None:
    for name in ("nation", "province", "school"):
        assert 'class="syn"' in to_html(render(f"/zh/place/{name}", "").element)
