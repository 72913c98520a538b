"""All schools of a year as they are compared with each other, out of the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import polars as pl

from metrics.nearest import EVERYONE
from metrics.peers import Schools
from metrics.rollups import BASES
from warehouse.similar import frames, marked
from warehouse.store import Reader


class Everyone(NamedTuple):
    """`schools` for distances; `traits` and `mix` (see warehouse.similar.Frames) for words. A school is known by its mark."""

    schools: Schools
    traits: pl.DataFrame
    mix: pl.DataFrame


def everyone(
    reader: Reader, year: int, basis: Literal["submitted", "approved"], loads: Mapping[str, int]
) -> Everyone:
    """Everybody due in a year, as they had reported by these loads of warehouse.similar.FORMS."""
    found = frames(reader, year, [int(one) for one in BASES[basis]], loads)
    return Everyone(Schools.of(*found), *found)


def numbered(reader: Reader, found: pl.DataFrame) -> pl.DataFrame:
    """What metrics.peers.everyone() found, with the numbers of schools for their marks; rows of schools whose records the reader does not see are left out."""
    units = marked(reader, marks=found["unit"].unique().to_list())
    known = pl.col("unit", "peer").replace_strict(units, default=None, return_dtype=pl.Int64)
    return found.with_columns(known).drop_nulls().select(list(EVERYONE))
