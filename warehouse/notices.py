"""Notices: something has happened that a reader should look at. Told in the same transaction as what they tell of.

A notice says what and where, never a figure or a person's value: who may open the address sees the rest there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from warehouse.rights import Right, Role
from warehouse.security import UNREAD_COUNTED
from warehouse.store import compiled
from warehouse.tables import metadata
from warehouse.text import Text

if TYPE_CHECKING:
    from warehouse.store import Reader, Writer

notice = sa.Table(
    "notice", metadata,
    sa.Column("notice_id", sa.BigInteger, sa.Identity(), primary_key=True),
    *(sa.Column(n, sa.Text, nullable=False) for n in ("login", "sender", "kind", "object", "said_zh", "said_en")),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("read_at", sa.DateTime(timezone=True)),
    sa.Column("letter_id", sa.BigInteger),
    sa.Index("ix_notice_login_at", "login", "at"),
    sa.Index("ix_notice_unwritten", "login", postgresql_where=sa.text("letter_id IS NULL AND read_at IS NULL")),
    comment="站内通知",
)  # fmt: skip


def tell(
    writer: Writer,
    said: Text,
    *,
    kind: str,
    object: str,  # noqa: A002 - as the audit trail calls it
    login: str = "",
    place: int | None = None,
    right: Right | None = None,
) -> int:
    """Tell one login, or everybody at a place who has a right; how many were told.

    `kind` is a short name such as "returned"; `object` the address of a page, without language: "/jobs" or "/fill?form=estate".
    """
    roles = [role.value for role in Role if right is not None and right in role.rights]
    told: int = writer.scalar(
        "SELECT tell_notice(:login, CAST(:place AS int), CAST(:roles AS text[]), :kind, :object, :zh, :en)",
        login=login, place=place, roles=roles, kind=kind, object=object, zh=said.zh, en=said.en,
    )  # fmt: skip
    return told


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notice as its reader sees it."""

    notice_id: int
    kind: str
    object: str
    said: Text
    at: datetime
    is_read: bool


def inbox(
    reader: Reader, *, is_unread: bool = False, kind: str = "", most: int, before: int | None = None
) -> list[Notice]:
    """The reader's own notices, the newest first."""
    found = sa.select(notice).order_by(notice.c.notice_id.desc()).limit(most)
    if is_unread:
        found = found.where(notice.c.read_at.is_(None))
    if kind:
        found = found.where(notice.c.kind == kind)
    if before is not None:
        found = found.where(notice.c.notice_id < before)
    return [
        Notice(notice_id=row.notice_id, kind=row.kind, object=row.object, said=Text(row.said_zh, row.said_en), at=row.at,
               is_read=row.read_at is not None)
        for row in reader.rows(found)
    ]  # fmt: skip


def kinds(reader: Reader) -> list[str]:
    """The kinds there are among the reader's own notices."""
    return [row.kind for row in reader.rows(sa.select(notice.c.kind).distinct().order_by("kind"))]


UNREAD_SHOWN = UNREAD_COUNTED - 1
_UNREAD = compiled(
    sa.select(sa.func.count()).select_from(
        sa.select(notice.c.notice_id)
        .where(notice.c.read_at.is_(None), notice.c.login == sa.func.current_setting("app.reader", sa.true()))
        .limit(UNREAD_COUNTED)
        .subquery()
    )
)  # fmt: skip


def unread(reader: Reader) -> int:
    """How many notices of the reader's own are unread; one more than can be shown stands for all beyond."""
    return int(reader.rows(_UNREAD)[0][0])


def mark_read(writer: Writer, now: datetime, notice_id: int | None = None) -> int:
    """Mark one notice of one's own as read, or all; how many were."""
    mine = sa.update(notice).where(notice.c.read_at.is_(None))
    if notice_id is not None:
        mine = mine.where(notice.c.notice_id == notice_id)
    return writer.run(mine.values(read_at=now))
