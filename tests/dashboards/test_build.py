"""The table builder: the address is the table, what it shows is what was measured, and a file can be built again from its receipt."""

from __future__ import annotations

import io
import json
import math
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

import openpyxl
import polars as pl
import pytest
import sqlalchemy as sa

from dashboards.address import parse
from dashboards.exports.paper import Paper
from dashboards.i18n import Phrases
from dashboards.page import Drawn
from dashboards.pages import build as builder_page
from dashboards.parts.cell import SIGNS
from dashboards.parts.context import CoverageView, coverage
from dashboards.views.build import Words
from dashboards.views.charted import Charted, Series
from metrics.discovery import metric
from metrics.question import Cell, Key, State
from metrics.tables.ask import Ask, Pick
from metrics.tables.build import Table
from tests.readers import NOW, YEAR, Ministry, asked_by_dash, section, text_of
from warehouse.places import NATION

KINDS = ("xlsx", "csv", "excel-csv", "csvw", "parquet", "json")
STUDENTS = {"places": "1.1-provinces", "metrics": "students", "years": str(YEAR)}


def page(ministry: Ministry, role: str, place: int, lang: str = "zh", **said: str) -> dict[str, Any]:  # fmt: skip
    return asked_by_dash(
        ministry.client(role), f"/{lang}/build/{place}", f"?{urlencode({'year': YEAR, **said})}"
    )


def taken(ministry: Ministry, role: str, kind: str, **said: str) -> bytes:
    answer = ministry.client(role).get(
        f"/build/zh/{NATION}.{kind}", query_string={"year": str(YEAR), **said}
    )
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def receipt(workbook: bytes) -> dict[str, Any]:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook))["取数凭证"]
    told = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    found: dict[str, Any] = json.loads(str(told["JSON"]))
    return found


def facts(ministry: Ministry) -> dict[str, int]:
    """Code of a province -> students, summed from the facts of schools, not from rollups."""
    with ministry.worker.writing() as writer:
        rows = writer.rows(
            sa.text(
                "SELECT p.code, sum(f.students) AS n FROM fact_enrolment f JOIN place p ON p.place_id = f.path[1] "
                "WHERE f.year = :year AND f.last_load = 9223372036854775807 GROUP BY p.code"
            ),
            year=YEAR,
        )
    return {row.code: int(row.n) for row in rows}


def test_a_workbook_holds_what_the_facts_add_up_to(ministry: Ministry) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(taken(ministry, "ministry", "xlsx", **STUDENTS)))[
        "表"
    ]
    rows = {row[0]: row[1] for row in sheet.iter_rows(min_row=6, values_only=True)}
    names = {
        ministry.web.ladder.place(ministry.web.ladder.by_code[code]).short_zh: n
        for code, n in facts(ministry).items()
    }

    assert names.items() <= rows.items()
    assert rows["全国"] == sum(names.values())
    assert sheet.freeze_panes == "B6"
    assert sheet.print_title_rows == "$4:$5"
    assert all(cell.data_type == "n" for cell in sheet["B"][5:] if cell.value not in SIGNS.values())


def test_every_kind_of_file_holds_the_same_cells(ministry: Ministry) -> None:
    said = {
        "places": f"1.{ministry.at('province')}",
        "metrics": "students.students_per_teacher",
        "cut": "grade",
    }
    lines = pl.read_parquet(io.BytesIO(taken(ministry, "ministry", "parquet", **said)))
    plain = pl.read_csv(taken(ministry, "ministry", "csv", **said), schema=lines.schema)
    marked = taken(ministry, "ministry", "excel-csv", **said)
    stat = json.loads(taken(ministry, "ministry", "json", **said))
    web = json.loads(taken(ministry, "ministry", "csvw", **said))

    assert plain.with_columns(pl.col(pl.String).fill_null("")).equals(lines)
    assert marked.startswith(b"\xef\xbb\xbf")
    assert [column["name"] for column in web["tableSchema"]["columns"]] == lines.columns
    values = {value for value in stat["value"] if value is not None}
    assert values == set(lines["value"].drop_nulls())
    assert len(stat["value"]) == 2 * 4 * 2 * len(stat["dimension"]["years"]["category"]["index"])
    assert stat["dimension"]["members"]["category"]["label"]["1"] == "一年级"


