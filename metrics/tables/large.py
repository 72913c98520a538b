"""Tables that are too large for a page: how large they may be as a job, how long they take, and how a job tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, prod

from metrics.question import Answers, Question
from metrics.tables.ask import MEMBERS, MOST_CELLS, Ask
from metrics.tables.build import Asks, Size, breakdown

MOST = 1_000_000  # cells of a table that is built as a job: about 700 bytes each while it is made
CELLS_A_SECOND = 10_000
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


def told(asks: Asks, step: Callable[[int, int], None], size: Size) -> Asks:
    """The same answers, with word before and after each question of about how many cells are read.

    A question is never divided: which groups it has is told by all its places, years and metrics together.
    """

    def ask(questions: Sequence[Question]) -> list[Answers]:
        found: list[Answers] = []
        for at, one in enumerate(questions):
            step(size.cells * at // len(questions), size.cells)
            found += asks([one])
        step(size.cells, size.cells)
        return found

    return ask
