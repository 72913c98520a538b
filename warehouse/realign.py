"""After events in the life of units: what was recorded before them is brought under the new ladder.

A late event may change what stands above a unit in a year that has figures already (its county was corrected, it
left the roster), and whoever has custody of it may change. Sums are counted afresh for the places concerned, under
a load of their own, so the state before can still be asked; row security's paths are rewritten in place.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import sqlalchemy as sa

from warehouse import cases, chains
from warehouse.chain import rehome
from warehouse.discovery import forms
from warehouse.form import Form
from warehouse.frames import quoted
from warehouse.rollup import PLACE, climb
from warehouse.store import Writer
from warehouse.tables import FOR_EVER, rolled

LEDGER = (
    "submission", "rejection", "finding", "step", "standing", "flag", "case_file", "case_step", "case_evidence",
)  # fmt: skip
_STANDING = sa.text(
    "SELECT l.year, l.place_id, l.path_then::text || l.path_now::text AS chain, p.path::text AS path "
    "FROM ladder l JOIN place p USING (place_id) WHERE l.rung = 4"
)


@dataclass(frozen=True)
class Standing:
    """Where every unit stood before the events: year, place_id, chain, path (as text)."""

    units: pl.DataFrame

    @classmethod
    def of(cls, writer: Writer) -> Standing:
        kinds = pl.Schema(
            {"year": pl.Int64, "place_id": pl.Int64, "chain": pl.String, "path": pl.String}
        )
        return cls(writer.frame(_STANDING).cast(kinds))


def realign(writer: Writer, before: Standing) -> None:
    """Bring facts, rollups and ledger under the ladder as it is now laid."""
    after = Standing.of(writer).units
    both = before.units.join(after, on=["year", "place_id"], how="left", suffix="_new")
    moved = both.filter(pl.col("chain_new").is_null() | (pl.col("chain") != pl.col("chain_new")))
    for (year,), units in moved.group_by("year", maintain_order=True):
        gone = units.filter(pl.col("chain_new").is_null())["place_id"].to_list()
        for form in forms().values():
            _recount(writer, form, int(str(year)), _above(units), gone)
    handed_over = both.filter(pl.col("path") != pl.col("path_new"))["place_id"].unique().to_list()
    if handed_over:
        _rewrite_paths(writer, handed_over)
        rehome(writer, handed_over)
        cases.rehome(writer, handed_over)
    _follow_ladder(writer)


def _above(units: pl.DataFrame) -> list[int]:
    """Every place that stood or stands above the units."""
    chains_of = pl.concat([units["chain"], units["chain_new"].drop_nulls()])
    ids = chains_of.str.extract_all(r"\d+").explode().cast(pl.Int64).unique()
    return ids.filter(~ids.is_in(units["place_id"].implode())).to_list()


def _recount(
    writer: Writer, form: type[Form], year: int, places: list[int], gone: list[int]
) -> None:
    """Sums of the places counted afresh; units that left the year's roster leave its figures."""
    if writer.scalar("SELECT is_fresh(:parent, :year)", parent=f"rollup_{form.name}", year=year):
        return
    load = _next_load(writer, form, places)
    for table, column in ((f"fact_{form.name}", "school_id"), (f"rollup_{form.name}", "place_id")):
        writer.run(
            f"UPDATE {table} SET last_load = :load WHERE year = :year AND last_load = {FOR_EVER} AND {column} = ANY (:gone)",
            load=load, year=year, gone=gone,
        )  # fmt: skip
    rows = _counted(writer, form, year, places)
    writer.run(
        f"UPDATE rollup_{form.name} SET last_load = :load WHERE year = :year AND last_load = {FOR_EVER} "
        "AND rung < 4 AND place_id = ANY (:places)",
        load=load, year=year, places=places,
    )  # fmt: skip
    stamped = rows.with_columns(
        year=pl.lit(year),
        first_load=pl.lit(load),
        last_load=pl.lit(FOR_EVER),
    )
    writer.insert(f"rollup_{form.name}", stamped)


def _next_load(writer: Writer, form: type[Form], places: list[int]) -> int:
    """Take the form's next number, for the nation and every place concerned."""
    number: int = writer.scalar(
        "INSERT INTO load VALUES (:form, 1, 1) ON CONFLICT (form, place_id) "
        "DO UPDATE SET number = load.number + 1 RETURNING number",
        form=form.name,
    )
    writer.run(
        "INSERT INTO load SELECT :form, unnest(CAST(:places AS int[])), :number "
        "ON CONFLICT (form, place_id) DO UPDATE SET number = excluded.number",
        form=form.name, places=sorted({1, *places}), number=number,
    )  # fmt: skip
    writer.run("INSERT INTO load_log VALUES (:form, :number, now())", form=form.name, number=number)
    return number


def _counted(writer: Writer, form: type[Form], year: int, places: list[int]) -> pl.DataFrame:
    """The rollup rows of the places from the cells of the units now below them."""
    rungs = writer.frame(
        sa.text("SELECT place_id, rung, path::text AS path FROM place WHERE place_id = ANY (:ids)"),
        ids=places,
    )
    rungs = rungs.cast({"place_id": pl.Int64, "rung": pl.Int64, "path": pl.String})
    chain = chains.chain(chains.units(writer, year, None), rungs)
    names = [m.name for m in form.measures()]
    cells = writer.frame(
        sa.text(
            f"SELECT place_id AS school_id, basis, cut, member, {quoted(names)} FROM rollup_{form.name} "
            f"WHERE year = :year AND rung = 4 AND last_load = {FOR_EVER} AND place_id = ANY (:schools)"
        ),
        year=year, schools=chain["school_id"].unique().to_list(),
    )  # fmt: skip
    typed = cells.cast(
        {
            "school_id": pl.Int64,
            "basis": pl.Int64,
            "cut": pl.String,
            "member": pl.String,
            **dict.fromkeys(names, pl.Int64),
        }
    )
    paths = rungs.select("place_id", "path")
    columns = [*PLACE, "units", *(c for n in names for c in rolled(n))]
    return climb(form, typed, chain).select(columns).join(paths, on="place_id")


def _rewrite_paths(writer: Writer, units: list[int]) -> None:
    """Hand the records of units over to whoever has custody of them now."""
    tables = [(f"fact_{name}", "school_id") for name in forms()]
    tables += [(f"rollup_{name}", "place_id") for name in forms()]
    tables += [(name, "school_id") for name in LEDGER]
    for table, column in tables:
        writer.run(
            f"UPDATE {table} t SET path = p.path FROM place p WHERE p.place_id = t.{column} AND t.{column} = ANY (:units)",
            units=units,
        )
    writer.run(
        "UPDATE document d SET path = s.path FROM submission s WHERE s.submission_id = d.submission_id AND s.school_id = ANY (:units)",
        units=units,
    )


def _follow_ladder(writer: Writer) -> None:
    """Accounts and rosters stand where their place stands now; a trigger reads the place's path."""
    for table in ("account", "roster"):
        writer.run(
            f"UPDATE {table} t SET place_id = t.place_id FROM place p WHERE p.place_id = t.place_id AND t.path <> p.path"
        )
    for table in ("invitation", "account_step"):
        writer.run(
            f"UPDATE {table} t SET path = a.path FROM account a WHERE a.login = t.login AND t.path <> a.path"
        )
