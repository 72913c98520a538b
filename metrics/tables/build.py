"""Builds a table: the cells that it asks for, its rows and its columns."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import prod
from typing import NamedTuple

from metrics.discovery import metric
from metrics.errors import BadTable
from metrics.metric import Percentile
from metrics.plan import breakdowns
from metrics.question import Answers, Cell, Key, Question, State
from metrics.tables import ask as asking
from metrics.tables.ask import (
    MEMBERS,
    MOST_CELLS,
    Ask,
    Spot,
    codes_of,
    joined,
    key,
    parted,
    places,
    spots,
)
from metrics.tables.cells import Asked
from metrics.tables.counting import Counting
from metrics.tables.guarded import foreseen, guarded
from metrics.tables.sums import Axis
from warehouse.codes import Codes
from warehouse.ladder import Ladder

Asks = Callable[[Sequence[Question]], list[Answers]]
FEW_CELLS = 2_000  # up to so many are read from the rollups
ABSENT = Cell(None, State.NOT_APPLICABLE)  # a metric that has no such breakdown


@dataclass(frozen=True)
class Table:
    """A table with its cells. `members`: codes of the breakdown, "" the total; of several breakdowns those that are members of all of them, joined.

    `codes`: the words of each breakdown, None without any. `loads`: form -> the load that its cells rest on.
    """

    ask: Ask
    places: tuple[int, ...]
    members: tuple[str, ...]
    codes: tuple[Codes, ...] | None
    cells: Mapping[Key, Cell]
    loads: Mapping[str, int]

    @cached_property
    def values(self) -> dict[asking.Axis, tuple[int | str, ...]]:
        """The values of every axis."""
        found: dict[asking.Axis, tuple[int | str, ...]] = {"members": self.members}
        if self.codes and len(self.codes) > 1:
            found = self._members
        return {"places": self.places, **found, "metrics": self.ask.metrics, "years": self.ask.years}  # fmt: skip

    @property
    def _members(self) -> dict[asking.Axis, tuple[int | str, ...]]:
        """Of each of several breakdowns the members that occur, the total first, in the order of their lists."""
        codes = self.codes or ()
        total = ("",) if self.ask.totals else ()
        there = {member for _, _, _, member in self.cells}
        parts = list(zip(*(parted(each, len(codes)) for each in there), strict=True))
        found: dict[asking.Axis, tuple[int | str, ...]] = {}
        for axis, each, seen in zip(MEMBERS, codes, parts, strict=False):
            found[axis] = (*total, *(code for code in each.labels if code in seen))
        return found

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
        if self.codes is None or not any(row.members):
            return bool(found)
        return any(cell.state is not State.NOT_APPLICABLE for cell in found)

    def _sorted(self, rows: list[Spot], column: Spot) -> list[Spot]:
        """By a column; recoded shares, each class by itself, and what has no value stand last, whichever way."""
        cells = {row: self.cell(row, column) for row in rows}
        known = [row for row in rows if cells[row].value is not None]
        known.sort(key=lambda row: cells[row].value or 0.0, reverse=self.ask.sort < 0)
        others = [row for row in rows if cells[row].value is None]
        return known + sorted(others, key=lambda row: cells[row].sort_class)

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
    members = prod(len(codes.labels) + 1 for codes in breakdown(ask))
    rows = len(places(ask, ladder))
    return Size(rows, rows * members * len(ask.metrics) * len(ask.years))


def breakdown(ask: Ask) -> tuple[Codes, ...]:
    """The codes of each breakdown: of the first metric that has it. Other metrics are broken down by the same codes or not at all."""
    return tuple(_first_codes(ask, cut) for cut in ask.cuts)


def _first_codes(ask: Ask, cut: str) -> Codes:
    found = next((codes for name in ask.metrics if (codes := codes_of(name, cut)) is not None), None)  # fmt: skip
    if found is None:
        raise BadTable("所选指标的分组", "a breakdown of the metrics chosen", cut)
    return found


def lacking(ask: Ask) -> dict[str, tuple[str, ...]]:
    """Metric -> the breakdowns that it has not, of which its totals stand alone."""
    codes = breakdown(ask)
    found = {name: tuple(cut for cut, each in zip(ask.cuts, codes, strict=True) if codes_of(name, cut) is not each) for name in ask.metrics}  # fmt: skip
    return {name: cuts for name, cuts in found.items() if cuts}


def build(asks: Asks, ladder: Ladder, ask: Ask, counting: Counting | None = None, *, most: int = MOST_CELLS) -> Table:  # fmt: skip
    """The table, its cells measured; BadTable where it says nothing that can be asked or has more cells than `most`.

    With `counting`, what a reader is in charge of is added up from units where that is needed or faster; all else is asked of the rollups.
    """
    _check(ask, ladder, most)
    codes, found = breakdown(ask), places(ask, ladder)
    in_charge = counting is not None and counting.is_in_charge(found)
    if counting is not None and (not is_plain(ask) or (in_charge and _is_counted(ask, ladder))):
        cells, loads = _counted(asks, counting, ask, found, codes)
    else:
        cells, loads = _asked(asks, ask, found, codes)
    if codes and not ask.totals:
        cells = {key: cell for key, cell in cells.items() if all(parted(key.member, len(codes)))}
    return Table(ask, found, _members(ask, codes, cells), codes or None, cells, dict(sorted(loads.items())))  # fmt: skip


def is_plain(ask: Ask) -> bool:
    """Whether its breakdown, if any, is one that rollups hold for every place."""
    return len(ask.cuts) < 2 and all(any(cut in breakdowns(metric(name)) for name in ask.metrics) for cut in ask.cuts)  # fmt: skip


def _is_counted(ask: Ask, ladder: Ladder) -> bool:
    """A large table is added up from units, for the rollups would be read row by row; a small one is found faster among them."""
    return not is_plain(ask) or size(ask, ladder).cells > FEW_CELLS


def _check(ask: Ask, ladder: Ladder, most: int) -> None:
    for said, zh, en in (
        (ask.picks, "地区", "a place"),
        (ask.years, "学年", "a year"),
        (ask.metrics, "指标", "a metric"),
    ):
        if not said:
            raise BadTable(f"至少一个{zh}", f"{en} at least", "（空 nothing）")
    large = size(ask, ladder)
    if large.cells > most:
        raise BadTable(f"不超过 {most:,} 格的表", f"a table of at most {most:,} cells", f"{large.cells:,}")  # fmt: skip


def _counted(
    asks: Asks, counting: Counting, ask: Ask, found: tuple[int, ...], codes: tuple[Codes, ...]
) -> tuple[dict[Key, Cell], dict[str, int]]:
    """Cells added up from units; percentiles over units, which no sum tells, are asked for."""
    asked = _summed(ask, codes)
    over_units = tuple(name for name in ask.metrics if name not in asked.metrics)
    if counting.is_in_charge(found):
        cells, loads = (
            counting.cells(asked, found, ask.boundary, ask.basis),
            counting.rests_on(asked),
        )
    else:
        cells, loads = (
            guarded(counting, asked, found, ask.boundary, ask.basis),
            counting.as_house().rests_on(asked),
        )
    if over_units:
        more, others = _asked(asks, replace(ask, metrics=over_units, cut=""), found, ())
        cells, loads = cells | more, others | loads
    return cells, loads


def _summed(ask: Ask, codes: tuple[Codes, ...]) -> Asked:
    """The metrics that are sums, each with the breakdowns that it has."""
    axes = [Axis(cut, each) for cut, each in zip(ask.cuts, codes, strict=True)]
    summed = {
        name: tuple(axis for axis in axes if codes_of(name, axis.name) is axis.codes)
        for name in ask.metrics
        if not isinstance(metric(name), Percentile)
    }
    return Asked(summed, ask.years, ask.cuts)


def to_decide(ladder: Ladder, ask: Ask, counting: Counting) -> float:
    """About how many seconds it takes to decide what of a table is shown to its reader, before anything is read; TooFine where that is too much."""
    found = places(ask, ladder)
    if is_plain(ask) or counting.is_in_charge(found):
        return 0.0
    return foreseen(counting, _summed(ask, breakdown(ask)), found, ask.boundary, ask.basis)


def _asked(
    asks: Asks, ask: Ask, found: tuple[int, ...], codes: tuple[Codes, ...]
) -> tuple[dict[Key, Cell], dict[str, int]]:
    answers = asks(_questions(ask, found, codes))
    cells = {key: cell for one in answers for key, cell in one.cells.items()}
    return cells, {form: number for one in answers for form, number in one.question.load.items()}


def _questions(ask: Ask, found: tuple[int, ...], codes: tuple[Codes, ...]) -> list[Question]:
    """One question of the metrics that have the breakdown, one of the others."""
    broken = tuple(name for name in ask.metrics if codes and codes_of(name, ask.cut) is codes[0])
    whole = tuple(name for name in ask.metrics if name not in broken)
    return [
        Question(metrics=names, places=found, years=ask.years, boundary=ask.boundary, basis=ask.basis, cut=cut)
        for names, cut in ((broken, ask.cut), (whole, ""))
        if names
    ]  # fmt: skip


def _members(ask: Ask, codes: tuple[Codes, ...], cells: Mapping[Key, Cell]) -> tuple[str, ...]:
    """The total first, then the members that occur, in the order of their lists; of several breakdowns those that are no total of any."""
    if not codes:
        return ("",)
    there = {member for _, _, _, member in cells}
    total = ("",) if ask.totals else ()
    listed = map(joined, product(*(each.labels for each in codes)))
    return (*total, *(member for member in listed if member in there))
