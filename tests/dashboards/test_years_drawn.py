"""Which years a page draws, and that every year there is can be looked at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from dashboards.page import Visit
from dashboards.views import trend
from metrics.question import Answers, Cell, Key, Question, State

KNOWN = list(range(2012, 2027))


def visit(year: int, known: list[int] = KNOWN) -> Visit:
    return cast("Visit", SimpleNamespace(year=year, years=known))


@pytest.mark.parametrize(
    ("year", "drawn"),
    [(2026, (2020, 2026)), (2020, (2020, 2026)), (2019, (2016, 2022)), (2013, (2012, 2018)), (2012, (2012, 2018))],
)  # fmt: skip
def test_seven_years_are_drawn_the_newest_or_those_around_a_year_long_past(
    year: int, drawn: tuple[int, int]
) -> None:
    found = trend.years(visit(year))

    assert (found[0], found[-1], len(found)) == (*drawn, 7)
    assert year in found


@pytest.mark.parametrize("year", KNOWN)
def test_every_year_drawn_is_up_to_the_one_looked_at_or_after_it(year: int) -> None:
    here = visit(year)

    assert trend.until(here) + trend.after(here) == trend.years(here)
    assert trend.until(here)[-1] == year


def test_fewer_years_are_drawn_where_there_are_fewer() -> None:
    assert trend.years(visit(2025, [2025, 2026])) == (2025, 2026)
    assert trend.after(visit(2026, [2025, 2026])) == ()


def test_a_line_goes_on_from_one_answer_to_the_next() -> None:
    def answers(*years: int) -> Answers:
        cells = {Key("students", 1, year): cell(year) for year in years}
        return Answers(Question(metrics=("students",), places=(1,), years=years), cells)

    def cell(year: int) -> Cell:
        values: dict[str, Any] = {"value": float(year), "state": State.VALUE, "numerator": None, "denominator": None, "units": 1, "due": 1}  # fmt: skip
        return Cell(**values)

    line = trend.line("students", 1, answers(2024, 2025), answers(2026))

    assert line == trend.Line(1, {year: cell(year) for year in (2024, 2025, 2026)})
    assert trend.line("students", 1, answers(2024), None).cells == {2024: cell(2024)}
