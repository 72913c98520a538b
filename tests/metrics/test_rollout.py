"""Who is behind and who leads, from states and reports made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl

from metrics.quality import CHECKS, SCHEMA
from metrics.rollout import LEAST, behind, improved, in_time, risen
from warehouse.monthly import Signed
from warehouse.programme import TASKS
from warehouse.rollout import State
from warehouse.terms import Month

TODAY = date(2026, 11, 20)
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
DONE = [State(task=task, is_done=True, done=date(2021, 8, 1)) for task in TASKS]


def owing(name: str, late: int) -> list[State]:
    return [
        replace(one, is_done=False, done=None, late=late) if one.task.name == name else one
        for one in DONE
    ]


def report(
    place: int, month: Month, *, handed: int = 0, due: int = 100, day: int = 3, year: int = 2026
) -> Signed:
    after = month.later(1)
    return Signed(
        place, month.period.first, 1, {"year": year, "forms_handed": handed, "forms_due": due}, "", "", "", "", "", "", "",
        datetime(after.calendar_year, after.month, day, 4, tzinfo=UTC),
    )  # fmt: skip


def signed(*reports: Signed) -> dict[tuple[int, Month], list[Signed]]:
    return {(one.place_id, one.of): [one] for one in reports}


def test_a_province_is_behind_with_what_is_past_its_day_and_not_done() -> None:
    reports = signed(
        report(1, SEPTEMBER),
        report(1, OCTOBER),
        report(2, SEPTEMBER),
        report(3, SEPTEMBER),
        report(3, OCTOBER, day=9),
    )
    states = {1: owing("deployed", 1785), 2: DONE, 3: DONE, 4: owing("local_plan", 0)}
    found = {
        one.place_id: one.reasons for one in behind(states, reports, [SEPTEMBER, OCTOBER], TODAY)
    }

    assert [(one.task.task.name, one.deadline, one.days) for one in found[1] if one.task] == [
        ("deployed", date(2021, 12, 31), 1785)
    ]
    assert [(one.month, one.days) for one in found[2]] == [(OCTOBER, 15)]
    assert 3 not in found  # late, but handed in
    assert [one.month for one in found[4]] == [
        SEPTEMBER,
        OCTOBER,
    ]  # the notice names no day for its plan
    assert list(found) == [1, 4, 2]  # the longest late first


def test_on_the_day_itself_nobody_is_late() -> None:
    assert behind({1: DONE}, {}, [OCTOBER], date(2026, 11, 5)) == []
    assert behind({1: DONE}, {}, [OCTOBER], date(2026, 11, 6))[0].worst.days == 1


def test_only_who_was_in_time_with_everything_is_an_example() -> None:
    states = {
        1: DONE,
        2: owing("deployed", 9),
        3: [replace(one, late=2) for one in DONE],
        4: DONE,
        5: DONE,
    }
    reports = signed(
        *(report(place, OCTOBER, day=8 if place == 4 else 3) for place in (1, 2, 3, 4))
    )
    (found,) = in_time(states, reports, [OCTOBER])

    assert (found.place_id, found.tasks, found.reports) == (
        1,
        sum(one.task.deadline is not None for one in DONE),
        1,
    )


def test_improvement_is_from_the_newest_signed_report_to_now() -> None:
    now = {1: 60, 2: 60, 3: 20}
    reports = signed(
        report(1, SEPTEMBER, handed=0),
        report(1, OCTOBER, handed=50),
        report(2, OCTOBER, handed=10),
        report(3, OCTOBER, handed=20),
    )
    found = improved(now, {1: 10, 2: 10, 3: 10}, 10, reports, 2026)

    assert [(one.place_id, round(one.change, 3), one.of, one.rank) for one in found] == [
        (2, 0.5, OCTOBER, 1), (1, 0.1, OCTOBER, 2), (3, 0.0, OCTOBER, 3)
    ]  # fmt: skip


def test_ranks_are_withheld_where_too_few_have_signed_and_other_years_are_not_compared() -> None:
    now = dict.fromkeys(range(1, 11), 60)
    units = dict.fromkeys(range(1, 11), 10)
    nine, eight = ([report(place, OCTOBER) for place in range(1, n)] for n in (10, 9))

    assert {one.rank for one in improved(now, units, 10, signed(*nine), 2026)} == {1}
    assert {one.rank for one in improved(now, units, 10, signed(*eight), 2026)} == {0}
    assert improved(now, units, 10, signed(report(1, OCTOBER, year=2025)), 2026) == []


def quality(place: int, *, due: int = LEAST, on_time: int = 10) -> pl.DataFrame:
    """Every check of one form of a province: all passed, except that `on_time` of 20 came by their day."""
    rows = [(place, "staff", name, due, due) for name in CHECKS if name != "on_time"]
    return pl.DataFrame([*rows, (place, "staff", "on_time", 20, on_time)], SCHEMA, orient="row")


def test_whose_data_improved_most_comes_first_with_both_years() -> None:
    before = pl.concat([quality(1), quality(2), quality(3)])
    now = pl.concat([quality(1, on_time=12), quality(2, on_time=20), quality(3, on_time=9)])

    listed = risen(before, now)

    assert [one.place_id for one in listed] == [2, 1]
    assert (listed[0].before, listed[0].now, listed[0].dimensions) == (90, 100, 5)
    assert listed[0].change == 10  # one dimension of five rose by fifty


def test_a_change_is_withheld_where_the_base_is_small_or_another() -> None:
    small, better = quality(1, due=LEAST - 1), quality(1, on_time=20)
    packaged = quality(1).filter(pl.col("check") != "on_time")

    assert not risen(small, better)
    assert not risen(quality(1), quality(1, due=LEAST - 1, on_time=20))
    assert not risen(packaged, better)  # the year before has no timeliness
    assert not risen(quality(2), better)
