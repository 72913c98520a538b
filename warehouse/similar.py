"""What schools are compared by, and the values of those that are alike: without names outside a reader's own subtree.

A mark stands for a school. It is the same for every reader and leads to no name; the database gives the number behind it only to whoever
sees the school's records, and hands out the values of marked schools sorted, ten or none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
import polars as pl
import sqlalchemy as sa

from warehouse.bands import bands
from warehouse.store import Compiled, Reader

FORMS = ("register", "enrolment")  # where the traits come from
_TRAITS = sa.text("SELECT * FROM peer_traits(:year, :basis, :register, :enrolment)")
_MARKED = Compiled(b"SELECT * FROM marked_units($1::int[], $2::bigint[])", ("units", "marks"), {})
_VALUES = Compiled(b"SELECT * FROM similar_values($1::bigint[], $2::int, $3::jsonb, $4::jsonb)", ("marks", "basis", "cells", "wanted"), {})  # fmt: skip
_SAID = pl.Schema({
    "mark": pl.Int64, "province": pl.Int64, "school_type": pl.String, "sponsor": pl.String, "setting": pl.String, "mix": pl.String,
})  # fmt: skip


class Frames(NamedTuple):
    """All units due in a year. `traits`: unit (its mark), province, school_type, sponsor, setting, band, students; `mix`: unit, major, students."""

    traits: pl.DataFrame
    mix: pl.DataFrame


def frames(reader: Reader, year: int, basis: Sequence[int], loads: Mapping[str, int]) -> Frames:
    """What everybody is compared by, in the state of these loads of FORMS. A unit that has not reported has no traits."""
    found = reader.frame(_TRAITS, year=year, basis=list(basis), **{name: loads[name] for name in FORMS})  # fmt: skip
    said = found.cast(_SAID).rename({"mark": "unit"})
    mix = _mix(said)
    students = mix.group_by("unit").agg(pl.col("students").sum())
    return Frames(banded(said.drop("mix")).join(students, on="unit", how="left"), mix)


def banded(traits: pl.DataFrame) -> pl.DataFrame:
    """With `band`, the income band of each row's `province`."""
    known = {place: one.number for place, one in bands().items()}
    band = pl.col("province").replace_strict(known, default=None, return_dtype=pl.Int64)
    return traits.with_columns(band=band)


def _mix(said: pl.DataFrame) -> pl.DataFrame:
    """From "61:120 66:80" a line for each class."""
    parts = (
        said.select("unit", pl.col("mix").str.split(" "))
        .explode("mix")
        .drop_nulls("mix")
        .with_columns(pl.col("mix").str.split_exact(":", 1).struct.rename_fields(["major", "students"]))
        .unnest("mix")
    )  # fmt: skip
    return parts.with_columns(pl.col("students").cast(pl.Int64))


def marked(
    reader: Reader, units: Collection[int] = (), marks: Collection[int] = ()
) -> dict[int, int]:
    """Mark -> unit of those named by either whose records the reader sees."""
    return dict(reader.rows(_MARKED, units=list(units), marks=list(marks)))


class CellOfUnit(NamedTuple):
    """One cell of a form's rollup, over units of some kinds, up to a load."""

    form: str
    year: int
    cut: str
    member: str
    kinds: tuple[str, ...]
    load: int


class Wishes:
    """The cells that several metrics need of each unit, each once, and what every metric makes of them."""

    def __init__(self) -> None:
        self._cells: dict[CellOfUnit, dict[str, int]] = {}
        self._wanted: list[dict[str, Any]] = []

    def want(
        self, metric: str, sides: Sequence[Sequence[tuple[int, CellOfUnit, str]]], needed: Sequence[Sequence[CellOfUnit]]
    ) -> None:  # fmt: skip
        """A metric: one side, or two to divide, each a sum of (sign, cell, measure); of each list of needed cells one must have been reported."""
        said = {name: [self._measure(*one) for one in side] for name, side in zip(("above", "below"), sides, strict=False)}  # fmt: skip
        places = [[self._at(cell) for cell in any_of] for any_of in needed]
        self._wanted.append({"metric": metric, "needed": places, **said})

    def _measure(self, sign: int, cell: CellOfUnit, measure: str) -> tuple[int, int, int]:
        at = self._at(cell)
        measures = self._cells[cell]
        return sign, at, measures.setdefault(measure, len(measures))

    def _at(self, cell: CellOfUnit) -> int:
        self._cells.setdefault(cell, {})
        return list(self._cells).index(cell)

    def values(self, reader: Reader, marks: Collection[int], basis: int) -> dict[str, list[float]]:
        """By metric the sorted values of marked schools; none of a metric that fewer than ten of them have."""
        cells = [{**cell._asdict(), "measures": list(measures)} for cell, measures in self._cells.items()]  # fmt: skip
        said = {
            "cells": orjson.dumps(cells).decode(),
            "wanted": orjson.dumps(self._wanted).decode(),
        }
        rows = reader.rows(_VALUES, marks=list(marks), basis=basis, **said)
        return {metric: ordered or [] for metric, ordered in rows}
