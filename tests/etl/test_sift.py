"""The three answers, duplicates, the law of the day, and that no row is ever lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from etl.harmonise import harmonise
from etl.outcome import Outcome, judge, place
from etl.readers import read
from etl.recognise import recognise
from tests.etl.files import HEADERS, delimited, row
from warehouse.discovery import form
from warehouse.domains.internship import LINES
from warehouse.form import Form, Kind

ENROLMENT, INTERNSHIP, STAFF, FLOW = map(form, ("enrolment", "internship", "staff", "flow"))
SCHOOLS = pl.DataFrame({"school_id": [7, 8], "code": ["3643000001", "3643000002"]})


def brought(
    path: Path, year: int = 2025, declared: type[Form] | None = None, **context: int | None
) -> Outcome:
    """What becomes of a file; `context` are the numbers of other forms for school 7."""
    table = recognise(read(path), declared)
    known = pl.DataFrame({"school_id": [7], **{name: [value] for name, value in context.items()}})
    absent = [name for name in table.form.refers if name not in context]
    known = known.with_columns(pl.lit(None, dtype=pl.Int64).alias(name) for name in absent)
    return judge(place(harmonise([table]), SCHOOLS), year, known)


def enrolled(tmp_path: Path, *lines: list[Any], **options: Any) -> Outcome:
    return brought(delimited(tmp_path / "a.csv", [HEADERS, *lines]), **options)


def interns(tmp_path: Path, *lines: dict[str, Any], year: int = 2025, **context: int) -> Outcome:
    """Internship rows: 100 on post internships in grade 3, all in order, but for what is given."""
    order = {c.name: "0" for c in INTERNSHIP.measures()} | dict.fromkeys(
        ("interns", "agreements", "insured", "consents", "matched", "pay_due", "pay_met"), "100"
    )
    good = {
        "school_code": "3643000001",
        "specialty": "720201",
        "grade": "3",
        "kind": "post",
        **order,
    }
    filled = [{**good, **line} for line in lines]
    names = list(dict.fromkeys(name for line in filled for name in line))
    path = delimited(
        tmp_path / "a.csv", [names, *([line.get(n) for n in names] for line in filled)]
    )
    return brought(path, year, None, **context)


def refused(outcome: Outcome) -> list[tuple[int, str | None, str]]:
    return list(outcome.rejections.select("sheet_row", "column", "rule").iter_rows())


def found(outcome: Outcome) -> list[tuple[str, str]]:
    return list(outcome.findings.select("answer", "rule").iter_rows())


def test_a_good_row_is_accepted_without_a_word(tmp_path: Path) -> None:
    outcome = enrolled(tmp_path, row(45, 45, grade="1"))

    assert outcome.rows.to_dicts() == [
        {"school_id": 7, "sheet_row": 2, "specialty": "720201", "grade": "1", "sex": "2",
         "students": 45, "entrants": 45, "graduates": 0}
    ]  # fmt: skip
    assert (refused(outcome), found(outcome)) == ([], [])


def test_what_cannot_be_true_is_refused_and_kept(tmp_path: Path) -> None:
    outcome = enrolled(tmp_path, row(40, 3, grade="二年级"), row(sex="1"))

    assert refused(outcome) == [(2, "entrants", "entrants_enter_first_grade")]
    kept = outcome.rejections.row(0, named=True)
    assert kept["value"] == "3"
    assert kept["message_zh"] == "招生 3 人填在“二年级”，招生只能在一年级。"
    assert kept["message_en"] == "3 entrants stand in 'Grade 2'; entrants are in grade 1."
    assert kept["todo_zh"]
    assert kept["todo_en"]
    assert '"年级":"二年级"' in kept["cells"]
    assert outcome.rows["sheet_row"].to_list() == [3]


def test_what_is_true_but_unlawful_is_accepted_as_a_breach(tmp_path: Path) -> None:
    outcome = interns(tmp_path, {"grade": "1", "explanation": "校企合作试点"})

    assert found(outcome) == [("breach", "no_first_grade_posts")]
    assert outcome.rows.height == 1
    told = outcome.findings.row(0, named=True)
    assert (told["law"], told["explanation"]) == ("RL1", "校企合作试点")
    assert told["message_en"] == "100 first-year students are on post internships."


def test_observation_in_the_first_year_is_lawful(tmp_path: Path) -> None:
    assert found(interns(tmp_path, {"grade": "1", "kind": "认识实习"})) == []


def test_the_insured_cannot_outnumber_the_interns(tmp_path: Path) -> None:
    outcome = interns(tmp_path, {"insured": "101"})

    assert refused(outcome) == [(2, "insured", "insured_within")]


RED = [name for name in INTERNSHIP.columns if name in LINES]


@pytest.mark.parametrize("line", RED)
def test_no_red_line_is_crossed_by_more_than_there_are(tmp_path: Path, line: str) -> None:
    assert refused(interns(tmp_path, {line: "101"})) == [(2, "interns", "lines_within")]
    assert refused(interns(tmp_path, {line: "100"})) == []


def test_every_count_of_a_red_line_is_bound_by_the_interns() -> None:
    judged = {rule.blame for rule in INTERNSHIP.rules.values() if rule.law} - {"interns"}
    by_a_rule_of_its_own = {"agreements", "consents", "insured", "matched", "pay_met"}

    assert judged <= {*RED, *by_a_rule_of_its_own}


@pytest.mark.parametrize(
    ("over", "nights", "filed", "lawful"),
    [("9", "9", "9", True), ("9", "0", "8", False), ("0", "9", "8", False), ("5", "4", "5", True), ("1", "0", "0", False)],
)  # fmt: skip
def test_overtime_and_nights_are_covered_by_filed_exemptions(
    tmp_path: Path, over: str, nights: str, filed: str, *, lawful: bool
) -> None:
    line = {"over_hours": over, "night_shift": nights, "filed_exemptions": filed}

    assert found(interns(tmp_path, line)) == ([] if lawful else [("breach", "no_over_hours")])


def test_what_is_unusual_is_accepted_with_a_remark(tmp_path: Path) -> None:
    outcome = interns(tmp_path, {}, students=60)

    assert found(outcome) == [("remark", "interns_within_students")]


def test_a_rule_without_the_other_form_says_nothing(tmp_path: Path) -> None:
    assert found(interns(tmp_path, {})) == []


def test_a_limit_judges_only_the_years_it_is_law(tmp_path: Path) -> None:
    assert found(interns(tmp_path, {"grade": "1"}, year=2021)) == [
        ("breach", "no_first_grade_posts")
    ]
    assert found(interns(tmp_path, {"grade": "1"}, year=2020)) == []


def test_rows_of_one_key_are_all_refused_for_none_can_be_preferred(tmp_path: Path) -> None:
    outcome = enrolled(tmp_path, row(45), row(40, sex="1"), row(46), row(47))

    assert refused(outcome) == [
        (2, "sex", "duplicate"),
        (4, "sex", "duplicate"),
        (5, "sex", "duplicate"),
    ]
    assert "第 5 行" in outcome.rejections["message_zh"][0]
    assert "Row 2 " in outcome.rejections["message_en"][1]


def test_a_form_with_one_row_a_school_has_no_second(tmp_path: Path) -> None:
    lines = [[str(0)] * len(FLOW.columns)] * 2
    path = delimited(
        tmp_path / "a.csv", [["school_code", *FLOW.columns], *(["3643000001", *x] for x in lines)]
    )

    assert refused(brought(path)) == [(2, None, "duplicate"), (3, None, "duplicate")]


def test_one_row_may_be_refused_for_several_cells(tmp_path: Path) -> None:
    outcome = enrolled(tmp_path, row("四十", specialty="护里", year="今年"))

    assert refused(outcome) == [
        (2, "students", "not_a_number"),
        (2, "year", "not_a_year"),
        (2, "specialty", "unknown_code"),
    ]
    assert "720201 护理" in outcome.rejections["todo_zh"][2]
    assert outcome.submissions["rows_refused"].to_list() == [1]


def test_a_row_with_more_cells_than_headers_is_refused(tmp_path: Path) -> None:
    outcome = enrolled(tmp_path, row(), [*row(sex="1"), "1"])

    assert refused(outcome) == [(3, None, "too_many_cells")]


def test_rows_of_schools_not_due_are_reported(tmp_path: Path) -> None:
    table = recognise(
        read(delimited(tmp_path / "a.csv", [HEADERS, row(), row(school="3699999999")])), None
    )

    placed = place(harmonise([table]), SCHOOLS)

    written = placed.raw["school_code"].gather(placed.strangers["place"])
    assert written.to_list() == ["3699999999"]
    assert placed.strangers["sheet_row"].to_list() == [3]


def test_the_same_rows_have_the_same_hash_and_others_another(tmp_path: Path) -> None:
    def hashed(*lines: list[Any]) -> str:
        return str(enrolled(tmp_path, *lines).submissions["content_hash"][0])

    once, other = row(school="3643000002"), row(45, school="3643000002")

    assert hashed(row(), once) == hashed(row(), other)  # the other school's rows do not matter
    assert hashed(row()) != hashed(row(41))
    assert hashed(row()) != hashed([None] * 8, row())  # the row's number is part of its address


def test_headers_lead_back_to_the_sheet_s_columns(tmp_path: Path) -> None:
    headers = enrolled(tmp_path, row()).submissions["headers"][0]

    assert '"students": "F"' in headers


def test_a_sensitive_text_is_never_in_a_sentence() -> None:
    from etl.sift import slots

    phone = form("register").columns["phone"]
    shown = pl.DataFrame({"phone": ["13800000000"]}).select(slots(form("register"), "zh")["phone"])

    assert phone.kind is Kind.TEXT
    assert "138" not in str(shown.item())


WRITTEN = some.one_of(
    some.none(),
    some.integers(-5, 200).map(str),
    some.sampled_from(["", " ", "十", "1.5", "１２", "—", "1,0"]),
)
CODED = some.sampled_from(["720201", "护理", "护里", "", "合计", "610101"])
LINE = some.tuples(
    CODED,
    some.sampled_from(["1", "二年级", "九", ""]),
    some.sampled_from(["男", "2", "x"]),
    WRITTEN,
    WRITTEN,
    WRITTEN,
).map(lambda cells: ["3643000001", "2025", *cells])


@settings(deadline=None, max_examples=60)
@given(lines=some.lists(LINE, min_size=1, max_size=12))
def test_no_row_is_lost(tmp_path_factory: pytest.TempPathFactory, lines: list[list[Any]]) -> None:
    path = delimited(
        tmp_path_factory.mktemp("rows") / "a.csv", [HEADERS, row("0", specialty="610102"), *lines]
    )

    outcome = brought(path)

    filled = sum(any((cell or "").strip() for cell in line[2:]) for line in lines) + 1
    accepted, turned_away = set(outcome.rows["sheet_row"]), set(outcome.rejections["sheet_row"])
    assert accepted.isdisjoint(turned_away)
    assert len(accepted) + len(turned_away) == filled
