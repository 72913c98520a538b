"""measure(): the one way to a number. select -> scope -> read -> disclose -> finish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from metrics.audience import Audience
from metrics.disclosure.rules import Parts, disclose, withheld
from metrics.discovery import metric as metric_named
from metrics.distribution import percentiles
from metrics.gather import Gatherer
from metrics.metric import Metric, Percentile, Quotient
from metrics.middles import Over
from metrics.outside import withhold
from metrics.plan import Course, Lookup, Plan, course, plan, split
from metrics.question import Answers, Cell, Key, Question, State
from metrics.rollups import Found, Reads, Wish, read
from metrics.selection import forms_of, select
from metrics.states import Part, parted

__all__ = ["Answers", "Cell", "Key", "Question", "State", "forms_of", "measure", "measure_all"]


def measure(reader: Reads, audience: Audience, question: Question) -> Answers:
    """The cells of a question for an audience. A place outside its scope raises OutOfScope."""
    return measure_all(reader, audience, [question])[0]


def measure_all(
    reader: Reads, audience: Audience, questions: Sequence[Question], over: Over | None = None
) -> list[Answers]:
    """The answers of several questions, whose rows are read together; places of others at the states that their reader is shown.

    `over`: what is kept of them.
    """
    asked = [parted(reader, audience, question) for question in questions]
    found = iter(read(reader, [_wish(part.question) for parts in asked for part in parts]))
    cells = [[_cells(reader, audience, part, next(found), over) for part in parts] for parts in asked]  # fmt: skip
    return [Answers(question, _together(each)) for question, each in zip(questions, cells, strict=True)]  # fmt: skip


def _together(cells: list[dict[Key, Cell]]) -> dict[Key, Cell]:
    return cells[0] if len(cells) == 1 else {key: cell for each in cells for key, cell in each.items()}  # fmt: skip


def _wish(question: Question) -> Wish:
    return Wish(question, select(question.metrics, question.years, question.cut, question.span)[1])


def _cells(
    reader: Reads, audience: Audience, part: Part, found: Found, over: Over | None = None
) -> dict[Key, Cell]:
    question, depths = part.question, audience.depths(part.question.places)
    plans, _ = select(question.metrics, question.years, question.cut, question.span)
    gathered = dict(gather(Gatherer(found, question), question))
    gathered |= percentiles(reader, audience, question, gathered, over)
    internal = {one.metric.name: one.is_internal for one, _ in plans}
    parts = disclose(gathered, depths, internal)
    if part.is_closed:
        parts = {key: withheld(one) if one.state is State.VALUE else one for key, one in parts.items()}  # fmt: skip
    elif "published" in depths.values():
        parts = withhold(reader, audience, question, plans, parts, part.chains)
    return finish(parts)


@lru_cache(maxsize=1024)
def way(names: tuple[str, ...], years: tuple[int, ...], span: str) -> Course:
    """The way through the totals of every metric with every year."""
    return course(select(names, years, "", span)[0])


def gather(gatherer: Gatherer, question: Question) -> Iterator[tuple[Key, Parts]]:
    """The parts of every cell: the totals, and the members of the breakdown."""
    totals = way(question.metrics, question.years, question.span)
    for place in question.places:
        yield from gatherer.along(totals, place)
    if question.cut:
        yield from _members(gatherer, question)


def _members(gatherer: Gatherer, question: Question) -> Iterator[tuple[Key, Parts]]:
    plans, _ = select(question.metrics, question.years, question.cut, question.span)
    for one, year in plans:
        name = one.metric.name
        for member in gatherer.members(one, year):
            narrowed = plan(name, year, question.cut, member)
            for place in question.places:
                yield Key(name, place, year, member), gatherer.parts(narrowed, place, year)


def finish(disclosed: dict[Key, Parts]) -> dict[Key, Cell]:
    """Divide last, and say what cannot be said as a value."""
    known = {name: metric_named(name) for name in {key[0] for key in disclosed}}
    return {key: _cell(known[key[0]], parts) for key, parts in disclosed.items()}


def _cell(metric: Metric, parts: Parts) -> Cell:
    state, values, middle, units, due, is_uneven = parts
    if state is not State.VALUE:
        return Cell(None, state, None, None, units, due, is_uneven)
    value, above, below = Quotient(middle) if isinstance(metric, Percentile) else metric.divide(values)  # fmt: skip
    return Cell(value, _state(value, metric.decimals), above, below, units, due, is_uneven)


def _state(value: float | None, decimals: int) -> State:
    if value is None:
        return State.NOT_APPLICABLE
    rounds_away = value and abs(value) < 0.5 * 10**-decimals
    return State.ROUNDS_TO_ZERO if rounds_away else State.VALUE


def measure_parts(
    reader: Reads, audience: Audience, question: Question
) -> list[tuple[Lookup, Cell]]:
    """Each part of the question's one metric, place and year by itself, in the order of the declaration."""
    (at,) = parted(reader, audience, replace(question, cut=""))
    question = at.question
    plans, _ = select(question.metrics, question.years, "")
    ((one, year),), (place,) = plans, question.places
    depths = audience.depths(question.places)
    gatherer = Gatherer(read(reader, [_wish(question)])[0], question)
    key = Key(one.metric.name, place, year)
    internal = {one.metric.name: one.is_internal}
    weighed = [(part, {key: _weighed(gatherer, part, key)}) for part in split(one)]
    found = [(part, disclose(each, depths, internal)) for part, each in weighed]
    if "published" in depths.values():
        found = _outside_parts(reader, audience, at, found)
    return [(part.sums[0][0], _part_cell(each[key])) for part, each in found]


def _outside_parts(
    reader: Reads, audience: Audience, at: Part, found: list[tuple[Plan, dict[Key, Parts]]]
) -> list[tuple[Plan, dict[Key, Parts]]]:  # fmt: skip
    """Nothing is shown of the parts where the whole is withheld, and no part that is unsafe by itself."""
    question, (year,) = at.question, at.question.years
    (whole,) = _cells(reader, audience, at, read(reader, [_wish(question)])[0]).values()
    if whole.state.is_protected:
        return [(part, {key: withheld(p) for key, p in each.items()}) for part, each in found]
    return [
        (part, withhold(reader, audience, question, [(part, year)], each, at.chains))
        for part, each in found
    ]


def _weighed(gatherer: Gatherer, part: Plan, key: Key) -> Parts:
    """One part without its sign."""
    standing = gatherer.standing(part, key.place, key.year)
    value = gatherer.total(part.sums[0], key.place, key.year)
    if standing.state is not State.VALUE:
        return standing
    sign = part.sums[0][0].sign
    state = State.NOT_SUBMITTED if value is None else State.VALUE
    return standing._replace(state=state, values=(sign * (value or 0),))


def _part_cell(parts: Parts) -> Cell:
    value = parts.values[0] if parts.state is State.VALUE else None
    return Cell(value, parts.state, value, None, parts.units, parts.due, parts.is_uneven)
