"""What a briefing says, ready to be set: sections of plain blocks. Every text is as it is printed; nothing here is markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Look = Literal["", "total", "own", "group"]
Tone = Literal["say", "text", "note", "empty"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A small drawing before a number. Shares of the width, 0 to 1.

    bar: from nothing to `at`. dot: at `at`, its `limit` a dashed line. band: from `at`, so `wide`.
    split: so much that misses a limit, then so much (`wide`) that just meets it.
    strong: the reader's own; breach: beyond a limit, a square.
    """

    kind: Literal["bar", "dot", "band", "split"]
    at: float
    wide: float = 0.0
    limit: float | None = None
    strong: bool = False
    breach: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell: its text, what stands small beside or below it, its drawing, and its verdict by a word of the design ("miss" ...)."""

    text: str = ""
    sub: str = ""
    mark: Mark | None = None
    verdict: str = ""
    across: int = 1
    down: int = 1
    is_head: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    cells: Sequence[Cell]
    look: Look = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table; `heads` are repeated on every page it goes over. `right`: which columns are numbers."""

    name: str
    heads: Sequence[Row]
    rows: Sequence[Row]
    right: Sequence[bool] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A line of running text."""

    text: str
    tone: Tone = "text"
    kind: Literal["said"] = "said"


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A headline number with all that belongs to it."""

    name: str
    value: str
    unit: str = ""
    state: str = ""
    lines: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Cards:
    cards: Sequence[Card]
    kind: Literal["cards"] = "cards"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """A unit of the map at its column and row, in class `step` of five; `look` says why it has none."""

    column: int
    row: int
    name: str
    value: str
    note: str
    look: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tiles:
    """The map; `table` holds the same numbers for those who cannot see it, and for papers without drawings."""

    legend: str
    tiles: Sequence[Tile]
    classes: Sequence[str]
    keys: str
    table: Table | None = None
    kind: Literal["tiles"] = "tiles"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing to look at: its seal's letter and class, what it is about, and why."""

    seal: str
    look: str
    what: str
    about: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Items:
    items: Sequence[Item]
    kind: Literal["items"] = "items"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Pairs of a label and a text."""

    facts: Sequence[tuple[str, str]]
    kind: Literal["facts"] = "facts"


Block = Table | Said | Cards | Tiles | Items | Facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading with its blocks; `key` is the anchor of the page's section."""

    key: str
    title: str
    meta: str = ""
    blocks: Sequence[Block] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """The sections of one page, under its title and its finding."""

    title: str
    sections: Sequence[Section]
    finding: str = ""
    basis: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Briefing:
    """A whole paper. `facts`: what every number depends on; `mark`: its classification; `notice`: that figures are synthetic, or "".

    `code` is the picture of a code that leads to `address`, as SVG.
    """

    lang: str
    kind: str
    title: str
    subtitle: str
    mark: str
    notice: str
    facts: Sequence[tuple[str, str]]
    finding: str
    basis: str
    chapters: Sequence[Chapter]
    foot: str
    address: str
    code: str = field(repr=False)
    words: dict[str, str] = field(default_factory=dict)
