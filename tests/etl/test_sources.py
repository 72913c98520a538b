"""Packages as a province hands them over: many schools in one file or many, taken in batches."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from etl import ready, templates
from etl.errors import (
    Absent,
    EmptyPackage,
    Encrypted,
    MixedYears,
    NotASpreadsheet,
    UnsafeArchive,
    WrongSchool,
    ZipBomb,
)
from etl.package import opened as opened_package
from etl.package import order, survey
from etl.sheet import Limits
from etl.sources import PackageReport, load_package
from etl.submission import submit
from tests.etl.files import HEADERS, NAMES, delimited, parquet, row, xlsx
from tests.factories import CHANGSHA, GUANGZHOU, opened
from warehouse import tables
from warehouse.discovery import form, submitted_forms
from warehouse.store import Warehouse
from warehouse.tables import FOR_EVER

pytestmark = pytest.mark.mlps("M19")

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ONE, TWO, THREE = "3643000001", "3643000002", "3644000001"
FACT = tables.metadata.tables["fact_enrolment"]


def loaded(warehouse: Warehouse, path: Path, **options: Any) -> PackageReport:
    return load_package(warehouse, path, now=NOW, by="省级平台", **options)


def enrolled(warehouse: Warehouse) -> int:
    with warehouse.writing() as writer:
        found = sa.select(sa.func.sum(FACT.c.students)).where(FACT.c.last_load == FOR_EVER)
        return int(writer.scalar(found) or 0)


def submissions(warehouse: Warehouse) -> list[tuple[str, int, int]]:
    """Form, year and revision of every submission."""
    ledger = tables.submission.c
    found = sa.select(ledger.form, ledger.year, ledger.revision).order_by(ledger.submission_id)
    with warehouse.writing() as writer:
        return [(r.form, r.year, r.revision) for r in writer.rows(found)]


def folder(tmp_path: Path) -> Path:
    """Two units' files: 湖南 as csv of two schools, 广东 as Parquet."""
    root = tmp_path / "package"
    (root / "2025").mkdir(parents=True)
    delimited(
        root / "2025" / "enrolment-2025-43.csv", [HEADERS, row(45, school=ONE), row(50, school=TWO)]
    )
    parquet(root / "2025" / "enrolment-2025-44.parquet", [row(60, school=THREE)], NAMES)
    return root


def test_many_schools_in_one_file_or_many(warehouse: Warehouse, tmp_path: Path) -> None:
    report = loaded(warehouse, folder(tmp_path))

    assert enrolled(warehouse) == 155
    assert submissions(warehouse) == [("enrolment", 2025, 1)] * 3
    (batch,) = report.batches
    assert (batch.submissions, batch.rows_accepted, batch.rows_refused) == (3, 3, 0)
    assert report.problems == []


def test_a_zip_is_a_folder_too(warehouse: Warehouse, tmp_path: Path) -> None:
    root, packed = folder(tmp_path), tmp_path / "package.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(root.rglob("*.*")):
            archive.write(path, f"湖南/{path.name}")

    loaded(warehouse, packed)

    assert enrolled(warehouse) == 155


def test_loading_again_passes_over_what_was_taken_in(warehouse: Warehouse, tmp_path: Path) -> None:
    root = folder(tmp_path)
    loaded(warehouse, root)

    again = loaded(warehouse, root)

    assert (again.batches, len(again.passed_over)) == ([], 2)
    assert len(submissions(warehouse)) == 3


def test_loading_again_never_undoes_a_correction(warehouse: Warehouse, tmp_path: Path) -> None:
    root = folder(tmp_path)
    loaded(warehouse, root)
    submit(
        warehouse, delimited(tmp_path / "a.csv", [HEADERS, row(46, school=ONE)]), now=NOW, by="学校"
    )

    loaded(warehouse, root)

    assert enrolled(warehouse) == 156


