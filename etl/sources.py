"""A province's package into the warehouse: batches of schools of one form and year, each taken whole or not at all.

A file whose bytes were taken in before, for that form and year, is passed over: so a load that was killed goes on
where it stood, and loading a package again never undoes a school's later correction. Only a school whose form was
under review then, and that has handed in nothing since, is taken from it later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from etl import identify
from etl.errors import BadFile, EmptyPackage, WrongSchool
from etl.harmonise import harmonise
from etl.headers import SCHOOL, Table
from etl.outcome import judge, place
from etl.package import Entry, Package, listed, opened, order
from etl.readers import fingerprint, read
from etl.recognise import recognise_all
from etl.sheet import PACKAGE, Limits
from etl.unclaimed import unclaimed
from warehouse import tables
from warehouse.administered import learn
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

BATCH = 500  # schools in a transaction where a year is already reported in part
MANY = 50  # schools that make a year nobody has reported worth a partition loaded afresh


Group = tuple[type[Form], int]
ReadAhead = tuple[Entry, Future[list[Table]]]
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


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Everything one load needs to know."""

    warehouse: Warehouse
    now: datetime
    by: str
    limits: Limits
    report: PackageReport
    basis: Basis
    directories: dict[int, pl.DataFrame] = field(default_factory=dict)

    def due(self, year: int) -> pl.DataFrame:
        """The units due in a year, asked for once: a load registers units before it takes in anything else."""
        if year not in self.directories:
            self.directories[year] = self.warehouse.directory(year)
        return self.directories[year]


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
    delivery = Delivery(
        warehouse=warehouse, now=now, by=by, limits=limits, report=report, basis=basis
    )
    with opened(path, limits) as package, seldom_swept(), ThreadPoolExecutor(1) as pool:
        report.others = package.others
        if not package.tables and not package.units:
            raise EmptyPackage(path.name)
        groups = _groups(delivery, package, years)
        _register(delivery, package, {year for _, year in groups})
        ordered = sorted(groups.items(), key=lambda g: order(*g[0]))
        total, done = sum(map(len, groups.values())), 0
        ahead = _read_ahead(delivery, pool, (each for _, entries in ordered for each in entries))
        for (form, year), entries in ordered:
            for taken in _take_group(delivery, form, year, islice(ahead, len(entries))):
                done += taken
                if progress:
                    progress(form.name, year, done, total)
        _gather(warehouse, groups)
    return report


def _gather(warehouse: Warehouse, groups: Iterable[Group]) -> None:
    """Add up the years that came in by parts; where all is added up already nothing is written."""
    for name, year in sorted({(form.part_of.name, year) for form, year in groups if form.part_of}):
        warehouse.gather(form_named(name), year)


def _groups(
    delivery: Delivery, package: Package, years: Collection[int] | None
) -> dict[Group, list[Entry]]:
    """The package's files by form and year; one whose name says neither is opened to see."""
    groups: dict[Group, list[Entry]] = {}
    for entry in package.tables:
        for group in _seen(delivery, entry):
            if years is None or group[1] in years:
                groups.setdefault(group, []).append(entry)
    return groups


def _seen(delivery: Delivery, entry: Entry) -> set[Group]:
    if entry.form is not None and entry.year is not None:
        return {(entry.form, entry.year)}
    try:
        found = recognise_all(read(entry.path, delivery.limits), entry.form)
        today = china_day(delivery.now)
        return {(t.form, identify.year(t, entry.year, today)) for t in found}
    except BadFile as problem:
        delivery.report.problems.append(problem)
        return set()


def _register(delivery: Delivery, package: Package, years: set[int]) -> None:
    """Record the events of units, and lay the ladder of every year known or now reported."""
    newest = newest_year(china_day(delivery.now))
    for entry in package.units:
        try:
            events = whole(listed(entry.path, EVENT_COLUMNS[:-1]))
        except BadFile as problem:
            delivery.report.problems.append(problem)
            continue
        with delivery.warehouse.writing() as writer:
            laid = {row.year for row in writer.rows(sa.select(tables.ladder.c.year).distinct())}
            wanted = sorted({*laid, *years, newest})
            if laid.issuperset(wanted) and not _has_news(writer, events):
                continue
            done = record_unit_events(writer, events, range(wanted[0], newest + 1))
        delivery.report.units.recorded += done.recorded
        delivery.report.units.unusable += done.unusable
    delivery.warehouse.refresh()


def _has_news(writer: Writer, events: pl.DataFrame) -> bool:
    """Whether any of these events is not on record yet, or stands there otherwise."""
    return not set(told(writer).iter_rows()).issuperset(events.iter_rows())


def _read_ahead(
    delivery: Delivery, pool: ThreadPoolExecutor, entries: Iterable[Entry]
) -> Iterator[ReadAhead]:
    """Each file with what it holds; the one that follows is read while this one is judged and recorded."""

    def asked(entry: Entry) -> ReadAhead:
        return entry, pool.submit(lambda: recognise_all(read(entry.path, delivery.limits), entry.form))  # fmt: skip

    waiting = map(asked, entries)
    current = next(waiting, None)
    while current is not None:
        following = next(waiting, None)
        yield current
        current = following


