"""Files that schools sent in: taken up many at a time, and recorded form by form in one transaction each.

A file is claimed by a lock that ends with the worker, and what became of it is written in the very transaction that records it:
killed at any instant nothing is lost, and nothing is in twice. Two files of one school, form and year are taken in the
order in which they came.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from etl import identify
from etl.errors import WrongSchool
from etl.harmonise import harmonise
from etl.headers import Table
from etl.outcome import judge, place
from etl.readers import read
from etl.recognise import recognise
from etl.submission import document_of
from etl.task import Ended, Lane, Shop, Unfaithful
from etl.working import settle
from warehouse.administered import learn
from warehouse.discovery import form as form_named
from warehouse.discovery import submitted_forms
from warehouse.errors import ZhijianError
from warehouse.form import Form
from warehouse.intake import KIND, intake, number
from warehouse.ledger import Batch, Document
from warehouse.moments import china_day
from warehouse.queue import State, job
from warehouse.record import prepare, record
from warehouse.rights import Right, Role
from warehouse.sessions import is_open
from warehouse.store import Writer
from warehouse.text import Text

AT_ONCE, BYTES_AT_ONCE = 100, 60_000_000
LOG = logging.getLogger("zhijian.worker")
AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError)  # the database is; the files wait
CLAIM = 7411  # the class of advisory locks by which files are claimed
BROKEN = Text(
    "这份文件处理时系统出错，已保存原件并记入日志；请联系管理员。",
    "Something broke over this file. It is kept, and the log says more: tell an administrator.",
)
TAKEN = Text(
    "收件 {number} 已入库：接受 {accepted} 行，退回 {refused} 行。",
    "{number} is taken in: {accepted} rows accepted, {refused} refused.",
)


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A file that this worker deals with."""

    job_id: int
    is_cancel_wanted: bool
    asker: str
    intake_id: int
    owner: str
    school_id: int
    form: str
    year: int | None
    file_name: str
    content: bytes
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A file that was read: whose, of which form and year, and its one table."""

    claimed: Claimed
    table: Table
    year: int
    code: str
    document: Document

    @property
    def group(self) -> tuple[str, int, tuple[str, ...]]:
        """What is recorded together; tables of the same columns, so that a school's rows are hashed as if they came alone."""
        return self.table.form.name, self.year, tuple(self.table.columns)


@dataclass(frozen=True)
class Round:
    """One round: what is due in a year is asked for once."""

    shop: Shop
    now: datetime
    folder: Path
    directories: dict[int, pl.DataFrame] = field(default_factory=dict)

    def due(self, year: int) -> pl.DataFrame:
        if year not in self.directories:
            self.directories[year] = self.shop.worker.directory(year)
        return self.directories[year]


def run(shop: Shop) -> bool:
    """Take up what waits; True where there may be more."""
    with shop.worker.writing() as holder, tempfile.TemporaryDirectory(prefix="zhijian-") as folder:
        claimed = list(_claimed(holder))
        if not claimed:
            return False
        _begin(shop, claimed)
        now = Round(shop, shop.now(), Path(folder))
        ready = [one for each in claimed if (one := _ready(now, each)) is not None]
        for together in _grouped(ready):
            _take(now, together)
    return True


_NAMED = sa.cast(job.c.args["intake"].astext, sa.BigInteger)
_WAITING = (
    sa.select(job.c.job_id, sa.func.coalesce(intake.c.size, 0).label("size"))
    .outerjoin_from(job, intake, intake.c.intake_id == _NAMED)
    .where(job.c.kind == KIND, job.c.state.in_([State.WAITING, State.WORKING]))
    .order_by(job.c.job_id)
    .limit(sa.bindparam("most"))
)
_COLUMNS = ("owner", "school_id", "form", "year", "file_name", "content", "received_at")


