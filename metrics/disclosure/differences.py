"""What a later state of a table must not show, because an earlier state of it is known.

Whoever has both subtracts them. Where fewer units than may be told apart have moved a cell in between, the difference is theirs, so the later number is
withheld; and what was withheld stays so while the two numbers hardly differ, for the later one would tell the earlier. Nothing else ties two states
to one another: what protects a cell within the later one protects it beside the earlier too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.primary import Reason, reasons
from metrics.disclosure.table import Facts

Cells = Mapping[Any, Facts]


@dataclass(frozen=True)
class Before:
    """An earlier state: its cells, which of them were shown, and which had to be protected. `moved`: how many units moved a cell since, at most."""

    told: Cells
    shown: Mapping[Any, bool]
    unsafe: frozenset[Any]
    moved: Callable[[Any], int]


def carried(now: Cells, earlier: Iterable[Before], limits: Thresholds, holding: Holding) -> tuple[frozenset[Any], frozenset[Any]]:  # fmt: skip
    """What must be protected in a later state, and what is withheld in it only because it protected something before."""
    unsafe: set[Any] = set()
    kept: set[Any] = set()
    for before in earlier:
        for key in now.keys() & before.shown.keys():
            cell, then = now[key], before.told[key]
            if before.shown[key]:
                if cell.value != then.value and before.moved(key) < limits.units:
                    unsafe.add(key)
                continue
            is_unsafe = _is_unsafe(then, limits, holding)
            is_difference = key in before.unsafe and not is_unsafe
            width = _width(then, limits, holding, is_difference=is_difference)
            if abs(cell.value - then.value) < width or before.moved(key) < limits.units:
                (unsafe if is_unsafe or is_difference else kept).add(key)
    return frozenset(unsafe), frozenset(kept - unsafe)


def _is_unsafe(cell: Facts, limits: Thresholds, holding: Holding) -> bool:
    value, units, first, second = (np.array([number], dtype=float) for number in cell)
    return bool(reasons(value, units, first, second, limits, holding)[0] != Reason.SHOWN)


def _width(cell: Facts, limits: Thresholds, holding: Holding, *, is_difference: bool) -> float:
    """How far a later number must lie from a withheld one. What was withheld for the sake of a difference has no more than the difference to hide."""
    floor = float(limits.persons) if holding is Holding.PERSONS else 1.0
    return floor if is_difference else max(abs(cell.value) * limits.width / 100, floor)
