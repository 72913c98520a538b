"""What changed at every rung above the school: what stands on the page is what was measured, and it adds up."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from dashboards.charts.diverging import DivergingView, EffectView, diverging
from dashboards.i18n import Phrases
from dashboards.numbers import signed
from dashboards.views.changed_parts import effect_cells
from metrics.audience import Audience
from metrics.change import NOTHING, Line
from metrics.discovery import metric
from metrics.fates import Fate, fates
from metrics.measure import measure
from metrics.question import Answers, Question
from tests.factories import batch, students
from tests.readers import YEAR, Ministry, asked_by_dash, section, text_of
from warehouse.discovery import form
from warehouse.places import NATION
from warehouse.rights import Role

BEFORE, NOW = YEAR, YEAR + 1


@pytest.fixture(scope="module", autouse=True)
def _later(ministry: Ministry) -> None:
    """The year after: every unit with other numbers, but in the sister province every second one has reported nothing."""
    ladder = ministry.web.ladder
    silent = ladder.units(ministry.at("sister"), NOW)[::2]
    due = [unit for unit in ladder.units(NATION, NOW) if unit not in silent]
    said = {unit: students(g1=100 + unit % 97, g2=80, g3=60) for unit in due}
    ministry.worker.record(batch(form("enrolment"), NOW, said))


def page(ministry: Ministry, role: str, place: int, query: str = "", lang: str = "zh") -> dict[str, Any]:  # fmt: skip
    return asked_by_dash(ministry.client(role), f"/{lang}/changed/{place}", f"?year={NOW}{query}")


def measured(ministry: Ministry, place: int, metric: str = "students") -> Answers:
    """A place and those below it in both years, as a reader of its records has them."""
    scope = ministry.web.scope("reader", place)
    audience = Audience(scope=scope, ladder=ministry.web.ladder, role="test")
    below = ministry.web.ladder.children(place, NOW)
    asked = Question(metrics=(metric,), places=(place, *below), years=(BEFORE, NOW))
    with ministry.web.reading(scope) as reader:
        return measure(reader, audience, asked)


def moves(said: Answers) -> list[int]:
    """What each place moved, the whole first."""
    (metric,) = said.question.metrics
    return [
        (said.cell(metric, place, NOW).numerator or 0)
        - (said.cell(metric, place, BEFORE).numerator or 0)
        for place in said.question.places
    ]


@pytest.mark.parametrize("role", ["ministry", "province", "county"])
def test_every_place_stands_with_what_it_adds_and_they_add_up(ministry: Ministry, role: str) -> None:  # fmt: skip
    whole, *parts = moves(measured(ministry, ministry.at(role)))
    seen = section(page(ministry, role, ministry.at(role)), "places")

    assert whole
    assert sum(parts) == whole
    for amount in (whole, *parts):
        assert f'"{signed(amount)}"' in seen


def test_the_sentence_names_the_movement_and_its_largest_part(ministry: Ministry) -> None:
    place = ministry.at("province")
    said = measured(ministry, place)
    whole, *parts = moves(said)
    towards = max if whole > 0 else min
    first = said.question.places[1:][parts.index(towards(parts))]
    seen = text_of(page(ministry, "province", place, lang="en"))

    assert f"({signed(whole)})" in seen
    assert f"most from {ministry.web.ladder.place(first).name('en')}" in seen


def test_fates_are_for_readers_of_records(ministry: Ministry) -> None:
    """Of the nation's analyst, of a province beside and of its own."""
    own, beside = ministry.at("province"), ministry.at("sister")

    assert section(page(ministry, "province", own), "fates")
    assert section(page(ministry, "ministry", NATION), "fates")
    for role, place in (("analyst", NATION), ("analyst", own), ("province", NATION), ("province", beside)):  # fmt: skip
        seen = page(ministry, role, place)
        assert section(seen, "bars")
        assert section(seen, "fates") == section(seen, "schools") == ""


def test_the_fates_on_the_page_are_those_that_were_found(ministry: Ministry) -> None:
    place = ministry.at("sister")
    scope = ministry.web.scope("reader", place)
    audience = Audience(scope=scope, ladder=ministry.web.ladder, role="test")
    with ministry.web.reading(scope) as reader:
        asked = Question(metrics=("students",), places=(place,), years=(BEFORE, NOW))
        told = fates(reader, audience, asked) or []
    silent = [one for one in told if one.fate is Fate.REPORTING]
    seen = page(ministry, "ministry", place, lang="en")

    assert silent
    assert signed(sum(one.amount for one in silent)) in section(seen, "fates")
    assert f"{len(silent)} unit" in text_of(seen)
    assert "Of it reporting" in section(seen, "places")


