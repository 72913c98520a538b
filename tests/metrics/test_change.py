"""A movement taken apart: the parts sum to the whole, exactly, on examples made by hand and on random tables."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.change import Pair, Sums, of_count, of_ratio

SIDES = st.builds(Sums, st.integers(0, 10**9), st.integers(0, 10**7))
PAIRS = st.builds(Pair, SIDES, SIDES)
TABLES = st.dictionaries(st.integers(0, 40), PAIRS, max_size=12)


def added(pairs: list[Pair]) -> Pair:
    return Pair(*(Sums(sum(one[at].above for one in pairs), sum(one[at].below for one in pairs)) for at in (0, 1)))  # fmt: skip


def both(before: tuple[int, int], now: tuple[int, int]) -> Pair:
    return Pair(Sums(*before), Sums(*now))


def test_a_count_by_hand() -> None:
    """1,000 → 970: A loses 50, B gains 20."""
    parts = {"A": Pair(Sums(600), Sums(550)), "B": Pair(Sums(400), Sums(420))}

    split = of_count(Pair(Sums(1000), Sums(970)), parts)

    assert {line.key: line.amount for line in split.lines} == {
        "A": Fraction(-50),
        "B": Fraction(20),
    }
    assert split.movement == -30
    assert split.rest is None
    assert [split.share(line.amount) for line in split.lines] == [-5, 2]


def test_what_parts_leave_of_the_whole_is_said() -> None:
    split = of_count(Pair(Sums(1000), Sums(970)), {"A": Pair(Sums(600), Sums(550))})

    assert split.rest is not None
    assert split.rest.pair == Pair(Sums(400), Sums(420))
    assert split.rest.amount == 20


def test_only_rates_moved() -> None:
    """Two equal places, 50 % and 70 % → 60 % and 70 %: half of ten points, and nothing by shifts."""
    parts = {"A": both((50, 100), (60, 100)), "B": both((70, 100), (70, 100))}

    split = of_ratio(added(list(parts.values())), parts, 100)

    assert split.before == 60
    assert split.now == 65
    assert [line.within for line in split.lines] == [Fraction(5), Fraction(0)]
    assert [line.between for line in split.lines] == [Fraction(0), Fraction(0)]


def test_only_weight_moved() -> None:
    """50 % and 70 % stand, a quarter of all moves from the low to the high place: +5 points, all of it between."""
    parts = {"A": both((50, 100), (25, 50)), "B": both((70, 100), (105, 150))}

    split = of_ratio(added(list(parts.values())), parts, 100)

    assert split.movement == split.between == 5
    assert split.within == split.apart == 0
    # the mean is 62.5: the place below it that shrank and the one above it that grew both raise the ratio
    assert [line.between for line in split.lines] == [Fraction(25, 8), Fraction(15, 8)]


def test_a_place_that_entered_is_a_line_of_its_own() -> None:
    """60 % of 200; one of 100 with 90 % comes: 70 %."""
    parts = {"A": both((120, 200), (120, 200)), "new": both((0, 0), (90, 100))}

    split = of_ratio(added(list(parts.values())), parts, 100)
    entered = split.lines[1]

    assert split.movement == 10
    assert (entered.within, entered.between) == (None, None)
    assert entered.amount == Fraction(
        25, 3
    )  # a third of all, 25 points over the mean of both years
    assert split.apart == entered.amount


def test_a_whole_with_nothing_to_divide_by_has_no_movement() -> None:
    with pytest.raises(ZeroDivisionError):
        of_ratio(both((0, 0), (5, 10)), {})


@given(TABLES, PAIRS)
def test_the_parts_of_a_count_sum_to_the_whole(parts: dict[int, Pair], other: Pair) -> None:
    split = of_count(added([*parts.values(), other]), parts)
    last = split.rest.amount if split.rest else 0

    assert sum(line.amount for line in split.lines) + last == split.movement


@given(TABLES, PAIRS, st.sampled_from((1, 100, 1000)))
def test_the_parts_of_a_ratio_sum_to_the_whole(parts: dict[int, Pair], other: Pair, scale: int) -> None:  # fmt: skip
    whole = added([*parts.values(), other])
    if not (whole.before.below and whole.now.below):
        return
    split = of_ratio(whole, parts, scale)
    last = split.rest.amount if split.rest else 0

    assert sum(line.amount for line in split.lines) + last == split.movement
    assert split.within + split.between + split.apart == split.movement
    for line in split.lines:
        if line.within is not None and line.between is not None:
            assert line.within + line.between == line.amount


@given(TABLES, st.randoms())
def test_the_order_of_parts_changes_nothing(parts: dict[int, Pair], random: object) -> None:
    whole = added([*parts.values(), both((1, 1), (1, 1))])
    keys = list(parts)
    random.shuffle(keys)  # type: ignore[attr-defined]  # hypothesis' own Random
    mixed = {key: parts[key] for key in keys}

    for split, again in ((of_count(whole, parts), of_count(whole, mixed)), (of_ratio(whole, parts), of_ratio(whole, mixed))):  # fmt: skip
        assert {line.key: line for line in split.lines} == {line.key: line for line in again.lines}
        assert split.rest == again.rest


@given(TABLES)
def test_turning_time_round_turns_every_sign(parts: dict[int, Pair]) -> None:
    whole = added([*parts.values(), both((1, 1), (1, 1))])
    turned = {key: Pair(pair.now, pair.before) for key, pair in parts.items()}

    split, back = of_ratio(whole, parts), of_ratio(Pair(whole.now, whole.before), turned)

    assert [line.amount for line in split.lines] == [-line.amount for line in back.lines]
    assert [line.within for line in split.lines] == [
        None if line.within is None else -line.within for line in back.lines
    ]
