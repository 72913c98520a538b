"""Signal: one declared sign that a school's numbers may not be true, or why it cannot be seen in the forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from warehouse.text import Text

if TYPE_CHECKING:
    from metrics.signals.panel import Sight

UNSAID = Text("", "")


class Tier(StrEnum):
    """How much a signal says by itself. None of them says fraud."""

    HARD = "hard"  # the record contradicts itself
    GRADED = "graded"  # it grows with a share that is known
    SOFT = "soft"  # a hint: it speaks when another family agrees

    @property
    def label(self) -> Text:
        return _TIERS[self]


_TIERS = {
    Tier.HARD: Text("硬矛盾", "contradiction"),
    Tier.GRADED: Text("分级", "graded"),
    Tier.SOFT: Text("线索", "hint"),
}


class Family(StrEnum):
    """What kind of evidence a signal is made of: two signals of one family do not confirm each other."""

    ARITHMETIC = "arithmetic"
    SERIES = "series"
    PEERS = "peers"
    COPYING = "copying"
    DIGITS = "digits"
    PERFECTION = "perfection"
    PRACTICE = "practice"
    REPORTING = "reporting"
    PERSONS = "persons"

    @property
    def label(self) -> Text:
        return _FAMILIES[self]


_FAMILIES = {
    Family.ARITHMETIC: Text("勾稽", "sums and flows"),
    Family.SERIES: Text("本校历年", "its own years"),
    Family.PEERS: Text("校际比较", "other schools"),
    Family.COPYING: Text("照抄", "copying"),
    Family.DIGITS: Text("尾数与压线", "digits and limits"),
    Family.PERFECTION: Text("过于完美", "perfection"),
    Family.PRACTICE: Text("实习与合作", "internships and partners"),
    Family.REPORTING: Text("报送过程", "how it was reported"),
    Family.PERSONS: Text("学生个人", "single students"),
}


class Cell(NamedTuple):
    """Where a number stands: a form and its column."""

    form: str
    column: str


@dataclass(frozen=True)
class Piece:
    """One thing that a score is made of: its column in what `find` answers, its words, the cells it rests on.

    `family` where it is not the signal's own.
    """

    name: str
    label: Text
    cells: tuple[Cell, ...]
    family: Family | None = None


@dataclass(frozen=True)
class Shown:
    """The number a doubt is about, for each of a school's years: `number` over the columns of the panel.

    `scale` multiplies it where it is printed (shares: 100).
    """

    number: pl.Expr = field(compare=False, repr=False)
    unit: Text = UNSAID
    decimals: int = 0
    scale: float = 1.0

    def of(self, value: float) -> str:
        """The number in words, without its unit."""
        return f"{value * self.scale:,.{self.decimals}f}"


Find = Callable[["Sight"], pl.DataFrame]


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One sign. `code` is that of the catalogue of signals (A1 to A25), or S1 and up for what belongs to none of them.

    `find` answers for one year: school_id, value, low, high (null where nothing is expected), a column for each piece and whatever
    `says` names; the pieces of a row add up to its score, and 1 is where the signal begins to speak. `case` tells which of the
    sentences, and which of the numbers `shown`, is meant (the last where there are fewer). `expects` are the words of
    the range, with {peers}, {low} and {high}, where it is not plainly that of its similar schools (`by_similar`: it compares with them). A signal without `find` `waits`: it says what it would need.
    """

    code: str
    title: Text
    question: Text
    family: Family
    tier: Tier
    clears: Text
    says: tuple[Text, ...] = ()
    pieces: tuple[Piece, ...] = ()
    shown: tuple[Shown, ...] = field(default=(), compare=False)
    expects: Text | None = None
    by_similar: bool = False
    find: Find | None = field(default=None, compare=False, repr=False)
    waits: Text | None = None

    @property
    def computes(self) -> bool:
        return self.find is not None

    def piece(self, name: str) -> Piece:
        return next(one for one in self.pieces if one.name == name)
