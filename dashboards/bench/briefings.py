"""Briefings: one province's paper from the click to the bytes, and all 32 in one run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from statistics import median, quantiles

from flask import Flask

from dashboards.address import Address
from dashboards.answers import Memory
from dashboards.bench.ground import PROVINCE, TODAY, Ground
from dashboards.bench.outcome import Measured
from dashboards.bench.panels import timed
from dashboards.briefings.batch import wanted
from dashboards.briefings.giving import briefing, reader_of
from dashboards.briefings.making import Maker
from warehouse.discovery import domains

BAR_S = 2.0
NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 8, tzinfo=UTC)


def measure_briefings(ground: Ground, rounds: int) -> Iterator[Measured]:
    """The answer cache is off: every paper is measured, drawn and set anew."""
    nothing = Memory(Flask(__name__), enabled=False)
    site = "https://bench.invalid"
    maker = Maker(ground.web, nothing, TODAY, synthetic=True, template=None, site=site)
    reader = reader_of(ground.web, ground.ministry.login)

    def made(place: int, topic: str = "place") -> int:
        address = Address(page=topic, place=place, year=ground.year)
        return len(briefing(maker, reader, address, NOW))

    size = made(PROVINCE)  # plans of statements, fonts
    topics = [topic for topic in ("place", *domains()) for _ in range(rounds)]
    yield _one([timed(partial(made, PROVINCE, topic)) for topic in topics], size)
    began = time.perf_counter()
    sizes = [made(place) for place in wanted(ground.web.ladder, None)]
    took = time.perf_counter() - began
    beside = f"{took / len(sizes):.2f} s a paper, {sum(sizes) / 1e6:.1f} MB; one process, overview of each"
    yield Measured(f"briefings of all {len(sizes)} provinces in one run", f"{took:.1f} s", f"<= {BAR_S * len(sizes):.0f} s", took <= BAR_S * len(sizes), beside, (took,))  # fmt: skip


def _one(taken: list[float], size: int) -> Measured:
    p95 = quantiles(taken, n=20)[-1]
    beside = f"median {median(taken):.2f} s, slowest {max(taken):.2f} s; overview and every domain, {size / 1000:.0f} kB, cold"
    return Measured("briefing of a large province as tagged PDF, 95th percentile", f"{p95:.2f} s", f"<= {BAR_S:.0f} s", p95 <= BAR_S, beside, tuple(taken))  # fmt: skip
