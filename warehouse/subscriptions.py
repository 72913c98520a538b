"""Subscriptions: what a reader wants to be sent, how often, and what came of it the last time.

A row holds the address of what is wanted, never a figure: each time it is read anew with the rights its reader has at that moment. `next_at`
is when it is due; whoever begins a delivery moves it on in the same statement, so that a moment is begun once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from warehouse.calendar import Calendar
from warehouse.columns import moment, text_column
from warehouse.errors import ZhijianError
from warehouse.queue import State, job
from warehouse.release_patterns import undecided
from warehouse.releases import releases_since
from warehouse.rhythms import Rhythm, next_due
from warehouse.store import Reader, Writer
from warehouse.tables import metadata
from warehouse.text import Text

MOST = 50  # of one account
LONGEST_NAME, LONGEST_ADDRESS = 120, 4000
AT_ONCE = 500  # begun in one round
ENDED_KEPT = timedelta(days=90)  # so long one that was ended can be brought back

subscription = sa.Table(
    "subscription", metadata,
    sa.Column("subscription_id", sa.BigInteger, sa.Identity(), primary_key=True),
    text_column("login", comment="whose it is"),
    text_column("name"),
    text_column("kind", comment="of the document"),
    text_column("address", comment="what is read each time, without language and moment"),
    text_column("lang"), text_column("format"), text_column("rhythm"),
    sa.Column("day", sa.SmallInteger, nullable=False, comment="of the week from 1, or of the month; 0 for none"),
    sa.Column("newest_year", sa.SmallInteger, nullable=False, comment="the newest year when it was made: years move with it; 0, they stay"),
    moment("made_at"), moment("next_at", nullable=True), moment("heard_at", comment="up to when events have been heard"),
    moment("paused_at", nullable=True), *(text_column(n, server_default="", comment="why it was paused, if not by its owner") for n in ("why_zh", "why_en")),
    moment("ended_at", nullable=True),
    moment("last_due", nullable=True), moment("last_at", nullable=True), moment("sent_at", nullable=True, comment="when the last file was made"),
    text_column("last_result", server_default=""), text_column("figures", server_default="", comment="hash of the figures last sent"),
    sa.Column("job_id", sa.BigInteger, comment="its newest job"),
    sa.CheckConstraint(f"length(name) BETWEEN 1 AND {LONGEST_NAME}", name="subscription_name"),
    sa.CheckConstraint(f"length(address) BETWEEN 1 AND {LONGEST_ADDRESS}", name="subscription_address"),
    sa.CheckConstraint("rhythm IN ('daily', 'weekly', 'monthly', 'release')", name="subscription_rhythm"),
    sa.CheckConstraint("last_result IN ('', 'sent', 'unchanged')", name="subscription_last_result"),
    sa.Index("ix_subscription_login", "login"),
    sa.Index("ix_subscription_next_at", "next_at", postgresql_where=sa.text("paused_at IS NULL AND ended_at IS NULL")),
    comment="订阅",
)  # fmt: skip
c = subscription.c
STANDS = sa.and_(c.paused_at.is_(None), c.ended_at.is_(None))


def _released(writer: Writer, since: datetime) -> datetime | None:
    """When figures were last released since a moment; while it is being decided what one of them withholds, none has been."""
    found = releases_since(writer, since)
    is_known = not undecided(writer).intersection(one.number for one in found)
    return found[-1].signed_at if found and is_known else None


# What can happen that readers wait for: since a moment, when it last did, or None. The worker asks every minute.
HAPPENED: dict[Rhythm, Callable[[Writer, datetime], datetime | None]] = {Rhythm.RELEASE: _released}


class SubscriptionRefused(ZhijianError):
    pass


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is wanted, and how often: the fields of a subscription that its reader chooses."""

    name: str
    kind: str
    address: str
    lang: str
    format: str
    rhythm: Rhythm
    day: int
    newest_year: int


