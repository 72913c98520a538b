"""What every process has in common that a job starts beside itself."""

from __future__ import annotations

import multiprocessing
import os
from threading import Thread

from threadpoolctl import threadpool_limits


def alone() -> None:
    """One thread, for there are as many processes as processors, and no longer life than the process has that started this one."""
    threadpool_limits(1)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
