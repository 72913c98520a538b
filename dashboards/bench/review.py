"""The nightly review: every doubt of every year, and every forecast of the newest one, from the warehouse on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise

from dashboards.bench.ground import Ground
from dashboards.bench.outcome import Measured
from metrics.risk.forecast import foreseen
from metrics.risk.schools import told_beside
from metrics.signals.doubt import ranked
from metrics.signals.engine import doubts_of
from metrics.signals.panel import read
from warehouse.places import NATION

BAR_S = 60.0


def measure_review(ground: Ground) -> Iterator[Measured]:
    """Seconds of reading, of the doubts of all years ranked, and of all fits and forecasts; nothing is kept."""
    years = [year for year in ground.worker.ladder.years if year <= ground.year]
    marks = [time.perf_counter()]
    with ground.worker.reading(ground.worker.scope("bench", NATION)) as reader:
        panel = read(reader, NATION, years)
        rows = told_beside(reader, ground.worker.ladder, NATION, panel)
    marks.append(time.perf_counter())
    found = doubts_of(panel, years)
    suspects = [one for each in found.values() for one in ranked(each)]
    marks.append(time.perf_counter())
    models = foreseen(rows)
    marks.append(time.perf_counter())
    reading, doubting, foreseeing = (end - start for start, end in pairwise(marks))
    whole, fitted = marks[-1] - marks[0], [one for one in models if one.model is not None]
    yield Measured(
        f"the nightly review of {panel.rows['school_id'].n_unique():,} schools and {len(years)} years, fits included", f"{whole:.0f} s",
        f"<= {BAR_S:.0f} s", whole <= BAR_S,
        f"reading {reading:.1f} s; {sum(map(len, found.values())):,} doubts about {len(suspects):,} school-years {doubting:.1f} s; "
        f"{len(fitted)} of {len(models)} models, {sum(len(one.forecasts) for one in fitted):,} forecasts {foreseeing:.1f} s",
        (reading, doubting, foreseeing),
    )  # fmt: skip
