"""What is wrong with a machine or an installation, and which command mends it."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

import psycopg

from warehouse import roles

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
GIGABYTE = 2**30


class State(StrEnum):
    OK = "ok"
    NOTE = "note"  # something does without it: the tests, or comfort
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One line of the report: what was looked at, what was found, what to do."""

    state: State
    subject: str
    found: str
    remedy: str = ""


@dataclass(frozen=True)
class Installation:
    """What the doctor looks at."""

    project: Path
    var: Path
    host: str
    port: int
    browser: Path | None
    owner_url: str | None
    app_url: str | None


def examine(installation: Installation) -> Iterator[Finding]:
    """Every finding about the machine, then about the database if there is one to ask."""
    for look in MACHINE:
        yield look(installation)
    if installation.app_url is None:
        remedy = "make run, or: zhijian create"
        yield Finding(State.NOTE, "database 数据库", f"none yet under {installation.var}", remedy)
        return
    yield from examine_server(installation.owner_url, installation.app_url)


def judge(subject: str, *, good: bool, found: str, remedy: str, needed: bool = True) -> Finding:
    """Ok, or a fault (a note where only the tests or comfort suffer) with its remedy."""
    if good:
        return Finding(State.OK, subject, found)
    return Finding(State.FAULT if needed else State.NOTE, subject, found, remedy)


def python(_: Installation) -> Finding:
    return judge(
        "python",
        good=sys.version_info >= (3, 11),
        found=sys.version.split()[0],
        remedy="sudo apt-get install python3 python3-venv  (3.11 or newer; then make clean venv)",
    )


def environment(_: Installation) -> Finding:
    return judge(
        "virtual environment 虚拟环境",
        good=sys.prefix != sys.base_prefix,
        found=sys.prefix,
        remedy="make venv, then .venv/bin/zhijian",
    )


def packages(installation: Installation) -> Finding:
    """Installed versions against requirements.lock."""
    wrong = list(differing(installation.project / "requirements.lock"))
    return judge(
        "packages 依赖包",
        good=not wrong,
        found="; ".join(wrong[:4]) or "as locked",
        remedy="make clean venv",
    )


def differing(lock: Path) -> Iterator[str]:
    """Packages that are missing or of another version than the lock names."""
    if not lock.exists():
        yield f"{lock} is missing"
        return
    for line in lock.read_text().splitlines():
        name, equals, rest = line.partition("==")
        if equals and not line.startswith((" ", "#")):
            wanted, installed = rest.split()[0], version(name)
            if installed != wanted:
                yield f"{name} {installed or 'missing'}, locked {wanted}"


def version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def disk(installation: Installation) -> Finding:
    """Free space where ./var is or will be."""
    place = next(p for p in (installation.var, *installation.var.absolute().parents) if p.exists())
    free = shutil.disk_usage(place).free / GIGABYTE
    return judge(
        "disk 磁盘",
        good=free >= 8,
        found=f"{free:.0f} GB free at {place}",
        remedy="free 8 GB, or name another folder: ZHIJIAN_VAR=/path make run",
    )


def memory(_: Installation) -> Finding:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    return judge(
        "memory 内存",
        good=total >= 3.5,
        found=f"{total:.0f} GB",
        remedy="the whole demo ministry wants 4 GB; a small one: zhijian demo --schools 200 --serve",
    )


def cores(_: Installation) -> Finding:
    count = os.cpu_count() or 1
    remedy = "with one core the first page takes about twice as long"
    return judge("cores 处理器", good=count >= 2, found=str(count), remedy=remedy, needed=False)


def port(installation: Installation) -> Finding:
    free = is_free(installation.host, installation.port)
    return judge(
        "port 端口",
        good=free,
        found=f"{installation.host}:{installation.port} is {'free' if free else 'in use'}",
        remedy="fine if that is Zhijian itself; else name another: ZHIJIAN_PORT=8051 make run",
        needed=False,
    )


