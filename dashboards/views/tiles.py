"""The tile map: 32 units coloured by one metric in five fixed classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil, floor, log10
from statistics import quantiles
from typing import NamedTuple

from dashboards.i18n import Phrases
from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.cell import SIGNS
from dashboards.parts.section import ChoiceView, SwitchView
from dashboards.parts.tiles import POSITIONS, TileMapView, TileView
from dashboards.views import wording
from metrics.discovery import metric as metric_named
from metrics.metric import Metric, Share
from metrics.question import Answers, Cell
from warehouse.law import Limit
from warehouse.text import Text


class Classes(NamedTuple):
    """The four bounds between the five classes of a metric, and its short name on the switch."""

    bounds: tuple[float, float, float, float]
    brief: Text


# Fixed, so that a colour means the same in every year.
MAPPED: dict[str, Classes] = {
    "compliant_share": Classes((80, 85, 90, 95), Text("达标率", "Nine limits")),
    "students_per_teacher": Classes((14, 16, 18, 20), Text("生师比", "Per teacher")),
    "students": Classes((100_000, 250_000, 500_000, 750_000), Text("在校生", "Students")),
    "dual_qualified": Classes((45, 50, 55, 60), Text("双师型", "Dual qualified")),
    "settled_rate": Classes((92, 94, 95, 96), Text("去向落实", "Settled")),
    "coverage": Classes((75, 90, 95, 99), Text("报送率", "Reported")),
}
DEFAULT = "compliant_share"
_BRIEF_LETTERS = 6


def chosen(visit: Visit) -> str:
    """The metric of the map: the address's, if it has classes."""
    return visit.address.metric if visit.address.metric in MAPPED else DEFAULT


def switch(visit: Visit) -> SwitchView:
    """Every metric the map can show."""
    here = chosen(visit)
    choices = [
        ChoiceView(
            one.brief.of(visit.lang),
            visit.address.to(metric="" if name == DEFAULT else name),
            name == here,
        )
        for name, one in MAPPED.items()
    ]
    return SwitchView(visit.phrases("switch.metric"), choices)


class Mapped(NamedTuple):
    """What a map shows: one metric, the cell of each province, the bounds between its classes, and a target of shares."""

    metric: Metric
    cells: Sequence[tuple[int, Cell]]
    bounds: tuple[float, ...]
    scale: wording.Scale
    target: Limit | None = None


def view(visit: Visit, answers: Answers) -> TileMapView:
    """The map of the chosen metric."""
    metric = metric_named(chosen(visit))
    bounds = MAPPED[metric.name].bounds
    limit = wording.limit_of(visit, metric)
    cells = [
        (place, cell)
        for place, cell in answers.column(metric.name, visit.year)
        if place in POSITIONS
    ]
    scale = wording.column_scale(metric, [cell for _, cell in cells], visit.lang, bounds)
    target = limit if isinstance(metric, Share) else None
    return drawn(visit, Mapped(metric, cells, bounds, scale, target))


def drawn(visit: Visit, mapped: Mapped) -> TileMapView:
    """The map of any metric."""
    metric, scale, target = mapped.metric, mapped.scale, mapped.target
    return TileMapView(
        tiles=[_tile(visit, place, cell, mapped) for place, cell in mapped.cells],
        classes=class_names(mapped.bounds, scale),
        legend=legend(metric, scale, visit.phrases),
        reading=visit.phrases("tiles.reading", target=plain(target.value)) if target else "",
    )


def legend(metric: Metric, scale: wording.Scale, phrases: Phrases) -> str:
    """What is coloured, with its unit where it has a word for one."""
    label = metric.label.of(phrases.lang)
    return phrases("tiles.legend", metric=label, unit=scale.unit) if scale.unit else label


def _tile(visit: Visit, place: int, cell: Cell, mapped: Mapped) -> TileView:
    scale, target = mapped.scale, mapped.target
    name = visit.ladder.place(place).name(visit.lang)
    brief = (
        ""
        if visit.lang == "zh" or len(name) <= _BRIEF_LETTERS
        else f"{name[: _BRIEF_LETTERS - 1]}."
    )
    here = TileView(
        place, name, visit.address.at(place), "", None, brief=brief, own=_is_own(visit, place)
    )
    mark = wording.revised(cell)
    if cell.value is None or not wording.is_shown(cell):
        why = wording.symbol(cell)
        sign = SIGNS.get(why, SIGNS["not_submitted"])
        note = visit.phrases(f"symbol.{why}.brief")
        is_plain = why == "not_applicable" or cell.state.is_protected
        return replace(here, value=sign, note=note, plain=is_plain, mark=mark)
    if not wording.is_covered(cell):
        return replace(
            here, note=visit.phrases("tiles.uncovered", share=plain((cell.coverage or 0) * 100))
        )
    step = class_of(cell.value, mapped.bounds)
    return replace(
        here, value=scale.text(cell.value), step=step, note=_short(visit, cell, target), mark=mark
    )


def _is_own(visit: Visit, place: int) -> bool:
    home = visit.audience.scope.place_id
    return place == home or place in visit.ladder.ancestors(home)


def _short(visit: Visit, cell: Cell, target: Limit | None) -> str:
    """How many schools are missing to the target."""
    missing = schools_short(cell, target)
    return visit.phrases("tiles.short", n=missing) if missing else ""


def schools_short(cell: Cell, target: Limit | None) -> int:
    """Schools that would still have to meet all limits for the target to be reached."""
    if target is None or not cell.denominator or cell.numerator is None:
        return 0
    return max(0, ceil(target.value * cell.denominator / 100) - cell.numerator)


def class_of(value: float, bounds: Sequence[float]) -> int:
    """Which class a value is in, from 1."""
    return 1 + sum(value >= bound for bound in bounds)


def class_names(bounds: Sequence[float], scale: wording.Scale) -> tuple[str, ...]:
    """The classes as printed, low to high; none where nothing parts them."""
    if not bounds:
        return ()
    words = [short_number(bound / scale.divisor) for bound in bounds]
    return (f"< {words[0]}", *(f"{a}–{b}" for a, b in pairwise(words)), f"≥ {words[-1]}")


def short_number(value: float) -> str:
    """With as many decimals as it has, four at most."""
    decimals = next((n for n in range(4) if round(value, n) == round(value, 4)), 4)
    return plain(value, decimals)


def bounds_of(metric: Metric, values: Sequence[float]) -> tuple[float, ...]:
    """The bounds between classes of a metric: those fixed for a ratio, else about fifths of the values, rounded; fewer where values are alike.

    A sum has none that are fixed: they would suit the provinces of one country and no part of it.
    """
    if metric.name in MAPPED and not metric.is_sum:
        return MAPPED[metric.name].bounds
    if len(set(values)) < 2:
        return ()
    cuts = quantiles(values, n=5, method="inclusive")
    step = 10.0 ** floor(log10((max(values) - min(values)) / 10))
    rounded = dict.fromkeys(round(round(cut / step) * step, 10) for cut in cuts)
    return tuple(bound for bound in rounded if min(values) < bound <= max(values))