def test_a_changed_file_is_taken_in_and_only_changed_schools_get_a_revision(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    root = folder(tmp_path)
    loaded(warehouse, root)
    delimited(
        root / "2025" / "enrolment-2025-43.csv", [HEADERS, row(45, school=ONE), row(51, school=TWO)]
    )

    (batch,) = loaded(warehouse, root).batches

    assert (batch.submissions, batch.unchanged) == (2, 1)
    assert enrolled(warehouse) == 156
    assert submissions(warehouse)[3:] == [("enrolment", 2025, 2)]


def test_a_load_that_was_killed_goes_on_where_it_stood(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ready, "BATCH", 1)
    monkeypatch.setattr(ready, "MANY", 1_000)
    submit(
        warehouse,
        delimited(tmp_path / "a.csv", [HEADERS, row(1, school="3143000009")]),
        now=NOW,
        by="学校",
    )
    root = folder(tmp_path)

    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    with pytest.raises(Killed):
        loaded(warehouse, root, progress=kill)
    assert enrolled(warehouse) == 96

    report = loaded(warehouse, root)

    assert [batch.files for batch in report.batches] == [("enrolment-2025-44.parquet",)]
    assert enrolled(warehouse) == 156


@pytest.mark.parametrize("many", [1, 1_000])
def test_a_fresh_partition_holds_what_batches_would_have_brought(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(ready, "MANY", many)
    root = folder(tmp_path)

    loaded(warehouse, root)

    rollup = tables.metadata.tables["rollup_enrolment"].c
    total = sa.select(rollup.place_id, rollup.students).where(
        rollup.cut == "", rollup.last_load == FOR_EVER, rollup.place_id.in_([1, 430000, 440000])
    )
    with warehouse.writing() as writer:
        found = {row.place_id: row.students for row in writer.rows(total)}
    assert found == {1: 155, 430000: 95, 440000: 60}


def test_refused_rows_and_schools_not_due_are_in_the_report(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    lines = [HEADERS, row(45, school=ONE), row("许多", school=TWO), row(9, school="3643999999")]
    delimited(tmp_path / "enrolment-2025-43.csv", lines)

    (batch,) = loaded(warehouse, tmp_path).batches

    refused = batch.refused.select("file", "school_code", "sheet_row", "rule").rows()
    assert refused == [("enrolment-2025-43.csv", TWO, 3, "not_a_number")]
    lost = batch.unclaimed.select("file_name", "sheet_row", "school_code", "rule").rows()
    assert lost == [("enrolment-2025-43.csv", 4, "3643999999", "not_due")]
    assert (batch.submissions, batch.rows_accepted, batch.rows_refused) == (2, 1, 1)


def test_a_bad_file_is_reported_and_the_others_are_taken_in(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    root = folder(tmp_path)
    delimited(root / "enrolment-2025-45.csv", [HEADERS, row(), row(year=2024)])
    (root / "readme.md").write_text("x")

    report = loaded(warehouse, root)

    assert [type(problem) for problem in report.problems] == [MixedYears]
    assert report.others == ("readme.md",)
    assert enrolled(warehouse) == 155


def test_a_school_may_stand_in_one_file_only(warehouse: Warehouse, tmp_path: Path) -> None:
    root = folder(tmp_path)
    delimited(root / "2025" / "enrolment-2025-43b.csv", [HEADERS, row(99, school=ONE)])

    report = loaded(warehouse, root)

    assert [type(problem) for problem in report.problems] == [WrongSchool]
    assert enrolled(warehouse) == 155


def test_files_without_a_telling_name_are_recognised_by_what_they_hold(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    estate = submitted_forms()["estate"]
    measures = {column.name: 10 for column in estate.columns.values()}
    templates.write(
        estate, tmp_path / "校舍.xlsx", school=ONE, year=2025, rows=pl.DataFrame([measures])
    )
    xlsx(tmp_path / "学生.xlsx", [HEADERS, row(45, school=ONE), row(45, school=TWO)])

    loaded(warehouse, tmp_path)

    assert sorted(submissions(warehouse)) == [("enrolment", 2025, 1)] * 2 + [("estate", 2025, 1)]


def test_a_manifest_says_which_file_is_which(tmp_path: Path) -> None:
    delimited(tmp_path / "x.csv", [HEADERS, row()])
    (tmp_path / "manifest.csv").write_text("file,form,year\nx.csv,enrolment,2025\n")

    (entry,) = survey(tmp_path).tables

    assert (entry.form, entry.year) == (form("enrolment"), 2025)


def test_units_are_registered_before_their_files_are_read(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    events = [opened("3643000077", CHANGSHA, year=2020), opened("3644000077", GUANGZHOU, year=2020)]
    pl.DataFrame(events).write_csv(tmp_path / "units.csv")
    delimited(
        tmp_path / "enrolment-2021-43.csv", [HEADERS, row(30, school="3643000077", year=2021)]
    )

    report = loaded(warehouse, tmp_path)

    assert (report.units.recorded, report.total("rows_accepted")) == (2, 1)
    assert enrolled(warehouse) == 30


def test_only_the_years_asked_for_are_loaded(warehouse: Warehouse, tmp_path: Path) -> None:
    root = folder(tmp_path)
    delimited(root / "enrolment-2024-43.csv", [HEADERS, row(9, year=2024)])

    loaded(warehouse, root, years=[2024])

    assert enrolled(warehouse) == 9


def test_a_package_that_is_not_there_or_holds_nothing_is_one_clear_error(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    (tmp_path / "torn.zip").write_bytes(b"PK\x03\x04 torn")

    for path, error in (("nothing", Absent), ("torn.zip", NotASpreadsheet), (".", EmptyPackage)):
        with pytest.raises(error):
            loaded(warehouse, tmp_path / path)


def test_progress_counts_files(warehouse: Warehouse, tmp_path: Path) -> None:
    told: list[tuple[str, int, int, int]] = []

    loaded(warehouse, folder(tmp_path), progress=lambda *said: told.append(said))

    assert told == [("enrolment", 2025, 2, 2)]


def test_forms_come_in_the_order_in_which_they_refer_to_each_other() -> None:
    forms = sorted(submitted_forms().values(), key=lambda each: order(each, 2025))
    names = [each.name for each in forms]

    for each in forms:
        for total in each.refers.values():
            if not total.years_back:
                assert names.index(total.form) < names.index(each.name)


def packed(path: Path, name: str, content: bytes = b"a", mode: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)
    return path


@pytest.mark.parametrize(
    "name", ["../out.csv", "/etc/out.csv", "a/../../out.csv", "C:\\out.csv", "..\\out.csv"]
)
def test_nothing_of_a_package_lands_outside_it(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "p.zip", name)

    with pytest.raises(UnsafeArchive), opened_package(path):
        pass


def test_a_link_in_a_package_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "p.zip", "a.csv", b"/etc/passwd", mode=0o120777)

    with pytest.raises(UnsafeArchive), opened_package(path):
        pass


def test_a_package_that_explodes_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "p.zip", "a.csv", b"0" * 30_000_000)

    with pytest.raises(ZipBomb), opened_package(path):
        pass


def test_an_encrypted_package_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "p.zip", "a.csv")
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    with (
        pytest.raises(Encrypted),
        opened_package(path, Limits(file_bytes=1, rows=1, cells=1, expanded_bytes=99)),
    ):
        pass
