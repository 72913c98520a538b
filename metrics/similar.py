"""All schools of a year as they are compared with each other, out of the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import polars as pl

from metrics.peers import Schools
from metrics.rollups import BASES
from warehouse.similar import frames
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