@dataclass(frozen=True, kw_only=True)
class Subscription(Wish):
    """A subscription as its owner sees it; `job` is the state of its newest job, None where there is none any more."""

    subscription_id: int
    login: str
    made_at: datetime
    next_at: datetime | None
    heard_at: datetime
    paused_at: datetime | None
    why: Text
    ended_at: datetime | None
    last_due: datetime | None
    last_at: datetime | None
    sent_at: datetime | None
    last_result: str
    figures: str
    job: State | None
    said: Text

    @property
    def has_failed(self) -> bool:
        return self.job is State.FAILED


def offered() -> list[Rhythm]:
    """The rhythms there are: what nothing tells of cannot be waited for."""
    return [one for one in Rhythm if one is not Rhythm.RELEASE or one in HAPPENED]


_PLAIN = [column for column in c if column.name not in ("why_zh", "why_en", "job_id", "rhythm")]
_FOUND = sa.select(
    *_PLAIN, c.rhythm, c.why_zh, c.why_en, job.c.state, job.c.message_zh, job.c.message_en
).select_from(subscription.outerjoin(job, job.c.job_id == c.job_id))


def subscriptions(reader: Reader, *, ended: bool = False) -> list[Subscription]:
    """The reader's own, by name; those that were ended instead."""
    over = c.ended_at.is_not(None) if ended else c.ended_at.is_(None)
    return [_read(row) for row in reader.rows(_FOUND.where(over).order_by(c.name, c.subscription_id))]  # fmt: skip


def subscribed(reader: Reader, subscription_id: int) -> Subscription | None:
    """One of the reader's own."""
    rows = reader.rows(_FOUND.where(c.subscription_id == subscription_id))
    return _read(rows[0]) if rows else None


def _read(row: Any) -> Subscription:  # noqa: ANN401 - a row
    said = {column.name: getattr(row, column.name) for column in _PLAIN}
    return Subscription(
        **said, rhythm=Rhythm(row.rhythm), why=Text(row.why_zh, row.why_en), job=State(row.state) if row.state else None,
        said=Text(row.message_zh or "", row.message_en or ""),
    )  # fmt: skip


def subscribe(writer: Writer, login: str, wish: Wish, now: datetime, calendar: Calendar) -> int:
    """Begin one; its number. SubscriptionRefused where the wish cannot be, or there are too many."""
    values = _checked(wish) | {"next_at": next_due(wish.rhythm, wish.day, now, calendar)}
    _check_room(writer, login)
    made = sa.insert(subscription).values(login=login, made_at=now, heard_at=now, **values)
    return int(writer.scalar(made.returning(c.subscription_id)))


def _check_room(writer: Writer, login: str) -> None:
    own = sa.select(sa.func.count()).where(c.login == login, c.ended_at.is_(None))
    if (writer.scalar(own) or 0) >= MOST:
        raise SubscriptionRefused(
            f"最多 {MOST} 项订阅，请先取消不用的。",
            f"At most {MOST} subscriptions: end some first.",
        )


def change(writer: Writer, one: Subscription, wish: Wish, now: datetime, calendar: Calendar) -> None:  # fmt: skip
    """Another name, rhythm, format or language; of what it is about, nothing."""
    is_paused = one.paused_at is not None
    values = _checked(wish) | {"next_at": None if is_paused else next_due(wish.rhythm, wish.day, now, calendar)}  # fmt: skip
    if (wish.lang, wish.format) != (one.lang, one.format):
        values["figures"] = ""  # another file, which is sent though nothing else has changed
    writer.run(sa.update(subscription).where(c.subscription_id == one.subscription_id).values(**values, heard_at=now))  # fmt: skip


