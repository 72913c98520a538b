"""Sums asked of the database and counted again by hand."""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, opened, register
from warehouse import chains
from warehouse.form import Form
from warehouse.frames import quoted
from warehouse.rollup import climb, school_cells
from warehouse.store import Warehouse
from warehouse.tables import FOR_EVER


def three_schools(worker: Warehouse) -> list[int]:
    codes = ["3643000001", "3643000002", "3644000001"]
    ids = register(
        worker, [opened(c, p) for c, p in zip(codes, (CHANGSHA, SHAOYANG, GUANGZHOU), strict=True)]
    )
    return [ids[code] for code in codes]


def total(
    warehouse: Warehouse, place: int, load: int | None, column: str = "students", cut: str = ""
) -> int | None:
    """The sum of a place as of a load."""
    with warehouse.writing() as writer:
        found: int | None = writer.scalar(
            f"SELECT sum({column})::bigint FROM rollup_enrolment WHERE place_id = :place AND cut = :cut AND year = 2025"
            " AND boundary IN ('now', 'both') AND first_load <= :load AND last_load > :load",
            place=place,
            load=load,
            cut=cut,
        )
    return found  # fmt: skip


def check_rollups(worker: Warehouse, declared: type[Form], year: int) -> int:
    """Every rollup row equals its schools' cells added up afresh; the number of rows compared."""
    from warehouse.record_rows import Change, _rollup_columns, _school_cells_now

    with worker.writing() as writer:
        everyone = chains.units(writer, year, None)
        chain = chains.chain(everyone, chains.places(writer, everyone))
        change = Change(declared, year, 0, [], pl.DataFrame())
        cells = _school_cells_now(writer, change, everyone["school_id"].to_list())
        columns = _rollup_columns(declared)
        expected = climb(declared, cells, chain).select(columns)
        stands = writer.frame(sa.text(
            f"SELECT {quoted(columns)} FROM rollup_{declared.name} WHERE year = {year} AND rung < 4 AND last_load = {FOR_EVER}"))  # fmt: skip
        facts = writer.frame(
            sa.text(
                f"SELECT * FROM fact_{declared.name} WHERE year = {year} AND last_load = {FOR_EVER}"
            )
        )
    order = columns[:7]
    cast = pl.Schema({name: expected.schema[name] for name in columns})
    assert stands.cast(cast).sort(order).equals(expected.sort(order))
    fresh = school_cells(declared, facts.cast({"school_id": pl.Int64, "basis": pl.Int64}))
    key = ["school_id", "basis", "cut", "member"]
    assert fresh.sort(key).equals(cells.select(fresh.columns).sort(key))
    return expected.height
