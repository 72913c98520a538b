"""The chart of a table: the kind that fits or that the reader chose, why, and what else there is to choose."""

from __future__ import annotations

from dashboards import element as e
from dashboards.address import Chart
from dashboards.element import Child, Element
from dashboards.page import Visit
from dashboards.parts.section import (
    ChoiceView,
    SectionView,
    SwitchView,
    empty,
    section,
    switch,
)
from dashboards.views import build_fit, build_grid, build_maps, build_panels, build_rows, wording
from dashboards.views.build import Words
from dashboards.views.build_fit import Shape
from dashboards.views.build_steps import address_of
from dashboards.views.charted import Charted, charted, chosen_metric, series, shape_of
from metrics.discovery import metric

DRAWING = {
    "map": build_grid.mapped, "heat": build_grid.heated, "lines": build_rows.lines, "dots": build_rows.dots, "bars": build_rows.dots,
    "multiples": build_panels.panels, "beside": build_panels.beside, "maps": build_maps.mapped_by_group, "metrics": build_maps.heated_by_metric,
}  # fmt: skip
OF_ONE_YEAR = ("map", "maps", "beside", "metrics")


def chart_section(visit: Visit, words: Words) -> Element:
    """The chart with its table; a line that says so where nothing fits."""
    one = chosen_metric(visit, words)
    shape = shape_of(words, one, series(words, one))
    drawn = charted(visit, words)
    if drawn is None:
        why = build_fit.why_not("heat", shape)
        return section(
            SectionView("chart", visit.phrases("build.chart")),
            empty(visit.phrases(f"build.unfit.{why}")),
        )
    is_one = not is_of_all_metrics(drawn)
    title = visit.phrases("build.chart.of", metric=drawn.metric.label.of(visit.lang)) if is_one else visit.phrases(f"build.chart.{drawn.kind}.title")  # fmt: skip
    picture = DRAWING[drawn.kind](visit, drawn)
    view = SectionView(
        "chart", title, _meta(visit, drawn) if is_one else "", switch=_kinds(visit, drawn, shape), note=picture.note,
        defined=wording.defined(visit.address, drawn.metric, visit.phrases) if is_one else None,
    )  # fmt: skip
    return section(view, _why(visit, drawn, shape), _choices(visit, drawn), picture.drawn)


def is_of_all_metrics(drawn: Charted) -> bool:
    """Whether the chart shows every metric of the table, so that there is none to choose."""
    several = len(drawn.words.table.ask.metrics) > 1
    alone = len(drawn.series) == 1 and len(drawn.years) > 1
    return several and (
        drawn.kind in ("beside", "metrics") or (drawn.kind == "multiples" and alone)
    )


def is_of_one_year(drawn: Charted) -> bool:
    return drawn.kind in OF_ONE_YEAR or (drawn.kind == "heat" and build_grid.is_by_group(drawn))


def _meta(visit: Visit, drawn: Charted) -> str:
    """The unit, and the year of a chart of one."""
    if not is_of_one_year(drawn):
        return drawn.scale.unit
    said = [drawn.scale.unit, wording.period(drawn.metric, drawn.year, visit.phrases)]
    return visit.phrases("list.meta").join(word for word in said if word)


def _kinds(visit: Visit, drawn: Charted, shape: Shape) -> SwitchView:
    """By itself, and every kind that fits."""
    asked = visit.address.chart
    best = build_fit.best(shape)
    word = visit.phrases(f"build.chart.{best}")
    choices = [ChoiceView(visit.phrases("build.chart.auto", kind=word), visit.address.to(chart=""), not asked or asked != drawn.kind)]  # fmt: skip
    choices += [
        ChoiceView(visit.phrases(f"build.chart.{kind}"), visit.address.to(chart=kind), asked == drawn.kind == kind)
        for kind in build_fit.fitting(shape)
    ]  # fmt: skip
    return SwitchView(visit.phrases("build.chart.kind"), choices)


def _why(visit: Visit, drawn: Charted, shape: Shape) -> Element | None:
    """Why it is this kind, in a sentence; where the address asks for one that does not fit, why it does not."""
    asked: Chart | str = visit.address.chart
    said = {"provinces": shape.provinces, "n": shape.series, "places": shape.places, "years": shape.years, "metrics": shape.metrics}  # fmt: skip
    fit = visit.phrases(f"build.fit.{drawn.kind}", **said)
    if asked == drawn.kind:
        return None
    if asked:
        reason = visit.phrases(f"build.unfit.{build_fit.why_not(visit.address.chart or 'map', shape)}")  # fmt: skip
        fit = visit.phrases("build.fit.instead", why=reason, fit=fit)
    return e.p(fit, cls="m fit")


def _choices(visit: Visit, drawn: Charted) -> Element | None:
    """Which metric is drawn, and of which year, where there are several."""
    found: list[Child] = []
    names, years = drawn.words.table.ask.metrics, drawn.years
    if len(names) > 1 and not is_of_all_metrics(drawn):
        choices = [ChoiceView(wording.brief(metric(name), visit.lang), visit.address.to(metric=name), name == drawn.metric.name) for name in names]  # fmt: skip
        found.append(switch(SwitchView(visit.phrases("build.axis.metrics"), choices)))
    if len(years) > 1 and is_of_one_year(drawn):
        ask = drawn.words.table.ask
        choices = [ChoiceView(str(year), address_of(visit, ask, year=year), year == drawn.year) for year in years]  # fmt: skip
        found.append(switch(SwitchView(visit.phrases("build.axis.years"), choices)))
    return e.div(*found, cls="picks") if found else None
