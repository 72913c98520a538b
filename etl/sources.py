"""A province's package into the warehouse: batches of schools of one form and year, each taken whole or not at all.

A file whose bytes were taken in before, for that form and year, is passed over: so a load that was killed goes on
where it stood, and loading a package again never undoes a school's later correction. Only a school whose form was
under review then, and that has handed in nothing since, is taken from it later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from etl import identify
from etl.errors import BadFile, EmptyPackage
from etl.headers import SCHOOL
from etl.package import Entry, Package, listed, opened, order
from etl.readers import read
from etl.ready import Delivery, Group, Ready, made_ready
from etl.recognise import recognise_all
from etl.sheet import PACKAGE, Limits
from warehouse import tables
from warehouse.discovery import form as form_named
from warehouse.errors import FormLocked, ZhijianError
from warehouse.form import Form
from warehouse.ledger import Batch, Recorded
from warehouse.moments import china_day
from warehouse.store import Warehouse, Writer
from warehouse.sweeping import seldom_swept
from warehouse.tables import Basis
from warehouse.terms import newest_year
from warehouse.unit_faults import EVENT_COLUMNS
from warehouse.units import EventReport, record_unit_events, told, whole

Progress = Callable[[str, int, int, int], None]
"""Told after each batch: form, year, files done, files in all."""


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What became of one batch. `numbers` are its submissions in the ledger, `refused` has school_code and the columns of the ledger's rejections;
    `unclaimed` are rows of nobody due that year, refused as the ledger keeps them.
    """

    form: type[Form]
    year: int
    files: tuple[str, ...]
    numbers: tuple[int, ...]
    load: int | None
    submissions: int
    unchanged: int
    rows_accepted: int
    rows_refused: int
    breaches: int
    remarks: int
    refused: pl.DataFrame
    unclaimed: pl.DataFrame

    @property
    def rows_unclaimed(self) -> int:
        return self.unclaimed.height


@dataclass(kw_only=True)
class PackageReport:
    """What became of a package; `passed_over` are files taken in before, `problems` files, and schools under review, of which nothing was."""

    units: EventReport = field(default_factory=EventReport)
    batches: list[Delivered] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    problems: list[ZhijianError] = field(default_factory=list)
    others: tuple[str, ...] = ()
    hashes: list[str] = field(default_factory=list)  # of every file that could be read

    def total(self, name: str) -> int:
        """The sum of one of the batches' counts."""
        return sum(getattr(batch, name) for batch in self.batches)


def load_package(  # noqa: PLR0913 - what a hand-over says of itself
    warehouse: Warehouse,
    path: Path,
    *,
    now: datetime,
    by: str,
    years: Collection[int] | None = None,
    progress: Progress | None = None,
    limits: Limits = PACKAGE,
    basis: Basis = Basis.SUBMITTED,
) -> PackageReport:
    """Take in a folder or zip: events of units first, then every form year by year (or only some `years`).

    `basis` is BOTH where everything in it was reviewed and approved before it was handed over.
    """
    report = PackageReport()
    delivery = Delivery(warehouse=warehouse, now=now, by=by, limits=limits, basis=basis)
    with opened(path, limits) as package, seldom_swept(), ThreadPoolExecutor(1) as pool:
        report.others = package.others
        if not package.tables and not package.units:
            raise EmptyPackage(path.name)
        groups = _groups(delivery, report, package, years)
        _register(delivery, report, package, {year for _, year in groups})
        ordered = sorted(groups.items(), key=lambda g: order(*g[0]))
        total, done = sum(map(len, groups.values())), 0
        with closing(made_ready(delivery, ordered, pool)) as batches:
            for ready in batches:
                _deliver(delivery, report, ready)
                done += ready.files
                if progress:
                    progress(ready.form.name, ready.year, done, total)
        _gather(warehouse, groups)
    return report


def _gather(warehouse: Warehouse, groups: Iterable[Group]) -> None:
    """Add up the years that came in by parts; where all is added up already nothing is written."""
    for name, year in sorted({(form.part_of.name, year) for form, year in groups if form.part_of}):
        warehouse.gather(form_named(name), year)


