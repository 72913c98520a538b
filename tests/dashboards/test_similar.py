"""Similar schools on the pages: whom the cards compare with, whose names are told, and what a reader may adjust."""

from __future__ import annotations

import json
import re
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import recipe
from dashboards.address import BadAddress, parse
from metrics.peers import FEW, NUMBER, TRAITS, Recipe, similar
from metrics.similar import Everyone, everyone
from tests.readers import (
    YEAR,
    Ministry,
    asked_by_dash,
    hand_in,
    opened_site,
    section,
    text_of,
)
from warehouse.places import NATION
from warehouse.similar import marked
from warehouse.store import Reader


def page(ministry: Ministry, role: str, query: str = "", lang: str = "zh", name: str = "similar") -> dict[str, Any]:  # fmt: skip
    path = f"/{lang}/{name}/{ministry.at('school')}"
    return asked_by_dash(ministry.client(role), path, f"?year={YEAR}{query}")


def peers(ministry: Ministry, asked: Recipe = Recipe()) -> list[int]:  # noqa: B008 - frozen
    """The numbers of the similar schools, worked out beside the site."""
    with ministry.web.reading(ministry.web.scope("ministry", NATION)) as reader:
        loads = reader.loads([NATION])[NATION]
        (own,) = marked(reader, units=[ministry.at("school")])
        found = similar(everyone(reader, YEAR, "submitted", loads).schools, own, asked)
        units = marked(reader, marks=[one.unit for one in found])
    return [units[one.unit] for one in found]


def named(ministry: Ministry, text: str) -> set[int]:
    """The units whose names stand in a text."""
    units = ministry.web.ladder.units(NATION, YEAR)
    return {unit for unit in units if ministry.web.ladder.place(unit).name("zh") in text}


RECIPES = st.builds(
    Recipe,
    times=st.dictionaries(st.sampled_from([one.name for one in TRAITS]), st.sampled_from([0, 2])),
    is_local=st.booleans(), within=st.sampled_from([None, *recipe.WITHIN.values()]),
)  # fmt: skip


@given(asked=RECIPES)
def test_a_recipe_survives_the_address(asked: Recipe) -> None:
    text = recipe.written(asked)

    assert recipe.read(text) == asked
    assert parse("/zh/similar/1", f"?peers={text}").peers == text


@pytest.mark.parametrize("text", ["size", "size-3", "age-2", "within-170", "place.local", "local..local", "PLACE"])  # fmt: skip
def test_what_no_recipe_has_is_no_address(text: str) -> None:
    with pytest.raises(BadAddress):
        parse("/zh/similar/1", f"?peers={text}")


def test_the_cards_compare_with_the_similar_schools_and_say_so(ministry: Ministry) -> None:
    """The median on the card is that of those thirty schools, each read by itself."""
    client = ministry.client("ministry")
    seen = text_of(page(ministry, "ministry", name="place"))
    found = re.search(r"所相似学校中的 \d+ 个，中位 ([\d,]+) ?人", seen)
    students = []
    for unit in peers(ministry):
        one = text_of(asked_by_dash(client, f"/zh/similar/{unit}", f"?year={YEAR}"))
        own = json.loads(f'"{re.search(r"本校.*?children.: .([0-9,]+).", one)[1]}"')  # type: ignore[index]
        students.append(int(own.replace(",", "")))

    assert found
    assert len(students) == NUMBER
    assert abs(int(found[1].replace(",", "")) - median(students)) <= 0.5
    assert "卡片与 30 所相似学校比较" in section(
        page(ministry, "ministry", name="place"), "against"
    )


@pytest.mark.parametrize("name", ["place", "employment"])
def test_the_schools_of_the_place_stay_a_choice(ministry: Ministry, name: str) -> None:
    default = page(ministry, "ministry", name=name)
    chosen = page(ministry, "ministry", "&peers=place", name=name)

    assert "peers=place" in section(default, "against")
    assert "所相似学校中的" in text_of(default)
    assert "所相似学校中的" not in text_of(chosen)
    assert "peers=place" not in re.findall(r'"href": "([^"]*)"', section(chosen, "against"))[0]


@pytest.mark.parametrize("role", ["ministry", "province", "county", "school"])
def test_names_are_told_of_those_whose_records_the_reader_sees_and_of_no_other(
    ministry: Ministry, role: str
) -> None:
    alike, own = set(peers(ministry)), ministry.at("school")
    inside = set(ministry.web.ladder.units(ministry.at(role), YEAR))

    for query in ("", "&peers=local", "&peers=size-2.mix-0.within-200"):
        seen = text_of(page(ministry, role, query))
        assert named(ministry, seen) <= inside | {own}
        linked = {int(unit) for unit in re.findall(r"/zh/similar/(\d+)", seen)}
        assert linked <= inside
    listed = section(page(ministry, role), "list")
    assert named(ministry, listed) - {own} == (alike & inside) - {own}
    left = len(alike - inside)
    assert ("范围之外" in listed) == bool(left)
    assert not left or f"{left} 所" in listed


