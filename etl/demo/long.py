"""Arrays of units as rows of a form: one row a unit, or a unit and member of a code list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.demo.units import Units
from warehouse.arrays import Ints

__all__ = ["long", "series", "whole"]


def whole(values: NDArray[Any]) -> Ints:
    """The nearest whole numbers, none below zero."""
    rounded: Ints = np.rint(np.maximum(values, 0)).astype(np.int64)
    return rounded


def series(name: str, values: NDArray[Any]) -> pl.Series:
    """Numbers as numbers, everything else as words."""
    if values.dtype.kind in "iu":
        return pl.Series(name, values.astype(np.int64))
    return pl.Series(name, values.tolist(), dtype=pl.String)


def long(units: Units, year: int, columns: Mapping[str, NDArray[Any]], **key: Sequence[str]) -> pl.DataFrame:  # fmt: skip
    """Rows of the units due. Columns are [n], or [n, members] with the one `key` and its members."""
    due = np.flatnonzero(units.due(year))
    name, members = next(iter(key.items()), ("", ()))
    frame: dict[str, pl.Series] = {"unit": pl.Series(np.repeat(due, len(members) or 1))}
    if members:
        frame[name] = pl.Series(list(members) * due.size, dtype=pl.String)
    for column, values in columns.items():
        frame[column] = series(column, np.asarray(values)[due].reshape(-1))
    return pl.DataFrame(frame)
