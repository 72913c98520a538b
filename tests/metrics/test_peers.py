"""Similar schools: distances against sums made by hand, and what must hold of any set of schools."""

from __future__ import annotations

import tracemalloc
from math import log, sqrt
from random import Random
from time import process_time
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.nearest import everyone, nearest, renewed
from metrics.peers import (
    CLOSE,
    FEW,
    NUMBER,
    POOL,
    PUBLISHED,
    TRAITS,
    Peer,
    Recipe,
    Schools,
    few,
    similar,
)
from warehouse.bands import HIGHEST, LOWEST, bands
from warehouse.codes import majors
from warehouse.dimensions import SCHOOL_TYPE, SETTING, SPONSOR

HUNAN, GUIZHOU, BEIJING = 430000, 520000, 110000
ONE = {"province": HUNAN, "school_type": "general", "sponsor": "education", "setting": "city", "band": 2, "students": 1000}  # fmt: skip
SCHEMA = pl.Schema({
    "unit": pl.Int64, "province": pl.Int64, "school_type": pl.String, "sponsor": pl.String, "setting": pl.String, "band": pl.Int64,
    "students": pl.Int64,
})  # fmt: skip
MIX = pl.Schema({"unit": pl.Int64, "major": pl.String, "students": pl.Int64})


def schools(*rows: dict[str, Any], mix: dict[int, dict[str, int]] | None = None) -> Schools:
    """Units numbered from 1; each has all students in one class unless `mix` says otherwise."""
    traits = pl.DataFrame([{"unit": n, **ONE, **row} for n, row in enumerate(rows, 1)], schema=SCHEMA)  # fmt: skip
    spread = {unit: {"61": 1} for unit in traits["unit"]} | (mix or {})
    lines = [(unit, major, n) for unit, of in spread.items() for major, n in of.items()]
    return Schools.of(traits, pl.DataFrame(lines, schema=MIX, orient="row"))


def to(found: list[Peer], unit: int) -> Peer:
    return next(one for one in found if one.unit == unit)


