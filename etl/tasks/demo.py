"""A demo ministry gets its cases once its first review is done, and then its releases; in any other warehouse there is nothing to do."""

from __future__ import annotations

from datetime import datetime

from etl.demo import cases, releases
from etl.task import Duty, Shop


def play(shop: Shop, _now: datetime) -> None:
    """Cases in every state, and the figures of every year released; once."""
    cases.take(shop.worker, shop.now())
    releases.take(shop.worker, shop.now())


TASKS = [Duty(name="demo_cases", cron="* * * * *", run=play)]
