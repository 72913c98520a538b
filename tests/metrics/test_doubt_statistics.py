"""The statistics of doubt, each against what defines it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.signals.alike import FEWEST, Alike
from metrics.signals.beside import PRIOR, compared, counted, rate
from metrics.signals.multivariate import isolation, tails
from metrics.signals.statistics import (
    MEDIAN_CHI2,
    WIDEST,
    chance_beside,
    count_range,
    count_residual,
    dispersion,
    hits_tail,
    identical,
    last_digits_are_round,
    modified_z,
    own_dispersion,
    own_line,
    shared_out,
)
from metrics.signals.twins import CROWDED, candidates, collisions
from warehouse.arrays import Floats

DICE = 20260101
reals = st.floats(-1e6, 1e6, allow_nan=False)


def an(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


@given(st.lists(reals, min_size=3, max_size=20), reals, st.floats(0.1, 100))
def test_a_modified_z_does_not_change_with_origin_and_unit(
    values: list[float], shift: float, scale: float
) -> None:
    x = an(*values)
    middle, spread = np.median(x), np.median(np.abs(x - np.median(x)))

    plain = modified_z(x, an(middle), an(spread), 1.0)
    moved = modified_z(x * scale + shift, an(middle * scale + shift), an(spread * scale), scale)

    assert moved == pytest.approx(plain, rel=1e-6, abs=1e-5)


def test_a_floor_keeps_a_group_of_equals_from_making_everything_far() -> None:
    z = modified_z(an(5, 5, 5, 6), an(5), an(0), 1.0)

    assert z.tolist() == pytest.approx([0, 0, 0, 0.6745])


@given(st.integers(0, 500), st.floats(0.1, 500), st.floats(0, 2))
def test_a_count_residual_has_the_sign_of_its_difference_and_grows_with_the_count(
    count: int, expected: float, alpha: float
) -> None:
    lower, higher = (count_residual(an(n), an(expected), an(alpha))[0] for n in (count, count + 1))

    assert lower < higher
    assert np.sign(lower) == np.sign(count - expected) or abs(lower) < 1e-6


def test_a_count_residual_of_chance_is_about_standard_normal() -> None:
    dice = np.random.default_rng(DICE)
    expected = np.full(20_000, 4.0)

    counts = dice.poisson(4.0, 20_000).astype(np.float64)
    residual = count_residual(counts, expected, np.zeros(20_000))

    assert residual.mean() == pytest.approx(0, abs=0.2)
    assert residual.std() == pytest.approx(1, abs=0.12)
    assert (np.abs(residual) > 4).mean() < 0.001


@given(st.floats(0.2, 2000), st.floats(0, 1), st.floats(1, 5))
def test_the_range_of_a_count_ends_where_its_residual_does(
    expected: float, alpha: float, most: float
) -> None:
    mu, wide = an(expected), an(alpha)

    low, high = count_range(mu, wide, most)

    assert 0 <= low[0] <= np.ceil(expected)
    assert high[0] >= np.floor(expected)
    assert abs(count_residual(high, mu, wide)[0]) <= most + 1e-3 or high[0] < expected
    assert count_residual(high + 1, mu, wide)[0] > most - 1e-3
    assert low[0] == 0 or count_residual(low - 1, mu, wide)[0] < -most + 1e-3


def of_group(counts: Floats, expected: Floats) -> float:
    """The dispersion of rows that make one group."""
    return float(dispersion(np.atleast_1d(np.median(own_dispersion(counts, expected))))[0])


@pytest.mark.parametrize("alpha", [0.1, 0.5])
def test_dispersion_finds_the_variation_of_a_group_despite_wrong_numbers(alpha: float) -> None:
    dice = np.random.default_rng(DICE)
    expected = np.full(4000, 60.0)
    counts = dice.negative_binomial(1 / alpha, 1 / (1 + alpha * 60), 4000).astype(float)
    clean = of_group(counts, expected)
    counts[:200] = 5000

    assert clean == pytest.approx(alpha, rel=0.25)
    assert of_group(counts, expected) == pytest.approx(clean, rel=0.25)


def test_counts_of_chance_alone_have_no_dispersion() -> None:
    dice = np.random.default_rng(DICE)

    assert of_group(dice.poisson(60.0, 4000).astype(np.float64), np.full(4000, 60.0)) < 0.005
    assert dispersion(an(np.nan, -0.3, 1e6)).tolist() == [0.0, 0.0, WIDEST]


def test_half_of_a_group_lies_within_its_dispersion() -> None:
    dice = np.random.default_rng(DICE)
    expected = dice.uniform(5, 90, 301)
    counts = np.floor(expected * dice.lognormal(0, 0.6, 301))

    alpha = of_group(counts, expected)

    squares = (counts - expected) ** 2 / (expected + alpha * expected**2)
    assert np.median(squares) == pytest.approx(MEDIAN_CHI2)


@given(st.floats(-50, 50), st.floats(-5, 5), st.integers(3, 6))
def test_a_series_that_goes_on_as_before_does_not_break(
    level: float, slope: float, years: int
) -> None:
    line: Floats = level + slope * np.arange(years + 1, dtype=np.float64)

    expected, spread = own_line(line[None, :-1])

    assert expected[0] == pytest.approx(line[-1], abs=1e-9)
    assert spread[0] == pytest.approx(0, abs=1e-9)


def test_one_wrong_year_in_the_history_does_not_move_the_line() -> None:
    history = an(10, 11, 99, 13, 14)[None, :]

    expected, _ = own_line(history)

    assert expected[0] == pytest.approx(15, abs=0.6)


def test_fewer_than_three_years_are_no_line() -> None:
    history = np.array([[np.nan, np.nan, 5.0, 6.0], [np.nan, 4.0, 5.0, 6.0]])

    expected, spread = own_line(history)

    assert np.isnan(expected[0])
    assert np.isnan(spread[0])
    assert (expected[1], spread[1]) == pytest.approx((7, 0))


@given(st.lists(st.tuples(st.floats(0.05, 0.95), st.booleans()), min_size=1, max_size=6))
def test_the_tail_of_hits_is_what_counting_every_outcome_gives(
    columns: list[tuple[float, bool]],
) -> None:
    chances, hits = [p for p, _ in columns], [hit for _, hit in columns]
    outcomes = product([0, 1], repeat=len(chances))
    counted_so = sum(
        np.prod([p if hit else 1 - p for p, hit in zip(chances, outcome, strict=True)])
        for outcome in outcomes
        if sum(outcome) >= sum(hits)
    )

    found = hits_tail(np.array([chances]), np.array([hits]))

    assert found[0] == pytest.approx(float(counted_so))


def test_a_column_that_was_not_asked_changes_no_tail() -> None:
    with_it = hits_tail(np.array([[0.2, np.nan, 0.3]]), np.array([[True, True, False]]))
    without = hits_tail(np.array([[0.2, 0.3]]), np.array([[True, False]]))

    assert with_it == pytest.approx(without)


@given(st.floats(0, 100), st.lists(st.floats(-5, 5), min_size=1, max_size=6))
def test_what_is_shared_out_adds_up(total: float, weights: list[float]) -> None:
    parts = shared_out(an(total), np.array([weights]))

    assert parts.sum() == pytest.approx(total)
    assert (parts >= 0).all()


def test_round_numbers_are_told_from_three_digits_on() -> None:
    found = last_digits_are_round(an(100, 101, 90, np.nan))

    assert found[:2].tolist() == [1, 0]
    assert np.isnan(found[2:]).all()


def test_who_aims_at_a_limit_does_not_raise_the_chance_of_lying_there() -> None:
    dice = np.random.default_rng(DICE)
    honest = dice.uniform(0.5, 1.5, 20_000)
    aiming = np.concatenate([honest, dice.uniform(1.0, 1.02, 2_000)])

    assert chance_beside(honest, 0.02) == pytest.approx(0.02, rel=0.1)
    assert chance_beside(aiming, 0.02) <= chance_beside(honest, 0.02)


def test_numbers_too_small_to_tell_are_neither_equal_nor_different() -> None:
    found = identical(an(100, 100, 3, np.nan), an(100, 101, 3, 5), 10)

    assert found[:2].tolist() == [1, 0]
    assert np.isnan(found[2:]).all()


def crowd(rows: int, columns: int = 40) -> Floats:
    return np.random.default_rng(DICE).integers(50, 5000, (rows, columns)).astype(np.float64)


def test_a_twin_that_shares_four_fifths_is_found_among_many_and_nobody_else() -> None:
    values = crowd(2000)
    values[1234, :32] = values[17, :32]

    assert candidates(values).tolist() == [[17, 1234]]


def test_many_that_copy_one_another_are_each_found_and_pairs_do_not_multiply() -> None:
    values = crowd(500)
    values[100:130] = values[100]

    found = [tuple(pair) for pair in candidates(values).tolist()]

    assert {row for pair in found for row in pair} == set(range(100, 130))
    assert len(found) == 29


def test_a_number_that_a_crowd_shares_makes_no_pairs() -> None:
    values = np.full((CROWDED + 5, 10), 77.0)

    assert candidates(values).size == 0


def test_the_chance_of_a_coincidence_is_that_of_two_rows() -> None:
    values = np.array([[20.0, 30.0]] * 3 + [[21.0, 30.0]] * 1)

    rare, sure = collisions(values)

    assert sure == 1.0
    assert rare == pytest.approx((3 * 2 + 1) / (4 * 3 + 1))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_tails_name_the_column_in_which_a_row_lies_furthest_out(seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(200, 4))
    values[7] = [0.0, 0.0, 50.0, 0.0]
    values[8] = np.nan

    parts = tails(values)

    assert parts[7].argmax() == 2
    assert (parts[8] == 0).all()
    assert parts[7, 2] == pytest.approx(np.log(199) - 1)


def test_the_columns_of_an_isolation_forest_add_up_to_its_own_score() -> None:
    from sklearn.ensemble import IsolationForest

    values = np.random.default_rng(DICE).normal(size=(600, 5))
    values[3, 1] = 9.0
    single = values.astype(np.float32)
    forest = IsolationForest(n_estimators=100, max_samples=256, random_state=7).fit(single)

    parts = isolation(values)
    theirs = -forest.score_samples(single)

    # their score is 2^(-path/c): its logarithm is a line in the path
    assert np.corrcoef(parts.sum(axis=1), np.log(theirs))[0, 1] == pytest.approx(1, abs=1e-4)
    assert parts[3].argmax() == 1
    assert parts.sum(axis=1).argmax() == 3


def thirty(number: int = 31) -> Alike:
    """Each is compared with all others."""
    rows = np.array([[other for other in range(number) if other != one] for one in range(number)])
    return Alike(rows)


def test_with_too_few_schools_nobody_is_compared() -> None:
    assert np.isnan(compared(an(1, 2, 3, 4, 99), thirty(5), 1.0).z).all()
    assert np.isnan(rate(an(1, 2, 3, 4, 99), an(9, 9, 9, 9, 99), thirty(5)).from_both).all()


def test_a_large_wrong_count_does_not_excuse_itself() -> None:
    counts, exposure = an(*[20.0] * 30, 600.0), an(*[1000.0] * 31)

    found = counted(counts, exposure, thirty())

    assert found.expected[-1] == pytest.approx(20)
    assert found.residual[-1] > 9


def test_a_small_school_is_given_the_room_that_chance_needs() -> None:
    counts = an(*[20.0] * 29, 4.0, 80.0)
    exposure = an(*[1000.0] * 29, 50.0, 1000.0)

    small, large = counted(counts, exposure, thirty()).residual[-2:]

    assert small < 3 < large  # both report four times what is usual


def two_kinds(cases: float, exposure: float) -> tuple[Floats, Floats, Alike]:
    """31 schools, each with so many cases and exposed, each compared with the other thirty; and 31 of another kind with one case in a hundred."""
    alike = np.concatenate([thirty().rows, thirty().rows + 31])
    return an(*[cases] * 31, *[10.0] * 31), an(*[exposure] * 31, *[1000.0] * 31), Alike(alike)


def test_a_rate_is_drawn_to_everybodys_by_how_little_similar_schools_have_reported() -> None:
    for exposure in (10.0, 1e3, 1e6):
        found = rate(*two_kinds(exposure / 20, exposure))
        weight = PRIOR / (PRIOR + 30 * exposure * found.everybody[0])
        assert found.similar[0] == pytest.approx(0.05)
        assert found.from_both[0] == pytest.approx(weight * found.everybody[0] + (1 - weight) * 0.05)  # fmt: skip


@given(st.integers(0, 200), st.floats(10, 1e5))
def test_an_expected_rate_lies_between_that_of_similar_and_that_of_all_schools(
    cases: int, exposure: float
) -> None:
    found = rate(*two_kinds(float(cases), exposure))

    low, high = np.minimum(found.similar, found.everybody), np.maximum(found.similar, found.everybody)  # fmt: skip
    assert (found.from_both >= low * (1 - 1e-9)).all()
    assert (found.from_both <= high * (1 + 1e-9)).all()


def test_what_nobody_reports_is_not_expected_of_anybody() -> None:
    found = counted(an(*[0.0] * 30, 4.0), an(*[100.0] * 31), thirty())

    assert found.expected[-1] == 0.0
    assert np.isnan(found.residual[-1])


def test_a_school_is_not_among_its_own_similar_schools() -> None:
    values = an(*[10.0] * 30, 99.0)

    middle, spread = thirty().around(values)

    assert middle.tolist() == [10.0] * 31
    assert spread.tolist() == [0.0] * 31
    assert thirty().sums(values)[0].tolist() == [29 * 10.0 + 99.0] * 30 + [300.0]


def test_where_few_similar_schools_have_a_value_nothing_is_said() -> None:
    known = an(*range(FEWEST), *[np.nan] * (31 - FEWEST))

    few = thirty().centre(known)

    assert np.isnan(few[:FEWEST]).all()  # each has one fewer beside itself
    assert few[FEWEST:].tolist() == [(FEWEST - 1) / 2] * (31 - FEWEST)
    assert np.isnan(thirty().sums(known)[0][:FEWEST]).all()


def test_the_medians_of_similar_schools_are_those_of_numpy() -> None:
    dice = np.random.default_rng(DICE)
    rows = np.stack([dice.choice(200, 30, replace=False) for _ in range(200)])
    rows[:20, 12:] = -1
    values = np.where(dice.random(200) < 0.1, np.nan, dice.normal(size=200))
    beside = np.append(values, np.nan)[rows]
    enough = np.isfinite(beside).sum(axis=1) >= FEWEST

    middle, spread = Alike(rows).around(values)

    assert Alike(rows).members.tolist() == [12] * 20 + [30] * 180
    assert enough.any()
    np.testing.assert_allclose(middle[enough], np.nanmedian(beside[enough], axis=1))
    far = np.abs(beside[enough] - np.nanmedian(beside[enough], axis=1)[:, None])
    np.testing.assert_allclose(spread[enough], np.nanmedian(far, axis=1))
    np.testing.assert_allclose(Alike(rows).of(np.arange(5, 9)).centre(values), Alike(rows).centre(values)[5:9])  # fmt: skip
