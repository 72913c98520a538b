"""The detectors that stand beside the doubts are PyOD's, and ours reckon the same."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.evaluate.detectors import pyod_version, untaught
from metrics.risk import baselines
from warehouse.arrays import Floats


def values(seed: int) -> Floats:
    """Columns that lean to either side or to none, and one with ties."""
    dice = np.random.default_rng(seed)
    return np.column_stack([
        dice.normal(size=240), dice.lognormal(0, 1, 240), -dice.lognormal(0, 1, 240), dice.integers(0, 4, 240),
    ])  # fmt: skip


def test_development_has_pyod() -> None:
    assert pyod_version(), "PyOD is a development dependency: make venv-dev installs it"


@pytest.mark.parametrize("seed", range(3))
def test_our_tails_are_those_of_pyod(seed: int) -> None:
    table = values(seed)
    theirs = untaught()["ECOD"]
    assert theirs is not baselines.ecod
    np.testing.assert_allclose(baselines.ecod(table), theirs(table), rtol=1e-9)


def test_our_forest_is_that_of_pyod_but_for_where_it_begins() -> None:
    table = values(0)
    theirs = untaught()["isolation forest"]
    assert theirs is not baselines.isolation
    apart = baselines.isolation(table) - theirs(table)
    np.testing.assert_allclose(apart, apart[0], atol=1e-9)


def test_without_pyod_our_own_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrics.evaluate.detectors.pyod_version", lambda: None)
    assert untaught() == baselines.UNTAUGHT
