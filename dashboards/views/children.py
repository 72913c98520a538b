"""The places below one: total row first, coverage, bars, dots against the limit; sorted by the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10
from typing import Literal

from dashboards.numbers import plain, signed
from dashboards.page import Visit
from dashboards.parts.cell import CellView, Verdict
from dashboards.parts.marks import AxisView, RankView
from dashboards.parts.table import Cell as Drawn
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import wording
from metrics.discovery import metric as metric_named
from metrics.metric import PERCENT, Metric
from metrics.question import Answers, Cell
from metrics.ranks import Band, bands
from warehouse.law import Force, Limit
from warehouse.places import Rung

STEPS = {1: 2, 2: 8, 5: 20, 10: 100}
"""The widest axes that are marked in these steps."""
Kind = Literal["due", "coverage", "value", "change", "dots", "verdict"]
_OF_METRICS = frozenset({"value", "dots", "verdict"})  # heads that name the metric itself


@dataclass(frozen=True)
class Shown:
    """A column: one metric drawn in one way. `narrow` columns stay on phones."""

    metric: str
    kind: Kind = "value"
    narrow: bool = True

    @property
    def key(self) -> str:
        """What `?sort=` names it by."""
        return (
            self.metric
            if self.kind in {"value", "dots", "verdict"}
            else f"{self.metric}_{self.kind}"
        )


@dataclass(frozen=True)
class _Plan:
    """A column with everything its cells need."""

    column: Shown
    metric: Metric
    scale: wording.Scale
    limit: Limit | None
    axis: AxisView | None


def table(
    visit: Visit, answers: Answers, columns: Sequence[Shown], *, ranked: str = ""
) -> TableView:
    """The table of a place's children; `ranked` names a metric whose rank bands stand in the first column."""
    total, *children = answers.question.places
    plans = [_plan(visit, answers, column) for column in columns]
    standing = _bands(visit, answers, children, ranked)
    ordered = _sorted(visit, answers, due(visit, answers), ranked)
    rows = [_row(visit, answers, total, plans, standing, kind="total")]
    rows += [
        _row(visit, answers, place, plans, standing, kind=_kind(visit, place)) for place in ordered
    ]
    heads = [
        _name_head(visit, ranked),
        *([_rank_head(visit, standing)] if standing is not None else []),
        *(_head(visit, one, ranked) for one in plans),
    ]
    return TableView(title(visit, len(children)), heads, rows, "dense" if len(rows) > 24 else "")


def due(visit: Visit, answers: Answers) -> list[int]:
    """The children that have anybody to report; the others are counted in a note."""
    children = answers.question.places[1:]
    return [one for one in children if answers.cell("students", one, visit.year).due]


def title(visit: Visit, number: int) -> str:
    """14 个市州, 32 units: named by the rung of the children."""
    rung = int(visit.ladder.rung(visit.place.place_id)) + 1 if visit.place else 1
    return visit.phrases(f"children.{Rung(min(rung, 4)).name.lower()}", n=number)


def _name_head(visit: Visit, ranked: str) -> ColumnView:
    current = visit.address.sort == "code" or not (visit.address.sort or ranked)
    return ColumnView(
        visit.phrases("column.place"),
        kind="text",
        sort_href=visit.address.to(sort="code" if ranked else ""),
        sorted="ascending" if current else "",
    )


def _rank_head(visit: Visit, standing: dict[int, Band]) -> ColumnView:
    number = next((one.units for one in standing.values()), 0)
    return ColumnView(
        visit.phrases("column.rank"),
        visit.phrases("column.rank.of", n=number),
        kind="text",
        narrow=False,
    )


def _plan(visit: Visit, answers: Answers, column: Shown) -> _Plan:
    metric = metric_named(column.metric)
    cells = [cell for _, cell in answers.column(column.metric, visit.year)]
    rates = [cell for cell in cells if wording.few_schools(metric, cell, visit.phrases) is None]
    limit = wording.limit_of(visit, metric)
    drawn = axis(visit, metric, rates, limit) if column.kind == "dots" else None
    return _Plan(column, metric, wording.column_scale(metric, cells, visit.lang), limit, drawn)


