"""A movement by place and by group: bars to both sides, and the table in which every part stands and adds up."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from dashboards.charts.diverging import DivergingView, EffectView, diverging, height_px
from dashboards.element import Element
from dashboards.i18n import Lang
from dashboards.numbers import academic_year
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.section import (
    ChartView,
    ChoiceView,
    SectionView,
    SwitchView,
    chart,
    empty,
    section,
)
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views import children as below
from dashboards.views import wording
from dashboards.views.changed import SCALED, Found, amount_text, amount_unit, points
from dashboards.views.domain import Broken
from metrics.change import Line, Split
from metrics.discovery import metric as metric_named
from metrics.metric import Metric, Ratio
from metrics.plan import breakdowns
from metrics.question import Cell, State

K = TypeVar("K", bound=Hashable)
DRAWN = 12  # bars; the table has every part
MANY = 24  # rows of a table that are set closer


def bars_section(visit: Visit, one: Found, width: int) -> Element:
    """What the largest places below add, to both sides of nothing."""
    title = visit.phrases("changed.places", metric=one.metric.label.of(visit.lang))
    means = wording.defined(visit.address, one.metric, visit.phrases)
    if one.split is None:
        view = SectionView("bars", title, _against(visit, one), width=12, defined=means)
        return section(view, empty(visit.phrases(f"{one.why}.note")))
    moving = [line for line in one.split.lines if one.own(line) or line.within]
    ordered = sorted(moving, key=lambda line: (-abs(one.own(line)), line.key))
    if not ordered:
        view = SectionView("bars", title, _against(visit, one), width=width, defined=means)
        return section(view, empty(visit.phrases("changed.none")))
    if isinstance(one.metric, Ratio):
        figure = _effects_view(visit, one.metric, ordered, lambda key: visit.ladder.place(key).name(visit.lang))  # fmt: skip
    else:
        figure = _amounts_view(visit, one, one.split, ordered)
    note = visit.phrases("changed.note.bars") if one.unreported else ""
    view = SectionView("bars", title, _against(visit, one), width=width, note=note, defined=means)
    return section(view, _figure(visit, figure, title))


def places_section(visit: Visit, one: Found, split: Split[int], width: int) -> Element:
    """Every place below, and the sum line."""
    title = below.title(visit, len(one.cells))
    note = visit.phrases("changed.note.ratio" if isinstance(one.metric, Ratio) else "changed.note.count")  # fmt: skip
    view = SectionView("places", title, _against(visit, one), width=width, note=note)
    rows = [_whole(visit, one, split), *_place_rows(visit, one, split)]
    shown = TableView(title, _place_heads(visit, one), rows, "dense" if len(rows) > MANY else "")
    return section(view, table(shown, visit.phrases))


def _against(visit: Visit, one: Found) -> str:
    return visit.phrases("changed.against", before=academic_year(one.before, visit.lang), now=academic_year(visit.year, visit.lang))  # fmt: skip


# -- the bars


def _figure(visit: Visit, view: DivergingView, title: str) -> Element:
    """The bars, with their own numbers behind them."""
    tall = height_px(view)
    heads = [ColumnView(visit.phrases("changed.part"), kind="text"), *(ColumnView(each.name, view.unit) for each in view.effects)]  # fmt: skip
    rows = [
        RowView(
            label,
            [wording.difference_cell(each.amounts[at], view.decimals) for each in view.effects],
        )
        for at, label in enumerate(view.labels)
    ]
    shown = ChartView(diverging(view, visit.address.theme), title, TableView(title, heads, rows), tall)  # fmt: skip
    return chart(shown, visit.phrases)


def _amounts_view(visit: Visit, one: Found, split: Split[int], ordered: Sequence[Line[int]]) -> DivergingView:  # fmt: skip
    """Percentage points of the whole's growth; where the whole was nothing, or the two years are not alike, amounts."""
    is_share = bool(split.before) and one.is_alike
    cells = [Cell(float(abs(one.own(line))), State.VALUE) for line in ordered]
    scale = wording.column_scale(one.metric, cells, visit.lang)
    amounts = [
        float(one.own(line) * 100 / split.before) if is_share else float(one.own(line)) / scale.divisor
        for line in ordered
    ]  # fmt: skip
    names = [visit.ladder.place(line.key).name(visit.lang) for line in ordered]
    names, amounts = _folded(visit, names, amounts)
    effect = EffectView(visit.phrases("changed.adds"), amounts)
    return DivergingView(names, [effect], points(visit) if is_share else scale.unit, 2 if is_share else scale.decimals)  # fmt: skip


def _effects_view(visit: Visit, metric: Metric, ordered: Sequence[Line[K]], name: Callable[[K], str]) -> DivergingView:  # fmt: skip
    """The two effects end to end; what has a rate in one year only stands beside them."""
    names = [name(line.key) for line in ordered]
    effects: list[EffectView] = []
    kept: list[str] = names
    parts: Mapping[str, list[float]] = {
        "changed.within": [float(line.within or 0) for line in ordered],
        "changed.between": [float(line.between or 0) for line in ordered],
        "changed.apart": [float(line.amount) if line.within is None else 0.0 for line in ordered],
    }
    for key, role in (("changed.within", "own"), ("changed.between", "other"), ("changed.apart", "quiet")):  # fmt: skip
        if any(parts[key]):
            kept, amounts = _folded(visit, names, parts[key])
            effects.append(EffectView(visit.phrases(key), amounts, role))  # type: ignore[arg-type]  # one of the roles
    return DivergingView(kept, effects, amount_unit(metric, visit.lang), metric.decimals + 1)


