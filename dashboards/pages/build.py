"""制表: an analyst's table, put together in five steps; the address is the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.builder import builder, given, pairs
from dashboards.parts.cell import CellView
from dashboards.parts.crosstab import crosstab
from dashboards.parts.section import SectionView, column, empty, grid, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views import build, build_chart, build_saved, build_steps, build_taken, wording
from dashboards.views.build_large import large_section, slow_section
from dashboards.views.build_salvaged import salvaged
from dashboards.views.domain import covers
from metrics.errors import BadTable, NotForPublication, TakesLong, TooFine
from metrics.tables.ask import Ask
from metrics.tables.build import size
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    """The steps beside the table; where a word of the address says nothing, the steps by all others beside the reason."""
    try:
        ask = build.asked(visit)
        large = size(ask, visit.ladder)
        if large.is_too_large:
            return _without(visit, ask, large_section(visit, ask, large))
        try:
            return _drawn(visit, ask)
        except TakesLong as problem:
            return _without(visit, ask, slow_section(visit, ask, large, problem.seconds))
    except NotForPublication as problem:
        view, ask = SectionView("preview", visit.phrases("build.opened")), build.asked(visit)
        why = section(view, empty(problem.of(visit.lang)), build_taken.opened(visit, ask))
        return _without(visit, ask, why)
    except (BadTable, TooFine) as problem:
        view = SectionView("preview", visit.phrases("build.bad"))
        left = salvaged(visit)
        return _without(left, build.asked(left), section(view, empty(problem.of(visit.lang))))


def _without(visit: Visit, ask: Ask, instead: Element) -> Drawn:
    """The steps beside what stands in place of a table; there is no workbook of it."""
    return Drawn(title=visit.phrases("build.title"), body=[_laid(visit, ask, [instead])], book="")


def _drawn(visit: Visit, ask: Ask) -> Drawn:
    words = build.Words(
        build.made(visit, ask),
        visit.ladder,
        visit.phrases,
        visit.address,
    )
    body = [
        _preview(visit, words),
        build_chart.chart_section(visit, words),
        _taken(visit, words),
        _definitions(visit, words),
    ]
    drawn = Drawn(
        title=words.title,
        body=[_laid(visit, ask, body)],
        book=build_taken.file_of(visit, words, "xlsx"),
    )
    return covered(drawn, words)


def covered(drawn: Drawn, words: build.Words) -> Drawn:
    """With how many schools have reported for the newest year: of several places the one where fewest have, by its name."""
    found = build.least_covered(words.table, words.table.ask.years[-1:])
    if found is None:
        return drawn
    at, cell = found
    is_least = len(words.table.values["places"]) > 1 and (cell.coverage or 0.0) < 1
    place = words.word("places", at.place) if is_least else ""
    return replace(drawn, coverage=cell, covers=covers(at.metric), covers_of=place)


def _laid(visit: Visit, ask: Ask, body: Sequence[Child]) -> Element:
    head = e.header(e.h1(visit.phrases("build.title")), e.p(visit.phrases("build.about"), cls="m"))
    steps = builder(build_steps.builder_view(visit, ask), visit.phrases)
    return e.div(
        column(3, head, steps, build_saved.saved_section(visit)), column(9, *body), cls="grid built"
    )


def _preview(visit: Visit, words: build.Words) -> Element:
    rest = build.left_out(words)
    opened = (
        visit.phrases(f"build.opened.{words.table.ask.opened}") if words.table.ask.opened else ""
    )
    note = " ".join(filter(None, (opened, rest, build.lacking(words))))
    view = SectionView(
        "preview",
        visit.phrases("build.opened" if opened else "build.preview"),
        build.counted(words),
        say=words.title,
        note=note,
    )
    return section(view, crosstab(build.crosstab(words), visit.phrases))


def _taken(visit: Visit, words: build.Words) -> Element:
    """How it is taken away: as a file, or as a link."""
    phrases = visit.phrases
    files = SectionView(
        "files",
        phrases("build.files"),
        phrases("build.files.meta"),
        width=6,
        note=phrases("build.files.note"),
    )
    fixed = SectionView("fixed", phrases("build.fixed"), phrases("build.fixed.meta"), width=6)
    facts = build_taken.facts(visit, words)
    return grid(
        section(
            files,
            given(build_taken.files(visit, words)),
            build_taken.opened(visit, words.table.ask),
        ),
        section(
            fixed,
            pairs(facts),
            build_saved.save_form(visit, words),
            build_saved.subscribe_link(visit, words),
        ),
    )


def _definitions(visit: Visit, words: build.Words) -> Element:
    phrases = visit.phrases
    heads = [
        ColumnView(phrases(f"build.definition.{name}"), kind="text")
        for name in ("metric", "text", "unit", "period")
    ]
    rows = [
        RowView(
            one.label.of(visit.lang),
            [CellView(text), CellView(one.unit.label.of(visit.lang)), CellView(period)],
            defined=wording.defined(visit.address, one, visit.phrases),
        )
        for one, text, period in build.definitions(words)
    ]
    title = phrases("build.definitions")
    return section(
        SectionView("definitions", title),
        table(TableView(title, heads, rows, cls="prose"), phrases),
    )


page = Page(name="build", rungs=tuple(Rung), draw=draw, menu=4, is_kept=False)
