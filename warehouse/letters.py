"""Letters that wait to be sent: that somebody has something to read, never what.

A letter is made of the notices a reader has not read; at most one in a quarter of an hour goes to one reader. It waits in
a table until a mail server has taken it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from warehouse.crypto import Suite
from warehouse.errors import ZhijianError
from warehouse.tables import metadata

if TYPE_CHECKING:
    from warehouse.store import Reader, Writer

APART = timedelta(minutes=15)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
MOST_TRIES = 30  # about a day
AT_ONCE = 200
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?")  # fmt: skip

mailbox = sa.Table(
    "mailbox", metadata,
    sa.Column("login", sa.Text, sa.ForeignKey("account.login", ondelete="CASCADE"), primary_key=True),
    sa.Column("address", sa.Text, nullable=False, comment="sealed"),
    sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
    comment="通知邮箱",
)  # fmt: skip

letter = sa.Table(
    "letter", metadata,
    sa.Column("letter_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("notices", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
    sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
    *(sa.Column(n, sa.DateTime(timezone=True), nullable=False) for n in ("made_at", "next_at")),
    sa.Column("sent_at", sa.DateTime(timezone=True)),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_letter_login_made_at", "login", "made_at"),
    sa.Index("ix_letter_waiting", "next_at", postgresql_where=sa.text("state = 'waiting'")),
    comment="待发邮件",
)  # fmt: skip


class WrongAddress(ZhijianError):
    pass


class Due(NamedTuple):
    """A letter to be sent now; `address` is still sealed."""

    letter_id: int
    login: str
    notices: int
    tries: int
    address: str


def set_mailbox(writer: Writer, suite: Suite, login: str, address: str, now: datetime) -> None:
    """Send this reader's letters there; an empty address is the end of it."""
    if not address:
        writer.run(sa.delete(mailbox).where(mailbox.c.login == login))
        return
    if not ADDRESS.fullmatch(address):
        raise WrongAddress(
            "邮箱地址格式不对，请填写类似 name@school.example 的地址。",
            "This is no e-mail address. Write one like name@school.example.",
        )
    sealed = suite.seal(address, about=_about(login))
    values = {"login": login, "address": sealed, "set_at": now}
    made = insert(mailbox).values(**values)
    writer.run(made.on_conflict_do_update(index_elements=["login"], set_=values))


def has_mailbox(reader: Reader, login: str) -> bool:
    return bool(reader.rows(sa.select(mailbox.c.login).where(mailbox.c.login == login)))


def address_of(suite: Suite, due: Due) -> str:
    return suite.unseal(due.address, about=_about(due.login))


def _about(login: str) -> str:
    return f"mailbox {login}"


def write(writer: Writer, now: datetime) -> int:
    """Make a letter for each reader who has unread notices nobody wrote of; how many were made."""
    writer.run("SELECT pg_advisory_xact_lock(hashtext('letters'))")
    made = writer.rows(sa.text(
        "INSERT INTO letter (login, notices, made_at, next_at) "
        "SELECT n.login, count(*), :now, :now FROM notice n JOIN mailbox m ON m.login = n.login "
        "WHERE n.letter_id IS NULL AND n.read_at IS NULL AND n.at >= m.set_at AND NOT EXISTS (SELECT FROM letter l "
        "WHERE l.login = n.login AND l.made_at > CAST(:now AS timestamptz) - CAST(:apart AS interval)) "
        "GROUP BY n.login RETURNING letter_id, login"
    ), now=now, apart=APART)  # fmt: skip
    for row in made:
        writer.run(
            "UPDATE notice SET letter_id = :letter WHERE login = :login AND letter_id IS NULL AND read_at IS NULL",
            letter=row.letter_id, login=row.login,
        )  # fmt: skip
    return len(made)


def due(writer: Writer, now: datetime) -> list[Due]:
    """Letters whose time has come, the oldest first."""
    found = (
        sa.select(letter.c.letter_id, letter.c.login, letter.c.notices, letter.c.tries, mailbox.c.address)
        .join(mailbox, mailbox.c.login == letter.c.login)
        .where(letter.c.state == "waiting", letter.c.next_at <= now)
        .order_by(letter.c.letter_id)
        .limit(AT_ONCE)
    )  # fmt: skip
    return [Due(*row) for row in writer.rows(found)]


def sent(writer: Writer, one: Due, now: datetime) -> None:
    done = {"state": "sent", "sent_at": now, "tries": one.tries + 1, "error": ""}
    writer.run(sa.update(letter).where(letter.c.letter_id == one.letter_id).values(**done))


def failed(writer: Writer, one: Due, now: datetime, error: str, *, for_good: bool = False) -> None:
    """Not taken: tried again after twice as long, at most an hour, about a day in all."""
    tries = one.tries + 1
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(tries - 1, 8))
    state = "failed" if for_good or tries >= MOST_TRIES else "waiting"
    values = {"state": state, "tries": tries, "next_at": now + wait, "error": error[:300]}
    writer.run(sa.update(letter).where(letter.c.letter_id == one.letter_id).values(**values))