def _claimed(holder: Writer) -> Iterator[Claimed]:
    """Files nobody else deals with, the oldest first; locked until the holder's transaction ends."""
    waiting = holder.rows(_WAITING, most=AT_ONCE)
    before = accumulate((row.size for row in waiting), initial=0)
    numbers = [row.job_id for row, bytes_ in zip(waiting, before, strict=False) if bytes_ < BYTES_AT_ONCE]  # fmt: skip
    held = holder.rows(
        sa.text("SELECT n FROM unnest(:numbers) n WHERE pg_try_advisory_xact_lock(:claim, (n % 2147483647)::int)")
        .bindparams(sa.bindparam("numbers", type_=sa.ARRAY(sa.BigInteger))), numbers=numbers, claim=CLAIM,
    )  # fmt: skip
    found = holder.rows(
        sa.select(
            job.c.job_id, job.c.is_cancel_wanted, job.c.owner.label("asker"), _NAMED.label("intake_id"),
            *(intake.c[name] for name in _COLUMNS),
        )
        .outerjoin_from(job, intake, intake.c.intake_id == _NAMED)
        .where(job.c.job_id.in_([row.n for row in held]), job.c.state.in_([State.WAITING, State.WORKING]))
        .order_by(job.c.job_id)
    )  # fmt: skip
    return (Claimed(**row._mapping) for row in found)  # noqa: SLF001 - the public name of a row's columns


def _begin(shop: Shop, claimed: Sequence[Claimed]) -> None:
    """Show that these are being worked on."""
    now = sa.func.clock_timestamp()
    mine = job.c.job_id.in_([each.job_id for each in claimed])
    with shop.worker.writing() as writer:
        writer.run(sa.update(job).where(mine).values(state=State.WORKING.value, started_at=now))


def _ready(now: Round, claimed: Claimed) -> Ready | None:
    """The file, read; where it cannot be, its job ends with the reason."""
    try:
        return _read(now, claimed)
    except ZhijianError as refusal:
        _end(now.shop, claimed, refusal)
    except AWAY:
        raise
    except Exception:
        LOG.exception("reading file %s", claimed.intake_id)
        _end(now.shop, claimed, ZhijianError(*BROKEN))
    return None


def _read(now: Round, claimed: Claimed) -> Ready:
    if claimed.is_cancel_wanted:
        raise _Withdrawn("", "")
    _check_owner(now.shop, claimed)
    path = now.folder / str(claimed.intake_id) / (Path(claimed.file_name).name or "file")
    path.parent.mkdir()
    path.write_bytes(claimed.content)
    wanted = form_named(claimed.form) if claimed.form in submitted_forms() else None
    table = recognise(read(path), wanted)
    year = identify.year(table, claimed.year, china_day(now.now))
    own = now.due(year).filter(pl.col("school_id") == claimed.school_id)
    if own.is_empty():
        raise WrongSchool(
            path.name,
            detail_zh=f"贵校不在 {year} 学年的应报名录里",
            detail_en=f"your school is not among the units due in {year}",
        )
    code = identify.school(table, own["code"][0])
    return Ready(claimed=claimed, table=table, year=year, code=code, document=document_of(path))


class _Withdrawn(ZhijianError):
    pass


def _check_owner(shop: Shop, claimed: Claimed) -> None:
    """Whoever asked must be who sent the file, and still fill in this school's forms."""
    row = shop.worker.account(claimed.asker)
    is_theirs = row is not None and claimed.owner == claimed.asker and row["place_id"] == claimed.school_id  # fmt: skip
    may = row is not None and is_open(row, china_day(shop.now())) and Right.FILL in Role(row["role"]).rights  # fmt: skip
    if not (is_theirs and may):
        raise Unfaithful(
            "没有这份收件，或其报送人已不能填报本校报表。",
            "There is no such file of yours, or its sender may no longer fill in this school's forms.",
        )


def _end(shop: Shop, claimed: Claimed, refusal: ZhijianError) -> None:
    state = State.CANCELLED if isinstance(refusal, _Withdrawn) else State.FAILED
    with shop.worker.writing() as writer:
        settle(writer, claimed.job_id, state, _ended(claimed, Text(refusal.zh, refusal.en)), refusal)  # fmt: skip


def _ended(claimed: Claimed, said: Text) -> Ended:
    return Ended(said, f"/intake?item={claimed.intake_id}")


