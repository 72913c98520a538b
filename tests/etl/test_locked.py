"""Numbers that belong to another form: filled in and locked in the workbook, and never taken from a file in silence."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from etl import templates
from etl.entry import document, letters
from etl.harmonise import harmonise
from etl.outcome import Outcome, judge, place
from etl.readers import read
from etl.recognise import recognise
from warehouse.discovery import form

FLOW = form("flow")
SCHOOL = "3643000001"
SCHOOLS = pl.DataFrame({"school_id": [7], "code": [SCHOOL]})
KNOWN = {"students_last_year": 300, "entered": 120, "graduated": 90, "end": 320}
OWN = {"start": 300, "dropped_out": 10} | dict.fromkeys(
    ("readmitted", "transferred_in", "other_in", "completed", "cancelled", "suspended", "transferred_out", "died", "other_out"), 0
)  # fmt: skip


def brought(path: Path, **known: int | None) -> Outcome:
    context = pl.DataFrame(
        {"school_id": [7], **{name: [n] for name, n in known.items()}},
        schema={"school_id": pl.Int64, **dict.fromkeys(FLOW.refers, pl.Int64)},
    )
    return judge(place(harmonise([recognise(read(path), FLOW)]), SCHOOLS), 2025, context)


def workbook(tmp_path: Path, given: dict[str, int] | None = None, **typed: int) -> Path:
    return templates.write(
        FLOW, tmp_path / "flow.xlsx", school=SCHOOL, year=2025, rows=pl.DataFrame([OWN | typed]), given=given
    )  # fmt: skip


def csv(tmp_path: Path, **carried: object) -> Path:
    said = {"school_code": SCHOOL, "year": 2025, **OWN, **carried}
    path = tmp_path / "flow.csv"
    path.write_text(",".join(said) + "\n" + ",".join(map(str, said.values())) + "\n", "utf-8")
    return path


def found(outcome: Outcome) -> list[tuple[str, str]]:
    return list(outcome.findings.select("column", "rule").iter_rows())


def test_a_template_made_for_a_school_shows_the_numbers_of_other_forms_locked(
    tmp_path: Path,
) -> None:
    sheet = openpyxl.load_workbook(workbook(tmp_path, KNOWN)).worksheets[0]
    at = letters(FLOW)["entered"]
    cell = sheet[f"{at}{templates.FIRST_ROW + 1}"]

    assert cell.value == 120
    assert cell.fill.fgColor.rgb != sheet[f"A{templates.FIRST_ROW + 1}"].fill.fgColor.rgb
    assert "分专业学生数" in sheet[f"{at}{templates.NOTE_ROW + 1}"].value
    rules = [r for r in sheet.data_validations.dataValidation if cell.coordinate in r.sqref]
    assert [(r.type, r.formula1) for r in rules] == [("custom", "FALSE")]


def test_a_template_for_nobody_leaves_them_empty(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(workbook(tmp_path)).worksheets[0]

    assert sheet[f"{letters(FLOW)['entered']}{templates.FIRST_ROW + 1}"].value is None


def test_the_numbers_of_a_template_come_back_without_a_word(tmp_path: Path) -> None:
    outcome = brought(workbook(tmp_path, KNOWN), **KNOWN)

    assert outcome.rows.height == 1
    assert found(outcome) == []
    assert not {"entered", "graduated", "end", "said_entered"} & set(outcome.rows.columns)


def test_a_file_of_the_old_form_with_equal_numbers_is_taken_as_before(tmp_path: Path) -> None:
    old = {"招生数": 120, "毕业数": 90, "本学年初在校生数": "320"}

    assert found(brought(csv(tmp_path, **old), **KNOWN)) == []


def test_another_number_is_named_once_and_not_used(tmp_path: Path) -> None:
    outcome = brought(csv(tmp_path, 招生=125), **KNOWN)

    assert outcome.rows.height == 1
    assert found(outcome) == [("entered", "entered_belongs_to_enrolment")]
    (zh,), (en,) = outcome.findings.select("message_zh", "message_en").get_columns()
    assert "分专业学生数" in zh
    assert "120" in zh
    assert "125" in zh
    assert "Students by specialty" in en


@pytest.mark.parametrize("written", ["12O", "约120人"])
def test_what_is_no_number_is_named_as_well(tmp_path: Path, written: str) -> None:
    outcome = brought(csv(tmp_path, 招生=written), **KNOWN)

    assert found(outcome) == [("entered", "entered_belongs_to_enrolment")]


def test_before_the_owner_is_in_the_balance_says_nothing_and_a_carried_number_is_named(
    tmp_path: Path,
) -> None:
    silent = dict.fromkeys(KNOWN)

    assert found(brought(csv(tmp_path), **silent)) == []
    assert found(brought(csv(tmp_path, 招生=120), **silent)) == [
        ("entered", "entered_belongs_to_enrolment")
    ]


def test_the_balance_is_reckoned_with_the_owners_numbers(tmp_path: Path) -> None:
    outcome = brought(csv(tmp_path, 招生=999), **KNOWN | {"entered": 121})

    assert outcome.rows.is_empty()
    assert outcome.rejections["rule"].to_list() == ["stock_and_flow_balance"]
    assert "121" in outcome.rejections["message_zh"][0]


def test_a_draft_that_still_holds_such_a_number_does_not_send_it() -> None:
    row = {name: str(n) for name, n in OWN.items()}

    assert document(FLOW, 2025, SCHOOL, [row | {"entered": "5"}]) == document(FLOW, 2025, SCHOOL, [row])  # fmt: skip
