"""The law as data: every limit with its value, unit, dates, basis, class of school, province and force.

Form rules and metrics judge by the same entries. Only force `must` makes a breach.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from warehouse.errors import DeclarationError, UnknownName
from warehouse.text import Text


class Force(StrEnum):
    """How binding an entry is."""

    MUST = "must"
    IN_PRINCIPLE = "in_principle"
    TARGET = "target"
    BY_ANALOGY = "by_analogy"
    PROVINCIAL = "provincial"


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Whom the law is asked about: one unit. `province`: its six digits; `founded`: 0 where no register says."""

    unit_kind: str = "school"
    school_class: str = "general"
    province: str = ""
    founded: int = 0


ANY = Addressee()
"""A general school in any province, as long there as can be."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One entry in force for the statistical years from_year to to_year.

    `unit_kind`, `school_class` and `province` (its six digits) narrow it ("" = every one), and so does `founded_before`:
    what is asked of a school is not asked of attached classes. A ceiling is met by values at or under it, a floor by
    values at or above it. Units: m2, CNY, persons, percent, ratio, volumes, computers, hours.
    """

    code: str
    kind: str
    value: float
    unit: str
    direction: str
    force: Force
    from_year: int
    to_year: int
    unit_kind: str
    school_class: str
    province: str
    founded_before: int
    title: Text
    basis: Text
    note: Text

    def is_asked_of(self, one: Addressee) -> bool:
        return (
            self.unit_kind in ("", one.unit_kind)
            and one.founded < self.founded_before
            and self.school_class in ("", one.school_class)
            and self.province in ("", one.province)
        )

    def is_met(self, value: float) -> bool:
        return value <= self.value if self.direction == "ceiling" else value >= self.value

    def is_near(self, value: float) -> bool:
        """Met with less than 5 % of the limit to spare (临界; the ministry's 基本达标 cut-off is unknown)."""
        slack = self.value - value if self.direction == "ceiling" else value - self.value
        return 0 <= slack < 0.05 * self.value


@cache
def book() -> tuple[Limit, ...]:
    """Every entry on record."""
    text = files("warehouse.reference").joinpath("law.csv").read_text(encoding="utf-8")
    return tuple(_limit(row) for row in csv.DictReader(text.splitlines()))


def _limit(row: dict[str, str]) -> Limit:
    return Limit(
        code=row["code"], kind=row["kind"], value=float(row["value"]), unit=row["unit"],
        direction=row["direction"], force=Force(row["force"]), from_year=int(row["from_year"]),
        to_year=int(row["to_year"]), school_class=row["school_class"], province=row["province"],
        unit_kind=row["unit_kind"], founded_before=int(row["founded_before"]),
        title=Text(row["title_zh"], row["title_en"]), basis=Text(row["basis_zh"], row["basis_en"]),
        note=Text(row["note_zh"] or "", row["note_en"] or ""),
    )  # fmt: skip


def entry(code: str) -> Limit:
    """The newest entry of a code, whatever its dates: for titles and bases."""
    found = [limit for limit in book() if limit.code == code]
    if not found:
        raise UnknownName("法规条目", code, {limit.code for limit in book()})
    return max(found, key=lambda limit: limit.from_year)


def in_force(code: str, year: int, of: Addressee = ANY) -> Limit | None:
    """The limit that binds in a statistical year, the narrowest first; None when none was in force."""
    entry(code)
    fits = [
        limit
        for limit in book()
        if limit.code == code and limit.from_year <= year <= limit.to_year and limit.is_asked_of(of)
    ]
    return max(
        fits, key=lambda limit: (bool(limit.province), bool(limit.school_class)), default=None
    )


def by_later_law(code: str, year: int, of: Addressee = ANY) -> Limit | None:
    """The limit in force, or for a year before any the earliest later one: only for views labelled so."""
    if now := in_force(code, year, of):
        return now
    later = sorted({limit.from_year for limit in book() if limit.code == code and limit.from_year > year})  # fmt: skip
    return next(filter(None, (in_force(code, first, of) for first in later)), None)


def together(codes: Iterable[str], year: int, of: Addressee) -> dict[str, Limit] | None:
    """The limits of several codes for a unit, by later law before any; None where one is missing."""
    found = {code: by_later_law(code, year, of) for code in codes}
    limits = {code: limit for code, limit in found.items() if limit is not None}
    return limits if len(limits) == len(found) else None


def check_breach(code: str) -> None:
    """A breach rests on an entry of force `must`; anything else is refused when declarations are loaded."""
    if entry(code).force is not Force.MUST:
        raise DeclarationError(
            f"{code} 不是强制条款，不能判违规", f"{code} is not binding and cannot make a breach"
        )
