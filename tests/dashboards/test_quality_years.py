"""The quality of data over the years: only years that came in, in their order, and what changed last."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from metrics.quality import Dimension
from tests.factories import batch, students
from tests.readers import NOW, YEAR, Ministry
from warehouse.discovery import form


def page(ministry: Ministry, lang: str = "zh", year: int = YEAR, place: str = "county") -> str:
    client = ministry.client("ministry")
    return client.get(f"/{lang}/quality/{ministry.at(place)}?year={year}&view=years").text


def cells(drawn: str, name: str) -> list[str]:
    """The text of each cell of a row of the section."""
    part = drawn[drawn.index('id="years"') :]
    row = re.search(rf"<tr[^>]*>(?:(?!</tr>).)*?{name}.*?</tr>", part, re.DOTALL)
    assert row
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row[0], re.DOTALL)]  # fmt: skip


def hand_in(ministry: Ministry, year: int, *contents: str) -> None:
    """The school's enrolment of a year, once for each content."""
    for n, content in enumerate(contents):
        made = batch(form("enrolment"), year, {ministry.at("school"): students(g1=10 + n)}, received_at=NOW + timedelta(hours=n))  # fmt: skip
        ministry.worker.record(replace(made, submissions=made.submissions.with_columns(content_hash=pl.lit(content))))  # fmt: skip


def test_it_is_counted_when_asked_for_and_says_where_nothing_else_came_in(
    ministry: Ministry,
) -> None:
    here = f"/zh/quality/{ministry.at('county')}?year={YEAR + 1}"
    plain = ministry.client("ministry").get(here).text

    link = re.search(r'<a href="([^"]*view=years[^"]*)"', plain)
    assert link
    assert "走势" not in plain
    assert (
        "更早的学年没有报送" in ministry.client("ministry").get(link[1].replace("&amp;", "&")).text
    )


@pytest.fixture(scope="module")
def later(ministry: Ministry) -> Ministry:
    """In the year after, one form of one school came in, corrected once."""
    hand_in(ministry, YEAR + 1, "one", "two")
    return ministry


def test_the_years_that_came_in_stand_in_their_order(later: Ministry) -> None:
    drawn = page(later, year=YEAR + 1, place="school")
    part = drawn[drawn.index('id="years"') :]

    heads = re.findall(r"20\d\d–20\d\d", part[part.index("<thead>") : part.index("</thead>")])
    assert heads == [f"{YEAR}–{YEAR + 1}", f"{YEAR + 1}–{YEAR + 2}"]


def test_each_year_is_what_its_own_page_says(later: Ministry) -> None:
    drawn = page(later, year=YEAR + 1, place="school")

    assert cells(drawn, Dimension.STABILITY.label.zh)[-1] == "0.0"  # one form, corrected
    for year, shown in zip((YEAR, YEAR + 1), cells(drawn, "质量")[-2:], strict=True):
        own = re.search(r"数据质量 ([\d.]+) 分", page(later, year=year, place="school"))
        assert own
        assert shown == own[1]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", r"与\d{4}–\d{4} 学年都有可查的方面平均变动 [+−][\d.]+ 分；变动最大的是\w+（[+−][\d.]+）"),
        ("en", r"moved by [+−][\d.]+ on average against \d{4}–\d\d; most of all [a-z]+ \([+−][\d.]+\)"),
    ],
)  # fmt: skip
def test_what_changed_last_is_said(later: Ministry, lang: str, said: str) -> None:
    assert re.search(said, page(later, lang, YEAR + 1, "school"))


def test_a_year_looked_at_knows_no_later_one(later: Ministry) -> None:
    assert 'id="years"' not in page(later, place="school")  # the first of the register
