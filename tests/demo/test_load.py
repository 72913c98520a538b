"""The synthetic ministry comes in by the ordinary path, and only what cannot be true is refused."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.demo import build as demo
from etl.demo.faults import KINDS
from etl.sources import load_package
from tests.conftest import Database
from warehouse.discovery import submitted_forms
from warehouse.store import Warehouse

SMALLEST = 64
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.worker_url, "zhijian_worker")
    yield warehouse
    warehouse.close()


def test_a_year_loads_whole_and_only_what_was_planted_is_refused(
    worker: Warehouse, tmp_path: Path
) -> None:
    one = demo.ministry(demo.SEED, SMALLEST)
    fault = next(f for f in one.faults if KINDS[f.kind].sign in ("A22", "A23"))
    made = demo.build(tmp_path / "demo", schools=SMALLEST, years=[fault.first])
    planted = {
        str(one.units.code[f.unit, fault.first - 2020])
        for f in one.faults
        if f.in_year(fault.first) and KINDS[f.kind].sign in ("A22", "A23")
    }

    report = load_package(worker, made.folder, now=NOW, by="demo")

    units = one.reporting(fault.first)
    written = sum(demo.rows(one, name, fault.first, units).height for name in submitted_forms())
    assert report.problems == []
    assert report.units.unusable == []
    assert {code for batch in report.batches for code in batch.refused["school_code"]} == planted
    assert report.total("rows_accepted") + report.total("rows_refused") == written
