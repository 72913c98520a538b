"""The pattern of a table with its proof: every unsafe cell may be anything within a range that is wide enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from metrics.disclosure.alike import told_by_contributors
from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.bounds import outer
from metrics.disclosure.inside import surely
from metrics.disclosure.primary import Reason, Reasons, judge, needed_width
from metrics.disclosure.ranges import Block, blocks, widen
from metrics.disclosure.secondary import Search, add_for
from metrics.disclosure.table import Mask, Table
from metrics.errors import CannotProtect

CLOSE = 1e-6  # how much the solver's own tolerance may take from a width


class Proof(NamedTuple):
    """Which unsafe cells can be worked out too closely, and how the others were decided."""

    failed: Mask
    unsafe: int
    by_bounds: int
    programmes: int


class Protected(NamedTuple):
    """Why each cell is withheld (SHOWN where it is not), and the proof that it suffices."""

    reasons: Reasons
    proof: Proof

    @property
    def withheld(self) -> Mask:
        return hidden(self.reasons)


def hidden(reasons: Reasons) -> Mask:
    """The cells that have a reason not to be shown."""
    return np.asarray(reasons != Reason.SHOWN)


def prove(
    table: Table, withheld: Mask, unsafe: Mask, limits: Thresholds, holding: Holding, faint: Mask | None = None
) -> Proof:  # fmt: skip
    """Cheap bounds first, linear programmes for what they leave open; then what a unit could work out that knows its own value."""
    return Prover(table, unsafe, limits, holding, faint).prove(withheld)


class Prover:
    """What has been proved of a table while more and more of it is withheld: of blocks that are as they were, nothing is proved again."""

    def __init__(
        self, table: Table, unsafe: Mask, limits: Thresholds, holding: Holding, faint: Mask | None
    ) -> None:  # fmt: skip
        self._table, self._unsafe = table, unsafe
        self._needed = needed_width(table, unsafe, limits, holding, faint) * (1 - CLOSE)
        self._solved: dict[bytes, int] = {}  # programmes, by the cells of a block
        self._width = np.zeros(len(table.keys))
        self._is_open = np.zeros(len(table.keys), dtype=bool)
        self._told = self._is_open.copy()

    def prove(self, withheld: Mask) -> Proof:
        unsafe, needed = self._unsafe, self._needed
        failed = unsafe & (~withheld | (outer(self._table, withheld).width < needed))
        touching = {block.cells.tobytes(): block for block in blocks(self._table, withheld)}
        self._solved = {key: many for key, many in self._solved.items() if key in touching}
        new = {key: block for key, block in touching.items() if key not in self._solved}
        self._examine(new, withheld, failed)
        found = failed | (unsafe & withheld & (self._width < needed)) | self._told
        by_bounds = int(unsafe.sum()) - int(self._is_open.sum())
        return Proof(found, int(unsafe.sum()), by_bounds, sum(self._solved.values()))

    def _examine(self, new: Mapping[bytes, Block], withheld: Mask, failed: Mask) -> None:
        """Blocks that have not been seen as they are now."""
        cells = np.concatenate([np.zeros(0, dtype=np.intp), *(block.cells for block in new.values())])  # fmt: skip
        bounds = surely(self._table, withheld, list(new.values()), np.where(failed, 0.0, self._needed))  # fmt: skip
        is_open = self._unsafe & ~failed & (bounds.width < self._needed)
        asked = np.where(is_open, self._needed, 0.0)
        for key, block in new.items():
            is_any = is_open[block.cells].any()
            self._solved[key] = widen(block, bounds, asked) if is_any else 0
        told = told_by_contributors(self._table, new.values(), self._unsafe)
        for of_all, found in ((self._width, np.where(failed, np.inf, bounds.width)), (self._is_open, is_open), (self._told, told)):  # fmt: skip
            of_all[cells] = found[cells]


def protect(
    table: Table, limits: Thresholds, holding: Holding, *, unsafe: Mask | None = None,
    unpublished: Mask | None = None, fixed: Mask | None = None, faint: Mask | None = None,
) -> Protected:  # fmt: skip
    """The pattern of a table, repaired until it is proved. CannotProtect where the cells that may be withheld do not suffice.

    `unsafe` are cells that must be protected besides those that the primary rules find. `fixed` cells are never withheld:
    they are shown although a rule would hide them, because their reader knows them anyway. `faint` cells are withheld as counts of
    extreme shares.
    """
    found = judge(table, limits, holding)
    if fixed is not None:
        found[fixed] = Reason.SHOWN
    if faint is not None:
        found[faint & (found == Reason.SHOWN)] = Reason.EXTREME
        faint = found == Reason.EXTREME
    primary = hidden(found) if unsafe is None else hidden(found) | unsafe
    search = Search(table, primary, limits, holding, unpublished=unpublished, fixed=fixed)  # fmt: skip
    propose(search)
    proof = _repaired(search, faint)
    found[search.withheld & (found == Reason.SHOWN)] = Reason.SECONDARY
    return Protected(found, proof)


def propose(search: Search) -> None:
    """A pattern that no sum by itself gives away, to the public or to a unit that knows its own value."""
    search.run()
    _repair_learned(search)


def _repaired(search: Search, faint: Mask | None) -> Proof:
    """Withhold more until neither a unit that knows its own value nor a solver gets too close."""
    prover = Prover(search.table, search.unsafe, search.limits, search.holding, faint)
    while True:
        proof = prover.prove(search.withheld)
        failed = np.flatnonzero(proof.failed).tolist()
        if not failed:
            return proof
        if not add_for(search, failed):
            raise CannotProtect(search.table.keys[cell] for cell in failed)
        propose(search)


def _repair_learned(search: Search) -> None:
    """A unit alone in a cell must not learn another's: one more cell is withheld in the last sum by which it would, or before."""
    while learned := list(search.learned()):
        added = [any(search.add(at) for at in way) for _, way in learned]
        cells = [cell for cell, _ in learned]
        if not any(added) and not add_for(search, cells):
            raise CannotProtect(search.table.keys[cell] for cell in cells)
        search.run()
