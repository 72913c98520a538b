"""The worker: takes jobs from the queue, does them, writes down how they ended; does its duties by the clock.

Five loops over procrastinate's queues: `work` is what people asked for, `pull` what is read from servers of others, `file` what is made for
readers to take away, `duty` what the clock asks for, `review` the long ones of these, so that a slow server keeps nobody's file waiting and a long job no duty. A worker that was killed leaves its jobs as being done; when its heartbeat is old, another takes them again.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etl.task import (
    Cancelled,
    Duty,
    Ended,
    Errand,
    Lane,
    Shop,
    Task,
    Undone,
    Unfaithful,
    declared,
)
from warehouse.errors import ZhijianError
from warehouse.events import Event
from warehouse.notices import tell
from warehouse.queue import State, job
from warehouse.roles import WORKER, conninfo, with_role
from warehouse.store import Writer
from warehouse.text import Text
from warehouse.trail import Line
from warehouse.trail import write as write_line

if TYPE_CHECKING:
    from procrastinate import App, JobContext

LOG = logging.getLogger("zhijian.worker")
MOST_TRIES = 5
BEAT_S, STALLED_S = 5.0, 20.0  # a worker says that it lives; one that is silent for so long is dead
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
BROKEN = Text(
    "系统出错，多次重试未成功；详情见服务器日志。",
    "Something broke and trying again did not help; the server's log says more.",
)
ENDED_WORDS = Text("{title}：{state}", "{title}: {state}")


def take(shop: Shop, task: Task | None, job_id: int, context: JobContext | None = None) -> None:
    """Do one job, unless it is over; write down how it ended."""
    row = _begun(shop, job_id)
    if row is None:
        return
    errand = Errand(
        shop=shop, job_id=job_id, owner=row.owner, place_id=row.place_id, args=row.args,
        is_stopping=context.should_abort if context else lambda: False,
    )  # fmt: skip
    try:
        if row.is_cancel_wanted:
            raise Cancelled  # noqa: TRY301 - ends here like a job that is cancelled on its way
        finish(shop, job_id, State.DONE, _done(task, errand, row.kind))
    except Cancelled:
        finish(shop, job_id, State.CANCELLED, Ended(Text("", "")))
    except ZhijianError as refusal:
        where = refusal.where if isinstance(refusal, Undone) else ""
        finish(shop, job_id, State.FAILED, Ended(Text(refusal.zh, refusal.en), where), refusal)
    except Exception:
        is_last = context is None or context.job.attempts + 1 >= MOST_TRIES
        if is_last:
            finish(shop, job_id, State.FAILED, Ended(BROKEN))
        raise


def _begun(shop: Shop, job_id: int) -> Any:  # noqa: ANN401 - a row
    """The job, now being worked on; None where it is over."""
    is_open = job.c.state.in_([each for each in State if each.is_open])
    begin = sa.update(job).where(job.c.job_id == job_id, is_open)
    now = sa.func.clock_timestamp()
    values = {"state": State.WORKING.value, "started_at": sa.func.coalesce(job.c.started_at, now)}
    with shop.worker.writing() as writer:
        found = writer.rows(begin.values(**values).returning(*job.c))
    return found[0] if found else None


def _done(task: Task | None, errand: Errand, kind: str) -> Ended:
    if task is None:
        raise Unfaithful(f"没有名为“{kind}”的任务。", f"No kind of work is named '{kind}'.")
    return task.run(errand)


def finish(
    shop: Shop, job_id: int, state: State, ended: Ended, refusal: ZhijianError | None = None
) -> None:
    """Write down in one transaction how a job ended, tell its owner, and note what was refused."""
    with shop.worker.writing() as writer:
        settle(writer, job_id, state, ended, refusal)


def settle(
    writer: Writer, job_id: int, state: State, ended: Ended, refusal: ZhijianError | None = None
) -> None:
    """The same inside a transaction of the work itself."""
    is_open = job.c.state.in_([each for each in State if each.is_open])
    over = sa.update(job).where(job.c.job_id == job_id, is_open)
    rows = writer.rows(
        over.values(
            state=state.value, ended_at=sa.func.clock_timestamp(), message_zh=ended.said.zh[:1000],
            message_en=ended.said.en[:1000], leads_to=ended.where,
            **({"done": sa.func.greatest(job.c.total, 1), "total": sa.func.greatest(job.c.total, 1)} if state is State.DONE else {}),
        ).returning(job.c.owner, job.c.kind, job.c.title_zh, job.c.title_en)
    )  # fmt: skip
    if not rows:
        return
    row = rows[0]
    words = Text(row.title_zh, row.title_en)
    if state is not State.CANCELLED:
        said = Text(*(ENDED_WORDS.of(lang).format(title=words.of(lang), state=state.label.of(lang)) for lang in ("zh", "en")))  # fmt: skip
        tell(writer, ended.told or said, kind="job", object=ended.where or "/jobs", login=row.owner)
    if isinstance(refusal, Unfaithful):
        write_line(writer, _refused(row.owner, f"{row.kind} {job_id}", refusal))


def _refused(owner: str, what: str, refusal: ZhijianError) -> Line:
    return Line(
        login=owner, address="worker", event=Event.JOB, object=what, succeeded=False,
        detail={"reason": refusal.en[:200]},
    )  # fmt: skip


def queue_app(url: str, shop: Shop) -> App:
    """Procrastinate's app with everything that is declared; `url` is the login of web and worker."""
    from procrastinate import App, PsycopgConnector, RetryStrategy

    made = App(connector=PsycopgConnector(
        conninfo=conninfo(with_role(url, WORKER, search_path="queue,public")), min_size=1, max_size=6,
    ))  # fmt: skip
    everything = (*declared(), *shop.others)
    known = {one.kind: one for one in everything if isinstance(one, Task)}
    retry = RetryStrategy(max_attempts=MOST_TRIES, exponential_wait=3)

    def one_job(context: JobContext, job_id: int) -> None:
        take(shop, known.get(_kind(shop, job_id)), job_id, context)

    made.task(name="job", queue="work", pass_context=True, retry=retry)(one_job)
    for one in everything:
        if isinstance(one, Lane):
            made.task(name=f"lane:{one.kind}", queue="work", pass_context=True)(_lane(shop, one))
        if isinstance(one, Duty):
            given = made.task(name=f"duty:{one.name}", queue=one.queue, queueing_lock=f"duty:{one.name}")  # fmt: skip
            made.periodic(cron=one.cron)(given(_duty(shop, one)))
    return made


