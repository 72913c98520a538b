"""Which lines of a file of unit events cannot be used, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from warehouse.places import FIRST_YEAR, REGISTER_YEAR, read_register

SCHOOL_CODE = re.compile(r"^36(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-6])\d{6}$")
HOST_CODE = re.compile(r"^(?!36)\d{10}$")
EVENTS = ("opened", "renamed", "moved", "recoded", "merged", "closed")
NEEDED = {"opened": "name", "renamed": "name", "moved": "county", "recoded": "new_code"}

Fault = tuple[str, str]  # in Chinese and English


def faults(rows: list[dict[str, Any]], opened: Mapping[str, int]) -> list[Fault | None]:
    """For each line why it cannot be used, or None. `opened`: year by code of the units on record."""
    known = {**_openings(rows), **opened}
    codes = known.keys() | {row["new_code"] for row in rows if row["event"] == "recoded"}
    return [_form(row) or _story(row, known, codes) for row in rows]


def _openings(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Year by code of the lines that open a unit; of two the first stands."""
    found: dict[str, int] = {}
    for row in rows:
        if row["event"] == "opened" and _form(row) is None:
            found.setdefault(row["code"], int(row["year"]))
    return found


def _form(row: Mapping[str, Any]) -> Fault | None:
    """What is wrong with a line by itself."""
    what, year = row["event"], row["year"]
    if what not in EVENTS:
        return f"没有“{what}”这种事件", f"no event is called '{what}'"
    if not str(year).isdigit():
        return f"学年“{year}”不是数字", f"the year '{year}' is not a number"
    needed = NEEDED.get(what)
    if needed and not row[needed]:
        return f"“{what}”缺少 {needed}", f"'{what}' lacks its {needed}"
    return _code(row) or _county(row)


def _code(row: Mapping[str, Any]) -> Fault | None:
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


def _county(row: Mapping[str, Any]) -> Fault | None:
    if row["event"] not in ("opened", "moved") or leaf(row["county"], int(row["year"])) is not None:
        return None
    return (
        f"{row['year']} 学年没有代码为 {row['county']} 的县区",
        f"no place bears the code {row['county']} in {row['year']}",
    )


@cache
def leaf(code: str | None, year: int) -> int | None:
    """The place that bore a division code in a year; years beyond the register are as its first or last."""
    year = min(max(year, FIRST_YEAR), REGISTER_YEAR)
    return read_register().by_code(code, year) if code else None


def _story(row: Mapping[str, Any], known: Mapping[str, int], codes: Iterable[str]) -> Fault | None:
    """What is wrong with a line among the others."""
    code, heir = row["code"], row["successor_code"]
    if row["event"] == "opened":
        if known[code] == int(row["year"]):
            return None
        return f"{code} 已于 {known[code]} 学年设立", f"{code} was opened in {known[code]} already"
    if code not in codes:
        return f"标识码 {code} 从未设立", f"{code} was never opened"
    if heir and heir not in codes:
        return f"并入的 {heir} 从未设立", f"its successor {heir} was never opened"
    return None
