"""A school's page judges its values by the limits that are asked of it, and by no others."""

from __future__ import annotations

import re

import pytest

from tests.factories import students
from tests.readers import FOUNDED, Ministry, hand_in, page_of, section

SMALL = {"land": 39_999, "buildings": 24_000, "equipment": 3_000_000, "books": 36_000}
MISSED = "st miss"
VERDICT = r"st (met|near|miss)"
NINE = (
    "校园占地面积",
    "生均用地面积",
    "校舍建筑面积",
    "专任教师",
    "生师比",
    "仪器设备总值",
    "生均图书",
)


def handed_in(ministry: Ministry, founded: int, school_class: str) -> dict[str, str]:
    """The indicators and the whole of the school's page after it reported land that is too small."""
    said = {**FOUNDED, "founded": founded, "school_class": school_class}
    hand_in(ministry, "register", [said])
    hand_in(ministry, "estate", [SMALL])
    hand_in(ministry, "enrolment", students(g1=1_200))
    page = page_of(ministry)
    return {"indicators": section(page, "indicators"), "page": str(page)}


def row(table: str, label: str) -> str:
    """The row of a table that a label heads."""
    found = [one for one in table.split('"type": "Tr"') if f'"{label}"' in one]
    assert len(found) == 1, (label, len(found))
    return found[0]


def test_a_school_founded_in_2022_is_judged_by_none_of_the_nine(ministry: Ministry) -> None:
    old = handed_in(ministry, 2021, "general")
    young = handed_in(ministry, 2022, "general")

    assert MISSED in row(old["indicators"], "校园占地面积")
    judged = [label for label in NINE if re.search(VERDICT, row(young["indicators"], label))]
    assert judged == []
    assert "不参评" not in old["page"]
    assert "不参评" in young["page"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_panel_names_the_limit_only_where_it_is_asked(ministry: Ministry, lang: str) -> None:
    told = {}
    for founded in (2021, 2022):
        handed_in(ministry, founded, "general")
        told[founded] = str(page_of(ministry, "&source=land", lang))

    basis = {"zh": "办学条件达标工程实施方案", "en": "School Condition Compliance Project"}[lang]
    assert (basis in told[2021], basis in told[2022]) == (True, False)