def test_the_metadata_of_a_csv_is_that_of_the_file_beside_it(ministry: Ministry) -> None:
    """As W3C's vocabulary asks: a context of a language alone, known prefixes, and titles among which is the one that stands in the file."""
    asked = ministry.client("ministry").get(f"/build/en/{NATION}.csv", query_string=STUDENTS)
    web = json.loads(ministry.client("ministry").get(f"/build/en/{NATION}.csvw", query_string=STUDENTS).data)  # fmt: skip

    heads = asked.text.splitlines()[0].split(",")
    assert web["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    assert f'filename="{web["url"]}"' in asked.headers["Content-Disposition"]
    assert [one["titles"][0] for one in web["tableSchema"]["columns"]] == heads
    beside = {name: value for name, value in web.items() if ":" in name}
    assert {name.partition(":")[0] for name in beside} == {"dc"}
    assert all(isinstance(value, str) for value in beside.values())
    assert json.loads(web["dc:provenance"])["cells"] == 33


def test_the_lowest_heads_sort_and_lead_back(ministry: Ministry) -> None:
    """The largest first, then the smallest, then as the axes have it; a step that moves columns leaves the order behind."""
    said = {**STUDENTS, "metrics": "students.entrants", "view": "metrics"}
    heads = ("", "-2", "2")
    drawn = {order: page(ministry, "ministry", NATION, **said, **({"order": order} if order else {})) for order in heads}  # fmt: skip
    links = {order: re.findall(r'"/zh/build/1\?[^"]*"', json.dumps(section(one, "preview"))) for order, one in drawn.items()}  # fmt: skip

    assert any("order=-2" in link for link in links[""])
    assert '"aria-sort": "descending"' in json.dumps(drawn["-2"])
    assert '"aria-sort": "ascending"' in json.dumps(drawn["2"])
    assert not any("order=-2" in link for link in links["-2"])
    assert any("order=2" in link for link in links["-2"])
    assert any("order=" not in link for link in links["2"])
    assert all("order=" in link for link in links["-2"])
    for step, keeps in (("metrics", False), ("cut", False), ("layout", False), ("places", True)):
        drawn_so = json.dumps(page(ministry, "ministry", NATION, **{**said, "view": step, "order": "-2"}))  # fmt: skip
        form = drawn_so.partition('"id": "preview"')[0]
        assert ('"name": "order"' in form) is keeps, step


def test_a_wide_table_is_no_long_way_for_who_goes_by_keyboard(ministry: Ministry) -> None:
    said = {**STUDENTS, "across": "places.metrics"}
    assert "order=-3" in json.dumps(section(page(ministry, "ministry", NATION, **said, cut="grade"), "preview"))  # fmt: skip
    wide = {**said, "cut": "grade", "across": "places.members"}
    assert "order=" not in json.dumps(
        section(page(ministry, "ministry", NATION, **wide), "preview")
    )


def test_a_table_says_where_the_fewest_have_reported(ministry: Ministry) -> None:
    """A nation's table is not as little covered as its least covered province: the place is named, on the page and in the file."""
    province = ministry.at("province")
    ask = Ask(picks=(Pick(NATION), Pick(province)), years=(YEAR,), metrics=("students",))
    cells = {
        Key("students", NATION, YEAR): Cell(90.0, State.VALUE, 90, None, 98, 100),
        Key("students", province, YEAR): Cell(8.0, State.VALUE, 8, None, 8, 11),
    }
    words = Words(Table(ask, (NATION, province), ("",), None, cells, {}), ministry.web.ladder, Phrases("zh"))  # fmt: skip
    address = parse(f"/zh/build/{NATION}", f"year={YEAR}")
    paper = Paper(words=words, address=address, site="", made_at=NOW, is_synthetic=True)
    name = ministry.web.ladder.place(province).name("zh")
    drawn = builder_page.covered(Drawn(title="", body=[]), words)
    assert drawn.coverage is not None

    assert dict(paper.facts())["最低覆盖"] == f"{name}，在校生，2025–2026 学年：8 / 11 校（72.7%）"
    assert (drawn.coverage.units, drawn.covers_of) == (8, name)
    bar = coverage(CoverageView("8", "11", "72.7%", 0.727, drawn.covers, drawn.covers_of), Phrases("zh"))  # fmt: skip
    assert f"覆盖最低：{name}" in text_of(bar)


def test_every_kind_of_file_holds_the_same_cells_of_three_breakdowns(ministry: Ministry) -> None:
    said = {
        "places": "1",
        "metrics": "students.students_per_teacher",
        "cut": "sponsor.grade.sex",
        "years": str(YEAR),
    }
    lines = pl.read_parquet(io.BytesIO(taken(ministry, "ministry", "parquet", **said)))
    stat = json.loads(taken(ministry, "ministry", "json", **said))
    book = openpyxl.load_workbook(
        io.BytesIO(taken(ministry, "ministry", "xlsx", **said, across="members3.metrics"))
    )
    again = receipt(taken(ministry, "ministry", "xlsx", **said))["sha256"]

    assert stat["id"] == ["places", "members", "members2", "members3", "metrics", "years"]
    assert len(stat["value"]) == math.prod(stat["size"])
    assert {value for value in stat["value"] if value is not None} == set(
        lines["value"].drop_nulls()
    )
    assert stat["dimension"]["members2"]["label"] == "年级"
    assert {"education*1*2", "education**2", "**2"} <= set(lines["group_code"])
    assert "地方教育部门 · 一年级 · 女" in set(lines["group"])
    numbers = {
        cell.value
        for row in book["表"].iter_rows(min_row=6)
        for cell in row
        if cell.data_type == "n" and cell.value is not None
    }
    assert {round(one, 9) for one in numbers} == set(lines["value"].drop_nulls().round(9))
    assert "没有“年级、性别”分组" in str(list(book["说明"].iter_rows(values_only=True)))
    assert receipt(taken(ministry, "ministry", "xlsx", **said))["sha256"] == again


def test_the_step_of_breakdowns_takes_three_boxes_and_turns_them(ministry: Ministry) -> None:
    client = ministry.client("ministry")
    boxes = client.get(f"/zh/build/1?year={YEAR}&metrics=students&cut=sponsor&cut=grade&cut=sex")
    seen = json.dumps(
        page(ministry, "ministry", 1, view="cut", metrics="students", cut="sponsor.grade"),
        ensure_ascii=False,
    )
    fourth = client.get(
        f"/build/zh/1.csv?year={YEAR}&cut=sponsor.grade.sex.region&metrics=students"
    )

    assert "cut=sponsor.grade.sex" in boxes.text
    assert '"type": "checkbox", "name": "cut", "value": "region"' in seen
    assert "cut=grade.sponsor" in seen
    assert fourth.status_code == 400
    assert "不超过 3 个的分组" in fourth.text


def test_an_analyst_builds_a_table_of_kinds_and_its_receipt_builds_it_again(ministry: Ministry) -> None:  # fmt: skip
    """Sponsor by type of the nation by province: values and signs; file, page and permalink tell the same table."""
    said = {"places": f"{NATION}.{NATION}-provinces", "years": str(YEAR), "metrics": "students", "cut": "sponsor.school_type"}  # fmt: skip
    first = receipt(taken(ministry, "analyst", "xlsx", **said))
    address = urlsplit(first["address"])
    shown = asked_by_dash(ministry.client("analyst"), address.path, f"?{address.query}")
    again = ministry.client("analyst").get(f"/build/zh/{NATION}.xlsx?{address.query}")

    assert receipt(again.data)["sha256"] == first["sha256"]
    assert first["sha256"][:8] in section(shown, "fixed")
    assert "不予显示" in json.dumps(shown, ensure_ascii=False)
    assert first["sha256"] != receipt(taken(ministry, "ministry", "xlsx", **said))["sha256"]


def test_a_table_is_built_again_from_its_receipt(ministry: Ministry) -> None:
    first = receipt(taken(ministry, "ministry", "xlsx", **STUDENTS, cut="major"))
    address = urlsplit(first["address"])
    again = ministry.client("ministry").get(f"/build/zh/{NATION}.xlsx?{address.query}")
    other = receipt(taken(ministry, "ministry", "xlsx", **{**STUDENTS, "places": "1"}))

    assert receipt(again.data)["sha256"] == first["sha256"]
    assert receipt(again.data)["asof"] == first["asof"]
    assert other["sha256"] != first["sha256"]
    shown = asked_by_dash(ministry.client("ministry"), address.path, f"?{address.query}")
    assert first["sha256"][:8] in section(shown, "fixed")
    assert "没有更新的数据" in section(shown, "fixed")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_a_line_of_the_trail(ministry: Ministry, kind: str) -> None:
    taken(ministry, "analyst", kind, **STUDENTS)
    with ministry.worker.writing() as writer:
        said = "SELECT detail FROM audit WHERE event = 'export' AND object = :what ORDER BY audit_id DESC LIMIT 1"
        line = writer.rows(sa.text(said), what=f"table-{NATION}.{kind}")[0]

    assert line.detail["sha256"]
    assert line.detail["table"]["metrics"] == "students"


def test_a_table_of_places_outside_ones_reach_is_refused(ministry: Ministry) -> None:
    sister = ministry.web.ladder.children(ministry.at("sister"))[0]
    client = ministry.client("province")

    for said in (f"{sister}", f"{ministry.at('sister')}-prefectures", "1-schools"):
        answer = client.get(f"/build/zh/1.csv?year={YEAR}&places={said}")
        assert answer.status_code == 403, said
        assert client.get(f"/zh/build/1?year={YEAR}&places={said}").status_code == 403
    assert client.get(f"/build/zh/{sister}.csv").status_code == 403
    assert ministry.client("system").get("/build/zh/1.csv").status_code == 403
    assert ministry.site.test_client().get("/build/zh/1.csv").status_code == 302


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"metrics": "nothing_of_the_kind"}, "nothing_of_the_kind"), ({"years": "1999"}, "1999"), ({"cut": "industry"}, "industry"),
        ({"across": "moon"}, "moon"), ({"places": "1-villages"}, "1-villages"), ({"metrics": ".".join(f"m{n}" for n in range(13))}, "m0"),
    ],
)  # fmt: skip
def test_a_word_that_names_nothing_is_one_clear_error(ministry: Ministry, said: dict[str, str], named: str) -> None:  # fmt: skip
    answer = ministry.client("ministry").get(f"/build/zh/1.csv?{urlencode({'year': YEAR, **said})}")
    shown = ministry.client("ministry").get(f"/zh/build/1?{urlencode({'year': YEAR, **said})}")

    assert answer.status_code == 400
    assert named in answer.text
    assert shown.status_code in (200, 400)
    assert named in shown.text


