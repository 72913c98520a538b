"""Which lines of a file of unit events cannot be used, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from warehouse.places import FIRST_YEAR, REGISTER_YEAR, read_register
from warehouse.terms import stock_date

SCHOOL_CODE = re.compile(r"^36(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-6])\d{6}$")
HOST_CODE = re.compile(r"^(?!36)\d{10}$")
EVENTS = ("opened", "renamed", "moved", "recoded", "merged", "closed")
ENDS = frozenset({"merged", "closed"})
NEEDED = {"opened": "name", "renamed": "name", "moved": "county", "recoded": "new_code"}
EVENT_COLUMNS = ("code", "event", "year", "name", "unit_kind", "county", "new_code", "successor_code", "day")  # fmt: skip
"""A file of events; `day` may be missing: the day an event took effect, inside the academic year or the one before."""

Event = Mapping[str, Any]
Fault = tuple[str, str]  # in Chinese and English


def faults(rows: Sequence[Event], known: Sequence[Event]) -> list[Fault | None]:
    """For each line why it cannot be used, or None. `known`: the events on record, which these lines may correct."""
    told = {key(row): row for row in known}
    sound = [row for row in rows if _form(row) is None]
    everything = [*{**told, **{key(row): row for row in reversed(sound)}}.values()]
    first = {key(row): dict(row) for row in reversed(sound)}
    story = _Story(everything, known)
    return [_form(row) or _twice(row, first) or story.fault(row) for row in rows]


def key(row: Event) -> tuple[str, str, int]:
    """What makes two lines tell of the same event."""
    return row["code"], row["event"], int(row["year"])


def in_order(event: Event) -> tuple[int, bool, date, int]:
    """Years, then days; a line without a day stands at the stock date. A unit opens before all else."""
    year = int(event["year"])
    day = event["day"] or stock_date(year)
    day = day if isinstance(day, date) else date.fromisoformat(day)
    return year, event["event"] != "opened", day, EVENTS.index(event["event"])


def _form(row: Event) -> Fault | None:
    """What is wrong with a line by itself."""
    what, year = row["event"], row["year"]
    if what not in EVENTS:
        return f"没有“{what}”这种事件", f"no event is called '{what}'"
    if not str(year).isdigit():
        return f"学年“{year}”不是数字", f"the year '{year}' is not a number"
    needed = NEEDED.get(what)
    if needed and not row[needed]:
        return f"“{what}”缺少 {needed}", f"'{what}' lacks its {needed}"
    return _day(row) or _code(row) or _county(row)


def _day(row: Event) -> Fault | None:
    """A day of the academic year, or of the one before, in which what holds from its stock date is decided."""
    if not row["day"]:
        return None
    year = int(row["year"])
    try:
        day = date.fromisoformat(row["day"])
    except ValueError:
        return f"日期“{row['day']}”应写作 2022-09-01", f"the day '{row['day']}' is not written as 2022-09-01"  # fmt: skip
    if stock_date(year - 1) <= day < stock_date(year + 1):
        return None
    return f"{day} 不在 {year} 学年", f"{day} does not belong to the academic year {year}"


def _code(row: Event) -> Fault | None:
    """Schools have codes 36 + province + six digits; the hosts of attached classes have others."""
    if row["event"] == "opened":
        code, pattern = row["code"] or "", SCHOOL_CODE if row["unit_kind"] == "school" else HOST_CODE  # fmt: skip
        fits = pattern.match(code)
    elif row["event"] == "recoded":
        code = row["new_code"]
        fits = (SCHOOL_CODE if str(row["code"]).startswith("36") else HOST_CODE).match(code)
    else:
        return None
    return None if fits else (f"标识码 {code} 不合规则", f"the code {code} breaks the rule")


def _county(row: Event) -> Fault | None:
    if row["event"] not in ("opened", "moved") or leaf(row["county"], int(row["year"])) is not None:
        return None
    return (
        f"{row['year']} 学年没有代码为 {row['county']}、可设填报单位的县区",
        f"in {row['year']} no county of the statistics, nor any prefecture without counties, bears the code {row['county']}",
    )


@cache
def leaf(code: str | None, year: int) -> int | None:
    """The place a unit can hang on that bore a division code in a year; years beyond the register are as its first or last."""
    year = min(max(year, FIRST_YEAR), REGISTER_YEAR)
    found = read_register().by_code(code, year) if code else None
    return found if found in _leaves(year) else None


@cache
def _leaves(year: int) -> frozenset[int]:
    return frozenset(read_register().leaves(year))


def _twice(row: Event, first: Mapping[tuple[str, str, int], Event]) -> Fault | None:
    """One file may say a thing twice, but not in two ways."""
    if dict(row) == first[key(row)]:
        return None
    return "同一文件对同一变更有两种说法", "this file tells the same event in two ways"


class _Story:
    """What all lines tell together: which codes were opened, and when units ended."""

    def __init__(self, events: Iterable[Event], known: Iterable[Event]) -> None:
        ordered = sorted(events, key=in_order)
        self.heir = {e["code"]: e["new_code"] for e in ordered if e["event"] == "recoded"}
        self.opened: dict[str, int] = {}
        for event in (*known, *ordered):  # what is on record stands; of two new openings the first
            if event["event"] == "opened":
                self.opened.setdefault(event["code"], int(event["year"]))
        self.ended = {self._last(e["code"]): in_order(e) for e in ordered if e["event"] in ENDS}
        self.began: dict[str, int] = {}  # by a unit's newest code the first year in which it opened
        for code, year in self.opened.items():
            self.began[self._last(code)] = min(year, self.began.get(self._last(code), year))
        self.codes = self.opened.keys() | set(self.heir.values())

    def _last(self, code: str) -> str:
        """The newest code of the unit that bore this one."""
        seen: set[str] = set()
        while code in self.heir and code not in seen:
            seen.add(code)
            code = self.heir[code]
        return code

    def fault(self, row: Event) -> Fault | None:
        """What is wrong with a line among the others."""
        code, heir, year = row["code"], row["successor_code"], int(row["year"])
        if row["event"] == "opened":
            before = self.opened[code]
            return None if before == year else (f"{code} 已于 {before} 学年设立", f"{code} was opened in {before} already")  # fmt: skip
        if code not in self.codes:
            return f"标识码 {code} 从未设立", f"{code} was never opened"
        if heir and heir not in self.codes:
            return f"并入的 {heir} 从未设立", f"its successor {heir} was never opened"
        return self._existed(row)

    def _existed(self, row: Event) -> Fault | None:
        """Whether the unit was there: opened before, not ended yet."""
        code, year, last = row["code"], int(row["year"]), self._last(row["code"])
        began, end = self.began.get(last, year), self.ended.get(last)
        if year < began:
            return f"{code} 于 {began} 学年才设立", f"{code} was opened in {began} only"
        if end is not None and in_order(row) > end:
            return f"{code} 已于 {end[0]} 学年撤并", f"{code} ended in {end[0]}"
        return None
