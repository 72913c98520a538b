"""Detectors of outliers that are told of nothing: PyOD's own where it is installed, as it is for development, and ours elsewhere.

Ours reckon what PyOD's do by default; a test holds them side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from metrics.risk.baselines import UNTAUGHT
from warehouse.arrays import Floats

Detector = Callable[[Floats], Floats]


@cache
def pyod_version() -> str | None:
    """None where PyOD is not installed: nothing but an evaluation asks for it."""
    try:
        return version("pyod")
    except PackageNotFoundError:
        return None


def untaught() -> Mapping[str, Detector]:
    """The detectors by name, in the order of the table."""
    return UNTAUGHT if pyod_version() is None else {**UNTAUGHT, "ECOD": _ecod, "isolation forest": _isolation}  # fmt: skip


def _ecod(values: Floats) -> Floats:
    from pyod.models.ecod import ECOD

    found: Floats = ECOD().fit(values).decision_scores_
    return found


def _isolation(values: Floats) -> Floats:
    from pyod.models.iforest import IForest

    found: Floats = IForest(random_state=0).fit(values).decision_scores_
    return found