def axis(
    visit: Visit, metric: Metric, cells: Sequence[Cell], limit: Limit | None
) -> AxisView | None:
    """Ends that hold every value and the limit, on round numbers."""
    known = [cell.value for cell in cells if wording.is_shown(cell) and cell.value is not None]
    if not known:
        return None
    if limit is not None:
        known.append(limit.value)
    low, high = min(known, default=0.0), max(known, default=1.0)
    step = _step(high - low)
    low, high = low // step * step, -(-high // step) * step
    if limit is not None:  # so that its words stand beside the axis' end, not on it
        low = min(low, limit.value - 2 * step)
    if metric.unit == PERCENT:
        high = min(high, 100.0)
    words = "axis.target" if limit and limit.force is Force.TARGET else "axis.limit"
    text = visit.phrases(words, limit=plain(limit.value)) if limit else ""
    return AxisView(low, high if high > low else low + 1, limit.value if limit else None, text)


def _step(width: float) -> int:
    """Round numbers of which a handful cover a width."""
    for step, widest in STEPS.items():
        if width <= widest:
            return step
    power = int(10 ** int(log10(width) - 1))
    return next(n * power for n in (1, 2, 5, 10) if width <= n * power * 10)


def _head(visit: Visit, plan: _Plan, ranked: str) -> ColumnView:
    name, unit, kind = _names(visit, plan)
    return ColumnView(
        name,
        unit,
        kind=kind,
        axis=plan.axis,
        sort_href=_sort_href(visit, plan.column),
        sorted=_sorted_by(visit, plan.column, ranked),
        narrow=plan.column.narrow,
        own=plan.column.metric == "compliant_share",
        defined=wording.defined(visit.address, plan.metric, visit.phrases) if plan.column.kind in _OF_METRICS else None,
    )  # fmt: skip


def _names(visit: Visit, plan: _Plan) -> tuple[str, str, Literal["text", "number", "bar", "dot"]]:
    label = wording.brief(plan.metric, visit.lang)
    match plan.column.kind:
        case "due":
            return visit.phrases("column.due"), visit.phrases("unit.schools"), "number"
        case "coverage":
            return visit.phrases("column.coverage"), "%", "number"
        case "change":
            return visit.phrases("column.change"), "%", "number"
        case "dots":
            return f"{label} {plan.scale.unit}", "", "dot" if plan.axis else "number"
        case "verdict":
            return label, "", "text"
        case _:
            return label, plan.scale.unit, "bar" if plan.metric.is_sum else "number"


def _sort_href(visit: Visit, column: Shown) -> str:
    """A first click sorts with the largest on top, a second one turns it round."""
    key = column.key
    return visit.address.to(sort=key if visit.address.sort == f"-{key}" else f"-{key}")


def _sorted_by(visit: Visit, column: Shown, ranked: str) -> Literal["", "ascending", "descending"]:
    wanted = visit.address.sort or f"-{ranked}"
    if wanted == column.key:
        return "ascending"
    return "descending" if wanted == f"-{column.key}" else ""


def _sorted(visit: Visit, answers: Answers, children: Sequence[int], ranked: str) -> list[int]:
    """By code until a head is clicked, a ranking by its rank; recoded shares stand behind, what has no value last, and neither is sorted."""
    wanted = visit.address.sort or (ranked and f"-{ranked}")
    if not wanted or wanted == "code":
        return list(children)
    down, key = wanted.startswith("-"), wanted.lstrip("-")
    values = {place: _sort_value(visit, answers, place, key) for place in children}
    known = [(value, place) for place, value in values.items() if value is not None]
    ordered = sorted(known, key=lambda pair: pair[0], reverse=down)
    others = [place for place in children if values[place] is None]
    if key in answers.question.metrics:
        others.sort(key=lambda place: answers.cell(key, place, visit.year).state.is_recoded, reverse=True)  # fmt: skip
    return [place for _, place in ordered] + others


def _sort_value(visit: Visit, answers: Answers, place: int, key: str) -> float | None:
    """What a place is sorted by; a value without enough units behind it, or withheld, is no value."""
    name, kind = key, "value"
    for each in ("due", "coverage", "change"):
        if key.endswith(f"_{each}"):
            name, kind = key.removesuffix(f"_{each}"), each
    if name not in answers.question.metrics:
        return None
    cell = answers.cell(name, place, visit.year)
    if kind == "due":
        return float(cell.due)
    if kind == "coverage":
        return cell.coverage
    return cell.value if wording.is_shown(cell) and wording.is_covered(cell) else None


