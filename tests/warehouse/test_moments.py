"""Days and times that people meet are China's, whatever the machine's clock is set to."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from warehouse.moments import (
    begins,
    china_day,
    clock_time,
    day_before,
    minute,
    numbered,
    reckoned,
    second,
)

LAST_EVENING = datetime(2026, 12, 31, 17, 5, 9, tzinfo=UTC)  # in China the new year is an hour old
PACKAGES = ("app.py", "dashboards", "etl", "metrics", "warehouse")


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-9)), timezone(timedelta(hours=8))])
def test_a_moment_is_shown_as_china_has_it(zone: timezone) -> None:
    at = LAST_EVENING.astimezone(zone)

    assert china_day(at) == date(2027, 1, 1)
    assert (minute(at), second(at), clock_time(at)) == ("2027-01-01 01:05", "2027-01-01 01:05:09", "01:05")  # fmt: skip
    assert numbered("HZ", at, 412) == "HZ-2027-00000412"


def test_a_count_up_to_a_midnight_is_of_the_day_that_ends_there() -> None:
    assert day_before(begins(date(2026, 11, 1))) == date(2026, 10, 31)
    assert day_before(begins(date(2026, 11, 1)) + timedelta(hours=9)) == date(2026, 11, 1)


def test_a_pinned_day_keeps_the_time_of_day_that_it_is_in_china() -> None:
    at = reckoned(LAST_EVENING, date(2026, 11, 20))

    assert (china_day(at), clock_time(at)) == (date(2026, 11, 20), "01:05")
    assert reckoned(LAST_EVENING, None) == LAST_EVENING


def test_nothing_takes_the_day_of_a_moment_in_any_other_zone() -> None:
    """`.date()` of a moment is the day of whatever zone it carries, `%m-%d` and `%H:%M` its day and hour: only in one module.

    What the trail hashes has microseconds and is UTC by its own rule."""
    project = Path(__file__).parents[2]
    files = [file for each in PACKAGES for file in [project / each, *(project / each).rglob("*.py")] if file.is_file()]  # fmt: skip

    found = [
        f"{file.relative_to(project)}: {line.strip()}"
        for file in files
        if file.name != "moments.py" and "versions" not in file.parts
        for line in file.read_text().splitlines()
        if re.search(
            r"\.date\(\)|\.today\(\)|%H:%M(?!:%S\.%f)|(?<!%Y-)%m-%d|\.astimezone\(\)", line
        )
    ]

    assert found == []
