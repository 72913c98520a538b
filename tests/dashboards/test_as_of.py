"""An address with a moment of the past restores everything that was seen then, and says that it does."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest

from dashboards.i18n import LANGS
from metrics.commands import review
from tests.factories import batch, students
from tests.readers import (
    FOUNDED,
    YEAR,
    Ministry,
    asked_by_dash,
    hand_in,
    page_of,
    part_of,
    reopen,
    section,
)
from warehouse.discovery import form


def now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat()


def refuse(ministry: Ministry, name: str, number: int = 7) -> None:
    """The school reports a form of which every row is refused."""
    made = batch(form(name), YEAR, {ministry.at("school"): students(g1=number)})
    counted = made.submissions.with_columns(rows_accepted=pl.lit(0), rows_refused=pl.lit(3))
    reopen(ministry.worker, ministry.at("school"))
    ministry.worker.record(replace(made, rows=made.rows.clear(), submissions=counted))


def test_submissions_and_findings_are_those_of_the_moment(ministry: Ministry) -> None:
    hand_in(ministry, "enrolment", students(g1=101), "said_before")
    moment = now()
    before = page_of(ministry, f"&asof={moment}")
    hand_in(ministry, "enrolment", students(g1=102), "said_later")

    then, later = page_of(ministry, f"&asof={moment}"), page_of(ministry)

    for name in ("submissions", "findings"):
        assert section(before, name)
        assert section(then, name) == section(before, name)
        assert section(later, name) != section(then, name)
    assert "said_before" in section(then, "findings")
    assert "said_later" not in section(then, "findings")
    assert "said_later" in section(later, "findings")
    assert "said_before" not in section(later, "findings")


def test_the_panel_lists_the_revisions_of_the_moment(ministry: Ministry) -> None:
    hand_in(ministry, "enrolment", students(g1=201))
    moment = now()
    query = f"&source=students&asof={moment}"
    before = part_of(page_of(ministry, query), "drawer")
    hand_in(ministry, "enrolment", students(g1=202))

    assert before
    assert part_of(page_of(ministry, query), "drawer") == before
    assert part_of(page_of(ministry, "&source=students"), "drawer") != before


def test_who_the_school_said_it_was_is_read_as_of_the_moment(ministry: Ministry) -> None:
    hand_in(ministry, "register", [{**FOUNDED, "founded": 1955}])
    moment = now()
    hand_in(ministry, "register", [{**FOUNDED, "founded": 1966}])

    then, later = (part_of(page_of(ministry, q), "id") for q in (f"&asof={moment}", ""))

    assert ("1955" in then, "1966" in then) == (True, False)
    assert ("1955" in later, "1966" in later) == (False, True)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("role", ["ministry", "province", "county", "school"])
def test_the_bar_says_that_the_past_is_shown_and_leads_back(
    ministry: Ministry, role: str, lang: str
) -> None:
    path = f"/{lang}/place/{ministry.at(role)}"
    now_shown = asked_by_dash(ministry.client("ministry"), path, f"?year={YEAR}")
    past = asked_by_dash(
        ministry.client("ministry"), path, f"?year={YEAR}&asof=2026-11-20T08:30:00"
    )

    said = part_of(past, "ctx")
    assert {"zh": "历史状态 2026-11-20 16:30:00", "en": "As it stood 2026-11-20 16:30:00"}[
        lang
    ] in said
    assert f'"{path}?year={YEAR}"' in said
    assert "08:30:00" not in part_of(now_shown, "ctx")


def test_a_submission_leads_to_the_page_as_it_then_stood(ministry: Ministry) -> None:
    hand_in(ministry, "enrolment", students(g1=301), "said_first")
    hand_in(ministry, "enrolment", students(g1=302), "said_second")

    rows = section(page_of(ministry), "submissions").split('"type": "Tr"')
    own = [row for row in rows if form("enrolment").title.zh in row]
    ways = [re.findall(r'"(/zh/place/[^"]*asof=[^"]*)"', row)[0] for row in own]
    path, _, query = html.unescape(ways[1]).partition("?")
    page = asked_by_dash(ministry.client("ministry"), path, f"?{query}")

    assert "said_first" in section(page, "findings")
    assert "said_second" not in section(page, "findings")


def test_a_submission_refused_whole_is_shown_at_once(ministry: Ministry) -> None:
    """It moves no figure, and a page that is remembered knows of it all the same."""
    hand_in(ministry, "enrolment", students(g1=501))
    refuse(ministry, "enrolment")
    before = section(page_of(ministry), "submissions")

    refuse(ministry, "enrolment", number=8)

    assert section(page_of(ministry), "submissions") != before


def lose(ministry: Ministry, province: int) -> None:
    """A package of that province holds a row of nobody due."""
    line = {
        "file_name": "a.csv", "file_hash": f"{province}", "sheet": "", "sheet_row": 7, "school_code": "3699999999",
        "rule": "not_due", "message_zh": "不在名录", "message_en": "not on the roster", "todo_zh": "核对标识码",
        "todo_en": "check the code", "cells": '{"学校标识码": "3699999999"}', "path": f"{{{province}}}",
    }  # fmt: skip
    made = batch(form("enrolment"), YEAR, {ministry.at("school"): students(g1=9)})
    empty = {
        name: getattr(made, name).clear()
        for name in ("rows", "submissions", "rejections", "findings")
    }
    ministry.worker.record(replace(made, **empty, unclaimed=pl.DataFrame([line])))


def test_rows_of_nobody_due_stand_on_the_pages_of_those_in_charge(ministry: Ministry) -> None:
    province, query = ministry.at("province"), f"?year={YEAR}"
    readers = (("ministry", 1), ("ministry", province), ("province", province),
               ("ministry", ministry.at("sister")), ("province", 1), ("analyst", province))  # fmt: skip

    def seen() -> list[bool]:
        pages = (
            asked_by_dash(ministry.client(who), f"/zh/place/{at}", query) for who, at in readers
        )
        return ["3699999999" in section(page, "unclaimed") for page in pages]

    before, moment = seen(), now()
    lose(ministry, province)

    assert before == [False] * 6
    assert seen() == [True, True, True, False, False, False]
    english = asked_by_dash(ministry.client("province"), f"/en/place/{province}", query)
    assert "not on the roster check the code" in section(english, "unclaimed")
    past = asked_by_dash(
        ministry.client("province"), f"/zh/place/{province}", f"{query}&asof={moment}"
    )
    assert section(past, "unclaimed") == ""


def test_the_review_names_files_with_rows_of_nobody_due(ministry: Ministry) -> None:
    lose(ministry, ministry.at("province"))

    said = list(review(ministry.worker, YEAR, ministry.at("province"), "en"))
    other = list(review(ministry.worker, YEAR, ministry.at("sister"), "en"))

    assert "refused a.csv: 1 rows of no unit on the roster" in said
    assert not [line for line in other if "a.csv" in line]


def test_a_submission_refused_whole_is_not_called_replaced(ministry: Ministry) -> None:
    hand_in(ministry, "enrolment", students(g1=401))
    moment = now()
    refuse(ministry, "enrolment")

    then, later = (section(page_of(ministry, q), "submissions") for q in (f"&asof={moment}", ""))

    assert later.count("整份退回，未计入") == then.count("整份退回，未计入") + 1
