"""What a domain's page says first: of a rate of few schools their number, and since when a limit is missed."""

import re

from dashboards.views.matrix import since
from tests.readers import YEAR, Ministry, asked_by_dash, part_of, parts_of, section
from warehouse.places import Rung


def test_a_limit_is_missed_since_the_first_year_of_those_without_a_break() -> None:
    assert since({2022: True, 2023: False, 2024: True, 2025: True}, 2025) == 2024
    assert since({2022: True, 2023: True}, 2023) == 2022
    assert since({2023: True}, 2023) == 2023


def test_a_school_is_told_its_nine_limits_on_the_page_of_their_domain(ministry: Ministry) -> None:
    school = ministry.at("school")
    page = asked_by_dash(ministry.client("school"), f"/zh/monitoring/{school}", f"?year={YEAR}")
    elsewhere = asked_by_dash(ministry.client("school"), f"/zh/party/{school}", f"?year={YEAR}")

    assert "生均图书" in section(page, "matrix")
    assert section(elsewhere, "matrix") == ""


def test_a_rate_of_few_schools_is_said_as_their_number(ministry: Ministry) -> None:
    county = ministry.at("county")
    assert ministry.worker.ladder.rung(county) is Rung.COUNTY
    page = asked_by_dash(ministry.client("county"), f"/zh/monitoring/{county}", f"?year={YEAR}")

    assert "办学条件全部达标学校占比：" in part_of(page, "finding")


def cards(ministry: Ministry, rung: str) -> list[tuple[str, str]]:
    """The value and the rank on each card of a place of the ministry."""
    page = asked_by_dash(
        ministry.client("ministry"), f"/zh/place/{ministry.at(rung)}", f"?year={YEAR}"
    )
    return [(part_of(each, "v"), part_of(each, "cmp rank")) for each in parts_of(page, "kpi")]


def test_a_card_of_few_schools_counts_them_and_ranks_nothing(ministry: Ministry) -> None:
    found = cards(ministry, "province")
    (few,) = [each for each in found if "校" in each[0]]

    assert re.search(r"\d+ / \d+ 校\"", few[0])
    assert few[1] == ""
    assert any("名，共 32 个" in rank for _, rank in found)


def test_of_few_that_have_reported_nobody_is_ranked(ministry: Ministry) -> None:
    assert [rank for _, rank in cards(ministry, "county") if rank] == []
