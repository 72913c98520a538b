"""Which part of the year a file is of: in its head, in its rows, by the name of its file, or by who submits it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from etl import identify, templates
from etl.errors import MixedPeriods, NotYet, UnknownPeriod, WrongPeriod
from etl.readers import read
from etl.recognise import recognise
from etl.sources import load_package
from etl.submission import submit
from tests.conftest import Database
from tests.factories import CHANGSHA, opened, register
from warehouse import roles
from warehouse.discovery import form
from warehouse.form import Form
from warehouse.store import Warehouse

YEAR, NOW, SCHOOL = 2025, datetime(2026, 11, 20, 8, tzinfo=UTC), "3643000001"
HEADS = "学校标识码,学年,期间,级别,渠道,篇数,阅读量"


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    with closing(Warehouse(database.worker_url, roles.WORKER)) as warehouse:
        register(warehouse, [opened(SCHOOL, CHANGSHA)], [YEAR, 2026])
        yield warehouse


def line(period: str, items: int = 3, channel: str = "网站", year: int = YEAR) -> str:
    return f"{SCHOOL},{year},{period},校级,{channel},{items},{items * 10}"


def file(folder: Path, *lines: str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((HEADS, *lines)), encoding="utf-8")
    return path


def part(path: Path, wanted: type[Form] | None = None) -> str:
    return recognise(read(path), wanted).form.name


@pytest.mark.parametrize(
    "said", ["10 月", "2025-10", "2025年10月", "October", "publicity_m10"[-3:]]
)
def test_the_rows_say_which_part_it_is(tmp_path: Path, said: str) -> None:
    assert part(file(tmp_path, line(said), line(said, channel="报刊"))) == "publicity_m10"


def test_a_template_says_which_part_it_is(tmp_path: Path) -> None:
    rows = pl.DataFrame({"level": ["school"], "channel": ["web"], "items": [3], "reach": [30]})
    path = tmp_path / "any.xlsx"
    templates.write(form("publicity_m10"), path, school=SCHOOL, year=YEAR, rows=rows)

    assert part(path) == "publicity_m10"


def test_who_asks_for_a_part_need_not_repeat_it(tmp_path: Path) -> None:
    assert part(file(tmp_path, line("")), form("publicity_m10")) == "publicity_m10"


def test_a_file_of_no_part_of_another_or_of_two_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(UnknownPeriod, match="September, October"):
        part(file(tmp_path, line("")))
    with pytest.raises(UnknownPeriod, match="13"):
        part(file(tmp_path, line("13 月")))
    with pytest.raises(UnknownPeriod, match="2024-10"):
        part(file(tmp_path, line("2024-10")))  # of the academic year before
    with pytest.raises(WrongPeriod, match="October"):
        part(file(tmp_path, line("10 月")), form("publicity_m11"))
    with pytest.raises(MixedPeriods, match="October, November"):
        part(file(tmp_path, line("10 月"), line("11 月", channel="报刊")))


def test_a_month_that_is_not_over_is_not_taken(tmp_path: Path, worker: Warehouse) -> None:
    table = recognise(read(file(tmp_path, line("11 月", year=2026))), None)

    with pytest.raises(NotYet, match="2026-12-01"):
        identify.year(table, None, NOW.date())
    with pytest.raises(NotYet):
        submit(worker, file(tmp_path, line("11 月", year=2026)), now=NOW, by="test")


def test_a_submission_moves_the_year(tmp_path: Path, worker: Warehouse) -> None:
    receipt = submit(worker, file(tmp_path, line("10 月")), now=NOW, by="test")
    submit(worker, file(tmp_path, line("11 月", items=4)), now=NOW, by="test")

    assert receipt.form == "publicity_m10"
    assert items(worker) == 7


def test_a_package_holds_parts_by_name_and_by_content(tmp_path: Path, worker: Warehouse) -> None:
    file(tmp_path, line(""), name=f"publicity_m09-{YEAR}-43.csv")
    file(tmp_path, line("10 月", items=4), name="anything.csv")

    report = load_package(worker, tmp_path, now=NOW, by="test")
    again = load_package(worker, tmp_path, now=NOW, by="test")

    assert report.problems == []
    assert sorted(one.form.name for one in report.batches) == ["publicity_m09", "publicity_m10"]
    assert len(again.passed_over) == 2
    assert items(worker) == 7


def items(worker: Warehouse) -> int:
    with worker.writing() as writer:
        found = "SELECT items FROM rollup_publicity WHERE place_id = 1 AND cut = '' AND last_load = 9223372036854775807 AND year = :year"
        return int(writer.scalar(found, year=YEAR))
