"""Attempts to come in: five failures in a row lock a login for a quarter of an hour, whether such an account exists or not.

An attempt is counted before it is looked at, so that many at once are no more than many in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from warehouse.entrance import knock, name

if TYPE_CHECKING:
    from warehouse.store import Reader, Writer

MOST = 5
LOCKED_FOR = timedelta(minutes=15)  # and how long a failure counts
STALE = sa.text("at < now() - interval '1 day'")


class Attempt(NamedTuple):
    """Whether it may be looked at, and whether the login stays locked if it fails."""

    is_allowed: bool
    locks: bool


class Locked(NamedTuple):
    """A login that is locked, as it was typed."""

    login: str
    since: datetime
    until: datetime


def attempt(writer: Writer, login: str, now: datetime, path: Sequence[int] = ()) -> Attempt:
    """Count an attempt to come in by a login; `path` is where its account stands."""
    name(writer, login)
    first = insert(knock).values(login=login, failed=1, at=now, path=list(path))
    is_locked = knock.c.locked_until > now
    failed = sa.case(
        (is_locked, MOST + 1), (knock.c.at <= now - LOCKED_FOR, 1), else_=knock.c.failed + 1
    )
    until = sa.case(
        (is_locked, knock.c.locked_until), (failed >= MOST, now + LOCKED_FOR), else_=None
    )
    at = sa.case((is_locked, knock.c.at), else_=now)
    counted = first.on_conflict_do_update(
        index_elements=[knock.c.login], set_={"failed": failed, "at": at, "locked_until": until}
    )
    ((number,),) = writer.rows(counted.returning(knock.c.failed))
    return Attempt(is_allowed=number <= MOST, locks=number == MOST)


def sweep(writer: Writer) -> None:
    """Let go of failures of a day ago, whoever's they are."""
    writer.run(sa.delete(knock).where(STALE))


def forgive(writer: Writer, login: str) -> None:
    """Take back the last attempt: it was right, but the way in is longer."""
    name(writer, login)
    mine = sa.update(knock).where(knock.c.login == login)
    writer.run(mine.values(failed=sa.func.greatest(knock.c.failed - 1, 0), locked_until=None))


def clear(writer: Writer, login: str) -> None:
    """Forget the failures of a login that has come in."""
    name(writer, login)
    writer.run(sa.delete(knock).where(knock.c.login == login))


def locked(reader: Reader, now: datetime) -> list[Locked]:
    """Which logins are locked: those below a security administrator's place, the newest first."""
    columns = (knock.c.login, knock.c.at, knock.c.locked_until)
    here = sa.select(*columns).where(knock.c.locked_until > now).order_by(knock.c.at.desc())
    return [Locked(*row) for row in reader.rows(here)]


def unlock(writer: Writer, login: str) -> bool:
    """Lift a lock; a security administrator's transaction finds only logins below one's place."""
    return writer.run(sa.delete(knock).where(knock.c.login == login)) == 1
