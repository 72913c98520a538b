"""A number of a form that is handed in by parts of the year: how far it is covered, and where it comes from."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.views import wording
from metrics.discovery import metric
from metrics.lineage import trace
from metrics.measure import Question, State, measure
from metrics.question import Cell
from tests.metrics.conftest import Ministry, send
from warehouse.errors import UnknownName
from warehouse.places import NATION

MONTHS = ("m09", "m10", "m11", "m12", "m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08")


def told(items: int) -> list[dict[str, Any]]:
    return [{"level": "school", "channel": "web", "items": items, "reach": items}]


def handed_in(ministry: Ministry, year: int, *months: str) -> None:
    """Every school tells of five items a month."""
    for month in months:
        send(ministry.worker, f"publicity_{month}", year, {school: told(5) for school in ministry.schools.values()})  # fmt: skip


def cell(ministry: Ministry, year: int, place: int = NATION) -> Cell:
    with ministry.web.reading(ministry.audience().scope) as reader:
        question = Question(metrics=("publicity_items",), places=(place,), years=(year,))
        return measure(reader, ministry.audience(), question).cell("publicity_items", place, year)


def test_a_year_that_runs_is_covered_as_far_as_its_parts_are_in(ministry: Ministry) -> None:
    handed_in(ministry, 2025, *MONTHS)
    handed_in(ministry, 2026, "m09", "m10")
    schools = len(ministry.schools)

    whole, running, one = (cell(ministry, *at) for at in ((2025,), (2026,), (2026, ministry.schools["A"])))  # fmt: skip
    assert (whole.value, whole.units, whole.due, whole.coverage) == (60 * schools, 12 * schools, 12 * schools, 1.0)  # fmt: skip
    assert (running.value, running.units, running.due) == (10 * schools, 2 * schools, 12 * schools)
    assert (one.value, one.units, one.due) == (10, 2, 12)
    assert cell(ministry, 2024).state is State.NOT_SUBMITTED
    assert not wording.are_comparable(metric("publicity_items"), running, whole)


def test_a_number_of_a_school_opens_the_parts_that_were_handed_in(ministry: Ministry) -> None:
    handed_in(ministry, 2026, "m09", "m10")
    question = Question(metrics=("publicity_items",), places=(ministry.schools["B"],), years=(2026,))  # fmt: skip
    with ministry.web.reading(ministry.audience().scope) as reader:
        found = trace(reader, ministry.audience(), question)

    (term,) = found.terms
    assert [one.form for one in term.sources] == ["publicity_m09", "publicity_m10"]
    assert [row.cells[-1].value for one in term.sources for row in one.rows] == [5, 5]


def of_span(ministry: Ministry, year: int, span: str) -> Cell:
    with ministry.web.reading(ministry.audience().scope) as reader:
        question = Question(
            metrics=("publicity_items",), places=(NATION,), years=(year,), span=span
        )
        return measure(reader, ministry.audience(), question).cell("publicity_items", NATION, year)


def test_a_part_of_the_year_is_asked_by_itself_and_covered_by_its_own_returns(ministry: Ministry) -> None:  # fmt: skip
    handed_in(ministry, 2025, *MONTHS)
    handed_in(ministry, 2026, "m09", "m10")
    send(ministry.worker, "publicity_m11", 2026, {ministry.schools["A"]: told(7)})
    schools = len(ministry.schools)

    assert (of_span(ministry, 2026, "m09").value, of_span(ministry, 2026, "m09").coverage) == (5 * schools, 1.0)  # fmt: skip
    begun = of_span(ministry, 2026, "m11")
    assert (begun.value, begun.units, begun.due) == (7, 1, schools)
    assert of_span(ministry, 2026, "m12").state is State.NOT_SUBMITTED
    assert sum(of_span(ministry, 2025, month).value or 0 for month in MONTHS) == cell(ministry, 2025).value  # fmt: skip


def test_a_part_that_a_form_does_not_have_is_an_error(ministry: Ministry) -> None:
    with pytest.raises(UnknownName):
        of_span(ministry, 2025, "q1")
