"""Cells of a table lose what is withheld of them; of extreme shares the class they lie in is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from metrics.disclosure.recoding import Class
from metrics.metric import Metric
from metrics.outside import OFFICIAL, extreme
from metrics.plan import Plan
from metrics.question import Cell, Key, State
from metrics.tables.ask import joined
from metrics.tables.cells import Asked

Hidden = NDArray[np.bool_]  # places by members: whether a cell is withheld


def withheld(cell: Cell, state: State = State.WITHHELD) -> Cell:
    """Nothing from which the value could be worked out; the coverage stays."""
    return cell if cell.numerator is None else cell._replace(value=None, state=state, numerator=None, denominator=None)  # fmt: skip


@dataclass(frozen=True)
class Covered:
    """One metric in one year, what of it is withheld, and of which places' totals the class is said."""

    one: Plan
    year: int
    asked: Asked
    hides: Hidden
    said: Mapping[int, State]

    @cached_property
    def members(self) -> dict[str, int]:
        """The word of every member in a key, and where it stands among the columns."""
        axes = self.asked.metrics[self.one.metric.name]
        named = [("", *axis.codes.labels) for axis in axes]
        shape = tuple(len(each) for each in named)
        found = {}
        for at in range(self.hides.shape[1]):
            spots = np.unravel_index(at, shape) if axes else ()
            codes = {axis.name: names[spot] for axis, names, spot in zip(axes, named, spots, strict=True)}  # fmt: skip
            found[joined([codes.get(cut, "") for cut in self.asked.cut])] = at
        return found


def withhold(cells: dict[Key, Cell], covered: Covered, places: Sequence[int]) -> None:
    """Cells of one metric and year that are withheld lose their values; of extreme shares the class they lie in is told."""
    metric = covered.one.metric
    for place, row in zip(places, covered.hides.tolist(), strict=True):
        for member, column in covered.members.items():
            key = Key(metric.name, place, covered.year, member)
            cell = cells.get(key)
            if cell is None or cell.numerator is None:
                continue
            if row[column]:
                whole = covered.said.get(place, State.WITHHELD)
                cells[key] = withheld(cell, State.WITHHELD if column else whole)
            elif (lies := _extreme(metric, cell)) is not None:
                cells[key] = withheld(cell, lies.state if lies.hides else State.WITHHELD)


def _extreme(metric: Metric, cell: Cell) -> Class | None:
    """The class of a share of a small group that says of nearly everybody what they are."""
    if OFFICIAL is None or cell.numerator is None or cell.denominator is None:
        return None
    return extreme(metric, (cell.numerator, cell.denominator), OFFICIAL)
