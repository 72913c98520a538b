"""Kinds of schools: what every metric can be broken down by, for each unit is of one kind in each year.

Type, sponsor and setting are what the unit's register says of that year, its size the students it reported, its region that of its province. A unit
that has not said it is of no stated kind; so the kinds always add up to the total.
"""

from __future__ import annotations

from itertools import pairwise

from metrics.bands import REGION_NAMES, SIZES
from warehouse.codes import Codes, codes
from warehouse.dimensions import SCHOOL_TYPE, SETTING, SPONSOR
from warehouse.text import Text

UNSTATED = "unstated"
_UNSTATED = Text("未填报", "Not stated")
REGISTER, ENROLMENT, STUDENTS = "register", "enrolment", "students"


def _kind(name: str, labels: dict[str, Text]) -> Codes:
    """A list of kinds, closed by what has not been said."""
    return codes(name, **{_word(code): (each.zh, each.en) for code, each in {**labels, UNSTATED: _UNSTATED}.items()})  # fmt: skip


def _word(code: str) -> str:
    return f"_{code}" if code[0].isdigit() else code


def _sizes() -> dict[str, Text]:
    """Bands of students: under 300, 300 to 799, ..., 3,000 and more."""
    first = {"0": Text(f"不足 {SIZES[0]} 人", f"Under {SIZES[0]}")}
    between = {str(at): Text(f"{low}—{high - 1} 人", f"{low}–{high - 1}") for at, (low, high) in enumerate(pairwise(SIZES), start=1)}  # fmt: skip
    last = {str(len(SIZES)): Text(f"{SIZES[-1]} 人及以上", f"{SIZES[-1]} and more")}
    return {**first, **between, **last}


KINDS: dict[str, Codes] = {
    "school_type": _kind("school_types", dict(SCHOOL_TYPE.labels)),
    "sponsor": _kind("sponsors", dict(SPONSOR.labels)),
    "setting": _kind("settings", dict(SETTING.labels)),
    "size": _kind("sizes", _sizes()),
    "region": _kind("regions", dict(REGION_NAMES)),
}
OF_REGISTER = ("school_type", "sponsor", "setting")
LABELS = {
    "school_type": Text("办学类型", "School type"),
    "sponsor": Text("举办者", "Sponsor"),
    "setting": Text("城乡类型", "Urban or rural"),
    "size": Text("在校生规模", "Size by students"),
    "region": Text("地区分组（东中西东北）", "Region group"),
}


def forms(kinds: tuple[str, ...]) -> list[str]:
    """The forms that some kinds are told by."""
    told = dict.fromkeys(OF_REGISTER, REGISTER) | {"size": ENROLMENT}
    return sorted({told[kind] for kind in kinds if kind in told})
