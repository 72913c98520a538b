"""The pattern of a finer table under coarser ones that stand already: it must tell nothing of a cell that those do not.

What the coarser tables tell by themselves - of the cells of a narrow group bounds that no finer table can widen, or to a unit that knows its own value
what the limit of three allows it - is worked out first, with nothing of the finer table shown. From then on every unsafe cell keeps its
needed width, or the one that it had then, and no unit learns another's that it could not learn then.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from metrics.disclosure.alike import told_by_contributors
from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.bounds import outer
from metrics.disclosure.inside import surely
from metrics.disclosure.primary import judge, needed_width
from metrics.disclosure.proof import CLOSE, hidden
from metrics.disclosure.ranges import blocks, widen
from metrics.disclosure.secondary import Search, add_for
from metrics.disclosure.table import Mask, Numbers, Table
from metrics.errors import CannotProtect


class Finer:
    """`new` are the cells to be decided, `fixed` are shown, `gone` withheld already or listed nowhere; `new` may be among them.

    `told_before` must be protected besides what the rules find: an earlier state of the table would be told.
    """

    def __init__(
        self, table: Table, new: Mask, fixed: Mask, gone: Mask, limits: Thresholds, holding: Holding, told_before: Mask
    ) -> None:  # fmt: skip
        self.table, self.new, self.fixed, self.gone = table, new, fixed, gone
        self.limits, self.holding = limits, holding
        self.unsafe: Mask = (hidden(judge(table, limits, holding)) | told_before) & ~fixed
        self._declared = needed_width(table, self.unsafe, limits, holding) * (1 - CLOSE)

    @cached_property
    def needed(self) -> Numbers:
        """What each unsafe cell must keep."""
        return np.minimum(self._declared, self._width(self._nothing, self._declared) * (1 - CLOSE))

    @property
    def _nothing(self) -> Mask:
        """What is withheld while nothing of the finer table is shown."""
        found: Mask = self.new | self.gone | self.unsafe
        return found

    @cached_property
    def _known(self) -> Mask:
        """Unsafe cells that units could work out then."""
        return told_by_contributors(self.table, blocks(self.table, self._nothing), self.unsafe)

    def pattern(self, bare: Mask, *, is_held_together: bool) -> Mask:
        """Which cells are withheld, those of `bare` among them. CannotProtect where too little is left to withhold. `is_held_together`: how far
        cells range is proved afterwards, of all tables at once.
        """
        if not (self.unsafe | self.gone | bare).any():
            return np.zeros(len(self.table.keys), dtype=bool)
        search = Search(self.table, self.unsafe, self.limits, self.holding, unpublished=self.gone | bare, fixed=self.fixed)  # fmt: skip
        if not self.unsafe.any():
            return search.withheld
        search.run()
        while (failed := self._failed(search.withheld, is_held_together=is_held_together)).any():
            cells = np.flatnonzero(failed).tolist()
            if not add_for(search, cells):
                raise CannotProtect(self.table.keys[cell] for cell in cells)
            search.run()
        return search.withheld

    def _failed(self, withheld: Mask, *, is_held_together: bool) -> Mask:
        if not is_held_together:
            failed: Mask = self.unsafe & (self._width(withheld, self.needed) < self.needed)
            if failed.any():
                return failed  # what units learn takes longer to tell, and is asked last
        told = told_by_contributors(self.table, blocks(self.table, withheld), self.unsafe)
        return told & ~self._known if told.any() else told

    def _width(self, withheld: Mask, needed: Numbers) -> Numbers:
        """How far each unsafe cell's bounds are apart, as far as that matters; cheap bounds first, programmes for what they leave open.

        Where even the outer bounds are too close, these; else what is surely reached.
        """
        touching, most = list(blocks(self.table, withheld)), outer(self.table, withheld)
        asked = np.where(self.unsafe & (most.width >= needed), needed, 0.0)
        reached = surely(self.table, withheld, touching, asked)
        for block in touching:
            if (reached.width < asked)[block.cells].any():
                widen(block, reached, asked)
        return np.where(most.width < needed, most.width, reached.width)
