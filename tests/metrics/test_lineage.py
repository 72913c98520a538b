"""From a number back to the cell of a sheet, and to what rules found there."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from metrics.commands import review as review_lines
from metrics.lineage import trace
from metrics.measure import Question, State
from metrics.plan import plan
from metrics.review import flags, review
from metrics.school import newest, submissions
from metrics.sheets import columns_behind
from tests.factories import batch
from tests.metrics.conftest import Ministry
from warehouse.discovery import form
from warehouse.places import NATION

FURONG, YEAR = 430102, 2023
HEADERS = '{"specialty": "A", "grade": "B", "kind": "C", "interns": "D", "insured": "E"}'


def ask(name: str, place: int, year: int = YEAR) -> Question:
    return Question(metrics=(name,), places=(place,), years=(year,))


def interns(grade: str, kind: str, number: int, insured: int) -> dict[str, Any]:
    return {
        "specialty": "720201",
        "grade": grade,
        "kind": kind,
        "interns": number,
        "insured": insured,
    }


@pytest.fixture(scope="module")
def school(ministry: Ministry) -> int:
    """A school that sent its internships twice more: a first-year on a post, then the insured corrected."""
    school = ministry.schools["A"]
    for insured in (87, 100):
        rows = [interns("3", "post", 100, insured), interns("1", "post", 2, 2)]
        ministry.worker.record(
            _with_breach(batch(form("internship"), 2026, {school: rows}), school)
        )
    return school


def _with_breach(made: Any, school: int) -> Any:
    line = {
        "school_id": school, "sheet": "1", "sheet_row": 6, "column": "interns", "value": "2",
        "rule": "no_first_grade_posts", "answer": "breach", "law": "RL1", "message_zh": "一年级 2 人",
        "message_en": "2 first-years", "explanation": "已召回",
    }  # fmt: skip
    from dataclasses import replace

    found = pl.DataFrame([line], schema_overrides={"school_id": pl.Int64}).select(
        made.findings.columns
    )
    headed = made.submissions.with_columns(headers=pl.lit(HEADERS))
    return replace(made, findings=found, submissions=headed)


def test_a_number_is_opened_down_to_row_and_cell(ministry: Ministry, school: int) -> None:
    audience = ministry.audience(school)
    with ministry.web.reading(audience.scope) as reader:
        opened = trace(reader, audience, ask("insured", school, 2026))

    insured, interned = opened.terms
    (source,) = insured.sources
    assert opened.cell.value == 100.0
    assert (insured.cell.value, interned.cell.value) == (102, 102)
    assert (insured.is_denominator, interned.is_denominator) == (False, True)
    assert [row.number for row in source.rows] == [5, 6]
    assert source.rows[0].cells[-1] == ("insured", "E", 100)
    assert source.submission and source.submission.revision == 3  # noqa: PT018 - one thought


def test_every_revision_stays_readable_with_what_it_said(ministry: Ministry, school: int) -> None:
    audience = ministry.audience(school)
    with ministry.web.reading(audience.scope) as reader:
        (source,) = trace(reader, audience, ask("insured", school, 2026)).terms[0].sources

    assert [(one.revision, one.value, one.is_current) for one in source.revisions] == [
        (3, 102, True),
        (2, 89, False),
        (1, 20, False),
    ]


def test_only_the_rows_of_the_part_are_shown(ministry: Ministry, school: int) -> None:
    audience = ministry.audience(school)
    with ministry.web.reading(audience.scope) as reader:
        (term,) = trace(reader, audience, ask("first_year_posts", school, 2026)).terms

    assert [row.number for row in term.sources[0].rows] == [6]
    assert term.label == ("实习学生数（一年级、岗位实习）", "Interns (Grade 1, Post internship)")


def test_a_verdict_opens_into_the_columns_it_looks_at() -> None:
    verdict, universe = (plan("met_students_per_teacher", 2025).sums[n][0] for n in (0, 1))

    assert [(one.form, one.column) for one in columns_behind(verdict)] == [
        ("enrolment", "students"),
        ("staff", "persons"),
    ]
    assert ("register", "founded") in {(one.form, one.column) for one in columns_behind(universe)}


def test_above_the_school_a_number_opens_into_its_children(ministry: Ministry) -> None:
    audience = ministry.audience(FURONG)
    with ministry.web.reading(audience.scope) as reader:
        opened = trace(reader, audience, ask("students", FURONG, 2025))

    assert opened.children is not None
    assert [cell.value for _, cell in opened.children.column("students", 2025)] == [175, 350]
    assert opened.terms[0].sources == ()


def test_a_neighbour_sees_no_sheet(ministry: Ministry) -> None:
    audience = ministry.audience(ministry.schools["B"])
    with ministry.web.reading(audience.scope) as reader:
        opened = trace(reader, audience, ask("students", FURONG, 2025))

    assert opened.children is not None
    assert [place for place, _ in opened.children.column("students", 2025)] == [
        ministry.schools["B"]
    ]


def test_the_review_lists_breaches_by_rule_with_the_schools_they_touch(
    ministry: Ministry, school: int
) -> None:
    audience = ministry.audience()
    with ministry.web.reading(audience.scope) as reader:
        found = review(reader, audience, Question(metrics=(), places=(NATION,), years=(2026,)))
        (flag,) = flags(reader, newest(submissions(reader, school, 2026)))

    (one,) = found.tallies
    assert (one.rule, one.answer, one.law, one.rows, one.schools) == (
        "no_first_grade_posts", "breach", "RL1", 1, 1)  # fmt: skip
    assert flag.explanation == "已召回"
    assert flag.message.en == "2 first-years"


def test_a_stranger_reads_no_flag(ministry: Ministry, school: int) -> None:
    audience = ministry.audience(440000)
    with ministry.worker.writing() as worker:
        everything = worker.rows(sa.text("SELECT submission_id FROM submission"))
    with ministry.web.reading(audience.scope) as reader:
        assert submissions(reader, school, 2026) == []
        assert flags(reader, [found[0] for found in everything]) == ()
        assert (
            review(reader, audience, Question(metrics=(), places=(440000,), years=(2026,))).tallies
            == ()
        )


@pytest.mark.parametrize(("lang", "expected"), [("zh", "违规 RL1"), ("en", "breach RL1")])
def test_the_command_says_it_in_either_language(
    ministry: Ministry, school: int, lang: str, expected: str
) -> None:
    lines = list(review_lines(ministry.web, 2026, NATION, lang))

    assert any(line.startswith(expected) for line in lines)
    assert any(str(ministry.web.ladder.place(school).code) in line for line in lines)


def test_nothing_submitted_opens_into_nothing(ministry: Ministry) -> None:
    audience = ministry.audience()
    with ministry.web.reading(audience.scope) as reader:
        opened = trace(reader, audience, ask("starting_pay", ministry.schools["A"], 2025))

    assert opened.cell.state is State.NOT_SUBMITTED
    assert all(term.cell.value is None for term in opened.terms)
