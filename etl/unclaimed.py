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

RULE = "not_due"


def unclaimed(placed: Placed, year: int, ladder: Ladder) -> pl.DataFrame:
    """As the ledger keeps them: file_name, file_hash, sheet, sheet_row, school_code as written, rule, words, cells, path."""
    rows = placed.strangers
    said, asked = REASONS[RULE]
    slots = {"value": pl.col(SCHOOL), "year": pl.lit(str(year))}
    written = placed.raw[SCHOOL].gather(rows[PLACE]).cast(pl.String).alias(SCHOOL)
    return (
        rows.with_columns(written)
        .join(whole_rows(placed, rows, rows), on=PLACE, maintain_order="left")
        .join(_files(placed, ladder), on=SOURCE, maintain_order="left")
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


def _files(placed: Placed, ladder: Ladder) -> pl.DataFrame:
    """Each file with the place of its delivery: who may read the rows in it that no unit claims."""
    sheets = [table.sheet for table in placed.tables]
    schools = dict(placed.rows.group_by(SOURCE).agg(pl.col("school_id").unique()).rows())
    paths = [_delivered_at(schools.get(source, []), ladder) for source in range(len(sheets))]
    return pl.DataFrame(
        {
            SOURCE: range(len(sheets)),
            "file_name": [sheet.file for sheet in sheets],
            "file_hash": [sheet.file_hash for sheet in sheets],
            "sheet": [sheet.name for sheet in sheets],
            "path": paths,
        },
        schema_overrides={SOURCE: pl.Int32, "path": pl.String},
    )


def _delivered_at(schools: list[int], ladder: Ladder) -> str:
    """The one province whose schools stand in the same file, as a path; else only the nation reads the rows."""
    provinces = {
        place
        for school in schools
        for place in ladder.ancestors(school)
        if ladder.rung(place) is Rung.PROVINCE
    }
    return f"{{{provinces.pop()}}}" if len(provinces) == 1 else "{}"
