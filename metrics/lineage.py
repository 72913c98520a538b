"""Where a number comes from: its parts, the places below it, and at a school the cells of the sheets."""

from __future__ import annotations

from dataclasses import dataclass, replace

from metrics.audience import Audience
from metrics.discovery import metric as metric_named
from metrics.measure import measure, measure_parts
from metrics.metric import Metric
from metrics.plan import Lookup
from metrics.question import Answers, Cell, Question
from metrics.rollups import Reads
from metrics.school import AsOf
from metrics.sheets import Source, columns_behind, hidden, source
from metrics.words import label_of
from warehouse.places import Rung
from warehouse.text import Text


@dataclass(frozen=True)
class Term:
    """One part of the number: its words, its sign, its own value, and at a school its sheets."""

    label: Text
    form: str
    year: int
    sign: int
    is_denominator: bool
    cell: Cell
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Lineage:
    """A number with everything it was made of. `children` answers the same question one rung down."""

    metric: Metric
    cell: Cell
    terms: tuple[Term, ...]
    children: Answers | None


def trace(reader: Reads, audience: Audience, question: Question, at: AsOf | None = None) -> Lineage:
    """Open the question's one metric at its one place and year; `at` is the state whose sheets are opened."""
    at = at or AsOf(load=question.load, basis=question.basis)
    (name,), (place,), (year,) = question.metrics, question.places, question.years
    metric = metric_named(name)
    cell = measure(reader, audience, question).cell(name, place, year)
    first = len(metric.sums(year)[0].parts) if metric.sums(year) else 0
    terms = tuple(
        Term(
            label_of(lookup),
            lookup.form,
            year - lookup.years_back,
            lookup.sign,
            number >= first and cell.denominator is not None,
            value,
            () if value.state.is_protected else _sources(reader, audience, question, at, lookup),
        )
        for number, (lookup, value) in enumerate(measure_parts(reader, audience, question))
    )
    return Lineage(metric, cell, terms, _children(reader, audience, question))


def _children(reader: Reads, audience: Audience, question: Question) -> Answers | None:
    """The places below that the audience may see; schools as well, where they are its own."""
    (place,), (year,) = question.places, question.years
    below = audience.ladder.children(place, year, question.boundary)
    seen = [child for child in below if audience.scope.depth_of(audience.ladder, child)]
    return measure(reader, audience, replace(question, places=tuple(seen))) if seen else None


def _sources(
    reader: Reads, audience: Audience, question: Question, at: AsOf, lookup: Lookup
) -> tuple[Source, ...]:
    """The sheets of one school, for those who may read its records."""
    (place,) = question.places
    is_school = audience.ladder.rung(place) is Rung.SCHOOL
    if not is_school or audience.depths(question.places)[place] != "records":
        return ()
    year = question.years[0] - lookup.years_back
    opened = [source(reader, at, column, place, year) for column in columns_behind(lookup)]
    found = [
        one for one in opened if one.revisions or len(opened) == 1
    ]  # parts that were handed in
    return tuple(one if audience.sees_sensitive else hidden(one) for one in found)
