"""A shortlist out of what was read: points by criterion, who is ranked and how surely, and of everybody else the reason why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

import numpy as np

from metrics.question import State
from metrics.shortlists import points as counted
from metrics.shortlists.points import Floats
from metrics.shortlists.purpose import Counted, Criterion, Purpose, Scoring
from warehouse.conflicts import CLEAN, Conflict, Record
from warehouse.law import Limit


class Why(StrEnum):
    """Why a unit is not ranked, the gravest first."""

    OTHER_CLASS = "other_class"  # the law asks other things of it
    MISSING = "missing"  # a criterion without a value; it is never taken for zero
    GATE = "gate"  # a limit that must be reached is missed
    ASIDE = "aside"  # something stands against it
    NOTHING = "nothing"  # of a list of who is furthest behind: it is behind in nothing


@dataclass(frozen=True)
class Read:
    """What was read of the units that are compared.

    `values`: by criterion, NaN where `states` says why there is none. `gates`, `limits`: by criterion what is asked of each unit, None where
    nothing is. `others`: units of a class that is not compared. `whole`: how many there were before kinds of schools were narrowed; `kinds`: by kind and
    code how many each would leave. `offered`: of a breakdown how many students of it each unit has.
    """

    units: Sequence[int]
    values: Mapping[str, Floats]
    states: Mapping[str, Sequence[State]]
    gates: Mapping[str, Sequence[Limit | None]]
    limits: Mapping[str, Sequence[Limit | None]]
    records: Mapping[int, Record]
    others: Sequence[int] = ()
    whole: int = 0
    kinds: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    offered: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One unit. `rank` is None where it is not ranked, and `why` says so; `would` is the rank that its points would have, where it has all.

    `band`: first and last rank under other weights; `without`: when any one criterion is left out. `failed`, `missing`: names of criteria.
    """

    unit: int
    values: tuple[float | None, ...]
    states: tuple[State, ...]
    points: tuple[float | None, ...]
    record: Record
    total: float | None = None
    rank: int | None = None
    band: tuple[int, int] | None = None
    without: tuple[int, int] | None = None
    why: Why | None = None
    would: int | None = None
    failed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def stands_against(self, kinds: frozenset[Conflict]) -> bool:
        return any(one.kind in kinds for one in self.record.against)


@dataclass(frozen=True)
class Shortlist:
    """All units that were looked at: those ranked by rank, then the others, those who would stand highest first."""

    purpose: Purpose
    weights: Mapping[str, int]
    entries: Sequence[Entry]

    @cached_property
    def ranked(self) -> list[Entry]:
        return [one for one in self.entries if one.rank is not None]

    @cached_property
    def tied(self) -> frozenset[int]:
        """Ranks that more than one unit holds."""
        held = Counter(one.rank for one in self.ranked if one.rank is not None)
        return frozenset(rank for rank, number in held.items() if number > 1)

    def not_ranked(self, why: Why) -> list[Entry]:
        return [one for one in self.entries if one.why is why]

    def share(self, name: str) -> float:
        """The weight of a criterion among all, 0 to 1."""
        return self.weights[name] / sum(self.weights.values())


def drawn_up(purpose: Purpose, weights: Mapping[str, int], read: Read) -> Shortlist:
    """Everybody's points, and the ranks of those who may be ranked. ValueError where no weight is above zero.

    Points come from all units that are compared, so nobody's change because somebody is set aside. A criterion without weight asks for no value, but
    its gate holds.
    """
    if not any(weights.values()):
        raise ValueError("no criterion has a weight")
    points = _all_points(purpose, read)
    judged = [_judged(purpose, weights, read, at) for at in range(len(read.units))]
    weighed = np.array([weights[one.name] for one in purpose.criteria], dtype=np.float64)
    full = [at for at, one in enumerate(judged) if one.why is not Why.MISSING]
    totals = dict(zip(full, map(float, counted.total(_counting(points, weighed)[full], weighed)), strict=True))  # fmt: skip
    if purpose.is_for_worst:
        judged = [replace(one, why=Why.NOTHING) if one.why is None and not totals[at] else one for at, one in enumerate(judged)]  # fmt: skip
    ranked = [at for at in full if judged[at].why is None]
    bands = counted.bands(_counting(points, weighed)[ranked], weighed)
    below = np.sort(np.array([totals[at] for at in ranked]))
    entries = [_entry(purpose, read, points, at, one, totals.get(at), below) for at, one in enumerate(judged)]  # fmt: skip
    for place, at in enumerate(ranked):
        rank, *ends = (int(column[place]) for column in bands)
        entries[at] = replace(entries[at], rank=rank, would=None, band=(ends[0], ends[1]), without=(ends[2], ends[3]))  # fmt: skip
    return Shortlist(purpose, weights, [*sorted(entries, key=_order), *_others(purpose, read)])


