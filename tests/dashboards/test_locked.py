"""Numbers that belong to another form, on the page of the form that shows them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping

import openpyxl
import pytest
import sqlalchemy as sa

from etl.cells import code_of
from etl.templates import FIRST_ROW
from tests.factories import batch
from tests.readers import CSRF, YEAR, Ministry, do, reopen
from warehouse.codes import specialties
from warehouse.discovery import form
from warehouse.tables import FOR_EVER, Basis, fact, rollup

FLOW = ("start", "readmitted", "transferred_in", "other_in", "completed", "dropped_out", "cancelled", "suspended", "transferred_out", "died", "other_out")  # fmt: skip


def page(ministry: Ministry, lang: str = "zh") -> str:
    school = ministry.at("school")
    return ministry.client("school").get(f"/{lang}/fill/{school}?year={YEAR}&form=flow").text


def cell(page: str, name: str) -> str:
    """What stands in a cell without a field."""
    found = re.search(rf'<td[^>]*id="r1-{name}"[^>]*>([^<]*)</td>', page)
    assert found, name
    return found[1]


def recorded(ministry: Ministry, measure: str) -> int:
    table = rollup(form("enrolment"))  # type: ignore[arg-type]  # mypy holds classes with class variables for unhashable
    query = sa.select(table.c[measure]).where(
        table.c.year == YEAR, table.c.place_id == ministry.at("school"), table.c.cut == "",
        table.c.last_load == FOR_EVER, table.c.basis.in_((int(Basis.SUBMITTED), int(Basis.BOTH))),
    )  # fmt: skip
    with ministry.worker.writing() as reader:
        (row,) = reader.rows(query)
    return int(row[0])


@pytest.fixture(autouse=True)
def returned(ministry: Ministry) -> None:
    reopen(ministry.worker, ministry.at("school"))


def test_the_owners_numbers_stand_among_the_columns_and_no_field_asks_for_them(
    ministry: Ministry,
) -> None:
    drawn = page(ministry)

    for name, measure in (("entered", "entrants"), ("graduated", "graduates"), ("end", "students")):
        assert cell(drawn, name) == str(recorded(ministry, measure))
        assert f'name="c.{name}"' not in drawn
    assert 'name="c.start"' in drawn


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "取自《分专业学生数》"), ("en", "from Students by specialty")]
)
def test_the_cell_says_whose_it_is_and_leads_there(
    ministry: Ministry, lang: str, said: str
) -> None:
    drawn = page(ministry, lang)

    link = re.search(rf'<a[^>]*href="([^"]*)"[^>]*>{said}</a>', drawn)
    assert link
    assert "form=enrolment" in link[1] or f"/fill/{ministry.at('school')}" in link[1]


def test_a_number_sent_all_the_same_is_not_kept(ministry: Ministry) -> None:
    school, client = ministry.at("school"), ministry.client("school")
    drawn = page(ministry)
    token, version = CSRF.search(drawn), re.search(r'name="version" value="(\d+)"', drawn)
    assert token
    assert version
    typed: Mapping[str, str] = {f"c.{name}": "1" for name in (*FLOW, "entered")}
    back = f"/zh/fill/{school}?year={YEAR}&form=flow"
    said = {"csrf": token[1], "back": back, "form": "flow", "year": str(YEAR), "version": version[1], "script": "1"}  # fmt: skip

    answer = client.post("/do/save_draft", data={**said, **typed}, headers={"Accept": "application/json"})  # fmt: skip

    assert answer.status_code == 200
    assert cell(page(ministry), "entered") == str(recorded(ministry, "entrants"))
    assert (
        "r1-start" in json.loads(answer.text)["marks"]
    )  # a start of 1 does not lead to the students of the year


def test_the_schools_own_template_has_them_filled_in(ministry: Ministry) -> None:
    school, client = ministry.at("school"), ministry.client("school")
    token = CSRF.search(page(ministry))
    assert token
    said = {"csrf": token[1], "back": f"/zh/fill/{school}?year={YEAR}&form=flow", "form": "flow", "year": str(YEAR)}  # fmt: skip

    answer = client.post("/do/template_workbook", data=said)

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    values = [one.value for one in sheet[FIRST_ROW + 1]]
    assert values[1] == recorded(ministry, "entrants")


# -- a number of its own in each row


def graduates(ministry: Ministry, year: int = YEAR) -> dict[str, int]:
    """What students by specialty says of each specialty."""
    table = fact(form("enrolment"))  # type: ignore[arg-type]  # mypy holds classes with class variables for unhashable
    query = sa.select(table.c.specialty, sa.func.sum(table.c.graduates)).where(
        table.c.year == year, table.c.school_id == ministry.at("school"), table.c.last_load == FOR_EVER,
        table.c.basis.in_((int(Basis.SUBMITTED), int(Basis.BOTH))),
    ).group_by(table.c.specialty)  # fmt: skip
    with ministry.worker.writing() as reader:
        return {code: int(n) for code, n in reader.rows(query)}


def destinations(ministry: Ministry, year: int = YEAR) -> str:
    school = ministry.at("school")
    return ministry.client("school").get(f"/zh/fill/{school}?year={year}&form=destination").text


def standing_in(drawn: str) -> dict[str, str]:
    """Of each row that says its specialty: the code, and what stands locked beside it."""
    words = re.findall(r'<input[^>]*id="r(\d+)-specialty"[^>]*value="([^"]+)"', drawn)
    codes = {row: code_of(word, specialties()) or "" for row, word in words}
    found = re.findall(r'<td[^>]*id="r(\d+)-graduates"[^>]*>([^<]*)</td>', drawn)
    return {codes[row]: text for row, text in found if row in codes}


def test_each_row_shows_the_graduates_of_its_own_specialty_and_asks_for_none(
    ministry: Ministry,
) -> None:
    drawn, owner = destinations(ministry), graduates(ministry)

    shown = standing_in(drawn)
    assert len(shown) > 1
    assert shown == {code: str(n) for code, n in owner.items() if code in shown}
    assert {code for code, n in owner.items() if n} == set(shown)
    assert 'name="c.graduates"' not in drawn
    assert re.search(rf'data-sum="graduates"[^>]*>{sum(owner.values())}<', drawn)


def test_a_row_that_says_no_specialty_yet_shows_nothing(ministry: Ministry) -> None:
    drawn = destinations(ministry)
    last = max(int(n) for n in re.findall(r'id="r(\d+)-specialty"', drawn))

    assert re.search(rf'<td[^>]*id="r{last}-graduates"[^>]*></td>', drawn)


def test_a_save_answers_with_the_number_of_the_specialty_just_typed(ministry: Ministry) -> None:
    drawn, owner = destinations(ministry), graduates(ministry)
    version = re.search(r'name="version" value="(\d+)"', drawn)
    assert version
    code, number = next((code, n) for code, n in owner.items() if n)
    said = {"form": "destination", "year": str(YEAR), "version": version[1], "script": "1", "c.specialty": [code, "720201X"], "c.employed": ["1", "1"]}  # fmt: skip

    answer = json.loads(do(ministry.client("school"), "save_draft", said).text)

    assert answer["given"] == {"r1-graduates": str(number), "r2-graduates": "0"}
    assert answer["totals"]["graduates"] == str(number)


def test_a_form_not_begun_has_a_row_for_each_specialty_with_graduates(ministry: Ministry) -> None:
    school, year = ministry.at("school"), YEAR + 1
    pupils = {"sex": "1", "grade": "3", "students": 9}
    rows = [{**pupils, "specialty": "720201", "graduates": 30}, {**pupils, "specialty": "610102", "graduates": 0}]  # fmt: skip

    assert set(standing_in(destinations(ministry, year)).values()) == {
        "尚未报送"
    }  # last year's rows
    ministry.worker.record(batch(form("enrolment"), year, {school: rows}))

    assert standing_in(destinations(ministry, year)) == {"720201": "30"}
