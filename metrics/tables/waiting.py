"""How long it takes to decide what is withheld of a table, told from the cells that are not decided yet.

The rates are measured: whole steps of tables of the nation, of a province and of a prefecture, one number each by processor time
(docs/decisions/nobody-is-disclosed.md says how). They tell a minute from a second, not a second from two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from metrics.tables.pieces import Step

PATIENCE = 10.0  # seconds that a page waits
BY_KINDS, BESIDE = 4_000, 2_000  # cells a second
EACH = 0.2  # seconds to read and add up what stands behind one sum


def seconds(lacking: Iterable[tuple[Step, Sequence[int]]], sizes: Mapping[str, int], kinds: Iterable[str], sums: int) -> float:  # fmt: skip
    """Of steps at groups of places; `sizes`: how many members each breakdown has, `sums`: how many sums they are of."""
    known, found = set(kinds), EACH * sums
    for step, group in lacking:
        cells = len(group) * sum(prod(sizes[cut] for cut in table) for table in step.tables)
        is_by_kinds = all(cut in known for table in step.tables for cut in table)
        found += cells / (BY_KINDS if is_by_kinds else BESIDE)
    return found
