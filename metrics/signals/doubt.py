"""Doubt: what one signal says of one school and year, with its reasons; and Suspect: all doubts of a school, ranked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from metrics.signals.signal import Cell, Family, Shown, Signal, Tier
from warehouse.text import Text

LISTED = 5  # contributions of a doubt: the fifth stands for all others where there are more
AGREEING = 2  # independent families before a hint speaks
CLEAR_PART = 0.25  # of a score that a family must make up to count as one of its own
MOST_DOUBLINGS = 5.0  # of a score: beyond, more of the same makes nothing more doubtful
POINTS = 3  # of history, or none is shown
OTHERS = Text("其他各项合计", "all others together")
SIMILAR = Text(
    "{peers} 所相似学校的常见范围为 {low} 至 {high}", "among {peers} similar schools {low} to {high} is usual"
)  # fmt: skip
HISTORY = Text("历年：{zh}", "over the years: {en}")
MADE_OF = Text("依据：{zh}", "made of: {en}")
SINGLE = Text(
    "（单一线索，尚无其他类别的证据）", "(a single hint: no other kind of evidence agrees)"
)


class Contribution(NamedTuple):
    """What one piece adds to a score."""

    label: Text
    amount: float
    cells: tuple[Cell, ...]
    family: Family


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One signal of one school and year.

    `score`: 1 is where the signal begins to speak; the contributions add up to it. `rarity`: how many times the schools must be
    halved until as many are left as the signal speaks of (bits). `low`, `high`: the expected range, None where nothing is expected. `history`: (year, value), oldest first.
    """

    school_id: int
    year: int
    signal: Signal
    score: float
    rarity: float
    value: float
    low: float | None
    high: float | None
    peers: int
    shown: Shown
    history: tuple[tuple[int, float], ...]
    contributions: tuple[Contribution, ...]
    said: Text

    @property
    def weight(self) -> float:
        """What it adds to its school's total: its rarity, and one for each doubling of its score."""
        return self.rarity + min(math.log2(self.score), MOST_DOUBLINGS)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Where the numbers stand that it rests on."""
        return tuple(dict.fromkeys(cell for one in self.contributions for cell in one.cells))

    @property
    def families(self) -> frozenset[Family]:
        """The kinds of evidence that make up a clear part of it."""
        return frozenset(
            one.family for one in self.contributions if one.amount >= CLEAR_PART * self.score
        ) or frozenset({self.signal.family})

    @cached_property
    def sentence(self) -> Text:
        """What is doubted, the expected range, the years before, what it is made of and what would clear it."""
        parts = [self.said, self.expected, self.years, self.reasons]
        zh = "；".join(part.zh for part in parts if part.zh)
        en = "; ".join(part.en for part in parts if part.en)
        return Text(
            f"{self.signal.title.zh}：{zh}。{self.signal.clears.zh}", f"{self.signal.title.en}: {en}. {self.signal.clears.en}"
        )  # fmt: skip

    @property
    def expected(self) -> Text:
        """The range of its similar schools, or what the signal compares with instead."""
        if self.low is None or self.signal.tier is Tier.HARD:
            return Text("", "")
        high = self._plain(self.high) if self.high is not None else ""
        return (self.signal.expects or SIMILAR).fill(
            peers=self.peers, low=self._plain(self.low), high=high
        )

    @property
    def years(self) -> Text:
        """The school's own years, from three of them."""
        if len(self.history) < POINTS:
            return Text("", "")
        points = [(year, self.shown.of(value)) for year, value in self.history]
        unit = self.shown.unit
        return HISTORY.fill(
            zh="、".join([f"{year} 学年 {value}" for year, value in points]) + (f"（{unit.zh}）" if unit.zh else ""),
            en=", ".join([f"{value} in {year}" for year, value in points]) + (f" ({unit.en})" if unit.en else ""),
        )  # fmt: skip

    @property
    def reasons(self) -> Text:
        """The contributions by their share of the score, where there is more than one."""
        shares = ((one.label, 100 * one.amount / self.score) for one in self.contributions)
        told = [(words, share) for words, share in shares if round(share)]
        if len(told) < 2:
            return Text("", "")
        return MADE_OF.fill(
            zh="、".join(f"{words.zh} {share:.0f}%" for words, share in told),
            en=", ".join(f"{words.en} {share:.0f} %" for words, share in told),
        )

    def _plain(self, value: float) -> str:
        """A whole number without decimals."""
        decimals = 0 if value == round(value) else self.shown.decimals
        return f"{value:,.{decimals}f}"


def listed(contributions: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """The largest first; where there are more than LISTED the last stands for all the others. At least two, if one is 0."""
    ordered = sorted(contributions, key=lambda one: -one.amount)
    kept = [one for one in ordered if one.amount != 0.0]
    kept = kept if len(kept) >= 2 else ordered[:2]
    if len(kept) <= LISTED:
        return tuple(kept)
    first, rest = kept[: LISTED - 1], kept[LISTED - 1 :]
    cells = tuple(dict.fromkeys(cell for one in rest for cell in one.cells))
    return (
        *first,
        Contribution(OTHERS, sum(one.amount for one in rest), cells, rest[0].family),
    )


class Weighed(NamedTuple):
    """A doubt and what it adds to its school's total: 0 where another of its family says more."""

    doubt: Doubt
    amount: float


@dataclass(frozen=True)
class Suspect:
    """All doubts of one school and year; `total` is what their weights add up to.

    `speaks`: a contradiction, or hints of two independent families. Others are single hints, ranked below.
    """

    school_id: int
    year: int
    weighed: tuple[Weighed, ...]

    @property
    def total(self) -> float:
        return sum(one.amount for one in self.weighed)

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        return tuple(one.doubt for one in self.weighed)

    @property
    def families(self) -> frozenset[Family]:
        return frozenset(family for one in self.doubts for family in one.families)

    @property
    def speaks(self) -> bool:
        return (
            any(one.signal.tier is not Tier.SOFT for one in self.doubts)
            or len(self.families) >= AGREEING
        )


def weighed(doubts: Iterable[Doubt]) -> Suspect:
    """The doubts of one school and year, the weightiest first; of each family only that one counts."""
    ordered = sorted(doubts, key=lambda one: (-one.weight, one.signal.code))
    heard: set[Family] = set()
    found = []
    for one in ordered:
        found.append(Weighed(one, 0.0 if one.signal.family in heard else one.weight))
        heard.add(one.signal.family)
    return Suspect(ordered[0].school_id, ordered[0].year, tuple(sorted(found, key=lambda each: -each.amount)))  # fmt: skip


def ranked(doubts: Iterable[Doubt]) -> list[Suspect]:
    """Schools by their doubts: those that speak first, then the larger total first."""
    by_school: dict[int, list[Doubt]] = {}
    for one in doubts:
        by_school.setdefault(one.school_id, []).append(one)
    found = [weighed(each) for each in by_school.values()]
    return sorted(found, key=lambda one: (not one.speaks, -one.total, one.school_id))