def _folded(visit: Visit, names: list[str], amounts: list[float]) -> tuple[list[str], list[float]]:
    """All but the largest as one bar."""
    if len(names) <= DRAWN + 1:
        return names, amounts
    rest = visit.phrases("changed.others", n=len(names) - DRAWN)
    return [*names[:DRAWN], rest], [*amounts[:DRAWN], sum(amounts[DRAWN:])]


# -- the table of places


def _place_heads(visit: Visit, one: Found) -> list[ColumnView]:
    phrases, metric, unit = visit.phrases, one.metric, amount_unit(one.metric, visit.lang)
    scale = _scale(visit, one)
    value = scale.unit if scale else wording.unit_text(metric, visit.lang)
    heads = [
        ColumnView(phrases("column.place"), kind="text"),
        ColumnView(academic_year(one.before, visit.lang), value, narrow=False),
        ColumnView(academic_year(visit.year, visit.lang), value, narrow=False),
    ]
    if isinstance(metric, Ratio):
        return [*heads, *_effect_heads(visit, metric)]
    heads += [ColumnView(phrases("changed.amount"), unit), ColumnView(phrases("changed.growth"), "%", narrow=False)]  # fmt: skip
    if one.unreported:
        heads.append(ColumnView(phrases("changed.reporting"), unit))
    heads.append(ColumnView(phrases("changed.share"), points(visit)))
    return [*heads, ColumnView(phrases("column.coverage"), "%", narrow=False)]


def _effect_heads(visit: Visit, metric: Metric) -> list[ColumnView]:
    unit = amount_unit(metric, visit.lang)
    keys = ("changed.adds", "changed.within", "changed.between")
    return [ColumnView(visit.phrases(key), unit) for key in keys]


def _scale(visit: Visit, one: Found) -> wording.Scale | None:
    """Money and area are scaled; of persons and schools each one counts, so that a reader can add up the rows."""
    if one.metric.unit not in SCALED:
        return None
    every = [cell for each in one.cells.values() for cell in each]
    return wording.column_scale(one.metric, [one.then, one.now, *every], visit.lang)


def _place_rows(visit: Visit, one: Found, split: Split[int]) -> list[RowView]:
    """In the order of codes; what the places do not tell of last."""
    known = {line.key: line for line in split.lines}
    rows = [_place_row(visit, one, split, place, known.get(place)) for place in one.cells]
    return [*rows, *_rest(visit, one, split)]


def _place_row(visit: Visit, one: Found, split: Split[int], place: int, line: Line[int] | None) -> RowView:  # fmt: skip
    then, now = one.cells[place]
    scale = _scale(visit, one)
    values = [wording.cell_view(one.metric, cell, scale=scale) for cell in (then, now)]
    added = [CellView(symbol="not_applicable")] * 3 if line is None else _adds(visit, one, split, line)  # fmt: skip
    if isinstance(one.metric, Ratio):
        return RowView(visit.ladder.place(place).name(visit.lang), [*values, *added], visit.toward(place))  # fmt: skip
    if line is None:
        added = [CellView(symbol="not_applicable")] * (4 if one.unreported else 3)
    return RowView(visit.ladder.place(place).name(visit.lang), [*values, *added, _covers(then, now)], visit.toward(place))  # fmt: skip


def _adds(visit: Visit, one: Found, split: Split[int], line: Line[int]) -> list[CellView]:
    if isinstance(one.metric, Ratio):
        return effect_cells(visit.lang, one.metric, line)
    before = Fraction(line.pair.before.above)
    cells = [_amount(visit.lang, one.metric, line.amount), _percent(line.amount, before, 1)]
    if one.unreported:
        cells.append(_amount(visit.lang, one.metric, Fraction(one.reporting_at(line.key))))
    return [*cells, _percent(line.amount, split.before, 2)]


def effect_cells(lang: Lang, metric: Metric, line: Line[K]) -> list[CellView]:
    """What a part adds, within and between; the two are not told apart where it has a rate in one year only."""
    amounts = (line.amount, line.within, line.between)
    return [CellView(symbol="not_applicable") if each is None else _amount(lang, metric, each) for each in amounts]  # fmt: skip


def _amount(lang: Lang, metric: Metric, amount: Fraction) -> CellView:
    if isinstance(metric, Ratio):
        return wording.difference_cell(float(amount), metric.decimals + 1)
    return CellView(amount_text(metric, float(amount), lang), value=float(amount))


def _percent(amount: Fraction, of: Fraction, decimals: int) -> CellView:
    if not of:
        return CellView(symbol="not_applicable")
    return wording.difference_cell(float(amount * 100 / of), decimals)


