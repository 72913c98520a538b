"""The panel holds one row for each school and year, as things stand now, within the reader's scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import polars as pl
import pytest

from metrics.commands import review
from metrics.signals.engine import suspects
from metrics.signals.panel import SCHEMA, read
from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, batch, opened, register, students
from warehouse.discovery import form
from warehouse.panel import Number, Whose, read_corrections, read_first, read_panel, read_partners
from warehouse.places import NATION
from warehouse.store import Warehouse

YEARS = (2024, 2025)
HUNAN, GUANGDONG = 430000, 440000
NUMBERS = {
    "students": Number("enrolment", "students"),
    "second": Number("enrolment", "students", "grade", "2"),
    "equipment": Number("estate", "equipment"),
    "teachers": Number("staff", "persons", "staff_type", "full_time"),
}
REGISTER = {
    "school_type": "general", "sponsor": "education", "ownership": "public", "school_class": "general", "setting": "city", "founded": 1990,
    "specialties_offered": 1, "campuses": 1,
}  # fmt: skip
STARTED = 900  # students at the start, of whom the year before knows nothing


class Desk(NamedTuple):
    """Three schools of two provinces; the first has corrected its students once."""

    web: Warehouse
    a: int
    b: int
    g: int


def partner(code: str, ends: date, **given: int) -> dict[str, Any]:
    return {"credit_code": code, "enterprise": "企业", "industry": "C", "scale": "large", "integrated": "no",
            "signed_on": date(2020, 1, 1), "ends_on": ends, "agreements": 1, **given}  # fmt: skip


@pytest.fixture(scope="module")
def desk(module_database: Database) -> Iterator[Desk]:
    worker = Warehouse(module_database.worker_url, "zhijian_worker")
    codes = {"3643000001": CHANGSHA, "3643000002": SHAOYANG, "3644000001": GUANGZHOU}
    ids = register(worker, [opened(code, county) for code, county in codes.items()], YEARS)
    a, b, g = (ids[code] for code in codes)
    for year in YEARS:
        grown = 10 * (year - YEARS[0])
        rows = {school: students(g1=100 + grown, g2=90, g3=80) for school in (a, b, g)}
        worker.record(batch(form("enrolment"), year, rows))
        worker.record(batch(form("register"), year, {school: [REGISTER] for school in (a, g)}))
    worker.record(batch(form("staff"), 2025, {a: [{"staff_type": "management", "job_title": "none", "persons": 4}]}))  # fmt: skip
    worker.record(batch(form("estate"), 2025, {a: [{"equipment": 5_000_000}]}))
    worker.record(batch(form("flow"), 2025, {b: [{"start": STARTED}]}))
    worker.record(batch(form("partner"), 2025, {a: [
        partner("91430000000000001A", date(2028, 1, 1), projects=1), partner("91430000000000002A", date(2028, 1, 1)),
        partner("91430000000000003A", date(2025, 8, 31), masters=2),
    ]}))  # fmt: skip
    worker.record(batch(form("enrolment"), 2025, {a: students(g1=150, g2=90, g3=80)}))
    web = Warehouse(module_database.web_url)
    yield Desk(web, a, b, g)
    web.close()
    worker.close()


def panel(desk: Desk, place: int = NATION, reach: int = NATION) -> pl.DataFrame:
    with desk.web.reading(desk.web.scope("reader", reach)) as reader:
        return read_panel(reader, Whose(place), YEARS, NUMBERS)


def row(frame: pl.DataFrame, school: int, year: int = 2025) -> dict[str, Any]:
    (found,) = frame.filter(school_id=school, year=year).to_dicts()
    return found


def test_a_row_holds_the_numbers_of_many_forms_as_they_stand_now(desk: Desk) -> None:
    frame = panel(desk)

    assert frame.height == 6
    assert {n: row(frame, desk.a)[n] for n in NUMBERS} == {"students": 320, "second": 90, "equipment": 5_000_000, "teachers": None}  # fmt: skip
    assert row(frame, desk.a, 2024)["students"] == 270
    assert row(frame, desk.a, 2024)["equipment"] is None
    assert (row(frame, desk.a)["sponsor"], row(frame, desk.b)["sponsor"]) == ("education", None)
    assert (row(frame, desk.g)["province"], row(frame, desk.g)["code"]) == (GUANGDONG, "3644000001")


def test_a_place_narrows_it_to_its_own_schools(desk: Desk) -> None:
    assert set(panel(desk, HUNAN)["school_id"]) == {desk.a, desk.b}
    assert set(panel(desk, int(CHANGSHA))["school_id"]) == {desk.a}
    assert set(panel(desk, desk.b)["school_id"]) == {desk.b}


def test_a_province_reads_no_school_of_another(desk: Desk) -> None:
    assert set(panel(desk, NATION, GUANGDONG)["school_id"]) == {desk.g}
    assert panel(desk, HUNAN, GUANGDONG).is_empty()


def test_what_was_reported_first_is_known_of_those_who_changed_it(desk: Desk) -> None:
    with desk.web.reading(desk.web.scope("reader", NATION)) as reader:
        first = read_first(reader, Whose(NATION), YEARS, {"first_students": NUMBERS["students"]})
        corrected = read_corrections(reader, Whose(NATION), YEARS)

    assert first.to_dicts() == [{"school_id": desk.a, "year": 2025, "first_students": 280.0}]
    assert corrected.to_dicts() == [
        {"school_id": desk.a, "year": 2025, "corrections": 1.0, "corrected": 1.0, "most": 1.0}
    ]


def test_partners_are_counted_idle_or_ended_before_the_year(desk: Desk) -> None:
    with desk.web.reading(desk.web.scope("reader", NATION)) as reader:
        found = read_partners(reader, Whose(NATION), YEARS)
        others = read_partners(reader, Whose(GUANGDONG), YEARS)

    assert found.to_dicts() == [
        {"school_id": desk.a, "year": 2025, "partners": 3.0, "idle": 1.0, "ended": 1.0}
    ]
    assert others.is_empty()


def test_signals_see_every_column_and_a_member_nobody_spoke_of_as_0(desk: Desk) -> None:
    with desk.web.reading(desk.web.scope("reader", NATION)) as reader:
        rows = read(reader, NATION, YEARS).rows

    assert rows.schema == SCHEMA
    assert row(rows, desk.a)["full_time_teachers"] == 0
    assert row(rows, desk.b)["full_time_teachers"] is None
    assert (row(rows, desk.a)["first_students"], row(rows, desk.b)["first_students"]) == (280, 280)
    assert row(rows, desk.b)["corrections"] == 0


def test_a_contradiction_in_the_warehouse_becomes_a_doubt_within_scope(desk: Desk) -> None:
    with desk.web.reading(desk.web.scope("reader", HUNAN)) as reader:
        doubted = {one.school_id: one for one in suspects(reader, desk.web.ladder, HUNAN, 2025)}
        below = suspects(reader, desk.web.ladder, int(CHANGSHA), 2025)
    with desk.web.reading(desk.web.scope("reader", GUANGDONG)) as reader:
        elsewhere = suspects(reader, desk.web.ladder, HUNAN, 2025)

    (flow,) = (one for one in doubted[desk.b].doubts if one.signal.code == "A22")
    assert flow.said.en == "900 students at the start, but last year's form has 270"
    assert doubted[desk.b].speaks
    assert desk.a in doubted
    assert [one.school_id for one in below] == [desk.a]
    assert elsewhere == []


@pytest.mark.parametrize(("lang", "expected"), [("zh", "年初在校生填 900 人"), ("en", "900 students at the start")])  # fmt: skip
def test_the_review_lists_doubtful_schools_with_their_reasons(
    desk: Desk, lang: str, expected: str
) -> None:
    lines = list(review(desk.web, 2025, HUNAN, lang))

    at = next(n for n, line in enumerate(lines) if "3643000002" in line and line.startswith(("疑点", "doubts")))  # fmt: skip
    assert any("A22" in line and expected in line for line in lines[at + 1 :])


def test_a_single_hint_is_called_one(desk: Desk) -> None:
    lines = list(review(desk.web, 2025, NATION, "en"))

    (hint,) = (line for line in lines if line.startswith("doubts 3643000001"))
    assert hint.endswith("(a single hint: no other kind of evidence agrees)")
