"""What was recorded before an event in the life of a unit comes under the new ladder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import SHAOYANG, batch, event, register, students
from tests.sums import check_rollups, three_schools, total
from warehouse.discovery import form
from warehouse.store import Warehouse
from warehouse.tables import FOR_EVER

ENROLMENT = form("enrolment")


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.worker_url, "zhijian_worker", pool_size=16)
    yield warehouse
    warehouse.close()


@pytest.fixture
def web(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.web_url, "zhijian_web")
    yield warehouse
    warehouse.close()


def test_a_late_event_moves_what_was_recorded_before_it(worker: Warehouse, web: Warehouse) -> None:
    first, second, _ = three_schools(worker)
    before = worker.record(
        batch(ENROLMENT, 2025, {first: students(g1=100), second: students(g1=10)})
    )
    worker.record(batch(ENROLMENT, 2024, {first: students(g1=40)}))

    register(worker, [event("3643000001", "moved", 2025, county=SHAOYANG)])

    now = 4
    assert [total(worker, place, before.load) for place in (430100, 430500)] == [100, 10]
    assert [total(worker, place, now) or 0 for place in (1, 430000, 430100, 430500)] == [
        110,
        110,
        0,
        110,
    ]
    assert check_rollups(worker, ENROLMENT, 2025)
    assert check_rollups(worker, ENROLMENT, 2024)
    web.refresh()
    with web.reading(web.scope("shaoyang", 430500, "records")) as reader:
        seen = {
            tuple(row) for row in reader.rows(sa.text("SELECT school_id, year FROM fact_enrolment"))
        }
    assert seen == {(first, 2024), (first, 2025), (second, 2025)}


def test_a_unit_that_closes_late_leaves_the_roster_and_the_figures(worker: Warehouse) -> None:
    first, second, _ = three_schools(worker)
    worker.record(batch(ENROLMENT, 2025, {first: students(g1=100), second: students(g1=10)}))

    register(worker, [event("3643000001", "closed", 2025)])

    assert total(worker, 1, 99) == 10
    with worker.writing() as writer:
        due = {(row.year, row.due) for row in writer.rows(sa.text(
            f"SELECT year, due FROM rollup_roster WHERE place_id = 1 AND cut = '' AND last_load = {FOR_EVER}"))}  # fmt: skip
    assert due == {(2024, 3), (2025, 2), (2026, 2)}
