"""One cell at a time: what is read exactly, and why others are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from etl import cells
from warehouse.dimensions import GRADE
from warehouse.form import Column, Domain, Form, Kind, attribute, count, key, yuan
from warehouse.text import Text


class Written(Form):
    """A form of one column of each kind."""

    title = Text("试表", "Trial form")
    domain = Domain(99, Text("试", "Trial"), Text("试", "Trial"))

    grade = key("年级", "Grade", GRADE)
    persons = count("人数", "Persons")
    money = yuan("经费", "Money", scale=10_000)
    founded = attribute("年份", "Year", kind=Kind.INTEGER, minimum=1800, maximum=2100)
    since = attribute("日期", "Date", kind=Kind.DATE, required=False)
    head = attribute("校长", "Head", required=False)


PERSONS, MONEY, GRADES = (Written.columns[name] for name in ("persons", "money", "grade"))
SINCE, HEAD, FOUNDED = (Written.columns[name] for name in ("since", "head", "founded"))


def read(text: str | None, column: Column) -> tuple[object, str | None]:
    parsed = cells.parse(pl.Series([text], dtype=pl.String), column)
    return parsed["value"][0], parsed["reason"][0]


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("０１２", 12), ("１２", 12), (" 12 ", 12), ("12.0", 12), ("12.", 12), ("1,234", 1234),
     ("１，２３４", 1234), ("1,234,567.00", 1234567), ("+7", 7), ("12人", 12), ("12 persons", 12), ("0", 0)],
)  # fmt: skip
def test_whole_numbers_are_read_as_people_write_them(text: str, value: int) -> None:
    assert read(text, PERSONS) == (value, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("十二", "not_a_number"), ("12a", "not_a_number"), ("1,2", "not_a_number"), ("1 2", "not_a_number"),
     ("1e5", "not_a_number"), ("#DIV/0!", "not_a_number"), ("约12", "not_a_number"), ("12.5", "not_whole"),
     ("-1", "below_minimum"), ("−1", "below_minimum"), ("999999999999999", "too_large"),
     ("99999999999999999999999", "too_large"), ("", "missing_value"), (None, "missing_value"),
     ("   ", "missing_value"), ("—", "missing_value"), ("不适用", "missing_value"), ("nan", "not_a_number")],
)  # fmt: skip
def test_what_is_no_count_is_refused_with_its_reason(text: str | None, reason: str) -> None:
    assert read(text, PERSONS) == (None, reason)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 10_000), ("12.3456", 123_456), ("0.0001", 1), ("1,234.5", 12_345_000), ("１２．５万元", 125_000),
     ("12.50", 125_000), ("12.34560000", 123_456), ("0.29", 2_900), ("1.15", 11_500)],
)  # fmt: skip
def test_ten_thousands_of_yuan_become_yuan_exactly(text: str, value: int) -> None:
    assert read(text, MONEY) == (value, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12.34567", "too_many_decimals"),
        ("-0.0001", "below_minimum"),
        ("100000000000", "too_large"),
    ],
)
def test_money_has_four_decimals_at_most(text: str, reason: str) -> None:
    assert read(text, MONEY) == (None, reason)


@settings(deadline=None)
@given(some.lists(some.decimals(min_value=0, max_value=10**9, places=4), min_size=1, max_size=50))
def test_no_amount_of_money_is_off_by_one(amounts: list[Decimal]) -> None:
    written = pl.Series([f"{amount:f}" for amount in amounts])

    assert cells.parse(written, MONEY)["value"].to_list() == [int(a * 10_000) for a in amounts]


@pytest.mark.parametrize(
    ("text", "code"),
    [("2", "2"), ("二年级", "2"), ("二 年级", "2"), ("２", "2"), ("2年级", "2"), ("grade 2", "2"), ("GRADE 2", "2"),
     ("2.0", "2"), ("四年级", "4")],
)  # fmt: skip
def test_codes_are_known_by_code_label_and_synonym(text: str, code: str) -> None:
    assert read(text, GRADES) == (code, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("五年级", "unknown_code"), ("2 班", "unknown_code"), ("合计", "total_row"), ("总 计", "total_row"),
     ("", "missing_value"), ("-", "missing_value")],
)  # fmt: skip
def test_words_of_no_code_list_are_refused(text: str, reason: str) -> None:
    assert read(text, GRADES) == (None, reason)


def test_the_nearest_codes_are_offered() -> None:
    assert cells.nearest("二年及", GRADE)[0] == "2 二年级"
    assert cells.nearest("完全不同的词", GRADE) == []


@pytest.mark.parametrize(
    "text",
    ["2025-09-01", "2025/9/1", "2025.9.1", "20250901", "2025年9月1日", "２０２５年９月１日", "2025-09-01 00:00:00"],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(text: str) -> None:
    assert read(text, SINCE) == (date(2025, 9, 1), None)


@pytest.mark.parametrize("text", ["2025-13-01", "去年", "1/9/2025"])
def test_what_is_no_date_is_refused(text: str) -> None:
    assert read(text, SINCE) == (None, "not_a_date")


def test_what_is_not_required_may_be_empty() -> None:
    assert read("", SINCE) == (None, None)
    assert read(None, HEAD) == (None, None)


def test_text_is_kept_without_control_characters_and_within_bounds() -> None:
    assert read(" 校\x07长 ", HEAD) == ("校长", None)
    assert read("长" * 501, HEAD) == (None, "too_long")


def test_attributes_have_their_own_bounds() -> None:
    assert read("1799", FOUNDED) == (None, "below_minimum")
    assert read("2101", FOUNDED) == (None, "above_maximum")
    assert read("1956", FOUNDED) == (1956, None)


@pytest.mark.parametrize(
    ("text", "year"),
    [("2025", 2025), ("2025-2026", 2025), ("2025–2026学年", 2025), ("２０２５", 2025), ("2025.0", 2025),
     ("2025-2027", None), ("明年", None), ("", None)],
)  # fmt: skip
def test_academic_years_are_read(text: str, year: int | None) -> None:
    assert cells.year_of(text) == year
