"""What a few sums of narrowest cells tell, and which tables they leave open."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from metrics.disclosure.together import Narrow, Rows, Together

VALUES = np.array([5.0, 5.0, 30.0, 40.0])
MADE = csr_matrix(np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 1, 0]], dtype=float))  # fmt: skip
SUMS = np.array([True, True, False, False, False, False])


def together(needed: list[float], start: np.ndarray | None = None) -> Together:
    cells = Narrow(VALUES, np.zeros(4), np.zeros(4, dtype=np.intp))
    return Together(Rows(MADE, SUMS, np.array(needed)), cells, lambda *_: np.array([0]), start)  # fmt: skip


def test_how_far_a_cell_ranges_is_what_the_sums_leave_it() -> None:
    made = together([0, 0, 10.1, 60, 70.1, 0])
    assert [made.rows[at].tolist() for at in made.failed()] == [[2], [4]]
    widths = {int(made.rows[at][0]): made.range(at).width for at in range(3)}
    assert widths == {2: pytest.approx(10), 3: pytest.approx(70), 4: pytest.approx(70)}


def test_what_holds_a_cell_is_the_sum_that_widens_it_when_withheld() -> None:
    made = together([0, 0, 12, 0, 0, 0])
    (at,) = made.failed()
    assert made.range(at).held_by.tolist() == [0]
    made.withhold(0)
    assert made.range(at).width >= 12


@pytest.mark.parametrize("needed", [[0, 0, 4, 20, 0, 0], [0, 0, 9, 60, 69, 0], [0, 0, 4, 0, 0, 70]])
def test_the_alternatives_bring_what_is_shown_and_are_as_wide_as_is_needed(needed: list[float]) -> None:  # fmt: skip
    """From one side alone, and where it takes both ends."""
    made = together(needed)
    assert made.failed() == []
    tables = np.column_stack([made.alternatives(), VALUES])
    assert (tables >= -1e-9).all()
    assert np.allclose((MADE @ tables)[:2], [[10], [70]])
    width = np.ptp(MADE @ tables, axis=1)
    assert (width >= np.array(needed) - 1e-6).all()


def test_a_cell_that_needs_little_moves_little() -> None:
    """An alternative is no further off than what it is for: what lies beneath has to leave all of it possible."""
    made = together([0, 0, 0, 2, 0, 0])
    made.failed()
    assert np.abs(made.alternatives() - VALUES[:, np.newaxis]).max() == pytest.approx(2, rel=1e-5)


def test_a_table_from_the_start_counts_where_it_brings_what_is_shown() -> None:
    other, wrong = np.array([9.0, 1, 30, 40]), np.array([9.0, 2, 30, 40])
    assert together([0, 0, 4, 0, 0, 0], np.column_stack([wrong]))._begun().tolist() == VALUES.tolist()  # fmt: skip
    made = together([0, 0, 4, 0, 0, 0], np.column_stack([wrong, other]))
    assert made._begun().tolist() == [7, 3, 30, 40]
    assert made.high[0] - made.low[0] == 4
