"""Which chart fits a table: what each kind needs, and the one that suits best."""

from __future__ import annotations

from typing import Literal, NamedTuple

from dashboards.address import Chart

MOST_LINES, MOST_ROWS, MOST_BESIDE = 6, 40, 6
MOST_MAPS, MOST_PANELS, MOST_HEAT_ROWS, MOST_HEAT_COLUMNS = 6, 36, 60, 24
LEAST_PROVINCES = 10
LEAST_PANELS = 2
MANY_METRICS, MANY_YEARS = 3, 3

KINDS: tuple[Chart, ...] = ("map", "maps", "lines", "beside", "multiples", "dots", "bars", "heat", "metrics")  # fmt: skip


class Shape(NamedTuple):
    """How a table is built, of one of its metrics: how many of each axis there are, how many provinces among its places, how many
    series (place and group) have something to draw. `members` counts the groups without their total.
    """

    provinces: int
    places: int
    members: int
    metrics: int
    years: int
    series: int
    is_sum: bool
    has_total: bool


Reason = Literal["", "map", "map.total", "lines.years", "lines.many", "beside", "multiples", "rows", "heat", "maps", "metrics", "nothing"]  # fmt: skip


def why_not(kind: Chart, shape: Shape) -> Reason:
    """Why a kind does not fit, as the end of a message's name; "" where it does."""
    if not shape.series:
        return "nothing"
    return {"map": _map, "lines": _lines, "beside": _beside, "multiples": _multiples, "heat": _heat, "maps": _maps, "metrics": _metrics}.get(kind, _rows)(shape)  # fmt: skip


def _map(shape: Shape) -> Reason:
    if shape.provinces < LEAST_PROVINCES:
        return "map"
    return "" if shape.has_total else "map.total"


def _maps(shape: Shape) -> Reason:
    return "" if shape.provinces >= LEAST_PROVINCES and shape.members > 1 else "maps"


def _metrics(shape: Shape) -> Reason:
    return "" if shape.metrics > 1 and shape.places > 1 else "metrics"


def _lines(shape: Shape) -> Reason:
    if shape.years < 2:
        return "lines.years"
    return "" if shape.series <= MOST_LINES else "lines.many"


def _beside(shape: Shape) -> Reason:
    told = shape.metrics if shape.metrics > 1 else shape.members
    return "" if 2 <= shape.places <= MOST_BESIDE and told > 1 else "beside"


def _multiples(shape: Shape) -> Reason:
    over_years = shape.years > 1 and (shape.series > 1 or shape.metrics > 1)
    return "" if over_years or (shape.places > 1 and shape.members > 1) else "multiples"


def _rows(shape: Shape) -> Reason:
    return "" if shape.series <= MOST_ROWS else "rows"


def _heat(shape: Shape) -> Reason:
    several = [n > 1 for n in (shape.places, shape.members, shape.years)]
    return "" if sum(several) > 1 else "heat"


def fitting(shape: Shape) -> list[Chart]:
    """Every kind that fits, in the order in which they are offered."""
    return [kind for kind in KINDS if not why_not(kind, shape)]


def best(shape: Shape) -> Chart | None:
    """The kind that suits best: where things lie, then how they went, then how they stand beside each other; None where none fits."""
    fits = fitting(shape)
    wanted: tuple[tuple[Chart, bool], ...] = (
        ("map", True),
        ("beside", shape.members <= 1 and shape.metrics >= MANY_METRICS),
        ("lines", True),
        ("beside", shape.members <= 1 and shape.years == 1),
        ("multiples", shape.years >= MANY_YEARS and shape.series <= MOST_PANELS),
        ("bars", shape.years == 1 and shape.is_sum),
        ("dots", True),
        ("heat", True),
        ("multiples", True),
        ("metrics", True),
    )
    return next((kind for kind, suits in wanted if suits and kind in fits), None)
