"""The one time zone that people meet: days, deadlines and the times on a page are China's, whatever the machine's clock is set to.

Moments are kept with their zone and compared as such; only what is shown, and the day that a rule asks for, goes through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = "Asia/Shanghai"
CHINA = ZoneInfo(ZONE)


def china_day(at: datetime) -> date:
    """The day in China."""
    return at.astimezone(CHINA).date()


def begins(day: date) -> datetime:
    """The moment at which a day begins in China."""
    return datetime.combine(day, time(), CHINA)


def day_before(at: datetime) -> date:
    """The last day in China that has begun before a moment: of a midnight the day that ends there."""
    return china_day(at - timedelta(microseconds=1))


def minute(at: datetime) -> str:
    """2026-11-20 16:05."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def second(at: datetime) -> str:
    """2026-11-20 16:05:09."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def clock_time(at: datetime) -> str:
    """16:05."""
    return f"{at.astimezone(CHINA):%H:%M}"


def reckoned(now: datetime, day: date | None) -> datetime:
    """The time of day that it is in China, on the day to reckon from; without one, simply `now`."""
    there = now.astimezone(CHINA)
    return datetime.combine(day or there.date(), there.time(), CHINA).astimezone(UTC)


def clock(today: date | None, known: Mapping[str, str]) -> datetime:
    """The time of day now, on the day to reckon from: as set, else a demo warehouse's own (in its settings), else today."""
    stands_still = date.fromisoformat(known["today"]) if "today" in known else None
    return reckoned(datetime.now(UTC), today or stands_still)


def numbered(kind: str, at: datetime, number: int) -> str:
    """HZ-2026-00000412: a kind of document, the year in China, its number."""
    return f"{kind}-{china_day(at).year}-{number:08d}"
