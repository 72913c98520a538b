"""The bench measures what it says: its rows pass every check, and its table tells what was missed."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from dashboards.bench import outcome, tables
from dashboards.bench.clicks import Click, weighed
from dashboards.bench.outcome import Measured
from etl.sources import load_package
from metrics.tables.ask import MOST_CELLS, places
from metrics.tables.build import is_plain, size
from tests.conftest import Database
from tests.readers import Ministry
from warehouse.bench import data
from warehouse.places import NATION, Rung
from warehouse.store import Warehouse
from warehouse.units import record_unit_events

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_every_row_of_the_bench_is_accepted_without_a_word(
    database: Database, tmp_path: Path
) -> None:
    worker = Warehouse(database.worker_url, "zhijian_worker")
    with worker.writing() as writer:
        record_unit_events(writer, data.unit_events(55, 2024), range(2024, 2027))
    worker.refresh()
    for year in (2024, 2025):
        due = worker.directory(year)
        for name in data.DRAWN:
            data.written(name, year, due).write_parquet(tmp_path / f"{name}-{year}-all.parquet")

    report = load_package(worker, tmp_path, now=NOW, by="bench")

    told = {name: report.total(name) for name in ("rows_refused", "breaches", "remarks")}
    assert told == {"rows_refused": 0, "breaches": 0, "remarks": 0}
    assert report.total("rows_accepted") > 2 * 55 * 90
    assert worker.is_fresh("conditions", 2025) is False
    worker.close()


def test_a_school_has_about_fifty_rows_of_students() -> None:
    rows = data.rows("enrolment", 2025, list(range(10_000_001, 10_000_201)))

    assert 48 * 200 <= rows.height <= 54 * 200


def test_the_table_says_what_was_missed() -> None:
    found = [Measured("a click", "30 ms", "<= 25 ms", met=False, beside="median 28 ms")]

    assert (
        outcome.table(found).splitlines()[-1]
        == "| a click | 30 ms | <= 25 ms | **missed** | median 28 ms |"
    )
    assert '"met": false' in outcome.kept({"cores": "2"}, found)


def test_a_click_is_what_a_browser_posts() -> None:
    body = Click("/zh/place/430000?year=2025").body()

    assert [one["value"] for one in body["inputs"]] == ["/zh/place/430000", "?year=2025"]


def test_each_rung_weighs_what_it_does_in_the_mix() -> None:
    found = {Rung.NATION: 100.0, Rung.PROVINCE: 60.0, Rung.PREFECTURE: 40.0, Rung.COUNTY: 20.0, Rung.SCHOOL: 10.0}  # fmt: skip

    assert weighed(found) == pytest.approx((100 + 5 * 60 + 20 * 40 + 50 * 20 + 24 * 10) / 100)


def test_the_list_of_tables_is_the_same_for_everybody(ministry: Ministry) -> None:
    ladder = ministry.web.ladder
    drawn = [list(islice(tables.asks(ladder), 20)) for _ in range(2)]

    assert drawn[0] == drawn[1]
    assert all(tables.LEAST_CELLS <= size(ask, ladder).cells <= MOST_CELLS for ask in drawn[0])
    assert {bool(ask.cut) for ask in drawn[0]} == {True, False}


def test_an_analyst_asks_the_same_ten_of_them_in_the_newest_year(ministry: Ministry) -> None:
    ladder = ministry.web.ladder
    found = tables.published(islice(tables.asks(ladder), tables.TABLES))

    assert len(found) == tables.PUBLISHED
    assert {ask.years for ask in found} == {(ladder.years[-1],)}
    assert not any(is_plain(ask) for ask in found)
    assert {place for ask in found for place in places(ask, ladder)} == {NATION, *ladder.children(NATION)}  # fmt: skip
