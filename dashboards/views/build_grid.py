"""A table as a map of provinces or as a heat map: one metric in classes of colour."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards import element as e
from dashboards.page import Visit
from dashboards.parts.heat import HeatCell, HeatView, heat
from dashboards.parts.section import pictured
from dashboards.parts.table import data_table
from dashboards.parts.tiles import POSITIONS, tile_map
from dashboards.views import tiles, wording
from dashboards.views.build import TOTAL
from dashboards.views.build_fit import MOST_HEAT_COLUMNS, MOST_HEAT_ROWS
from dashboards.views.build_rows import twin
from dashboards.views.charted import Charted, Picture, Series, sign
from metrics.metric import Share
from metrics.question import Cell


def bounds(drawn: Charted) -> tuple[float, ...]:
    """Bounds over all years, so that a colour means the same in each: made of numbers that are printed, and of no other."""
    cells = (drawn.cell(one, year) for one in drawn.series for year in drawn.years)
    return tiles.bounds_of(drawn.metric, [cell.value for cell in cells if is_coloured(cell) and cell.value is not None])  # fmt: skip


def is_coloured(cell: Cell) -> bool:
    return wording.is_shown(cell) and wording.is_covered(cell)


def mapped(visit: Visit, drawn: Charted) -> Picture:
    """The tiles of one year, of all groups together."""
    whole = Charted(drawn.words, drawn.metric, "map", [Series(place) for place in drawn.words.table.places if place in POSITIONS], drawn.year)  # fmt: skip
    cells = [(one.place, whole.cell(one, whole.year)) for one in whole.series]
    limit = wording.limit_of(visit, drawn.metric)
    target = limit if isinstance(drawn.metric, Share) else None
    view = tiles.drawn(visit, tiles.Mapped(drawn.metric, cells, bounds(whole), drawn.scale, target))
    return Picture(e.div(tile_map(view, visit.phrases), data_table(twin(whole), visit.phrases)))


def heated(visit: Visit, drawn: Charted) -> Picture:
    """Places by years; where there are groups, places or years by groups."""
    words, phrases = drawn.words, visit.phrases
    rows, columns, steps = _rows(drawn), _columns(drawn), bounds(drawn)
    lines = [
        (drawn.name(one) if not is_by_group(drawn) else words.word("places", one.place), [_cell(drawn, one if member is None else Series(one.place, member), year, steps) for member, year in columns])
        for one in rows[:MOST_HEAT_ROWS]
    ]  # fmt: skip
    heads = [words.word("years", year) if member is None else words.member(member) for member, year in columns]  # fmt: skip
    corner = words.axis("members" if words.table.codes and not is_by_group(drawn) else "places")
    legend = tiles.legend(drawn.metric, drawn.scale, phrases)
    view = HeatView(words.title, corner, heads, lines, legend, tiles.class_names(steps, drawn.scale))  # fmt: skip
    rest = len(rows) > MOST_HEAT_ROWS
    note = phrases("build.heat.rest", shown=MOST_HEAT_ROWS, rows=len(rows)) if rest else ""
    return Picture(pictured(heat(view, phrases), phrases), note)


def is_by_group(drawn: Charted) -> bool:
    """Whether the groups run across: where there are several of both places and groups; the years are then seen one at a time."""
    members = {one.member for one in drawn.series}
    return len(members) > 1 and len({one.place for one in drawn.series}) > 1


def _rows(drawn: Charted) -> Sequence[Series]:
    if not is_by_group(drawn):
        return drawn.series
    return [Series(place) for place in dict.fromkeys(one.place for one in drawn.series)]


def _columns(drawn: Charted) -> list[tuple[str | None, int]]:
    """Each column's group (None: that of the row) and year."""
    if is_by_group(drawn):
        members = dict.fromkeys(one.member for one in drawn.series if one.member != TOTAL)
        return [(member, drawn.year) for member in list(members)[:MOST_HEAT_COLUMNS]]
    return [(None, year) for year in drawn.years[-MOST_HEAT_COLUMNS:]]


def _cell(drawn: Charted, one: Series, year: int, steps: Sequence[float]) -> HeatCell:
    cell = drawn.cell(one, year)
    if (why := sign(cell)) or cell.value is None:
        return HeatCell(symbol=why, mark=wording.revised(cell))
    step = tiles.class_of(cell.value, steps) if is_coloured(cell) else None
    return HeatCell(drawn.scale.text(cell.value), step=step, mark=wording.revised(cell))
