"""What one asks and what one gets: Question, Cell, Answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple


class State(StrEnum):
    """What a cell says when it does not simply say its value."""

    VALUE = "value"
    NOT_APPLICABLE = "not_applicable"  # — nothing to divide by, no law in force, nobody due
    NOT_SUBMITTED = "not_submitted"  # … somebody is due and nobody has reported
    WITHHELD = "withheld"  # * disclosure control
    ROUNDS_TO_ZERO = "rounds_to_zero"  # ~0
    OVER = "over"  # >95% a share of a small group, of which only this is said
    UNDER = "under"  # <5% likewise

    @property
    def is_protected(self) -> bool:
        """Whether disclosure control keeps the number back, wholly or but for the class it lies in."""
        return self in {State.WITHHELD, State.OVER, State.UNDER}

    @property
    def is_recoded(self) -> bool:
        return self in {State.OVER, State.UNDER}


class Cell(NamedTuple):
    """One number. `units` of `due` reporting units stand behind it: the worst covered of its forms. Of a form that is handed in by
    parts of the year both count returns: a year that runs is covered as far as its parts are in.

    `value` is None unless the state is VALUE or ROUNDS_TO_ZERO. `numerator` and `denominator` are the
    sums it was divided from; a count has no denominator. `is_uneven`: its forms were reported by
    different numbers of units, so that a ratio is not yet to be trusted. `is_revised`: read as released, it differs from the release before.
    """

    value: float | None
    state: State
    numerator: int | None = None
    denominator: int | None = None
    units: int = 0
    due: int = 0
    is_uneven: bool = False
    is_revised: bool = False

    @property
    def sort_class(self) -> int:
        """What is sorted by its value, then recoded shares, each class by itself, then what has none."""
        if self.value is not None:
            return 0
        return {State.OVER: 1, State.UNDER: 2}.get(self.state, 3)

    @property
    def coverage(self) -> float | None:
        """Reporting units among those due, 0 to 1; None when nobody is due."""
        return self.units / self.due if self.due else None


@dataclass(frozen=True, kw_only=True)
class Question:
    """Metrics by name, for places and statistical years, in one set of boundaries, one basis, one load.

    `cut` breaks every metric down by a dimension of its forms ('major', 'grade', 'sex', ...): the answers
    then hold its members besides the total. `span` asks one part of each year ('q1') of metrics that `plan.spans` has parts of, without
    a breakdown. `load` gives the load number of a form to ask an earlier state.
    `until` is the moment of that state, None for now: what a reader sees of places of others hangs on what had been released by then.
    `later_law` asks the limits of years before the law: only for views labelled so.
    """

    metrics: tuple[str, ...]
    places: tuple[int, ...]
    years: tuple[int, ...]
    boundary: Literal["now", "then"] = "now"
    basis: Literal["submitted", "approved"] = "submitted"
    load: Mapping[str, int] = field(default_factory=dict)
    cut: str = ""
    later_law: bool = False
    span: str = ""
    until: datetime | None = None


class Key(NamedTuple):
    """Which cell: metric, place, year, and the member of the breakdown ('' is the total)."""

    metric: str
    place: int
    year: int
    member: str = ""


@dataclass(frozen=True)
class Answers:
    """The cells of a question."""

    question: Question
    cells: Mapping[Key, Cell]

    def cell(self, metric: str, place: int, year: int, member: str = "") -> Cell:
        return self.cells[metric, place, year, member]  # type: ignore[index]  # a plain tuple finds a Key, and is made faster

    def series(self, metric: str, place: int, member: str = "") -> list[tuple[int, Cell]]:
        """The years of one place, in the order asked."""
        return [(year, self.cell(metric, place, year, member)) for year in self.question.years]

    def column(self, metric: str, year: int, member: str = "") -> list[tuple[int, Cell]]:
        """The places of one year, in the order asked."""
        return [(place, self.cell(metric, place, year, member)) for place in self.question.places]

    def members(self, metric: str, place: int, year: int) -> list[tuple[str, Cell]]:
        """The breakdown of one cell without the total, by member code."""
        return sorted(self._broken(metric, place, year), key=lambda pair: pair[0])

    def _broken(self, metric: str, place: int, year: int) -> Iterator[tuple[str, Cell]]:
        for key, cell in self.cells.items():
            if key[:3] == (metric, place, year) and key.member:
                yield key.member, cell