def test_a_step_offers_what_there_is_and_keeps_the_rest(ministry: Ministry) -> None:
    province = ministry.at("province")
    seen = json.dumps(
        page(ministry, "province", province, view="places", metrics="students", cut="sex"),
        ensure_ascii=False,
    )

    assert '"value": "1-schools"' not in seen
    assert f'"value": "{province}-counties"' in seen
    assert f'"value": "{ministry.web.ladder.children(province)[0]}"' in seen
    assert '"name": "metrics", "defaultValue": "students"' in seen
    assert '"name": "cut", "defaultValue": "sex"' in seen


def test_boxes_are_joined_into_one_address(ministry: Ministry) -> None:
    """As a form without scripts sends them."""
    client = ministry.client("ministry")
    boxes = client.get(
        f"/zh/build/1?year={YEAR}&places=1&places={ministry.at('province')}&metrics=students&metrics=entrants"
    )

    assert boxes.status_code == 200
    assert f"places=1.{ministry.at('province')}" in boxes.text
    assert "metrics=students.entrants" in boxes.text


def test_rows_and_columns_change_places_and_rows_are_sorted(ministry: Ministry) -> None:
    said = {**STUDENTS, "places": "1-provinces", "order": "-1"}
    sheet = openpyxl.load_workbook(io.BytesIO(taken(ministry, "ministry", "xlsx", **said)))["表"]
    column = [row[1] for row in sheet.iter_rows(min_row=6, values_only=True)]
    numbers = [value for value in column if isinstance(value, int | float)]
    swapped = openpyxl.load_workbook(
        io.BytesIO(taken(ministry, "ministry", "xlsx", **said, across="places"))
    )["表"]

    assert numbers == sorted(numbers, reverse=True)
    assert [value for value in column if value not in numbers] == column[len(numbers) :]
    heads = [cell.value for cell in swapped[4] if cell.value]
    assert "湖南 人" in heads


def test_a_school_builds_tables_of_its_own(ministry: Ministry) -> None:
    school = ministry.at("school")
    seen = page(ministry, "school", school, "en", metrics="students", cut="grade")

    assert "Rows: Place × Group" in text_of(seen)
    assert section(seen, "chart")


def test_a_name_never_begins_a_formula() -> None:
    from dashboards.exports.plain import _harmless

    said = pl.DataFrame({"place": ["=1+1", "@x", "-", "学校", "+86"]}).with_columns(
        _harmless("place")
    )

    assert said["place"].to_list() == ["'=1+1", "'@x", "-", "学校", "'+86"]


def test_dots_begin_with_the_first_year_that_has_numbers(ministry: Ministry) -> None:
    ask = Ask(picks=(Pick(NATION),), years=(2023, 2024, 2025), metrics=("students",))
    absent, known = Cell(None, State.NOT_SUBMITTED), Cell(100.0, State.VALUE, 100)
    cells = {Key("students", NATION, year): absent if year == 2023 else known for year in ask.years}
    words = Words(Table(ask, (NATION,), ("",), None, cells, {}), ministry.web.ladder, Phrases("en"))

    assert Charted(words, metric("students"), "dots", [Series(NATION)], 2025).first == 2024
