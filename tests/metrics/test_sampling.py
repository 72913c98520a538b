"""The plan of spot checks: who is ranked in, who is drawn, and whether what is estimated from the lot is right on average."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.sampling import WHOLE, Estimate, Unit, estimate, left, made, plan
from metrics.spot_checks import units_of
from tests.metrics.conftest import YEARS, Ministry


def told(units: list[Unit], visits: int, lot: int, seed: int, wrong: set[int]) -> Estimate:
    """What a plan tells when every visit by lot was made."""
    drawn = plan(units, visits, lot, seed)
    return estimate(left(units, drawn), [one for one in drawn if one.arm == "random"], wrong)


UNITS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from([0.0, 0.0, 1.0, 2.5])), min_size=1, max_size=60
).map(lambda rows: [Unit(number, *row) for number, row in enumerate(rows)])  # fmt: skip


@given(units=UNITS, visits=st.integers(0, 80), lot=st.integers(0, 80), seed=st.integers(0, 9))
def test_a_plan_visits_as_many_as_it_may_each_once_the_weightiest_ranked_in(
    units: list[Unit], visits: int, lot: int, seed: int
) -> None:
    lot = min(lot, visits)

    found = plan(units, visits, lot, seed)

    ranked, drawn = ([one for one in found if one.arm == arm] for arm in ("ranked", "random"))
    assert len(found) == len({one.school_id for one in found}) == min(visits, len(units))
    assert found == plan(units[::-1], visits, lot, seed)
    weights = {one.school_id: one.weight for one in units}
    least = min((weights[one.school_id] for one in ranked), default=0.0)
    if len(ranked) == visits - lot and ranked:
        chosen = {one.school_id for one in ranked}
        assert all(weight <= least for school, weight in weights.items() if school not in chosen)
    assert all(weights[one.school_id] > 0 for one in ranked)
    sizes: dict[str, int] = {}
    for one in units:
        if one.school_id not in {each.school_id for each in ranked}:
            sizes[one.stratum] = sizes.get(one.stratum, 0) + 1
    if len(drawn) < len(sizes):
        sizes = {WHOLE: sum(sizes.values())}
    for visit in drawn:
        mine = sum(each.stratum == visit.stratum for each in drawn)
        assert visit.probability == pytest.approx(mine / sizes[visit.stratum])
    if len(drawn) >= len(sizes):
        assert {one.stratum for one in drawn} == set(sizes)


def test_a_lot_larger_than_the_visits_is_refused() -> None:
    with pytest.raises(ValueError, match="5 of 4"):
        plan([Unit(1, "a")], 4, 5, 1)


def test_what_the_lot_says_is_right_on_average_and_its_interval_holds_it() -> None:
    """300 schools in three strata of different size, of which 20, 10 and 2 are wrong though nothing is doubted; 60 drawn, 400 times."""
    sizes, wrongs = {"a": 200, "b": 80, "c": 20}, {"a": 20, "b": 10, "c": 2}
    units: list[Unit] = []
    wrong: set[int] = set()
    for stratum, size in sizes.items():
        first = len(units)
        units += [Unit(first + number, stratum) for number in range(size)]
        wrong |= set(range(first, first + wrongs[stratum]))

    found = [told(units, 60, 60, seed, wrong) for seed in range(400)]

    assert np.mean([one.schools for one in found]) == pytest.approx(32, abs=1.0)
    assert np.mean([one.low <= 32 <= one.high for one in found]) >= 0.93
    assert {one.of for one in found} == {300}


def test_with_fewer_visits_than_strata_everybody_has_the_same_chance() -> None:
    """Two of six schools in five strata, 900 times: each about 300 times, told with a third, and the estimate speaks of all six."""
    units = [Unit(number, "aabcde"[number]) for number in range(6)]

    drawn = [plan(units, 2, 2, seed) for seed in range(900)]

    times = [
        sum(any(one.school_id == school for one in each) for each in drawn) for school in range(6)
    ]
    assert times == pytest.approx([300] * 6, abs=60)
    assert all(one.probability == pytest.approx(1 / 3) for each in drawn for one in each)
    # both wrong: 6^2 / (2 * (2/3) / (1/9)) = 3 visits as precise; 3 / (3 + Z^2) = 0.4385
    found = told(units, 2, 2, 1, {one.school_id for one in drawn[1]})
    assert (found.schools, found.high, found.of) == (6.0, 6.0, 6)
    assert found.low == pytest.approx(2.63, abs=0.01)


def test_nothing_found_is_no_proof_of_nothing() -> None:
    units = [Unit(number, "a") for number in range(100)]

    found = told(units, 10, 10, 1, set())

    # 10 of 100 without putting back are as precise as 100^2 / (10 * 0.9 / 0.01) = 11.11; Z^2 / (11.11 + Z^2) = 0.2569
    assert (found.schools, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(25.69, abs=0.01)


def test_without_a_lot_nothing_is_known() -> None:
    units = [Unit(1, "a", 3.0), Unit(2, "a"), Unit(3, "b")]

    assert told(units, 1, 0, 1, {1})[1:] == (0.0, 2.0, 2)


def test_everybody_visited_is_counted() -> None:
    units = [Unit(number, "ab"[number % 2]) for number in range(9)]

    assert told(units, 9, 9, 1, {0, 1, 2}) == (3.0, 3.0, 3.0, 9)


def test_until_all_are_visited_it_speaks_by_those_that_were_and_of_their_strata_alone() -> None:
    """20 schools of a and 10 of b, 4 and 2 drawn; one of a was wrong of two visited, nobody went to b: 1 / (2 / 20) = 10 of 20."""
    units = [Unit(number, "a" if number < 20 else "b") for number in range(30)]
    drawn = plan(units, 6, 6, 1)
    first, second, *_ = [one.school_id for one in drawn if one.stratum == "a"]

    lot = made(drawn, left(units, drawn), {first, second})
    found = estimate(left(units, drawn), lot, {first})

    assert [one.probability for one in lot] == [0.1, 0.1]
    assert (found.schools, found.of) == (10.0, 20)
    assert 0 < found.low < 10 < found.high < 20


def test_the_lot_of_a_province_is_drawn_by_the_places_below(ministry: Ministry) -> None:
    ladder, hunan, year = ministry.web.ladder, 430000, YEARS[-1]
    first = ministry.schools["A"]

    units = units_of(ladder, hunan, year, {first: 2.0})

    assert {one.school_id for one in units} == {school for name, school in ministry.schools.items() if name != "G"}  # fmt: skip
    assert {one.stratum for one in units} == {"430100", "430500"}
    assert [one.school_id for one in units if one.weight] == [first]
    assert {one.stratum for one in units_of(ladder, 1, year, {})} == {"430000", "440000"}
