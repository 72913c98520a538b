"""Workdays of China, and the day by which each form of a year is handed in.

Which days are worked is announced each autumn for the year that follows. The years that the library chinese-calendar knows come
from there; later ones, and corrections, are loaded into the table of holidays. A year that neither knows has its weekends only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

import chinese_calendar
import sqlalchemy as sa

from warehouse.discovery import form, submitted_forms
from warehouse.moments import china_day
from warehouse.periods import Every
from warehouse.store import Reader, compiled
from warehouse.tables import metadata
from warehouse.terms import newest_year

SATURDAY = 5

holiday = sa.Table(
    "holiday", metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("is_workday", sa.Boolean, nullable=False),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False, comment="the announcement it rests on"),
    sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
    comment="节假日与调休",
)  # fmt: skip


@dataclass(frozen=True)
class Calendar:
    """`loaded`: days of which the table says whether they are worked; they go before everything else."""

    loaded: Mapping[date, bool] = field(default_factory=dict)

    def works(self, day: date) -> bool:
        """Whether offices work on a day."""
        if day in self.loaded:
            return self.loaded[day]
        if day.year in announced():
            return _is_worked(day)
        return day.weekday() < SATURDAY

    def is_known(self, year: int) -> bool:
        """Whether the holidays of a calendar year are known, or its weekends alone."""
        return year in announced() or any(day.year == year for day in self.loaded)

    def workday(self, day: date) -> date:
        """The day, or the first workday after it: what ends on a day of rest ends then."""
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date, workdays: int) -> date:
        """The day that ends so many workdays after a day."""
        for _ in range(workdays):
            day = self.workday(day + timedelta(days=1))
        return day

    def due(self, name: str, year: int) -> date:
        """The last day on which a form of an academic year is handed in on time."""
        return self.workday(form(name).due_day(year))

    def dues(self, year: int) -> dict[str, date]:
        """The same for every form that schools fill, by name."""
        return {name: self.due(name, year) for name in submitted_forms()}

    def span(self, year: int) -> tuple[date, date]:
        """The first and the last of these days of forms that are asked once a year."""
        yearly = [name for name, one in submitted_forms().items() if one.every is Every.YEAR]
        days = [self.due(name, year) for name in yearly]
        return min(days), max(days)


def is_supplementary(name: str, year: int, received: datetime) -> bool:
    """Whether what came then is supplementary entry (补录): of an academic year that was over, and after the day it was due."""
    came = china_day(received)
    return year < newest_year(came) and came > form(name).due_day(year)


@lru_cache(maxsize=10_000)
def _is_worked(day: date) -> bool:
    """Whether the library says that a day is worked: a page asks for the days of forty forms."""
    return bool(chinese_calendar.is_workday(day))


@cache
def announced() -> range:
    """The calendar years of which the library knows the holidays."""
    years = {day.year for day in chinese_calendar.holidays}
    return range(min(years), max(years) + 1)


def calendar(reader: Reader) -> Calendar:
    """The calendar with what was loaded into this warehouse."""
    return reader.once(calendar, lambda: _loaded(reader))


_LOADED = compiled(sa.select(holiday.c.day, holiday.c.is_workday))


def _loaded(reader: Reader) -> Calendar:
    return Calendar(dict(reader.rows(_LOADED)))
