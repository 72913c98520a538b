"""What a release withholds, decided and proved as the job after its second signature does: every metric, breakdown and reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from dashboards.bench.ground import Ground
from dashboards.bench.outcome import Measured
from metrics.freezing import decided
from warehouse.flags import loads_now
from warehouse.places import NATION
from warehouse.releases import Release

BAR_S = 600.0


def measure_release(ground: Ground) -> Iterator[Measured]:
    """Seconds of the whole job, without the writing of what it found; nothing of it is kept."""
    made = decided(ground.web, as_if_signed(ground), lambda _, __: None)
    size = sum(map(len, made.patterns.values()))
    beside = (
        f"{len(made.patterns):,} patterns of {size / 1e6:.1f} MB; {made.cells:,} cells with somebody in, {made.withheld:,} withheld, "
        f"{made.programmes:,} programmes, {made.repaired:,} repaired"
    )
    yield Measured("the patterns of a release, decided and proved", f"{made.seconds:.0f} s", f"<= {BAR_S:.0f} s", made.seconds <= BAR_S, beside, (made.seconds,))  # fmt: skip


def as_if_signed(ground: Ground) -> Release:
    """The newest year as it stands now. As submitted: in the bench nobody has approved anything."""
    with ground.web.reading(ground.web.scope("bench", NATION, "records")) as reader:
        loads = loads_now(reader)
    now = datetime.now(UTC)
    return Release(
        number="", draft_id=0, place_in_year=1, revision=0, year=ground.year, state="final", basis="submitted", frozen_at=now, loads=loads,
        notes_zh="", notes_en="", open_reason="", checks=(), checks_signed=(), drafted_by="", drafted_at=now, signed_by="", signed_at=now,
    )  # fmt: skip
