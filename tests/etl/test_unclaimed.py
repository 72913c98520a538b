"""Rows of a package that belong to no unit due: refused, kept whole, and read by those in charge."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from etl.sources import load_package
from tests.conftest import Database
from tests.etl.files import HEADERS, delimited, row
from warehouse import tables
from warehouse.store import Warehouse

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ONE, TWO, THREE = "3643000001", "3643000002", "3644000001"


def load(warehouse: Warehouse, path: Path) -> None:
    load_package(warehouse, path, now=NOW, by="省级平台")


def kept_unclaimed(warehouse: Warehouse) -> list[dict[str, Any]]:
    with warehouse.writing() as writer:
        return writer.frame(sa.select(tables.unclaimed)).rows(named=True)


def test_a_row_of_nobody_due_is_kept_with_its_words_and_its_whole_row(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    lines = [HEADERS, row(45, school=ONE), row(9, school=" 3643999999 ")]
    delimited(tmp_path / "enrolment-2025-43.csv", lines)

    load(warehouse, tmp_path)

    (kept,) = kept_unclaimed(warehouse)
    assert (kept["form"], kept["year"], kept["received_by"]) == ("enrolment", 2025, "省级平台")
    assert (kept["file_name"], kept["sheet_row"]) == ("enrolment-2025-43.csv", 3)
    assert (kept["school_code"], kept["rule"]) == ("3643999999", "not_due")
    assert kept["message_zh"] == "学校标识码“3643999999”不在 2025 学年的应报名录中。"
    assert kept["message_en"] == "No unit of the code '3643999999' is due in 2025."
    assert kept["todo_zh"].startswith("核对标识码")
    assert kept["todo_en"].startswith("Check the code")
    assert json.loads(kept["cells"]) == dict(zip(HEADERS, map(str, lines[2]), strict=True))


@pytest.mark.parametrize(
    ("others", "seen_by"),
    [((ONE, TWO), {1, 430000}), ((ONE, THREE), {1}), ((), {1})],
    ids=["of one province", "of two provinces", "of nobody at all"],
)
def test_a_row_of_nobody_due_is_read_by_the_nation_and_the_one_province_that_delivered_it(
    warehouse: Warehouse,
    database: Database,
    tmp_path: Path,
    others: tuple[str, ...],
    seen_by: set[int],
) -> None:
    lines = [HEADERS, *(row(45, school=each) for each in others), row(9, school="3643999999")]
    delimited(tmp_path / "enrolment-2025-00.csv", lines)
    load(warehouse, tmp_path)
    web = Warehouse(database.web_url)

    seen = set()
    for place in (1, 430000, 440000, warehouse.ladder.by_code[ONE]):
        with web.reading(web.scope("reader", place)) as reader:
            seen |= {place for _ in reader.rows(sa.select(tables.unclaimed.c.sheet_row))}
    with web.reading(web.scope("analyst", 1, "published")) as reader:
        hidden = reader.rows(sa.select(tables.unclaimed.c.sheet_row))
    web.close()

    assert seen == seen_by
    assert hidden == []


def test_a_file_of_nobody_due_is_kept_once_however_often_it_is_loaded(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    delimited(tmp_path / "enrolment-2025-43.csv", [HEADERS, row(9, school="3643999999")])

    load(warehouse, tmp_path)
    load(warehouse, tmp_path)

    assert [kept["sheet_row"] for kept in kept_unclaimed(warehouse)] == [2]
    with warehouse.writing() as writer:
        assert writer.scalar(sa.select(sa.func.count()).select_from(tables.submission)) == 0