def test_the_thirty_stand_in_their_order_with_the_own_province_first(ministry: Ministry) -> None:
    listed = section(page(ministry, "ministry"), "list")
    links = [int(unit) for unit in re.findall(r"/zh/similar/(\d+)", listed)]

    assert links == peers(ministry)
    assert len(links) == NUMBER


def test_a_choice_changes_the_list_and_the_address_and_can_be_taken_back(
    ministry: Ministry,
) -> None:
    published, changed = (
        page(ministry, "ministry"),
        page(ministry, "ministry", "&peers=mix-0.local"),
    )
    links = [int(unit) for unit in re.findall(r"/zh/similar/(\d+)", section(changed, "list"))]

    assert links == peers(ministry, Recipe(times={"mix": 0}, is_local=True))
    assert "恢复公布的方法" in section(changed, "recipe")
    assert "恢复公布的方法" not in section(published, "recipe")
    assert "peers=size-2#recipe" in section(published, "recipe")
    assert "peers=size-2.mix-0.local#recipe" in section(changed, "recipe")
    assert "mix-0.local" in section(page(ministry, "ministry", "&peers=mix-0.local", name="place"), "against")  # fmt: skip
    assert "按您调整的方法" in section(page(ministry, "ministry", "&peers=mix-0.local", name="place"), "against")  # fmt: skip


def test_the_table_of_a_domain_has_the_middle_of_the_similar_schools(ministry: Ministry) -> None:
    """The same median as on the card above it; no column where nobody is compared with."""
    seen = page(ministry, "county", name="general")
    card = re.search(r"所相似学校中的 \d+ 个，中位 ([\d,]+) ?人", text_of(seen))
    alone = page(ministry, "county", "&asof=2001-01-01T00:00:00", name="general")

    assert "相似学校中位" in section(seen, "questions")
    assert card
    assert f'"{card[1]}"' in section(seen, "questions")
    assert "中位" not in section(alone, "questions")


def test_without_any_trait_there_is_nobody_and_the_page_says_what_to_do(ministry: Ministry) -> None:
    nothing = ".".join(f"{one.name}-0" for one in TRAITS)
    seen = text_of(page(ministry, "ministry", f"&peers={nothing}", "en"))

    assert "there is no school to compare with" in seen
    assert "Back to the published recipe" in seen
    assert "similar schools; median" not in seen


def test_few_close_ones_are_said_on_page_and_cards(ministry: Ministry) -> None:
    """Sixty schools are too few for ten close ones."""
    with ministry.web.reading(ministry.web.scope("ministry", NATION)) as reader:
        all_ = everyone(reader, YEAR, "submitted", reader.loads([NATION])[NATION])
        (own,) = marked(reader, units=[ministry.at("school")])
    close = sum(one.is_close for one in similar(all_.schools, own))
    words = f"很相近的只有 {close} 所" if close else "没有很相近的"

    assert close < FEW
    assert words in text_of(page(ministry, "ministry"))
    assert words in section(page(ministry, "ministry", name="place"), "against")


def test_before_the_school_had_reported_the_page_says_what_is_missing(ministry: Ministry) -> None:
    for name in ("similar", "place"):
        seen = text_of(page(ministry, "ministry", "&asof=2001-01-01T00:00:00", name=name))
        assert "才能找相似学校" in seen


def test_a_new_return_is_in_the_comparison_at_once(ministry: Ministry) -> None:
    rows = [{"specialty": "720201", "grade": "1", "sex": "2", "students": 77}]

    hand_in(ministry, "enrolment", rows)

    told = section(page(ministry, "ministry"), "recipe")
    assert '"77"' in told
    assert "医药卫生大类 100%" in told


def test_schools_are_the_same_whatever_reader_is_first(ministry: Ministry) -> None:
    """Traits are kept once for all readers; nothing of a reader's reach is kept with them."""
    ours = [section(page(ministry, role), "recipe") for role in ("school", "ministry", "county")]

    assert ours == [ours[0]] * 3


@pytest.mark.parametrize("is_remembering", [True, False])
def test_the_traits_of_all_schools_are_read_once_while_nobody_reports(
    ministry: Ministry, is_remembering: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For whatever reader, and where no answer is remembered either; a new return has them read again."""
    read: list[int] = []

    def counting(reader: Reader, year: int, *said: Any) -> Everyone:
        read.append(year)
        return everyone(reader, year, *said)

    monkeypatch.setattr("dashboards.answers.everyone", counting)
    site = opened_site(ministry.web, cache=is_remembering)
    for role in ("ministry", "school", "county"):
        client = ministry.entered(role, site)
        asked_by_dash(client, f"/zh/place/{ministry.at('school')}", f"?year={YEAR}")
    assert read == [YEAR]

    hand_in(ministry, "enrolment", [{"specialty": "720201", "grade": "1", "sex": "2", "students": 78 + is_remembering}])  # fmt: skip
    asked_by_dash(ministry.entered("school", site), f"/zh/place/{ministry.at('school')}", f"?year={YEAR}")  # fmt: skip
    assert read == [YEAR, YEAR]
