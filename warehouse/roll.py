"""Calling the roll: the roster of each year, written from the ladder through the ordinary write path."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
import sqlalchemy as sa

from warehouse.discovery import form
from warehouse.record import claim, survey
from warehouse.record_rows import Change, write
from warehouse.store import Writer
from warehouse.tables import FOR_EVER, Basis

ROSTER = "roster"


def call_roll(writer: Writer, years: Iterable[int]) -> None:
    """Every unit of a year's ladder is due once; units that left are closed by `realign`."""
    load = claim(writer, [ROSTER])[ROSTER]
    for year in years:
        missing = _missing(writer, year)
        if not missing:
            continue
        load += 1
        rows = pl.DataFrame({"school_id": missing}, schema={"school_id": pl.Int64}).with_columns(
            basis=pl.lit(int(Basis.BOTH), pl.Int64),
            due=pl.lit(1, pl.Int64),
            submission_id=pl.lit(0, pl.Int64),
            sheet_row=pl.lit(0, pl.Int32),
        )
        fresh = writer.scalar("SELECT is_fresh('fact_roster', :year)", year=year)
        write(
            writer,
            Change(form(ROSTER), year, load, missing, rows),
            survey(writer, year, missing),
            fresh=bool(fresh),
        )


def _missing(writer: Writer, year: int) -> list[int]:
    """Units on the year's ladder that the roster does not hold yet."""
    due = {
        row[0]
        for row in writer.rows(
            sa.text("SELECT place_id FROM ladder WHERE year = :year AND rung = 4"), year=year
        )
    }
    held = writer.rows(
        sa.text(f"SELECT school_id FROM fact_roster WHERE year = :year AND last_load = {FOR_EVER}"),
        year=year,
    )
    return sorted(due - {row[0] for row in held})
