"""Recording: one transaction takes a batch into ledger, facts, rollups and derived forms, or leaves no trace.

Every submission of a form passes through the form's row of the nation in `load`, which it holds until it
commits. So the loads of a form are one sequence, visible in the order of their numbers, and no two writers
can wait for each other in a circle: forms are locked in the order of their names.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import sqlalchemy as sa

from warehouse import chains, ledger
from warehouse.discovery import derived_forms
from warehouse.errors import UnknownPlace
from warehouse.form import DerivedForm, Form
from warehouse.frames import quoted, unnested
from warehouse.ledger import Batch, Recorded
from warehouse.places import NATION
from warehouse.rollup import PLACE, change, climb, merge, school_cells, school_rows
from warehouse.store import Writer
from warehouse.tables import FOR_EVER, Basis, rolled
from warehouse.totals import Wanted, read_totals

CELLS = ["place_id", "unit_kind", "boundary", "cut", "member"]


@dataclass(frozen=True)
class Change:
    """One form's rows to be written under one load: all rows of `schools`, in place of what they had."""

    form: type[Form]
    year: int
    load: int
    schools: list[int]
    rows: pl.DataFrame  # school_id, submission_id, sheet_row and the form's columns


@dataclass(frozen=True)
class Ground:
    """Where the schools of a batch stand: units with paths, the chain above them, places with paths."""

    units: pl.DataFrame
    chain: pl.DataFrame
    places: pl.DataFrame


def record(writer: Writer, batch: Batch, *, fresh: bool = False) -> Recorded:
    """Take a batch in. With `fresh` the year's partition is new and is filled before it is indexed."""
    names = sorted([batch.form.name, *(form.name for form in dependants(batch.form))])
    loads = claim(writer, names)
    ledger.keep_unclaimed(writer, batch)
    fresh = fresh and _is_fresh(
        writer, batch.form, batch.year
    )  # others may have been first meanwhile
    schools = batch.submissions["school_id"].cast(pl.Int64).to_list()
    before = ledger.current(writer, batch.form.name, batch.year, schools)
    changed = _changed(batch, before)
    unchanged = sorted(set(schools) - set(changed.submissions["school_id"].to_list()))
    if changed.submissions.is_empty():
        return Recorded(
            None, dict(before.select("school_id", "submission_id").iter_rows()), unchanged
        )
    ground = survey(writer, batch.year, changed.submissions["school_id"].to_list())
    load = loads[batch.form.name] + 1
    ids = ledger.enter(writer, changed, load, before, ground.units.select("school_id", "path"))
    counted = changed.submissions.filter(pl.col("rows_accepted") > 0)["school_id"].to_list()
    if counted:
        rows = changed.rows.cast({"school_id": pl.Int64}).join(ids, on="school_id")
        ground = _within(ground, counted)
        write(writer, Change(batch.form, batch.year, load, counted, rows), ground, fresh=fresh)
        _derive(writer, batch, counted, loads, ground, fresh=fresh)
    return Recorded(load if counted else None, dict(ids.iter_rows()), unchanged)


def _is_fresh(writer: Writer, form: type[Form], year: int) -> bool:
    return bool(
        writer.scalar("SELECT is_fresh(:parent, :year)", parent=f"fact_{form.name}", year=year)
    )


def _changed(batch: Batch, before: pl.DataFrame) -> Batch:
    """The batch without the schools whose content is what they submitted last."""
    submissions = batch.submissions.cast({"school_id": pl.Int64})
    same = submissions.join(before, on=["school_id", "content_hash"], how="semi")["school_id"]
    if same.is_empty():
        return replace(
            batch,
            submissions=submissions,
            rejections=_long(batch.rejections),
            findings=_long(batch.findings),
        )
    keep = ~pl.col("school_id").is_in(same.to_list())
    rows, rejections, findings = (
        f.filter(keep) for f in (batch.rows, batch.rejections, batch.findings)
    )
    return replace(
        batch,
        submissions=submissions.filter(keep),
        rows=rows,
        rejections=_long(rejections),
        findings=_long(findings),
    )


