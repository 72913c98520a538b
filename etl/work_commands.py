"""What the command `zhijian worker` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

from typer import Option

if TYPE_CHECKING:
    from etl.post import Post
    from etl.task import Duty, Shop, Task
    from warehouse.installation import Settings

Say = Callable[[str], None]


def worker_command(read_settings: Callable[[], Settings], say: Say, others: Callable[[], Sequence[Duty | Task]]) -> Callable[[bool], None]:  # fmt: skip
    """The command; settings, and what other packages do, are told by the composition root."""

    def worker(
        until_empty: Annotated[bool, Option("--until-empty", help="End when nothing waits 处理完即结束")] = False,  # noqa: FBT002 - a flag
    ) -> None:  # fmt: skip
        """Do what waits in the queue, and the duties of the clock, until Ctrl-C.  处理后台任务与定时事务。

        `zhijian serve` starts one of its own. A worker may be killed at any instant: another takes up what it left.
        """
        import os

        from etl.working import work
        from warehouse.installation import addresses

        os.nice(10)  # pages come first
        settings = read_settings()
        found = addresses(settings)
        with shop(settings, others()) as opened:
            say("Working.  正在处理后台任务。")
            work(found.app, opened, until_empty=until_empty)

    return worker


@contextmanager
def shop(settings: Settings, others: Sequence[Duty | Task] = ()) -> Iterator[Shop]:
    """What the worker works with in this installation."""
    from etl.task import Shop
    from warehouse.installation import addresses, notebook, suite, worker
    from warehouse.store import Warehouse

    found = addresses(settings)
    with worker(settings) as own, closing(Warehouse(found.app, pool_size=2)) as web:
        yield Shop(
            worker=own, web=web, suite=suite(settings), notebook=notebook(settings),
            today=settings.today, post=post_of(settings), others=others,
        )  # fmt: skip


def post_of(settings: Settings) -> Post | None:
    """The way to the mail server that the settings name."""
    from etl.post import Post

    if not settings.smtp_host:
        return None
    return Post(
        host=settings.smtp_host, port=settings.smtp_port, user=settings.smtp_user, password=settings.smtp_password,
        tls=settings.smtp_tls, sender=settings.smtp_from, site=(settings.site or settings.url).rstrip("/"),
    )  # fmt: skip
