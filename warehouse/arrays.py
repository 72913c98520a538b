"""The arrays that the project reckons with, named once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Measures = NDArray[np.floating[Any]]  # of either precision
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
