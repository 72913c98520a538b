"""Fifty tables of the builder, drawn at random by a seed that stands here: anybody draws the same list."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from statistics import median, quantiles
from urllib.parse import urlencode

from dashboards.bench.ground import Ground
from dashboards.bench.outcome import Measured
from dashboards.bench.panels import timed
from metrics.audience import Audience
from metrics.discovery import metrics
from metrics.measure import measure_all
from metrics.metric import Percentile
from metrics.tables.ask import MOST_CELLS, Ask, Pick, cuts
from metrics.tables.build import build, size
from warehouse.ladder import Ladder
from warehouse.places import NATION

SEED, TABLES, LEAST_CELLS = 5, 50, 20
MOST_METRICS = 4
BAR_MS = 300
LIST = "tables.txt"


def measure_tables(ground: Ground, rounds: int) -> list[Measured]:
    """Server time of each table without its drawing, cold; the list lies beside the bench's other files."""
    ladder = ground.web.ladder
    scope = ground.web.scope("bench", NATION, "records")
    audience = Audience(scope=scope, ladder=ladder, role="ministry")
    drawn = [ask for _, ask in zip(range(TABLES), asks(ladder), strict=False)]
    (ground.folder / LIST).write_text(
        "\n".join(urlencode(ask.said()) for ask in drawn) + "\n", encoding="utf-8"
    )

    def built(ask: Ask) -> None:
        with ground.web.reading(scope) as reader:
            build(partial(measure_all, reader, audience), ladder, ask)

    for ask in drawn:
        built(ask)  # plans of statements
    taken = [median(timed(partial(built, ask)) for _ in range(rounds)) * 1000 for ask in drawn]
    p95 = quantiles(taken, n=20)[-1]
    cells = [size(ask, ladder).cells for ask in drawn]
    beside = f"median {median(taken):.0f} ms, slowest {max(taken):,.0f} ms; {min(cells):,} to {max(cells):,} cells, one breakdown at most; list of seed {SEED}"
    return [
        Measured(
            f"{TABLES} tables of the builder drawn at random, cold, 95th percentile",
            f"{p95:,.0f} ms",
            f"<= {BAR_MS} ms",
            p95 <= BAR_MS,
            beside,
            tuple(taken),
        )
    ]


def asks(ladder: Ladder) -> Iterator[Ask]:
    """Tables without end: places at any rung, one year or all, up to four metrics, a breakdown where they have one."""
    dice = random.Random(SEED)  # noqa: S311 - a list to measure by
    names = [name for name, one in metrics().items() if not isinstance(one, Percentile)]
    while True:
        chosen = tuple(dice.sample(names, dice.randint(1, MOST_METRICS)))
        province = dice.choice(ladder.children(NATION))
        picks = dice.choice(
            [(Pick(NATION), Pick(NATION, "provinces")), (Pick(NATION, "prefectures"),), (Pick(NATION, "counties"),), (Pick(province, "counties"),), (Pick(province, "schools"),)]
        )  # fmt: skip
        years = tuple(ladder.years) if dice.random() < 0.6 else tuple(ladder.years[-1:])
        ask = Ask(picks=picks, years=years, metrics=chosen, cut=dice.choice(("", *cuts(chosen))))
        if LEAST_CELLS <= size(ask, ladder).cells <= MOST_CELLS:
            yield ask
