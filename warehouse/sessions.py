"""Sessions are kept here; a browser holds a token, of which this keeps the hash.

A session is worth nothing once it is ended, too old or idle, and once its account has another password, is suspended or not valid
on the day: nobody has to find and end the sessions of an account that is closed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from warehouse.entrance import name, session
from warehouse.rights import Role
from warehouse.tables import account

if TYPE_CHECKING:
    from warehouse.store import Reader, Warehouse, Writer

SEEN_EVERY = timedelta(minutes=1)  # how exactly it is known when a session was last used


@dataclass(frozen=True, kw_only=True)
class Times:
    """How long a session lasts: without use, without use by an administrator, and at all."""

    idle: timedelta = timedelta(minutes=30)
    idle_admin: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=12)

    def of(self, role: str) -> timedelta:
        return self.idle_admin if Role(role).is_admin else self.idle


@dataclass(frozen=True)
class Opened:
    """A session that holds, with the account it is of."""

    key: str
    account: Mapping[str, Any]
    seen_at: datetime


@dataclass(frozen=True)
class Listed:
    """One of a reader's own sessions."""

    key: str
    started_at: datetime
    seen_at: datetime
    address: str
    agent: str


def key_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def stamp_of(account_row: Mapping[str, Any]) -> str:
    """What changes with the password, and tells nothing of it."""
    return hashlib.sha256(account_row["password_hash"].encode()).hexdigest()[:32]


def is_open(account_row: Mapping[str, Any], day: date) -> bool:
    """Whether an account may be used on a day: not before somebody has given it a role."""
    first, last = account_row["valid_from"], account_row["valid_until"]
    is_valid = (first is None or first <= day) and (last is None or day <= last)
    is_ended = account_row.get("ended_at") is not None
    return (
        is_valid
        and not account_row["is_suspended"]
        and not is_ended
        and account_row["role"] in set(Role)
    )


def open_session(
    writer: Writer, account_row: Mapping[str, Any], now: datetime, address: str, agent: str
) -> str:
    """Begin a session; its token is returned and kept nowhere."""
    token, login = secrets.token_urlsafe(32), account_row["login"]
    name(writer, login, session=key_of(token))
    writer.run(
        sa.insert(session).inline(), key=key_of(token), login=login, stamp=stamp_of(account_row), started_at=now,
        seen_at=now, address=address, agent=agent,
    )  # fmt: skip
    mine = account.c.login == login
    writer.run(sa.update(account).where(mine).values(last_sign_in=now))
    return token


_LOOK = (
    sa.select(account, session.c.key, session.c.stamp, session.c.started_at, session.c.seen_at)
    .join(session, session.c.login == account.c.login)
    .where(session.c.key == sa.bindparam("key"), session.c.ended_at.is_(None))
)


def look(
    warehouse: Warehouse, login: str, key: str, now: datetime, day: date, times: Times
) -> Opened | None:
    """The session of that hash, if it holds; that it is in use is noted once a minute."""
    with warehouse.writing() as writer:
        name(writer, login, session=key)
        rows = writer.rows(_LOOK, key=key)
        found = rows[0]._mapping if rows else None  # noqa: SLF001 - how SQLAlchemy names it
        if found is None or not _holds(found, now, day, times):
            return None
        if now - found["seen_at"] >= SEEN_EVERY:
            writer.run(sa.update(session).where(session.c.key == key).values(seen_at=now))
        row = {column.name: found[column.name] for column in account.c}
        return Opened(key, row, found["seen_at"])


def _holds(found: Mapping[str, Any], now: datetime, day: date, times: Times) -> bool:
    if found["stamp"] != stamp_of(found) or not is_open(found, day):
        return False
    is_fresh: bool = now - found["seen_at"] <= times.of(found["role"])
    is_young: bool = now - found["started_at"] <= times.longest
    return is_fresh and is_young


def own(
    reader: Reader, login: str, role: str, stamp: str, now: datetime, times: Times
) -> Sequence[Listed]:
    """The sessions of a reader that still hold, the one used last first."""
    columns = (session.c[n] for n in ("key", "started_at", "seen_at", "address", "agent"))
    wanted = sa.select(*columns).where(
        session.c.login == login,
        session.c.ended_at.is_(None),
        session.c.stamp == stamp,
        session.c.seen_at >= now - times.of(role),
        session.c.started_at >= now - times.longest,
    )
    return [Listed(*row) for row in reader.rows(wanted.order_by(session.c.seen_at.desc()))]


def end(writer: Writer, key: str, now: datetime) -> bool:
    """End one session; in a reader's own transaction only one of one's own is found."""
    here = sa.and_(session.c.key == key, session.c.ended_at.is_(None))
    return writer.run(sa.update(session).where(here).values(ended_at=now)) == 1


def end_others(writer: Writer, login: str, key: str, now: datetime) -> int:
    """End every session of a reader but this one."""
    others = sa.and_(session.c.login == login, session.c.key != key, session.c.ended_at.is_(None))
    return writer.run(sa.update(session).where(others).values(ended_at=now))


def sweep(writer: Writer, before: datetime) -> int:
    """Let go of sessions last used before a moment; for the worker."""
    return writer.run(sa.delete(session).where(session.c.seen_at < before))


_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    *(("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")),
    *(("Mac OS", "macOS"), ("HarmonyOS", "HarmonyOS"), ("Linux", "Linux")),
)


def summary(agent: str) -> str:
    """Browser and system out of what a browser says of itself; nothing else of it is kept."""
    known = (
        next((word for sign, word in names if sign in agent), "") for names in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(filter(None, known))
