"""What may leave measure(): the parts of every cell pass here before anything is divided.

A rule can only withhold. The rules are a list so that counts under a threshold, dominance and secondary
suppression become one more line each. Today one stands: columns that are not of public class are not
shown outside one's own subtree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from metrics.question import Key, State
from warehouse.scope import Depth


class Parts(NamedTuple):
    """A cell before it is finished: its sums, or why there are none, and the units behind them.

    `middle` is the percentile over units of a metric that has one.
    """

    state: State
    values: tuple[int, ...] = ()
    middle: float | None = None
    units: int = 0
    due: int = 0
    is_uneven: bool = False


# What a rule judges: one cell, its parts, how deep its reader sees into the place, whether a column is internal. True: withhold.
Rule = Callable[[Key, Parts, Depth, bool], bool]


def internal_columns_stay_inside(_key: Key, _parts: Parts, depth: Depth, is_internal: bool) -> bool:  # noqa: FBT001 (a rule's shape)
    """Red lines and the like are read as records by those in charge, not as published aggregates."""
    return is_internal and depth == "published"


RULES: list[Rule] = [internal_columns_stay_inside]


def disclose(
    gathered: Mapping[Key, Parts], depths: Mapping[int, Depth], internal: Mapping[str, bool]
) -> dict[Key, Parts]:
    """The parts of every cell, without those that a rule withholds."""
    found = {}
    for key, parts in gathered.items():
        depth, is_internal = depths[key[1]], internal[key[0]]
        found[key] = parts
        for rule in RULES:
            if rule(key, parts, depth, is_internal):
                found[key] = withheld(parts)
    return found


def withheld(parts: Parts, state: State = State.WITHHELD) -> Parts:
    """Nothing from which the value could be worked out; the coverage stays, and of a recoded share the class it lies in."""
    return parts._replace(state=state, values=(), middle=None)
