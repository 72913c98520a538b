"""What the entrance lets go of once a day: sessions and tokens that can no longer be used, failures that no longer count."""

from __future__ import annotations

from datetime import datetime, timedelta

from etl.task import Duty, Shop
from warehouse import api_tokens, knocks, sessions

KEPT = timedelta(days=90)  # as long as one may want to know from where an account was used


def sweep(shop: Shop, now: datetime) -> None:
    with shop.worker.writing() as writer:
        sessions.sweep(writer, now - KEPT)
        api_tokens.sweep(writer, now - KEPT)
        knocks.sweep(writer)


TASKS = [Duty(name="sweep_entrance", cron="23 3 * * *", run=sweep)]
