"""How long it takes to decide what is withheld of a table, told from the cells that are not decided yet.

The rates are measured: whole steps of tables of the nation, of a province and of a prefecture by processor time, which they tell within twice or
half (docs/decisions/nobody-is-disclosed.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from math import prod
from typing import NamedTuple

from metrics.tables.pieces import Cuts, Groups, Step

PATIENCE = 15.0  # seconds that a page waits
BY_KINDS, BESIDE = 4_000, 2_000  # cells a second
BY_MANY = 4  # times as quick by three kinds: most of those that there might be are none
ABOVE = 0.25  # what a cell weighs that is decided, and proved again with those below it
EACH, PLACE = (
    0.2,
    0.0003,
)  # seconds to read and add up what stands behind one sum, and of it at one place


class Lacking(NamedTuple):
    """A step that is not decided at a group, which stands first in its line."""

    step: Step
    line: Groups
    units: Callable[[int], int]  # how many there are at a place


def seconds(lacking: Iterable[Lacking], sizes: Mapping[str, int], kinds: Collection[str]) -> float:
    """`sizes`: how many members each breakdown has; a place has no more kinds of schools than schools."""

    def cells(places: Iterable[int], tables: Iterable[Cuts], units: Callable[[int], int]) -> int:
        found = 0
        for table in tables:
            by_kind = prod(sizes[cut] for cut in table if cut in kinds)
            beside = prod(sizes[cut] for cut in table if cut not in kinds)
            found += beside * sum(min(by_kind, units(place)) for place in places)
        return found

    found = 0.0
    for step, (group, *above), units in lacking:
        others = {place for each in above for place in each} - set(group)
        many = cells(group, step.tables, units) + ABOVE * cells(others, step.tables, units)
        is_by_kinds = all(cut in kinds for table in step.tables for cut in table)
        found += many / (BY_KINDS * (BY_MANY if step.many > 2 else 1) if is_by_kinds else BESIDE)
    return found