def _take_group(
    delivery: Delivery, form: type[Form], year: int, files_read: Iterable[ReadAhead]
) -> Iterator[int]:
    """Take in one form and year batch by batch; after each, the number of files it disposed of."""
    warehouse = delivery.warehouse
    fresh = warehouse.is_fresh(form.name, year)
    schools = delivery.due(year)
    known = _known(warehouse, form, year, schools)
    waiting: list[Table] = []
    seen: dict[str, str] = {}
    files = delivered = 0
    for entry, tables_read in files_read:
        files += 1
        try:
            found = _tables(delivery, entry, tables_read.result(), (form, year), seen)
        except BadFile as problem:
            delivery.report.problems.append(problem)
            continue
        file_hash = fingerprint(entry.path)
        delivery.report.hashes.append(file_hash)
        rest = known.rest(file_hash, found)
        if found and not rest:
            delivery.report.passed_over.append(entry.name)
        waiting += rest
        if not fresh and waiting and len(seen) - delivered >= BATCH:
            _deliver(delivery, form, year, waiting, schools, fresh=False)
            yield files
            waiting, files, delivered = [], 0, len(seen)
    if waiting:
        _deliver(delivery, form, year, waiting, schools, fresh=fresh and len(seen) >= MANY)
    yield files


@dataclass(frozen=True)
class Known:
    """What a form and year was taken in from. `first`: the earliest submission by file hash; `newest`: the latest, or 0, by code of a school due."""

    first: dict[str, int]
    newest: dict[str, int]

    def rest(self, file_hash: str, found: list[Table]) -> list[Table]:
        """All of a file that is new; of one known already what it says of schools due that have handed in nothing since it came."""
        came = self.first.get(file_hash)
        if came is None:
            return found
        left = [(table, {c for c in identify.schools(table) if self.newest.get(c, came) < came}) for table in found]  # fmt: skip
        return [identify.only(table, codes) for table, codes in left if codes]


def _known(warehouse: Warehouse, form: type[Form], year: int, schools: pl.DataFrame) -> Known:
    ledger = tables.submission.c
    wanted = sa.select(ledger.submission_id, ledger.file_hash, ledger.school_id)
    codes = dict(schools.select("school_id", "code").iter_rows())
    known = Known({}, dict.fromkeys(codes.values(), 0))
    with warehouse.writing() as writer:
        for row in writer.rows(wanted.where(ledger.form == form.name, ledger.year == year)):
            known.first[row.file_hash] = min(
                row.submission_id, known.first.get(row.file_hash, row.submission_id)
            )
            if code := codes.get(row.school_id):
                known.newest[code] = max(row.submission_id, known.newest[code])
    return known


def _tables(
    delivery: Delivery, entry: Entry, read_in: list[Table], group: Group, seen: dict[str, str]
) -> list[Table]:
    """Those of a file's tables that are of that form and year. A school may stand in one table only."""
    form, year = group
    today = china_day(delivery.now)
    found = [t for t in read_in if t.form is form and identify.year(t, entry.year, today) == year]
    codes = [code for table in found for code in identify.schools(table)]
    twice = next((code for code, n in Counter(codes).items() if code in seen or n > 1), None)
    if twice is not None:
        raise WrongSchool(
            entry.name,
            detail_zh=f"学校 {twice} 已在 {seen.get(twice, entry.name)} 中报过本表",
            detail_en=f"school {twice} already stands in {seen.get(twice, entry.name)}",
        )
    seen |= dict.fromkeys(codes, entry.name)
    return found


def _deliver(
    delivery: Delivery, form: type[Form], year: int, waiting: list[Table], schools: pl.DataFrame,
    *, fresh: bool,
) -> None:  # fmt: skip
    """One batch: sifted together, recorded in one transaction, reported."""
    warehouse = delivery.warehouse
    with warehouse.writing() as reader:
        learn(reader)
    placed = place(harmonise(waiting), schools)
    present = placed.rows["school_id"].unique().to_list()
    outcome = judge(placed, year, warehouse.context(form, year, present))
    batch = Batch(
        form=form, year=year, rows=outcome.rows, submissions=outcome.submissions,
        rejections=outcome.rejections, findings=outcome.findings,
        received_at=delivery.now, received_by=delivery.by, basis=delivery.basis,
        unclaimed=(nobodys := unclaimed(placed, year, warehouse)),
        is_gathered=form.part_of is None or not fresh,
    )  # fmt: skip
    batch, recorded = _record(delivery, batch, fresh=fresh)
    delivery.report.batches.append(
        Delivered(
            form=form, year=year, files=tuple(table.sheet.file for table in waiting),
            numbers=tuple(sorted(recorded.submissions.values())), load=recorded.load, submissions=batch.submissions.height,
            unchanged=len(recorded.unchanged), refused=_with_codes(batch, schools), unclaimed=nobodys,
            **_counts(batch.submissions),
        )
    )  # fmt: skip


def _record(delivery: Delivery, batch: Batch, *, fresh: bool) -> tuple[Batch, Recorded]:
    """Record a batch; schools whose form is under review are left out and told, and hold nobody else up."""
    try:
        return batch, delivery.warehouse.record(batch, fresh=fresh)
    except FormLocked as locked:
        delivery.report.problems.append(locked)
        return _record(delivery, _without(batch, locked.schools), fresh=fresh)


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
