"""Where one number comes from: its parts, the sheets behind them at a school, the places it was added up from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards.element import Element
from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.lineage import (
    LineageView,
    PartView,
    lineage,
)
from dashboards.parts.table import ColumnView, RowView, TableView, part
from dashboards.views import questions, sheets, wording
from dashboards.views.domain import covers
from dashboards.views.kpis import state
from metrics.discovery import metrics
from metrics.lineage import Lineage, Term, trace
from metrics.metric import Metric
from metrics.question import Answers, Cell
from metrics.sheets import Source
from warehouse.discovery import form as form_named
from warehouse.form import Column
from warehouse.law import Force
from warehouse.places import Rung

MOST_CHILDREN = 40
Titled = tuple[str, TableView, str]


def panel(visit: Visit) -> Element | None:
    """The panel beside the page, when the address opens a number."""
    if visit.place is None or visit.address.source not in metrics():
        return None
    asked = visit.asking.dated(questions.single(visit, visit.address.source))
    found = trace(visit.reader, visit.audience, asked, visit.at)
    return lineage(view(visit, found), visit.phrases)


def view(visit: Visit, found: Lineage) -> LineageView:
    """Everything the panel shows."""
    metric, lang = found.metric, visit.lang
    shown = found.cell.value is not None and wording.is_shown(found.cell)
    unit = wording.shown(metric, found.cell.value or 0.0, lang).unit if shown else ""
    return LineageView(
        metric=metric.label.of(lang),
        place=visit.place.name(lang) if visit.place else "",
        date=wording.period(metric, visit.year, visit.phrases),
        back_href=visit.address.to(source=""),
        result=_result(visit, metric, found.cell),
        unit=unit,
        parts=list(_parts(visit, found.terms)),
        definition=[metric.definition.of(lang), *_coverage(visit, metric, found.cell)],
        limit=_limit(visit, metric),
        definition_href=f"{visit.address.to(page='catalogue', place=None, source='', sort='', all='', metric=metric.name)}",
        tables=[
            *sheets.revisions(visit, found),
            *_children(visit, found),
            *_ancestors(visit, metric),
        ],
        facts=_hashes(visit, found),
        state=state(visit),
    )


def _result(visit: Visit, metric: Metric, cell: Cell) -> CellView:
    if cell.value is None or not wording.is_shown(cell):
        return CellView(symbol=wording.symbol(cell), note=wording.revised(cell))
    text = wording.shown(metric, cell.value, visit.lang).text
    return CellView(text, value=cell.value, note=wording.revised(cell))


def _coverage(visit: Visit, metric: Metric, cell: Cell) -> list[str]:
    if cell.coverage is None or _is_school(visit):
        return []
    counted = "source.returns" if covers(metric.name) == "returns" else "source.coverage"
    words = visit.phrases(
        visit.of_basis(counted),
        units=plain(cell.units),
        due=plain(cell.due),
        share=wording.share_text(cell.coverage),
    )
    return [words, *([visit.phrases("source.uneven")] if cell.is_uneven else [])]


def _limit(visit: Visit, metric: Metric) -> str:
    """The limit with its force and its legal basis."""
    found = wording.limit_of(visit, metric, visit.addressee)
    if found is None:
        return ""
    text = wording.limit_text(found, metric, visit.lang)
    words = visit.phrases("kpi.target" if found.force is Force.TARGET else "kpi.limit", limit=text)
    basis = visit.phrases(
        "source.basis",
        limit=words,
        force=visit.phrases(f"force.{found.force.value}"),
        basis=found.basis.of(visit.lang),
    )
    return f"{basis} {found.note.of(visit.lang)}".strip()


def _is_school(visit: Visit) -> bool:
    return visit.place is not None and visit.ladder.rung(visit.place.place_id) is Rung.SCHOOL


def _parts(visit: Visit, terms: Sequence[Term]) -> Iterator[PartView]:
    """Each part with its sheets; those that stand under an earlier part are not repeated."""
    shown: set[_Key] = set()
    for number, term in enumerate(terms):
        fresh = [one for one in term.sources if _key(one) not in shown]
        yield _part(visit, number, terms, fresh)
        shown.update(map(_key, term.sources))


_Key = tuple[str, str, int, tuple[int, ...]]


def _key(one: Source) -> _Key:
    """Which rows of which column it is."""
    return one.form, one.column, one.year, tuple(row.number for row in one.rows)


def _part(visit: Visit, number: int, terms: Sequence[Term], fresh: Sequence[Source]) -> PartView:
    term = terms[number]
    column = column_of(term)
    unit = column.unit.of(visit.lang) if column else ""
    again = [(visit.phrases("source.sheets"), visit.phrases("source.above_too"))]
    return PartView(
        name=term.label.of(visit.lang),
        value=_value(term.cell),
        unit=unit,
        role=_role(number, term, terms),
        facts=[*_of_year(visit, term), *(again if len(fresh) < len(term.sources) else [])],
        sheets=[sheets.view(visit, one, is_alone=len(term.sources) == 1) for one in fresh],
    )


def column_of(term: Term) -> Column | None:
    """The column a part adds up, if it is one of a form."""
    return next(
        (c for c in form_named(term.form).columns.values() if term.label.zh.startswith(c.label.zh)),
        None,
    )


def _value(cell: Cell) -> CellView:
    if cell.value is None or not wording.is_shown(cell):
        return CellView(symbol=wording.symbol(cell))
    return CellView(plain(cell.value), value=cell.value)


def _role(number: int, term: Term, terms: Sequence[Term]) -> str:
    """The sign before a part: = first, then plus and minus, ÷ before what it is divided by."""
    if number == 0:
        return "="
    if term.is_denominator and not terms[number - 1].is_denominator:
        return "÷"
    return "−" if term.sign < 0 else "+"


def _of_year(visit: Visit, term: Term) -> list[tuple[str, str]]:
    return [(visit.phrases("source.form"), form_named(term.form).title.of(visit.lang)),
            *([(visit.phrases("year"), str(term.year))] if term.year != visit.year else [])]  # fmt: skip


def _children(visit: Visit, found: Lineage) -> Iterator[Titled]:
    """The places the number was added up from, each a link to its own."""
    if found.children is None or not found.children.question.places:
        return
    places = found.children.question.places
    title = visit.phrases("source.children", n=plain(len(places)))
    note = visit.phrases("source.never_averaged") if found.cell.denominator is not None else ""
    yield title, _places(visit, found.metric, found.children, places, title), note


def _ancestors(visit: Visit, metric: Metric) -> Iterator[Titled]:
    """The same number further up, as far as it may be seen: all of it may."""
    above = visit.ladder.ancestors(visit.address.place or 1)
    if not above:
        return
    # Each rung is a question of its own: its load, and so its memory, is its own.
    title = visit.phrases("source.up")
    rows = [
        _place_row(
            visit, metric, place, questions.ask(visit, (metric.name,), (place,), (visit.year,))
        )
        for place in reversed(above)
    ]
    yield (
        title,
        TableView(title, _place_heads(visit, metric), rows),
        visit.phrases("source.never_averaged"),
    )


def _places(
    visit: Visit, metric: Metric, answers: Answers, places: Sequence[int], title: str
) -> TableView:
    return TableView(
        title,
        _place_heads(visit, metric),
        [_place_row(visit, metric, one, answers) for one in places[:MOST_CHILDREN]],
        part=part(MOST_CHILDREN, len(places)),
    )


def _place_heads(visit: Visit, metric: Metric) -> list[ColumnView]:
    heads = [
        ColumnView(visit.phrases("column.place"), kind="text"),
        ColumnView(visit.phrases("source.value"), wording.unit_text(metric, visit.lang)),
    ]
    if not metric.is_sum:
        heads += [
            ColumnView(visit.phrases("source.above")),
            ColumnView(visit.phrases("source.below")),
        ]
    return heads


def _place_row(visit: Visit, metric: Metric, place: int, answers: Answers) -> RowView:
    cell = answers.cell(metric.name, place, visit.year)
    cells = [wording.cell_view(metric, cell)]
    if not metric.is_sum:
        cells += [_number(cell, cell.numerator), _number(cell, cell.denominator)]
    href = visit.address.to(place=place, sort="", all="")
    return RowView(visit.ladder.place(place).name(visit.lang), cells, href)


def _number(cell: Cell, value: int | None) -> CellView:
    if value is None or not wording.is_shown(cell):
        return CellView(symbol=wording.symbol(cell))
    return CellView(plain(value))


def _hashes(visit: Visit, found: Lineage) -> list[tuple[str, str]]:
    """The fingerprint of each file behind the number."""
    files = {
        one.submission.file_name: one.submission.file_hash
        for one in sheets.unique(found)
        if one.submission
    }
    return [
        (visit.phrases("source.hash"), f"sha256 {digest[:16]}… {name}")
        for name, digest in files.items()
    ]