@dataclass(frozen=True, slots=True)
class _Judged:
    """Whether a unit is ranked, and what speaks against it."""

    why: Why | None
    failed: tuple[str, ...]
    missing: tuple[str, ...]


def _judged(purpose: Purpose, weights: Mapping[str, int], read: Read, at: int) -> _Judged:
    missing = tuple(
        one.name
        for one in purpose.criteria
        if (weights[one.name] or one.gate) and read.states[one.name][at] is not State.VALUE
    )
    failed = tuple(one.name for one in purpose.criteria if one.gate and _fails(one, read, at))
    record = read.records.get(read.units[at], CLEAN)
    is_aside = any(one.kind in purpose.sets_aside for one in record.against)
    found = ((Why.MISSING, missing), (Why.GATE, failed), (Why.ASIDE, is_aside))
    return _Judged(next((why for why, holds in found if holds), None), failed, missing)


def _fails(one: Criterion, read: Read, at: int) -> bool:
    gate, value = read.gates[one.name][at], float(read.values[one.name][at])
    return gate is not None and value == value and not gate.is_met(value)  # noqa: PLR0124 - NaN is not itself


def _all_points(purpose: Purpose, read: Read) -> Floats:
    """A row for each unit, a column for each criterion."""
    return np.stack([_points(purpose, one, read) for one in purpose.criteria], axis=1)


def _points(purpose: Purpose, one: Criterion, read: Read) -> Floats:
    values = read.values[one.name]
    if one.scoring is Scoring.EACH:
        return counted.each(values, one.each)
    if one.scoring is Scoring.AMONG:
        is_more_better = one.is_more_better is not purpose.is_for_worst
        return counted.among(np.round(values, one.decimals), is_more_better=is_more_better)
    limits = read.limits[one.name]
    asked = np.array([np.nan if limit is None else limit.value for limit in limits])
    is_ceiling = any(limit is not None and limit.direction == "ceiling" for limit in limits)
    reached = counted.reached(values, asked, is_ceiling=is_ceiling)
    return 100 - reached if purpose.is_for_worst else reached


def _counting(points: Floats, weighed: Floats) -> Floats:
    """The points with zero where the criterion has no weight: what does not count need not be there."""
    return np.where(weighed[None, :] > 0, points, 0.0)


def _entry(
    purpose: Purpose, read: Read, points: Floats, at: int, judged: _Judged, total: float | None, below: Floats
) -> Entry:  # fmt: skip
    names, unit = [one.name for one in purpose.criteria], read.units[at]
    would = (
        None
        if total is None or judged.why is Why.NOTHING
        else int(len(below) - np.searchsorted(below, total, "right") + 1)
    )
    return Entry(
        unit, tuple(_known(read.values[name][at]) for name in names), tuple(read.states[name][at] for name in names),
        tuple(_known(each) for each in points[at]), read.records.get(unit, CLEAN), total, why=judged.why, would=would,
        failed=judged.failed, missing=judged.missing,
    )  # fmt: skip


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _others(purpose: Purpose, read: Read) -> list[Entry]:
    nothing = (None,) * len(purpose.criteria)
    states = (State.NOT_APPLICABLE,) * len(purpose.criteria)
    return [Entry(unit, nothing, states, nothing, read.records.get(unit, CLEAN), why=Why.OTHER_CLASS) for unit in read.others]  # fmt: skip


def _order(one: Entry) -> tuple[float, float, int]:
    """By rank, then by the rank it would have, then as units stand."""
    return (one.rank or np.inf, one.would or np.inf, one.unit)


def counts_of(one: Counted, records: Mapping[int, Record], units: Sequence[int]) -> Floats:
    """How many of a kind each unit's record holds: nothing on record is none."""
    held = (records.get(unit, CLEAN) for unit in units)
    return np.array([float(each.breaches if one is Counted.BREACHES else each.confirmed) for each in held])  # fmt: skip
