"""The school calendar, pure: academic years, terms, months, stock dates and flow periods.

A year is written as one int everywhere: 2021 is the academic year 2021-2022, which the statistics call
statistical year 2021. It begins on 1 September 2021, and that is also its stock date: students, teachers and
buildings are counted on that day. Flows have two periods: graduates and entrants of statistical year 2021 are
counted over the twelve months that end at the stock date, what happens during teaching (placements, drop-out)
over the twelve months that begin there.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from typing import Literal, Self

from warehouse.errors import ZhijianError

Language = Literal["zh", "en"]

FIRST_MONTH = 9
"""An academic year, and its first term, begins on the first day of September."""
SECOND_TERM_MONTH = 2
"""The second term runs from 1 February to 31 August."""

_YEAR_TEXTS = (
    re.compile(r"(?P<start>\d{4})\s*[-–—－/~至]\s*(?P<end>\d{4}|\d{2})\s*(?:学年度?)?"),
    re.compile(r"(?P<start>\d{4})\s*(?:学年度?|年度?)?"),
)


class UnreadableTime(ZhijianError, ValueError):
    """A year, term or month that cannot be read or does not exist."""


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def year_from(year: int) -> Period:
    """The twelve months that begin on 1 September of a year."""
    return Period(date(year, FIRST_MONTH, 1), date(year + 1, FIRST_MONTH, 1) - timedelta(days=1))


def stock_date(year: int) -> date:
    """The day on which students, staff and property of a year are counted: 1 September."""
    return date(year, FIRST_MONTH, 1)


def graduates_period(year: int) -> Period:
    """The flow that ends at the stock date: graduates of statistical year 2021 left from 2020-09-01 to 2021-08-31."""
    return year_from(year - 1)


def flow_period(year: int) -> Period:
    """The flow during the academic year itself: placements of 2021 took place from 2021-09-01 to 2022-08-31."""
    return year_from(year)


def newest_year(today: date) -> int:
    """The academic year that has begun by a day: 2026-08-31 lies in 2025, 2026-09-01 in 2026."""
    return today.year if today.month >= FIRST_MONTH else today.year - 1


@dataclass(frozen=True, order=True)
class AcademicYear:
    """An academic year by its first calendar year, for the places that show or read one."""

    start: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read '2026', '2026-2027', '2026–27', '2026–2027 学年' or '2026学年'; anything else is an error."""
        plain = text.strip()
        for pattern in _YEAR_TEXTS:
            match = pattern.fullmatch(plain)
            if match and _ends_next(match):
                return cls(int(match["start"]))
        raise UnreadableTime(
            f"无法识别学年“{text}”，请写成 2026 或 2026-2027",
            f"'{text}' is not an academic year; write 2026 or 2026-2027",
        )

    def format(self, language: Language = "zh") -> str:
        """'2026–2027 学年' in Chinese, '2026–27' in English."""
        if language == "zh":
            return f"{self.start}–{self.start + 1} 学年"
        return f"{self.start}–{(self.start + 1) % 100:02d}"

    @property
    def statistical_year(self) -> int:
        return self.start

    @property
    def terms(self) -> tuple["Term", "Term"]:
        return Term(self.start, 1), Term(self.start, 2)

    @property
    def months(self) -> tuple["Month", ...]:
        """September to August."""
        first = Month(self.start, FIRST_MONTH)
        return tuple(first.later(count) for count in range(12))


def _ends_next(match: re.Match[str]) -> bool:
    """Whether the second year of a text, where it has one, follows the first."""
    end = match.groupdict().get("end")
    if end is None:
        return True
    following = int(match["start"]) + 1
    return int(end) == (following if len(end) == 4 else following % 100)


def format_year(year: int, language: Language = "zh") -> str:
    """The way a page writes a year."""
    return AcademicYear(year).format(language)


@dataclass(frozen=True, order=True)
class Term:
    """Half an academic year: number 1 from September, number 2 from February."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2):
            raise UnreadableTime(
                f"学期只有 1 和 2，没有 {self.number}", f"A term is 1 or 2, not {self.number}"
            )

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.fullmatch(r"(\d{4})-([12])", text.strip())
        if not match:
            raise UnreadableTime(
                f"无法识别学期“{text}”，请写成 2021-1 或 2021-2",
                f"'{text}' is not a term; write 2021-1 or 2021-2",
            )
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The term in which a day lies."""
        second = SECOND_TERM_MONTH <= day.month < FIRST_MONTH
        return cls(newest_year(day), 2 if second else 1)

    @property
    def period(self) -> Period:
        middle = date(self.year + 1, SECOND_TERM_MONTH, 1)
        whole = year_from(self.year)
        if self.number == 1:
            return Period(whole.first, middle - timedelta(days=1))
        return Period(middle, whole.last)

    def format(self, language: Language = "zh") -> str:
        """'2021–2022 学年第一学期', '2021–22 term 1'."""
        whole = format_year(self.year, language)
        if language == "zh":
            return f"{whole}第{'一二'[self.number - 1]}学期"
        return f"{whole} term {self.number}"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@total_ordering
@dataclass(frozen=True)
class Month:
    """A calendar month, the grain of the monthly reports."""

    calendar_year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise UnreadableTime(
                f"没有第 {self.month} 月", f"There is no month {self.month}; write 1 to 12"
            )

    def __lt__(self, other: "Month") -> bool:
        return self._count < other._count

    def __str__(self) -> str:
        return f"{self.calendar_year}-{self.month:02d}"

    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.fullmatch(r"(\d{4})-?(\d{2})", text.strip())
        if not match:
            raise UnreadableTime(
                f"无法识别月份“{text}”，请写成 2021-09", f"'{text}' is not a month; write 2021-09"
            )
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @property
    def _count(self) -> int:
        return self.calendar_year * 12 + self.month - 1

    def later(self, months: int) -> "Month":
        """The month so many months later (earlier when negative)."""
        years, rest = divmod(self._count + months, 12)
        return Month(years, rest + 1)

    @property
    def period(self) -> Period:
        following = self.later(1)
        last = date(following.calendar_year, following.month, 1) - timedelta(days=1)
        return Period(date(self.calendar_year, self.month, 1), last)

    @property
    def year(self) -> int:
        """The academic year the month belongs to."""
        return newest_year(self.period.first)

    def format(self, language: Language = "zh") -> str:
        """'2026 年 10 月', 'Oct 2026'."""
        if language == "zh":
            return f"{self.calendar_year} 年 {self.month} 月"
        return f"{MONTHS[self.month - 1]} {self.calendar_year}"