def _kind(shop: Shop, job_id: int) -> str:
    with shop.worker.writing() as writer:
        return str(writer.scalar(sa.select(job.c.kind).where(job.c.job_id == job_id)) or "")


def _lane(shop: Shop, lane: Lane) -> Callable[[JobContext], None]:
    def run(context: JobContext) -> None:
        while lane.run(shop) and not context.should_abort():
            pass

    return run


def _duty(shop: Shop, duty: Duty) -> Callable[[int], None]:
    def run(timestamp: int) -> None:
        duty.run(shop, datetime.fromtimestamp(timestamp, UTC))

    return run


def work(url: str, shop: Shop, *, until_empty: bool = False, beat: float = BEAT_S) -> None:
    """Work until a signal ends it, or until nothing waits."""
    asyncio.run(_work(queue_app(url, shop), shop, until_empty=until_empty, beat=beat))


async def _work(app: App, shop: Shop, *, until_empty: bool, beat: float) -> None:
    async with app.open_async():
        await asyncio.to_thread(wake_lanes, shop)
        options: dict[str, Any] = {
            "concurrency": 1, "wait": not until_empty, "install_signal_handlers": False, "delete_jobs": "successful",
            "fetch_job_polling_interval": min(1.0, beat), "shutdown_graceful_timeout": 2.0,
            "update_heartbeat_interval": beat, "stalled_worker_timeout": beat * STALLED_S / BEAT_S,
        }  # fmt: skip
        asked = ("work", "pull", "file", "release")
        queues = asked if until_empty else (*asked, "duty", "review")
        await _taken_again(app, beat)
        loops = [asyncio.ensure_future(app.run_worker_async(queues=[name], name=name, **options)) for name in queues]  # fmt: skip
        mending = asyncio.ensure_future(_mend(app, shop, beat))
        for each in () if until_empty else ENDINGS:  # signals come to a main thread, to stay
            asyncio.get_running_loop().add_signal_handler(each, _end, loops)
        done = await asyncio.gather(*loops, return_exceptions=True)
        mending.cancel()
    for error in done:
        if isinstance(error, Exception):
            raise error


def _end(loops: Sequence[asyncio.Future[None]]) -> None:
    for each in loops:
        each.cancel()


async def _mend(app: App, shop: Shop, beat: float) -> None:
    """Take up again what a dead worker left; look after lanes in which jobs wait and nobody was called."""
    while True:
        await asyncio.sleep(beat)
        await _logged(_taken_again(app, beat))
        await _logged(asyncio.to_thread(wake_lanes, shop))


async def _logged(step: Awaitable[None]) -> None:
    try:
        await step
    except Exception:  # the database may be away for a while; the next beat tries again
        LOG.exception("looking after the queue")


async def _taken_again(app: App, beat: float) -> None:
    """Jobs whose worker is silent wait again; a lane that is called already is not called twice."""
    from procrastinate.exceptions import ConnectorException
    from procrastinate.jobs import Status

    silent = beat * STALLED_S / BEAT_S
    for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent):
        try:
            await app.job_manager.retry_job(stalled, retry_at=datetime.now(UTC))
        except ConnectorException:
            await app.job_manager.finish_job(stalled, status=Status.FAILED, delete_job=True)


_WAKE = """
INSERT INTO queue.procrastinate_jobs (queue_name, task_name, queueing_lock)
SELECT 'work', CAST(:lane AS text), CAST(:lane AS text)
WHERE EXISTS (SELECT FROM job WHERE kind = :kind AND state IN ('waiting', 'working'))
  AND NOT EXISTS (SELECT FROM queue.procrastinate_jobs WHERE task_name = CAST(:lane AS text) AND status IN ('todo', 'doing'))
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""


def wake_lanes(shop: Shop) -> None:
    """Call each lane in which something waits and that nobody has called."""
    with shop.worker.writing() as writer:
        for one in declared():
            if isinstance(one, Lane):
                writer.run(_WAKE, lane=f"lane:{one.kind}", kind=one.kind)
