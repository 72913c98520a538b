"""Builds a table: the cells that it asks for, its rows and its columns."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from metrics.discovery import metric
from metrics.errors import BadTable
from metrics.plan import breakdowns
from metrics.question import Answers, Cell, Key, Question, State
from metrics.tables.ask import MOST_CELLS, Ask, Axis, Spot, key, places, spots
from warehouse.codes import Codes
from warehouse.discovery import form as form_named
from warehouse.ladder import Ladder

Asks = Callable[[Sequence[Question]], list[Answers]]
ABSENT = Cell(None, State.NOT_APPLICABLE)  # a metric that has no such breakdown


@dataclass(frozen=True)
class Table:
    """A table with its cells. `members`: codes of the breakdown, "" the total; `codes` their words, None without a breakdown.

    `loads`: form -> the load that its cells rest on.
    """

    ask: Ask
    places: tuple[int, ...]
    members: tuple[str, ...]
    codes: Codes | None
    cells: Mapping[Key, Cell]
    loads: Mapping[str, int]

    @property
    def values(self) -> dict[Axis, tuple[int | str, ...]]:
        """The values of every axis."""
        return {
            "places": self.places, "members": self.members, "metrics": self.ask.metrics, "years": self.ask.years,
        }  # fmt: skip

    def cell(self, row: Spot, column: Spot) -> Cell:
        return self.cells.get(key(row, column), ABSENT)

    @cached_property
    def columns(self) -> list[Spot]:
        """What runs across, from left to right, without columns of which no cell can be."""
        return spots(self.ask.across, self.values)

    @cached_property
    def rows(self) -> list[Spot]:
        """What runs down, in the order asked for, without rows of which no cell can be."""
        found = [row for row in spots(self.ask.down, self.values) if self._is_there(row)]
        at = abs(self.ask.sort)
        return self._sorted(found, self.columns[at - 1]) if 0 < at <= len(self.columns) else found

    def _is_there(self, row: Spot) -> bool:
        """Whether a row says anything: of a group that a place has nothing of, every cell would be a dash; totals always stand."""
        found = [
            self.cells[one] for column in self.columns if (one := key(row, column)) in self.cells
        ]
        if (
            self.codes is None
            or "members" not in row.axes
            or row.values[row.axes.index("members")] == ""
        ):
            return bool(found)
        return any(cell.state is not State.NOT_APPLICABLE for cell in found)

    def _sorted(self, rows: list[Spot], column: Spot) -> list[Spot]:
        """By a column; what has no value stands last, whichever way."""
        value = {row: self.cell(row, column).value for row in rows}
        known = [row for row in rows if value[row] is not None]
        known.sort(key=lambda row: value[row] or 0.0, reverse=self.ask.sort < 0)
        return known + [row for row in rows if value[row] is None]

    @property
    def states(self) -> dict[State, int]:
        """How many cells say what."""
        found = dict.fromkeys(State, 0)
        for cell in self.cells.values():
            found[cell.state] += 1
        return found

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over every cell with its key, in the order of the keys: alike for the same table from the same state of the warehouse."""
        made = hashlib.sha256()
        for one in sorted(self.cells):
            value, state, above, below, units, due, *_ = self.cells[one]
            made.update(f"{one!r}|{value!r}|{state}|{above}|{below}|{units}|{due}\n".encode())
        return made.hexdigest()


class Size(NamedTuple):
    """How large a table would be."""

    rows: int
    cells: int

    @property
    def is_too_large(self) -> bool:
        return self.cells > MOST_CELLS


def size(ask: Ask, ladder: Ladder) -> Size:
    """The size before anything is read: at most, for a breakdown may have fewer members than there are codes."""
    found = breakdown(ask)
    members = len(found.labels) + 1 if found else 1
    rows = len(places(ask, ladder))
    return Size(rows, rows * members * len(ask.metrics) * len(ask.years))


def breakdown(ask: Ask) -> Codes | None:
    """The codes of the breakdown: of the first metric that has it. Other metrics are broken down by the same codes or not at all."""
    if not ask.cut:
        return None
    found = next((codes for name in ask.metrics if (codes := _codes(name, ask.cut)) is not None), None)  # fmt: skip
    if found is None:
        raise BadTable("所选指标的分组", "a breakdown of the metrics chosen", ask.cut)
    return found


def _codes(name: str, cut: str) -> Codes | None:
    one = metric(name)
    if cut not in breakdowns(one):
        return None
    return form_named(one.sums(2030)[0].parts[0].form).labels(cut)


def build(asks: Asks, ladder: Ladder, ask: Ask) -> Table:
    """The table, its cells measured; BadTable where it says nothing that can be asked or is too large."""
    _check(ask, ladder)
    codes, found = breakdown(ask), places(ask, ladder)
    answers = asks(_questions(ask, found, codes))
    cells = {key: cell for one in answers for key, cell in one.cells.items() if ask.totals or key.member or codes is None}  # fmt: skip
    loads = {form: number for one in answers for form, number in one.question.load.items()}
    return Table(ask, found, _members(ask, codes, cells), codes, cells, dict(sorted(loads.items())))


def _check(ask: Ask, ladder: Ladder) -> None:
    for said, zh, en in (
        (ask.picks, "地区", "a place"),
        (ask.years, "学年", "a year"),
        (ask.metrics, "指标", "a metric"),
    ):
        if not said:
            raise BadTable(f"至少一个{zh}", f"{en} at least", "（空 nothing）")
    large = size(ask, ladder)
    if large.is_too_large:
        raise BadTable(f"不超过 {MOST_CELLS:,} 格的表", f"a table of at most {MOST_CELLS:,} cells", f"{large.cells:,}")  # fmt: skip


def _questions(ask: Ask, found: tuple[int, ...], codes: Codes | None) -> list[Question]:
    """One question of the metrics that have the breakdown, one of the others."""
    broken = tuple(name for name in ask.metrics if codes is not None and _codes(name, ask.cut) is codes)  # fmt: skip
    whole = tuple(name for name in ask.metrics if name not in broken)
    return [
        Question(metrics=names, places=found, years=ask.years, boundary=ask.boundary, basis=ask.basis, cut=cut)
        for names, cut in ((broken, ask.cut), (whole, ""))
        if names
    ]  # fmt: skip


def _members(ask: Ask, codes: Codes | None, cells: Mapping[Key, Cell]) -> tuple[str, ...]:
    """The total first, then the members that occur, in the order of their list."""
    if codes is None:
        return ("",)
    there = {key.member for key in cells}
    total = ("",) if ask.totals else ()
    return (*total, *(code for code in codes.labels if code in there))
