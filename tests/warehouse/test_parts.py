"""Forms that are handed in by term, quarter or month: their parts, and the year that is gathered from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, batch, opened, register
from warehouse import roles
from warehouse.codes import codes
from warehouse.discovery import asked_forms, declarations, form, forms, submitted_forms
from warehouse.errors import DeclarationError
from warehouse.form import Form, Period, attribute, count, key
from warehouse.moments import begins
from warehouse.monthly import Asked, counted
from warehouse.parts import is_gathered, parts, whole
from warehouse.periods import Every, read_span, spans
from warehouse.places import NATION
from warehouse.record import approve
from warehouse.store import Warehouse
from warehouse.tables import FOR_EVER, Basis
from warehouse.terms import Month, UnreadableTime, year_from
from warehouse.text import Text

YEAR = 2025
CODES = {"3643000001": CHANGSHA, "3643000002": CHANGSHA, "3644000001": GUANGZHOU}
PUBLICITY = form("publicity")


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    with closing(Warehouse(database.worker_url, roles.WORKER)) as warehouse:
        register(warehouse, [opened(code, county) for code, county in CODES.items()], [YEAR, 2026])
        yield warehouse


def school(worker: Warehouse, number: int) -> int:
    return worker.ladder.named(list(CODES)[number])


def told(items: int, channel: str = "web") -> dict[str, Any]:
    return {"level": "school", "channel": channel, "items": items, "reach": items * 10}


def hand_in(worker: Warehouse, part: str, rows: dict[int, list[dict[str, Any]]], **said: Any) -> int | None:  # fmt: skip
    return worker.record(batch(form(part), YEAR, rows, **said)).load


def nation(worker: Warehouse, basis: Basis = Basis.SUBMITTED, load: int = FOR_EVER - 1) -> tuple[int, int]:  # fmt: skip
    """Units and items of the year at the nation's rung, under a basis and as of a load."""
    with worker.writing() as writer:
        row = writer.rows(
            sa.text(
                "SELECT coalesce(sum(units), 0) AS units, coalesce(sum(items), 0) AS items FROM rollup_publicity WHERE place_id = :nation AND year = :year "
                "AND cut = '' AND boundary IN ('both', 'now') AND basis = ANY (:bases) AND first_load <= :load AND last_load > :load"
            ),
            nation=NATION, year=YEAR, bases=[int(basis), int(Basis.BOTH)], load=load,
        )[0]  # fmt: skip
    return row.units, row.items


# -- the declarations


@pytest.mark.parametrize("every", [Every.TERM, Every.QUARTER, Every.MONTH])
def test_the_parts_of_a_year_are_the_year(every: Every) -> None:
    """They follow one another from September to August without a gap."""
    days = [(one.first(YEAR), one.last(YEAR)) for one in spans(every)]

    assert days[0][0] == year_from(YEAR).first
    assert days[-1][1] == year_from(YEAR).last
    assert all((b - a).days == 1 for (_, a), (b, _) in pairwise(days))
    assert all(one.due(YEAR) >= one.opens(YEAR) for one in spans(every))


def test_days_are_those_of_the_ministry() -> None:
    """The monthly report on the 5th; terms on the cut-offs of the student register, 20 April and 20 November."""
    due = {name: one.due_day(YEAR) for name, one in forms().items()}

    assert due["publicity_m09"] == date(2025, 10, 5)
    assert due["publicity_m12"] == date(2026, 1, 5)
    assert due["publicity_m08"] == date(2026, 9, 5)
    assert (due["moral_activity_t1"], due["moral_activity_t2"]) == (date(2026, 4, 20), date(2026, 11, 20))  # fmt: skip
    assert due["rectification"] == date(
        2026, 9, 15
    )  # at any time; complete when the year is closed


def test_only_what_is_over_is_asked_for() -> None:
    asked = set(asked_forms(2026, date(2026, 11, 20)))

    assert {name for name in asked if form(name).span} == {"publicity_m09", "publicity_m10"}
    assert set(asked_forms(YEAR, date(2026, 11, 20))) == set(submitted_forms())


def test_a_form_by_parts_is_handed_in_by_them_alone() -> None:
    by_parts = [one for one in declarations().values() if is_gathered(one)]

    assert {one.name for one in by_parts} == {"training", "publicity", "moral_activity"}
    for one in by_parts:
        assert one.name not in submitted_forms()
        assert {part.name for part in parts(one)} <= set(submitted_forms())
        assert all(whole(part) is one and part.columns == one.columns for part in parts(one))
        own = [total.form for part in parts(one) for total in part.refers.values() if total.years_back]  # fmt: skip
        assert own == [part.name for part in parts(one) for total in part.refers.values() if total.years_back]  # fmt: skip


def test_what_does_not_add_up_over_a_year_is_refused() -> None:
    class Heads(Form):
        title = Text("人数", "Heads")
        domain = PUBLICITY.domain
        every = Every.MONTH
        kind = key("类别", "Kind", codes("heads_kind", a=("甲", "A")))
        heads = count("人数", "Heads", period=Period.STOCK)
        done = count("完成数", "Done", period=Period.YEAR)
        remark = attribute("备注", "Remark")

    with pytest.raises(DeclarationError, match="heads, remark"):
        parts(Heads)


