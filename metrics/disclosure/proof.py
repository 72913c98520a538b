"""The pattern of a table with its proof: every unsafe cell may be anything within a range that is wide enough."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from metrics.disclosure.alike import told_by_contributors
from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.bounds import outer
from metrics.disclosure.inside import surely
from metrics.disclosure.primary import Reason, Reasons, judge, needed_width
from metrics.disclosure.ranges import blocks, widen
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
    needed = needed_width(table, unsafe, limits, holding, faint) * (1 - CLOSE)
    failed = unsafe & (~withheld | (outer(table, withheld).width < needed))
    touching = list(blocks(table, withheld))
    bounds = surely(table, withheld, touching, np.where(failed, 0.0, needed))
    is_open = unsafe & ~failed & (bounds.width < needed)
    asked = np.where(is_open, needed, 0.0)
    solved = 0
    for block in touching:
        if is_open[block.cells].any():
            solved += widen(block, bounds, asked)
    failed |= is_open & (bounds.width < needed)
    failed |= told_by_contributors(table, touching, unsafe)
    return Proof(failed, int(unsafe.sum()), int(unsafe.sum() - is_open.sum()), solved)


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
    while True:
        proof = prove(search.table, search.withheld, search.unsafe, search.limits, search.holding, faint)  # fmt: skip
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
