"""Workdays, and the day by which each form is due: known years, loaded ones, and years that nobody knows."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Database
from tests.factories import CHANGSHA, opened, register
from warehouse import roles
from warehouse.board import board
from warehouse.calendar import Calendar, announced, calendar, is_supplementary
from warehouse.calendar_commands import load_days, read_days, told
from warehouse.discovery import submitted_forms
from warehouse.errors import CalendarRefused
from warehouse.periods import Every
from warehouse.places import NATION
from warehouse.store import Warehouse

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
HEAD = "day,kind,name,source\n"


def test_what_ends_on_a_day_of_rest_ends_on_the_next_workday() -> None:
    known = Calendar()

    assert not known.works(date(2026, 11, 15))  # a Sunday
    assert known.due("register", 2026) == date(2026, 11, 16)
    assert known.due("enrolment", 2026) == date(2026, 11, 20)
    assert known.due("destination", 2021) == date(2021, 12, 31)


def test_a_term_of_workdays_passes_over_days_of_rest() -> None:
    known = Calendar({date(2026, 11, 23): False, date(2026, 11, 28): True})

    # From Friday 2026-11-20: Monday is loaded as a day of rest, Saturday the 28th is worked.
    assert known.after(date(2026, 11, 20), 1) == date(2026, 11, 24)
    assert known.after(date(2026, 11, 20), 5) == date(2026, 11, 28)
    assert known.after(date(2026, 11, 21), 0) == date(2026, 11, 21)


def test_a_weekend_that_is_worked_instead_of_a_holiday_counts_as_a_workday() -> None:
    assert Calendar().works(date(2021, 9, 26))  # a Sunday before the National Day
    assert not Calendar().works(date(2021, 10, 7))  # a Thursday of the holiday


def test_a_year_that_nobody_announced_has_its_weekends_and_says_so() -> None:
    beyond = announced().stop
    known = Calendar({date(beyond, 1, 3): True})

    assert not Calendar().is_known(beyond)
    assert known.is_known(beyond)
    assert any(str(beyond) in line and "weekends only" in line for line in told(Calendar(), [beyond]))  # fmt: skip
    assert not any("weekends only" in line for line in told(known, [beyond]))


@given(st.dates(date(2004, 1, 1), date(2040, 12, 1)), st.sets(st.integers(0, 9)))
def test_the_workday_is_the_first_that_is_worked(day: date, rest: set[int]) -> None:
    known = Calendar({day + timedelta(days=n): False for n in rest})

    found = known.workday(day)

    assert known.works(found)
    assert not any(known.works(day + timedelta(days=n)) for n in range((found - day).days))


def test_loaded_days_move_what_is_due_and_leave_a_line(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text(HEAD + "2026-11-16,rest,made-up day,(synthetic)\n2026-11-17,休,,(synthetic)\n")
    with closing(Warehouse(database.worker_url, roles.WORKER)) as worker:
        load_days(worker, read_days(file), NOW)
        load_days(worker, read_days(file), NOW)  # the same again replaces
        with worker.writing() as reader:
            assert calendar(reader).due("register", 2026) == date(2026, 11, 18)
            assert calendar(reader).span(2026) == (date(2026, 11, 18), date(2026, 12, 31))
    with roles.connect(database.owner_url) as owner:
        lines = owner.execute("SELECT object, succeeded FROM audit WHERE event = 'load_calendar'")
        assert lines.fetchall() == [("calendar", True)] * 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("day,kind\n2027-01-01,rest\n", "lacks the columns name, source"),
        (HEAD + "2027-01-01,rest,,x\n01/02/2027,rest,,x\n", "line 3"),
        (HEAD + "2027-01-01,maybe,,x\n", "line 2"),
        (HEAD + "2027-01-01,rest,,\n", "line 2"),
        (HEAD + "2027-01-01,rest,,x\n2027-01-01,work,,x\n", "stands twice"),
        (HEAD, "1 to 400 days"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "days.csv"
    file.write_text(text)

    with pytest.raises(CalendarRefused, match=says):
        read_days(file)


def test_every_form_has_a_day_of_its_own_year() -> None:
    dues = Calendar().dues(2025)

    assert set(dues) == set(submitted_forms())
    assert all(submitted_forms()[name].opening_day(2025) < day < date(2027, 1, 1) for name, day in dues.items())  # fmt: skip


def test_the_board_calls_a_form_late_by_its_own_day(database: Database) -> None:
    with closing(Warehouse(database.worker_url, roles.WORKER)) as worker:
        register(worker, [opened("3643000001", CHANGSHA)])
        with worker.writing() as reader:
            late = {
                day: set(board(reader, NATION, 2026, day).filter(late=1)["form"])
                for day in (date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 21))
            }
    every = {name for name, one in submitted_forms().items() if one.every is Every.YEAR}
    late = {day: names & every for day, names in late.items()}
    assert late[date(2026, 11, 16)] == set()
    assert late[date(2026, 11, 17)] == every - {"enrolment", "flow", "destination"}
    assert late[date(2026, 11, 21)] == every - {"destination"}


def test_what_comes_after_its_year_is_over_is_supplementary() -> None:
    last, first = datetime(2026, 8, 31, 15, 59, tzinfo=UTC), datetime(2026, 8, 31, 16, tzinfo=UTC)

    assert not is_supplementary("register", 2025, last)  # midnight in China is at 16:00 UTC
    assert is_supplementary("register", 2025, first)
    assert not is_supplementary("publicity_m08", 2025, first)  # due in September
    assert is_supplementary("publicity_m07", 2025, first)
