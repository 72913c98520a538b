"""The arrays that the project reckons with, named once, and how the server hands one over: as bytes, for the driver spends more on each value than it."""

from __future__ import annotations

from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects.postgresql import BYTEA

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Measures = NDArray[np.floating[Any]]  # of either precision
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def sent(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bytes]:
    """The values of a column one after the other; NaN for null."""
    known = sa.func.coalesce(sa.cast(column, sa.Double), sa.literal_column("'NaN'::float8"))
    return sa.func.string_agg(
        sa.func.float8send(known), sa.literal_column("''::bytea"), type_=BYTEA
    )


def floats(told: bytes | None) -> Floats:
    """What `sent` tells; nothing where there was no row."""
    return np.frombuffer(told or b"", dtype=">f8").astype(np.float64)


_HEAD, _VALUE = 20, np.dtype([("length", ">i4"), ("value", ">f8")])


def floats_of_array(told: bytes) -> Floats:
    """What array_send() tells of an array of floats without nulls."""
    return np.frombuffer(told[_HEAD:], dtype=_VALUE)["value"].astype(np.float64)
