"""A process beside a job does not outlive it, however the job ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

JOB = """
import multiprocessing, os, time
from concurrent.futures import ProcessPoolExecutor
from metrics.processes import alone

if __name__ == "__main__":
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned, initializer=alone) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 600).result()
"""
WAIT_S = 20.0


def test_a_killed_job_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text(JOB, encoding="utf-8")
    job = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert job.stdout is not None
    beside = int(job.stdout.readline())
    assert is_running(beside)

    job.send_signal(signal.SIGKILL)
    job.wait()
    job.stdout.close()

    until = time.monotonic() + WAIT_S
    while is_running(beside) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(beside)


def is_running(number: int) -> bool:
    """Whether a process is there and has not ended; one that nobody waited for has."""
    try:
        state = (
            Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
        )
    except FileNotFoundError:
        return False
    return state != "Z"
