"""Movements of withheld cells that leave every sum as it is."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix
from threadpoolctl import ThreadpoolController

from metrics.disclosure.table import Numbers

FAINT = 1e-11  # what sums that follow from one another get, so that they can be solved for
TIMES = 3  # each takes away what the one before left


def one_thread() -> AbstractContextManager[object]:
    """Blocks are small: threads of their algebra would wait for one another longer than they work."""
    return _controller().limit(limits=1, user_api="blas")  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def balanced(sums: csr_matrix, room: Numbers, moves: Numbers) -> Numbers:
    """Of movements, one a column, in units of each cell's room, the part that keeps every sum (one a row): the nearest ones that do.

    Sums may follow from one another. Solved by their inner products, which are far fewer than cells.
    """
    data = sums.data * room[sums.indices]
    row = np.repeat(np.arange(sums.shape[0]), np.diff(sums.indptr))
    size = np.sqrt(np.bincount(row, data * data, sums.shape[0]))
    data = np.divide(data, size[row], out=np.zeros_like(data), where=size[row] > 0)
    rows = csr_matrix((data, sums.indices, sums.indptr), shape=sums.shape)
    inner = (rows @ rows.T).toarray()
    inner.flat[:: inner.shape[0] + 1] += FAINT
    known = cho_factor(inner, overwrite_a=True, check_finite=False)
    for _ in range(TIMES):
        moves = moves - rows.T @ cho_solve(known, rows @ moves, check_finite=False)
    return np.asarray(moves)
