"""The schools that hand in workbooks of their own in the newest year, instead of being in a package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from etl.demo.dice import dice
from etl.demo.ministry import Ministry
from etl.demo.targets import FIRST, LAST
from etl.templates import write
from warehouse.arrays import Ints
from warehouse.form import Form

__all__ = ["WORKBOOK_YEAR", "write_workbooks", "writers"]

WORKBOOK_YEAR = LAST
SCHOOLS = 50


def writers(one: Ministry) -> Ints:
    """Indices of those schools: fifty of the whole ministry, of a small one a twenty-fifth; of every province some."""
    wanted = min(SCHOOLS, max(4, round(SCHOOLS * one.units.scale * 5)))
    able = one.reporting(WORKBOOK_YEAR)
    able = able[~one.units.attached[able] & (one.units.opened[able] == FIRST)]
    order = dice(one.units.seed, "workbooks").permutation(able)
    turn = np.zeros(
        order.size, np.int64
    )  # whether it is its province's first, second... in this order
    for province in np.unique(one.units.province[order]):
        mine = one.units.province[order] == province
        turn[mine] = np.arange(mine.sum())
    return np.sort(order[np.argsort(turn, kind="stable")][:wanted])


def write_workbooks(
    folder: Path,
    frame: pl.DataFrame,
    form: type[Form],
    year: int,
    given: Mapping[int, Mapping[str, Any]],
) -> list[Path]:
    """One filled template for each school of `frame` (typed rows with unit, school_code and explanation); `given` are each unit's locked numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    scaled = [c for c in form.columns.values() if c.scale != 1 and c.name in frame.columns]
    said = frame.with_columns((pl.col(c.name) / c.scale).round(4) for c in scaled)
    paths = []
    for (code,), rows in said.partition_by(
        "school_code", as_dict=True, maintain_order=True
    ).items():
        path = folder / f"{form.name}-{year}-{code}.xlsx"
        known = given.get(rows["unit"][0], {})
        paths.append(write(form, path, school=str(code), year=year, rows=rows, given=known))
    return paths
