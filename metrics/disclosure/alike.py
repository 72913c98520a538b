"""What a unit that knows its own value could work out: exactly, by linear algebra.

Two withheld cells tell one another when, in every table with the same shown cells, one moves by a fixed multiple of the other. Movements of a
block are the vectors that its sums send to 0; a few drawn at random move two cells in step only if all do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_matrix

from metrics.disclosure.movements import balanced, one_thread
from metrics.disclosure.primary import contributors
from metrics.disclosure.ranges import Block
from metrics.disclosure.table import Mask, Numbers, Places, Table

DRAWS, SEED, DIGITS = 3, 20260901, 7
MANY = 1000  # sums of a block, of which most are zeros between
COMMON = 500  # cells of a block; larger ones are seldom met again


def told_by_contributors(table: Table, touching: Iterable[Block], unsafe: Mask) -> Mask:
    """Unsafe cells that a unit which is alone in another withheld cell could work out; `touching` are the blocks of withheld cells."""
    told = np.zeros(len(table.keys), dtype=bool)
    alone = contributors(table.values, table.units, table.first, table.second) == 1
    for block in touching:
        if block.cells.size > 1 and (alone & unsafe)[block.cells].any():
            for group in _in_step_by(block):
                told[list(_told(table, block.cells[group], alone, unsafe))] = True
    return told


def _in_step_by(block: Block) -> Sequence[Places]:
    """Cells of some sums that move in step. Most blocks hold other numbers by the same few sums, and which cells are in step hangs on those alone."""
    if block.cells.size > COMMON:
        return list(_in_step(movements(block.sums)))
    return _of_sums(block.shape, *((part.tobytes(), part.dtype.str) for part in block.entries))


@lru_cache(maxsize=2048)  # some 20 kB each at most
def _of_sums(shape: tuple[int, int], *entries: tuple[bytes, str]) -> Sequence[Places]:
    parts = tuple(np.frombuffer(part, kind) for part, kind in entries)
    return list(_in_step(movements(csr_matrix(parts, shape=shape))))


def movements(sums: csr_matrix) -> Numbers:
    """Random movements that leave every sum as it is: one row a cell, one column a draw."""
    drawn = np.random.default_rng(SEED).standard_normal((sums.shape[1], DRAWS))
    held = sums if sums.shape[0] > MANY else sums.toarray()
    with one_thread():
        return balanced(held, np.ones(sums.shape[1]), drawn)


def _in_step(moves: Numbers) -> Iterator[Places]:
    """Cells whose movements are multiples of one another; those that cannot move at all are alike too."""
    size = np.linalg.norm(moves, axis=1, keepdims=True)
    still = size[:, 0] < 1e-9
    directions = np.where(still[:, np.newaxis], 0.0, moves / np.where(size == 0, 1.0, size))
    sign = np.sign(directions[:, :1])
    directions = np.round(directions * np.where(sign == 0, 1.0, sign), DIGITS)
    order = np.lexsort(directions.T)
    changes = np.any(np.abs(np.diff(directions[order], axis=0)) > 10.0 ** (1 - DIGITS), axis=1)
    yield from (each for each in np.split(order, np.flatnonzero(changes) + 1) if each.size > 1)


def _told(table: Table, cells: Places, alone: Mask, unsafe: Mask) -> Iterator[int]:
    """Of cells that move in step, those unsafe ones that hold more than the contribution of the unit that knows another."""
    for knower in cells[alone[cells]].tolist():
        for cell in cells[unsafe[cells]].tolist():
            if cell != knower and not is_same(table, knower, cell):
                yield cell


def is_same(table: Table, one: int, other: int) -> bool:
    """Whether two cells hold one contribution, the same, or are both of one unit: knowing one then tells nothing new."""
    values = table.values
    if table.home is not None and table.home[one] and table.home[one] == table.home[other]:
        return True
    return bool(values[one] == values[other]) and bool(table.first[other] >= values[other])
