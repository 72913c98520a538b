"""The life of reporting units: ids that last, codes and names that change, and lines that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import CHANGSHA, EVENT, GUANGZHOU, SHAOYANG, event, opened, register
from warehouse.former_names import called
from warehouse.store import Warehouse
from warehouse.tables import FOR_EVER
from warehouse.units import FIRST_UNIT, EventReport, record_unit_events

YEARS = range(2020, 2027)
CODE, OTHER = "3643000001", "3643000002"


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.worker_url, "zhijian_worker")
    yield warehouse
    warehouse.close()


def take(worker: Warehouse, *events: Mapping[str, Any]) -> EventReport:
    frame = pl.DataFrame(list(events), schema=dict.fromkeys(EVENT, pl.String))
    with worker.writing() as writer:
        report = record_unit_events(writer, frame, YEARS)
    worker.refresh()
    return report


def stands(worker: Warehouse, year: int) -> dict[int, tuple[str, str, list[int]]]:
    """Units due in a year: id -> code, name, path under the boundaries of then (without the nation)."""
    rows = worker.directory(year).select("school_id", "code", "name", "path_then").rows()
    return {place: (code, name, path[1:]) for place, code, name, path in rows}


def due(worker: Warehouse, year: int) -> int:
    """Units due according to the roster's rollup of the nation."""
    with worker.writing() as writer:
        found = writer.scalar(
            f"SELECT sum(due) FROM rollup_roster WHERE place_id = 1 AND cut = '' AND last_load = {FOR_EVER} AND year = :year",
            year=year,
        )
    return int(found or 0)


def test_a_unit_is_due_from_the_year_it_opened(worker: Warehouse) -> None:
    take(worker, opened(CODE, CHANGSHA, year=2022))

    assert stands(worker, 2021) == {}
    assert stands(worker, 2022) == {
        FIRST_UNIT: (CODE, "测试001职业学校", [430000, 430100, 430102, FIRST_UNIT])
    }
    assert [due(worker, year) for year in (2021, 2022, 2026)] == [0, 1, 1]


def test_renamed_moved_and_recoded_it_stays_the_same_unit(worker: Warehouse) -> None:
    take(
        worker,
        opened(CODE, CHANGSHA, year=2020),
        event(CODE, "renamed", 2022, name="新名职业学校"),
        event(CODE, "moved", 2023, county=SHAOYANG),
        event(CODE, "recoded", 2024, new_code="3643000009"),
        event("3643000009", "renamed", 2025, name="再名职业学校"),
    )

    history = {year: stands(worker, year)[FIRST_UNIT] for year in YEARS}
    assert {year: code for year, (code, _, _) in history.items()} == {
        **dict.fromkeys(range(2020, 2024), CODE),
        **dict.fromkeys(range(2024, 2027), "3643000009"),
    }
    assert [history[y][1] for y in (2021, 2022, 2025)] == [
        "测试001职业学校",
        "新名职业学校",
        "再名职业学校",
    ]
    assert history[2022][2][:3] == [430000, 430100, 430102]
    assert history[2023][2][:3] == [430000, 430500, 430502]
    assert worker.ladder.by_code["3643000009"] == FIRST_UNIT
    assert worker.ladder.ancestors(FIRST_UNIT) == (1, 430000, 430500, 430502)


def test_a_state_of_the_warehouse_is_read_with_the_names_of_its_moment(worker: Warehouse) -> None:
    def then(moment: datetime) -> tuple[str, str]:
        with worker.reading(worker.everything()) as reader:
            names = called(reader, moment)
        assert set(names) <= {FIRST_UNIT}
        place = worker.ladder.as_called(names).place(FIRST_UNIT)
        return place.name("zh"), place.name("en")

    def clock() -> datetime:
        with worker.writing() as writer:
            moment: datetime = writer.scalar("SELECT clock_timestamp()")
        return moment

    take(worker, opened(CODE, CHANGSHA, year=2020), opened(OTHER, CHANGSHA, year=2020))
    begun = clock()
    take(worker, event(CODE, "renamed", 2022, name="新名职业学校"))
    between = clock()
    take(worker, event(CODE, "renamed", 2022, name="新名职业学校"))  # told again: nothing is new
    take(worker, event(CODE, "renamed", 2025, name="再名职业学校"))

    assert [then(moment)[0] for moment in (begun, between, clock())] == ["测试001职业学校", "新名职业学校", "再名职业学校"]  # fmt: skip
    assert then(begun)[1] != then(clock())[1]
    assert worker.ladder.as_called({}) is worker.ladder
    with worker.writing() as writer:
        assert writer.scalar("SELECT count(*) FROM former_name") == 2