def _bands(
    visit: Visit, answers: Answers, children: Sequence[int], ranked: str
) -> dict[int, Band] | None:
    """The bands of those that can be ranked; None for a table without ranks."""
    if not ranked:
        return None
    return bands(
        metric_named(ranked), {place: answers.cell(ranked, place, visit.year) for place in children}
    )


def _kind(visit: Visit, place: int) -> Literal["", "own"]:
    home = visit.audience.scope.place_id
    return "own" if place == home or place in visit.ladder.ancestors(home) else ""


def _row(
    visit: Visit,
    answers: Answers,
    place: int,
    plans: Sequence[_Plan],
    standing: dict[int, Band] | None,
    kind: Literal["", "own", "total"],
) -> RowView:
    cells: list[Drawn] = [
        _CELLS[plan.column.kind](visit, plan, answers.cell(plan.metric.name, place, visit.year))
        for plan in plans
    ]
    if standing is not None:
        cells.insert(0, _rank_cell(visit, standing.get(place), kind))
    href = "" if kind == "total" else visit.toward(place)
    return RowView(visit.ladder.place(place).name(visit.lang), cells, href, kind=kind)


def _rank_cell(visit: Visit, found: Band | None, kind: str) -> Drawn:
    if kind == "total":
        return CellView("")
    if found is None:
        return RankView(visit.phrases("rank.brief"))
    return RankView(_plain_band(found), found.first, found.last, found.units, own=kind == "own")


def _plain_band(found: Band) -> str:
    return str(found.first) if found.first == found.last else f"{found.first}–{found.last}"


def _due(visit: Visit, plan: _Plan, cell: Cell) -> Drawn:  # noqa: ARG001 - one of _CELLS
    return CellView(plain(cell.due), value=float(cell.due))


def _coverage(visit: Visit, plan: _Plan, cell: Cell) -> Drawn:  # noqa: ARG001 - one of _CELLS
    if cell.coverage is None:
        return CellView(symbol="not_applicable")
    low = cell.coverage < wording.COVERED
    return CellView(
        wording.share_text(cell.coverage)[:-1], value=cell.coverage, verdict="miss" if low else None
    )


def _value(visit: Visit, plan: _Plan, cell: Cell) -> Drawn:
    few = wording.few_schools(plan.metric, cell, visit.phrases)
    return few or wording.cell_view(plan.metric, cell, scale=plan.scale)


def _change(visit: Visit, plan: _Plan, cell: Cell) -> Drawn:
    """A change over the year, in percent; not shown of a place that is not covered."""
    if cell.value is None or not wording.is_shown(cell):
        return CellView(symbol=wording.symbol(cell))
    if not wording.is_covered(cell):
        return CellView(symbol="not_applicable", title=visit.phrases("change.not_comparable"))
    return CellView(signed(cell.value, plan.metric.decimals), value=cell.value)


def _dots(visit: Visit, plan: _Plan, cell: Cell) -> Drawn:
    few = wording.few_schools(plan.metric, cell, visit.phrases)
    if few:
        return few
    judged: Verdict = wording.verdict(plan.limit, cell)
    return wording.cell_view(
        plan.metric,
        cell,
        scale=plan.scale,
        verdict="miss" if judged == "miss" else None,
    )


def _verdict(visit: Visit, plan: _Plan, cell: Cell) -> Drawn:  # noqa: ARG001 - one of _CELLS
    """Of one school: how many of the nine limits it misses. A verdict is a school's: the total row has none."""
    if cell.value is None or not wording.is_shown(cell):
        return CellView(symbol=wording.symbol(cell))
    if cell.denominator != 1:
        return CellView(symbol="not_applicable")
    missed = round(cell.value)
    if not missed:
        return "met"
    return CellView(f"■ {visit.phrases('cell.missed', n=missed)}", verdict="miss")


_CELLS: dict[Kind, Callable[[Visit, _Plan, Cell], Drawn]] = {
    "due": _due,
    "coverage": _coverage,
    "value": _value,
    "change": _change,
    "dots": _dots,
    "verdict": _verdict,
}