def test_what_disclosure_withholds_is_not_taken_apart(ministry: Ministry) -> None:
    """A province of two schools: whoever reads aggregates alone is told why, and of no place what it moved."""
    whole, *parts = moves(measured(ministry, ministry.at("sister")))
    seen = page(ministry, "analyst", ministry.at("sister"), lang="en")

    assert Phrases("en")("changed.why.withheld") in text_of(seen)
    assert section(seen, "places") == section(seen, "groups") == ""
    for amount in (whole, *parts):
        assert f'"{signed(amount)}"' not in text_of(seen)


def test_a_ratio_is_told_by_its_two_effects_and_by_group(ministry: Ministry) -> None:
    seen = page(ministry, "ministry", NATION, "&metric=students_per_school&view=grade", "en")

    assert "within places" in text_of(seen)
    for key in ("bars", "places"):
        assert "Within" in section(seen, key)
        assert "Between" in section(seen, key)
    assert "Grade" in section(seen, "groups")


def test_a_group_of_students_adds_up(ministry: Ministry) -> None:
    seen = section(page(ministry, "province", ministry.at("province"), "&view=sex"), "groups")

    assert f'"{signed(moves(measured(ministry, ministry.at("province")))[0])}"' in seen
    assert "女" in seen


@pytest.mark.parametrize("start", ["2001", str(NOW), "x", "99999"])
def test_a_year_that_does_not_lie_before_is_not_compared_with(ministry: Ministry, start: str) -> None:  # fmt: skip
    asked, plain = (page(ministry, "ministry", NATION, more, "en") for more in (f"&start={start}", ""))  # fmt: skip

    assert section(asked, "places") == section(plain, "places") or "start=" in text_of(asked)
    assert f"{NOW}–{(NOW + 1) % 100:02d} against {BEFORE}–{NOW % 100:02d}" in text_of(asked)


def test_where_a_year_has_nothing_the_page_says_what_to_do(ministry: Ministry) -> None:
    """Nobody has reported staff since; of the first year there is nothing to compare with."""
    later = page(ministry, "ministry", NATION, "&metric=full_time_teachers", "en")
    first = asked_by_dash(ministry.client("ministry"), f"/en/changed/{NATION}", f"?year={BEFORE}")
    unknown = page(ministry, "ministry", NATION, "&metric=coverage", "en")

    assert "appears here once schools submit" in section(later, "bars")
    assert "Choose another year" in section(first, "bars")
    assert section(later, "places") == section(first, "places") == ""
    assert "Students" in section(
        unknown, "bars"
    )  # what cannot be taken apart gives way to the first


def test_a_reviewer_of_a_province_sees_its_units(ministry: Ministry) -> None:
    place = ministry.at("province")
    client = ministry.appointed(Role.REVIEWER, place)
    seen = asked_by_dash(client, f"/zh/changed/{place}", f"?year={NOW}")

    assert section(seen, "fates")


def test_an_effect_too_small_to_be_printed_is_none_the_less_one() -> None:
    line = Line("", NOTHING, amount=Fraction(3, 10), within=Fraction(1, 10_000), between=None)

    cells = effect_cells("zh", metric("students_per_teacher"), line)

    assert [(cell.text, cell.symbol) for cell in cells] == [("+0.300", ""), ("", "rounds_to_zero"), ("", "not_applicable")]  # fmt: skip


def test_bars_stand_on_both_sides_and_long_names_are_cut() -> None:
    name = "Xinjiang Production and Construction Corps"
    view = DivergingView((name, "兵团"), (EffectView("A", (-2.0, 1.5)), EffectView("B", (0.5, 0.0), "other")), "pp")  # fmt: skip

    drawn = diverging(view, "light")

    assert [trace["x"] for trace in drawn["data"]] == [[-2.0, 1.5], [0.5, 0.0]]
    assert len({trace["marker"]["color"] for trace in drawn["data"]}) == 2
    first, second = drawn["layout"]["yaxis"]["ticktext"]
    assert name.startswith(first.rstrip("…"))
    assert (first[-1], second) == ("…", "兵团")
    assert "A" in drawn["layout"]["annotations"][0]["text"]  # two effects are named by their inks
