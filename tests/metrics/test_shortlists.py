"""Shortlists: points, gates, ranks and bands worked out by hand; and what must hold of any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.question import State
from metrics.shortlists import points
from metrics.shortlists.discovery import purposes
from metrics.shortlists.purpose import Counted, Criterion, Purpose, Scoring, check
from metrics.shortlists.shortlist import Entry, Read, Shortlist, Why, drawn_up
from warehouse.conflicts import Against, Conflict, Record
from warehouse.errors import DeclarationError, UnknownName
from warehouse.flags import Judgement
from warehouse.law import in_force
from warehouse.text import Text

NAN = float("nan")
GATED = Criterion(metric="students_per_teacher", weight=60, gate="students_per_teacher")
FREE = Criterion(metric="settled_rate", weight=40)
ASIDE = frozenset({Conflict.OPEN_CASE})
BEST = Purpose(place=1, label=Text("试", "test"), about=Text("试", "test"), criteria=(GATED, FREE), sets_aside=ASIDE)  # fmt: skip
CASE = Record((Against(Conflict.OPEN_CASE, "A9", 1, "HC-2026-00000001"),))
DOUBTED = Record((Against(Conflict.DOUBT, "A9", 1),))


def made(
    rows: Mapping[int, Sequence[float]], purpose: Purpose = BEST, weights: Mapping[str, int] | None = None, **records: Record
) -> Shortlist:  # fmt: skip
    """Unit -> its values; `u3`: the record of unit 3."""
    names = [one.name for one in purpose.criteria]
    values = {name: np.array([row[at] for row in rows.values()], float) for at, name in enumerate(names)}  # fmt: skip
    states = {name: [State.NOT_SUBMITTED if np.isnan(v) else State.VALUE for v in column] for name, column in values.items()}  # fmt: skip
    asked = {kind: {one.name: [in_force(code, 2025) if (code := getattr(one, kind)) else None] * len(rows) for one in purpose.criteria} for kind in ("gate", "limit")}  # fmt: skip
    held = {int(unit[1:]): record for unit, record in records.items()}
    return drawn_up(purpose, weights or purpose.weights, Read(list(rows), values, states, asked["gate"], asked["limit"], held))  # fmt: skip


def entry(found: Shortlist, unit: int) -> Entry:
    return next(one for one in found.entries if one.unit == unit)


def test_a_list_worked_out_by_hand() -> None:
    """Five schools by students per teacher (at most 20, fewer is better, weight 60) and graduates settled in percent (weight 40).

    | school | per teacher | points | settled | points | 0.6·a + 0.4·b | rank |
    |---|---|---|---|---|---|---|
    | 1 | 12.0 | 100  | 90.0 | 37.5 | 75   | 1 |
    | 2 | 15.0 | 62.5 | 95.0 | 75   | 67.5 | 2 |
    | 3 | 15.0 | 62.5 | 90.0 | 37.5 | 52.5 | 3 |
    | 4 | 20.0 | 25   | 80.0 | 0    | 15   | 4: 20 is still within the limit |
    | 5 | 20.1 | 0    | 98.0 | 100  | 40   | none: over 20; it would stand 4th |
    """
    found = made({1: (12, 90), 2: (15, 95), 3: (15, 90), 4: (20, 80), 5: (20.1, 98)})

    assert {one.unit: one.points for one in found.entries} == {
        1: (100, 37.5), 2: (62.5, 75), 3: (62.5, 37.5), 4: (25, 0), 5: (0, 100),
    }  # fmt: skip
    assert [(one.unit, one.rank, one.total) for one in found.entries] == [(1, 1, 75), (2, 2, 67.5), (3, 3, 52.5), (4, 4, 15), (5, None, 40)]  # fmt: skip
    last = entry(found, 5)
    assert (last.why, last.failed, last.would) == (Why.GATE, ("students_per_teacher",), 4)
    # With any one of the two left out: by settled graduates alone 2 stands first and 1 and 3 share the second place.
    assert [one.without for one in found.ranked] == [(1, 2), (1, 2), (2, 3), (4, 4)]


def test_equal_points_are_one_rank_and_the_next_comes_after_all_of_them() -> None:
    found = made({1: (12, 90), 2: (12, 90), 3: (16, 80), 4: (12.004, 90.004)})

    assert [(one.unit, one.rank) for one in found.entries] == [(1, 1), (2, 1), (4, 1), (3, 4)]


def test_what_is_missing_is_told_and_never_a_zero() -> None:
    found = made({1: (12, 90), 2: (NAN, 99), 3: (16, NAN), 4: (18, 10)})

    assert [(one.unit, one.rank) for one in found.entries] == [(1, 1), (4, 2), (2, None), (3, None)]
    assert [(one.why, one.missing, one.total) for one in found.not_ranked(Why.MISSING)] == [
        (Why.MISSING, ("students_per_teacher",), None), (Why.MISSING, ("settled_rate",), None),
    ]  # fmt: skip
    assert entry(found, 2).points == (None, 100)
    # The others are compared among those that have a value: of three settled rates the lowest has none below it.
    assert entry(found, 4).points == (0, 0)
    # Without weight and without a gate nothing is asked.
    alone = made({1: (12, 90), 3: (16, NAN)}, weights={"students_per_teacher": 1, "settled_rate": 0})  # fmt: skip
    assert [(one.unit, one.rank) for one in alone.entries] == [(1, 1), (3, 2)]
    # A gate holds without a weight.
    gated = made({1: (25, 90), 3: (NAN, 80), 4: (20, 70)}, weights={"students_per_teacher": 0, "settled_rate": 1})  # fmt: skip
    assert [(one.unit, one.why) for one in gated.entries] == [(4, None), (1, Why.GATE), (3, Why.MISSING)]  # fmt: skip


def test_an_open_case_sets_aside_and_a_doubt_that_nobody_took_up_is_shown() -> None:
    found = made({1: (12, 90), 2: (15, 80), 3: (16, 70)}, u1=CASE, u2=DOUBTED)

    assert [(one.unit, one.rank, one.would, one.why) for one in found.entries] == [
        (2, 1, None, None), (3, 2, None, None), (1, None, 1, Why.ASIDE),
    ]  # fmt: skip
    assert entry(found, 2).record is DOUBTED


def test_rectification_counts_what_is_missing_of_a_limit_and_what_stands() -> None:
    """Students per teacher at most 20 and 30 books a student, shortfall in per cent; 20 points for each breach, at most 100.

    25 students a teacher reach 80 % of the limit, 20 points; 24 books 80 %, 20 points; 3 breaches 60 points, 9 of them 100.
    """
    short = [Criterion(metric=name, weight=1, scoring=Scoring.TO_LIMIT, limit=name) for name in ("students_per_teacher", "books_per_student")]  # fmt: skip
    breaches = Criterion(counted=Counted.BREACHES, weight=2, scoring=Scoring.EACH, each=20)
    worst = replace(BEST, criteria=(*short, breaches), is_for_worst=True, sets_aside=frozenset())

    found = made({1: (25, 24, 3), 2: (10, 90, 0), 3: (20, 15, 9)}, worst)

    assert [one.unit for one in found.ranked] == [3, 1]
    assert entry(found, 1).points == pytest.approx((20, 20, 60))
    assert (entry(found, 2).points, entry(found, 2).why) == ((0, 0, 0), Why.NOTHING)
    assert entry(found, 3).points == (0, 50, 100)
    assert entry(found, 1).total == 40


def test_without_any_school_or_weight_nothing_is_ranked() -> None:
    assert made({}).entries == []
    with pytest.raises(ValueError, match="no criterion"):
        made({1: (12, 90)}, weights={"students_per_teacher": 0, "settled_rate": 0})


def test_no_purpose_counts_a_risk_and_each_says_what_it_is_for() -> None:
    assert list(purposes()) == ["quality_schools", "quality_specialties", "rectification"]
    assert Judgement.RISK.value not in {*Counted, *Conflict}
    for one in purposes().values():
        assert sum(one.weights.values()) == 100
        assert one.label.zh != one.label.en


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"criteria": (GATED, GATED)}, "twice"), ({"criteria": (replace(FREE, weight=0),)}, "1 to 100"),
        ({"criteria": (Criterion(weight=1),)}, "one count"), ({"criteria": (Criterion(metric="students_per_school", weight=1),)}, "no better side"),
        ({"criteria": (replace(FREE, scoring=Scoring.TO_LIMIT),)}, "lacks"), ({"cut": "major"}, "offered"),
        ({"cut": "major", "offered_by": "students"}, "broken down"),
    ],
)  # fmt: skip
def test_what_cannot_be_ranked_by_is_refused(changed: dict[str, object], error: str) -> None:
    with pytest.raises(DeclarationError, match=error):
        check(replace(BEST, **changed))  # type: ignore[arg-type]
    with pytest.raises(UnknownName):
        check(replace(BEST, criteria=(replace(GATED, gate="no_such_law"),)))


# -- what holds of any list

some = st.lists(st.tuples(st.floats(5, 30), st.floats(0, 100)), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(some, st.tuples(st.integers(1, 100), st.integers(0, 100)))
def test_a_band_holds_its_rank_and_stays_in_the_list(
    rows: list[tuple[float, float]], weights: tuple[int, int]
) -> None:
    found = made(dict(enumerate(rows)), weights=dict(zip(BEST.weights, weights, strict=True)))

    for one in found.ranked:
        assert one.band
        assert one.without
        assert one.rank
        assert 1 <= one.band[0] <= one.rank <= one.band[1] <= len(found.ranked)
        assert one.without[0] <= one.rank <= one.without[1]
    assert sorted({one.rank for one in found.ranked if one.rank})[:1] in ([1], [])
    assert all(0 <= p <= 100 for one in found.entries for p in one.points if p is not None)


@settings(max_examples=60, deadline=None)
@given(some, st.integers(0, 11), st.floats(0, 10), st.integers(0, 1))
def test_a_better_value_never_ranks_worse(
    rows: list[tuple[float, float]], at: int, by: float, which: int
) -> None:
    unit = at % len(rows)
    better = list(rows[unit])
    better[which] += -by if which == 0 else by
    before = made(dict(enumerate(rows)))
    after = made({**dict(enumerate(rows)), unit: tuple(better)})

    then, now = entry(before, unit), entry(after, unit)
    assert now.points[which] >= then.points[which]  # type: ignore[operator]
    if then.rank is not None:
        assert now.rank is not None
        # Passing a gate lets others in only by itself; within the same field nobody better falls behind.
        assert now.rank <= then.rank


@settings(max_examples=40, deadline=None)
@given(some, st.integers(0, 11))
def test_who_lacks_a_value_moves_nobody(rows: list[tuple[float, float]], at: int) -> None:
    whole = dict(enumerate(rows))
    unit = at % len(rows)
    lacking = made({**whole, unit: (NAN, NAN)})
    without = made({key: row for key, row in whole.items() if key != unit} or {99: (10, 10)})

    if len(rows) > 1:
        assert [(one.unit, one.rank, one.total) for one in lacking.ranked] == [(one.unit, one.rank, one.total) for one in without.ranked]  # fmt: skip
    assert entry(lacking, unit).total is None


def test_many_schools_are_ranked_at_once() -> None:
    """The same answer in one pass as one by one: the rank is one more than how many have more points."""
    draw = np.random.default_rng(1).uniform(0, 100, (500, 4))
    weights = np.array([1.0, 2, 3, 4])
    found = points.bands(draw, weights)

    told = points.total(draw, weights)
    assert found.rank.tolist() == [1 + int((told > one).sum()) for one in told]
    assert (found.low <= found.rank).all()
    assert (found.high > found.low).any()
