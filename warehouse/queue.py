"""Work that takes longer than a request: asked for in the transaction of what it belongs to, done by the worker.

The queue itself is procrastinate's, in the schema `queue`, which only the worker may touch. What a reader sees of a job is a
row of `job`: its owner, how far it is, how it ended. A job is asked for through one function of the owner's, which writes down
who asks from the transaction's own settings, so nobody can ask in another's name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from warehouse.errors import ZhijianError
from warehouse.tables import metadata
from warehouse.text import Text

if TYPE_CHECKING:
    from warehouse.store import Reader, Writer


class State(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Text:
        return _LABELS[self]

    @property
    def is_open(self) -> bool:
        return self in {State.WAITING, State.WORKING}


_LABELS = {
    State.WAITING: Text("排队中", "Waiting"),
    State.WORKING: Text("进行中", "Working"),
    State.DONE: Text("已完成", "Done"),
    State.FAILED: Text("未完成", "Failed"),
    State.CANCELLED: Text("已取消", "Cancelled"),
}

job = sa.Table(
    "job", metadata,
    sa.Column("job_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("place_id", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    *(sa.Column(n, sa.Text, nullable=False) for n in ("title_zh", "title_en")),
    sa.Column("args", JSONB, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default=State.WAITING.value),
    *(sa.Column(n, sa.Integer, nullable=False, server_default="0") for n in ("done", "total")),
    sa.Column("is_cancel_wanted", sa.Boolean, nullable=False, server_default="false"),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    *(sa.Column(n, sa.DateTime(timezone=True)) for n in ("started_at", "ended_at")),
    *(sa.Column(n, sa.Text, nullable=False, server_default="") for n in ("message_zh", "message_en", "leads_to")),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    sa.Index("ix_job_owner_asked_at", "owner", "asked_at"),
    sa.Index("ix_job_waiting", "kind", "job_id", postgresql_where=sa.text("state IN ('waiting', 'working')")),
    comment="后台任务",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for: a kind of work that the worker knows, at a place, with its name for people.

    `args` are ids of things in the warehouse, never the things. Orders of one `lane` are taken up many at a time.
    """

    kind: str
    place_id: int
    title: Text
    args: Mapping[str, Any]
    is_shared: bool = False


class TooManyJobs(ZhijianError):
    pass


def defer(writer: Writer, order: Order) -> int:
    """Ask for work inside a reader's transaction; the number of the job. It is begun once that transaction is committed."""
    try:
        made: int = writer.scalar(
            "SELECT defer_job(:kind, :place, :zh, :en, CAST(:args AS jsonb), :lane)",
            kind=order.kind, place=order.place_id, zh=order.title.zh, en=order.title.en,
            args=json.dumps(dict(order.args)), lane=order.kind if order.is_shared else "",
        )  # fmt: skip
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", "") != "53400":
            raise
        raise TooManyJobs(
            "您有 100 项任务尚在排队，请等其完成后再提交。",
            "A hundred jobs of yours are waiting. Wait until some are done.",
        ) from error
    return made


def cancel(writer: Writer, job_id: int) -> bool:
    """Wish a job of one's own to end; False where it is not one's own or is over already."""
    wish = sa.update(job).where(
        job.c.job_id == job_id, job.c.state.in_([s for s in State if s.is_open])
    )
    return writer.run(wish.values(is_cancel_wanted=True)) == 1


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job as its owner sees it; `where` is the address of what came of it, without language."""

    job_id: int
    kind: str
    title: Text
    state: State
    done: int
    total: int
    is_cancel_wanted: bool
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    said: Text
    where: str


def mine(reader: Reader, *, is_open: bool, most: int, before: int | None = None) -> list[Job]:
    """The reader's own jobs, the newest first: those that wait or are worked on, or those that are over."""
    among = job.c.state.in_([s for s in State if s.is_open])
    found = sa.select(job).where(among if is_open else ~among).order_by(job.c.job_id.desc())
    if before is not None:
        found = found.where(job.c.job_id < before)
    return [_job(row) for row in reader.rows(found.limit(most))]


def _job(row: Any) -> Job:  # noqa: ANN401 - a row
    same = (
        "job_id",
        "kind",
        "done",
        "total",
        "is_cancel_wanted",
        "asked_at",
        "started_at",
        "ended_at",
    )
    return Job(
        **{name: getattr(row, name) for name in same},
        title=Text(row.title_zh, row.title_en),
        state=State(row.state),
        said=Text(row.message_zh, row.message_en),
        where=row.leads_to,
    )
