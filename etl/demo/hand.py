"""What a hand that writes planted faults works with: the case, and rows of the units that are hit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

__all__ = ["FIRST_ROW", "Case", "Hand", "Honest", "Severities", "by", "hit", "put"]

Honest = Callable[[str, int], pl.DataFrame]
Severities = dict[int, float]
FIRST_ROW = pl.int_range(pl.len()).over("unit") == 0


@dataclass(frozen=True)
class Case:
    """One kind of fault in one form and year: each unit's severity, now and in the year before."""

    year: int
    now: Severities
    before: Severities
    honest: Honest


Hand = Callable[[pl.DataFrame, Case], pl.DataFrame]


def hit(severities: Severities) -> pl.Expr:
    return pl.col("unit").is_in(list(severities))


def by(severities: Severities) -> pl.Expr:
    """Each unit's severity, 1 where it has none."""
    return pl.col("unit").replace_strict(severities, default=1.0, return_dtype=pl.Float64)


def put(frame: pl.DataFrame, severities: Severities, **columns: pl.Expr) -> pl.DataFrame:
    """Columns replaced, as whole numbers, in the rows of the units hit."""
    return frame.with_columns(
        pl.when(hit(severities)).then(value.round().cast(pl.Int64)).otherwise(pl.col(name)).alias(name)
        for name, value in columns.items()
    )  # fmt: skip
