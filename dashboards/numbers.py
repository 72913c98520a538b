"""Numbers, dates and ranks as they are printed, in either language."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from warehouse.terms import MONTHS

if TYPE_CHECKING:
    from dashboards.i18n import Lang

MINUS = "−"
EN_DASH = "–"
ALL = 1e-9  # percent: sums of shares that are one end so near to it


class Shown(NamedTuple):
    """A number as printed (`text`) and the unit that follows it (`unit`, perhaps empty)."""

    text: str
    unit: str = ""

    def joined(self) -> str:
        """Return both in one string; a percent sign touches its number."""
        if not self.unit:
            return self.text
        return self.text + self.unit if self.unit == "%" else f"{self.text} {self.unit}"


class Scale(NamedTuple):
    """One way of writing a quantity: from `floor` up, divided by `divisor`, with `decimals`, `before` in front."""

    floor: float
    divisor: float
    decimals: int
    unit: str
    before: str = ""


# Each unit by language, largest scale first; the last one has floor 0 and takes the metric's own decimals.
_SCALES: dict[tuple[str, str], tuple[Scale, ...]] = {
    ("persons", "zh"): (
        Scale(1e6, 1e4, 1, "万人"),
        Scale(1e4, 1e4, 2, "万人"),
        Scale(0, 1, 0, "人"),
    ),
    ("persons", "en"): (Scale(1e6, 1e6, 3, "million"), Scale(0, 1, 0, "")),
    ("person_times", "zh"): (
        Scale(1e8, 1e8, 2, "亿人次"),
        Scale(1e6, 1e4, 1, "万人次"),
        Scale(1e4, 1e4, 2, "万人次"),
        Scale(0, 1, 0, "人次"),
    ),
    ("person_times", "en"): (
        Scale(1e6, 1e6, 2, "m person-times"),
        Scale(0, 1, 0, "person-times"),
    ),
    ("yuan", "zh"): (Scale(1e8, 1e8, 1, "亿元"), Scale(1e6, 1e4, 1, "万元"), Scale(0, 1, 0, "元")),
    ("yuan", "en"): (
        Scale(1e9, 1e9, 2, "bn", "CNY "),
        Scale(1e6, 1e6, 2, "m", "CNY "),
        Scale(0, 1, 0, "", "CNY "),
    ),
    ("m2", "zh"): (Scale(1e6, 1e4, 1, "万 m²"), Scale(0, 1, 0, "m²")),
    ("m2", "en"): (Scale(1e6, 1e6, 2, "million m²"), Scale(0, 1, 0, "m²")),
    ("schools", "zh"): (Scale(0, 1, 0, "校"),),
    ("schools", "en"): (Scale(0, 1, 0, "schools"),),
    ("books", "zh"): (Scale(1e6, 1e4, 1, "万册"), Scale(0, 1, 0, "册")),
    ("books", "en"): (Scale(1e6, 1e6, 2, "million books"), Scale(0, 1, 0, "books")),
    ("computers", "zh"): (Scale(1e6, 1e4, 1, "万台"), Scale(0, 1, 0, "台")),
    ("computers", "en"): (Scale(0, 1, 0, "computers"),),
    ("items", "zh"): (Scale(0, 1, 0, "项"),),
    ("items", "en"): (Scale(0, 1, 0, "items"),),
    ("hours", "zh"): (Scale(0, 1, 0, "小时"),),
    ("hours", "en"): (Scale(0, 1, 0, "hours"),),
    ("points", "zh"): (Scale(0, 1, 1, "个百分点"),),
    ("points", "en"): (Scale(0, 1, 1, "pp"),),
    ("ratio", "zh"): (Scale(0, 1, 1, ": 1"),),
    ("ratio", "en"): (Scale(0, 1, 1, ": 1"),),
    ("percent", "zh"): (Scale(0, 1, 1, "%"),),
    ("percent", "en"): (Scale(0, 1, 1, "%"),),
}


def plain(value: float, decimals: int = 0) -> str:
    """Group by thousands; the minus is U+2212; a value that rounds to zero carries no sign."""
    text = f"{value:,.{decimals}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else MINUS + text[1:]
    return text


def signed(value: float, decimals: int = 0) -> str:
    """Write a change: always with its sign, unless it rounds to nothing."""
    text = plain(value, decimals)
    if text.startswith(MINUS) or not text.strip("0.,"):
        return text
    return "+" + text


def percent(share: float, decimals: int = 1) -> str:
    """Write a share of one as a percentage, without a space."""
    return percentage(share, decimals) + "%"


def percentage(share: float, decimals: int = 1) -> str:
    """The same in a column whose head bears the sign."""
    return plain(_short_of_all(share * 100, decimals), decimals)


def _short_of_all(value: float, decimals: int) -> float:
    """A percentage that rounds to 100 without being it is cut off below: 'all' is said of all alone, for duties and limits are."""
    step: float = 10.0**-decimals
    return 100.0 - step if 100.0 - step / 2 <= value < 100.0 - ALL else value


def points(difference: float, lang: Lang, decimals: int = 1) -> str:
    """Write a difference of two shares of one in percentage points."""
    return f"{signed(difference * 100, decimals)} {'pp' if lang == 'en' else '个百分点'}"


def show(value: float, unit: str, lang: Lang, decimals: int | None = None) -> Shown:
    """Write a quantity in its unit.

    `unit` is one of persons, person_times, schools, yuan, m2, books, computers, items, hours, points, ratio, percent
    (percent takes 86.3 for 86.3%; less than 100 is never printed as 100), or any other text, which is printed as it stands. `decimals` applies
    where the number is written in full; the larger scales (万, 亿, million) have decimals of their own.
    """
    scales = _SCALES.get((unit, lang)) or (Scale(0, 1, 0, unit),)
    scale, size = scales[-1], abs(value)
    for each in scales:
        if size >= each.floor:
            scale = each
            break
    own = scale.decimals if decimals is None or scale.floor else decimals
    if unit == "percent":
        value = _short_of_all(value, own)
    return Shown(scale.before + plain(value / scale.divisor, own), scale.unit)


def unit_name(unit: str, lang: Lang) -> str:
    """Return a unit's name for a column's head, where nothing is scaled."""
    scales = _SCALES.get((unit, lang))
    return scales[-1].unit or scales[-1].before.strip() if scales else unit


def academic_year(start: int, lang: Lang) -> str:
    """Name an academic year: 2026–2027 学年, 2026–27."""
    if lang == "en":
        return f"{start}{EN_DASH}{(start + 1) % 100:02d}"
    return f"{start}{EN_DASH}{start + 1} 学年"


def day(when: date, lang: Lang) -> str:
    """Name a day: 2026-11-20, 20 Nov 2026."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}" if lang == "en" else when.isoformat()


def day_of_year(when: date, lang: Lang) -> str:
    """Name a day where the year is plain: 11-20, 20 Nov."""
    return f"{when.day} {MONTHS[when.month - 1]}" if lang == "en" else when.isoformat()[5:]


def span(low: float, high: float, decimals: int = 0) -> str:
    """Write a range with an en dash."""
    return f"{plain(low, decimals)}{EN_DASH}{plain(high, decimals)}"


def ordinal(number: int) -> str:
    """Write an English ordinal."""
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(number % 10, 'th')}"


def rank(first: int, last: int, lang: Lang) -> str:
    """Name a rank band: 第 17–25 名, 17th–25th; one rank when the band has no width."""
    if lang == "en":
        return ordinal(first) if first == last else f"{ordinal(first)}{EN_DASH}{ordinal(last)}"
    return f"第 {first} 名" if first == last else f"第 {first}{EN_DASH}{last} 名"