def _checked(wish: Wish) -> dict[str, Any]:
    name = " ".join(wish.name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise SubscriptionRefused(
            f"请给订阅起名，不超过 {LONGEST_NAME} 字。",
            f"Name the subscription, in at most {LONGEST_NAME} letters.",
        )
    if wish.day not in wish.rhythm.days or wish.rhythm not in offered():
        raise SubscriptionRefused("请从页面上选择发送时间。", "Choose on the page when it is sent.")
    if len(wish.address) > LONGEST_ADDRESS:
        raise SubscriptionRefused(
            "这张表的地址太长，不能订阅。请改用“某地以下各地”代替逐个勾选。",
            "The address of this table is too long. Choose all places below one, rather than one by one.",
        )
    return {**wish.__dict__, "name": name, "rhythm": wish.rhythm.value}


def pause(writer: Writer, subscription_id: int, now: datetime, why: Text | None = None) -> None:
    """Send nothing until it is resumed; `why` where it was not its owner who wished so."""
    said = (why.zh, why.en) if why is not None else ("", "")
    values = {"paused_at": now, "why_zh": said[0], "why_en": said[1], "next_at": None}
    writer.run(sa.update(subscription).where(c.subscription_id == subscription_id).values(**values))


def resume(writer: Writer, one: Subscription, now: datetime, calendar: Calendar) -> None:
    """Go on, whether it was paused or ended: with the next moment, not with those that were missed."""
    if one.ended_at is not None:
        _check_room(writer, one.login)
    at = next_due(one.rhythm, one.day, now, calendar)
    values = {"paused_at": None, "ended_at": None, "why_zh": "", "why_en": "", "next_at": at, "heard_at": now}  # fmt: skip
    writer.run(sa.update(subscription).where(c.subscription_id == one.subscription_id).values(**values))  # fmt: skip


def end(writer: Writer, subscription_id: int, now: datetime) -> None:
    """Send nothing more. It stays on a list, so that it can be brought back."""
    values = {"ended_at": now, "next_at": None}
    writer.run(sa.update(subscription).where(c.subscription_id == subscription_id).values(**values))


# -- what the worker does


def hear(writer: Writer, rhythm: Rhythm, now: datetime) -> int:
    """Make due what waits for something that has happened since it last heard; how many."""
    waiting = sa.and_(STANDS, c.rhythm == rhythm.value)
    since = writer.scalar(sa.select(sa.func.min(c.heard_at)).where(waiting))
    happened = HAPPENED[rhythm](writer, since) if since is not None and rhythm in HAPPENED else None
    if happened is None:
        return 0
    # The clock that dates what happens is the database's, which may be ahead of the site's.
    heard = sa.update(subscription).where(waiting, c.heard_at < happened)
    return writer.run(heard.values(next_at=min(happened, now), heard_at=happened))


def due(reader: Reader, now: datetime) -> Sequence[Subscription]:
    """What is to be begun now, the longest overdue first."""
    found = _FOUND.where(STANDS, c.next_at <= now).order_by(c.next_at, c.subscription_id)
    return [_read(row) for row in reader.rows(found.limit(AT_ONCE))]


def begin(writer: Writer, one: Subscription, at: datetime | None) -> bool:
    """Take the moment that it is due at, and wait for the next one; False where another has taken it."""
    mine = sa.and_(c.subscription_id == one.subscription_id, c.next_at == one.next_at, STANDS)
    return writer.run(sa.update(subscription).where(mine).values(next_at=at)) == 1


def worked_on(writer: Writer, subscription_id: int, job_id: int) -> None:
    """Name the job that makes the newest delivery."""
    writer.run(sa.update(subscription).where(c.subscription_id == subscription_id).values(job_id=job_id))  # fmt: skip


def delivered(writer: Writer, one: Subscription, due_at: datetime | None, now: datetime, figures: str, *, is_sent: bool) -> bool:  # fmt: skip
    """Write down what came of a moment, or of a wish; False where that moment, or a later one, was delivered before: then nothing is to be sent."""
    new = c.subscription_id == one.subscription_id
    values: dict[str, Any] = {"last_at": now, "last_result": "sent" if is_sent else "unchanged"}
    if due_at is not None:
        new = sa.and_(new, sa.or_(c.last_due.is_(None), c.last_due < due_at))
        values["last_due"] = due_at
    if is_sent:
        values |= {"sent_at": now, "figures": figures}
    return writer.run(sa.update(subscription).where(new).values(**values)) == 1


def let_go(writer: Writer, before: datetime) -> None:
    """Let go of what was ended before a moment."""
    writer.run(sa.delete(subscription).where(c.ended_at < before))
