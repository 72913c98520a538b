"""A profile for any form that has none of its own: plausible whole numbers that the form's rules accept.

A newly declared form thus takes part in the demo at once; rows that its rules would refuse are left out.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from etl.demo.dice import dice
from etl.demo.pupils import Pupils
from etl.demo.remarks import verdicts
from etl.demo.units import Units
from warehouse.arrays import Floats
from warehouse.form import PERSONS, Answer, Column, Form, Kind

__all__ = ["plausible"]

MEMBERS = 4  # of each code list that a unit reports, at most


def plausible(units: Units, pupils: Pupils, form: type[Form], year: int) -> pl.DataFrame:
    """Rows of every unit due: some members of each key, measures in proportion to the students."""
    frame = pl.DataFrame({"unit": np.flatnonzero(units.due(year))})
    for column in form.grain():
        frame = frame.join(pl.DataFrame({column.name: _members(units.seed, column)}), how="cross")
    chance = dice(units.seed, "generic", form.name, year)
    size = np.maximum(1, pupils.stock(year))[frame["unit"].to_numpy()] * frame["unit"].n_unique()
    share = size / max(1, frame.height)
    filled = frame.with_columns(
        _values(column, chance, share, year)
        for column in form.columns.values()
        if column not in form.grain()
    )
    return _acceptable(filled, form)


def _members(seed: int, column: Column) -> list[str]:
    if column.codes is None:
        return ["1"]
    codes = sorted(column.codes.labels)
    return list(map(str, dice(seed, "members", column.name).permutation(codes)[:MEMBERS]))


def _values(column: Column, chance: np.random.Generator, share: Floats, year: int) -> pl.Series:
    """One column: a code at random, a date of the year, a word, or a number near the unit's size; nothing where nothing is asked."""
    if not column.required and column.kind is not Kind.INTEGER:
        return pl.Series(
            column.name,
            [None] * share.size,
            dtype=pl.Date if column.kind is Kind.DATE else pl.String,
        )
    if column.codes is not None:
        drawn = chance.choice(sorted(column.codes.labels), share.size).tolist()
        return pl.Series(column.name, drawn, pl.String)
    if column.kind is Kind.DATE:
        return pl.Series(column.name, [date(year, 9, 1)] * share.size)
    if column.kind is Kind.TEXT:
        return pl.Series(column.name, ["合成"] * share.size)
    each = share * chance.beta(2.0, 6.0) * chance.lognormal(0.0, 0.2, share.size)
    money = each * column.scale if column.unit == PERSONS else each * 100 * column.scale
    whole = np.clip(np.rint(money), column.minimum or 0, column.maximum)
    return pl.Series(column.name, whole.astype(np.int64))


def _acceptable(frame: pl.DataFrame, form: type[Form]) -> pl.DataFrame:
    """Where a rule refuses a row, its measures are zero; where it still does, there is no row."""
    zero = [pl.lit(column.minimum or 0, pl.Int64).alias(column.name) for column in form.measures()]
    broken = _refused(frame, form)
    mended = pl.concat([frame.filter(~broken), frame.filter(broken).with_columns(zero)])
    return mended.filter(~_refused(mended, form)).sort("unit", maintain_order=True)


def _refused(frame: pl.DataFrame, form: type[Form]) -> pl.Series:
    """Which rows any rule refuses; numbers of other forms are not known here and count as absent."""
    unknown = [pl.lit(None, pl.Int64).alias(name) for name in form.refers]
    rows = verdicts(frame.with_columns(unknown), form, Answer.REFUSED).values()
    whole = pl.Series([False]).new_from_index(0, frame.height)
    for one in rows:
        whole = whole | one
    return whole
