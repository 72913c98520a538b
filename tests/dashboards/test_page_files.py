"""The tables of any page as a workbook: what stands in the file is what stands on the page, and what the page refuses is refused."""

from __future__ import annotations

import io
from itertools import chain

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from dashboards import element as e
from dashboards.exports.seen import SeenCell, tables, text
from dashboards.exports.seen_book import placed
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
     ("school", "place"), ("analyst", "catalogue"), ("ministry", f"build/{NATION}")],
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
        assert len(values(sheet)) == len(printed) + 1


def test_numbers_are_typed_as_they_are_printed(ministry: Ministry) -> None:
    sheets = book(
        ministry,
        "ministry",
        f"zh/build/{NATION}",
        "&places=1&metrics=students.retention&years=2025",
    )
    sheet = sheets.worksheets[1]
    numbers = {cell.value: cell.number_format for row in sheet.iter_rows() for cell in row if cell.data_type == "n" and cell.value is not None}  # fmt: skip

    assert set(numbers.values()) == {"#,##0.00"}
    about = dict(sheets.worksheets[0].iter_rows(min_row=3, values_only=True, max_col=2))
    assert "合成数据" in str(about["说明"])
    assert str(about["链接"]).endswith(
        f"/zh/build/{NATION}?year={YEAR}&places=1&metrics=students.retention&years=2025"
    )


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