@pytest.mark.parametrize("fate", ["merged", "closed"])
def test_a_unit_that_ended_is_not_due_but_keeps_its_past(worker: Warehouse, fate: str) -> None:
    end = event(CODE, fate, 2024, **({"successor_code": OTHER} if fate == "merged" else {}))
    take(worker, opened(CODE, CHANGSHA), opened(OTHER, CHANGSHA), end)

    assert set(stands(worker, 2023)) == {FIRST_UNIT, FIRST_UNIT + 1}
    assert set(stands(worker, 2024)) == {FIRST_UNIT + 1}
    assert [due(worker, year) for year in (2023, 2024)] == [2, 1]
    assert worker.ladder.place(FIRST_UNIT).last_year == 2023
    with worker.writing() as writer:
        heir = writer.scalar("SELECT successor_id FROM place WHERE place_id = :id", id=FIRST_UNIT)
    assert heir == (FIRST_UNIT + 1 if fate == "merged" else None)


def test_ids_last_through_later_files_and_the_same_file_again(worker: Warehouse) -> None:
    first = [opened(CODE, CHANGSHA), opened(OTHER, SHAOYANG)]
    take(worker, *first)
    known = {code: place for place, (code, _, _) in stands(worker, 2025).items()}

    again = take(worker, *first)
    later = take(worker, opened("3611000001", "110101", year=2021), *reversed(first))

    assert (again.recorded, later.recorded) == (0, 1)
    assert known == {CODE: FIRST_UNIT, OTHER: FIRST_UNIT + 1}
    now = {code: place for place, (code, _, _) in stands(worker, 2025).items()}
    assert now == {**known, "3611000001": FIRST_UNIT + 2}


def test_attached_classes_bear_their_hosts_code(worker: Warehouse) -> None:
    host = opened("3143000001", CHANGSHA, kind="attached", name="某某中学附设中职班")

    report = take(worker, host, opened(CODE, CHANGSHA))

    assert report.unusable == []
    kinds = dict(worker.directory(2025).select("code", "unit_kind").rows())
    assert kinds == {"3143000001": "attached", CODE: "school"}


def test_lines_that_cannot_be_used_are_reported_with_their_number_and_the_rest_is_taken(
    worker: Warehouse,
) -> None:
    report = take(
        worker,
        opened(CODE, CHANGSHA),  # line 2, below the header
        opened("3143000002", CHANGSHA),  # a school's code begins with 36
        opened("3699000003", CHANGSHA),  # no province 99
        opened("36430000", CHANGSHA),  # too short
        opened("3643000004", CHANGSHA, kind="attached"),  # a host has another code
        opened("3643000005", "999999"),  # no such county
        opened("3643000006", None),  # type: ignore[arg-type]  # the cell is empty
        event(CODE, "vanished", 2024),
        event(CODE, "closed", 2024) | {"year": "明年"},
        opened(OTHER, GUANGZHOU),  # line 11
    )

    assert report.recorded == 2
    assert [line for line, _, _ in report.unusable] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert all(zh and en for _, zh, en in report.unusable)
    assert "3699000003" in report.unusable[1][2]
    assert "999999" in report.unusable[4][1]
    assert set(stands(worker, 2025)) == {FIRST_UNIT, FIRST_UNIT + 1}


def test_every_province_has_its_codes_and_the_corps_is_66(worker: Warehouse) -> None:
    counties = {"65": "650102", "66": "659001", "11": "110101", "50": "500157"}
    events = [
        opened(f"36{province}000001", county, year=2025) for province, county in counties.items()
    ]

    report = take(worker, *events)

    assert report.unusable == []
    provinces = {code[2:4]: path[0] for code, _, path in stands(worker, 2025).values()}
    assert provinces == {"65": 650000, "66": 660000, "11": 110000, "50": 500000}


def test_lines_that_make_no_story_are_reported_too(worker: Warehouse) -> None:
    report = take(
        worker,
        opened(CODE, CHANGSHA, year=2020),
        event(OTHER, "closed", 2024),  # line 3: nobody opened it
        event(CODE, "moved", 2023, county="999999"),
        event(CODE, "renamed", 2023),  # without a name
        event(CODE, "recoded", 2023, new_code="12"),
        event(CODE, "merged", 2024, successor_code="3643999999"),
        opened(CODE, SHAOYANG, year=2022),  # line 8: opened before
        event(CODE, "recoded", 2024, new_code="3643000007"),
        event("3643000007", "closed", 2026),
    )

    assert report.recorded == 3
    assert [line for line, _, _ in report.unusable] == [3, 4, 5, 6, 7, 8]
    assert report.unusable[0][2] == f"{OTHER} was never opened"
    assert set(stands(worker, 2025)) == {FIRST_UNIT}
    assert stands(worker, 2026) == {}


