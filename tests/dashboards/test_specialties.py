"""The layout of specialties at every rung: what stands on the page is what was counted, and a chosen one leads on."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.i18n import Phrases
from dashboards.views.specialties import breaks, came_from
from metrics.specialties import by_specialty, doubles, majors_of, supply
from tests.readers import YEAR, Ministry, asked_by_dash, section, text_of
from warehouse.codes import majors, specialties
from warehouse.places import NATION


def page(ministry: Ministry, role: str, place: int, query: str = "", lang: str = "zh") -> dict[str, Any]:  # fmt: skip
    return asked_by_dash(
        ministry.client(role), f"/{lang}/specialties/{place}", f"?year={YEAR}{query}"
    )


@pytest.mark.parametrize("role", ["ministry", "province", "county"])
def test_the_classes_and_doubles_are_those_that_were_counted(ministry: Ministry, role: str) -> None:
    place = ministry.at(role)
    with ministry.web.reading(ministry.web.scope("reader", place)) as reader:
        rows = supply(reader, place, [YEAR])
        twice = doubles(reader, place, YEAR)
    seen = page(ministry, role, place)

    classes = section(seen, "classes")
    for one in majors_of(by_specialty(rows, YEAR)).to_dicts():
        assert majors().labels[one["major"]].zh in classes
        assert f"{one['students']:,}" in classes
    assert f"同县重复布点 {twice.number:,} 处" in section(seen, "doubles")
    for double in twice.first[:1]:
        assert specialties().labels[double.specialty].zh in section(seen, "doubles")
        assert f"specialties/{double.schools[0]}" in section(seen, "doubles")


def test_a_chosen_specialty_is_told_by_place_and_year(ministry: Ministry) -> None:
    with ministry.web.reading(ministry.web.scope("reader", NATION)) as reader:
        last = by_specialty(supply(reader, NATION, [YEAR]), YEAR).row(-1, named=True)
    seen = page(ministry, "ministry", NATION, f"&item={last['specialty']}", "en")

    name = specialties().labels[last["specialty"]].en
    assert f"{name}: places below" in section(seen, "places")
    assert f'"{last["students"]:,}"' in section(seen, "places")
    assert name in section(seen, "supply")


def test_a_school_sees_its_own_and_nobody_elses(ministry: Ministry) -> None:
    seen = page(ministry, "school", ministry.at("school"))

    assert section(seen, "classes")
    assert section(seen, "doubles") == section(seen, "places") == ""
    assert section(seen, "years")


def test_where_nothing_was_reported_the_page_says_who_acts(ministry: Ministry) -> None:
    seen = page(ministry, "ministry", NATION, "&asof=2001-01-01T00:00:00", "en")

    assert "no school has reported" in text_of(seen)
    assert section(seen, "classes") == ""


def test_a_code_that_no_list_has_falls_back_to_the_largest(ministry: Ministry) -> None:
    seen = page(ministry, "ministry", NATION, "&item=999999")

    assert "999999" not in section(seen, "supply")


ZH, EN = Phrases("zh"), Phrases("en")
ACROSS = (2019, 2020, 2021, 2022)


def test_a_class_that_was_made_of_parts_breaks_where_the_catalogue_changed() -> None:
    (only,) = breaks(ZH, "66", ACROSS)

    assert (only.at, only.text) == (2, "2021 年目录")
    assert came_from(ZH, "66", ACROSS).startswith("2010 年目录的加工制造类只有一部分转入")
    assert "Only a part of Processing and manufacturing" in came_from(EN, "66", ACROSS)
    assert came_from(ZH, "77", ACROSS).startswith("2010 年目录的休闲保健类只有一部分转入")


@pytest.mark.parametrize(("code", "said"), [("70", "交通运输类整类转入"), ("710201", "有同名专业")])
def test_what_went_over_whole_is_drawn_on(code: str, said: str) -> None:
    assert breaks(ZH, code, ACROSS) == []
    assert said in came_from(ZH, code, ACROSS)
    assert "line continues" in came_from(EN, code, ACROSS)


@pytest.mark.parametrize("code", ["750999", "610101"])
def test_a_specialty_that_2010_did_not_have_begins_anew(code: str) -> None:
    assert len(breaks(ZH, code, ACROSS)) == 1
    assert "没有同名专业" in came_from(ZH, code, ACROSS)


@pytest.mark.parametrize("drawn", [(2021, 2022), (2018, 2019, 2020), ()])
def test_where_all_years_lie_on_one_side_nothing_is_said(drawn: tuple[int, ...]) -> None:
    assert breaks(ZH, "66", drawn) == []
    assert came_from(ZH, "66", drawn) == ""
