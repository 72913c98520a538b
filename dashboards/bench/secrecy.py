"""Disclosure control over the largest table there is: every county by specialty class, with all totals."""

from __future__ import annotations

import time
from collections.abc import Iterator

from dashboards.bench.ground import Ground
from dashboards.bench.outcome import Measured
from metrics.contributed import contributions, rests_of, sides, table_of
from metrics.disclosure.audiences import THRESHOLDS, AudienceClass, Holding
from metrics.disclosure.primary import judge
from metrics.disclosure.proof import hidden, propose, prove
from metrics.disclosure.secondary import Search
from metrics.disclosure.table import Table
from metrics.plan import plan
from metrics.question import Question
from warehouse.places import Rung

PATTERN_BAR, PROOF_BAR = 30.0, 600.0


def measure_disclosure(ground: Ground) -> Iterator[Measured]:
    """The pattern of the national table of students, then its proof."""
    yield from measure_table(national_table(ground))


def national_table(ground: Ground) -> Table:
    """Students of every place above the schools by specialty class, out of the bench's rollups."""
    ladder, year = ground.web.ladder, ground.year
    places = (p for p in ladder.parents[year] if ladder.rung(p) < Rung.SCHOOL)
    question = Question(metrics=("students",), places=tuple(sorted({1, *places})), years=(year,), cut="major")  # fmt: skip
    one = plan("students", year)
    with ground.web.reading(ground.web.scope("bench", 1, "records")) as reader:
        gatherer = contributions(reader, question, [(one, year)])
    return table_of(gatherer, sides(gatherer, one, year)[0], ladder, year)


def measure_table(table: Table) -> Iterator[Measured]:
    """Seconds for the pattern of a table of persons, and for its proof, for publication."""
    limits = THRESHOLDS[AudienceClass.PUBLICATION]
    if limits is None:
        return
    start = time.perf_counter()
    unsafe = hidden(judge(table, limits, Holding.PERSONS))
    search = Search(table, unsafe, limits, Holding.PERSONS, unpublished=rests_of(table))
    propose(search)
    took = time.perf_counter() - start
    cells = int((table.units > 0).sum())
    beside = f"{len(table.keys):,} cells, {cells:,} with somebody in; {int(unsafe.sum()):,} unsafe, {int(search.withheld.sum()):,} withheld"
    yield Measured("pattern of the national table by county and specialty class", f"{took:.1f} s", f"<= {PATTERN_BAR:.0f} s", took <= PATTERN_BAR, beside, (took,))  # fmt: skip
    start = time.perf_counter()
    proof = prove(table, search.withheld, unsafe, limits, Holding.PERSONS)
    took = time.perf_counter() - start
    failed = int(proof.failed.sum())
    beside = f"{proof.by_bounds:,} of {proof.unsafe:,} by cheap bounds, {proof.programmes:,} programmes; {failed} to be repaired"
    yield Measured("proof of that pattern", f"{took:.1f} s", f"<= {PROOF_BAR:.0f} s", took <= PROOF_BAR, beside, (took,))  # fmt: skip
