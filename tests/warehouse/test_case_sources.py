"""Which flags are offered to be dispatched: what stands without a case, and what came back after it was put right."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.warehouse.case_world import Cases
from tests.warehouse.chain_world import HUNAN, YEAR, World
from warehouse.case_rules import Code
from warehouse.case_sources import comes_back, flagged, undispatched
from warehouse.flag_writing import Book, framed
from warehouse.flags import Found, Judgement, Round
from warehouse.text import Text

PARTS = {"parts": [{"label": ["甲", "a"], "amount": 1.0, "cells": [["enrolment", "students"], ["enrolment", "entrants"], ["enrolment", "students"]]}]}  # fmt: skip


@pytest.fixture
def them_(them: World) -> Cases:
    return Cases(them)


def reviewed(them_: Cases, *rules: str, days: int = 0) -> None:
    """A round so many days from now that finds these doubts of the first school, one of them a single hint."""
    school = them_.world.schools[0]
    at = NOW + timedelta(days=days)
    found = [Found(Judgement.DOUBT, school, YEAR, rule, "soft", rule != "S4", 2.0, Text(rule, rule), PARTS) for rule in rules]  # fmt: skip
    one = Round(kind="whole", began_at=at, years=(YEAR,), loads={})
    with them_.world.worker.writing() as writer:
        book = Book.opened(writer, one, [Judgement.DOUBT])
        book.keep(framed(found))
        book.close(at, {})


def offered(them_: Cases) -> list[str]:
    web = them_.world.web
    with web.reading(web.scope("supervisor", HUNAN)) as reader:
        return [one.identity.rule for one in undispatched(reader, HUNAN, YEAR, 10)]


def test_what_stands_is_offered_until_it_has_a_case_single_hints_never(them_: Cases) -> None:
    reviewed(them_, "A9", "A22", "S4")
    assert offered(them_) == ["A22", "A9"]
    them_.opened()
    assert offered(them_) == ["A22"]
    reviewed(them_, "A9", days=1)
    assert offered(them_) == []


def test_a_flag_is_read_with_each_of_its_figures_once(them_: Cases) -> None:
    reviewed(them_, "A9")
    with them_.world.worker.writing() as writer:
        (one,) = flagged(writer, [them_.identity()])
        assert flagged(writer, []) == flagged(writer, [them_.identity(rule="A1")]) == []
    assert [tuple(cell) for cell in one.cells] == [("enrolment", "students"), ("enrolment", "entrants")]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "is_offered"),
    [(Code.PUT_RIGHT, True), (Code.TRUE_ANOMALY, False), (Code.FALSE_ALARM, False)],
)
def test_what_came_back_after_it_was_put_right_is_offered_again(them_: Cases, code: Code, is_offered: bool) -> None:  # fmt: skip
    reviewed(them_, "A9")
    number = them_.opened()
    them_.close(number, code)
    assert offered(them_) == []  # it has stood all the time
    reviewed(them_, days=1)
    reviewed(them_, "A9", days=2)
    assert offered(them_) == (["A9"] if is_offered else [])
    held = them_.case(number)
    assert comes_back(held, NOW + timedelta(days=2)) is is_offered
    assert not comes_back(held, NOW - timedelta(days=1))
    if is_offered:
        them_.dispatch("supervisor", them_.flag())
        assert them_.case(number).state == "dispatched"
        assert offered(them_) == []
