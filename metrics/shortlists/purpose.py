"""What a shortlist is drawn up for: declared metrics as criteria, the limits that must be reached, weights, and what sets a school aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from metrics.discovery import metric
from metrics.metric import Direction, Percentile
from metrics.plan import breakdowns
from warehouse import law
from warehouse.conflicts import Conflict
from warehouse.errors import DeclarationError
from warehouse.text import Text

MOST_WEIGHT = 100


class Scoring(StrEnum):
    """How a value becomes 0 to 100 points; more points stand higher in the list."""

    AMONG = "among"  # the share of the other compared schools that it beats, ties half
    TO_LIMIT = (
        "to_limit"  # how much of a legal limit is reached; for rectification how much is missing
    )
    EACH = "each"  # so many points for each one, up to 100


class Counted(StrEnum):
    """What is counted of the record where no metric is measured. A risk is never counted."""

    BREACHES = "breaches"  # binding rules that a review finds broken, one for each rule
    CONFIRMED = "confirmed"  # cases that were closed because the flag was right

    @property
    def label(self) -> Text:
        return _COUNTED[self][0]

    @property
    def definition(self) -> Text:
        return _COUNTED[self][1]


_COUNTED = {
    Counted.BREACHES: (
        Text("现存违规", "Standing breaches"),
        Text("最近一轮复核中仍未消除的强制条款违规，每条规则计一项", "breaches of binding law that stood at the newest review, one for each rule"),
    ),
    Counted.CONFIRMED: (
        Text("核实属实的核查件", "Cases found to be true"),
        Text("本学年以“填报错误、属实异常、已整改”销号的核查件", "cases of the year closed as a wrong number, a true anomaly or put right"),
    ),
}  # fmt: skip
_COUNTED_AS = {Counted.BREACHES: Conflict.BREACH, Counted.CONFIRMED: Conflict.CONFIRMED}


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One criterion: a declared metric, or something counted of the record; exactly one of both.

    `weight`: 1 to 100, relative to the others. `gate`: a code of warehouse.law that must be reached. `limit`: the code that TO_LIMIT measures
    against. `each`: points for each one, of EACH.
    """

    weight: int
    metric: str = ""
    counted: Counted | None = None
    scoring: Scoring = Scoring.AMONG
    gate: str = ""
    limit: str = ""
    each: int = 0

    @property
    def name(self) -> str:
        return self.counted.value if self.counted else self.metric

    @property
    def label(self) -> Text:
        return self.counted.label if self.counted else metric(self.metric).label

    @property
    def decimals(self) -> int:
        """How exactly a value is compared: values that print the same are the same."""
        return 0 if self.counted else metric(self.metric).decimals

    @property
    def is_more_better(self) -> bool:
        return not self.counted and metric(self.metric).direction is Direction.UP


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What schools are compared for.

    `is_for_worst`: who is furthest behind stands first. `cut`: units are one member of a breakdown (a specialty class) at a school, those that have
    some of `offered_by`; "" where they are schools. `school_classes`: the classes of schools (warehouse.law) that are compared; () for all.
    `sets_aside`: what takes a school out of the ranking until somebody gives a reason.
    """

    place: int
    label: Text
    about: Text
    criteria: tuple[Criterion, ...]
    sets_aside: frozenset[Conflict] = frozenset()
    is_for_worst: bool = False
    school_classes: tuple[str, ...] = ()
    cut: str = ""
    offered_by: str = ""
    name: str = field(default="", init=False)

    @property
    def weights(self) -> dict[str, int]:
        """The declared weight of each criterion by name."""
        return {one.name: one.weight for one in self.criteria}

    def is_conflict(self, kind: Conflict) -> bool:
        """Whether it speaks against a school here; what is a criterion itself does not."""
        counted = {_COUNTED_AS[one.counted] for one in self.criteria if one.counted}
        return kind not in counted

    @property
    def measured(self) -> tuple[str, ...]:
        """The metrics that are read."""
        return tuple(one.metric for one in self.criteria if one.metric)


def check(purpose: Purpose) -> None:
    """Refuse criteria that cannot be ranked by, limits that do not exist and weights out of range."""
    names = [one.name for one in purpose.criteria]
    if len(set(names)) < len(names):
        raise _bad(purpose, "同一指标出现两次", "a criterion stands twice")
    if bool(purpose.cut) != bool(purpose.offered_by):
        raise _bad(purpose, "分组与开设依据必须同时声明", "a breakdown says by what it is offered")
    for one in purpose.criteria:
        _check(purpose, one)


def _check(purpose: Purpose, one: Criterion) -> None:
    if bool(one.metric) == bool(one.counted):
        raise _bad(
            purpose, "每项标准是一个指标或一项计数", "a criterion is one metric or one count"
        )
    if not 1 <= one.weight <= MOST_WEIGHT:
        raise _bad(purpose, f"{one.name} 的权重应为 1–100", f"the weight of {one.name} is 1 to 100")
    if bool(one.limit) != (one.scoring is Scoring.TO_LIMIT) or bool(one.each) != (one.scoring is Scoring.EACH):  # fmt: skip
        raise _bad(purpose, f"{one.name} 的计分方式缺少限值或分值", f"the scoring of {one.name} lacks its limit or points")  # fmt: skip
    for code in filter(None, (one.gate, one.limit)):
        law.entry(code)
    if one.metric:
        _check_metric(purpose, one.metric)


def _check_metric(purpose: Purpose, name: str) -> None:
    declared = metric(name)
    if declared.direction not in {Direction.UP, Direction.DOWN} or isinstance(declared, Percentile):
        raise _bad(purpose, f"{name} 没有好坏方向，不能用于排序", f"{name} has no better side and cannot rank")  # fmt: skip
    if purpose.cut and purpose.cut not in breakdowns(declared):
        raise _bad(purpose, f"{name} 不能按 {purpose.cut} 分组", f"{name} cannot be broken down by {purpose.cut}")  # fmt: skip


def _bad(purpose: Purpose, zh: str, en: str) -> DeclarationError:
    return DeclarationError(f"遴选 {purpose.name}：{zh}", f"shortlist {purpose.name}: {en}")
