"""The whole journey of one school's file, against a real warehouse."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from etl.errors import (
    BadFile,
    ClosedYear,
    MissingColumns,
    MixedYears,
    NoData,
    UnknownYear,
    WrongForm,
    WrongSchool,
    WrongYear,
)
from etl.receipt import Receipt
from etl.submission import submit
from tests.etl.files import HEADERS, NAMES, SCHOOL, delimited, parquet, records, row, xlsx
from warehouse import tables
from warehouse.discovery import form
from warehouse.errors import ClosedPeriod
from warehouse.store import Warehouse
from warehouse.tables import FOR_EVER

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ENROLMENT = tables.metadata.tables["fact_enrolment"]


def handed_in(warehouse: Warehouse, path: Path, **said: Any) -> Receipt:
    return submit(warehouse, path, now=NOW, by="填报人", **said)


def facts(warehouse: Warehouse) -> list[tuple[int, int]]:
    """Sheet row and students of every current fact."""
    current = sa.select(ENROLMENT.c.sheet_row, ENROLMENT.c.students).where(
        ENROLMENT.c.last_load == FOR_EVER
    )
    with warehouse.writing() as writer:
        return [
            (r.sheet_row, r.students) for r in writer.rows(current.order_by(ENROLMENT.c.sheet_row))
        ]


def lines_of(warehouse: Warehouse, table: sa.Table) -> int:
    with warehouse.writing() as writer:
        return int(writer.scalar(sa.select(sa.func.count()).select_from(table)))


def test_a_file_becomes_facts_and_a_receipt(warehouse: Warehouse, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [HEADERS, row(45, 45, grade="1"), [], row("四十")])

    receipt = handed_in(warehouse, path)

    assert facts(warehouse) == [(2, 45)]
    assert (receipt.form, receipt.year, receipt.school_code) == ("enrolment", 2025, SCHOOL)
    assert (receipt.rows_accepted, receipt.rows_refused, receipt.revision) == (1, 1, 1)
    assert [(r.address, r.value, r.rule) for r in receipt.refusals] == [
        ("填报!F4", "四十", "not_a_number")
    ]
    assert receipt.number == f"HZ-2026-{receipt.submission:08d}"


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json", "parquet"])
def test_every_kind_of_file_ends_in_the_same_facts(
    warehouse: Warehouse, tmp_path: Path, kind: str
) -> None:
    lines = [row(45, 45, grade="1"), row(40)]
    writers: dict[str, Callable[[Path], Path]] = {
        "xlsx": lambda p: xlsx(p, [HEADERS, *lines]),
        "csv": lambda p: delimited(p, [HEADERS, *lines], encoding="gb18030"),
        "json": lambda p: records(p, lines),
        "parquet": lambda p: parquet(p, lines, NAMES),
    }

    receipt = handed_in(warehouse, writers[kind](tmp_path / f"a.{kind}"))

    assert receipt.rows_accepted == 2
    assert sorted(n for _, n in facts(warehouse)) == [40, 45]


def test_the_ledger_keeps_the_file_the_refused_row_and_its_cells(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = delimited(tmp_path / "a.csv", [HEADERS, row(), row("四十", sex="1")])

    handed_in(warehouse, path)

    with warehouse.writing() as writer:
        (kept,) = writer.rows(sa.select(tables.document))
        (turned_away,) = writer.rows(sa.select(tables.rejection))
        (submission,) = writer.rows(sa.select(tables.submission))
    assert (kept.name, kept.media_type, kept.content) == ("a.csv", "text/csv", path.read_bytes())
    assert json.loads(turned_away.cells)["在校生数"] == "四十"
    assert json.loads(submission.headers)["students"] == "F"
    assert (submission.rows_accepted, submission.rows_refused) == (1, 1)


def test_the_same_bytes_again_change_nothing(warehouse: Warehouse, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [HEADERS, row()])
    first = handed_in(warehouse, path)

    again = handed_in(warehouse, path)

    assert (again.unchanged, again.submission, again.revision) == (True, first.submission, 1)
    assert lines_of(warehouse, tables.submission) == 1


def test_a_corrected_file_makes_a_new_revision_and_the_old_stays(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    first = handed_in(warehouse, delimited(tmp_path / "a.csv", [HEADERS, row(40)]))

    second = handed_in(warehouse, delimited(tmp_path / "b.csv", [HEADERS, row(41)]))

    assert (second.revision, second.unchanged) == (2, False)
    assert facts(warehouse) == [(2, 41)]
    assert first.load is not None
    assert second.load is not None
    assert second.load > first.load
    with warehouse.writing() as writer:
        old = writer.rows(
            sa.select(ENROLMENT.c.students).where(ENROLMENT.c.last_load == second.load)
        )
    assert [r.students for r in old] == [40]


def test_a_breach_is_counted_and_listed_but_never_blocks(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    internship = form("internship")
    good = {c.name: 0 for c in internship.measures()} | dict.fromkeys(
        ("interns", "agreements", "insured", "consents", "matched", "pay_due", "pay_met"), 30
    )
    line = {
        "学校标识码": SCHOOL,
        "学年": "2025",
        "专业": "护理",
        "年级": "一年级",
        "实习类型": "岗位实习",
        **good,
    }
    path = delimited(tmp_path / "a.csv", [list(line), list(line.values())])

    receipt = handed_in(warehouse, path)

    assert (receipt.rows_accepted, receipt.rows_refused) == (1, 0)
    assert [breach.law for breach in receipt.breaches] == ["RL1"]
    assert lines_of(warehouse, tables.finding) == 1


def test_rows_may_leave_school_and_year_to_the_one_who_submits(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = delimited(tmp_path / "a.csv", [HEADERS[2:], row()[2:]])

    receipt = handed_in(warehouse, path, school=SCHOOL, year=2025)

    assert (receipt.school_code, receipt.year) == (SCHOOL, 2025)


def test_a_row_of_totals_in_the_first_column_is_refused_as_one_and_is_no_second_school(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    totals = ["合 计", "", "", "", "", 85, "", ""]
    path = delimited(tmp_path / "a.csv", [HEADERS, row(45), row(40, sex="1"), totals])

    receipt = handed_in(warehouse, path)

    assert (receipt.rows_accepted, receipt.rows_refused) == (2, 1)
    assert [(each.row, each.letter, each.rule) for each in receipt.refusals] == [
        (4, "A", "total_row")
    ]


def test_attached_classes_submit_under_a_code_of_their_host(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = delimited(tmp_path / "a.csv", [HEADERS, row(school="3143000009")])

    assert handed_in(warehouse, path).school_name == "测试中学附设中职班"


BAD: list[tuple[str, list[list[Any]], dict[str, Any], type[BadFile]]] = [
    ("another form named", [HEADERS, row()], {"form": "estate"}, WrongForm),
    ("a column left out", [HEADERS[:-1], row()[:-1]], {}, MissingColumns),
    ("nothing filled in", [HEADERS], {}, NoData),
    ("school and year only", [HEADERS, [SCHOOL, 2025, *[None] * 6]], {}, NoData),
    ("two schools", [HEADERS, row(), row(school="3643000002")], {}, WrongSchool),
    ("another school", [HEADERS, row()], {"school": "3643000002"}, WrongSchool),
    ("no school", [HEADERS, row(school=None)], {}, WrongSchool),
    ("an unknown school", [HEADERS, row(school="3643999999")], {}, WrongSchool),
    ("a school not opened yet", [HEADERS, row(school="3643000003")], {}, WrongSchool),
    ("no year", [HEADERS, row(year=None)], {}, UnknownYear),
    ("two years", [HEADERS, row(), row(year=2024, sex="1")], {}, MixedYears),
    ("another year", [HEADERS, row()], {"year": 2024}, WrongYear),
    ("a year to come", [HEADERS, row(year=2027)], {}, ClosedYear),
    ("a year before all", [HEADERS, row(year=1999)], {}, ClosedYear),
]


@pytest.mark.parametrize(("lines", "said", "error"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_nothing_of_a_bad_file_is_loaded(
    shared_warehouse: Warehouse, tmp_path: Path, lines: list[list[Any]], said: dict[str, Any], error: type[BadFile]
) -> None:  # fmt: skip
    path = delimited(tmp_path / "a.csv", lines)

    with pytest.raises(error):
        handed_in(shared_warehouse, path, **said)

    assert lines_of(shared_warehouse, tables.submission) == 0
    assert lines_of(shared_warehouse, ENROLMENT) == 0


def test_a_year_to_come_is_a_closed_period(shared_warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(ClosedPeriod):
        handed_in(shared_warehouse, delimited(tmp_path / "a.csv", [HEADERS, row(year=2030)]))


def test_a_file_of_refused_rows_is_kept_and_changes_no_figure(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    handed_in(warehouse, delimited(tmp_path / "a.csv", [HEADERS, row(40)]))

    receipt = handed_in(warehouse, delimited(tmp_path / "b.csv", [HEADERS, row("许多")]))

    assert (receipt.rows_accepted, receipt.rows_refused, receipt.load) == (0, 1, None)
    assert facts(warehouse) == [(2, 40)]


def test_a_receipt_reads_in_both_languages_and_as_json(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = delimited(
        tmp_path / "a.csv", [[*HEADERS, "班主任"], [*row("四十"), "x"], [*row(sex="1"), ""]]
    )

    receipt = handed_in(warehouse, path)

    zh, en = receipt.to_text("zh"), receipt.to_text("en")
    assert "接受 1 行，退回 1 行" in zh
    assert "“在校生数”填了“四十”，不是数。" in zh
    assert "班主任" in zh
    assert "1 rows accepted, 1 refused" in en
    assert "F2  'Students' holds '四十', not a number." in en
    body = json.loads(receipt.to_json())
    assert body["number"] == receipt.number
    assert body["refusals"][0]["todo_en"] == "Write digits only, without words."
