"""What the worker can be asked to do: tasks, lanes and duties, declared by the modules of etl/tasks.

A task is done once for each job. A lane takes up many jobs of its kind at a time. A duty is nobody's job: it is done by the clock.
Whatever is done may be done again, for a worker can be killed at any instant: the same work twice changes nothing.
"""

from __future__ import annotations

import pkgutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Any, Literal

import sqlalchemy as sa

from etl import tasks
from etl.post import Post
from warehouse.crypto import Suite
from warehouse.errors import ZhijianError
from warehouse.moments import china_day, clock
from warehouse.queue import job
from warehouse.rights import Role
from warehouse.scope import Scope
from warehouse.seals import Notebook
from warehouse.sessions import is_open
from warehouse.store import Reader, Warehouse
from warehouse.text import Text

REPORT_S = 0.4  # progress is written down this often at most


class Cancelled(Exception):
    """The owner wished the job to end."""


class Stopped(Exception):
    """The worker is to end; the job is taken up again by the next one."""


class Unfaithful(ZhijianError):
    """A job that names what is not its owner's, or whose owner may not read any more: refused, and written down."""


@dataclass(frozen=True, kw_only=True)
class Shop:
    """What the worker works with: the warehouse in its own role and in the readers', keys, the clock."""

    worker: Warehouse
    web: Warehouse
    suite: Suite
    notebook: Notebook
    today: date | None = None
    post: Post | None = None  # the way to a mail server, where one is set
    others: Sequence[Duty | Task] = ()  # what other packages do: by the clock, or when asked

    def now(self) -> datetime:
        """The time of day now, on the day this warehouse reckons from."""
        return clock(self.today, self.worker.settings())


@dataclass(kw_only=True)
class Errand:
    """One job being done, with the reach of who asked for it."""

    shop: Shop
    job_id: int
    owner: str
    place_id: int
    args: Mapping[str, Any]
    is_stopping: Callable[[], bool] = lambda: False
    _reported: float = field(default=0.0)

    @property
    def account(self) -> Mapping[str, Any]:
        """The owner's account as it is now; who lost it is nobody any more."""
        return account_of(self.shop, self.owner)

    @property
    def scope(self) -> Scope:
        """The owner's reach as it is now."""
        return reach(self.shop, self.account)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A transaction that sees what the owner may see: an id in the arguments opens nothing else."""
        with self.shop.web.reading(self.scope) as reader:
            yield reader

    def step(self, done: int, total: int) -> None:
        """Say how far it is, and stop here if that is wished. Call it between batches; it writes at most a few times a second."""
        if self.is_stopping():
            raise Stopped
        if time.monotonic() - self._reported < REPORT_S and done < total:
            return
        self._reported = time.monotonic()
        said = sa.update(job).where(job.c.job_id == self.job_id).values(done=done, total=total)
        with self.shop.worker.writing() as writer:
            rows = writer.rows(said.returning(job.c.is_cancel_wanted))
        if rows and rows[0].is_cancel_wanted:
            raise Cancelled


def account_of(shop: Shop, login: str) -> Mapping[str, Any]:
    """An account that may be used today; Unfaithful where there is none."""
    account = shop.worker.account(login)
    if account is None or not is_open(account, china_day(shop.now())):
        raise Unfaithful(
            "任务发起人的账号已停用、已到期或不存在。",
            "The account that asked for this is gone, suspended or ended.",
        )
    return account


def reach(shop: Shop, account: Mapping[str, Any]) -> Scope:
    """What an account may see."""
    office = account["role"] if Role(account["role"]).is_admin else ""
    return shop.web.scope(account["login"], account["place_id"], account["depth"], office)


@dataclass(frozen=True)
class Ended:
    """What came of a job: in words, and the address of the page to look at, without language.

    `told`: what its owner's notice says in place of the job's name and state.
    """

    said: Text
    where: str = ""
    told: Text | None = None


class Undone(ZhijianError):
    """Work that cannot be done as things are: why, and on which page its owner does something about it."""

    def __init__(self, zh: str, en: str, where: str) -> None:
        super().__init__(zh, en)
        self.where = where


@dataclass(frozen=True, kw_only=True)
class Task:
    """Work on one job. What it raises as an error of ours ends the job with these words; anything else is tried again."""

    kind: str
    run: Callable[[Errand], Ended]


@dataclass(frozen=True, kw_only=True)
class Lane:
    """Work on whatever waits of a kind; True while there may be more. It writes down itself how each job ended."""

    kind: str
    run: Callable[[Shop], bool]


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Work by the clock. `cron` as crontab writes it; `now` is when it was due. Long ones have a queue of their own."""

    name: str
    cron: str
    run: Callable[[Shop, datetime], object]
    queue: Literal["duty", "review"] = "duty"


@cache
def declared() -> list[Task | Lane | Duty]:
    """Everything the worker can do."""
    modules = (each.name for each in pkgutil.iter_modules(tasks.__path__))
    return [one for name in modules for one in import_module(f"{tasks.__name__}.{name}").TASKS]
