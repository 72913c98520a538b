"""Writing the rows of one form under one load: facts, rollups, load numbers.

A row stands under a basis. What a submission or an approval does to the rows that stand is said in one word, a `Move`: which
bases end, and which go on under another. A cell of a rollup belongs to one basis, so the figures of a basis are the sum of its own
cells and of those that count for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import sqlalchemy as sa

from warehouse import chains, kept_specialties
from warehouse.form import Form, Kind
from warehouse.frames import quoted, unnested
from warehouse.places import NATION
from warehouse.rollup import CELL, PLACE, change, climb, merge, school_cells, school_rows
from warehouse.store import Writer
from warehouse.tables import FOR_EVER, Basis, rolled

CELLS = ["place_id", *CELL]
Move = Mapping[Basis, Basis | None]
"""Rows of a basis that end, or go on under the basis named; bases that are not named stay as they are."""

REPLACE: Move = {Basis.SUBMITTED: None, Basis.APPROVED: None, Basis.BOTH: None}
SUBMIT: Move = {Basis.SUBMITTED: None, Basis.BOTH: Basis.APPROVED}
APPROVE: Move = {Basis.SUBMITTED: Basis.BOTH, Basis.APPROVED: None}


@dataclass(frozen=True)
class Change:
    """One form's rows to be written under one load: those of `schools` after what `move` does to the rows they had."""

    form: type[Form]
    year: int
    load: int
    schools: list[int]
    rows: pl.DataFrame  # school_id, basis, submission_id, sheet_row and the form's columns
    move: Move = field(default_factory=lambda: REPLACE)

    @property
    def moved(self) -> list[int]:
        """The bases whose rows do not stay as they are."""
        return [int(basis) for basis in self.move]


@dataclass(frozen=True)
class Ground:
    """Where the schools of a batch stand: units with paths, the chain above them, places with paths."""

    units: pl.DataFrame
    chain: pl.DataFrame
    places: pl.DataFrame


def within(ground: Ground, schools: list[int]) -> Ground:
    inside = pl.col("school_id").is_in(schools)
    return Ground(ground.units.filter(inside), ground.chain.filter(inside), ground.places)


def nothing(form: type[Form]) -> pl.DataFrame:
    """No rows of a form, for a change that only moves what stands."""
    names = ["school_id", "basis", *form.columns, "submission_id", "sheet_row"]
    kinds = {
        name: pl.String
        if name in form.columns and form.columns[name].kind is Kind.TEXT
        else pl.Int64
        for name in names
    }
    return pl.DataFrame(schema=kinds)


