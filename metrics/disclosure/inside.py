"""How far withheld cells surely range: tables that keep every sum, found for all cells of a block at once.

From a table in the middle cells are moved, many at once and then each that is left, as far as the others let them, along the movement that leaves every
sum as it is and takes of each other cell in proportion to the room it has: a step of an interior method, by one decomposition for all of them. Whatever
is reached is a table that looks the same to a reader: the bounds hold, though they need not be the widest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from metrics.disclosure.bounds import Bounds, inner, others
from metrics.disclosure.movements import balanced, one_thread
from metrics.disclosure.ranges import Block
from metrics.disclosure.table import Mask, Numbers, Table

LARGEST = 1500  # cells of a block; of a larger one rectangles are looked for first, and no cell is moved by itself
ROUNDS = 6  # each from the middle of what the last one reached
MANY = 4  # of them with all cells at once; then each that is left by itself
OFF = 1e-6  # how far a sum may be off its margin: rounding, not movement
STILL = 1e-10  # what moves less for the room it has is rounding
FAR = 4.0  # how many times the widest needed width is moved where nothing stops it
DRAWS, OF_LARGE, SEED = 6, 24, 20260901
Keeps = Callable[[csr_matrix, Numbers, Numbers], Numbers]  # `balanced`, or the same by parts


def surely(table: Table, withheld: Mask, touching: Sequence[Block], needed: Numbers) -> Bounds:
    """Bounds of all cells that are surely reached; `touching` are the blocks of the withheld ones, of which `needed` says how wide is enough."""
    if any(block.cells.size > LARGEST for block in touching):
        bounds = inner(table, withheld)
    else:
        bounds = Bounds(table.values.copy(), table.values.copy())
    _exactly([block for block in touching if block.is_one_sum], bounds)
    with one_thread():
        for block in touching:
            if not block.is_one_sum:
                _spread(block, bounds, needed)
    return bounds


def _exactly(alone: Sequence[Block], bounds: Bounds) -> None:
    """Where one sum holds all cells of a block nothing else is known of them: each may be what the others leave, and no bound is lost by it."""
    if not alone:
        return
    cells = np.concatenate([block.cells for block in alone])
    signs = np.concatenate([block.entries.signs for block in alone])
    low, high = np.concatenate([block.ends for block in alone]).T
    row = np.repeat(np.arange(len(alone)), [block.cells.size for block in alone])
    margins = np.bincount(row, signs * np.concatenate([block.values for block in alone]))
    least, most = np.where(signs > 0, low, -high), np.where(signs > 0, high, -low)
    of_others_least, of_others_most = (others(each, row, len(alone)) for each in (least, most))
    least = np.maximum(least, margins[row] - of_others_most)
    most = np.minimum(most, margins[row] - of_others_least)
    bounds.low[cells] = np.where(signs > 0, least, -most)
    bounds.high[cells] = np.where(signs > 0, most, -least)


def _spread(block: Block, bounds: Bounds, needed: Numbers) -> None:
    """Widen the bounds of the cells of a block, in place, until each reaches its needed width or a few rounds are over."""
    cells, wanted = block.cells, needed[block.cells]
    sums, middle = block.dense if block.is_small else block.sums, block.values
    rounds, draws = (MANY, OF_LARGE) if cells.size > LARGEST else (ROUNDS, DRAWS)
    chance: np.random.Generator | None = None
    for number in range(rounds):
        left = np.flatnonzero(bounds.width[cells] < wanted)
        if not left.size:
            return
        if number < MANY and left.size > draws:
            chance = chance or np.random.default_rng(SEED)
            aims = np.zeros((cells.size, draws))
            aims[left] = chance.choice([-1.0, 1.0], (left.size, draws))
        else:
            aims = np.zeros((cells.size, left.size))
            aims[left] = np.eye(left.size)
        found = reached(sums, middle, block.ends, aims, wanted)
        if found.shape[1]:
            bounds.low[cells] = np.minimum(bounds.low[cells], found.min(axis=1))
            bounds.high[cells] = np.maximum(bounds.high[cells], found.max(axis=1))
            middle = (middle + found.mean(axis=1)) / 2


def reached(sums: csr_matrix | Numbers, middle: Numbers, ends: Numbers, aims: Numbers, wanted: Numbers, keep: Keeps = balanced) -> Numbers:  # fmt: skip
    """Tables, one a column, that lie as far from the middle as can be along what is aimed at, and against it."""
    room = _room(middle, ends)
    ways = keep(sums, room, aims)
    ways = room[:, np.newaxis] * np.where(np.abs(ways) < STILL, 0.0, ways)
    found = []
    for each in (ways, -ways):
        steps = _steps(each, middle, ends)
        most = np.abs(each).max(axis=0, initial=0.0)
        far = FAR * wanted.max(initial=1.0) / np.where(most > 0, most, 1.0)
        found.append(each * np.where(np.isfinite(steps), steps, far))
    moves = np.concatenate(found, axis=1)
    is_kept = np.abs(sums @ moves).max(axis=0, initial=0.0) <= OFF
    return np.clip(middle[:, np.newaxis] + moves[:, is_kept], ends[:, :1], ends[:, 1:])


def _room(middle: Numbers, ends: Numbers) -> Numbers:
    """How far each cell is from where it ends; 1 where it has no end."""
    near = np.minimum(middle - ends[:, 0], ends[:, 1] - middle)
    return np.where(np.isfinite(near), np.maximum(near, 0.0), 1.0)


def _steps(ways: Numbers, middle: Numbers, ends: Numbers) -> Numbers:
    """How far one can go along each way until a first cell ends."""
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.where(ways > 0, (ends[:, 1:] - middle[:, np.newaxis]) / ways, np.inf)
        down = np.where(ways < 0, (ends[:, :1] - middle[:, np.newaxis]) / ways, np.inf)
    return np.asarray(np.minimum(up, down).min(axis=0, initial=np.inf))
