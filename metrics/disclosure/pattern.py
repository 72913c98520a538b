"""Tables given out one by one, put side by side: what they tell together is refused."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.proof import prove
from metrics.disclosure.table import Mask, Table
from metrics.errors import WouldDisclose


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
