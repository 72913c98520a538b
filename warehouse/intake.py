"""Files as they came in: kept and numbered at once, looked into by the worker."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from warehouse.moments import numbered
from warehouse.queue import Order, State, defer, job
from warehouse.tables import metadata
from warehouse.text import Text

if TYPE_CHECKING:
    from warehouse.store import Reader, Writer

KIND = "intake"
TITLE = Text("报送文件 {name}", "File {name}")

intake = sa.Table(
    "intake", metadata,
    sa.Column("intake_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("school_id", sa.Integer, nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger),
    *(sa.Column(n, sa.Text, nullable=False) for n in ("file_name", "file_hash")),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("submission_id", sa.BigInteger),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    sa.Index("ix_intake_school_id", "school_id", "intake_id"),
    comment="收件：上传的原始文件",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file that has come in, and how far the work on it is."""

    intake_id: int
    owner: str
    form: str
    year: int | None
    file_name: str
    file_hash: str
    size: int
    received_at: datetime
    submission_id: int | None
    state: State
    message: Text

    @property
    def number(self) -> str:
        return number(self.intake_id, self.received_at)


def number(intake_id: int, received_at: datetime) -> str:
    """SJ-2026-00000412: 收件 of a year and its number; the receipt of the submission (HZ-...) follows."""
    return numbered("SJ", received_at, intake_id)


def take(
    writer: Writer, place_id: int, name: str, content: bytes, *, at: datetime, form: str = "", year: int | None = None,
) -> int:  # fmt: skip
    """Keep a file of the reader's own school and ask the worker to take it in; its number."""
    made: int = writer.scalar(
        "SELECT keep_intake(:form, CAST(:year AS int), :name, :hash, CAST(:content AS bytea), :at)",
        form=form, year=year, name=name, hash=hashlib.sha256(content).hexdigest(), content=content, at=at,
    )  # fmt: skip
    title = TITLE.fill(name=name)
    defer(
        writer,
        Order(kind=KIND, place_id=place_id, title=title, args={"intake": made}, is_shared=True),
    )
    return made


_KEPT = [intake.c[name] for name in ("intake_id", "owner", "form", "year", "file_name", "file_hash", "size", "received_at", "submission_id")]  # fmt: skip


def kept(reader: Reader, intake_id: int) -> Kept | None:
    """One file of one's scope; None where there is none of that number. The work on it is seen by its owner only."""
    mine = sa.cast(job.c.args["intake"].astext, sa.BigInteger) == intake_id
    found = reader.rows(
        sa.select(*_KEPT, job.c.state, job.c.message_zh, job.c.message_en)
        .outerjoin_from(intake, job, sa.and_(job.c.kind == KIND, mine, job.c.owner == intake.c.owner))
        .where(intake.c.intake_id == intake_id)
    )  # fmt: skip
    if not found:
        return None
    row = found[0]
    fallback = State.WAITING if row.submission_id is None else State.DONE
    return Kept(
        **{column.name: getattr(row, column.name) for column in _KEPT},
        state=State(row.state) if row.state else fallback,
        message=Text(row.message_zh or "", row.message_en or ""),
    )
