"""Lines over the years, and dots or bars one below the other, of a table."""

from __future__ import annotations

from dashboards.charts.rows import LineView, RowsView, height, rows
from dashboards.charts.trend import LineView as YearsView
from dashboards.charts.trend import TrendView, trend
from dashboards.page import Visit
from dashboards.parts.cell import SIGNS
from dashboards.parts.section import ChartView, chart
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import wording
from dashboards.views.charted import Charted, Picture, Series, sign

LINES_PX = 300
LABEL = 12  # letters beside the end of a line; a Chinese one is as wide as two
NAMES = 3  # of series without a number, named below


def sentence(visit: Visit, drawn: Charted) -> str:
    """What a chart shows, for those who do not see it."""
    return visit.phrases("build.chart.says", title=drawn.metric.label.of(visit.lang), n=len(drawn.series))  # fmt: skip


def lines(visit: Visit, drawn: Charted) -> Picture:
    """A line for each series, with its newest number at its end."""
    figure = trend(_lines(visit, drawn), visit.address.theme, LINES_PX)
    view = ChartView(figure, sentence(visit, drawn), twin(drawn), LINES_PX)
    return Picture(chart(view, visit.phrases), _undrawn(visit, drawn))


def _lines(visit: Visit, drawn: Charted) -> TrendView:
    made = []
    for at, one in enumerate(drawn.series):
        values = [drawn.value(one, year) for year in drawn.years]
        last = next((value for value in reversed(values) if value is not None), None)
        name = short(drawn.name(one))
        label = name if last is None else f"{name} {drawn.scale.text(last * drawn.scale.divisor)}"
        made.append(YearsView(label, values, "own" if at == 0 else "parent"))
    limit = wording.limit_of(visit, drawn.metric)
    return TrendView(
        labels=[str(year) for year in drawn.years], lines=made, unit=drawn.scale.unit, decimals=drawn.scale.decimals,
        limit=limit.value / drawn.scale.divisor if limit else None, limit_text=wording.limit_text(limit, drawn.metric, visit.lang) if limit else "",
        preliminary=visit.address.basis == "submitted", preliminary_text=visit.phrases("chart.preliminary"),
    )  # fmt: skip


def _undrawn(visit: Visit, drawn: Charted) -> str:
    """The series of which there is no number in any year, with their signs."""
    empty = [one for one in drawn.series if all(drawn.value(one, year) is None for year in drawn.years)]  # fmt: skip
    if not empty:
        return ""
    named = [f"{drawn.name(one)} {SIGNS.get(sign(drawn.cell(one, drawn.years[-1])), '')}" for one in empty[:NAMES]]  # fmt: skip
    names = visit.phrases("build.and").join(named)
    said = names if len(empty) <= NAMES else visit.phrases("build.more", listed=names, n=len(empty))
    return visit.phrases("build.chart.undrawn", names=said)


def short(name: str) -> str:
    """A name as far as it fits beside a line; the table has it in full."""
    room = LABEL
    for at, letter in enumerate(name):
        room -= 2 if letter > "\u00ff" else 1
        if room < 0:
            return f"{name[:at]}…"
    return name


def dots(visit: Visit, drawn: Charted) -> Picture:
    """A row for each series; a dot tells the first year too."""
    view = _rows(visit, drawn)
    made = ChartView(rows(view, visit.address.theme), sentence(visit, drawn), twin(drawn), height(view))  # fmt: skip
    if drawn.kind != "dots" or drawn.first == drawn.years[-1]:
        return Picture(chart(made, visit.phrases))
    first, last = (drawn.words.word("years", year) for year in (drawn.first, drawn.years[-1]))
    return Picture(chart(made, visit.phrases), visit.phrases("build.chart.rings", first=first, last=last))  # fmt: skip


def _rows(visit: Visit, drawn: Charted) -> RowsView:
    """Largest first; what has no number stands below in the order of the table, so that its place tells nothing of it."""
    first, last = drawn.first, drawn.years[-1]
    several = drawn.kind == "dots" and first != last
    classed = [(drawn.cell(one, last).sort_class, _row(visit, drawn, one, first if several else None)) for one in drawn.series]  # fmt: skip
    classed.sort(key=lambda pair: (pair[1].now is None, pair[0], -(pair[1].now or 0.0)))
    made = [row for _, row in classed]
    limit = wording.limit_of(visit, drawn.metric)
    said = (
        (limit.value / drawn.scale.divisor, wording.limit_text(limit, drawn.metric, visit.lang))
        if limit
        else None
    )
    kind = "dot" if drawn.kind == "dots" else "bar"
    return RowsView(made, kind, drawn.scale.decimals, drawn.scale.unit, limit=said)


def _row(visit: Visit, drawn: Charted, one: Series, first: int | None) -> LineView:
    now = drawn.cell(one, drawn.years[-1])
    why = sign(now)
    said = f"{SIGNS[why]} {visit.phrases(f'symbol.{why}.brief')}" if why else ""
    before = drawn.value(one, first) if first is not None else None
    return LineView(drawn.name(one), drawn.value(one, drawn.years[-1]), before, said)


def twin(drawn: Charted) -> TableView:
    """The numbers behind it."""
    words = drawn.words
    heads = [ColumnView(words.axis("members" if words.table.codes else "places"), kind="text")]
    heads += [ColumnView(words.word("years", year), drawn.scale.unit) for year in drawn.years]
    made = [
        RowView(drawn.name(one), [wording.cell_view(drawn.metric, drawn.cell(one, year), scale=drawn.scale) for year in drawn.years])
        for one in drawn.series
    ]  # fmt: skip
    return TableView(drawn.metric.label.of(words.phrases.lang), heads, made)