def test_a_county_that_became_another_is_seen_then_and_now(worker: Warehouse) -> None:
    ids = register(
        worker, [opened("3650000001", "500105")], YEARS
    )  # 江北区, in 2025 part of 两江新区

    row = worker.directory(2024).row(0, named=True)
    assert row["path_then"] == [1, 500000, 500105, ids["3650000001"]]
    assert row["path_now"] == [1, 500000, 500157, ids["3650000001"]]
    now = worker.directory(2026).row(0, named=True)
    assert now["path_then"] == now["path_now"] == row["path_now"]


def test_units_are_found_by_name_and_pinyin(worker: Warehouse) -> None:
    take(worker, opened(CODE, CHANGSHA, name="雨花职业中等专业学校"))

    with worker.reading(worker.everything()) as reader:
        rows = reader.rows(
            sa.text("SELECT name_en, pinyin, initials FROM place WHERE place_id = :id"),
            id=FIRST_UNIT,
        )
    assert [row.name_en for row in rows] == ["Yuhua Vocational Specialised School"]
    assert rows[0].pinyin.startswith("yuhuazhiye")
    assert rows[0].initials.startswith("yhzy")


def test_two_changes_of_one_year_are_told_under_either_code(worker: Warehouse) -> None:
    report = take(
        worker,
        opened(CODE, CHANGSHA, year=2020),
        event(CODE, "recoded", 2024, new_code="3643000009"),
        event("3643000009", "moved", 2024, county=SHAOYANG),
    )

    assert (report.recorded, report.unusable) == (3, [])
    code, _, path = stands(worker, 2024)[FIRST_UNIT]
    assert (code, path[1]) == ("3643000009", 430500)


def test_a_line_about_a_time_when_the_unit_did_not_exist_is_reported_alone(
    worker: Warehouse,
) -> None:
    report = take(
        worker,
        opened(CODE, CHANGSHA, year=2021),
        event(CODE, "closed", 2023),
        event(CODE, "renamed", 2024, name="新名职业学校"),
        event(CODE, "moved", 2020, county=SHAOYANG),
        opened(OTHER, CHANGSHA, year=2021),
    )

    assert report.recorded == 3
    assert [(line, en) for line, _, en in report.unusable] == [
        (4, f"{CODE} ended in 2023"), (5, f"{CODE} was opened in 2021 only"),
    ]  # fmt: skip
    assert set(stands(worker, 2022)) == {FIRST_UNIT, FIRST_UNIT + 1}


def test_days_order_what_happens_in_a_year(worker: Warehouse) -> None:
    take(worker, opened(CODE, CHANGSHA, year=2021), opened(OTHER, CHANGSHA, year=2021))
    named = [
        event(CODE, "renamed", 2024, name="新名职业学校", day="2024-07-02"),
        event(CODE, "closed", 2024, day="2024-07-01"),
        event(OTHER, "closed", 2024, day="2024-07-02"),
        event(OTHER, "renamed", 2024, name="另名职业学校", day="2024-07-01"),
        event(OTHER, "moved", 2024, county=SHAOYANG, day="1 July"),
        event(OTHER, "recoded", 2024, new_code="3643000009", day="2026-01-01"),
    ]

    report = take(worker, *named)

    assert [line for line, _, _ in report.unusable] == [2, 6, 7]
    with worker.writing() as writer:
        days = writer.rows(
            sa.text("SELECT day::text FROM unit_event WHERE day IS NOT NULL ORDER BY event_id")
        )
    assert [row.day for row in days] == ["2024-07-01", "2024-07-02", "2024-07-01"]


def test_an_event_told_again_otherwise_is_corrected(worker: Warehouse) -> None:
    take(worker, opened(CODE, CHANGSHA, year=2021))

    report = take(worker, opened(CODE, SHAOYANG, year=2021))

    assert report.recorded == 1
    assert stands(worker, 2022)[FIRST_UNIT][2][1] == 430500
    assert take(worker, opened(CODE, SHAOYANG, year=2021)).recorded == 0


def test_one_file_tells_an_event_in_one_way(worker: Warehouse) -> None:
    line = opened(CODE, CHANGSHA, year=2021)

    report = take(worker, line, line, opened(CODE, SHAOYANG, year=2021))

    assert report.recorded == 1
    assert [(n, en) for n, _, en in report.unusable] == [(4, "this file tells the same event in two ways")]  # fmt: skip


@pytest.mark.parametrize("county", ["710000", "430000", "430100", "110000", "000000", "999999", "", None])  # fmt: skip
def test_a_unit_hangs_on_a_leaf_of_the_statistics_only(
    worker: Warehouse, county: str | None
) -> None:
    report = take(worker, opened(CODE, CHANGSHA) | {"county": county}, opened(OTHER, "441900"))

    assert [line for line, _, _ in report.unusable] == [2]
    assert [path[-2] for _, _, path in stands(worker, 2025).values()] == [441900]
