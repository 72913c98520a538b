"""The workbook a school fills: complete in both languages, read back as it was filled, commented."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from etl import guide, identify, templates
from etl.comments import annotate, mark_of
from etl.errors import NoData
from etl.harmonise import harmonise
from etl.readers import read
from etl.recognise import recognise
from etl.submission import submit
from tests.etl.files import HEADERS, SCHOOL, delimited, row, xlsx
from warehouse.discovery import submitted_forms
from warehouse.form import Column, Form, Kind
from warehouse.store import Warehouse

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
FORMS = list(submitted_forms().values())
each_form = pytest.mark.parametrize("form", FORMS, ids=[f.name for f in FORMS])


def example(column: Column) -> str:
    """A value that the column takes."""
    if column.codes is not None:
        return next(iter(column.codes.labels))
    if column.kind is Kind.INTEGER:
        return str(max(column.minimum or 0, 1)) + (".2345" if column.scale > 1 else "")
    return "2025-09-01" if column.kind is Kind.DATE else "某某"


def typed(column: Column) -> object:
    """What that value means."""
    said = example(column)
    if column.kind is Kind.DATE:
        return date.fromisoformat(said)
    return round(float(said) * column.scale) if column.kind is Kind.INTEGER else said


def filled(form: type[Form]) -> pl.DataFrame:
    values = {name: example(column) for name, column in form.columns.items()}
    return pl.DataFrame([{**values, "explanation": "原因"}])


@each_form
def test_a_filled_template_reads_back_what_was_filled_in(form: type[Form], tmp_path: Path) -> None:
    path = templates.write(form, tmp_path / "a.xlsx", school=SCHOOL, year=2025, rows=filled(form))

    table = recognise(read(path), None)
    rows = harmonise([table])

    assert table.form is form
    assert (table.ignored, rows.refused.height) == ((), 0)
    assert identify.school(table, None) == SCHOOL
    assert identify.year(table, None, NOW.date()) == 2025
    (line,) = rows.rows.to_dicts()
    assert line["sheet_row"] == templates.FIRST_ROW + 1
    for name, column in form.columns.items():
        assert line[name] == typed(column)
    assert line["explanation"] == "原因"


@each_form
def test_a_blank_template_is_no_submission(form: type[Form], tmp_path: Path) -> None:
    with pytest.raises(NoData):
        recognise(read(templates.write(form, tmp_path / "a.xlsx")), None)


@each_form
def test_a_template_offers_every_code_and_explains_every_column_and_rule(
    form: type[Form], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(templates.write(form, tmp_path / "a.xlsx"))
    fill, codes, notes = (book[name] for name in (templates.FILL, guide.CODES, guide.NOTES))

    said = {
        str(cell.value) for page in (notes, codes) for line in page.iter_rows() for cell in line
    }
    for column in form.columns.values():
        assert column.label.en in said
        for code in column.codes.labels if column.codes else ():
            assert code in said
    assert set(form.rules) <= said
    lists = [v for v in fill.data_validations.dataValidation if v.type == "list"]
    assert len(lists) == sum(column.codes is not None for column in form.columns.values())
    assert fill.freeze_panes is not None


def test_a_header_states_its_unit_in_both_languages() -> None:
    header = templates.header("equipment", submitted_forms()["estate"].columns["equipment"])

    assert header == "教学实习仪器设备值（万元）*\nTeaching equipment value (10,000 CNY)"


def test_a_filled_template_is_accepted_whole(warehouse: Warehouse, tmp_path: Path) -> None:
    form = submitted_forms()["estate"]
    rows = pl.DataFrame([{
        "land": 41000, "buildings": 25000, "practice_buildings": 8000, "equipment": "1234.5678",
        "books": 40000, "computers": 300, "workstations": 200,
    }])  # fmt: skip
    path = templates.write(form, tmp_path / "a.xlsx", school=SCHOOL, year=2025, rows=rows)

    receipt = submit(warehouse, path, now=NOW, by="填报人")

    assert (receipt.rows_accepted, receipt.rows_refused) == (1, 0)


def comments(path: Path) -> dict[str, str]:
    """Comment text by cell, of the first sheet."""
    page = openpyxl.load_workbook(path).worksheets[0]
    return {c.coordinate: c.comment.text for line in page.iter_rows() for c in line if c.comment}


LINES: list[list[Any]] = [HEADERS, row(), [], row("四十", sex="1", specialty="护里")]


def test_refused_cells_are_commented_in_a_copy_of_the_workbook(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = xlsx(tmp_path / "a.xlsx", LINES)
    before = path.read_bytes()
    receipt = submit(warehouse, path, now=NOW, by="填报人")

    copy = annotate(receipt, path, tmp_path / "copy.xlsx")

    said = comments(copy)
    assert set(said) == {"C4", "F4"}
    assert "不是数" in said["F4"]
    assert "not a number" in said["F4"]
    assert path.read_bytes() == before
    assert submit(warehouse, copy, now=NOW, by="填报人").unchanged


@pytest.mark.parametrize("kind", ["csv", "parquet", "json"])
def test_for_other_files_a_filled_template_is_commented(
    warehouse: Warehouse, tmp_path: Path, kind: str
) -> None:
    path = delimited(tmp_path / f"a.{kind}", LINES)
    if kind == "parquet":
        pl.read_csv(path, infer_schema=False).write_parquet(path)
    if kind == "json":
        rows = [dict(zip(HEADERS, line or [None] * 8, strict=True)) for line in LINES[1:]]
        path.write_text(json.dumps(rows), encoding="utf-8")
    receipt = submit(warehouse, path, now=NOW, by="填报人")

    copy = annotate(receipt, path, tmp_path / "copy.xlsx")

    second = templates.FIRST_ROW + 2
    said = comments(copy)
    assert set(said) == {f"A{second}", f"D{second}"}
    assert f"第 {receipt.refusals[0].row} 行" in said[f"D{second}"]
    table = recognise(read(copy), None)
    assert table.cells.height == 2
    assert identify.school(table, None) == SCHOOL


def test_findings_are_commented_too(warehouse: Warehouse, tmp_path: Path) -> None:
    form = submitted_forms()["enrolment"]
    headers = [column.label.zh for column in form.columns.values()]
    path = xlsx(tmp_path / "a.xlsx", [headers, ["护理", "一年级", "女", 10, 60, 0]])
    receipt = submit(warehouse, path, school=SCHOOL, year=2025, now=NOW, by="填报人")

    said = comments(annotate(receipt, path, tmp_path / "copy.xlsx"))

    assert "请说明" in said["E2"]


def test_a_template_holds_no_formula_and_no_link(tmp_path: Path) -> None:
    rows = filled(submitted_forms()["register"]).with_columns(head=pl.lit("=1+1"))
    path = templates.write(submitted_forms()["register"], tmp_path / "a.xlsx", rows=rows)

    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_workbook_of_synthetic_data_says_so_where_it_is_read_and_where_it_is_printed(
    warehouse: Warehouse, tmp_path: Path, kind: str
) -> None:
    lines = [HEADERS, row(), row("许多", sex="1")]
    path = (
        xlsx(tmp_path / "a.xlsx", lines) if kind == "xlsx" else delimited(tmp_path / "a.csv", lines)
    )
    receipt = submit(warehouse, path, now=NOW, by="x")
    assert mark_of(warehouse) == ""
    warehouse.set("synthetic", "yes")

    copy = annotate(receipt, path, tmp_path / "copy.xlsx", mark_of(warehouse))

    book = openpyxl.load_workbook(copy)
    assert "合成数据 Synthetic data" in str(book[book.sheetnames[0]].oddHeader.center.text)
    said = [
        str(cell.value) for line in book.worksheets[0].iter_rows() for cell in line if cell.value
    ]
    assert kind == "xlsx" or any(
        "合成数据 Synthetic data" in text for text in said
    )  # a school's own sheet stays as it is


def test_a_blank_template_bears_no_mark(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(
        templates.write(submitted_forms()["register"], tmp_path / "a.xlsx")
    )

    assert not book.worksheets[0].oddHeader.center.text
