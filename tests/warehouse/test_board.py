"""The submission board adds up, moves with every step, and knows who is late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, batch, opened, register, students
from warehouse.board import SCHEMA, board, units_below
from warehouse.calendar import Calendar
from warehouse.discovery import asked_forms, form, submitted_forms
from warehouse.places import NATION
from warehouse.store import Warehouse

YEAR = 2025
DUES = Calendar().dues(YEAR).values()
BEFORE, AFTER = min(DUES), max(DUES) + timedelta(days=1)
HUNAN, CITY = 430000, 430100


@pytest.fixture
def desk(database: Database) -> Iterator[tuple[Warehouse, dict[str, int]]]:
    """Four schools in three counties of two provinces; one has filled in its students."""
    worker = Warehouse(database.worker_url, "zhijian_worker")
    codes = {
        "3643000001": CHANGSHA,
        "3643000002": CHANGSHA,
        "3643000003": SHAOYANG,
        "3644000001": GUANGZHOU,
    }
    ids = register(worker, [opened(code, county) for code, county in codes.items()], [YEAR])
    worker.record(
        batch(form("enrolment"), YEAR, {ids["3643000001"]: students(g1=10, g2=10, g3=10)}, received_at=datetime(2025, 10, 1, tzinfo=UTC))
    )  # fmt: skip
    yield worker, ids
    worker.close()


def seen(worker: Warehouse, place: int, today: date = BEFORE) -> pl.DataFrame:
    with worker.reading(worker.scope("ministry", NATION)) as reader:
        return board(reader, place, YEAR, today)


def summed(rows: pl.DataFrame, *by: str) -> dict[Any, int]:
    found = rows.group_by(by).agg(pl.col("forms").sum())
    return {key if len(by) > 1 else key[0]: n for *key, n in found.iter_rows()}


def test_every_form_of_every_unit_stands_in_one_state(
    desk: tuple[Warehouse, dict[str, int]],
) -> None:
    worker, _ = desk
    rows = seen(worker, NATION)

    assert list(rows.columns) == list(SCHEMA)
    assert summed(rows, "place_id") == {
        HUNAN: 3 * len(asked_forms(YEAR, BEFORE)),
        440000: len(asked_forms(YEAR, BEFORE)),
    }
    assert summed(rows.filter(form="enrolment"), "state") == {"missing": 3, "filled": 1}


def test_a_board_speaks_of_the_places_right_below(desk: tuple[Warehouse, dict[str, int]]) -> None:
    worker, ids = desk

    assert set(seen(worker, HUNAN)["place_id"]) == {CITY, 430500}
    assert set(seen(worker, CITY)["place_id"]) == {int(CHANGSHA)}
    assert set(seen(worker, int(CHANGSHA))["place_id"]) == {ids["3643000001"], ids["3643000002"]}


def test_a_school_s_own_board_is_about_itself(desk: tuple[Warehouse, dict[str, int]]) -> None:
    worker, ids = desk
    rows = seen(worker, ids["3643000001"])

    assert set(rows["place_id"]) == {ids["3643000001"]}
    assert rows["forms"].sum() == len(asked_forms(YEAR, BEFORE))
    (filled,) = rows.filter(state="filled").to_dicts()
    assert (filled["form"], filled["oldest"]) == ("enrolment", datetime(2025, 10, 1, tzinfo=UTC))


def test_nothing_is_late_before_the_day_and_all_that_is_not_handed_in_after_it(
    desk: tuple[Warehouse, dict[str, int]],
) -> None:
    worker, _ = desk

    assert seen(worker, NATION)["late"].sum() == 0
    assert seen(worker, NATION, AFTER)["late"].sum() == 4 * len(submitted_forms())
    assert seen(worker, NATION, AFTER)["slow"].sum() == 0


def test_nobody_counts_what_they_may_not_see(desk: tuple[Warehouse, dict[str, int]]) -> None:
    worker, ids = desk
    with worker.reading(worker.scope("province", HUNAN)) as reader:
        own = board(reader, HUNAN, YEAR, BEFORE)
        others = [board(reader, place, YEAR, BEFORE) for place in (NATION, 440000)]
    with worker.reading(worker.scope("school", ids["3643000002"])) as reader:
        beside = board(reader, ids["3643000001"], YEAR, BEFORE)

    assert own.filter(state="filled").height == 1
    assert [rows.filter(state="filled").height for rows in (*others, beside)] == [0, 0, 0]


def test_units_are_counted_where_the_ladder_has_them(
    desk: tuple[Warehouse, dict[str, int]],
) -> None:
    """Of every place on the way from a school to the nation, and of the school itself."""
    worker, ids = desk
    ladder, school = worker.ladder, ids["3643000001"]
    with worker.reading(worker.scope("ministry", NATION)) as reader:
        for place in (*ladder.ancestors(school), school):
            found = dict(units_below(reader, place, YEAR).iter_rows())
            below = [] if place == school else ladder.children(place, YEAR)
            assert found == {one: len(ladder.units(one, YEAR)) for one in below or [school] if ladder.units(one, YEAR)}  # fmt: skip