@pytest.mark.parametrize(
    ("text", "every", "code"),
    [
        ("9 月", Every.MONTH, "m09"), ("2025-09", Every.MONTH, "m09"), ("2026年1月", Every.MONTH, "m01"),
        ("第一学期", Every.TERM, "t1"), ("2025-2026 学年第二学期", Every.TERM, "t2"), ("spring", Every.TERM, "t2"),
        ("9—11月", Every.QUARTER, "q1"), ("Q4", Every.QUARTER, "q4"),
    ],
)  # fmt: skip
def test_a_period_is_read_as_people_write_it(text: str, every: Every, code: str) -> None:
    assert read_span(text, every, YEAR).code == code


@pytest.mark.parametrize(
    "text", ["2026-09", "13 月", "2025-13", "第一学期", "", "2024-2025学年9月"]
)
def test_no_month_of_the_year_is_refused_with_what_there_is(text: str) -> None:
    with pytest.raises(UnreadableTime, match="September"):
        read_span(text, Every.MONTH, YEAR)


def test_a_month_s_report_asks_for_what_could_be_handed_in_by_its_end(worker: Warehouse) -> None:
    """On 1 November the return of October is asked for first: the report of October does not count it as due."""
    hunan = 430000
    due = {}
    with worker.writing() as reader:
        for month in (Month(2026, 10), Month(2026, 11)):
            asked = Asked(place_id=hunan, month=month, now=begins(date(2026, 12, 3)))
            figures = counted(reader, worker.ladder, asked)
            due[month] = figures["forms_due"] // figures["schools"]
    assert due[Month(2026, 10)] == len(asked_forms(2026, date(2026, 10, 31)))
    assert due[Month(2026, 11)] == due[Month(2026, 10)] + 1  # October's


# -- the year out of its parts


def test_a_year_is_the_sum_of_its_parts_and_a_school_counts_once(worker: Warehouse) -> None:
    one, two, three = (school(worker, n) for n in range(3))

    first = hand_in(worker, "publicity_m09", {one: [told(3)], two: [told(1), told(2, "video")]})
    assert nation(worker) == (2, 6)
    hand_in(worker, "publicity_m10", {one: [told(4)], three: [told(5)]})
    assert nation(worker) == (3, 15)
    assert first is not None
    assert nation(worker, load=first) == (2, 6)  # and stays readable as it was
    hand_in(worker, "publicity_m09", {one: [told(1)]}, received_by="again")
    assert nation(worker) == (3, 13)


def test_what_is_approved_of_a_year_is_what_is_approved_of_its_parts(worker: Warehouse) -> None:
    one = school(worker, 0)
    hand_in(worker, "publicity_m09", {one: [told(3)]})
    hand_in(worker, "publicity_m10", {one: [told(4)]})
    assert nation(worker, Basis.APPROVED) == (0, 0)

    with worker.writing() as writer:
        approve(writer, form("publicity_m09"), YEAR, [one])
    assert (nation(worker, Basis.APPROVED), nation(worker)) == ((1, 3), (1, 7))
    with worker.writing() as writer:
        approve(writer, form("publicity_m10"), YEAR, [one])
    assert (nation(worker, Basis.APPROVED), nation(worker)) == ((1, 7), (1, 7))


def test_a_year_that_came_as_a_whole_stays_as_it_came(worker: Warehouse) -> None:
    one, two = school(worker, 0), school(worker, 1)
    hand_in(worker, "publicity", {one: [told(30)]})
    hand_in(worker, "publicity_m09", {one: [told(3)], two: [told(1)]})
    assert nation(worker) == (2, 31)
    worker.gather(PUBLICITY, YEAR)
    assert nation(worker) == (2, 31)


def test_a_year_that_is_loaded_is_gathered_once(worker: Warehouse) -> None:
    one, two = school(worker, 0), school(worker, 1)
    for month, items in (("m09", 3), ("m10", 4)):
        rows = {one: [told(items)], two: [told(1)]}
        worker.record(batch(form(f"publicity_{month}"), YEAR, rows, is_gathered=False), fresh=True)
    assert nation(worker) == (0, 0)

    assert worker.gather(PUBLICITY, YEAR) is not None
    assert nation(worker) == (2, 9)
    assert worker.gather(PUBLICITY, YEAR) is None  # nothing new
    worker.record(batch(form("publicity_m11"), YEAR, {one: [told(2)]}, is_gathered=False))
    assert nation(worker) == (2, 9)
    assert worker.gather(PUBLICITY, YEAR) is not None
    assert nation(worker) == (2, 11)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_handed_in_and_approved_the_year_is_the_sum(worker: Warehouse, seed: int) -> None:  # fmt: skip
    """Of a school the newest revision of each part counts, and of what is approved the newest that was."""
    chance = Random(seed)
    newest: dict[tuple[str, int], int] = {}
    approved: dict[tuple[str, int], int] = {}
    for number in range(1, 13):
        at = chance.choice(["m09", "m10", "m08"]), school(worker, chance.randrange(3))
        newest[at] = number * 10 + chance.randrange(10)
        hand_in(worker, f"publicity_{at[0]}", {at[1]: [told(newest[at])]})
        if chance.random() < 0.4:
            with worker.writing() as writer:
                approve(writer, form(f"publicity_{at[0]}"), YEAR, [at[1]])
            approved[at] = newest[at]

        for basis, told_of in ((Basis.SUBMITTED, newest), (Basis.APPROVED, approved)):
            assert nation(worker, basis) == (len({one for _, one in told_of}), sum(told_of.values()))  # fmt: skip
