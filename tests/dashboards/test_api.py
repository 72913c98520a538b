"""The interface for programs: what it tells is what pages show, to whom they show it."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import urlencode

import openpyxl
import polars as pl
import pytest
import sqlalchemy as sa

from dashboards.api.declared import registry
from dashboards.parts.cell import SIGNS
from dashboards.views.cases import token as case_token
from etl.receipts import of_submissions
from tests.dashboards.programs import reads
from tests.factories import students
from tests.readers import YEAR, Ministry, do, hand_in
from tests.reviews import reviewed
from warehouse.api_tokens import TokenScope
from warehouse.case_sources import undispatched
from warehouse.places import NATION, Rung

PROVINCES = f"/data?places=1,1-provinces&years={YEAR}&metrics=students,students_per_teacher"


@pytest.fixture(scope="module", autouse=True)
def _flagged(ministry: Ministry) -> None:
    """Everything was reviewed, and one flag is dispatched as a case."""
    school, _ = reviewed(ministry.worker)
    with ministry.web.reading(ministry.web.scope("reader", NATION)) as reader:
        found = [one for one in undispatched(reader, NATION, YEAR, 500) if one.identity.school_id == school]  # fmt: skip
    said = {"pick": case_token(found[0].identity), "days": "10", "note": "", "back": "/zh/cases/1"}
    assert do(ministry.client("ministry-supervisor"), "dispatch_cases", said).status_code == 200


def taken(ministry: Ministry, role: str, kind: str, **said: str) -> bytes:
    """The same table as its page gives it out."""
    at = ministry.at(role)
    answer = ministry.client(role).get(f"/build/zh/{at}.{kind}", query_string={"year": str(YEAR), **said})  # fmt: skip
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def trail(ministry: Ministry, event: str) -> list[Any]:
    with ministry.worker.writing() as writer:
        asked = "SELECT login, object, detail FROM audit WHERE event = :event AND object LIKE '/api/%' ORDER BY audit_id"
        return list(writer.rows(sa.text(asked), event=event))


# -- figures


def test_figures_are_the_workbook_s_cell_by_cell_and_what_the_facts_add_up_to(ministry: Ministry) -> None:  # fmt: skip
    said = {"places": "1.1-provinces", "years": str(YEAR), "metrics": "students.students_per_teacher"}  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(taken(ministry, "ministry", "xlsx", **said)))["表"]
    printed = [value for row in book.iter_rows(min_row=6, values_only=True) for value in row[1:3] if row[0]]  # fmt: skip
    with ministry.worker.writing() as writer:
        rows = writer.rows(
            sa.text(
                "SELECT p.code, sum(f.students) AS n FROM fact_enrolment f JOIN place p ON p.place_id = f.path[1] "
                "WHERE f.year = :year AND f.last_load = 9223372036854775807 GROUP BY p.code"
            ),
            year=YEAR,
        )
    facts = {row.code: int(row.n) for row in rows}

    items = reads(ministry, "ministry").pages(f"{PROVINCES}&limit=7")

    told = [one["value"] if one["value"] is not None else one["symbol"] for one in items]
    assert len(told) == 66
    assert told == [pytest.approx(one) if isinstance(one, float) else one for one in printed[: len(told)]]  # fmt: skip
    counted = {
        one["place_code"]: one["value"] for one in items if one["metric"] == "students" and one["value"] is not None
    }  # fmt: skip
    assert counted.pop("000000") == sum(facts.values())
    assert counted == facts
    assert all(one["numerator"] / one["denominator"] == pytest.approx(one["value"]) for one in items if one["denominator"])  # fmt: skip


@pytest.mark.parametrize("role", ["province", "county", "analyst", "school"])
def test_what_is_withheld_beside_one_s_own_place_is_withheld_here(ministry: Ministry, role: str) -> None:  # fmt: skip
    at = ministry.at(role)
    around = ministry.web.scope("reader", at).published[:40]
    said = {"places": ".".join(map(str, (at, *around))), "years": str(YEAR), "metrics": "students.graduates", "cut": "major"}  # fmt: skip
    page = pl.read_parquet(taken(ministry, role, "parquet", **said))

    items = reads(ministry, role).pages(f"/data?{urlencode(said)}&limit=10000")

    names = ("place_code", "group_code", "metric", "value", "symbol", "numerator", "units", "due")
    assert [tuple(one[name] for name in names) for one in items] == page.select(names).rows()
    withheld = [one for one in items if one["state"] == "withheld"]
    assert withheld
    assert {(one["value"], one["numerator"], one["symbol"]) for one in withheld} == {(None, None, SIGNS["withheld"])}  # fmt: skip
    assert at not in {one["place"] for one in withheld} or role == "analyst"


@pytest.mark.parametrize("kind", ["csv", "excel-csv", "parquet", "json-stat", "csvw"])
def test_a_file_is_the_page_s_file(ministry: Ministry, kind: str) -> None:
    said = {"places": "1", "years": str(YEAR), "metrics": "students", "asof": "2026-11-28T00:00:00+00:00"}  # fmt: skip
    page = taken(ministry, "ministry", "json" if kind == "json-stat" else kind, **said)

    answer = reads(ministry, "ministry").ask(f"/data?{urlencode(said)}&format={kind}")

    assert answer.status_code == 200
    if kind in ("csv", "excel-csv"):
        assert answer.data == page
    elif kind == "parquet":
        assert pl.read_parquet(answer.data).equals(pl.read_parquet(page))
    else:
        mine, theirs = json.loads(answer.data), json.loads(page)
        keys = ("value", "size", "tableSchema", "status")
        assert {key: mine.get(key) for key in keys} == {key: theirs.get(key) for key in keys}


def test_the_header_names_the_format_too(ministry: Ministry) -> None:
    program = reads(ministry, "ministry")

    as_csv = program.ask(f"{PROVINCES}&lang=en", Accept="text/csv")
    packed = program.ask("/metrics", Accept_Encoding="br")
    refused = program.ask(PROVINCES, Accept="image/png")

    assert as_csv.mimetype == "text/csv"
    assert as_csv.text.startswith("place_code,place,")
    assert packed.headers["Content-Encoding"] == "br"
    assert refused.status_code == 406
    assert "text/csv" in refused.get_json()["detail"]


def test_pages_of_one_list_are_of_one_state(ministry: Ministry) -> None:
    program = reads(ministry, "ministry")
    whole = program.told(PROVINCES)["items"]
    first = program.told(f"{PROVINCES}&limit=40")
    hand_in(ministry, "enrolment", students(g1=123))

    rest = program.pages(first["next"].partition("/api/v1")[2])

    assert first["items"] + rest == whole
    assert program.told(PROVINCES)["items"] != whole


# -- as it was


def test_what_has_not_changed_is_neither_read_nor_written_down_again(ministry: Ministry) -> None:
    program = reads(ministry, "province")
    first = program.ask(PROVINCES)
    stamp, lines = first.headers["ETag"], len(trail(ministry, "export"))

    again = program.ask(PROVINCES, If_None_Match=stamp)
    hand_in(ministry, "enrolment", students(g1=77))
    later = program.ask(PROVINCES, If_None_Match=stamp)

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", stamp)
    assert (later.status_code, later.headers["ETag"] == stamp) == (200, False)
    assert len(trail(ministry, "export")) == lines + 1


def test_a_stamp_is_of_one_account_one_question_and_one_format(ministry: Ministry) -> None:
    mine, theirs = reads(ministry, "province"), reads(ministry, "sister")
    asked = [mine.ask(PROVINCES), theirs.ask(PROVINCES), mine.ask(f"{PROVINCES}&lang=en"), mine.ask(PROVINCES, Accept="text/csv")]  # fmt: skip

    assert len({answer.headers["ETag"] for answer in asked}) == len(asked)


@pytest.mark.parametrize("path", ["/periods", "/submissions?year=2025", "/flags?judgement=doubt&year=2025", "/cases"])  # fmt: skip
def test_lists_that_move_between_loads_are_stamped_by_what_they_say(ministry: Ministry, path: str) -> None:  # fmt: skip
    program = reads(ministry, "ministry")
    first = program.ask(path)

    assert first.status_code == 200
    assert program.ask(path, If_None_Match=first.headers["ETag"]).status_code == 304


# -- who is shown what


@pytest.mark.parametrize("role", ["ministry", "province", "county", "school", "analyst"])
def test_records_open_where_their_pages_open(ministry: Ministry, role: str) -> None:
    program, client = reads(ministry, role), ministry.client(role)
    around = {ministry.at(one) for one in ("ministry", "province", "sister", "county", "school")}

    for place in around:
        page = client.get(f"/zh/alerts/{place}?year={YEAR}").status_code
        for path in (f"/flags?judgement=doubt&year={YEAR}", f"/submissions?year={YEAR}", "/cases?view=all", f"/periods/{YEAR}?"):  # fmt: skip
            assert program.ask(f"{path}&place={place}").status_code == page, (path, place)


@pytest.mark.parametrize("role", ["province", "county", "school", "analyst"])
def test_places_are_those_whose_pages_open(ministry: Ministry, role: str) -> None:
    ladder, client = ministry.web.ladder, ministry.client(role)
    told = {one["place"]: one["depth"] for one in reads(ministry, role).pages(f"/places?year={YEAR}")}  # fmt: skip
    asked = [1, *ladder.children(1)[:6], *(ministry.at(one) for one in ("province", "sister", "county", "school"))]  # fmt: skip

    opens = {place: client.get(f"/zh/place/{place}?year={YEAR}").status_code == 200 for place in asked}  # fmt: skip

    assert opens == {place: place in told for place in asked}
    assert told[ministry.at(role)] == ("published" if role == "analyst" else "records")


def test_figures_of_elsewhere_are_refused_by_name_and_written_down(ministry: Ministry) -> None:
    program = reads(ministry, "county")
    inside = ministry.web.ladder.children(ministry.at("sister"))[0]

    answer = program.ask(f"/data?places={inside}&years={YEAR}&metrics=students")

    assert answer.status_code == 403
    assert str(inside) in answer.get_json()["detail"]
    assert trail(ministry, "token")[-1].object == "/api/v1/data"


@pytest.mark.parametrize("path", ["/flags?judgement=doubt", "/cases", "/submissions", f"/periods/{YEAR}"])  # fmt: skip
def test_an_account_of_aggregates_is_told_so_and_not_to_start_where_it_stands(
    ministry: Ministry, path: str
) -> None:
    answer = reads(ministry, "analyst").ask(path)

    assert answer.status_code == 403
    assert "aggregates" in answer.get_json()["detail_en"]
    assert "outside your scope" not in answer.text


def test_a_receipt_and_a_case_are_their_readers_alone(ministry: Ministry) -> None:
    school, sister = reads(ministry, "school"), reads(ministry, "sister")
    number = school.told(f"/submissions?year={YEAR}&limit=1")["items"][0]["number"]
    with ministry.worker.writing() as writer:
        (known,) = of_submissions(writer, [number])
    case = reads(ministry, "ministry").told("/cases")["items"][0]

    receipt = school.told(f"/submissions/{number}")
    told = reads(ministry, "ministry").told(f"/cases/{case['case']}")

    assert receipt == json.loads(known.to_json())
    assert sister.ask(f"/submissions/{number}").status_code == 404
    assert [step["deed"] for step in told["steps"]] == ["dispatch"]
    assert {key: told[key] for key in case} == case
    path = ministry.web.ladder.place(case["school"]).path
    stranger = "sister" if ministry.at("sister") not in path else "province"
    assert reads(ministry, stranger).ask(f"/cases/{case['case']}").status_code == 404


def test_flags_are_the_alert_page_s_in_its_order(ministry: Ministry) -> None:
    told = reads(ministry, "ministry").told(f"/flags?judgement=doubt&year={YEAR}&limit=5")
    page = ministry.client("ministry").get(f"/zh/alerts/1?year={YEAR}&view=doubt").text

    names = [ministry.web.ladder.place(one["school"]).short_zh for one in told["items"]]
    assert told["total"] >= len(names) > 0
    assert all(name in page for name in names)
    weights = [one["weight"] for one in told["items"]]
    assert all(weight > 0 for weight in weights)


def test_every_reading_of_figures_or_records_is_a_line_of_the_trail(ministry: Ministry) -> None:
    program = reads(ministry, "analyst")
    lines = len(trail(ministry, "export"))

    made = program.told(PROVINCES)
    program.told("/metrics?limit=1")

    (line,) = trail(ministry, "export")[lines:]
    assert (line.login, line.object) == (ministry.readers["analyst"].login, "/api/v1/data")
    assert line.detail["sha256"] == made["receipt"]["sha256"]
    assert line.detail["token"]


# -- what is asked wrongly


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("/data", 400, "places"),
        (f"/data?places=1&years={YEAR}&metrics=nothing", 400, "metrics"),
        (f"/data?places=1&years={YEAR}&metrics=students&colour=red", 400, "colour"),
        (f"/data?places=1&years={YEAR}&metrics=students&cut=industry", 422, None),
        ("/data?places=1&years=2001&metrics=students", 422, None),
        (f"/data?places=999999&years={YEAR}&metrics=students", 404, None),
        ("/places?limit=0", 400, "limit"),
        ("/places?limit=1&limit=2", 400, "limit"),
        ("/periods/2001", 404, None),
        ("/metrics/nothing", 404, None),
        ("/submissions/0", 400, "number"),
        ("/nothing", 404, None),
    ],
)  # fmt: skip
def test_a_refusal_says_what_where_and_what_to_do_in_both_languages(
    ministry: Ministry, path: str, status: int, parameter: str | None
) -> None:
    answer = reads(ministry, "ministry").ask(path)
    told = answer.get_json()

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert (told["status"], told["parameter"]) == (status, parameter)
    assert all(told[name] for name in ("title", "title_en", "detail", "detail_en", "todo", "todo_en"))  # fmt: skip
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in told["title_en"] + told["todo_en"])


def test_it_is_read_only_and_says_so(ministry: Ministry) -> None:
    program = reads(ministry, "ministry")

    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = program.client.open(
            "/api/v1/places", method=method, headers={"Authorization": f"Bearer {program.token}"}
        )
        assert (answer.status_code, answer.mimetype) == (405, "application/problem+json"), method
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_every_endpoint_is_described_and_needs_its_scope(ministry: Ministry) -> None:
    nothing_but = {scope: reads(ministry, "ministry", [scope.value]) for scope in TokenScope}
    described = nothing_but[TokenScope.FIGURES].told("/openapi.json")

    assert set(described["paths"]) == {one.path for one in registry()}
    for one in registry():
        path = one.path.replace("{year}", str(YEAR)).replace("{number}", "1").replace("{name}", "students")  # fmt: skip
        for scope, program in nothing_but.items():
            answer = program.ask(path)
            is_refused = answer.status_code == 403
            assert is_refused == (one.scope not in (None, scope)), (one.path, scope)
            if is_refused:
                assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_places_are_found_by_parent_rung_and_name(ministry: Ministry) -> None:
    program, ladder = reads(ministry, "ministry"), ministry.web.ladder
    province = ladder.place(ministry.at("province"))

    named = program.told(f"/places?q={province.pinyin}&rung=province")["items"]
    below = program.pages(f"/places?parent={province.place_id}&year={YEAR}&limit=3")
    schools = program.told(f"/places?rung=school&year={YEAR}&limit=1")

    assert province.place_id in [one["place"] for one in named]
    assert [one["place"] for one in below] == ladder.children(province.place_id, YEAR)
    assert schools["total"] == sum(ladder.rung(place) is Rung.SCHOOL for place in ladder.parents[YEAR])  # fmt: skip
