"""Rows of a package that belong to no unit due that year: refused, in words, with their whole rows."""

from __future__ import annotations

import polars as pl

from etl.harmonise import PLACE, SOURCE
from etl.headers import SCHOOL
from etl.outcome import Placed, whole_rows
from etl.reasons import REASONS, sentence
from etl.sheet import ROW
from warehouse.ladder import Ladder
from warehouse.places import Rung
from warehouse.store import Warehouse

RULE = "not_due"


def unclaimed(placed: Placed, year: int, warehouse: Warehouse) -> pl.DataFrame:
    """As the ledger keeps them: file_name, file_hash, sheet, sheet_row, school_code as written, rule, words, cells, path.

    The ladder, which is large, is read only where there are such rows.
    """
    rows = placed.strangers
    said, asked = REASONS[RULE]
    slots = {"value": pl.col(SCHOOL), "year": pl.lit(str(year))}
    written = placed.raw[SCHOOL].gather(rows[PLACE]).cast(pl.String).alias(SCHOOL)
    return (
        rows.with_columns(written)
        .join(whole_rows(placed, rows, rows), on=PLACE, maintain_order="left")
        .join(_files(placed, warehouse), on=SOURCE, maintain_order="left")
        .select(
            "file_name", "file_hash", "sheet", ROW, SCHOOL,
            pl.lit(RULE).alias("rule"),
            sentence(said.zh, slots).alias("message_zh"),
            sentence(said.en, slots).alias("message_en"),
            sentence(asked.zh, slots).alias("todo_zh"),
            sentence(asked.en, slots).alias("todo_en"),
            "cells", "path",
        )
    )  # fmt: skip


def _files(placed: Placed, warehouse: Warehouse) -> pl.DataFrame:
    """Each file that holds such rows, with the place of its delivery: who may read them."""
    sources = placed.strangers[SOURCE].unique(maintain_order=True).to_list()
    there = placed.rows.filter(pl.col(SOURCE).is_in(sources))
    schools = dict(there.group_by(SOURCE).agg(pl.col("school_id").unique()).rows())
    sheets = [placed.tables[source].sheet for source in sources]
    paths = [_delivered_at(schools.get(source, []), warehouse.ladder) for source in sources]
    return pl.DataFrame(
        {
            SOURCE: sources,
            "file_name": [sheet.file for sheet in sheets],
            "file_hash": [sheet.file_hash for sheet in sheets],
            "sheet": [sheet.name for sheet in sheets],
            "path": paths,
        },
        schema={SOURCE: pl.Int32, **dict.fromkeys(("file_name", "file_hash", "sheet", "path"), pl.String)},
    )  # fmt: skip


def _delivered_at(schools: list[int], ladder: Ladder) -> str:
    """The one province whose schools stand in the same file, as a path; else only the nation reads the rows."""
    provinces = {
        place
        for school in schools
        for place in ladder.ancestors(school)
        if ladder.rung(place) is Rung.PROVINCE
    }
    return f"{{{provinces.pop()}}}" if len(provinces) == 1 else "{}"
