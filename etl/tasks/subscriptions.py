"""Every minute: what somebody subscribed to and is due becomes a job of that reader's; once a day, files whose days are over go, and what was ended long ago.

What was missed while no worker ran is begun once. Who may not sign in any more is sent nothing: the subscription is paused and says why.
"""

from __future__ import annotations

from datetime import datetime

from etl.task import Duty, Shop, Unfaithful, account_of, reach
from warehouse import kept_files, subscriptions
from warehouse.calendar import Calendar, calendar
from warehouse.notices import tell
from warehouse.queue import Order, TooManyJobs, defer
from warehouse.rhythms import Rhythm, next_due
from warehouse.store import Writer
from warehouse.subscriptions import Subscription
from warehouse.text import Text

CLOSED = Text(
    "账号在约定的发送时间已停用、到期或没有角色，未发送。账号恢复后，请在“我的订阅”继续。",
    "When it was due the account was suspended, had ended or had no role: nothing was sent. Resume it under My subscriptions once the account is in use again.",
)


def run(shop: Shop, _now: datetime) -> None:
    """Begin what is due, each in a transaction of its reader's."""
    now = shop.now()
    with shop.worker.writing() as writer:
        subscriptions.hear(writer, Rhythm.RELEASE, now)
        waiting, days = subscriptions.due(writer, now), calendar(writer)
    for one in waiting:
        begin(shop, one, now, days)


def begin(shop: Shop, one: Subscription, now: datetime, days: Calendar) -> None:
    """A job for one that is due; nothing where it was begun elsewhere, or its reader has too many jobs waiting: the next round asks again."""
    try:
        account = account_of(shop, one.login)
    except Unfaithful:
        _pause(shop, one, now)
        return
    try:
        with shop.web.acting(reach(shop, account)) as writer:
            if subscriptions.begin(writer, one, next_due(one.rhythm, one.day, now, days)):
                order(writer, one, account["place_id"], one.next_at)
    except TooManyJobs:
        return


def order(writer: Writer, one: Subscription, place_id: int, due: datetime | None = None) -> int:
    """Ask the worker to deliver one, for the moment it is due at or, without one, now; the number of the job."""
    title = Text(f"订阅：{one.name}", f"Subscription: {one.name}")
    args = {"subscription": one.subscription_id, "due": due.isoformat() if due else ""}
    made = defer(writer, Order(kind="subscription", place_id=place_id, title=title, args=args))
    subscriptions.worked_on(writer, one.subscription_id, made)
    return made


def _pause(shop: Shop, one: Subscription, now: datetime) -> None:
    with shop.worker.writing() as writer:
        subscriptions.pause(writer, one.subscription_id, now, CLOSED)
        said = Text(f"订阅已暂停：{one.name}", f"Subscription paused: {one.name}")
        tell(writer, said, kind="job", object="/subscriptions", login=one.login)


def tidy(shop: Shop, _now: datetime) -> None:
    """Let go of files whose days are over, and of subscriptions that nobody brought back."""
    now = shop.now()
    with shop.worker.writing() as writer:
        kept_files.let_go(writer, now)
        subscriptions.let_go(writer, now - subscriptions.ENDED_KEPT)


TASKS = [
    Duty(name="subscriptions", cron="* * * * *", run=run),
    Duty(name="kept_files", cron="27 3 * * *", run=tidy),
]
