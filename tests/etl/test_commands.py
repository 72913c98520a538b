"""What the command line says, and with which code it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from etl import commands, identify
from etl.commands import Output, Request
from etl.readers import read
from etl.receipts import receipts
from etl.recognise import recognise
from etl.submission import submit
from tests.etl.files import HEADERS, SCHOOL, delimited, row
from warehouse.discovery import form, submitted_forms
from warehouse.errors import UnknownName
from warehouse.store import Warehouse

REQUEST = Request(now=datetime(2026, 11, 20, 8, 30, tzinfo=UTC), by="填报人")


class Said(list[str]):
    """Lines that a command said."""

    @property
    def all(self) -> str:
        return "\n".join(self)


def test_template_writes_a_workbook_and_says_where(tmp_path: Path) -> None:
    said, path = Said(), tmp_path / "a.xlsx"

    code = commands.template("internship", path, school=SCHOOL, year=2025, say=said.append)

    assert (code, path.exists()) == (0, True)
    assert "学生实习情况" in said.all


def test_template_without_a_form_names_them_all() -> None:
    said = Said()

    code = commands.template(None, None, school=None, year=None, say=said.append)

    assert code == 0
    assert [line.split()[0] for line in said] == list(submitted_forms())
    assert all(
        one.title.zh in said.all and one.title.en in said.all for one in submitted_forms().values()
    )


def test_template_offers_the_nearest_name_of_a_form(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="internship"):
        commands.template("internships", tmp_path / "a.xlsx", school=None, year=None, say=print)


def test_submit_prints_the_receipt_in_both_languages(warehouse: Warehouse, tmp_path: Path) -> None:
    said, path = Said(), delimited(tmp_path / "a.csv", [HEADERS, row()])

    code = commands.submit_file(warehouse, path, REQUEST, Output(say=said.append))

    assert code == 0
    assert "报送回执" in said.all
    assert "Receipt HZ-" in said.all
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv"]


def test_submit_leaves_a_commented_copy_where_rows_were_refused(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    said, path = Said(), delimited(tmp_path / "a.csv", [HEADERS, row("许多")])

    code = commands.submit_file(warehouse, path, REQUEST, Output(say=said.append, lang="en"))

    copy = tmp_path / "a-批注-commented.xlsx"
    assert (code, copy.exists()) == (2, True)
    assert recognise(read(copy), None).cells.height == 1
    assert "报送回执" not in said.all


def test_submit_speaks_json_to_other_systems(
    warehouse: Warehouse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = delimited(tmp_path / "a.csv", [HEADERS, row("许多")])

    code = commands.submit_file(warehouse, path, REQUEST, Output(say=print, as_json=True))

    assert code == 2
    assert json.loads(capsys.readouterr().out)["rows_refused"] == 1


def test_load_says_what_became_of_every_batch_and_bad_file(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    delimited(
        tmp_path / "enrolment-2025-43.csv",
        [HEADERS, row(), row("许多", sex="1"), row(school="3643999999")],
    )
    delimited(tmp_path / "staff-2025-43.csv", [HEADERS, row()])
    said = Said()

    code = commands.load(warehouse, tmp_path, now=REQUEST.now, by="省级平台", say=said.append)

    assert code == 1
    assert "1 行接受 rows accepted, 1 行退回 refused" in said.all
    assert "“在校生数”填了“许多”" in said.all
    assert "3643999999" in said.all
    assert "✗ staff-2025-43.csv" in said.all


def test_each_submission_of_a_package_has_its_receipt(warehouse: Warehouse, tmp_path: Path) -> None:
    lines = [HEADERS, row(), row("许多", sex="1"), row(school="3643000002")]
    delimited(tmp_path / "enrolment-2025-43.csv", lines)
    letters = tmp_path / "letters"

    commands.load(warehouse, tmp_path, now=REQUEST.now, by="省级平台", say=print, letters=letters)

    one, other = sorted(letters.glob("*.txt"))
    (book,) = letters.glob("*.xlsx")
    assert book.name == f"{one.stem}-批注-commented.xlsx"
    assert one.name.startswith(f"{SCHOOL}-enrolment-2025-HZ-2026-")
    assert other.name.startswith("3643000002-enrolment-2025-HZ-2026-")
    said = one.read_text(encoding="utf-8")
    assert "接受 1 行，退回 1 行" in said
    assert "1 rows accepted, 1 refused" in said
    assert "■ F3  “在校生数”填了“许多”，不是数。 只填阿拉伯数字，不带文字。" in said
    assert "“许多”" not in other.read_text(encoding="utf-8")
    table = recognise(read(book), form("enrolment"))
    assert identify.schools(table) == {SCHOOL}  # the rows of nobody else
    assert table.cells.height == 2
    sheet = openpyxl.load_workbook(book)[table.sheet.name]
    comments = [
        cell.comment.text
        for line in sheet.iter_rows()
        for cell in line
        if cell.comment and "退回 Refused" in cell.comment.text
    ]
    assert len(comments) == 1
    assert "“在校生数”填了“许多”" in comments[0]
    assert "row 3 of enrolment-2025-43.csv" in comments[0]


def test_a_receipt_read_from_the_ledger_is_the_one_that_was_given(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = delimited(tmp_path / "a.csv", [HEADERS, row(), row("许多", sex="1")])
    given = submit(warehouse, path, now=REQUEST.now, by="填报人")

    (kept,) = receipts(warehouse, [given.submission])

    assert kept == given


def test_load_again_says_that_nothing_was_left_to_do(warehouse: Warehouse, tmp_path: Path) -> None:
    delimited(tmp_path / "enrolment-2025-43.csv", [HEADERS, row()])
    commands.load(warehouse, tmp_path, now=REQUEST.now, by="省级平台", say=print)
    said = Said()

    code = commands.load(warehouse, tmp_path, now=REQUEST.now, by="省级平台", say=said.append)

    assert code == 0
    assert "passed over" in said.all


def test_a_package_loaded_again_still_writes_the_receipts_of_its_first_load(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    (tmp_path / "package").mkdir()
    delimited(tmp_path / "package" / "a.csv", [HEADERS, row(45)])
    first, again = tmp_path / "first", tmp_path / "again"

    for letters in (first, again):
        commands.load(
            warehouse,
            tmp_path / "package",
            now=REQUEST.now,
            by="省级平台",
            say=print,
            letters=letters,
        )

    assert [file.name for file in first.iterdir()] == [file.name for file in again.iterdir()]
    assert [file.read_text() for file in first.iterdir()] == [file.read_text() for file in again.iterdir()]  # fmt: skip
    assert list(first.iterdir())
