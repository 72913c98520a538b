"""A pattern that can be kept: what a release stores, so that the same cells are withheld whenever it is asked again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from metrics.disclosure.audiences import AudienceClass, Holding, Thresholds
from metrics.disclosure.primary import Reason
from metrics.disclosure.proof import Protected, prove
from metrics.disclosure.table import Mask, Table
from metrics.errors import WouldDisclose


class Withheld(NamedTuple):
    """One cell of a pattern and why it is not shown."""

    place: int
    member: str
    reason: Reason


@dataclass(frozen=True)
class Pattern:
    """The withheld cells of one table for one class of readers. `name` is the table's: what it counts, the year, the breakdown.

    Equal patterns are equal objects, whatever order they were found in.
    """

    name: str
    audience: AudienceClass
    cells: tuple[Withheld, ...]

    @cached_property
    def _known(self) -> dict[tuple[int, str], Reason]:
        return {(cell.place, cell.member): cell.reason for cell in self.cells}

    def reason(self, place: int, member: str = "") -> Reason:
        """Why a cell is withheld; SHOWN where it is not."""
        return self._known.get((place, member), Reason.SHOWN)

    def mask(self, table: Table) -> Mask:
        """The withheld cells in a table: of next year's, say, to prefer the same ones."""
        return table.mask(self._known)

    def to_json(self) -> str:
        cells = [[cell.place, cell.member, int(cell.reason)] for cell in self.cells]
        told = {"name": self.name, "audience": self.audience.value, "cells": cells}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Pattern:
        told = json.loads(text)
        cells = (Withheld(place, member, Reason(reason)) for place, member, reason in told["cells"])
        return cls(told["name"], AudienceClass(told["audience"]), tuple(sorted(cells)))


def frozen(name: str, audience: AudienceClass, table: Table, found: Protected) -> Pattern:
    """The pattern of a table whose keys are (place, member)."""
    keyed: list[Any] = table.named(found.withheld)  # pairs
    reasons = found.reasons[found.withheld].tolist()
    cells = (
        Withheld(place, member, Reason(reason))
        for (place, member), reason in zip(keyed, reasons, strict=True)
        if isinstance(place, int)  # else what is listed nowhere
    )
    return Pattern(name, audience, tuple(sorted(cells)))


def refuse_differences(
    table: Table, shown: Iterable[Mask], unsafe: Mask, limits: Thresholds, holding: Holding
) -> None:
    """WouldDisclose where tables given out one by one, put side by side, tell an unsafe cell too closely.

    `table` holds the cells of all of them with every sum among them; `shown` are the cells that each of them shows.
    """
    together = np.zeros(len(table.keys), dtype=bool)
    for each in shown:
        together |= each
    proof = prove(table, ~together, unsafe, limits, holding)
    if proof.failed.any():
        raise WouldDisclose(table.named(proof.failed))
