"""Numbers as they are printed."""

import re
from datetime import date
from pathlib import Path

import pytest

from dashboards.i18n import Lang
from dashboards.numbers import (
    MINUS,
    academic_year,
    day,
    day_of_year,
    ordinal,
    percent,
    plain,
    points,
    rank,
    show,
    signed,
    span,
)
from dashboards.views import wording
from dashboards.views.wording import difference_cell, why_no_change
from metrics.discovery import metric
from metrics.question import Cell, State


@pytest.mark.parametrize(
    ("value", "unit", "lang", "words"),
    [
        (11_784_000, "persons", "zh", "1,178.4 万人"),
        (11_784_000, "persons", "en", "11.784 million"),
        (64_300, "persons", "zh", "6.43 万人"),
        (1_545, "persons", "zh", "1,545 人"),
        (1_545, "persons", "en", "1,545"),
        (6_100_000, "yuan", "zh", "610.0 万元"),
        (320_000_000, "yuan", "zh", "3.2 亿元"),
        (8_026, "yuan", "zh", "8,026 元"),
        (6_100_000, "yuan", "en", "CNY 6.10 m"),
        (8_026, "yuan", "en", "CNY 8,026"),
        (86.3, "percent", "zh", "86.3%"),
        (881_279_790, "person_times", "zh", "8.81 亿人次"),
        (881_279_790, "person_times", "en", "881.28 m person-times"),
        (1_250, "person_times", "en", "1,250 person-times"),
        (16.24, "ratio", "en", "16.2 : 1"),
        (7_186, "schools", "en", "7,186 schools"),
        (3, "册/人", "zh", "3 册/人"),
    ],
)
def test_a_quantity_in_its_unit(value: float, unit: str, lang: Lang, words: str) -> None:
    assert show(value, unit, lang).joined() == words


def test_a_change_carries_its_sign_unless_it_rounds_to_nothing() -> None:
    assert signed(-3.14, 1) == "−3.1"
    assert signed(4.2, 1) == "+4.2"
    assert signed(-0.04, 1) == "0.0"
    assert signed(0.04, 1) == "0.0"


@pytest.mark.parametrize(
    ("before", "due", "why"),
    [(0, 10, "change.from_nothing"), (0, 20, "change.not_comparable"), (4, 20, "change.not_comparable")],
)  # fmt: skip
def test_a_year_after_nothing_is_not_called_incomplete(before: int, due: int, why: str) -> None:
    apprentices, earlier = metric("apprentices"), Cell(before, State.VALUE, units=10, due=due)

    assert why_no_change(apprentices, Cell(7, State.VALUE, units=10, due=10), earlier) == why


def test_shares_have_no_space_and_points_have_a_name() -> None:
    assert percent(0.863) == "86.3%"
    assert points(0.042, "zh") == "+4.2 个百分点"
    assert points(-0.042, "en") == "−4.2 pp"


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [
        (289_990 / 290_000, 1, "99.9%"),
        (0.9995, 1, "99.9%"),
        (0.996, 0, "99%"),
        (1.0, 1, "100.0%"),
        (sum([0.1] * 10), 1, "100.0%"),
    ],
)
def test_less_than_all_is_never_printed_as_all(share: float, decimals: int, text: str) -> None:
    assert percent(share, decimals) == text
    assert show(share * 100, "percent", "en", decimals).joined() == text


def test_no_view_rounds_a_share_up_to_all() -> None:
    lines = [line.strip() for view in Path(wording.__file__).parent.glob("*.py") for line in view.read_text("utf-8").splitlines()]  # fmt: skip
    by_hand = [line for line in lines if re.search(r"plain\([^()]*\* 100", line)]

    assert any("percentage(" in line for line in lines)
    # a margin over a limit is no share
    assert [line for line in by_hand if "margin" not in line] == []


def test_years_days_ranges_and_ranks() -> None:
    assert academic_year(2026, "zh") == "2026–2027 学年"
    assert academic_year(1999, "en") == "1999–00"
    assert day(date(2026, 11, 20), "zh") == "2026-11-20"
    assert day(date(2026, 11, 20), "en") == "20 Nov 2026"
    assert day_of_year(date(2026, 4, 5), "zh") == "04-05"
    assert day_of_year(date(2026, 4, 5), "en") == "5 Apr"
    assert span(372, 431) == "372–431"
    assert rank(17, 25, "zh") == "第 17–25 名"
    assert rank(17, 25, "en") == "17th–25th"
    assert rank(7, 7, "zh") == "第 7 名"
    assert [ordinal(number) for number in (1, 2, 3, 11, 22)] == [
        "1st",
        "2nd",
        "3rd",
        "11th",
        "22nd",
    ]


def test_thousands_are_grouped_and_the_minus_is_the_typographic_one() -> None:
    assert plain(-1234567.5, 1) == "−1,234,567.5"


def test_a_difference_too_small_to_be_printed_is_no_zero() -> None:
    assert difference_cell(0.04, 1).symbol == "rounds_to_zero"
    assert difference_cell(-0.06, 1).text == f"{MINUS}0.1"
    assert difference_cell(None, 1).symbol == "not_applicable"
