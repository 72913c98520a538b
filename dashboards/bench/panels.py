"""One panel's data beside the query one would write by hand for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from dashboards.bench.ground import Ground
from dashboards.bench.outcome import Measured
from metrics.audience import Audience
from metrics.measure import measure
from metrics.question import Question
from warehouse.bench import baseline

METRICS = ("students", "students_per_teacher", "compliant_share")
BAR = 3.0
PROVINCE = 430000


def measure_panel(ground: Ground, rounds: int) -> Measured:
    """The table of a province's children: students, students per teacher, share meeting every limit, coverage."""
    ladder = ground.web.ladder
    places = [PROVINCE, *ladder.children(PROVINCE, ground.year)]
    scope = ground.web.scope("bench", 1, "records")
    audience = Audience(scope=scope, ladder=ladder, role="ministry")
    question = Question(metrics=METRICS, places=tuple(places), years=(ground.year,))

    def ours() -> None:
        with ground.web.reading(scope) as reader:
            measure(reader, audience, question)

    with baseline.reading(ground.web_url, scope) as connection:

        def theirs() -> None:
            baseline.by_hand(connection, places, ground.year)

        pairs = [(timed(ours), timed(theirs)) for _ in range(rounds)][rounds // 5 :]
    ratio = median(a / b for a, b in pairs)
    own, base = (median(column) * 1000 for column in zip(*pairs, strict=True))
    return Measured(
        f"one panel's data ({len(places)} places, 3 metrics and coverage), of its hand-written rollup query",
        f"{ratio:.1f}x", f"<= {BAR:.0f}x", ratio <= BAR, f"{own:.1f} ms; by hand {base:.1f} ms", tuple(a / b for a, b in pairs),
    )  # fmt: skip


def timed(action: Callable[[], object]) -> float:
    """Seconds."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