def _groups(
    delivery: Delivery, report: PackageReport, package: Package, years: Collection[int] | None
) -> dict[Group, list[Entry]]:
    """The package's files by form and year; one whose name says neither is opened to see."""
    groups: dict[Group, list[Entry]] = {}
    for entry in package.tables:
        for group in _seen(delivery, report, entry):
            if years is None or group[1] in years:
                groups.setdefault(group, []).append(entry)
    return groups


def _seen(delivery: Delivery, report: PackageReport, entry: Entry) -> set[Group]:
    if entry.form is not None and entry.year is not None:
        return {(entry.form, entry.year)}
    try:
        found = recognise_all(read(entry.path, delivery.limits), entry.form)
        today = china_day(delivery.now)
        return {(t.form, identify.year(t, entry.year, today)) for t in found}
    except BadFile as problem:
        report.problems.append(problem)
        return set()


def _register(delivery: Delivery, report: PackageReport, package: Package, years: set[int]) -> None:
    """Record the events of units, and lay the ladder of every year known or now reported."""
    newest = newest_year(china_day(delivery.now))
    for entry in package.units:
        try:
            events = whole(listed(entry.path, EVENT_COLUMNS[:-1]))
        except BadFile as problem:
            report.problems.append(problem)
            continue
        with delivery.warehouse.writing() as writer:
            laid = {row.year for row in writer.rows(sa.select(tables.ladder.c.year).distinct())}
            wanted = sorted({*laid, *years, newest})
            if laid.issuperset(wanted) and not _has_news(writer, events):
                continue
            done = record_unit_events(writer, events, range(wanted[0], newest + 1))
        report.units.recorded += done.recorded
        report.units.unusable += done.unusable
    delivery.warehouse.refresh()


def _has_news(writer: Writer, events: pl.DataFrame) -> bool:
    """Whether any of these events is not on record yet, or stands there otherwise."""
    return not set(told(writer).iter_rows()).issuperset(events.iter_rows())


def _deliver(delivery: Delivery, report: PackageReport, ready: Ready) -> None:
    """One batch: recorded in one transaction, and reported with what was noticed on the way to it."""
    report.problems += ready.problems
    report.hashes += ready.hashes
    report.passed_over += ready.passed_over
    if ready.batch is None:
        return
    batch, recorded = _record(delivery, report, ready.batch, fresh=ready.fresh)
    report.batches.append(
        Delivered(
            form=batch.form, year=batch.year, files=ready.tables,
            numbers=tuple(sorted(recorded.submissions.values())), load=recorded.load, submissions=batch.submissions.height,
            unchanged=len(recorded.unchanged), refused=_with_codes(batch, ready.schools), unclaimed=batch.unclaimed,
            **_counts(batch.submissions),
        )
    )  # fmt: skip


def _record(
    delivery: Delivery, report: PackageReport, batch: Batch, *, fresh: bool
) -> tuple[Batch, Recorded]:
    """Record a batch; schools whose form is under review are left out and told, and hold nobody else up."""
    try:
        return batch, delivery.warehouse.record(batch, fresh=fresh)
    except FormLocked as locked:
        report.problems.append(locked)
        return _record(delivery, report, _without(batch, locked.schools), fresh=fresh)


def _without(batch: Batch, schools: frozenset[int]) -> Batch:
    others = ~pl.col("school_id").is_in(list(schools))
    return replace(
        batch, rows=batch.rows.filter(others), submissions=batch.submissions.filter(others),
        rejections=batch.rejections.filter(others), findings=batch.findings.filter(others),
    )  # fmt: skip


def _counts(submissions: pl.DataFrame) -> dict[str, int]:
    names = ("rows_accepted", "rows_refused", "breaches", "remarks")
    return {name: int(submissions[name].sum()) for name in names}


def _with_codes(batch: Batch, schools: pl.DataFrame) -> pl.DataFrame:
    codes = schools.select(pl.col("school_id").cast(pl.Int32), pl.col("code").alias(SCHOOL))
    files = batch.submissions.select("school_id", pl.col("file_name").alias("file"))
    return batch.rejections.join(codes, on="school_id").join(files, on="school_id")
