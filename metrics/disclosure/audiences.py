"""For whom which thresholds hold. The defaults are declared here and told to readers as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from importlib.metadata import version

from warehouse.text import Text


class AudienceClass(StrEnum):
    """Who reads, as the law sees it: in charge of the place, an official of elsewhere, or anybody."""

    SUPERVISOR = "supervisor"
    OFFICIAL = "official"
    PUBLICATION = "publication"


class Holding(StrEnum):
    """What a table counts: it decides which rules ask."""

    PERSONS = "persons"
    AMOUNT = "amount"  # money, area, equipment: a large unit may be most of it
    UNITS = "units"  # reporting units themselves: one contribution of 1 each


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """The limits of one class of readers. Shares are per cent.

    A cell is unsafe with 1 to `persons` - 1 persons, with fewer than `units` contributing units, where the largest contribution of
    an amount is over `dominance` of it, or where the second largest contributor could work out the largest within `guess` of it.
    Shares over `high` or under `low` of fewer than `small_group` are said as "over", "under". A withheld value may be worked out no
    more closely than `width` of itself and, of persons, than within `persons`.
    """

    persons: int
    units: int
    dominance: float
    guess: float
    high: float
    low: float
    small_group: int
    width: float


THRESHOLDS: dict[AudienceClass, Thresholds | None] = {
    AudienceClass.SUPERVISOR: None,  # reads the records themselves
    AudienceClass.OFFICIAL: Thresholds(
        persons=10, units=3, dominance=85.0, guess=10.0, high=95.0, low=5.0, small_group=50, width=10.0
    ),
    AudienceClass.PUBLICATION: Thresholds(
        persons=10, units=3, dominance=75.0, guess=15.0, high=95.0, low=5.0, small_group=100, width=15.0
    ),
}  # fmt: skip

LABELS: dict[AudienceClass, Text] = {
    AudienceClass.SUPERVISOR: Text("本辖区主管人员", "Supervisor within the jurisdiction"),
    AudienceClass.OFFICIAL: Text("其他辖区工作人员", "Official of another jurisdiction"),
    AudienceClass.PUBLICATION: Text("对外发布", "Publication"),
}


def rules(limits: Thresholds | None) -> str:
    """By what is decided: the program's version and the first digits of a hash over the thresholds."""
    return f"{version('zhijian')} {sha256(repr(limits).encode()).hexdigest()[:8]}"


def told(audience: AudienceClass) -> Text:
    """The thresholds of a class in a sentence."""
    limits = THRESHOLDS[audience]
    if limits is None:
        return Text(
            "本辖区记录不作遮盖。", "Records within the jurisdiction are shown as they are."
        )
    return Text(
        f"人数 1—{limits.persons - 1}、上报单位不足 {limits.units} 个、金额或面积中一个单位占比超过 {limits.dominance:g}%"
        f"或可被推算到 {limits.guess:g}% 以内的单元格不予显示；不足 {limits.small_group} 的群体，"
        f"比例高于 {limits.high:g}% 或低于 {limits.low:g}% 的只说明高于或低于该界限。",
        f"Cells with 1 to {limits.persons - 1} persons, with fewer than {limits.units} contributing units, or with an amount of which one "
        f"unit holds over {limits.dominance:g} % or could be worked out within {limits.guess:g} % are withheld; of groups under "
        f"{limits.small_group}, shares over {limits.high:g} % or under {limits.low:g} % are only said to be so.",
    )
