"""The nightly review from the warehouse to the flags it writes down, and what one submission asks of it by day."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from statistics import median

from dashboards.bench.ground import Ground
from dashboards.bench.loading import NOW
from dashboards.bench.outcome import Measured
from dashboards.bench.visible import corrections
from etl.submission import submit
from metrics.judgement.round import Desk, Done, changed, whole

BAR_S, CHANGED_BAR_S = 60.0, 2.0


def measure_review(ground: Ground, rounds: int) -> Iterator[Measured]:
    """Seconds of two whole rounds, fits and writing included, then of the rounds after single submissions by the same process."""
    desk = Desk()
    yield _whole(ground, desk, "the nightly review, whatever stood before it")
    yield _whole(ground, desk, "the nightly review of the night after")
    yield from _by_day(ground, desk, rounds)


def _whole(ground: Ground, desk: Desk, name: str) -> Measured:
    start = time.perf_counter()
    done = whole(ground.worker, desk, _now)
    took = time.perf_counter() - start
    if done is None:
        raise RuntimeError("nothing has been submitted on this ground")
    years = f"{done.one.years[0]} to {done.one.years[-1]}"
    return Measured(f"{name} ({years}, fits and writing included)", f"{took:.0f} s", f"<= {BAR_S:.0f} s", took <= BAR_S, _beside(done), tuple(done.seconds.values()))  # fmt: skip


def _beside(done: Done) -> str:
    stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in done.seconds.items())
    found = ", ".join(f"{each.found:,} of judgement {name}" for name, each in done.tally.items())
    return f"{stages}; {found}; {done.written:,} written; {len(done.notes)} of 8 models without events to learn from"


def _by_day(ground: Ground, desk: Desk, rounds: int) -> Iterator[Measured]:
    took = []
    for number, file in enumerate(corrections(ground, rounds)):
        submit(ground.worker, file, now=NOW, by=f"school {number}")
        start = time.perf_counter()
        done = changed(ground.worker, desk, _now)
        took.append(time.perf_counter() - start)
        if done is None or len(done.one.schools or ()) != 1:
            raise RuntimeError(f"{file}: not one school was reviewed again")
    yield Measured(
        "the review after one school's submission", f"{median(took):.2f} s", f"<= {CHANGED_BAR_S:.0f} s", median(took) <= CHANGED_BAR_S,
        f"{rounds} submissions, one after the other", tuple(took),
    )  # fmt: skip


def _now() -> datetime:
    return NOW