def _grouped(ready: Sequence[Ready]) -> Iterator[list[Ready]]:
    """Files of one form and year together, each school once; what a school sent later stays for the next round."""
    groups: dict[tuple[str, int, tuple[str, ...]], dict[int, Ready]] = {}
    seen: set[tuple[str, int, int]] = set()
    for one in ready:
        key = (one.table.form.name, one.year, one.claimed.school_id)
        if key not in seen:
            seen.add(key)
            groups.setdefault(one.group, {})[one.claimed.school_id] = one
    return (list(one.values()) for one in groups.values())


def _take(now: Round, together: list[Ready]) -> None:
    """Record them in one transaction; where something of it is refused, halves are tried, down to the one that it is."""
    try:
        _record(now, together)
    except AWAY:
        raise
    except Exception as error:
        if len(together) > 1:
            half = len(together) // 2
            _take(now, together[:half])
            _take(now, together[half:])
            return
        if not isinstance(error, ZhijianError):
            LOG.exception("recording file %s", together[0].claimed.intake_id)
        refusal = error if isinstance(error, ZhijianError) else ZhijianError(*BROKEN)
        _end(now.shop, together[0].claimed, refusal)


def _record(now: Round, together: Sequence[Ready]) -> None:
    form, year = together[0].table.form, together[0].year
    schools = {one.claimed.school_id: one for one in together}
    with now.shop.worker.writing() as reader:
        learn(reader)
    placed = place(
        harmonise([one.table for one in together], *(one.code for one in together)), now.due(year)
    )
    outcome = judge(placed, year, now.shop.worker.context(form, year, list(schools)))
    batch = Batch(
        form=form, year=year, rows=outcome.rows, submissions=_stamped(outcome.submissions, schools),
        rejections=outcome.rejections, findings=outcome.findings, received_at=now.now, received_by="",
        documents={school: one.document for school, one in schools.items()},
    )  # fmt: skip
    _make_room(now.shop, form, year)
    with now.shop.worker.writing() as writer:
        recorded = record(writer, batch)
        counts = {row["school_id"]: row for row in outcome.submissions.iter_rows(named=True)}
        for school, one in schools.items():
            _settle(writer, one, recorded.submissions.get(school), counts.get(school), form)


def _make_room(shop: Shop, form: type[Form], year: int) -> None:
    """The tables of a year that begins, one by one, so that no reader waits for all of them at once."""
    with shop.worker.writing() as writer:
        missing = list(prepare(writer, form, year))
    for parent in missing:
        with shop.worker.writing() as writer:
            writer.run("SELECT ensure_partition(:parent, :year)", parent=parent, year=year)


def _stamped(submissions: pl.DataFrame, schools: dict[int, Ready]) -> pl.DataFrame:
    """Who sent each file, and when it came in."""
    sent = [(school, one.claimed.received_at, one.claimed.owner) for school, one in schools.items()]
    names = ["school_id", "received_at", "received_by"]
    stamps = pl.DataFrame(sent, schema=names, orient="row").cast(
        {"school_id": submissions.schema["school_id"]}
    )
    return submissions.join(stamps, on="school_id", how="left", maintain_order="left")


def _settle(
    writer: Writer, one: Ready, submission: int | None, counts: dict[str, int] | None, form: type[Form]
) -> None:  # fmt: skip
    """The file is dealt with: written down beside what was recorded of it."""
    claimed = one.claimed
    if submission is None or counts is None:
        raise WrongSchool(
            claimed.file_name,
            detail_zh=f"“{form.title.zh}”里没有本校的行",
            detail_en=f"no row of {form.title.en} is this school's",
        )
    writer.run(
        sa.update(intake).where(intake.c.intake_id == claimed.intake_id).values(submission_id=submission)
    )  # fmt: skip
    said = TAKEN.fill(
        number=number(claimed.intake_id, claimed.received_at),
        accepted=counts["rows_accepted"], refused=counts["rows_refused"],
    )  # fmt: skip
    settle(writer, claimed.job_id, State.DONE, _ended(claimed, said))


TASKS = [Lane(kind=KIND, run=run)]
