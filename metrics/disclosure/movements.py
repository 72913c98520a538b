"""Movements of withheld cells that leave every sum as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.linalg.lapack import dpotrf, dpotrs
from scipy.sparse import csr_matrix, identity
from scipy.sparse.linalg import splu
from threadpoolctl import ThreadpoolController

from metrics.disclosure.table import Numbers, Places

FAINT = 1e-11  # what sums that follow from one another get, so that they can be solved for
TIMES = 3  # each takes away what the one before left
Solved = Callable[[Numbers], Numbers]


def one_thread() -> AbstractContextManager[object]:
    """Blocks are small: threads of their algebra would wait for one another longer than they work."""
    return _controller().limit(limits=1, user_api="blas")  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def balanced(sums: csr_matrix | Numbers, room: Numbers, moves: Numbers) -> Numbers:
    """Of movements, one a column, in units of each cell's room, the part that keeps every sum (one a row): the nearest ones that do.

    Sums may follow from one another. Solved by their inner products, which are far fewer than cells; of many sums nearly all of these are 0.
    """
    if not sums.shape[0]:
        return moves
    if isinstance(sums, np.ndarray):
        rows, solved = _densely(sums, room)
    else:
        rows, solved = _sparsely(sums, room)
    turned = rows.T
    for _ in range(TIMES):
        moves = moves - turned @ solved(rows @ moves)
    return np.asarray(moves)


def _densely(sums: Numbers, room: Numbers) -> tuple[Numbers, Solved]:
    """The sums in units of the room, each of length 1, and what solves for their inner products."""
    rows = sums * room
    size = np.sqrt((rows * rows).sum(axis=1))
    rows /= np.where(size > 0, size, 1.0)[:, np.newaxis]
    inner = rows @ rows.T
    inner.flat[:: inner.shape[0] + 1] += FAINT
    known, info = dpotrf(inner, lower=0, clean=0, overwrite_a=1)
    if info:  # pragma: no cover - FAINT keeps them apart
        raise LinAlgError(f"sums cannot be solved for: {info}")
    return rows, lambda off: dpotrs(known, off, lower=0)[0]


def _sparsely(sums: csr_matrix, room: Numbers) -> tuple[csr_matrix, Solved]:
    """The same without the zeros: in an order that makes few new numbers of them."""
    rows = _scaled(sums, room)
    inner = (rows @ rows.T + FAINT * identity(rows.shape[0], format="csr")).tocsc()
    known = splu(
        inner, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
    )
    return rows, known.solve


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
    least, most = _ends(rows, part)
    ties = np.flatnonzero(least != most)
    within = [
        each
        for at in np.unique(least)
        if (each := np.flatnonzero((least == most) & (least == at))).size
    ]
    sorted_by_part = inner[np.concatenate([*within, ties])]
    blocks = _split(sorted_by_part, within, ties)
    known = [cho_factor(own, check_finite=False) for own, _ in blocks[:-1]]
    across = [tied for _, tied in blocks[:-1]]
    left = blocks[-1][1]
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


def _ends(rows: csr_matrix, part: Places) -> tuple[Places, Places]:
    """The first and the last part that each row has cells in; the last and the first of all where it has none."""
    row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    least, most = np.full(rows.shape[0], part.max()), np.zeros(rows.shape[0], dtype=np.intp)
    np.minimum.at(least, row, part[rows.indices])
    np.maximum.at(most, row, part[rows.indices])
    return least, most


def _split(inner: csr_matrix, within: Sequence[Places], ties: Places) -> list[tuple[Numbers, Numbers]]:  # fmt: skip
    """Rows that are sorted by part, ties last: of each part its columns by its own rows and by the ties, with the zeros between."""
    at = np.zeros(inner.shape[1], dtype=np.intp)
    whose = np.full(inner.shape[1], len(within))
    at[ties] = np.arange(ties.size)
    for n, each in enumerate(within):
        at[each], whose[each] = np.arange(each.size), n
    found, begin = [], 0
    for n, each in enumerate((*within, ties)):
        lines = inner.indptr[begin : begin + each.size + 1]
        row = np.repeat(np.arange(each.size), np.diff(lines))
        column, data = inner.indices[lines[0] : lines[-1]], inner.data[lines[0] : lines[-1]]
        own, tied = np.zeros((each.size, each.size)), np.zeros((each.size, ties.size))
        for block, is_in in ((own, whose[column] == n), (tied, whose[column] == len(within))):
            block[row[is_in], at[column[is_in]]] = data[is_in]
        found.append((own, tied))
        begin += each.size
    return found
