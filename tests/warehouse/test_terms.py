from datetime import date

import pytest

from warehouse.terms import (
    AcademicYear,
    Month,
    Period,
    Term,
    flow_period,
    graduates_period,
    newest_year,
    stock_date,
)


def test_statistical_year_2021_is_counted_on_1_september_2021() -> None:
    assert stock_date(2021) == date(2021, 9, 1)
    assert AcademicYear(2021).statistical_year == 2021


def test_graduates_flow_ends_at_the_stock_date_and_other_flows_begin_there() -> None:
    assert graduates_period(2021) == Period(date(2020, 9, 1), date(2021, 8, 31))
    assert flow_period(2021) == Period(date(2021, 9, 1), date(2022, 8, 31))
    assert stock_date(2021) in flow_period(2021)
    assert stock_date(2021) not in graduates_period(2021)
    assert flow_period(2023).days == 366


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 8, 31), 2025),
        (date(2026, 9, 1), 2026),
        (date(2026, 11, 20), 2026),
        (date(2027, 1, 1), 2026),
    ],
)
def test_a_year_begins_on_1_september(today: date, year: int) -> None:
    assert newest_year(today) == year
    assert today in flow_period(year)


def test_years_are_written_in_both_languages() -> None:
    assert AcademicYear(2026).format("zh") == "2026–2027 学年"
    assert AcademicYear(2026).format("en") == "2026–27"
    assert AcademicYear(1999).format("en") == "1999–00"


@pytest.mark.parametrize(
    "text",
    [
        "2026",
        " 2026 ",
        "2026-2027",
        "2026–27",
        "2026–2027 学年",
        "2026-2027学年",
        "2026学年",
        "2026至2027学年",
    ],
)
def test_years_are_read_as_people_write_them(text: str) -> None:
    assert AcademicYear.parse(text) == AcademicYear(2026)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_written_year_reads_back(language: str) -> None:
    for start in range(1999, 2101):
        assert AcademicYear.parse(AcademicYear(start).format(language)).start == start  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["", "26", "2026-2028", "2026-26", "2026-09", "year 2026", "20262027"]
)
def test_what_is_no_year_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(ValueError, match=r"学年.*academic year"):
        AcademicYear.parse(text)


def test_two_terms_fill_the_year_without_gap() -> None:
    first, second = AcademicYear(2021).terms
    assert (str(first), str(second)) == ("2021-1", "2021-2")
    assert first.period.first == flow_period(2021).first
    assert second.period.last == flow_period(2021).last
    assert (second.period.first - first.period.last).days == 1
    assert first < second < Term(2022, 1)


@pytest.mark.parametrize(
    ("day", "term"),
    [
        (date(2021, 9, 1), "2021-1"),
        (date(2022, 1, 31), "2021-1"),
        (date(2022, 2, 1), "2021-2"),
        (date(2022, 8, 31), "2021-2"),
    ],
)
def test_a_day_lies_in_one_term(day: date, term: str) -> None:
    assert Term.of(day) == Term.parse(term)
    assert day in Term.parse(term).period


def test_terms_are_written_in_both_languages() -> None:
    assert Term(2021, 2).format("zh") == "2021–2022 学年第二学期"
    assert Term(2021, 2).format("en") == "2021–22 term 2"
    with pytest.raises(ValueError, match="A term is 1 or 2"):
        Term(2021, 3)
    with pytest.raises(ValueError, match="is not a term"):
        Term.parse("2021-3")


def test_months_run_from_september_to_august() -> None:
    months = AcademicYear(2021).months
    assert [str(month) for month in months][::11] == ["2021-09", "2022-08"]
    assert len(months) == 12
    assert {month.year for month in months} == {2021}
    assert list(months) == sorted(months)
    assert sum(month.period.days for month in months) == 365


def test_months_are_read_and_written() -> None:
    assert Month.parse("2021-09") == Month.parse("202109") == Month.of(date(2021, 9, 30))
    assert Month(2021, 9).format("zh") == "2021 年 9 月"
    assert Month(2021, 9).format("en") == "Sep 2021"
    assert Month(2021, 1).later(-1) == Month(2020, 12)
    for text in ("2021-13", "2021", "Sept"):
        with pytest.raises(ValueError, match=r"month|月"):
            Month.parse(text)