def write(
    writer: Writer, change: Change, ground: Ground, *, fresh: bool, meanwhile: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Facts, rollups and load numbers of one form. `meanwhile` is what else its transaction writes, beside or before them."""
    if fresh:
        _write_fresh(writer, change, ground, meanwhile)
        return
    meanwhile()
    _write_facts(writer, change, _stamped(_facts(change, ground), change))
    _write_rollups(writer, change, ground)
    _raise_loads(writer, change, ground)


def _facts(change: Change, ground: Ground) -> pl.DataFrame:
    columns = ["school_id", "basis", *change.form.columns, "submission_id", "sheet_row"]
    return change.rows.select(columns).join(
        ground.units.select("school_id", "path"), on="school_id", maintain_order="left"
    )


def _stamped(rows: pl.DataFrame, change: Change) -> pl.DataFrame:
    return rows.with_columns(
        year=pl.lit(change.year),
        first_load=pl.lit(change.load),
        last_load=pl.lit(FOR_EVER),
    )


def _write_fresh(
    writer: Writer, change: Change, ground: Ground, meanwhile: Callable[[], None]
) -> None:
    """A year nobody has reported: facts and rollups are filled beside what else is written, then both are attached."""
    fact, rollup = (f"{kind}_{change.form.name}" for kind in ("fact", "rollup"))
    with ThreadPoolExecutor(4) as pool:
        cells = pool.submit(school_cells, change.form, change.rows)
        above = pool.submit(lambda: climb(change.form, cells.result(), ground.chain))
        facts = pool.submit(_fill, writer, fact, change, lambda: [_facts(change, ground)])
        sums = pool.submit(_fill, writer, rollup, change, lambda: _counted(change, ground, cells, above))  # fmt: skip
        meanwhile()
        _raise_loads(writer, change, ground)
        _count_specialties(writer, change, ground, cells)
        for filled in (facts, sums):
            filled.result()
    for table in (fact, rollup):
        writer.run("SELECT attach_partition(:parent, :year)", parent=table, year=change.year)


def _count_specialties(
    writer: Writer, change: Change, ground: Ground, cells: Future[pl.DataFrame]
) -> None:
    """What is kept of specialties: no trigger sees the rows of a table that is not attached yet."""
    if change.form.name == kept_specialties.FORM:
        lines = kept_specialties.counted(cells.result(), ground.units)
        writer.insert("specialty_count", lines.with_columns(year=pl.lit(change.year)))


def _counted(
    change: Change, ground: Ground, cells: Future[pl.DataFrame], above: Future[pl.DataFrame]
) -> Iterator[pl.DataFrame]:
    """Every rollup row of a form and year: those of schools, without the columns that are null there, while those above are added up."""
    lowest = school_rows(change.form, cells.result(), ground.units.select("school_id", "unit_kind"))
    tops = [top for m in change.form.measures() for top in rolled(m.name)[1:]]
    yield _placed(lowest.drop(tops), ground)
    yield _placed(above.result(), ground)


def _fill(
    writer: Writer, table: str, change: Change, made: Callable[[], Iterable[pl.DataFrame]]
) -> None:
    """Fill a table that is to be a partition by COPY, then index it. Its defaults bear the stamp that all its rows share.

    Committed by itself, but read by nobody unless the writer's own transaction attaches it.
    """
    with writer.beside() as other:
        child = other.scalar(
            "SELECT fresh_partition(:parent, :year, :load)",
            parent=table, year=change.year, load=change.load,
        )  # fmt: skip
        for rows in made():
            other.copy(child, rows, options=", FREEZE")
        other.run("SELECT index_partition(:parent, :year)", parent=table, year=change.year)


def _rollup_columns(form: type[Form]) -> list[str]:
    return [*PLACE, "units", *(name for m in form.measures() for name in rolled(m.name))]


def _placed(rows: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Rollup rows with the path that row security reads."""
    return rows.join(ground.places.select("place_id", "path"), on="place_id", maintain_order="left")


def _write_facts(writer: Writer, change: Change, facts: pl.DataFrame) -> None:
    """Close the rows that end or go on under another basis, copy the latter, add the new ones."""
    table = f"fact_{change.form.name}"
    writer.run("SELECT ensure_partition(:parent, :year)", parent=table, year=change.year)
    at = {"load": change.load, "year": change.year, "schools": change.schools}
    writer.run(
        f"UPDATE {table} SET last_load = :load WHERE year = :year AND school_id = ANY (:schools) AND last_load = {FOR_EVER} "
        "AND basis = ANY (:bases)",
        bases=change.moved, **at,
    )  # fmt: skip
    columns = quoted(["year", "school_id", *change.form.columns, "submission_id", "sheet_row", "path"])  # fmt: skip
    for before, after in change.move.items():
        if after is not None:
            writer.run(
                f"INSERT INTO {table} ({columns}, basis, first_load, last_load) SELECT {columns}, :after, :load, {FOR_EVER} FROM {table} "
                "WHERE year = :year AND school_id = ANY (:schools) AND last_load = :load AND basis = :before",
                before=int(before), after=int(after), **at,
            )  # fmt: skip
    writer.insert(table, facts)


def _write_rollups(writer: Writer, moved: Change, ground: Ground) -> None:
    """School rows are replaced; rows above get the difference, or are counted afresh where a largest part fell."""
    form = moved.form
    writer.run(
        "SELECT ensure_partition(:parent, :year)", parent=f"rollup_{form.name}", year=moved.year
    )
    before = _school_cells_now(writer, moved, moved.schools).filter(
        pl.col("basis").is_in(moved.moved)
    )
    cells = _cells_after(moved, before)
    delta = change(form, before, cells, ground.chain)
    merged, afresh = merge(form, _rollup_now(writer, moved, delta), delta)
    if not afresh.is_empty():
        counted = _count_afresh(writer, moved, cells, afresh)
        merged = pl.concat(
            [merged.join(afresh, on=PLACE, how="anti"), counted], how="vertical_relaxed"
        )
    lowest = [school_rows(form, some, ground.units) for some in (before, cells)]
    closing = pl.concat([lowest[0].select(CELLS), merged.select(CELLS)])
    rows = pl.concat([lowest[1], merged.filter(pl.col("units") > 0)], how="vertical_relaxed")
    _replace(writer, moved, closing, _stamped(_placed(rows, ground), moved))


def _cells_after(moved: Change, before: pl.DataFrame) -> pl.DataFrame:
    """The cells of the schools once the move is made: those that go on, and those of the new rows."""
    going_on = [
        before.filter(pl.col("basis") == int(was)).with_columns(basis=pl.lit(int(after), pl.Int64))
        for was, after in moved.move.items()
        if after is not None
    ]
    new = school_cells(moved.form, moved.rows).select(before.columns)
    return pl.concat([new, *going_on], how="vertical_relaxed")


def _school_cells_now(
    writer: Writer, moved: Change, schools: list[int], wanted: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The cells that stand for these schools: school_id, basis, cut, member, measures; of `wanted` cuts and members only."""
    names = [m.name for m in moved.form.measures()]
    statement = (
        f"SELECT place_id AS school_id, basis, cut, member, {quoted(names)} FROM rollup_{moved.form.name} "
        f"WHERE year = :year AND rung = 4 AND last_load = {FOR_EVER} AND place_id = ANY (:schools)"
    )
    values: dict[str, Any] = {"year": moved.year, "schools": schools}
    if wanted is not None:
        cells = wanted.select("cut", "member").unique()
        values |= {"cuts": cells["cut"].to_list(), "members": cells["member"].to_list()}
        statement += " AND (cut, member) IN (SELECT * FROM unnest(CAST(:cuts AS text[]), CAST(:members AS text[])))"
    found = writer.frame(sa.text(statement), **values)
    return found.cast(
        {
            "school_id": pl.Int64,
            "basis": pl.Int64,
            "cut": pl.String,
            "member": pl.String,
            **dict.fromkeys(names, pl.Int64),
        }
    )


def _rollup_now(writer: Writer, moved: Change, delta: pl.DataFrame) -> pl.DataFrame:
    """The current rows of the places and cells that a delta touches."""
    columns = _rollup_columns(moved.form)
    found = writer.frame(
        sa.text(
            f"SELECT {quoted(columns)} FROM rollup_{moved.form.name} WHERE year = :year AND last_load = {FOR_EVER} "
            "AND place_id = ANY (:places) AND cut = ANY (:cuts)"
        ),
        year=moved.year, places=delta["place_id"].unique().to_list(), cuts=delta["cut"].unique().to_list(),
    )  # fmt: skip
    texts = dict.fromkeys(("unit_kind", "boundary", "cut", "member"), pl.String)
    return found.cast({name: texts.get(name, pl.Int64) for name in columns})


def _count_afresh(
    writer: Writer, moved: Change, cells: pl.DataFrame, afresh: pl.DataFrame
) -> pl.DataFrame:
    """Whole rows from the schools below, for cells whose largest contributions cannot follow from a delta.

    `cells` are the new ones of the schools that change; all others stand as they are.
    """
    stale = afresh.select("place_id", "rung").unique()
    units = chains.units_below(writer, moved.year, stale["place_id"].to_list())
    others = units.filter(~pl.col("school_id").is_in(moved.schools))["school_id"].to_list()
    known = _school_cells_now(writer, moved, others, afresh)
    return (
        climb(
            moved.form, pl.concat([known, cells.select(known.columns)]), chains.chain(units, stale)
        )
        .join(afresh, on=PLACE, how="semi")
        .select(_rollup_columns(moved.form))
    )


def _replace(writer: Writer, moved: Change, closing: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Close the current rows of the given cells and put new ones in their place."""
    table = f"rollup_{moved.form.name}"
    listed, source, values = unnested(closing)
    writer.run(
        f"UPDATE {table} r SET last_load = :load FROM (SELECT {listed} FROM {source}) s WHERE r.year = :year AND r.last_load = {FOR_EVER} "
        "AND r.place_id = s.place_id AND r.cut = s.cut AND r.member = s.member AND r.unit_kind = s.unit_kind AND r.boundary = s.boundary AND r.basis = s.basis",
        load=moved.load, year=moved.year, **values,
    )  # fmt: skip
    writer.insert(table, rows)


def _raise_loads(writer: Writer, moved: Change, ground: Ground) -> None:
    """Give this load's number to every school of the change and every place above it."""
    touched = {NATION, *moved.schools, *ground.chain["place_id"].unique().to_list()}
    at = {"form": moved.form.name, "places": sorted(touched), "number": moved.load}
    known = writer.run(
        "UPDATE load SET number = :number WHERE form = :form AND place_id = ANY (:places)", **at
    )
    if known < len(touched):  # some stand there for the first time
        writer.run(
            "INSERT INTO load SELECT :form, unnest(CAST(:places AS int[])), :number ON CONFLICT (form, place_id) DO NOTHING", **at,
        )  # fmt: skip
    writer.run(
        "INSERT INTO load_log VALUES (:form, :number, now())",
        form=moved.form.name,
        number=moved.load,
    )
