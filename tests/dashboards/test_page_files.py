"""The tables of any page as a workbook: what stands in the file is what stands on the page, and what the page refuses is refused."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from itertools import chain
from urllib.parse import quote

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from dashboards import element as e
from dashboards.address import Address, parse
from dashboards.exports import seen_bar
from dashboards.exports.seen import SeenCell, first, tables, text
from dashboards.exports.seen_book import placed, sheet_name
from dashboards.i18n import Phrases
from dashboards.page import registry
from tests.readers import YEAR, Ministry, asked_by_dash
from warehouse.places import NATION


def book(ministry: Ministry, role: str, path: str, query: str = "") -> openpyxl.Workbook:
    answer = ministry.client(role).get(f"/export/{path}.xlsx?year={YEAR}{query}")
    assert answer.status_code == 200, answer.text[:300]
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def values(sheet: Worksheet) -> list[object]:
    return [
        value
        for row in sheet.iter_rows(values_only=True)
        for value in row
        if value not in (None, "")
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("role", "page"),
    [("ministry", f"place/{NATION}"), ("ministry", f"general/{NATION}"), ("province", "quality"), ("county", "board"), ("county", "specialties"),
     ("school", "place"), ("analyst", "catalogue")],
)  # fmt: skip
def test_a_file_holds_every_table_of_its_page(
    ministry: Ministry, role: str, page: str, lang: str
) -> None:
    path = (
        f"{lang}/{page}"
        if "/" in page or page == "catalogue"
        else f"{lang}/{page}/{ministry.at(role)}"
    )
    seen = tables(asked_by_dash(ministry.client(role), f"/{path}", f"?year={YEAR}"))
    sheets = book(ministry, role, path).worksheets

    assert seen
    assert [sheet["A1"].value for sheet in sheets[1:]] == [table.name for table in seen]
    for sheet, table in zip(sheets[1:], seen, strict=True):
        printed = [cell.text for cell in chain.from_iterable(table.rows) if cell.text]
        assert len(values(sheet)) == len(printed) + 1 + (table.part is not None)


def test_numbers_are_typed_as_they_are_printed(ministry: Ministry) -> None:
    county = ministry.at("county")
    sheet = book(ministry, "county", f"zh/specialties/{county}").worksheets[1]
    seen = tables(asked_by_dash(ministry.client("county"), f"/zh/specialties/{county}", f"?year={YEAR}"))[0]  # fmt: skip
    printed = {(down + 3, left + 1): cell.number for down, left, cell in placed(seen) if cell.number and not cell.is_head}  # fmt: skip

    assert printed
    for (down, left), number in printed.items():
        cell = sheet.cell(down, left)
        assert (cell.value, cell.number_format.partition(".")[2].count("0")) == number[:2]


STATED = {
    "zh": {"位置": "全国", "学年": "2025–2026 学年", "读取": "实时", "区划": "现区划", "依据": "报送数（初步）", "数据状态": "初步 p"},
    "en": {"Place": "China", "Year": "2025–26", "Figures": "live", "Boundaries": "Of today", "Basis": "Submitted (provisional)", "State": "provisional p"},
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_sheet_states_each_fact_of_the_bar_and_leads_back(
    ministry: Ministry, lang: str
) -> None:
    began = datetime.now(UTC)
    (title, _), _, *told = book(ministry, "ministry", f"{lang}/place/{NATION}").worksheets[0].iter_rows(values_only=True, max_col=2)  # fmt: skip
    about = {str(label): str(text) for label, text in told}

    assert title
    assert about.items() >= STATED[lang].items()
    assert not {"", "None"} & {*about, *about.values()}
    assert "合成数据" in about["说明"] if lang == "zh" else "Synthetic" in about["Notes"]
    path, _, query = about["链接" if lang == "zh" else "Link"].partition("?")
    kept = parse(path.removeprefix("http://localhost"), query)
    assert kept == Address(lang=lang, page="place", place=NATION, year=YEAR, asof=kept.asof)  # type: ignore[arg-type]
    assert kept.moment
    assert began <= kept.moment <= datetime.now(UTC)


def test_the_bar_is_said_by_what_is_chosen(ministry: Ministry) -> None:
    """Of a place beside others, under the boundaries of the year and as of a moment."""
    county, moment = ministry.at("county"), "2026-11-30T00:00:00+00:00"
    drawn = asked_by_dash(ministry.client("county"), f"/zh/place/{county}", f"?year={YEAR}&bounds=then&asof={quote(moment)}")  # fmt: skip
    bar = first(drawn, "ctx", "Div")
    assert bar
    facts = dict(seen_bar.facts(bar, Phrases("zh")))

    assert seen_bar.place(bar).split(" › ")[-1] == ministry.web.ladder.place(county).name("zh")
    assert seen_bar.place(bar).startswith("全国 › ")
    assert facts["区划"] == "当年区划"
    assert facts["时点"] == "历史状态 2026-11-30 08:00:00"
    work = asked_by_dash(ministry.client("ministry"), f"/zh/alerts/{NATION}", f"?year={YEAR}")
    assert ("读取", "当前工作状态") in seen_bar.facts(
        first(work, "ctx", "Div") or {}, Phrases("zh")
    )


def test_sheets_are_numbered_and_told_in_full_on_the_first(ministry: Ministry) -> None:
    first_sheet, *sheets = book(ministry, "ministry", f"en/place/{NATION}").worksheets
    told = dict(first_sheet.iter_rows(min_row=3, max_col=2, values_only=True))

    assert [sheet.title.split()[0] for sheet in sheets] == [str(n + 1) for n in range(len(sheets))]
    for sheet in sheets:
        assert told[f"Sheet {sheet.title}"] == sheet["A1"].value


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("在校生", "3 在校生"),
        ("全国各县区在校生、生师比，2024–2025 学年至 2025–2026 学年", "3 全国各县区在校生、生师比，2024–2025 学年至…"),
        ("Students and students per teacher of all counties", "3 Students and students per…"),
        ("a" * 60, f"3 {'a' * 28}…"),
        ("'Share' [of/all]: *?", "3 Share of all"),
        ("", "3 -"),
    ],
)  # fmt: skip
def test_a_sheet_is_called_by_its_number_and_whole_words(name: str, short: str) -> None:
    assert sheet_name(3, name) == short
    assert len(short) <= 31


def test_what_a_page_refuses_is_refused(ministry: Ministry) -> None:
    school = ministry.at("school")

    assert ministry.client("sister").get(f"/export/zh/place/{school}.xlsx").status_code == 403
    assert ministry.client("analyst").get(f"/export/zh/place/{school}.xlsx").status_code == 403
    assert ministry.client("county").get("/export/zh/audit.xlsx").status_code == 403
    assert ministry.client("county").get("/export/zh/nothing.xlsx").status_code == 404
    assert ministry.site.test_client().get("/export/zh/place/1.xlsx").status_code == 302


def test_telephone_numbers_in_full_are_not_taken_away(ministry: Ministry) -> None:
    county = ministry.at("county")
    shown = ministry.client("county").get(f"/zh/contacts/{county}")

    assert shown.status_code == 200
    assert "/export/" not in shown.text
    assert ministry.client("county").get(f"/export/zh/contacts/{county}.xlsx").status_code == 403


def test_a_page_is_two_clicks_from_its_file(ministry: Ministry) -> None:
    for path in (f"place/{NATION}", "catalogue", f"alerts/{NATION}"):
        shown = ministry.client("ministry").get(f"/en/{path}?year={YEAR}")
        assert f'href="/export/en/{path}.xlsx?year={YEAR}"' in shown.text, path


def test_every_page_can_be_taken_but_the_one_of_numbers_in_full() -> None:
    from dashboards.exports.pages import may_be_taken

    assert {name for name, _ in registry() if not may_be_taken(name)} == {"contacts"}


def test_heads_over_several_columns_and_rows_stand_where_they_stand() -> None:
    drawn = e.table(
        e.caption("Name", cls="sr"),
        e.thead(
            e.tr(e.th("place", rowSpan=2), e.th("students", colSpan=2)),
            e.tr(e.th("2024"), e.th("2025")),
        ),
        e.tbody(
            e.tr(
                e.th("China"),
                e.td("1,545"),
                e.td(e.span("—", aria_hidden="true"), e.span("not applicable", cls="sr")),
            )
        ),
    )
    (seen,) = tables(e.div(e.h2("Above"), drawn))

    assert seen[:3] == ("Name", "Above", 2)
    assert [(down, left, cell.text) for down, left, cell in placed(seen)] == [
        (0, 0, "place"), (0, 1, "students"), (1, 1, "2024"), (1, 2, "2025"), (2, 0, "China"), (2, 1, "1,545"), (2, 2, "—"),
    ]  # fmt: skip
    assert seen.rows[2][1].number == (1545.0, 0, "")
    assert text(e.td("12", e.br(), e.small("3 schools"))) == "12 3 schools"


@pytest.mark.parametrize(
    ("printed", "number"),
    [("−3.1%", (-3.1, 1, "%")), ("+4.25", (4.25, 2, "")), ("0", (0.0, 0, "")), ("1,2", None), ("~0", None), ("3–5", None), ("2025-09-01", None), ("", None)],
)  # fmt: skip
def test_only_what_prints_a_number_is_one(printed: str, number: tuple[float, int, str] | None) -> None:  # fmt: skip
    assert SeenCell(printed).number == number