def _covers(then: Cell, now: Cell) -> CellView:
    """Both years' coverage; marked where the two are too far apart to be compared."""
    shares = [cell.coverage for cell in (then, now)]
    if None in shares:
        return CellView(symbol="not_applicable")
    text = " → ".join(wording.share_text(share or 0.0)[:-1] for share in shares)
    apart = abs((shares[1] or 0.0) - (shares[0] or 0.0)) > wording.ALIKE
    return CellView(text, verdict="near" if apart else None)


def _whole(visit: Visit, one: Found, split: Split[int]) -> RowView:
    """The sum line: the whole as it was measured."""
    metric, name = one.metric, visit.place.name(visit.lang) if visit.place else ""
    scale = _scale(visit, one)
    cells = [wording.cell_view(metric, cell, scale=scale) for cell in (one.then, one.now)]
    if isinstance(metric, Ratio):
        cells += [_amount(visit.lang, metric, each) for each in (split.movement, split.within, split.between)]  # fmt: skip
        return RowView(name, cells, kind="total")
    cells += [
        _amount(visit.lang, metric, split.movement),
        _percent(split.movement, split.before, 1),
    ]
    if one.unreported:
        cells.append(_amount(visit.lang, metric, Fraction(one.by_reporting)))
    cells += [_percent(split.movement, split.before, 2), _covers(one.then, one.now)]
    return RowView(name, cells, kind="total")


def _rest(visit: Visit, one: Found, split: Split[int]) -> list[RowView]:
    """What stands in the whole and in no place below."""
    if split.rest is None:
        return []
    blank = CellView(symbol="not_applicable")
    cells = [blank, blank, _amount(visit.lang, one.metric, split.rest.amount), blank]
    if isinstance(one.metric, Ratio):
        return [RowView(visit.phrases("changed.rest"), [*cells, blank])]
    if one.unreported:
        cells.append(blank)
    return [RowView(visit.phrases("changed.rest"), [*cells, _percent(split.rest.amount, split.before, 2), blank])]  # fmt: skip


# -- by group


def groups_section(visit: Visit, one: Found) -> Element | None:
    """The same movement by specialty class, grade, sex …; None where the metric has no breakdown."""
    if one.broken is None or one.groups is None:
        return None
    phrases, broken, split = visit.phrases, one.broken, one.groups
    cut = broken.column.label.of(visit.lang)
    title = phrases("changed.groups", metric=one.metric.label.of(visit.lang), cut=cut)
    ordered = sorted(split.lines, key=lambda line: (-abs(line.amount), line.key))
    heads = [ColumnView(cut, kind="text"), *_group_heads(visit, one)]
    whole = RowView(phrases("compare.total"), _group_whole(visit, one, split), kind="total")
    rows = [RowView(broken.codes.labels[line.key].of(visit.lang), _group_cells(visit, one, split, line)) for line in ordered]  # fmt: skip
    if split.rest is not None:
        rows.append(RowView(phrases("changed.rest.group"), _group_cells(visit, one, split, split.rest)))  # fmt: skip
    view = SectionView("groups", title, _against(visit, one), switch=_switch(visit, broken), note=phrases("changed.note.groups"), defined=wording.defined(visit.address, one.metric, phrases))  # fmt: skip
    return section(view, table(TableView(title, heads, [whole, *rows]), phrases))


def _switch(visit: Visit, broken: Broken) -> SwitchView | None:
    choices = [
        ChoiceView(each.column.label.of(visit.lang), visit.address.to(view=each.cut) + "#groups", each == broken)
        for each in (Broken(broken.metric, cut) for cut in breakdowns(metric_named(broken.metric)))
    ]  # fmt: skip
    return SwitchView(visit.phrases("changed.groups.choose"), choices) if len(choices) > 1 else None


def _group_heads(visit: Visit, one: Found) -> list[ColumnView]:
    unit, phrases = amount_unit(one.metric, visit.lang), visit.phrases
    if isinstance(one.metric, Ratio):
        return _effect_heads(visit, one.metric)
    return [
        ColumnView(phrases("changed.amount"), unit), ColumnView(phrases("changed.growth"), "%"),
        ColumnView(phrases("changed.share"), points(visit)),
    ]  # fmt: skip


def _group_cells(visit: Visit, one: Found, split: Split[str], line: Line[K]) -> list[CellView]:
    if isinstance(one.metric, Ratio):
        return effect_cells(visit.lang, one.metric, line)
    before = Fraction(line.pair.before.above)
    return [_amount(visit.lang, one.metric, line.amount), _percent(line.amount, before, 1), _percent(line.amount, split.before, 2)]  # fmt: skip


def _group_whole(visit: Visit, one: Found, split: Split[str]) -> list[CellView]:
    if isinstance(one.metric, Ratio):
        return [_amount(visit.lang, one.metric, each) for each in (split.movement, split.within, split.between)]  # fmt: skip
    moved = split.movement
    return [_amount(visit.lang, one.metric, moved), _percent(moved, split.before, 1), _percent(moved, split.before, 2)]  # fmt: skip
