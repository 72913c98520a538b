"""The processes of a served installation: started together, watched, ended together.

The process that was started by hand only watches. It starts gunicorn and the loaders as children in
sessions of their own, so a Ctrl-C reaches it alone, and it ends them in order; the kernel ends them if it is killed.
"""

import ctypes
import gc
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE_S = (
    5  # what a child may take to end before it is killed; a load may be killed at any instant
)
RESTART_S = 1.0  # so that a worker that cannot start does not keep a processor busy
PR_SET_PDEATHSIG = 1
READING_S = 5  # how long a web process waits for the next bytes of a request
Child = subprocess.Popen[bytes]
Say = Callable[[str], None]
WEB = "app:create_app()"
WORK = [sys.executable, "-m", "app", "worker"]
PATIENCE_OF_A_START_S = 300.0  # a busy machine that compiles every package anew takes minutes; a server that ends is told at once


@dataclass(kw_only=True)
class Household:
    """The children of one served installation, the project's folder and the environment they are started with."""

    folder: Path
    environment: Mapping[str, str]
    children: list[Child] = field(default_factory=list)

    def start(self, command: Sequence[str]) -> Child:
        """Start a child that ends when this process does, however it does.

        A signal waits until the child is one of ours: what is raised in the middle of a fork is lost.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            child = subprocess.Popen(
                command,
                cwd=self.folder,  # a module `app` of somebody else's may lie where the command was given
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509  (this process has no second thread)
            )
            self.children.append(child)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        return child

    def end(self) -> None:
        """Ask every child to end, the last started first; kill what does not."""
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + PATIENCE_S
        for child in reversed(self.children):
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def die_with_parent() -> None:
    """Ask the kernel to end this child with its parent (Linux; elsewhere only an orderly end reaches it)."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def household(folder: Path, environment: Mapping[str, str]) -> Iterator[Household]:
    """Children that are ended when the block is left, by any way."""
    home = Household(folder=folder, environment=environment)
    try:
        yield home
    finally:
        home.end()


def leave_on_signals() -> None:
    """Turn the first Ctrl-C, SIGTERM or hang-up into an orderly end; later ones do not disturb it."""

    def leave(number: int, _: FrameType | None) -> None:
        for each in ENDING:
            signal.signal(each, signal.SIG_IGN)
        if number == signal.SIGINT:
            sys.stderr.write("\n正在结束……  Ending: closing the database takes a moment.\n")
        raise SystemExit(0 if number == signal.SIGINT else 128 + number)

    for each in ENDING:
        signal.signal(each, leave)


def gunicorn(host: str, port: int, workers: int, threads: int, log_level: str) -> list[str]:
    """The command of the web server: each worker has a listening queue of its own (reuse-port) and its own pool."""
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker-class": "gthread",
        "timeout": 120,
        "graceful-timeout": 3,
        "keep-alive": 15,
        "log-level": log_level,
        # A request line holds the longest address we read; headers beyond these are refused unread.
        "limit-request-line": 4094,
        "limit-request-fields": 60,
        "limit-request-field_size": 8190,
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "gunicorn", *words, "--reuse-port", "--no-control-socket", WEB]


def count_in(folder: str) -> str:
    """Make the folder in which web processes count together; what processes of an earlier start left there is old."""
    if folder:
        made = Path(folder)
        made.mkdir(parents=True, exist_ok=True)
        for old in made.glob("*.db"):
            if not Path(f"/proc/{old.stem.rpartition('_')[2]}").exists():
                old.unlink(missing_ok=True)
    return folder


def bound_reading() -> None:
    """Let go of a client that says half a request and then nothing: it would keep a thread for ever."""
    from gunicorn.workers import gthread

    class Bounded(gthread.TConn):  # type: ignore[misc]  # gunicorn is untyped
        def __init__(self, cfg: object, sock: socket.socket, *rest: object) -> None:
            super().__init__(cfg, sock, *rest)
            wait = struct.pack("ll", READING_S, 0)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, wait)

    gthread.TConn = Bounded


def settle() -> None:
    """What a web process has at its start stays: the collector looks at what pages leave behind, and seldom.

    A page is some ten thousand small dictionaries, none in a circle; looked at by default, they cost a tenth of the time.
    """
    from gunicorn.http import wsgi

    wsgi.SERVER = "zhijian"  # the banner tells nobody what serves it
    bound_reading()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def wait_until_served(url: str, web: Child, seconds: float = PATIENCE_OF_A_START_S) -> bool:
    """Whether the web server answers before it ends or the time is over."""
    deadline = time.monotonic() + seconds
    while web.poll() is None and time.monotonic() < deadline:
        if is_answered(url):
            return True
        time.sleep(0.1)
    return False


def is_answered(url: str) -> bool:
    """Whether anything at all answers at `url`; a page that asks to sign in is an answer."""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310  (our own loopback address)
            return True
    except urllib.error.HTTPError as answer:
        answer.close()
        return answer.code < 500
    except OSError:
        return False


def keep(home: Household, web: Child, url: str, behind: Sequence[Sequence[str]], say: Say) -> int:
    """Wait until the web server answers, start the worker and what else runs behind it, wait for it to end."""
    if not wait_until_served(f"{url}/health", web):
        say("网页服务未能启动，原因见上。\nThe web server did not start; its messages stand above.")
        return 1
    say(f"\n  [bold]{url}[/]   按 Ctrl-C 结束  Ctrl-C ends it\n")
    return watch(home, web, [home.start(command) for command in behind], say)


def watch(home: Household, web: Child, others: Sequence[Child], say: Say) -> int:
    """Wait for the web server to end; tell of each other child that failed; start the worker again whenever it ends."""
    waiting, working = list(others), home.start(WORK)
    while (code := web.poll()) is None:
        if working.poll() is not None:
            say("后台处理进程已结束，正在重新启动。  The worker has ended; it is started again.")
            home.children.remove(working)
            time.sleep(RESTART_S)
            working = home.start(WORK)
        for child in [each for each in waiting if each.poll() is not None]:
            waiting.remove(child)
            if child.returncode:
                say(
                    "[red]加载中断，下次启动时继续。  A loader failed; the next start resumes it.[/]"
                )
        time.sleep(0.5)
    return code
