"""Tables that are too large for a page: how large they may be as a job, how long they take, and how a job tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from math import ceil, prod
from threading import Event, Thread

from metrics.question import Answers, Question
from metrics.tables.ask import MEMBERS, MOST_CELLS, Ask
from metrics.tables.build import Asks, Size, breakdown

MOST = 1_000_000  # cells of a table that is built as a job: about 700 bytes each while it is made
CELLS_A_SECOND = 10_000
BEAT_S = 1.0  # how often somebody looks whether a question that is being read is still wanted
EXCEL_ROWS, EXCEL_COLUMNS = 1_048_000, 16_000  # with room for heads and notes


def seconds(cells: int) -> int:
    """How long a table takes, about, read and written."""
    return max(1, ceil(cells / CELLS_A_SECOND))


def fits_excel(ask: Ask, size: Size) -> bool:
    """Whether a sheet of Excel holds the table as it is laid out."""
    members = {axis: len(codes.labels) + 1 for axis, codes in zip(MEMBERS, breakdown(ask), strict=False)}  # fmt: skip
    many = {"places": size.rows, "members": 1, **members, "metrics": len(ask.metrics), "years": len(ask.years)}  # fmt: skip
    return (
        prod(many[axis] for axis in ask.across) <= EXCEL_COLUMNS
        and prod(many[axis] for axis in ask.down) <= EXCEL_ROWS
    )


def is_for_a_job(size: Size) -> bool:
    """Whether it is larger than a page shows and not larger than a job builds."""
    return MOST_CELLS < size.cells <= MOST


Step = Callable[[int, int], None]


def told(asks: Asks, step: Step, size: Size, interrupt: Callable[[], None]) -> Asks:
    """The same answers, with word before, during and after each question of about how many cells are read.

    A question is never divided: which groups it has is told by all its places, years and metrics together. Where `step` raises while one is read,
    because nobody wants the table any more, `interrupt` ends what the database does for it, and that is raised.
    """

    def ask(questions: Sequence[Question]) -> list[Answers]:
        found: list[Answers] = []
        for at, one in enumerate(questions):
            done = size.cells * at // len(questions)
            step(done, size.cells)
            with _looked_after(partial(step, done, size.cells), interrupt):
                found += asks([one])
        step(size.cells, size.cells)
        return found

    return ask


@contextmanager
def _looked_after(look: Callable[[], None], interrupt: Callable[[], None]) -> Iterator[None]:
    """Look every moment, beside what is done within, whether it may go on; what looking raises ends it and is raised in its place."""
    over, why = Event(), list[BaseException]()

    def watch() -> None:
        while not over.wait(BEAT_S):
            try:
                if not why:
                    look()
            except BaseException as wish:  # noqa: BLE001 - raised again where the work is done
                why.append(wish)
            if why:
                interrupt()

    beside = Thread(target=watch, daemon=True)
    beside.start()
    try:
        yield
    except Exception as problem:
        if why:
            raise why[0] from problem
        raise
    finally:
        over.set()
        beside.join()
    if why:
        raise why[0]
