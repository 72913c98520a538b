"""Files made for a reader: kept sealed, for some days, read by that reader alone.

They come of subscriptions and of tables that are built as a job. A file says what it is, never by its name alone which figures it holds;
where an account has too many or too large ones, the oldest go.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from warehouse.columns import moment, text_column
from warehouse.crypto import Suite
from warehouse.errors import ZhijianError
from warehouse.store import Reader, Writer
from warehouse.tables import metadata

KEPT = timedelta(days=30)
MOST_BYTES = 60_000_000  # of one file
MOST_OF_ACCOUNT = 200_000_000  # bytes
MOST_FILES = 500  # of one account

kept_file = sa.Table(
    "kept_file", metadata,
    sa.Column("file_id", sa.BigInteger, sa.Identity(), primary_key=True),
    text_column("login", comment="whose it is"),
    text_column("title"), text_column("name", comment="under which it is downloaded"), text_column("media"),
    sa.Column("size", sa.Integer, nullable=False, comment="bytes"),
    text_column("figures", comment="hash of the figures in it"),
    text_column("file_hash", comment="SHA-256 of the file"), text_column("sealed"),
    sa.Column("subscription_id", sa.BigInteger, comment="which it was made for, if one"),
    moment("due_at", nullable=True, comment="at which moment of the subscription"),
    sa.Column("job_id", sa.BigInteger, nullable=False, comment="that made it"),
    moment("made_at"), moment("until"),
    sa.CheckConstraint(f"size BETWEEN 1 AND {MOST_BYTES}", name="kept_file_size"),
    sa.Index("ix_kept_file_login", "login", "made_at"), sa.Index("ix_kept_file_until", "until"),
    sa.Index("kept_file_once", "job_id", unique=True),
    comment="为读者保存的文件",
)  # fmt: skip


class FileTooLarge(ZhijianError):
    pass


@dataclass(frozen=True, kw_only=True)
class Made:
    """A file that was made: what it is called, its content, and a hash over its figures alone, which is the same for the same figures."""

    title: str
    name: str
    media: str
    content: bytes
    figures: str


@dataclass(frozen=True, kw_only=True)
class For:
    """Whom a file is for and what it came of; `due` is the moment of a subscription."""

    login: str
    job_id: int
    subscription_id: int | None = None
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file as it is listed."""

    file_id: int
    title: str
    name: str
    media: str
    size: int
    file_hash: str
    subscription_id: int | None
    made_at: datetime
    until: datetime


def keep(writer: Writer, suite: Suite, owner: For, made: Made, now: datetime) -> int:
    """Keep a file for its reader, in that reader's own transaction; its number. FileTooLarge where it cannot be kept."""
    if len(made.content) > MOST_BYTES:
        raise FileTooLarge(
            f"文件有 {len(made.content) // 1_000_000} MB，超过 {MOST_BYTES // 1_000_000} MB，不能保存。请少选一些地区或学年，或改用 Parquet。",
            f"The file has {len(made.content) // 1_000_000} MB; at most {MOST_BYTES // 1_000_000} MB are kept. Choose fewer places or years, or Parquet.",
        )
    _make_room(writer, owner.login, len(made.content))
    file_hash = hashlib.sha256(made.content).hexdigest()
    sealed = suite.seal(b64encode(made.content).decode(), about=_about(owner.login, file_hash))
    values = {
        "login": owner.login, "title": made.title[:300], "name": made.name[:120], "media": made.media, "size": len(made.content),
        "figures": made.figures, "file_hash": file_hash, "sealed": sealed, "subscription_id": owner.subscription_id, "due_at": owner.due,
        "job_id": owner.job_id, "made_at": now, "until": now + KEPT,
    }  # fmt: skip
    return int(writer.scalar(sa.insert(kept_file).values(values).returning(kept_file.c.file_id)))


def _make_room(writer: Writer, login: str, size: int) -> None:
    """Let the oldest go until there is room for one more."""
    c = kept_file.c
    found = sa.select(c.file_id, c.size).where(c.login == login).order_by(c.made_at.desc(), c.file_id.desc())  # fmt: skip
    room, gone = MOST_OF_ACCOUNT - size, []
    for at, row in enumerate(writer.rows(found), start=1):
        room -= row.size
        if room < 0 or at >= MOST_FILES:
            gone.append(row.file_id)
    if gone:
        writer.run(sa.delete(kept_file).where(c.file_id.in_(gone)))


def files(reader: Reader, *, most: int) -> list[Kept]:
    """The reader's own files, the newest first."""
    columns = [kept_file.c[name] for name in Kept.__dataclass_fields__]
    found = sa.select(*columns).order_by(kept_file.c.made_at.desc(), kept_file.c.file_id.desc())
    return [Kept(**row._asdict()) for row in reader.rows(found.limit(most))]


def of_job(reader: Reader, job_id: int) -> int | None:
    """The file that a job of the reader's own has made already."""
    found = reader.rows(sa.select(kept_file.c.file_id).where(kept_file.c.job_id == job_id))
    return found[0].file_id if found else None


def content(reader: Reader, suite: Suite, file_id: int) -> tuple[Kept, bytes] | None:
    """A file of the reader's own; None where there is none of that number."""
    columns = [kept_file.c[name] for name in Kept.__dataclass_fields__]
    found = sa.select(*columns, kept_file.c.login, kept_file.c.sealed).where(kept_file.c.file_id == file_id)  # fmt: skip
    for row in reader.rows(found):
        said = row._asdict()
        login, sealed = said.pop("login"), said.pop("sealed")
        text = suite.unseal(sealed, about=_about(login, said["file_hash"]))
        return Kept(**said), b64decode(text)
    return None


def remove(writer: Writer, file_id: int) -> str | None:
    """Let go of a file of one's own; its title, None where it is nobody's or another's."""
    gone = sa.delete(kept_file).where(kept_file.c.file_id == file_id).returning(kept_file.c.title)
    rows = writer.rows(gone)
    return rows[0].title if rows else None


def let_go(writer: Writer, now: datetime) -> None:
    """Let go of files whose days are over."""
    writer.run(sa.delete(kept_file).where(kept_file.c.until < now))


def _about(login: str, file_hash: str) -> str:
    return f"kept_file.content/{login}/{file_hash}"
