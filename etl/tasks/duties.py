"""What the clock asks for: the seal of the audit trail every minute, what nobody needs any more let go once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from etl.task import Duty, Shop
from warehouse import drafts, fusion_pulls
from warehouse.notices import notice
from warehouse.queue import State, job
from warehouse.trail_commands import add_seal

KEPT = timedelta(days=90)
PAGES_KEPT = timedelta(days=1)


def seal(shop: Shop, _now: datetime) -> None:
    """Sign where the audit trail stands."""
    add_seal(shop.worker, shop.suite, shop.notebook)


def tidy(shop: Shop, now: datetime) -> None:
    """Let go of jobs that ended, of notices that were read, and of drafts that nobody goes back to, after three months; of pages of pulls after a day."""
    is_open = job.c.state.in_([each for each in State if each.is_open])
    with shop.worker.writing() as writer:
        writer.run(sa.delete(job).where(~is_open, job.c.ended_at < now - KEPT))
        writer.run(sa.delete(notice).where(notice.c.read_at < now - KEPT))
        drafts.let_go(writer, now - KEPT)
        fusion_pulls.let_go(writer, now - PAGES_KEPT)
        writer.run(
            "DELETE FROM queue.procrastinate_jobs j WHERE status IN ('failed', 'cancelled', 'aborted', 'succeeded')"
            " AND NOT EXISTS (SELECT FROM queue.procrastinate_events e WHERE e.job_id = j.id AND e.at > :then)",
            then=now - KEPT,
        )  # fmt: skip


TASKS = [
    Duty(name="seal", cron="* * * * *", run=seal),
    Duty(name="tidy", cron="17 3 * * *", run=tidy),
]
