"""Trees as plain numbers decide as the library that grew them does, on rows nobody has seen: missing values, unknown categories."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from metrics.risk.learners import TREES
from metrics.risk.trees import Forest, forest_of
from warehouse.arrays import Bools, Floats, Ints

KINDS = (2, 5)
LEVELS = 40  # more than one word of the library's sets of categories holds


def matrix(rows: int, seed: int, levels: int) -> Floats:
    """Numbers and two columns of codes, a tenth of all missing."""
    dice = np.random.default_rng(seed)
    found: Floats = dice.normal(size=(rows, 8))
    found[:, KINDS[0]], found[:, KINDS[1]] = (
        dice.integers(0, 6, rows),
        dice.integers(2, levels, rows),
    )
    found[dice.random(found.shape) < 0.1] = np.nan
    return found


def grown(seeds: int) -> tuple[list[HistGradientBoostingClassifier], Ints, Bools]:
    """Forests on all columns but the first, of an outcome that hangs on numbers, categories and what is missing."""
    values = matrix(3000, 1, LEVELS)
    dice = np.random.default_rng(2)
    pull = np.nan_to_num(values[:, 1]) + 2 * (values[:, 2] == 3) + (values[:, 5] % 3 == 0) + 2 * np.isnan(values[:, 4])  # fmt: skip
    happened = (pull + dice.normal(size=len(values)) > 3).astype(float)
    used = np.arange(1, 8)
    is_kind = np.isin(used, KINDS)
    fitted = [
        HistGradientBoostingClassifier(**{**TREES, "max_features": 1.0}, early_stopping=False, random_state=seed, categorical_features=is_kind)
        .fit(values[:, used], happened) for seed in range(seeds)
    ]  # fmt: skip
    return fitted, used, is_kind


@pytest.mark.parametrize("seeds", [1, 3])
def test_the_arrays_say_what_the_library_says(seeds: int) -> None:
    fitted, used, is_kind = grown(seeds)
    forest = forest_of(fitted, used, is_kind)
    asked = matrix(2000, 9, LEVELS + 9)  # some categories were never seen
    asked[:, 0] = np.nan  # a column that no tree looks at
    said = np.mean([one.decision_function(asked[:, used]) for one in fitted], axis=0)
    np.testing.assert_allclose(forest.logits(asked), said, atol=1e-12)
    assert sum(one is not None for one in forest.codes) > 20
    assert np.ptp(said) > 1


def test_a_small_tree_by_hand() -> None:
    """One split: at most 2 goes left, what is missing right."""
    forest = Forest(
        start=0.5, roots=np.asarray([0]), column=np.asarray([1, -1, -1]), threshold=np.asarray([2.0, 0.0, 0.0]),
        missing_left=np.asarray([False] * 3), left=np.asarray([1, 0, 0]), right=np.asarray([2, 0, 0]), value=np.asarray([0.0, 1.0, -1.0]),
        codes=(None, None, None),
    )  # fmt: skip
    asked = np.asarray([[9.0, 2.0], [0.0, 2.1], [0.0, np.nan]])
    assert forest.logits(asked).tolist() == [1.5, -0.5, -0.5]
