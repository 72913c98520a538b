"""A table as small multiples, or as two to six places side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from math import ceil, floor, log10

from dashboards.i18n import Phrases
from dashboards.numbers import MINUS
from dashboards.page import Visit
from dashboards.parts.cell import SIGNS, CellView
from dashboards.parts.marks import SHAPES, StripView
from dashboards.parts.multiples import BarView, MultiplesView, PanelView, PointView, multiples
from dashboards.parts.section import pictured
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views import tiles, wording
from dashboards.views.build import TOTAL
from dashboards.views.build_fit import MOST_PANELS
from dashboards.views.build_rows import sentence, twin
from dashboards.views.charted import Charted, Picture, Series, scaled, sign
from metrics.discovery import metric
from metrics.metric import Metric
from metrics.question import Cell

ROOM = 0.05  # of a step, above the highest value


# -- small multiples


def panels(visit: Visit, drawn: Charted) -> Picture:
    """A panel for each series over the years on one scale; of a single series one for each metric on its own; of one year bars of its groups."""
    if len(drawn.years) == 1:
        made, note = _bar_panels(drawn), "build.multiples.shared"
    elif len(drawn.series) == 1:
        made, note = _metric_panels(visit, drawn), "build.multiples.own"
    else:
        made, note = _series_panels(visit, drawn), "build.multiples.shared"
    view = MultiplesView(sentence(visit, drawn), made[:MOST_PANELS], (str(drawn.years[0]), str(drawn.years[-1])), visit.address.basis == "submitted")  # fmt: skip
    said = [visit.phrases(note)]
    limit = wording.limit_of(visit, drawn.metric)
    if limit and any(panel.limit is not None for panel in made):
        words = wording.limit_text(limit, drawn.metric, visit.lang)
        said.append(visit.phrases("build.multiples.limit", limit=words))
    if len(drawn.years) > 1 and visit.address.basis == "submitted":
        said.append(visit.phrases("build.multiples.hollow"))
    if len(made) > MOST_PANELS:
        said.append(visit.phrases("build.multiples.rest", shown=MOST_PANELS, n=len(made)))
    shown = twin(drawn) if note == "build.multiples.shared" else _metrics_twin(drawn)
    return Picture(pictured(multiples(view), visit.phrases, shown), visit.phrases("build.stop").join(said))  # fmt: skip


def _series_panels(visit: Visit, drawn: Charted) -> list[PanelView]:
    """In the order of the table, so that no place stands by its value."""
    values = [value for one in drawn.series for year in drawn.years if (value := drawn.value(one, year)) is not None]  # fmt: skip
    limit = wording.limit_of(visit, drawn.metric)
    at = limit.value / drawn.scale.divisor if limit else None
    ends = _ends(drawn.metric, values)
    return [_panel(drawn, one, drawn.metric, ends, at)._replace(name=drawn.name(one)) for one in drawn.series]  # fmt: skip


def _metric_panels(visit: Visit, drawn: Charted) -> list[PanelView]:
    found = []
    for name in drawn.words.table.ask.metrics:
        one, scale = metric(name), drawn.words.scales[name]
        values = [value for year in drawn.years if (value := scaled(drawn.cell(drawn.series[0], year, name), scale)) is not None]  # fmt: skip
        panel = _panel(drawn, drawn.series[0], one, _ends(one, values), None)
        found.append(panel._replace(name=wording.brief(one, visit.lang), unit=scale.unit))
    return found


def _panel(drawn: Charted, one: Series, of: Metric, ends: tuple[float, float], limit: float | None) -> PanelView:  # fmt: skip
    """A panel without its name; the limit is drawn where it lies within the ends."""
    scale = drawn.words.scales[of.name]
    cells = [drawn.cell(one, year, of.name) for year in drawn.years]
    low, high = ends
    points = [PointView(_share(value, ends) if (value := scaled(cell, scale)) is not None else None, sign(cell)) for cell in cells]  # fmt: skip
    return PanelView(
        "", _printed(cells[-1], scale), ends=(tiles.short_number(low), tiles.short_number(high)), points=points,
        limit=_share(limit, ends) if limit is not None and low <= limit <= high else None,
    )  # fmt: skip


def _printed(cell: Cell, scale: wording.Scale) -> str:
    why = sign(cell)
    said = SIGNS[why] if why or cell.value is None else scale.text(cell.value)
    return f"{said} {wording.revised(cell)}".strip()


def _ends(one: Metric, values: Sequence[float]) -> tuple[float, float]:
    """Round ends of a scale. What grows with the units that report begins at zero; a ratio around its values."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    low = min(low, 0.0) if one.is_sum else low
    step = 10.0 ** floor(log10(high - low or abs(high) or 1.0)) / 2
    return floor(low / step) * step, ceil(high / step + ROOM) * step


def _share(value: float, ends: tuple[float, float]) -> float:
    low, high = ends
    return round((value - low) * 100 / ((high - low) or 1.0), 2)


def _bar_panels(drawn: Charted) -> list[PanelView]:
    """Of one year: a panel for each place, with a bar for each group, all from zero to the longest."""
    values = [value for one in drawn.series if (value := drawn.value(one, drawn.year)) is not None]
    most = max((abs(value) for value in values), default=0.0) or 1.0
    found = []
    for place, group in groupby(drawn.series, key=lambda one: one.place):
        bars = [_bar(drawn, one, most) for one in group]
        whole = drawn.cell(Series(place), drawn.year)
        has_total = TOTAL in drawn.words.table.members
        printed = _printed(whole, drawn.scale) if has_total else ""
        found.append(PanelView(drawn.words.word("places", place), printed, bars=bars))
    return found


