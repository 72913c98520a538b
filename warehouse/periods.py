"""How often a form is handed in, and the parts of an academic year for which it then is.

A quarter is three months of the academic year counted from September, so that four of them are the year; calendar
quarters would lie across two of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from warehouse.terms import FIRST_MONTH, SECOND_TERM_MONTH, Month, Term, UnreadableTime
from warehouse.text import Text

REPORT_DAY = 5  # of the month that follows: when monthly reports are due
QUARTER_DAY = 15
YEAR_CLOSED = (9, 15)  # by when what was told as it happened is complete for the year before
SPRING_CUT_OFF = (4, 20)
AUTUMN_CUT_OFF = (11, 20)
"""The cut-offs of the student register; a term's return is due on the one that follows it."""
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip


class Every(StrEnum):
    """How often a form is handed in."""

    YEAR = "year"
    TERM = "term"
    QUARTER = "quarter"
    MONTH = "month"
    EVENT = (
        "event"  # as often as something happens: what stands when the year is closed is complete
    )

    @property
    def label(self) -> Text:
        return _LABELS[self]

    @property
    def has_parts(self) -> bool:
        """Whether it is handed in once for each part of a year."""
        return self in (Every.TERM, Every.QUARTER, Every.MONTH)


_LABELS = {
    Every.YEAR: Text("每学年", "each year"),
    Every.TERM: Text("每学期", "each term"),
    Every.QUARTER: Text("每季度", "each quarter"),
    Every.MONTH: Text("每月", "each month"),
    Every.EVENT: Text("随时", "when it happens"),
}


@dataclass(frozen=True, kw_only=True)
class Span:
    """One part of every academic year: a term, a quarter or a month, by its months.

    `closes`: month and day, of the calendar year in which the day after it lies, by which its return is due.
    """

    code: str
    label: Text
    begins: int
    months: int
    closes: tuple[int, int]
    words: tuple[str, ...] = ()

    def first(self, year: int) -> date:
        """Its first day in an academic year."""
        return date(year if self.begins >= FIRST_MONTH else year + 1, self.begins, 1)

    def last(self, year: int) -> date:
        return self.opens(year) - timedelta(days=1)

    def opens(self, year: int) -> date:
        """The day after it, from which its return can be complete."""
        return Month.of(self.first(year)).later(self.months).period.first

    def due(self, year: int) -> date:
        """The day on which its return is due, whether or not it is a day of rest."""
        return date(self.opens(year).year, *self.closes)


@cache
def spans(every: Every) -> tuple[Span, ...]:
    """The parts of a year, in their order; none for what is handed in once or at any time."""
    if every is Every.MONTH:
        return tuple(_month(number) for number in _in_order())
    if every is Every.QUARTER:
        return tuple(_quarter(number) for number in range(4))
    if every is Every.TERM:
        return (
            _term(1, FIRST_MONTH, "第一学期", "first term", SPRING_CUT_OFF, ("秋季学期", "上学期", "autumn")),
            _term(2, SECOND_TERM_MONTH, "第二学期", "second term", AUTUMN_CUT_OFF, ("春季学期", "下学期", "spring")),
        )  # fmt: skip
    return ()


def _in_order() -> list[int]:
    """September to August."""
    return [(FIRST_MONTH - 1 + count) % 12 + 1 for count in range(12)]


def _month(number: int) -> Span:
    name = _MONTHS[number - 1]
    label, following = Text(f"{number} 月", name), number % 12 + 1
    return Span(
        code=f"m{number:02d}", label=label, begins=number, months=1, closes=(following, REPORT_DAY),
        words=(f"{number}", f"{number:02d}", f"{number}月", f"{number:02d}月", name, name[:3]),
    )  # fmt: skip


def _quarter(count: int) -> Span:
    first, _, last = _in_order()[count * 3 : count * 3 + 3]
    names = _MONTHS[first - 1], _MONTHS[last - 1]
    label = Text(f"{first}—{last} 月", f"{names[0]} to {names[1]}")
    return Span(
        code=f"q{count + 1}", label=label, begins=first, months=3, closes=(last % 12 + 1, QUARTER_DAY),
        words=(f"{first}-{last}", f"{first}-{last}月", f"第{'一二三四'[count]}期", f"{names[0][:3]}-{names[1][:3]}"),
    )  # fmt: skip


def _term(number: int, begins: int, zh: str, en: str, closes: tuple[int, int], words: tuple[str, ...]) -> Span:  # fmt: skip
    months = 5 if number == 1 else 7
    return Span(
        code=f"t{number}", label=Text(zh, en), begins=begins, months=months, closes=closes,
        words=(f"{number}", f"第{number}学期", f"term {number}", *words),
    )  # fmt: skip


def read_span(text: str, every: Every, year: int | None = None) -> Span:
    """The part of the year that a cell names: its code, its label, or words for it; with an academic year or a calendar month before it as well.

    A year that is not the one given is refused, as is everything that is no part of a year so divided.
    """
    plain = _plain(text)
    known = {_plain(word): one for one in spans(every) for word in (one.code, *one.label, *one.words)}  # fmt: skip
    if plain in known:
        return known[plain]
    stated = _dated(text, every)
    if stated is None or (year is not None and stated[1] != year):
        listed = [one.label for one in spans(every)]
        raise UnreadableTime(
            f"“{text}”不是本表的期间，请写：{'、'.join(one.zh for one in listed)}",
            f"'{text}' is no period of this form; write one of: {', '.join(one.en for one in listed)}",
        )
    return stated[0]


def _dated(text: str, every: Every) -> tuple[Span, int] | None:
    """A month or a term written with its year: 2026-09, 2026年9月, 2026-1, 2026-2027 学年第一学期."""
    by_code = {one.code: one for one in spans(every)}
    if every is Every.MONTH and (found := re.fullmatch(r"(\d{4})\D?(\d{1,2})\D?", text.strip())):
        if not 1 <= int(found[2]) <= 12:
            return None
        month = Month(int(found[1]), int(found[2]))
        return by_code[f"m{month.month:02d}"], month.year
    if every is Every.TERM and (found := re.fullmatch(r"(\d{4})-([12])", text.strip())):
        return by_code[f"t{Term(int(found[1]), int(found[2])).number}"], int(found[1])
    whole = re.fullmatch(r"(\d{4})\s*[-–—]\s*\d{2,4}\s*(?:学年度?)?(?P<rest>.+)", text.strip())
    if whole is None:
        return None
    words = {_plain(word): one for one in spans(every) for word in (one.code, *one.label, *one.words)}  # fmt: skip
    span = words.get(_plain(whole["rest"]))
    return (span, int(whole[1])) if span else None


def _plain(text: str) -> str:
    """Without spaces, capitals and kinds of dashes."""
    return re.sub(r"[\s]", "", re.sub(r"[–—~～至－]", "-", text)).lower()
