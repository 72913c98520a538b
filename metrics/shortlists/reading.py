"""What a shortlist is drawn up from: which units there are, their values, the limits that are asked of each, and their record."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from metrics.distribution import OfUnits
from metrics.question import Question, State
from metrics.rollups import Reads
from metrics.school import AsOf, addressees, kinds
from metrics.shortlists import population
from metrics.shortlists.points import Floats
from metrics.shortlists.population import Population
from metrics.shortlists.purpose import Criterion, Purpose
from metrics.shortlists.shortlist import Read, counts_of
from warehouse import law
from warehouse.conflicts import Record
from warehouse.ladder import Ladder
from warehouse.law import Addressee, Limit

Values = Callable[[Question, str], Mapping[str, OfUnits]]  # a question, a member -> its metrics


def question_of(purpose: Purpose, place: int, year: int) -> Question:
    """What is measured of the units below a place."""
    names = tuple(dict.fromkeys((*purpose.measured, *filter(None, [purpose.offered_by]))))
    return Question(metrics=names, places=(place,), years=(year,), basis="approved", cut=purpose.cut)  # fmt: skip


class Wanted(NamedTuple):
    """Of a breakdown the member that is compared (of classes of specialties a class or one specialty), and the kinds of schools among which."""

    member: str
    population: Population


class Sources(NamedTuple):
    """Where everything is read from: an open reader, the ladder, what measures units, schools' records, and the state that is asked for."""

    reader: Reads
    ladder: Ladder
    values: Values
    records: Mapping[int, Record]
    at: AsOf


def read_for(purpose: Purpose, question: Question, wanted: Wanted, of: Sources) -> Read:
    """Everything of the schools of a place and year that are of the kinds wanted; of a breakdown those that offer the member."""
    (place,), (year,) = question.places, question.years
    found, ladder = of.values(question, wanted.member), of.ladder
    every = [
        one
        for one in ladder.units(place, year, question.boundary)
        if ladder.place(one).unit_kind == "school"
    ]
    offered = found[purpose.offered_by].values if purpose.cut else {}
    if purpose.cut:
        every = [one for one in every if offered.get(one, 0) > 0]
    known = kinds(of.reader, every, year, of.at) if every else {}
    schools = population.among(every, known, wanted.population)
    laws = addressees(of.reader, ladder, schools, year, of.at) if schools else {}
    classes = purpose.school_classes
    units = [one for one in schools if not classes or laws[one].school_class in classes]
    asked, compared = [laws[one] for one in units], set(units)
    limits = {code: _limits(code, year, asked) for one in purpose.criteria for code in (one.gate, one.limit) if code}  # fmt: skip
    nothing: list[Limit | None] = [None] * len(units)
    columns = {one.name: _column(one, found, of.records, units, limits.get(one.limit)) for one in purpose.criteria}  # fmt: skip
    return Read(
        units, {name: column for name, (column, _) in columns.items()}, {name: states for name, (_, states) in columns.items()},
        {one.name: limits.get(one.gate, nothing) for one in purpose.criteria},
        {one.name: limits.get(one.limit, nothing) for one in purpose.criteria},
        of.records, [one for one in schools if one not in compared], len(every), population.offered(every, known, wanted.population),
        {one: int(offered[one]) for one in schools} if purpose.cut else {},
    )  # fmt: skip


def _column(
    one: Criterion, found: Mapping[str, OfUnits], records: Mapping[int, Record], units: Sequence[int], limits: Sequence[Limit | None] | None
) -> tuple[Floats, list[State]]:  # fmt: skip
    """Values and states of one criterion; where a limit is measured against and none is asked, there is nothing to say."""
    if one.counted:
        return counts_of(one.counted, records, units), [State.VALUE] * len(units)
    of = found[one.metric]
    values = np.array([of.values.get(unit, np.nan) for unit in units], dtype=np.float64)
    states = [_state(of, unit) for unit in units]
    if limits is not None:
        states = [State.NOT_APPLICABLE if limit is None and state is State.VALUE else state for limit, state in zip(limits, states, strict=True)]  # fmt: skip
    return values, states


def _state(of: OfUnits, unit: int) -> State:
    if of.state is not State.VALUE:
        return of.state
    if unit in of.values:
        return State.VALUE
    return State.NOT_APPLICABLE if unit in of.without else State.NOT_SUBMITTED


def _limits(code: str, year: int, asked: Sequence[Addressee]) -> list[Limit | None]:
    """What a code asks of each in that year."""
    return [_limit(code, year, replace(one, founded=_age(one.founded))) for one in asked]


@lru_cache(maxsize=8192)
def _limit(code: str, year: int, of: Addressee) -> Limit | None:
    return law.in_force(code, year, of)


def _age(founded: int) -> int:
    """The last year that the law tells no apart from this one: schools of one age group share what is found."""
    ends = _ends()
    at = bisect_right(ends, founded)
    return ends[at - 1] if at else 0


@lru_cache(maxsize=1)
def _ends() -> list[int]:
    """From which years on schools are new to an entry."""
    return sorted({limit.founded_before for limit in law.book()})
