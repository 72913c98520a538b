"""A school's page judges its values by the limits that are asked of it, and by no others."""

from __future__ import annotations

import re

import pytest

from dashboards.views import indicators
from metrics.discovery import domain_of, metric
from tests.factories import students
from tests.readers import FOUNDED, Ministry, hand_in, page_of, section
from warehouse.discovery import domains

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


def test_the_page_lists_the_main_indicators_of_every_domain_and_all_where_asked(ministry: Ministry) -> None:  # fmt: skip
    main, every = (section(page_of(ministry, more), "indicators") for more in ("", "&all=1"))
    rows = {name: listed.count('"type": "Td"') for name, listed in (("main", main), ("all", every))}

    assert len(indicators.main_names()) * 2 < len(indicators.names())
    assert set(NINE) <= {metric(name).label.zh for name in indicators.main_names()}
    assert {domain_of(metric(name)).place for name in indicators.main_names()} == {one.place for one in domains().values()}  # fmt: skip
    assert rows["main"] * 2 < rows["all"]
    assert f"全部 {len(indicators.names())} 项" in main
    assert "只看主要指标" in every
    assert f"/zh/teaching/{ministry.at('school')}?" in main


def test_an_indicator_whose_source_is_open_is_listed_though_it_is_none_of_the_main_ones(ministry: Ministry) -> None:  # fmt: skip
    other = next(name for name in indicators.names() if name not in indicators.main_names())
    label = f'"{metric(other).label.zh}"'

    assert label not in section(page_of(ministry), "indicators")
    assert label in section(page_of(ministry, f"&source={other}"), "indicators")
