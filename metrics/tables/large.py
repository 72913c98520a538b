"""Tables that are too large for a page: how large they may be as a job, how long they take, and how their cells are read part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import ceil, prod

from metrics.question import Answers, Cell, Key, Question
from metrics.tables.ask import MEMBERS, MOST_CELLS, Ask
from metrics.tables.build import ABSENT, Asks, Size, breakdown

MOST = 1_000_000  # cells of a table that is built as a job
PART = 20_000  # cells read at a time, between which a job says how far it is and may be ended
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


def in_parts(asks: Asks, dated: Callable[[Question], Question], step: Callable[[int, int], None], size: Size) -> Asks:  # fmt: skip
    """The same answers, read some places at a time, with word between them of how many cells are read. `dated` gives a question the loads of its places."""
    each = max(1, PART * size.rows // size.cells)

    def ask(questions: Sequence[Question]) -> list[Answers]:
        total, done, found = sum(len(one.places) for one in questions), 0, []
        for one in map(dated, questions):
            cells: dict[Key, Cell] = {}
            for places in _groups(one.places, each):
                cells.update(asks([replace(one, places=places)])[0].cells)
                done += len(places)
                step(size.cells * done // total, size.cells)
            found.append(Answers(one, _whole(one, cells)))
        return found

    return ask


def _whole(question: Question, cells: dict[Key, Cell]) -> dict[Key, Cell]:
    """The cells with those of groups that only places of other parts have something of: read at once, they would say that nothing is there."""
    members = {key.member for key in cells if key.member}
    keys = (
        Key(*each) for each in product(question.metrics, question.places, question.years, members)
    )
    return dict.fromkeys(keys, ABSENT) | cells


def _groups(places: tuple[int, ...], each: int) -> Iterator[tuple[int, ...]]:
    return (places[at : at + each] for at in range(0, len(places), each))