def _bar(drawn: Charted, one: Series, most: float) -> BarView:
    cell, value = drawn.cell(one, drawn.year), drawn.value(one, drawn.year)
    share = None if value is None else round(max(value, 0.0) * 100 / most, 2)
    return BarView(drawn.words.member(one.member), share, _printed(cell, drawn.scale))


def _metrics_twin(drawn: Charted) -> TableView:
    words = drawn.words
    heads = [ColumnView(words.axis("metrics"), kind="text"), *(ColumnView(words.word("years", year)) for year in drawn.years)]  # fmt: skip
    rows = [
        RowView(
            wording.brief(metric(name), words.phrases.lang),
            [wording.cell_view(metric(name), drawn.cell(drawn.series[0], year, name), scale=words.scales[name]) for year in drawn.years],
            unit=words.unit(name),
            defined=words.defined("metrics", name),
        )
        for name in words.table.ask.metrics
    ]  # fmt: skip
    return TableView(words.title, heads, rows)


# -- side by side


def beside(visit: Visit, drawn: Charted) -> Picture:
    """A row for each metric, or for each group of one metric: every place's number, and how it differs from the first place's in words."""
    words, places = drawn.words, drawn.words.table.places
    names = [words.word("places", place) for place in places]
    heads = [ColumnView(words.axis("metrics" if len(words.table.ask.metrics) > 1 else "members"), kind="text")]  # fmt: skip
    heads += [ColumnView(visit.phrases("build.beside.strip"), kind="text", narrow=False)]
    heads += [ColumnView(f"{SHAPES[at]} {name}") for at, name in enumerate(names)]
    shown = TableView(words.title, heads, _beside_rows(drawn), "beside6")
    note = visit.phrases("build.beside.note", first=names[0], year=words.word("years", drawn.year))
    return Picture(pictured(table(shown, visit.phrases), visit.phrases), note)


def _beside_rows(drawn: Charted) -> list[RowView]:
    words = drawn.words
    if len(words.table.ask.metrics) > 1:
        member = TOTAL if TOTAL in words.table.members else words.table.members[0]
        return [
            _beside_row(drawn, metric(name), member, RowView(wording.brief(metric(name), words.phrases.lang), unit=words.unit(name), defined=words.defined("metrics", name)))
            for name in words.table.ask.metrics
        ]  # fmt: skip
    return [_beside_row(drawn, drawn.metric, member, RowView(words.member(member), unit=drawn.scale.unit)) for member in words.table.members]  # fmt: skip


def _beside_row(drawn: Charted, of: Metric, member: str, head: RowView) -> RowView:
    scale = drawn.words.scales[of.name]
    cells = [drawn.cell(Series(place, member), drawn.year, of.name) for place in drawn.words.table.places]  # fmt: skip
    values = [scaled(cell, scale) for cell in cells]
    wholes = _wholes(drawn, of)
    drawn_at = {at: value for at, value in enumerate(values) if value is not None and at not in wholes}  # fmt: skip
    ends = (min(drawn_at.values(), default=0.0), max(drawn_at.values(), default=1.0))
    points = [(_share(value, ends) if ends[0] < ends[1] else 50.0, at) for at, value in drawn_at.items()]  # fmt: skip
    first, *others = cells
    told = [wording.cell_view(of, first, scale=scale), *(_against(drawn.words.phrases, of, cell, first, scale, is_part=at + 1 in wholes.get(0, ())) for at, cell in enumerate(others))]  # fmt: skip
    return replace(head, cells=[StripView(points), *told])


def _wholes(drawn: Charted, of: Metric) -> dict[int, set[int]]:
    """Of a sum, the places that others beside them are parts of, with these parts: on the strip they would push all others into a corner."""
    if not of.is_sum:
        return {}
    places, ladder = drawn.words.table.places, drawn.words.ladder
    above = [set(ladder.ancestors(place)) for place in places]
    found = {at: {other for other, line in enumerate(above) if place in line} for at, place in enumerate(places)}  # fmt: skip
    return {at: parts for at, parts in found.items() if parts}


def _against(
    phrases: Phrases, of: Metric, cell: Cell, first: Cell, scale: wording.Scale, *, is_part: bool = False
) -> CellView:  # fmt: skip
    """A number, and by how much it is more or less than the first place's: in percent where it is a sum; of a part its share. Not where either is missing."""
    view = wording.cell_view(of, cell, scale=scale)
    if not (wording.is_shown(cell) and wording.is_shown(first)):
        return view
    if is_part and first.value and cell.value is not None:
        share = wording.share_text(cell.value / first.value)
        return _beside_note(view, phrases("build.beside.part", share=share))
    found = wording.change(of, cell, first, phrases)
    if found is None:
        return _beside_note(view, phrases("build.beside.apart"))
    by = found.text.lstrip(f"+{MINUS}")
    if not by.split()[0].strip("0.%") or not found.amount:
        return _beside_note(view, phrases("build.beside.same"))
    way = ("more" if found.amount > 0 else "less") if of.is_sum else ("higher" if found.amount > 0 else "lower")  # fmt: skip
    return _beside_note(view, phrases(f"build.beside.{way}", by=by))


def _beside_note(view: CellView, said: str) -> CellView:
    """The mark of a revision stands before what is said of the number."""
    return view._replace(note=f"{view.note} · {said}" if view.note else said)
