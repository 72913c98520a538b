"""From a list of flags to one of them and on to the next: the list stands in the address, and only what the reader may see is stepped to."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from dashboards.views.alerts import MOST
from tests.readers import YEAR, Ministry, asked_by_dash, section, text_of
from tests.reviews import reviewed
from warehouse.flag_lists import Flag, Wanted, between, listed
from warehouse.flag_writing import framed, put
from warehouse.flags import Found, Judgement, newest_round
from warehouse.places import NATION
from warehouse.text import Text

ALERT = re.compile(r"/en/alert/(\d+)\?year=\d+&item=(\d+)")
HERE = {"low": 10.0, "high": 20.0, "value": 32.5, "peers": 30, "decimals": 1, "score": 2.0, "parts": [], "history": []}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def doubted(ministry: Ministry) -> tuple[int, int]:
    """The ministry reviewed, and of one school a doubt beside similar schools and one beside its group."""
    found = reviewed(ministry.worker)
    said = Text("比值远", "A ratio is far off")
    made = [Found(Judgement.DOUBT, ministry.at("school"), YEAR, rule, "soft", True, 2.0, said, HERE) for rule in ("S1", "A25")]  # fmt: skip
    with ministry.worker.writing() as writer:
        known = newest_round(writer)
        assert known
        put(writer, known.number, framed(made))
    return found


def page(ministry: Ministry, role: str, href: str) -> dict[str, Any]:
    path, _, query = href.partition("?")
    return asked_by_dash(ministry.client(role), path, f"?{query}")


def hrefs(drawn: Any) -> list[str]:
    """Every address on a page, in its order."""
    return re.findall(r'"href": "([^"]+)"', json.dumps(drawn))


def standing(
    ministry: Ministry, role: str, rule: str = "", judgement: Judgement = Judgement.BREACH
) -> list[Flag]:
    place = ministry.at(role) if role != "ministry" else NATION
    with ministry.web.reading(ministry.web.scope(role, place)) as reader:
        return listed(reader, Wanted(place, YEAR, judgement, rule), most=1000)


def steps(drawn: Any) -> dict[str, str]:
    """The addresses before and after, by their relation."""
    return {rel: href for href, rel in re.findall(r'"href": "([^"]+)", "rel": "(prev|next)"', json.dumps(drawn))}  # fmt: skip


def test_one_goes_through_the_whole_list_in_its_order(ministry: Ministry) -> None:
    rule = standing(ministry, "ministry")[0].rule
    found = [(one.school_id, one.flag_id) for one in standing(ministry, "ministry", rule)]
    first = page(ministry, "ministry", f"/en/alerts/{NATION}?year={YEAR}&item={rule}")
    href = next(one for one in hrefs(first) if ALERT.match(one))
    seen: list[tuple[int, int]] = []
    while href and len(seen) < 4:
        match = ALERT.match(href)
        assert match
        seen.append((int(match[1]), int(match[2])))
        drawn = page(ministry, "ministry", href)
        assert f"({len(seen)} of {len(found)})" in text_of(drawn)
        href = steps(drawn).get("next", "")

    assert len(found) >= 4
    assert seen == found[:4]
    assert ALERT.match(steps(drawn)["prev"])[2] == str(found[2][1])  # type: ignore[index]


def test_the_first_has_none_before_it_and_the_last_none_after(ministry: Ministry) -> None:
    found = standing(ministry, "ministry")
    for one, lacking in ((found[0], "prev"), (found[-1], "next")):
        drawn = page(ministry, "ministry", f"/en/alert/{one.school_id}?year={YEAR}&item={one.flag_id}&among={NATION}")  # fmt: skip
        assert lacking not in steps(drawn)
        assert len(steps(drawn)) == 1


def test_the_way_back_leads_to_the_page_of_the_list_on_which_the_flag_stands(ministry: Ministry) -> None:  # fmt: skip
    one = standing(ministry, "ministry")[MOST]
    drawn = page(ministry, "ministry", f"/en/alert/{one.school_id}?year={YEAR}&item={one.flag_id}&among={NATION}")  # fmt: skip

    (back,) = [href for href in hrefs(drawn) if href.endswith("#list")]
    assert f"start={MOST}" in back
    listed_there = hrefs(page(ministry, "ministry", back.removesuffix("#list")))
    assert any(f"item={one.flag_id}&" in href for href in listed_there)


@pytest.mark.parametrize(
    ("role", "judgement"), [("province", Judgement.BREACH), ("school", Judgement.DOUBT)]
)
def test_nobody_is_led_to_a_flag_outside_their_reach(ministry: Ministry, role: str, judgement: Judgement) -> None:  # fmt: skip
    """Whatever list the address names: that of the nation holds, for a province, its own flags."""
    own = standing(ministry, role, judgement=judgement)
    with ministry.web.reading(ministry.web.scope(role, ministry.at(role))) as reader:
        found = [between(reader, Wanted(NATION, YEAR, judgement), one.flag_id) for one in own]  # fmt: skip

    assert own
    mine = {one.flag_id for one in own}
    for each in found:
        assert each
        assert each.number == len(own)
        assert {step.flag_id for step in (each.before, each.after) if step} <= mine


def test_a_flag_that_the_list_does_not_hold_has_no_neighbours(ministry: Ministry, doubted: tuple[int, int]) -> None:  # fmt: skip
    school, number = doubted
    drawn = page(ministry, "ministry", f"/en/alert/{school}?year={YEAR}&item={number}&among={NATION}~limit.books_per_student")  # fmt: skip

    assert "Back to the list (" not in text_of(drawn)
    assert all("/en/alert/" not in href for href in steps(drawn).values())


@pytest.mark.parametrize("among", ["x", "1~", "1~<b>", "1~a/b"])
def test_a_list_outside_the_grammar_is_refused(ministry: Ministry, among: str) -> None:
    drawn = page(ministry, "ministry", f"/en/alert/{ministry.at('school')}?year={YEAR}&item=1&among={among}")  # fmt: skip

    assert "alert.none" not in text_of(drawn)
    assert section(drawn, "none") == ""


# -- fact and expectation


def shown(ministry: Ministry, rule: str) -> dict[str, Any]:
    school = ministry.at("school")
    with ministry.web.reading(ministry.web.scope("school", school)) as reader:
        (one,) = listed(reader, Wanted(school, YEAR, Judgement.DOUBT, rule), most=1)
    return page(ministry, "ministry", f"/en/alert/{school}?year={YEAR}&item={one.flag_id}")


def test_a_number_stands_beside_its_range_and_says_how_far_outside(ministry: Ministry) -> None:
    said = section(shown(ministry, "S1"), "fact")

    assert "This school 32.5: 12.5 above" in said
    assert "Expected 10–20" in said


def test_a_doubt_beside_similar_schools_leads_to_their_page_and_one_beside_its_own_years_does_not(
    ministry: Ministry,
) -> None:
    beside, alone = shown(ministry, "S1"), shown(ministry, "A25")

    assert "Compared with 30 similar schools" in section(beside, "fact")
    assert f"/en/similar/{ministry.at('school')}?year={YEAR}" in hrefs(beside)
    assert "similar schools" not in section(alone, "fact")
