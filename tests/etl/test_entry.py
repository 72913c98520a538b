"""Entry in the page: a draft is checked and handed in by the rules of a workbook, and its messages find their cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from etl import entry, known
from etl.readers import read
from etl.receipt import Receipt
from etl.recognise import recognise
from etl.submission import submit
from warehouse import drafts
from warehouse.discovery import submitted_forms
from warehouse.drafts import EXPLANATION, Row, Sheet
from warehouse.form import Answer, Form
from warehouse.store import Warehouse

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
SCHOOL = "3643000001"
BLANK = dict.fromkeys(("entrants", "graduates"), "0")


def enrolment(students: str, grade: str = "2", **cells: str) -> dict[str, str]:
    return {
        "specialty": "720201",
        "grade": grade,
        "sex": "2",
        "students": students,
        **BLANK,
        **cells,
    }


@pytest.fixture
def sheet(warehouse: Warehouse) -> Sheet:
    places = warehouse.ladder.places.values()
    school = next(row.place_id for row in places if row.code == SCHOOL)
    return Sheet(form=submitted_forms()["enrolment"], year=2025, school=school)


def checked(warehouse: Warehouse, sheet: Sheet, rows: Sequence[Row]) -> entry.Checked:
    with warehouse.writing() as writer:
        return entry.check(writer, sheet, SCHOOL, rows)


def handed_in(
    warehouse: Warehouse, folder: Path, sheet: Sheet, rows: list[Row], year: int = 2025
) -> Receipt:
    path = folder / entry.file_name(sheet.form, year)
    path.write_bytes(entry.document(sheet.form, year, SCHOOL, rows))
    return submit(
        warehouse, path, form=sheet.form.name, school=SCHOOL, year=year, now=NOW, by="填报人"
    )


@pytest.mark.parametrize("form", submitted_forms().values(), ids=lambda form: form.name)
def test_every_column_of_a_draft_is_recognised_as_itself(form: type[Form], tmp_path: Path) -> None:
    path = tmp_path / "draft.json"
    path.write_bytes(entry.document(form, 2025, SCHOOL, [dict.fromkeys(form.columns, "1")]))

    table = recognise(read(path), form)

    assert list(table.columns) == list(entry.columns(form))
    assert table.letters == entry.letters(form)


def test_a_message_comes_back_at_its_cell(warehouse: Warehouse, sheet: Sheet) -> None:
    rows = [enrolment("45"), {}, enrolment("四十", "3")]

    found = checked(warehouse, sheet, rows)

    (message,) = found.messages
    assert (message.row, message.column, message.answer) == (3, "students", Answer.REFUSED)
    assert (message.rule, message.says.en) == (
        "not_a_number",
        "'Students' holds '四十', not a number.",
    )
    assert found.blocking == (message,)
    assert (found.accepted, found.refused, found.totals["students"]) == (1, 1, "45")


def test_checking_records_nothing(warehouse: Warehouse, sheet: Sheet) -> None:
    checked(warehouse, sheet, [enrolment("45")])

    with warehouse.writing() as writer:
        assert writer.scalar("SELECT count(*) FROM submission") == 0
        assert known.on_record(writer, sheet) == []


def test_an_empty_draft_has_nothing_to_say(warehouse: Warehouse, sheet: Sheet) -> None:
    assert checked(warehouse, sheet, [{}, {EXPLANATION: "x"}]) == entry.NOTHING


def test_check_and_submission_say_the_same(
    warehouse: Warehouse, sheet: Sheet, tmp_path: Path
) -> None:
    rows: list[Row] = [
        enrolment("45", "1", entrants="60"), enrolment("12", "2"), enrolment("12", "2"), enrolment("-1", "3"),
        {"specialty": "无此专业", "grade": "4", "students": "1"},
    ]  # fmt: skip

    found = checked(warehouse, sheet, rows)
    receipt = handed_in(warehouse, tmp_path, sheet, rows)

    letters = entry.letters(sheet.form)
    assert sorted((m.row, m.rule, letters.get(m.column or "")) for m in found.blocking) == sorted(
        (r.row, r.rule, r.letter) for r in receipt.refusals
    )
    assert {(f.row, f.rule) for f in receipt.findings} == {
        (m.row, m.rule) for m in found.messages if m.answer is not Answer.REFUSED
    }
    assert (found.accepted, found.refused) == (receipt.rows_accepted, receipt.rows_refused)


def test_the_same_draft_again_changes_nothing(
    warehouse: Warehouse, sheet: Sheet, tmp_path: Path
) -> None:
    first = handed_in(warehouse, tmp_path, sheet, [enrolment("45")])
    again = handed_in(warehouse, tmp_path, sheet, [enrolment("45")])

    assert (again.unchanged, again.submission, again.revision) == (True, first.submission, 1)


def test_a_reason_travels_with_its_row(warehouse: Warehouse, sheet: Sheet, tmp_path: Path) -> None:
    sudden: list[Row] = [enrolment("40", "1", entrants="90")]
    asked = checked(warehouse, sheet, sudden)
    assert [(each.rule, each.column) for each in asked.unexplained] == [
        ("entrants_stay", "entrants")
    ]
    assert asked.unexplained[0].todo.en == "Say where the others went."
    assert not asked.blocking

    explained: list[Row] = [{**sudden[0], EXPLANATION: "五十人未报到"}]
    assert checked(warehouse, sheet, explained).unexplained == ()
    receipt = handed_in(warehouse, tmp_path, sheet, explained)
    assert {each.explanation for each in receipt.findings} == {"五十人未报到"}
    with warehouse.writing() as writer:
        assert known.on_record(writer, sheet) == explained


def test_a_draft_begins_with_last_years_keys(
    warehouse: Warehouse, sheet: Sheet, tmp_path: Path
) -> None:
    handed_in(warehouse, tmp_path, sheet, [enrolment("100"), enrolment("90", "3")], 2024)

    with warehouse.writing() as writer:
        before = known.before(writer, sheet)
        rows = known.beginning(writer, sheet, before)

    assert [(row["specialty"], row["grade"]) for row in rows] == [("720201", "2"), ("720201", "3")]
    assert not any("students" in row for row in rows)
    assert before.totals["students"] == "190"
    assert before.of(sheet.form, rows[1])["students"] == "90"


def test_a_draft_after_a_return_begins_with_what_was_handed_in(
    warehouse: Warehouse, sheet: Sheet, tmp_path: Path
) -> None:
    rows: list[Row] = [enrolment("45"), enrolment("四十", "3")]
    handed_in(warehouse, tmp_path, sheet, rows)

    with warehouse.writing() as writer:
        found = known.beginning(writer, sheet, known.before(writer, sheet))

    assert found == rows


def test_what_is_typed_and_not_handed_in_is_known_by_what_it_says(
    warehouse: Warehouse, sheet: Sheet, tmp_path: Path
) -> None:
    seen = 0

    def is_unsent(students: str) -> bool:
        nonlocal seen
        with warehouse.writing() as writer:
            rows = [enrolment(students)]
            draft = drafts.save(writer, sheet, rows, seen=seen, now=NOW, by="填报人")
            seen = draft.version
            return known.is_unsent(writer, sheet, SCHOOL, draft)

    assert is_unsent("45")
    handed_in(warehouse, tmp_path, sheet, [enrolment("45")])
    assert not is_unsent("45")
    assert is_unsent("46")
    assert not is_unsent("45")  # typed back: the same rows are the same bytes


def test_words_become_codes_whatever_language_they_are_in(sheet: Sheet) -> None:
    said: list[Row] = [
        {"specialty": "护理", "grade": "二年级"},
        {"specialty": "Nursing", "grade": "?"},
    ]

    assert entry.plain(sheet.form, said) == [
        {"specialty": "720201", "grade": "2"}, {"specialty": "720201", "grade": "?"},
    ]  # fmt: skip


def test_of_a_draft_and_a_file_the_later_counts_whatever_the_clocks_say(
    warehouse: Warehouse, sheet: Sheet, tmp_path: Path
) -> None:
    """The day of a demo is pinned, so its clock begins anew at midnight."""

    def shown() -> list[Row]:
        with warehouse.writing() as writer:
            draft = drafts.newest(writer, sheet)
            return known.rows_now(writer, sheet, draft, known.before(writer, sheet))

    def sent(students: str, at: datetime) -> None:
        path = tmp_path / f"{students}.json"
        path.write_bytes(entry.document(sheet.form, 2025, SCHOOL, [enrolment(students)]))
        submit(warehouse, path, form="enrolment", school=SCHOOL, year=2025, now=at, by="填报人")

    sent("45", NOW)
    with warehouse.writing() as writer:
        earlier = NOW - timedelta(hours=8)
        drafts.save(writer, sheet, [enrolment("46")], seen=0, now=earlier, by="填报人")
    assert [row["students"] for row in shown()] == ["46"]

    sent("47", NOW - timedelta(hours=9))
    assert [row["students"] for row in shown()] == ["47"]
