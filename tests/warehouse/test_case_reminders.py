"""Cases past their day: whose turn it is is reminded, and those above are told later, each step once."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from tests.warehouse.case_world import Cases
from tests.warehouse.chain_world import World
from warehouse.case_read import late_cases
from warehouse.notices import notice
from warehouse.reminders import CASES, calls, make

DUE = date(2026, 12, 4)  # ten workdays after the day of dispatch


def told(cases: Cases, day: date) -> list[tuple[str, str, str]]:
    """Who is told of what, and where, on a day."""
    worker = cases.world.worker
    with worker.writing() as writer:
        writer.run("DELETE FROM notice")
        for call in calls(late_cases(writer, day), worker.ladder, CASES):
            make(writer, call, day, worker.ladder)
        found = writer.rows(sa.select(notice).order_by(notice.c.login))
    return [(row.login, row.said_en, row.object) for row in found]


def test_a_school_is_reminded_of_its_cases_and_those_above_are_told_later(them: World) -> None:
    cases = Cases(them)
    cases.opened()
    cases.dispatch("supervisor", cases.flag(rule="S1"))
    school = them.schools[0]

    assert told(cases, DUE) == []
    said = "2 cases are overdue, the longest by 1 day: please deal with them."
    assert told(cases, DUE + timedelta(days=1)) == [("statistician0", said, f"/cases/{school}?view=overdue")]  # fmt: skip
    assert told(cases, DUE + timedelta(days=1)) == []
    third = told(cases, DUE + timedelta(days=3))
    assert [login for login, _, _ in third] == ["furong", "statistician0"]
    assert third[0][1].startswith("1 unit below is late with cases, the longest by 3 days")
    assert third[0][2] == "/cases/430102?view=overdue"


def test_a_verifier_that_is_late_is_reminded_and_nobody_of_what_is_closed(them: World) -> None:
    cases = Cases(them)
    number = cases.opened()
    cases.explain(number)
    assert [login for login, _, _ in told(cases, date(2026, 11, 28))] == ["furong"]

    cases.verify(number, "furong")
    cases.verify(number, "hunan")
    assert told(cases, date(2027, 3, 1)) == []