def _long(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.cast({"school_id": pl.Int64})


def dependants(form: type[Form]) -> list[type[DerivedForm]]:
    """The derived forms that this one feeds."""
    return [
        one
        for one in derived_forms().values()
        if any(n.form == form.name for n in one.needs.values())
    ]


def claim(writer: Writer, forms: list[str]) -> dict[str, int]:
    """Lock the nation's load row of each form, in the given order; the numbers reached so far."""
    for form in forms:
        writer.run("INSERT INTO load VALUES (:form, 1, 0) ON CONFLICT DO NOTHING", form=form)
    locked = writer.rows(
        sa.text(
            "SELECT form, number FROM load WHERE place_id = 1 AND form = ANY (:forms) ORDER BY form FOR UPDATE"
        ),
        forms=forms,
    )
    return {row.form: row.number for row in locked}


def survey(writer: Writer, year: int, schools: list[int]) -> Ground:
    """The units of a batch with everything above them; a school not due in that year is an error."""
    units = chains.units(writer, year, schools)
    strangers = sorted(set(schools) - set(units["school_id"].to_list()))
    if strangers:
        raise UnknownPlace(
            f"{year} 学年的名录里没有这些单位：{strangers[:5]}。先登记单位。",
            f"These units are not on the roster of {year}: {strangers[:5]}. Register them first.",
        )
    places = chains.places(writer, units)
    return Ground(units, chains.chain(units, places), places)


def _within(ground: Ground, schools: list[int]) -> Ground:
    inside = pl.col("school_id").is_in(schools)
    return Ground(ground.units.filter(inside), ground.chain.filter(inside), ground.places)


def write(writer: Writer, change: Change, ground: Ground, *, fresh: bool) -> None:
    """Facts, rollups and load numbers of one form."""
    if fresh:
        _write_fresh(writer, change, ground)
    else:
        _write_facts(writer, change, _facts(change, ground))
        _write_rollups(writer, change, school_cells(change.form, change.rows), ground)
    _raise_loads(writer, change, ground)


def _facts(change: Change, ground: Ground) -> pl.DataFrame:
    columns = ["school_id", *change.form.columns, "submission_id", "sheet_row"]
    return _stamped(change.rows.select(columns), change).join(
        ground.units.select("school_id", "path"), on="school_id"
    )


def _stamped(rows: pl.DataFrame, change: Change) -> pl.DataFrame:
    return rows.with_columns(
        year=pl.lit(change.year),
        basis=pl.lit(int(Basis.BOTH)),
        first_load=pl.lit(change.load),
        last_load=pl.lit(FOR_EVER),
    )


def _write_fresh(writer: Writer, change: Change, ground: Ground) -> None:
    """A year nobody has reported: rollups are added up while the server takes in the facts."""
    with ThreadPoolExecutor(1) as pool:
        rollups = pool.submit(_count_all, change, ground)
        _fill(writer, f"fact_{change.form.name}", change.year, _facts(change, ground))
        _fill(writer, f"rollup_{change.form.name}", change.year, rollups.result())


def _count_all(change: Change, ground: Ground) -> pl.DataFrame:
    """Every rollup row of a form and year."""
    cells = school_cells(change.form, change.rows)
    lowest = school_rows(change.form, cells, ground.units.select("school_id", "unit_kind"))
    above = climb(change.form, cells, ground.chain).select(_rollup_columns(change.form))
    return _placed(pl.concat([lowest, above], how="vertical_relaxed"), change, ground)


def _fill(writer: Writer, table: str, year: int, rows: pl.DataFrame) -> None:
    """Fill a new partition by COPY, then index and attach it."""
    child = writer.scalar("SELECT fresh_partition(:parent, :year)", parent=table, year=year)
    writer.copy(child, rows, options=", FREEZE")
    writer.run("SELECT attach_partition(:parent, :year)", parent=table, year=year)


def _rollup_columns(form: type[Form]) -> list[str]:
    return [*PLACE, "units", *(name for m in form.measures() for name in rolled(m.name))]


def _placed(rows: pl.DataFrame, change: Change, ground: Ground) -> pl.DataFrame:
    """Rollup rows with their stamp and the path that row security reads."""
    return _stamped(rows, change).join(ground.places.select("place_id", "path"), on="place_id")


def _write_facts(writer: Writer, change: Change, facts: pl.DataFrame) -> None:
    table = f"fact_{change.form.name}"
    writer.run("SELECT ensure_partition(:parent, :year)", parent=table, year=change.year)
    writer.run(
        f"UPDATE {table} SET last_load = :load WHERE year = :year AND school_id = ANY (:schools) AND last_load = {FOR_EVER}",
        load=change.load, year=change.year, schools=change.schools,
    )  # fmt: skip
    writer.insert(table, facts)


def _write_rollups(writer: Writer, moved: Change, cells: pl.DataFrame, ground: Ground) -> None:
    """School rows are replaced; rows above get the difference, or are counted afresh where a largest part fell."""
    form = moved.form
    writer.run(
        "SELECT ensure_partition(:parent, :year)", parent=f"rollup_{form.name}", year=moved.year
    )
    before = _school_cells_now(writer, moved, moved.schools)
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
    _replace(writer, moved, closing, _placed(rows, moved, ground))


def _school_cells_now(
    writer: Writer, moved: Change, schools: list[int], wanted: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The cells that stand for these schools: school_id, cut, member, measures; of `wanted` cuts and members only."""
    names = [m.name for m in moved.form.measures()]
    statement = (
        f"SELECT place_id AS school_id, cut, member, {quoted(names)} FROM rollup_{moved.form.name} "
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
        "AND r.place_id = s.place_id AND r.cut = s.cut AND r.member = s.member AND r.unit_kind = s.unit_kind AND r.boundary = s.boundary",
        load=moved.load, year=moved.year, **values,
    )  # fmt: skip
    writer.insert(table, rows)


def _raise_loads(writer: Writer, moved: Change, ground: Ground) -> None:
    """Give this load's number to every school of the change and every place above it."""
    touched = {NATION, *moved.schools, *ground.chain["place_id"].unique().to_list()}
    writer.run(
        "INSERT INTO load SELECT :form, unnest(CAST(:places AS int[])), :number "
        "ON CONFLICT (form, place_id) DO UPDATE SET number = excluded.number",
        form=moved.form.name, places=sorted(touched), number=moved.load,
    )  # fmt: skip
    writer.run(
        "INSERT INTO load_log VALUES (:form, :number, now())",
        form=moved.form.name,
        number=moved.load,
    )


def _derive(
    writer: Writer,
    batch: Batch,
    schools: list[int],
    loads: dict[str, int],
    ground: Ground,
    *,
    fresh: bool,
) -> None:
    """Compute what follows from this form for the same schools and year."""
    for form in dependants(batch.form):
        inputs = _inputs(writer, form, batch.year, schools, ground)
        numbers = [m.name for m in form.measures()]
        rows = form.compute(inputs, batch.year).with_columns(pl.col(numbers).cast(pl.Int64))
        stamped = rows.with_columns(submission_id=pl.lit(0), sheet_row=pl.lit(0))
        new = fresh and _is_fresh(writer, form, batch.year)
        if new and rows.is_empty():
            continue
        inside = _within(ground, rows["school_id"].to_list()) if new else ground
        standing = rows["school_id"].to_list() if new else schools
        write(
            writer,
            Change(form, batch.year, loads[form.name] + 1, standing, stamped),
            inside,
            fresh=new,
        )


def _inputs(
    writer: Writer, form: type[DerivedForm], year: int, schools: list[int], ground: Ground
) -> pl.DataFrame:
    """One row a unit: school_id, unit_kind, year and a column for each need, null where nothing is in."""
    wanted = {
        name: Wanted(need.form, need.measure, need.cut, need.member, year)
        for name, need in form.needs.items()
    }
    units = ground.units.select("school_id", "unit_kind", pl.lit(year).alias("year"))
    return units.join(read_totals(writer, wanted, schools), on="school_id", how="left")
