"""The batches of a package made ready one ahead: read, typed and judged while the one before is recorded.

Rules compare with numbers of other forms. A batch whose form refers to what the one before writes is judged when that
is recorded; all else of it does not wait. So every batch is judged by what it would have been judged by in turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from threading import Event

import polars as pl
import sqlalchemy as sa

from etl import identify
from etl.errors import BadFile, WrongSchool
from etl.harmonise import harmonise
from etl.headers import Table
from etl.outcome import judge, place, seal
from etl.package import Entry
from etl.readers import fingerprint, read
from etl.recognise import recognise_all
from etl.sheet import Limits
from etl.unclaimed import unclaimed
from warehouse import tables
from warehouse.administered import learn
from warehouse.errors import ZhijianError
from warehouse.form import Form
from warehouse.ledger import Batch
from warehouse.moments import china_day
from warehouse.record import dependants, survey_ahead
from warehouse.store import Warehouse
from warehouse.tables import Basis

BATCH = 500  # schools in a transaction where a year is already reported in part
MANY = 50  # schools that make a year nobody has reported worth a partition loaded afresh

Group = tuple[type[Form], int]
ReadAhead = tuple[Entry, Future[list[Table]]]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What one load needs to know of itself."""

    warehouse: Warehouse
    now: datetime
    by: str
    limits: Limits
    basis: Basis
    directories: dict[int, pl.DataFrame] = field(default_factory=dict)

    def due(self, year: int) -> pl.DataFrame:
        """The units due in a year, asked for once: a load registers units before it takes in anything else."""
        if year not in self.directories:
            self.directories[year] = self.warehouse.directory(year)
        return self.directories[year]


@dataclass(kw_only=True)
class Ready:
    """What is to be done next of a form and year: a batch to record, or none where its files held nothing new.

    `files` it disposes of, `tables` are the file of each of its tables. What was noticed on the way is told when it is recorded, in the
    order of the package.
    """

    form: type[Form]
    year: int
    schools: pl.DataFrame
    fresh: bool = False
    files: int = 0
    tables: tuple[str, ...] = ()
    batch: Batch | None = None
    passed_over: list[str] = field(default_factory=list)
    problems: list[ZhijianError] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    _done: Event = field(default_factory=Event)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """While it is recorded; whoever waits for it goes on afterwards, however it ended."""
        try:
            yield
        finally:
            self._done.set()

    def wait_where_needed(self, form: type[Form], year: int) -> None:
        """Wait until it is recorded, if the rules of a form and year compare with what it writes."""
        written = {self.form.name, *(one.name for one in dependants(self.form))}
        if any(t.form in written and year - t.years_back == self.year for t in form.refers.values()):  # fmt: skip
            self._done.wait()


def made_ready(
    delivery: Delivery, groups: list[tuple[Group, list[Entry]]], pool: ThreadPoolExecutor
) -> Generator[Ready]:
    """Each batch of the package's forms and years, in their order. The next one is made while the caller has this one in hand."""
    one_by_one = _each(delivery, groups)
    ahead = pool.submit(next, one_by_one, None)
    while (current := ahead.result()) is not None:
        ahead = pool.submit(next, one_by_one, None)
        with current.recording():
            yield current


def _each(delivery: Delivery, groups: list[tuple[Group, list[Entry]]]) -> Iterator[Ready]:
    with ThreadPoolExecutor(1) as pool:
        ahead = _read_ahead(delivery, pool, (each for _, entries in groups for each in entries))
        before: Ready | None = None
        for group, entries in groups:
            for ready, found in _gathered(delivery, group, islice(ahead, len(entries))):
                if found:
                    _judge(delivery, ready, found, before)
                yield ready
                before = ready


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


def _gathered(
    delivery: Delivery, group: Group, files_read: Iterable[ReadAhead]
) -> Iterator[tuple[Ready, list[Table]]]:
    """The tables of one form and year batch by batch, each with what it is to become."""
    form, year = group
    fresh = delivery.warehouse.is_fresh(form.name, year)
    schools = delivery.due(year)
    known = _known(delivery.warehouse, form, year, schools)
    waiting: list[Table] = []
    seen: dict[str, str] = {}
    ready, delivered = Ready(form=form, year=year, schools=schools), 0
    for entry, tables_read in files_read:
        ready.files += 1
        try:
            found = _tables(delivery, entry, tables_read.result(), group, seen)
        except BadFile as problem:
            ready.problems.append(problem)
            continue
        file_hash = fingerprint(entry.path)
        ready.hashes.append(file_hash)
        rest = known.rest(file_hash, found)
        if found and not rest:
            ready.passed_over.append(entry.name)
        waiting += rest
        if not fresh and waiting and len(seen) - delivered >= BATCH:
            yield ready, waiting
            waiting, delivered = [], len(seen)
            ready = Ready(form=form, year=year, schools=schools)
    ready.fresh = fresh and len(seen) >= MANY
    yield ready, waiting


def _judge(delivery: Delivery, ready: Ready, found: list[Table], before: Ready | None) -> None:
    """Type, place and judge the rows of some tables together: the batch that is to be recorded."""
    warehouse, form, year = delivery.warehouse, ready.form, ready.year
    with warehouse.writing() as reader:
        learn(reader)
    placed = place(harmonise(found), ready.schools)
    present = placed.rows["school_id"].unique().to_list()
    with ThreadPoolExecutor(2) as pool:
        pool.submit(survey_ahead, warehouse, year, len(present))
        sealed = pool.submit(seal, placed)  # long where a file is large, and no rule waits for it
        if before:
            before.wait_where_needed(form, year)
        context = warehouse.context(form, year, present)
        outcome = judge(placed, year, context, sealed.result)
    ready.tables = tuple(table.sheet.file for table in found)
    ready.batch = Batch(
        form=form, year=year, rows=outcome.rows, submissions=outcome.submissions,
        rejections=outcome.rejections, findings=outcome.findings,
        received_at=delivery.now, received_by=delivery.by, basis=delivery.basis,
        unclaimed=unclaimed(placed, year, warehouse),
        is_gathered=form.part_of is None or not ready.fresh,
    )  # fmt: skip


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
