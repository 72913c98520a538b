"""A table as a map for each group, or as a heat map of places by metrics, each metric in classes of its own."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.page import Visit
from dashboards.parts.heat import HeatCell, HeatView, heat
from dashboards.parts.maps import MapsView, small_maps
from dashboards.parts.section import pictured
from dashboards.parts.tiles import POSITIONS
from dashboards.views import tiles, wording
from dashboards.views.build import TOTAL
from dashboards.views.build_fit import MOST_HEAT_ROWS, MOST_MAPS
from dashboards.views.build_grid import bounds, is_coloured
from dashboards.views.build_rows import twin
from dashboards.views.charted import Charted, Picture, Series, is_whole, sign
from metrics.discovery import metric
from metrics.metric import Direction, Metric

STEPS = 5  # shades


# -- a map for each group


def mapped_by_group(visit: Visit, drawn: Charted) -> Picture:
    """The provinces of one year, a map for each group in the order of the table, all in the same classes."""
    phrases = visit.phrases
    of_provinces = [one for one in drawn.series if one.place in POSITIONS]
    shown = Charted(drawn.words, drawn.metric, "maps", of_provinces, drawn.year)
    members = list(dict.fromkeys(one.member for one in of_provinces if one.member != TOTAL))
    places = list(dict.fromkeys(one.place for one in of_provinces))
    steps = bounds(shown)
    groups = [
        (drawn.words.member(member), tiles.drawn(visit, tiles.Mapped(drawn.metric, [(place, drawn.cell(Series(place, member), drawn.year)) for place in places], steps, drawn.scale)).tiles)
        for member in members[:MOST_MAPS]
    ]  # fmt: skip
    view = MapsView(groups, tiles.legend(drawn.metric, drawn.scale, phrases), tiles.class_names(steps, drawn.scale))  # fmt: skip
    said = [
        phrases("build.maps.shared"),
        phrases("build.maps.outside"),
        phrases("tiles.note").rstrip("。."),
    ]
    if len(members) > MOST_MAPS:
        said.append(phrases("build.maps.rest", shown=MOST_MAPS, n=len(members)))
    picture = pictured(small_maps(view, phrases), phrases, twin(shown))
    return Picture(picture, phrases("build.stop").join(said))


# -- places by metrics


def heated_by_metric(visit: Visit, drawn: Charted) -> Picture:
    """A row for each place and a column for each metric of one year, coloured within its column: darker is better where the metric has a better side."""
    words, phrases = drawn.words, visit.phrases
    names = words.table.ask.metrics
    member = TOTAL if TOTAL in words.table.members else words.table.members[0]
    rows = [Series(place, member) for place in _places(drawn)]
    columns = [column(drawn, rows, metric(name)) for name in names]
    lines = [
        (words.word("places", one.place), [column[at] for column in columns])
        for at, one in enumerate(rows[:MOST_HEAT_ROWS])
    ]
    view = HeatView(
        words.title, words.axis("places"), [wording.brief(metric(name), visit.lang) for name in names], lines, phrases("build.metrics.legend"),
        [phrases("build.metrics.low"), "", phrases("build.metrics.middle"), "", phrases("build.metrics.high")],
        [_sub(drawn, metric(name)) for name in names], [wording.defined(visit.address, metric(name), phrases) for name in names],
    )  # fmt: skip
    said = [phrases("build.metrics.note")]
    if member != TOTAL:
        said.append(phrases("build.metrics.group", group=words.member(member)))
    if len(rows) > MOST_HEAT_ROWS:
        said.append(phrases("build.heat.rest", shown=MOST_HEAT_ROWS, rows=len(rows)))
    return Picture(pictured(heat(view, phrases), phrases), phrases("build.stop").join(said))


def _places(drawn: Charted) -> list[int]:
    """Those that would not dwarf the others of a sum."""
    table = drawn.words.table
    sums = [one for one in map(metric, table.ask.metrics) if one.is_sum]
    return [place for place in table.places if not any(is_whole(drawn.words, one, place) for one in sums)]  # fmt: skip


def _sub(drawn: Charted, one: Metric) -> str:
    """The unit, and which way the colour goes."""
    phrases = drawn.words.phrases
    said = [drawn.words.unit(one.name), phrases(f"build.metrics.{one.direction.value}")]
    return phrases("list.meta").join(filter(None, said))


def column(drawn: Charted, rows: Sequence[Series], one: Metric) -> list[HeatCell]:
    """Classes over all years, so that a colour means the same in each."""
    scale = drawn.words.scales[one.name]
    known = (drawn.cell(row, year, one.name) for row in rows for year in drawn.years)
    steps = tiles.bounds_of(one, [cell.value for cell in known if is_coloured(cell) and cell.value is not None])  # fmt: skip
    found = []
    for row in rows:
        cell = drawn.cell(row, drawn.year, one.name)
        mark = wording.revised(cell)
        if (why := sign(cell)) or cell.value is None:
            found.append(HeatCell(symbol=why, mark=mark))
            continue
        step = shade(cell.value, steps, one.direction) if is_coloured(cell) else None
        found.append(HeatCell(scale.text(cell.value), step=step, mark=mark))
    return found


def shade(value: float, steps: Sequence[float], direction: Direction) -> int:
    """Which of the five shades: the classes spread over them, the darkest the best where lower is better too."""
    if not steps:
        return (STEPS + 1) // 2
    share = (tiles.class_of(value, steps) - 1) / len(steps)
    return 1 + round((1 - share if direction is Direction.DOWN else share) * (STEPS - 1))
