"""Where a school stands among the schools around it, without their names."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.kpis import PeersView
from dashboards.views import questions, wording
from metrics.discovery import metric as metric_named
from metrics.distribution import Distribution, percentile
from metrics.metric import Metric
from metrics.question import Cell
from warehouse.places import Rung

REGIONS = {Rung.PROVINCE, Rung.PREFECTURE}
ENOUGH = 20  # units due in a place that is compared with
FEWEST = 10  # fewer schools would not stay nameless
DOTS = 36  # a strip shows the shape of any number of schools with as many dots
EDGE = 2  # percent left out at either end of the strip
LEVELS = ((0.1, "lowest"), (0.3, "low"), (0.7, "middle"), (0.9, "high"), (1.01, "highest"))


@dataclass(frozen=True)
class Around:
    """The values of the schools of one place."""

    place: int
    found: Distribution


def place_of(visit: Visit) -> int | None:
    """The prefecture of a school, or its province where the prefecture has too few schools to stay nameless."""
    above = [
        one
        for one in reversed(visit.ladder.ancestors(visit.address.place or 1))
        if visit.ladder.rung(one) in REGIONS
    ]
    return next(
        (
            one
            for one in above
            if len(visit.ladder.units(one, visit.year, visit.address.bounds)) >= ENOUGH
        ),
        above[-1] if above else None,
    )


def around(visit: Visit, names: Sequence[str]) -> dict[str, Around]:
    """The schools beside this one by each metric for which they are enough to stay nameless."""
    place = place_of(visit)
    if place is None:
        return {}
    found = questions.spreads(visit, names, place)
    return {name: Around(place, one) for name, one in found.items() if len(one.values) >= FEWEST}


def view(visit: Visit, name: str, cell: Cell, compared: Around | None) -> PeersView | None:
    """The strip and its words."""
    if compared is None or cell.value is None or not wording.is_shown(cell):
        return None
    metric, values = metric_named(name), compared.found.values
    low, high = percentile(values, EDGE), percentile(values, 100 - EDGE)
    low, high = min(low, cell.value), max(high, cell.value)
    dots = (
        values
        if len(values) <= DOTS
        else [percentile(values, 100 * (at + 0.5) / DOTS) for at in range(DOTS)]
    )
    shares = [_share(value, low, high) for value in dots]
    median = percentile(values, 50)
    text = words(visit, metric, cell.value, compared)
    return PeersView(shares, _share(median, low, high), _share(cell.value, low, high), text, text)


def _share(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0) if high > low else 0.5


def words(visit: Visit, metric: Metric, value: float, compared: Around) -> str:
    """很高，高于邵阳 46 所中的 42 所，中位 18.2."""
    values = compared.found.values
    under = bisect_left(values, value)
    middle = (under + bisect_right(values, value)) / 2 / len(values)
    level = next(name for bound, name in LEVELS if middle < bound)
    return visit.phrases(
        f"peers.{level}", place=visit.ladder.place(compared.place).name(visit.lang), n=plain(len(values)),
        under=plain(under), median=wording.shown(metric, percentile(values, 50), visit.lang).joined(),
    )  # fmt: skip
