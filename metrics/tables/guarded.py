"""The cells of a table for a reader who is not in charge of all its places: each year by the state that is shown, without what is withheld."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Literal

from metrics.errors import TakesLong
from metrics.outside import official
from metrics.plan import plan
from metrics.question import Cell, Key, Question
from metrics.states import Part, parted
from metrics.tables.cells import Asked
from metrics.tables.counting import Counting
from metrics.tables.covered import Covered, withheld, withhold
from metrics.tables.guard import Guard
from warehouse.scope import OFFICES


def guarded(counting: Counting, asked: Asked, places: Sequence[int], boundary: Literal["now", "then"], basis: Literal["submitted", "approved"]) -> dict[Key, Cell]:  # fmt: skip
    """The cells of a table, without those that would tell a reader of elsewhere about persons or schools; of each year the state that is shown.
    TakesLong where more has to be decided than somebody waits for; TooFine before that.
    """
    guards = _guards(counting, asked, places, boundary, basis)
    if counting.patience is not None and (due := _due(guards)) > counting.patience:
        raise TakesLong(due)
    found: dict[Key, Cell] = {}
    done, total = count(1), sum(guard.many for guard in guards)

    def step() -> None:
        if counting.step is not None:
            counting.step(next(done), total)

    for guard in guards:
        found |= _cells(guard, places, step)
    return found


def foreseen(counting: Counting, asked: Asked, places: Sequence[int], boundary: Literal["now", "then"], basis: Literal["submitted", "approved"]) -> float:  # fmt: skip
    """About how many seconds it takes to decide what a reader who is not in charge of all places is shown; TooFine where that is too much."""
    return _due(_guards(counting, asked, places, boundary, basis))


def _due(guards: Iterable[Guard]) -> float:
    return sum(guard.due() for guard in guards if guard.is_needed)


def _guards(counting: Counting, asked: Asked, places: Sequence[int], boundary: Literal["now", "then"], basis: Literal["submitted", "approved"]) -> list[Guard]:  # fmt: skip
    house = counting.as_house()
    if counting.audience.scope.office in OFFICES:  # an office that keeps accounts, not records
        scope = replace(counting.audience.scope, depth="published")
        house = replace(house, audience=replace(counting.audience, scope=scope))
    question = Question(
        metrics=tuple(asked.metrics), places=tuple(places), years=asked.years, boundary=boundary, basis=basis, load=dict(house.loads), until=counting.until
    )  # fmt: skip
    parts = [each for part in parted(house.reader, house.audience, question) for each in _by_state(part)]  # fmt: skip
    return [_guard(house, asked._replace(years=each.question.years), each) for each in parts]


def _guard(house: Counting, asked: Asked, part: Part) -> Guard:
    chain = next(iter(part.chains.values()), ())
    counting = replace(house, loads=chain[-1].loads) if chain else house
    return Guard(counting, asked, part.question, official(), chain, is_closed=part.is_closed)


def _by_state(part: Part) -> Iterator[Part]:
    """Each released year by itself: kinds of schools rest on forms that the metrics do not."""
    if not any(part.chains.values()):
        yield part
        return
    for year in part.question.years:
        yield part._replace(question=replace(part.question, years=(year,)), chains={year: part.chains[year]})  # fmt: skip


def _cells(guard: Guard, places: Sequence[int], step: Callable[[], None]) -> dict[Key, Cell]:
    """The cells of one part of a table: of places that are in charge all of them. `places`: all of the table's, for a member that occurs at one stands at each.
    `step` is called after each metric and year.
    """
    question, asked = guard.question, guard.asked
    every = guard.counting.cells(asked, places, question.boundary, question.basis)
    cells = {key: cell for key, cell in every.items() if key.place in question.places}
    if guard.is_closed:
        return {key: withheld(cell) for key, cell in cells.items()}
    if guard.is_needed:
        for name, year, hides in guard.all():
            one = plan(name, year)
            withhold(cells, Covered(one, year, asked, hides, guard.said(one, year)), question.places)  # fmt: skip
            step()
    return cells
