"""Recording: one transaction takes a batch into ledger, facts, rollups and derived forms, or leaves no trace.

Every submission of a form passes through the form's row of the nation in `load`, which it holds until it
commits. So the loads of a form are one sequence, visible in the order of their numbers, and no two writers
can wait for each other in a circle: forms are locked in the order of their names.

A year nobody has reported is filled into tables that nobody can read until that transaction attaches them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from weakref import WeakKeyDictionary

import polars as pl
import sqlalchemy as sa

from warehouse import chain_rows, chains, gathering, ledger
from warehouse.derived_form import DerivedForm
from warehouse.discovery import derived_forms
from warehouse.discovery import form as form_named
from warehouse.errors import UnknownPlace
from warehouse.form import Form
from warehouse.ledger import Batch, Recorded
from warehouse.parts import parts
from warehouse.places import NATION
from warehouse.record_rows import APPROVE, REPLACE, SUBMIT, Change, Ground, nothing, within, write
from warehouse.store import LADDER, Warehouse, Writer
from warehouse.tables import FOR_EVER, Basis
from warehouse.totals import Wanted, read_totals

MANY = 500  # schools of a batch for which the whole year is surveyed and remembered


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
    chain_rows.hold(writer, batch, changed.submissions["school_id"].to_list())
    numbered = ledger.numbered(writer, changed, load, before)
    ids = numbered.select("school_id", "submission_id")
    counted = changed.submissions.filter(pl.col("rows_accepted") > 0)["school_id"].to_list()

    def enter() -> None:
        ledger.enter(writer, changed, numbered, ground.units.select("school_id", "path"))
        chain_rows.fill(writer, batch, ids["submission_id"].to_list())

    if not counted:
        enter()
    else:
        rows = changed.rows.cast({"school_id": pl.Int64}).join(ids, on="school_id")
        rows = rows.with_columns(basis=pl.lit(int(batch.basis), pl.Int64))
        inside = within(ground, counted)
        move = SUBMIT if batch.basis is Basis.SUBMITTED else REPLACE
        change = Change(batch.form, batch.year, load, counted, rows, move)
        write(writer, change, inside, fresh=fresh, meanwhile=enter)
        _derive(writer, change, loads, inside, fresh=fresh, is_gathered=batch.is_gathered)
    return Recorded(load if counted else None, dict(ids.iter_rows()), unchanged)


def approve(writer: Writer, form: type[Form], year: int, schools: list[int]) -> int:
    """What these schools have submitted counts as approved from this load on; its number is returned.

    What was approved of an earlier revision ends. Schools with nothing submitted stay as they are.
    """
    loads = claim(writer, sorted([form.name, *(one.name for one in dependants(form))]))
    load = loads[form.name] + 1
    ground = survey(writer, year, schools)
    change = Change(form, year, load, schools, nothing(form), APPROVE)
    write(writer, change, ground, fresh=False)
    writer.run(
        "UPDATE submission SET approved_load = :load WHERE form = :form AND year = :year AND is_current AND school_id = ANY (:schools)",
        load=load, form=form.name, year=year, schools=schools,
    )  # fmt: skip
    _derive(writer, change, loads, ground, fresh=False)
    return load


def prepare(reader: Writer, form: type[Form], year: int) -> Iterator[str]:
    """The tables of which a year that nobody has reported yet has no part: each is to be made in a transaction of its own.

    Making one waits for everybody who reads its form; done inside a recording, which holds other forms, it could wait in a circle.
    """
    for one in [form, *dependants(form)]:
        for kind in ("fact", "rollup"):
            if reader.scalar(
                "SELECT is_fresh(:parent, :year)", parent=f"{kind}_{one.name}", year=year
            ):
                yield f"{kind}_{one.name}"


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


def dependants(form: type[Form]) -> list[type[Form]]:
    """The forms that are computed from this one: the year it is a part of, and derived ones."""
    derived = (
        one
        for one in derived_forms().values()
        if any(n.form == form.name for n in one.needs.values())
    )
    return [*([form.part_of] if form.part_of else []), *derived]


def gather(writer: Writer, form: type[Form], year: int) -> int | None:
    """Bring a form that is handed in by parts up to what its parts say, for every school; the load, or None where nothing was new."""
    loads = claim(writer, [form.name])
    schools = gathering.standing(writer, form, year)
    fresh = _is_fresh(writer, form, year)
    cause = Change(parts(form)[0], year, 0, schools, nothing(form))
    ground = survey(writer, year, schools)
    rows = _derived(writer, form, cause, ground)
    changed = schools if fresh else gathering.differing(writer, form, year, rows)
    if not changed:
        return None
    load = loads[form.name] + 1
    rows = rows.filter(pl.col("school_id").is_in(changed))
    write(writer, Change(form, year, load, changed, rows), within(ground, changed), fresh=fresh)
    return load


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
    if len(schools) < MANY:
        ground = _surveyed(writer, year, schools)
    else:
        ground = within(_whole_year(writer, year), schools)
    strangers = sorted(set(schools) - set(ground.units["school_id"].to_list()))
    if strangers:
        raise UnknownPlace(
            f"{year} 学年的名录里没有这些单位：{strangers[:5]}。先登记单位。",
            f"These units are not on the roster of {year}: {strangers[:5]}. Register them first.",
        )
    return ground


def survey_ahead(warehouse: Warehouse, year: int, schools: int) -> None:
    """Let the recording of so many schools find its year surveyed."""
    if schools >= MANY:
        with warehouse.writing() as reader:
            _whole_year(reader, year)


def _surveyed(writer: Writer, year: int, schools: list[int] | None) -> Ground:
    units = chains.units(writer, year, schools)
    places = chains.places(writer, units)
    return Ground(units, chains.chain(units, places), places)


def _whole_year(writer: Writer, year: int) -> Ground:
    """All units due in a year with everything above them, surveyed once for the forms of a load: whoever lays the ladder anew counts it."""
    laid = writer.loads([NATION])[NATION].get(LADDER, 0)
    known = _surveys.get(writer.connection.engine)
    if known is None or known[:2] != (year, laid):
        known = year, laid, _surveyed(writer, year, None)
        _surveys[writer.connection.engine] = known
    return known[2]


_surveys: WeakKeyDictionary[sa.Engine, tuple[int, int, Ground]] = WeakKeyDictionary()


def _derive(
    writer: Writer, cause: Change, loads: dict[str, int], ground: Ground, *, fresh: bool, is_gathered: bool = True,
) -> None:  # fmt: skip
    """Compute what follows from a form's change for the same schools and year."""
    for form in dependants(cause.form):
        if form is cause.form.part_of:
            if not is_gathered:
                continue  # nothing else follows from a part
            cause = replace(cause, schools=gathering.by_parts(writer, form, cause.year, cause.schools))  # fmt: skip
            ground = within(ground, cause.schools)
        new = fresh and _is_fresh(writer, form, cause.year)
        if new and _lacks(writer, form, cause.year):
            continue
        rows = _derived(writer, form, cause, ground)
        if new and rows.is_empty():
            continue
        inside = within(ground, rows["school_id"].to_list()) if new else ground
        standing = rows["school_id"].unique().to_list() if new else cause.schools
        load = loads[form.name] + 1
        write(writer, Change(form, cause.year, load, standing, rows), inside, fresh=new)


