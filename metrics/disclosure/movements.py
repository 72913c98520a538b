"""Movements of withheld cells that leave every sum as it is."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.linalg.lapack import dpotrf, dpotrs
from scipy.sparse import csr_matrix, identity
from threadpoolctl import ThreadpoolController

from metrics.disclosure.table import Numbers, Places

FAINT = 1e-11  # what sums that follow from one another get, so that they can be solved for
TIMES = 3  # each takes away what the one before left


def one_thread() -> AbstractContextManager[object]:
    """Blocks are small: threads of their algebra would wait for one another longer than they work."""
    return _controller().limit(limits=1, user_api="blas")  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def balanced(sums: csr_matrix | Numbers, room: Numbers, moves: Numbers) -> Numbers:
    """Of movements, one a column, in units of each cell's room, the part that keeps every sum (one a row): the nearest ones that do.

    Sums may follow from one another. Solved by their inner products, which are far fewer than cells.
    """
    if not sums.shape[0]:
        return moves
    rows, inner = _inner(sums, room)
    inner.flat[:: inner.shape[0] + 1] += FAINT
    known, info = dpotrf(inner, lower=0, clean=0, overwrite_a=1)
    if info:  # pragma: no cover - FAINT keeps them apart
        raise LinAlgError(f"sums cannot be solved for: {info}")
    turned = rows.T
    for _ in range(TIMES):
        moves = moves - turned @ dpotrs(known, rows @ moves, lower=0)[0]
    return np.asarray(moves)


def _inner(sums: csr_matrix | Numbers, room: Numbers) -> tuple[csr_matrix | Numbers, Numbers]:
    """The sums in units of the room, each of length 1, and their inner products."""
    if isinstance(sums, np.ndarray):
        rows = sums * room
        size = np.sqrt((rows * rows).sum(axis=1))
        rows /= np.where(size > 0, size, 1.0)[:, np.newaxis]
        return rows, rows @ rows.T
    rows = _scaled(sums, room)
    return rows, (rows @ rows.T).toarray()


def _scaled(sums: csr_matrix, room: Numbers) -> csr_matrix:
    """Sums in units of each cell's room, each of length 1."""
    data = sums.data * room[sums.indices]
    row = np.repeat(np.arange(sums.shape[0]), np.diff(sums.indptr))
    size = np.sqrt(np.bincount(row, data * data, sums.shape[0]))
    data = np.divide(data, size[row], out=np.zeros_like(data), where=size[row] > 0)
    return csr_matrix((data, sums.indices, sums.indptr), shape=sums.shape)


def balanced_by_part(sums: csr_matrix, room: Numbers, moves: Numbers, part: Places) -> Numbers:
    """The same where most sums lie within one part of the cells: solved part by part, and then for the sums that tie parts together."""
    rows = _scaled(sums, room)
    inner = (rows @ rows.T).tocsr() + FAINT * identity(rows.shape[0], format="csr")
    least, most = (np.array([f(part[rows.indices[a:b]], initial=start) for a, b in pairwise(rows.indptr)]) for f, start in ((np.min, part.max()), (np.max, 0)))  # fmt: skip
    ties = np.flatnonzero(least != most)
    within = [
        each
        for at in np.unique(least)
        if (each := np.flatnonzero((least == most) & (least == at))).size
    ]
    known = [cho_factor(inner[each][:, each].toarray(), check_finite=False) for each in within]
    across = [inner[each][:, ties].toarray() for each in within]
    left = inner[ties][:, ties].toarray()
    for factor, tie in zip(known, across, strict=True):
        left -= tie.T @ cho_solve(factor, tie, check_finite=False)
    left.flat[:: left.shape[0] + 1] += FAINT
    tied = cho_factor(left, check_finite=False) if ties.size else None

    def solved(off: Numbers) -> Numbers:
        found = np.zeros_like(off)
        rest = off[ties]
        for each, factor, tie in zip(within, known, across, strict=True):
            found[each] = cho_solve(factor, off[each], check_finite=False)
            rest = rest - tie.T @ found[each]
        if tied is not None:
            found[ties] = cho_solve(tied, rest, check_finite=False)
            for each, factor, tie in zip(within, known, across, strict=True):
                found[each] -= cho_solve(factor, tie @ found[ties], check_finite=False)
        return found

    for _ in range(TIMES):
        moves = moves - rows.T @ solved(rows @ moves)
    return np.asarray(moves)
