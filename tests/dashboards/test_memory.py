"""Finished pages and remembered answers: quick, one's own, and never older than what was handed in."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboards import answers, auth
from dashboards.answers import Memory
from dashboards.numbers import plain
from dashboards.views import quality
from metrics.measure import measure_all as measure_afresh
from metrics.middles import Over
from metrics.quality import checked
from metrics.question import Answers, Question
from tests.factories import batch, students
from tests.readers import YEAR, Ministry, asked_by_dash, part_of, reopen, sign_in
from warehouse.discovery import form
from warehouse.notices import tell
from warehouse.text import Text

pytestmark = pytest.mark.mlps("M25")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """The questions that were measured, not remembered."""
    measured: list[Question] = []

    def measure(
        reader: Any, audience: Any, questions: Sequence[Question], over: Over
    ) -> list[Answers]:
        measured.extend(questions)
        return measure_afresh(reader, audience, questions, over)

    monkeypatch.setattr(answers, "measure_all", measure)
    return measured


def page_of(client: FlaskClient, place: int, query: str = "") -> str:
    page = asked_by_dash(client, f"/zh/place/{place}", f"?year={YEAR}{query}")
    return json.dumps(page, ensure_ascii=False)


def hand_in(ministry: Ministry, school: int, number: int) -> None:
    """The school reports `number` students in grade 1 and nobody else."""
    reopen(ministry.worker, school)
    ministry.worker.record(batch(form("enrolment"), YEAR, {school: students(g1=number)}))


def test_the_same_page_is_measured_once(ministry: Ministry, asked: list[Question]) -> None:
    client = ministry.entered("sister", ministry.another_site())
    first = page_of(client, ministry.at("sister"))
    number = len(asked)

    again = page_of(client, ministry.at("sister"))

    assert number > 0
    assert (again, len(asked)) == (first, number)


def test_a_remembered_page_shows_what_its_reader_was_told_since(ministry: Ministry) -> None:
    client, reader = ministry.entered("sister", ministry.another_site()), ministry.readers["sister"]
    before = page_of(client, reader.place_id)

    with ministry.worker.writing() as writer:
        tell(writer, Text("有一件事", "Something"), kind="returned", object="/jobs", login=reader.login)  # fmt: skip

    assert "1 条未读" not in before
    assert "1 条未读" in page_of(client, reader.place_id)


def test_of_too_much_the_oldest_is_forgotten_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answers, "ROOM", 3)
    memory = Memory(Flask("small"))

    for name in "abcdef":
        memory.keep(name, name.upper())

    assert [memory.recall(name) for name in "abcdef"] == [None, None, "C", "D", "E", "F"]


def test_the_quality_of_data_is_counted_once_and_again_after_a_submission(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []

    def count(reader: Any, place: int, year: int, today: Any, units: Any) -> pl.DataFrame:
        counted.append(year)
        return checked(reader, place, year, today, units)

    monkeypatch.setattr(quality, "checked", count)
    client, school = ministry.entered("ministry", ministry.another_site()), ministry.at("school")
    place = ministry.web.ladder.ancestors(school)[1]
    seen = [quality_of(client, place) for _ in range(2)]
    assert counted == [YEAR]
    assert seen[0] == seen[1]

    hand_in(ministry, school, 4_321)

    assert quality_of(client, place) != seen[0]
    assert counted == [YEAR, YEAR]


def quality_of(client: FlaskClient, place: int) -> str:
    page = asked_by_dash(client, f"/zh/quality/{place}", f"?year={YEAR}")
    return part_of(page, "sec c7")


def test_no_reader_gets_another_readers_page(ministry: Ministry) -> None:
    site, sister = ministry.another_site(), ministry.at("sister")
    inside = ministry.web.ladder.children(sister, YEAR)

    theirs = page_of(ministry.entered("ministry", site), sister)
    ours = page_of(ministry.entered("province", site), sister)
    again = page_of(ministry.entered("ministry", site), sister)

    assert again == theirs
    assert all(f"/zh/place/{one}?" in theirs for one in inside)
    assert not any(f"/zh/place/{one}?" in ours for one in inside)
    assert ministry.readers["ministry"].name_zh not in ours


def test_a_page_changes_with_the_submission_that_changes_it(ministry: Ministry) -> None:
    """At every rung above the school at once; at an earlier moment the page is as it was."""
    site, school = ministry.another_site(), ministry.at("school")
    client = ministry.entered("ministry", site)
    places = (1, *ministry.web.ladder.place(school).path)
    hand_in(ministry, school, 12_345)
    before = {one: opened(client, one) for one in places}
    moment = datetime.now(UTC).replace(tzinfo=None).isoformat()

    hand_in(ministry, school, 23_456)

    for one in places:
        now = opened(client, one)
        assert now != before[one]
        assert opened(client, one, f"&asof={moment}") == before[one]
    assert plain(23_456) in opened(client, school)


def opened(client: FlaskClient, place: int, query: str = "") -> str:
    """Where the number of students comes from, its sum written out with all digits."""
    page = asked_by_dash(client, f"/zh/place/{place}", f"?year={YEAR}&source=students{query}")
    sums = r'"type": "H3"[^}]{0,200}在校生.*?([0-9]{1,3}(?:,[0-9]{3})+)'
    found = re.search(sums, part_of(page, "drawer"))
    assert found
    return found[1]


def test_a_submission_leaves_what_is_remembered_of_another_province(
    ministry: Ministry, asked: list[Question]
) -> None:
    site, sister = ministry.another_site(), ministry.at("sister")
    client = ministry.entered("sister", site)
    page_of(client, sister)
    inside = {
        one
        for one in ministry.web.ladder.places
        if sister in (one, *ministry.web.ladder.ancestors(one))
    }
    own = [question for question in asked if set(question.places) <= inside]
    asked.clear()

    hand_in(ministry, ministry.at("school"), 3_000)
    page_of(client, sister)

    assert own
    assert [question for question in asked if set(question.places) <= inside] == []
    assert asked


def test_an_account_with_less_reach_gets_no_page_kept_for_it_before(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "TRUST_S", 0.0)
    account = dict(ministry.worker.account("analyst") or {})
    ministry.worker.keep_account(**{**account, "login": "moved", "depth": "records"})
    client, county = ministry.another_site().test_client(), ministry.at("county")
    assert sign_in(client, "moved").status_code == 302

    wide = page_of(client, county)
    ministry.worker.keep_account(**{**account, "login": "moved"})
    narrow = page_of(client, county)

    school = f"/zh/place/{ministry.at('school')}?"
    assert school in wide
    assert school not in narrow