def _lacks(writer: Writer, form: type[Form], year: int) -> bool:
    """Whether nobody has reported yet what a derived form says nothing without."""
    if not issubclass(form, DerivedForm):
        return False
    sources = {form.needs[name].form for name in form.indispensable}
    return any(_is_fresh(writer, form_named(name), year) for name in sorted(sources))


def _derived(writer: Writer, form: type[Form], cause: Change, ground: Ground) -> pl.DataFrame:
    """The rows of a computed form: of what is submitted, and of what is approved where that is not the same."""
    waiting = _waiting(writer, form, cause)
    submitted = _computed(writer, form, cause, ground, Basis.SUBMITTED)
    is_waiting = pl.col("school_id").is_in(waiting)
    rows = [
        _under(Basis.SUBMITTED, submitted.filter(is_waiting)),
        _under(Basis.BOTH, submitted.filter(~is_waiting)),
    ]
    if waiting:
        few = replace(cause, schools=waiting)
        approved = _computed(writer, form, few, within(ground, waiting), Basis.APPROVED)
        rows.append(_under(Basis.APPROVED, approved))
    return pl.concat(rows).with_columns(submission_id=pl.lit(0), sheet_row=pl.lit(0))


def _under(basis: Basis, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(basis=pl.lit(int(basis), pl.Int64))


def _waiting(writer: Writer, form: type[Form], cause: Change) -> list[int]:
    """The schools of which some input is submitted and not yet approved."""
    forms = sorted(_inputs_of(form))
    parts = [
        f"SELECT place_id FROM rollup_{name} WHERE year = :year AND place_id = ANY (:schools) AND cut = '' AND member = '' "
        f"AND basis = {Basis.SUBMITTED:d} AND last_load = {FOR_EVER}"
        for name in forms
    ]
    found = writer.rows(sa.text(" UNION ".join(parts)), year=cause.year, schools=cause.schools)
    return [row.place_id for row in found]


def _inputs_of(form: type[Form]) -> set[str]:
    """The forms that a form is computed from."""
    if issubclass(form, DerivedForm):
        return {need.form for need in form.needs.values()}
    return {part.name for part in parts(form)}


def _computed(
    writer: Writer, form: type[Form], cause: Change, ground: Ground, basis: Basis
) -> pl.DataFrame:
    if not issubclass(form, DerivedForm):
        return gathering.collected(writer, form, cause.year, cause.schools, basis)
    inputs = _inputs(writer, form, cause, ground, basis)
    numbers = [m.name for m in form.measures()]
    return form.compute(inputs, cause.year).with_columns(pl.col(numbers).cast(pl.Int64))


def _inputs(
    writer: Writer, form: type[DerivedForm], cause: Change, ground: Ground, basis: Basis
) -> pl.DataFrame:
    """One row a unit: school_id, unit_kind, province, year and a column for each need, null where nothing is in."""
    wanted = {
        name: Wanted(need.form, need.measure, need.cut, need.member, cause.year)
        for name, need in form.needs.items()
    }
    province, year = (
        pl.col("path").str.extract(r"(\d+)").alias("province"),
        pl.lit(cause.year).alias("year"),
    )
    units = ground.units.select("school_id", "unit_kind", province, year)
    found = read_totals(writer, wanted, cause.schools, basis)
    return units.join(found, on="school_id", how="left")
