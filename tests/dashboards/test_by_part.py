"""A domain's page over the parts of a year: values of the parts' own forms, what is running, and what is not drawn."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from metrics.plan import spans
from tests.factories import batch
from tests.readers import YEAR, Ministry, asked_by_dash, reopen, section
from warehouse.discovery import form
from warehouse.periods import Every
from warehouse.periods import spans as spans_of

NEXT = (
    YEAR + 1
)  # runs: of the months September and October are over, and October's return was due on 5 November


def page(ministry: Ministry, domain: str, role: str, query: str = "", lang: str = "zh", year: int = YEAR) -> dict[str, Any]:  # fmt: skip
    path = f"/{lang}/{domain}/{ministry.at(role)}"
    return asked_by_dash(ministry.client("ministry"), path, f"?year={year}{query}")


@pytest.mark.parametrize(("domain", "every"), [("training", Every.QUARTER), ("publicity", Every.MONTH), ("moral", Every.TERM)])  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_of_the_year_stands_in_its_order(ministry: Ministry, domain: str, every: Every, lang: str) -> None:  # fmt: skip
    drawn = section(page(ministry, domain, "province", lang=lang), "by_part")

    rows = drawn[drawn.index('"Tbody"') :]
    at = [rows.index(f'"{span.label.of(lang)}"') for span in spans_of(every)]
    assert at == sorted(at)
    assert every.label.of(lang) in drawn
    assert not re.search(r"\{[a-z_]+\}", drawn)


@pytest.mark.parametrize("domain", ["party", "teaching", "general"])
def test_a_domain_without_parts_has_no_such_section(ministry: Ministry, domain: str) -> None:
    assert section(page(ministry, domain, "province"), "by_part") == ""


def test_only_metrics_of_forms_with_the_same_parts_have_parts() -> None:
    assert [one.code for one in spans("training_persons")] == ["q1", "q2", "q3", "q4"]
    assert spans("training_per_student") == ()  # divides by students, who are counted once a year
    assert spans("students") == ()


@pytest.fixture(scope="module")
def running(ministry: Ministry) -> Ministry:
    """In the year that runs, one school told of September twice what it told of it a year ago, and of nothing since."""
    school = ministry.at("school")
    reopen(ministry.worker, school)
    for year, items in ((YEAR, 40), (NEXT, 80)):
        row = {"level": "school", "channel": "web", "items": items, "reach": items}
        ministry.worker.record(batch(form("publicity_m09"), year, {school: [row]}))
    return ministry


def test_a_part_is_compared_with_the_same_part_of_the_year_before(running: Ministry) -> None:
    drawn = section(page(running, "publicity", "school", year=NEXT), "by_part")

    assert "9 月 80" in drawn
    assert "比上年同期 +100.0%" in drawn
    assert "2026-12-01 起报送" in drawn  # November is not over


def test_a_part_of_which_too_few_are_in_is_in_the_table_and_not_in_the_line(running: Ministry) -> None:  # fmt: skip
    drawn = section(page(running, "publicity", "province", year=NEXT), "by_part")
    points = [value for trace in traces(drawn) for value in trace["y"]]

    assert any(points)  # the year before
    assert 80 not in points
    assert '"80"' in drawn


def traces(drawn: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def within(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("data"), list):
                found.extend(one for one in part["data"] if isinstance(one, dict) and "y" in one)
            for each in part.values():
                within(each)
        elif isinstance(part, list):
            for each in part:
                within(each)

    within(json.loads(drawn))
    return found


def test_a_form_that_is_not_asked_for_yet_has_no_page(ministry: Ministry) -> None:
    school = ministry.client("school")
    address = f"/zh/fill/{ministry.at('school')}?year={NEXT}&form=training_q1"

    assert school.get(address).status_code == 400