def drawn(seed: int, number: int, missing: float = 0.1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Schools drawn at random, some without some traits, many alike."""
    chance = Random(seed)
    provinces = {place: one.number for place, one in list(bands().items())[:4]}

    def lacks(value: Any) -> Any:
        return None if chance.random() < missing else value

    rows, mix = [], []
    for unit in range(1, number + 1):
        province = chance.choice(list(provinces))
        rows.append({
            "unit": unit, "province": province, "school_type": lacks(chance.choice(list(SCHOOL_TYPE.labels))),
            "sponsor": lacks(chance.choice(list(SPONSOR.labels)[:3])), "setting": lacks(chance.choice(list(SETTING.labels))),
            "band": provinces[province], "students": lacks(chance.choice([0, 200, 400, 900, 1500])),
        })  # fmt: skip
        mix += [(unit, chance.choice(["61", "66", "71", "72"]), chance.randint(0, 5)) for _ in range(chance.randint(0, 3))]  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA), pl.DataFrame(mix, schema=MIX, orient="row")


def test_the_weights_are_parts_of_one_and_every_trait_is_named_in_both_languages() -> None:
    assert sum(one.weight for one in TRAITS) == pytest.approx(1)
    assert all(one.label.zh and one.label.en and one.how.zh and one.how.en for one in TRAITS)


def test_every_province_that_reports_has_a_band_with_its_source() -> None:
    assert len(bands()) == 32
    assert {one.number for one in bands().values()} == set(range(LOWEST, HIGHEST + 1))
    assert {one.mark for one in bands().values()} <= {"found", "recalled", "assumed"}
    assert all(one.source for one in bands().values())


def test_a_distance_worked_out_by_hand() -> None:
    """Twice the students (half of fourfold in logarithms), half the mix in another class, another sponsor, a town in a province three bands up."""
    found = similar(
        schools(
            {}, {"students": 2000, "sponsor": "private", "setting": "town", "province": BEIJING, "band": 5}, mix={1: {"61": 100}, 2: {"61": 100, "66": 100}}
        ),
        1,
    )  # fmt: skip

    (peer,) = found
    mix = 1 - sqrt(1 * 0.5)  # squared Hellinger distance
    assert peer.parts == pytest.approx({
        "size": 0.30 * 0.5**2, "mix": 0.30 * mix, "type": 0, "sponsor": 0.10, "setting": 0.10 * 0.5**2, "band": 0.05 * (3 / 4) ** 2,
    })  # fmt: skip
    assert peer.distance == pytest.approx(sqrt(0.075 + 0.30 * mix + 0.10 + 0.025 + 0.028125))
    assert peer.differences["size"] == pytest.approx(log(2) / log(4))
    assert not peer.is_local


def test_what_is_missing_on_either_side_is_left_out_and_the_rest_stands_for_the_whole() -> None:
    found = similar(schools({}, {"sponsor": None, "setting": None, "school_type": "adult"}), 1)

    (peer,) = found
    assert peer.differences["sponsor"] is None
    assert peer.differences["setting"] is None
    assert peer.distance == pytest.approx(sqrt(0.15 / 0.80))
    assert "sponsor" not in peer.parts


def test_schools_that_share_less_than_half_of_the_weight_are_not_compared() -> None:
    """Without students neither size nor mix is known: type, sponsor, setting and band are 0.4 of the weight."""
    assert similar(schools({}, {"students": 0}, mix={2: {}}), 1) == []
    assert len(similar(schools({}, {"students": 0}, mix={2: {"61": 5}}), 1)) == 1


def test_fourfold_is_as_different_as_size_counts() -> None:
    found = similar(schools({}, {"students": 4000}, {"students": 40_000}), 1)

    assert to(found, 2).differences["size"] == pytest.approx(1)
    assert to(found, 3).differences["size"] == pytest.approx(1)


def test_of_the_nearest_sixty_the_own_province_comes_first_and_thirty_stay() -> None:
    """Twenty of the own province lie behind forty of another; one of the own province, the sixty-first, is too far away."""
    there = [{"province": GUIZHOU, "students": 1000 + n} for n in range(1, 41)]
    here = [{"students": 1200 + n} for n in range(21)]

    found = similar(schools({}, *there, *here), 1, Recipe(times={"band": 0}))

    assert len(found) == NUMBER
    assert [one.is_local for one in found] == [True] * 20 + [False] * 10
    assert [one.unit for one in found] == [*range(42, 62), *range(2, 12)]
    assert POOL == 60


def test_equal_distances_are_ordered_by_number() -> None:
    found = similar(schools(*[{}] * 100), 50)

    assert [one.unit for one in found] == list(range(1, 31))
    assert {one.distance for one in found} == {0.0}


def test_a_weight_of_nothing_takes_a_trait_out_and_a_doubled_one_counts_twice() -> None:
    rows = schools({}, {"school_type": "adult", "students": 2000})

    assert similar(rows, 1, Recipe(times={"size": 0}))[0].distance == pytest.approx(sqrt(0.15 / 0.70))  # fmt: skip
    assert similar(rows, 1, Recipe(times={"type": 0}))[0].distance == pytest.approx(sqrt(0.075 / 0.85))  # fmt: skip
    assert similar(rows, 1, Recipe(times={"type": 2}))[0].distance == pytest.approx(sqrt((0.30 + 0.075) / 1.15))  # fmt: skip
    assert similar(rows, 1, Recipe(times={one.name: 0 for one in TRAITS})) == []


def test_a_reader_may_keep_to_the_own_province_and_to_a_band_of_sizes() -> None:
    rows = schools({}, {"province": GUIZHOU}, {"students": 1500}, {"students": 1600}, {"students": 640})  # fmt: skip

    assert [one.unit for one in similar(rows, 1, Recipe(is_local=True))] == [3, 5, 4]
    assert [one.unit for one in similar(rows, 1, Recipe(within=1.5))] == [3, 2]
    assert [one.unit for one in similar(rows, 1, Recipe(within=1.6))] == [3, 5, 4, 2]


def test_few_close_ones_are_said() -> None:
    near, far = {"students": 1001}, {"school_type": "adult", "sponsor": "private"}

    assert not few(similar(schools({}, *[near] * FEW), 1))
    assert few(similar(schools({}, *[near] * (FEW - 1), *[far] * 30), 1))


def test_an_unknown_school_is_an_error() -> None:
    with pytest.raises(LookupError):
        similar(schools({}, {}), 3)


RECIPES = st.builds(
    Recipe,
    times=st.dictionaries(st.sampled_from([one.name for one in TRAITS]), st.sampled_from([0, 1, 2])),
    is_local=st.booleans(), within=st.sampled_from([None, 1.5, 2.0]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), number=st.integers(1, 90), recipe=RECIPES)
def test_what_holds_of_any_schools(seed: int, number: int, recipe: Recipe) -> None:
    traits, mix = drawn(seed, number)
    made = Schools.of(traits, mix)
    all_ = {unit: similar(made, unit, recipe) for unit in range(1, number + 1)}

    for unit, found in all_.items():
        assert len(found) <= NUMBER
        assert unit not in {one.unit for one in found}
        assert len({one.unit for one in found}) == len(found)
        away = [not one.is_local for one in found]
        assert away == sorted(away)
        assert not recipe.is_local or not any(away)
        for one in found:
            assert 0 <= one.distance <= 1 + 1e-9
            assert sum(one.parts.values()) == pytest.approx(one.distance**2)
            assert all(recipe.times.get(name) != 0 or not part for name, part in one.parts.items())
            back = [each for each in all_[one.unit] if each.unit == unit]
            assert all(each.distance == pytest.approx(one.distance) for each in back)
        for group in (True, False):
            distances = [round(one.distance, 6) for one in found if one.is_local is group]
            assert distances == sorted(distances)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), number=st.integers(1, 90), recipe=RECIPES)
def test_the_order_of_rows_changes_nothing_and_all_at_once_is_the_same_as_one_by_one(
    seed: int, number: int, recipe: Recipe
) -> None:
    traits, mix = drawn(seed, number)
    made = Schools.of(traits, mix)
    shuffled = Schools.of(
        traits.sample(fraction=1, shuffle=True, seed=seed), mix.sample(fraction=1, shuffle=True, seed=seed)
    )  # fmt: skip

    found = everyone(made, recipe)

    assert everyone(shuffled, recipe).equals(found)
    for (unit,), rows in found.group_by("unit"):
        one_by_one = similar(made, int(str(unit)), recipe)
        assert rows.sort("rank")["peer"].to_list() == [one.unit for one in one_by_one]
        assert rows.sort("rank")["distance"].to_list() == pytest.approx([one.distance for one in one_by_one], abs=1e-4)  # fmt: skip


def exactly(made: Schools, recipe: Recipe) -> pl.DataFrame:
    """The similar schools of all, one after the other."""
    found = [(unit, rank, one.unit) for unit in made.units.tolist() for rank, one in enumerate(similar(made, unit, recipe), 1)]  # fmt: skip
    return pl.DataFrame(found, schema=["unit", "rank", "peer"], orient="row")


def spread_out(seed: int, number: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Schools drawn, their sizes from a handful to thousands: many pairs are more than fourfold apart, some have nobody near."""
    traits, mix = drawn(seed, number)
    sizes = np.exp(np.random.default_rng(seed).normal(6, 2, number)).astype(int)
    return traits.with_columns(
        students=pl.when(pl.col("students").is_not_null()).then(pl.Series(sizes))
    ), mix


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("recipe", [PUBLISHED, Recipe(times={"size": 0, "mix": 2}), Recipe(is_local=True), Recipe(within=1.5)])  # fmt: skip
def test_rough_distances_lose_nobody(seed: int, recipe: Recipe) -> None:
    """Among more schools than are looked at closely: missing traits, ties, and sizes beyond what counts."""
    made = Schools.of(*spread_out(seed, 400))

    assert everyone(made, recipe).select("unit", "rank", "peer").equals(exactly(made, recipe))


@pytest.mark.parametrize("seed", range(6))
def test_what_changed_in_few_schools_is_found_again_as_if_all_were(seed: int) -> None:
    traits, mix = spread_out(seed, 300)
    before, chance = nearest(Schools.of(traits, mix)), Random(seed)
    some = chance.sample(range(1, 301), 3)
    is_one = pl.col("unit").is_in(some)
    size, sponsor = chance.randint(1, 3000), chance.choice(list(SPONSOR.labels))
    changed = traits.with_columns(
        pl.when(is_one).then(size).otherwise("students").alias("students"),
        pl.when(is_one).then(pl.lit(sponsor)).otherwise("sponsor").alias("sponsor"),
    )
    now = Schools.of(changed, mix)

    found = renewed(before, now)

    assert np.array_equal(found.pool, nearest(now).pool)
    assert not np.array_equal(found.pool, before.pool)


def test_where_a_school_is_new_all_are_found_again() -> None:
    traits, mix = drawn(3, 120)
    before = nearest(Schools.of(traits.filter(pl.col("unit") != 7), mix))
    now = Schools.of(traits, mix)

    assert np.array_equal(renewed(before, now).pool, nearest(now).pool)


def test_close_is_a_distance_of_the_published_recipe() -> None:
    """A third more students and a tenth of the mix elsewhere is close; another type is not."""
    rows = schools({}, {"students": 1333}, {"school_type": "adult"}, mix={2: {"61": 90, "66": 10}})

    assert to(similar(rows, 1), 2).distance < CLOSE < to(similar(rows, 1), 3).distance
    assert Recipe() == PUBLISHED


def many(number: int) -> Schools:
    """Schools drawn by the thousand."""
    chance = np.random.default_rng(7)
    provinces = chance.choice(list(bands()), number)
    traits = pl.DataFrame({
        "unit": np.arange(1, number + 1), "province": provinces, "school_type": chance.choice(list(SCHOOL_TYPE.labels), number),
        "sponsor": chance.choice(list(SPONSOR.labels), number), "setting": chance.choice(list(SETTING.labels), number),
        "band": [bands()[int(one)].number for one in provinces], "students": np.exp(chance.normal(7, 0.7, number)).astype(int),
    })  # fmt: skip
    mix = pl.DataFrame({
        "unit": np.repeat(np.arange(1, number + 1), 4), "major": chance.choice(sorted(majors().labels), 4 * number),
        "students": chance.integers(1, 400, 4 * number),
    })  # fmt: skip
    return Schools.of(traits, mix)


def test_of_ten_thousand_schools_one_takes_milliseconds_and_all_at_once_seconds() -> None:
    """Bounds are several times what was measured: docs/decisions/similar-schools.md."""
    made = many(10_000)
    similar(made, 1)
    tracemalloc.start()
    begun = process_time()
    found = everyone(made)
    all_s, peak = process_time() - begun, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    begun = process_time()
    for unit in range(1, 51):
        similar(made, unit)
    one_ms = (process_time() - begun) * 20

    said = f"one {one_ms:.1f} ms, all {all_s:.1f} s of the processor, {peak / 2**20:.0f} MiB"
    assert found.height == 10_000 * NUMBER, said
    assert one_ms < 15, said
    assert all_s < 6, said
    assert peak < 250 * 2**20, said
