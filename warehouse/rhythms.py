"""When a subscription is due: on workdays at seven in the morning of China, or when something has happened.

What falls on a day of rest comes on the next workday; a month without such a day gives its last one.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

from warehouse.calendar import Calendar
from warehouse.moments import begins, china_day
from warehouse.text import Text

AT = timedelta(hours=7)  # after the beginning of the day
BACK, AHEAD = (
    20,
    100,
)  # days: longer than any run of days of rest, longer than any month with its rest


class Rhythm(StrEnum):
    """How often. All but the last go by the clock."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    RELEASE = "release"

    @property
    def label(self) -> Text:
        return _LABELS[self]

    @property
    def days(self) -> range:
        """The days that can be chosen: of the week from Monday, of the month; none for the others."""
        return {Rhythm.WEEKLY: range(1, 8), Rhythm.MONTHLY: range(1, 32)}.get(self, range(1))


_LABELS = {
    Rhythm.DAILY: Text("每个工作日", "Every workday"),
    Rhythm.WEEKLY: Text("每周", "Every week"),
    Rhythm.MONTHLY: Text("每月", "Every month"),
    Rhythm.RELEASE: Text("每次发布数据时", "When figures are released"),
}


def next_due(rhythm: Rhythm, day: int, after: datetime, calendar: Calendar) -> datetime | None:
    """The first moment after another; None for what waits until something has happened."""
    if rhythm is Rhythm.RELEASE:
        return None
    first = china_day(after) - timedelta(days=BACK)
    wished = (d for d in _from(first) if _falls_on(rhythm, day, d, calendar))
    found = (begins(calendar.workday(d)) + AT for d in wished)
    return next(at for at in found if at > after)


def _from(first: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range(BACK + AHEAD))


def _falls_on(rhythm: Rhythm, day: int, at: date, calendar: Calendar) -> bool:
    """Whether a day is one of the rhythm's, before days of rest are looked at; daily ones are workdays alone."""
    if rhythm is Rhythm.DAILY:
        return calendar.works(at)
    if rhythm is Rhythm.WEEKLY:
        return at.isoweekday() == day
    return at.day == min(day, monthrange(at.year, at.month)[1])
