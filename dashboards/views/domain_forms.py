"""The forms behind a domain's page: how many returns were due, how many are in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards.numbers import percentage, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import chain as words
from dashboards.views import wording
from metrics.discovery import metric, parts
from metrics.metric import ALL_UNITS
from metrics.plan import plan
from metrics.question import Answers, Cell
from warehouse.discovery import forms_of
from warehouse.form import Domain, Form
from warehouse.parts import parts as form_parts


def coverage_table(visit: Visit, domain: Domain, own: Answers) -> TableView:
    """Each form of the domain: how many were due, how many have submitted."""
    heads = (
        ColumnView(visit.phrases("domain.forms.form"), kind="text"),
        ColumnView(visit.phrases("domain.forms.due"), narrow=False),
        ColumnView(visit.phrases("domain.forms.in")),
        ColumnView(visit.phrases("domain.forms.share"), "%"),
    )
    return TableView(visit.phrases("domain.forms"), heads, list(_coverages(visit, domain, own)))


def _coverages(visit: Visit, domain: Domain, own: Answers) -> Iterator[RowView]:
    place = own.question.places[0]
    for form in forms_of(domain):
        name = counted_by(form, own.question.metrics)
        if name is None or not (form.submitted or form_parts(form)):
            continue
        cell = own.cell(name, place, visit.year)
        cells = (CellView(plain(cell.due)), CellView(plain(cell.units)), _covered(cell))
        told = (
            words.often(visit, form),
            "" if _counts_all(name) else visit.phrases("domain.forms.schools"),
        )
        yield RowView(
            form.title.of(visit.lang),
            cells,
            sub=visit.phrases("list.comma").join(filter(None, told)),
        )


def _covered(cell: Cell) -> CellView:
    if cell.coverage is None:
        return CellView(symbol="not_applicable")
    return CellView(
        percentage(cell.coverage), verdict="miss" if cell.coverage < wording.COVERED else None
    )


def counted_by(form: type[Form], asked: Sequence[str]) -> str | None:
    """A metric asked for that rests on this form alone: its coverage is the form's. One that counts every unit due goes before one of schools alone."""
    alone = [
        name
        for name in asked
        if all(part.form == form.name and not part.years_back for part in parts(metric(name)))
    ]
    return next(filter(_counts_all, alone), next(iter(alone), None))


def _counts_all(name: str) -> bool:
    """Whether attached classes are among the units that a metric's coverage counts."""
    return all(one.kinds == ALL_UNITS for one in plan(name, 0).reported)