def is_free(host: str, number: int) -> bool:
    """Whether nobody listens there; a connection just closed does not count."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError:
            return False
    return True


def fonts(_: Installation) -> Finding:
    """A font with Chinese characters, which sign-off sheets as PDF, screenshots and the browser tests need on this machine."""
    lister = shutil.which("fc-list")
    names = lines_of([lister, ":lang=zh", "family"]) if lister else []
    remedy = "sudo apt-get install fonts-noto-cjk fontconfig  (for sign-off sheets as PDF, and make test)"
    found = names[0] if names else "no Chinese font found"
    return judge("fonts 字体", good=bool(names), found=found, remedy=remedy, needed=False)


def lines_of(command: list[str]) -> list[str]:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout.splitlines()


def browser(installation: Installation) -> Finding:
    path = find_browser(installation.browser)
    remedy = "sudo apt-get install chromium, or ZHIJIAN_BROWSER=/path/to/chrome  (for make test)"
    found = str(path or installation.browser or "none found")
    return judge("browser 浏览器", good=path is not None, found=found, remedy=remedy, needed=False)


def tools(_: Installation) -> Finding:
    """What else the tests run: an OpenID provider of npm, the proxy of deploy/nginx.conf and its check."""
    missing = [name for name in ("npm", "nginx", "openssl", "curl") if not _is_there(name)]
    return judge(
        "test tools 测试工具",
        good=not missing,
        found=f"missing: {', '.join(missing)}" if missing else "all there",
        remedy="sudo apt-get install npm nginx-light openssl curl  (for make test)",
        needed=False,
    )


def _is_there(name: str) -> bool:
    """On the path, or where servers are kept from everybody's path."""
    return bool(shutil.which(name) or shutil.which(name, path="/usr/sbin"))


def find_browser(named: Path | None) -> Path | None:
    """The browser a setting names, else the first known one on the path."""
    if named is not None:
        return named if named.exists() else None
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return Path(found) if found else None


MACHINE: tuple[Callable[[Installation], Finding], ...] = (
    python,
    environment,
    packages,
    disk,
    memory,
    cores,
    port,
    fonts,
    browser,
    tools,
)


def examine_server(owner_url: str | None, app_url: str) -> Iterator[Finding]:
    """The server, the logins, the migrations, row security; stops at a server nobody answers for.

    Where web and worker run, the owner's address need not be known: they look for themselves.
    """
    url, name = (owner_url, "ZHIJIAN_OWNER_URL") if owner_url else (app_url, "ZHIJIAN_DATABASE_URL")
    reached = reach(url, name)
    yield reached
    if reached.state is State.FAULT:
        return
    for role in roles.GROUPS:
        yield login(app_url, role)
    looks = url if owner_url else roles.with_role(app_url, roles.WORKER)
    yield migrations(looks)
    yield row_security(looks)


def reach(url: str, setting: str) -> Finding:
    subject = "PostgreSQL"
    try:
        ((number, text),) = roles.ask(
            url,
            "SELECT current_setting('server_version_num')::int, current_setting('server_version')",
        )
    except psycopg.OperationalError as error:
        remedy = f"check the server and {setting}"
        return Finding(State.FAULT, subject, first_line(error), remedy)
    good = isinstance(number, int) and number >= roles.OLDEST_SERVER
    return judge(subject, good=good, found=str(text), remedy="PostgreSQL 15 or newer is needed")


def login(app_url: str, role: str) -> Finding:
    """The application's login enters `role`, and neither may pass over row security."""
    subject = f"role 角色 {role}"
    try:
        powers = roles.ask(
            roles.with_role(app_url, role),
            "SELECT rolname FROM pg_roles WHERE rolname IN (current_user, session_user)"
            " AND (rolsuper OR rolbypassrls)",
        )
    except psycopg.OperationalError as error:
        return Finding(State.FAULT, subject, first_line(error), "zhijian create")
    return judge(
        subject,
        good=not powers,
        found=f"{powers[0][0]} is superuser or bypasses row security" if powers else "no powers",
        remedy="name a plain login in ZHIJIAN_DATABASE_URL: row security is void for this one",
    )


def migrations(url: str) -> Finding:
    from warehouse import migrate

    stands, newest = migrate.current(url), migrate.head()
    return judge(
        "migrations 迁移",
        good=stands == newest,
        found=f"at {stands or 'none'}, newest {newest}",
        remedy="zhijian upgrade",
    )


def row_security(url: str) -> Finding:
    """Every table that carries the path of a place must be under row security."""
    bare = roles.ask(
        url,
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p') AND a.attname = 'path' AND NOT a.attisdropped"
        " AND NOT c.relispartition AND NOT c.relrowsecurity"
        " AND c.relnamespace = 'public'::regnamespace ORDER BY 1",
    )
    names = ", ".join(str(row[0]) for row in bare)
    return judge(
        "row security 行级安全",
        good=not bare,
        found=f"off on {names}" if names else "on",
        remedy="zhijian upgrade",
    )


def first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
