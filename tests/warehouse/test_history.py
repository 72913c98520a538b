"""A changed definition has a dated line that says why; the lines are only ever added to."""

from __future__ import annotations

from datetime import date

from metrics.discovery import metrics
from metrics.history import history, meanings
from warehouse.history import Revision, complaints, field_history, field_meanings, read
from warehouse.text import Text

NOTHING = Text("", "")
FIRST = Revision(date(2026, 1, 5), "a / b | year | %", NOTHING)
WHY = Text("原因", "the reason")


def test_every_metric_and_field_means_what_its_last_line_says() -> None:
    """What a failure asks for: the line to add to metrics/catalogue/history.csv or warehouse/domains/history.csv."""
    said = [*complaints(meanings(), history()), *complaints(field_meanings(), field_history())]

    assert said == []


def test_a_changed_formula_without_a_line_is_refused() -> None:
    kept = {"share": [FIRST]}

    assert complaints({"share": "a / b | year | %"}, kept) == []
    assert "a / c" in complaints({"share": "a / c | year | %"}, kept)[0]
    assert "is new" in complaints({"share": FIRST.meaning, "other": "x"}, kept)[0]
    assert "declared no more" in complaints({}, kept)[0]


def test_a_line_of_a_change_has_a_later_day_and_a_reason() -> None:
    later = Revision(date(2026, 2, 1), "a / c | year | %", WHY)
    meaning = {"share": later.meaning}

    assert complaints(meaning, {"share": [FIRST, later]}) == []
    assert "reason" in complaints(meaning, {"share": [FIRST, later._replace(why=NOTHING)]})[0]
    assert "earlier day" in complaints(meaning, {"share": [FIRST, later._replace(on=date(2025, 1, 1))]})[0]  # fmt: skip


def test_the_formula_of_a_real_metric_is_what_is_held() -> None:
    """The meaning moves with the declaration itself: another divisor is another meaning."""
    one = metrics()["students_per_teacher"]
    other = metrics()["class_size"]

    assert meanings()[one.name] == history()[one.name][-1].meaning
    assert meanings()[other.name] != history()[other.name][0].meaning
    assert "class_band.classes" in history()["class_size"][-1].meaning
    assert history()["class_size"][-1].why.en.startswith("Classes are asked for")


def test_withdrawn_fields_stay_on_record() -> None:
    lines = field_history()["register.classes"]

    assert lines[0].meaning
    assert lines[-1].meaning == ""
    assert lines[-1].why.zh


def test_the_files_can_be_read_by_anyone() -> None:
    from metrics.history import LINES
    from warehouse.history import FIELDS

    for path in (LINES, FIELDS):
        assert path.read_text(encoding="utf-8").startswith("name,on,meaning,why_zh,why_en\n")
        assert all(read(path).values())
