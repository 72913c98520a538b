"""Where a number comes from: every cell of every sheet behind it is on the page, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.parts.lineage import FEW
from tests.factories import students
from tests.readers import FOUNDED, YEAR, Ministry, asked_by_dash, hand_in, part_of
from warehouse.discovery import form

ESTATE = {"land": 39_999, "buildings": 24_001, "equipment": 3_000_002, "books": 36_003}


def opened(ministry: Ministry, metric: str, lang: str = "zh") -> dict[str, Any]:
    path = f"/{lang}/place/{ministry.at('school')}"
    return asked_by_dash(ministry.client("ministry"), path, f"?year={YEAR}&source={metric}")


def outlined(part: Any) -> set[str]:
    """The texts of the cells that are pointed at."""
    if isinstance(part, list):
        return set().union(*map(outlined, part))
    if not isinstance(part, dict):
        return set()
    props = part["props"]
    if part["type"] == "Td" and "hit" in str(props.get("className", "")).split():
        return {str(props["children"])}
    return outlined(props.get("children"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_verdict_opens_into_the_cells_of_every_sheet_it_was_computed_from(
    ministry: Ministry, lang: str
) -> None:
    hand_in(ministry, "register", [{**FOUNDED, "founded": 1955}])
    hand_in(ministry, "estate", [ESTATE])
    hand_in(ministry, "enrolment", students(g1=1_207))

    page = opened(ministry, "limits_missed", lang)

    assert {"39,999", "24,001", "3,000,002", "36,003", "1,207", "1955"} <= outlined(page)
    drawn = part_of(page, "drawer")
    assert {"zh": "另见上一部分", "en": "also those of the part above"}[lang] in drawn
    for name in ("estate", "enrolment", "register"):
        assert form(name).title.of(lang) in drawn


def test_a_share_of_two_sheets_opens_into_both(ministry: Ministry) -> None:
    hand_in(ministry, "estate", [ESTATE])
    hand_in(ministry, "enrolment", students(g1=1_207))

    assert {"39,999", "1,207"} <= outlined(opened(ministry, "met_land_per_student"))


def test_a_sum_of_many_rows_reaches_each_of_them(ministry: Ministry) -> None:
    rows = [
        {**row, "specialty": specialty}
        for specialty in ("720201", "710201", "710103", "730301", "660301")
        for row in students(g1=31, g2=32)
    ]
    rows = [{**row, "students": 40 + number} for number, row in enumerate(rows)]
    hand_in(ministry, "enrolment", rows)

    page = opened(ministry, "students")

    assert {str(40 + number) for number in range(len(rows))} == outlined(page)
    assert f"其余 {len(rows) - FEW} 行" in part_of(page, "drawer")
