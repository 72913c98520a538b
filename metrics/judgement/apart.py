"""Doubts and risks in processes beside each other: each year, and the risks of all, needs nothing of the others.

Where there are few rows nothing is gained by it, and they are reckoned here, one after the other.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import polars as pl

from metrics.judgement.found import histories, of_forecasts, of_suspects
from metrics.judgement.training import Signed, judged, notes_of
from metrics.processes import alone
from metrics.signals.alike import Kept
from metrics.signals.doubt import ranked
from metrics.signals.engine import doubts
from metrics.signals.panel import Panel
from warehouse.flag_writing import framed
from warehouse.ladder import Ladder
from warehouse.places import Rung
from warehouse.text import Text

MANY = 20_000  # school-years from which starting processes costs less than it gains
AT_MOST = 4  # processes: each holds up to half a gigabyte


class Expected(NamedTuple):
    """Risks as rows of flags, and what could not be told, by rule."""

    found: pl.DataFrame
    notes: dict[str, Text]


class Doubted(NamedTuple):
    """Doubts of a year as rows of flags, and who was found to be similar to whom: None where nobody was asked for."""

    found: pl.DataFrame
    similar: Kept | None


def doubted_in(rows: pl.DataFrame, year: int) -> Doubted:
    """Doubts of a year, from the panel's rows of that year and those before."""
    panel = Panel(rows)
    found = framed(of_suspects(ranked(doubts(panel, year))))
    return Doubted(found, panel.found.years.get(year))


def expected_in(rows: pl.DataFrame, force: Signed | Text | None) -> Expected:
    """What the models in force, or else models fitted now, say of every outcome and lead, from `schools.told`."""
    found = judged(rows, force)
    model = (force.number, force.version) if isinstance(force, Signed) else None
    students = histories(rows)
    told = (flag for one in found for flag in of_forecasts(one.forecasts, model, students))
    return Expected(framed(told), notes_of(found))


class Here(Executor):
    """Does at once whatever it is given."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as its kind does
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@contextmanager
def hands(ladder: Ladder, years: Sequence[int]) -> Iterator[Executor]:
    """Where to reckon: in as many processes as there are processors, or here where there are few schools and years."""
    schools = sum(each.rung == Rung.SCHOOL for each in ladder.places.values())
    if schools * len(years) < MANY:
        yield Here()
        return
    spawned = multiprocessing.get_context(
        "spawn"
    )  # a copy of a process with threads may never wake
    many = min(os.cpu_count() or 1, AT_MOST)
    with ProcessPoolExecutor(many, mp_context=spawned, initializer=_begin) as pool:
        yield pool


def _begin() -> None:
    """No search for circles among hundreds of thousands of sentences: the process ends with the round."""
    alone()
    gc.disable()
