"""Fifty tables of the builder, drawn at random by a seed that stands here: anybody draws the same list."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from statistics import median, quantiles
from typing import NamedTuple
from urllib.parse import urlencode

from dashboards.bench.ground import Ground
from dashboards.bench.outcome import Measured
from dashboards.bench.panels import timed
from metrics.audience import Audience
from metrics.discovery import metrics
from metrics.measure import measure_all
from metrics.metric import Percentile
from metrics.tables.ask import MOST_CELLS, MOST_CUTS, Ask, Pick, cuts
from metrics.tables.build import build, is_plain, size
from metrics.tables.counting import Counting
from metrics.tables.kept import Kept
from warehouse.ladder import Ladder
from warehouse.places import NATION

SEED, TABLES, LEAST_CELLS = 5, 50, 20
MOST_METRICS = 4
PUBLISHED = 10
BAR_MS = 300
LIST = "tables.txt"


class Taken(NamedTuple):
    """Milliseconds of each table: the first time, the median of the times after that, and the processor's on average."""

    first: list[float]
    each: list[float]
    work: list[float]

    def told(self, first: str = "when rows have to be read") -> str:
        return (
            f"median {median(self.each):.0f} ms, slowest {max(self.each):,.0f} ms, of the processor {quantiles(self.work, n=20)[-1]:.0f} ms at the 95th percentile; "
            f"the first time, {first}, median {median(self.first):,.0f} ms, slowest {max(self.first):,.0f} ms"
        )


class Tables:
    """The list, and how long its tables take a reader of the whole nation; every answer is worked out anew. An analyst, who is not in charge, asks a part of it."""

    def __init__(self, ground: Ground, *, is_in_charge: bool = True) -> None:
        self.ground, self.ladder = ground, ground.web.ladder
        self.scope = ground.web.scope("bench", NATION, "records" if is_in_charge else "published")
        role = "ministry" if is_in_charge else "analyst"
        self.audience = Audience(scope=self.scope, ladder=self.ladder, role=role)
        self.asks = list(islice(asks(self.ladder), TABLES))
        if not is_in_charge:
            self.asks = published(self.asks)
        self.kept = Kept()

    def build(self, ask: Ask) -> None:
        """One table as its page and its files build it, without its drawing."""
        with self.ground.web.opening(self.scope, [NATION]) as (reader, state):
            counting = Counting(reader, self.audience, state.loads[NATION], self.kept)
            build(partial(measure_all, reader, self.audience), self.ladder, ask, counting)

    def taken(self, rounds: int) -> Taken:
        """Every table once with nothing kept but what those before it read, then so many times."""
        self.kept = Kept()
        first = [timed(partial(self.build, ask)) * 1000 for ask in self.asks]
        then, work = [], []
        for ask in self.asks:
            begun = time.process_time()
            then.append(median(timed(partial(self.build, ask)) for _ in range(rounds)) * 1000)
            work.append((time.process_time() - begun) * 1000 / rounds)
        return Taken(first, then, work)


def measure_tables(ground: Ground, rounds: int) -> list[Measured]:
    """Server time of each table; the list lies beside the bench's other files."""
    tables = Tables(ground)
    (ground.folder / LIST).write_text(
        "\n".join(urlencode(ask.said()) for ask in tables.asks) + "\n", encoding="utf-8"
    )
    taken = tables.taken(rounds)
    cells = [size(ask, tables.ladder).cells for ask in tables.asks]
    many = [len(ask.cuts) for ask in tables.asks]
    beside = f"{taken.told()}; {min(cells):,} to {max(cells):,} cells, {many.count(2)} tables of two breakdowns and {many.count(3)} of three; list of seed {SEED}"
    return [_told(f"{TABLES} tables of the builder drawn at random, over all years, nothing remembered, 95th percentile", taken, beside), _guarded(ground, rounds)]  # fmt: skip


def _guarded(ground: Ground, rounds: int) -> Measured:
    """Server time for a reader of whom something is withheld: what is decided is kept, no answer is."""
    tables = Tables(ground, is_in_charge=False)
    taken = tables.taken(rounds)
    return _told(
        f"{PUBLISHED} of them that need kinds of schools or several breakdowns, of nation and provinces in the newest year, for an analyst of the nation, what is withheld decided before, 95th percentile",
        taken, taken.told("when what is withheld has to be decided") + f", {sum(taken.first) / 1000:,.0f} s together",
    )  # fmt: skip


def measure_ten_times(ground: Ground, rounds: int) -> Measured:
    """The same tables with ten times the facts in every year that has any."""
    tables = Tables(ground)
    years = [year for year in tables.ladder.years if year <= ground.year]
    rows = ground.yard.times_ten(years)
    try:
        taken = tables.taken(rounds)
    finally:
        ground.yard.times_one(years)
    return _told("the same tables with ten times the facts", taken, f"{rows:,} rows of students; {taken.told()}")  # fmt: skip


def _told(what: str, taken: Taken, beside: str) -> Measured:
    p95 = quantiles(taken.each, n=20)[-1]
    return Measured(what, f"{p95:,.0f} ms", f"<= {BAR_MS} ms", p95 <= BAR_MS, beside, tuple(taken.each))  # fmt: skip


def published(asks: Iterable[Ask]) -> list[Ask]:
    """The first of a list that ask an analyst's kind of table: of nation and provinces, by what no rollup holds; each in its newest year."""
    reaches = {"", "provinces"}
    found = (ask for ask in asks if not is_plain(ask) and all(pick.place == NATION and pick.reach in reaches for pick in ask.picks))  # fmt: skip
    return [replace(ask, years=ask.years[-1:]) for ask in islice(found, PUBLISHED)]


def asks(ladder: Ladder) -> Iterator[Ask]:
    """Tables without end: places at any rung, all years, up to four metrics and three breakdowns that any of them has."""
    dice = random.Random(SEED)  # noqa: S311 - a list to measure by
    names = [name for name, one in metrics().items() if not isinstance(one, Percentile)]
    while True:
        chosen = tuple(dice.sample(names, dice.randint(1, MOST_METRICS)))
        province = dice.choice(ladder.children(NATION))
        picks = dice.choice(
            [(Pick(NATION),), (Pick(NATION), Pick(NATION, "provinces")), (Pick(NATION, "prefectures"),), (Pick(NATION, "counties"),), (Pick(province, "counties"),),
             (Pick(province, "schools"),)]
        )  # fmt: skip
        offered = cuts(chosen)
        among = dice.sample(offered, min(dice.randint(0, MOST_CUTS), len(offered)))
        ask = Ask(picks=picks, years=tuple(ladder.years), metrics=chosen, cut=".".join(among))
        if LEAST_CELLS <= size(ask, ladder).cells <= MOST_CELLS:
            yield ask
