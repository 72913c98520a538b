"""Backup while the system runs, and restoring into an empty place.

One file holds PostgreSQL's own dump, the installation's keys, and a manifest: the revision of the schema, for each table its
number of rows and a digest of them, and a hash of every file inside. Dump and digests are taken from one snapshot, so a
submission that is recorded meanwhile is wholly in it or not at all. A restore is done when every digest is met again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from psycopg import IsolationLevel, sql
from sqlalchemy.engine import make_url

from warehouse import migrate, roles
from warehouse.embedded import tool
from warehouse.errors import BackupRefused

if TYPE_CHECKING:
    import psycopg

MANIFEST, DUMP, KEYS = "manifest.json", "dump", "keys"
BELONGING = (
    "session.key",
    "keys/*",
)  # of the installation's folder: without them sealed texts stay sealed
TOO_NEW = (
    b"SET transaction_timeout = 0;\n"  # unknown to servers before 17, and what holds without it
)
_PIECE = 1 << 20

Program = subprocess.Popen[bytes]
Digests = dict[str, tuple[int, str]]  # table -> rows, sum of the rows' hashes


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds. `files` are hashes by the name inside it."""

    made_at: str
    revision: str
    tables: Mapping[str, tuple[int, str]]
    files: Mapping[str, str]


def back_up(owner_url: str, var: Path, target: Path) -> Manifest:
    """Write a backup; it appears under its name when it is whole."""
    if target.exists():
        raise BackupRefused(
            f"{target} 已存在。请另取文件名。", f"{target} exists. Choose another name."
        )
    with tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder:
        draft = Path(folder)
        with snapshot(owner_url) as (connection, name):
            run("pg_dump", owner_url, "--format=custom", "--compress=gzip:1", "--no-owner",
                f"--snapshot={name}", f"--file={draft / DUMP}")  # fmt: skip
            tables = digests(connection)
        files = {DUMP: draft / DUMP} | {
            f"{KEYS}/{name}": file for name, file in belongings(var).items()
        }
        manifest = Manifest(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"), revision=migrate.current(owner_url),
            tables=tables, files={name: digest(file) for name, file in files.items()},
        )  # fmt: skip
        (draft / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
        pack(draft / "whole", {MANIFEST: draft / MANIFEST, **files}).rename(target)
    return manifest


def restore(owner_url: str, var: Path, source: Path) -> Manifest:
    """Fill an empty database and an installation without keys from a backup, and check every digest."""
    if (held := relations(owner_url)) or belongings(var):
        found = f"{held} relations" if held else f"keys under {var}"
        raise BackupRefused(
            f"恢复目标不是空的（{found}）。请恢复到空库、空目录。",
            f"The place to restore into is not empty ({found}). Restore into an empty one.",
        )
    with tempfile.TemporaryDirectory() as folder:
        manifest = unpack(source, Path(folder))
        fill(owner_url, Path(folder) / DUMP)
        put_back(Path(folder) / KEYS, var)
    verify(owner_url, manifest)
    return manifest


def verify(owner_url: str, manifest: Manifest) -> None:
    """Refuse a database whose tables are not those of the manifest."""
    with snapshot(owner_url) as (connection, _):
        found = digests(connection)
    wrong = sorted(name for name in found.keys() | manifest.tables.keys()
                   if found.get(name) != tuple(manifest.tables.get(name, ())))  # fmt: skip
    if wrong:
        raise BackupRefused(
            f"恢复后的表与备份不一致：{'、'.join(wrong)}。请勿使用此库。",
            f"These tables differ from the backup: {', '.join(wrong)}. Do not use this database.",
        )


def show(manifest: Manifest, file: Path, say: Callable[[str], None]) -> None:
    """Say what a backup holds."""
    rows = sum(rows for rows, _ in manifest.tables.values())
    what = f"{len(manifest.tables)} tables 张表, {rows:,} rows 行, {len(manifest.files) - 1} keys 个密钥"
    say(f"{file}: {what}, {manifest.revision}, {manifest.made_at}")


@contextmanager
def snapshot(owner_url: str) -> Iterator[tuple[psycopg.Connection, str]]:
    """One state of the whole database, and the name by which other sessions see the same."""
    with roles.connect(owner_url, autocommit=False) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        for setting in ("datestyle = 'ISO'", "timezone = 'UTC'", "bytea_output = 'hex'"):
            connection.execute(sql.SQL("SET LOCAL " + setting))  # rows are hashed as text
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield connection, str(row[0]) if row else ""


_TABLES = """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_t' ORDER BY 1, 2"""
_DIGEST = """SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0)::text
FROM ONLY {} t"""


def digests(connection: psycopg.Connection) -> Digests:
    """Rows and their digest for every table; the order of rows does not matter."""
    found: Digests = {}
    for schema, table in connection.execute(_TABLES).fetchall():
        row = connection.execute(sql.SQL(_DIGEST).format(sql.Identifier(schema, table))).fetchone()
        found[f"{schema}.{table}"] = tuple(row or (0, ""))
    return found


def relations(owner_url: str) -> int:
    """How many tables a database holds already."""
    with snapshot(owner_url) as (connection, _):
        return len(connection.execute(_TABLES).fetchall())


def belongings(var: Path) -> dict[str, Path]:
    """The keys of an installation by their path in its folder."""
    found = (file for pattern in BELONGING for file in sorted(var.glob(pattern)) if file.is_file())
    return {file.relative_to(var).as_posix(): file for file in found}


def pack(whole: Path, files: Mapping[str, Path]) -> Path:
    """Put files into one that nobody else can read."""
    whole.touch(mode=0o600)
    with tarfile.open(whole, "w") as archive:
        for name, file in files.items():
            archive.add(file, name)
    return whole


def unpack(source: Path, folder: Path) -> Manifest:
    """Take a backup apart; refused where a file in it is not what the manifest says."""
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        said: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        tables = {name: (rows, total) for name, (rows, total) in said.pop("tables").items()}
        manifest = Manifest(tables=tables, **said)
        wrong = [name for name, known in manifest.files.items() if digest(folder / name) != known]
    except (tarfile.TarError, OSError, ValueError, TypeError, KeyError) as problem:
        raise BackupRefused(
            f"{source} 不是完整的备份。", f"{source} is not a whole backup."
        ) from problem
    if wrong or DUMP not in manifest.files:
        raise BackupRefused(
            f"{source} 已损坏或被改动：{'、'.join(wrong)}。", f"{source} is damaged or was changed: {', '.join(wrong)}."
        )  # fmt: skip
    return manifest


def put_back(keys: Path, var: Path) -> None:
    """Keys in their places, readable by nobody else."""
    for file in sorted(each for each in keys.rglob("*") if each.is_file()):
        place = var / PurePosixPath(file.relative_to(keys).as_posix())
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.touch(mode=0o600)
        place.write_bytes(file.read_bytes())


def digest(file: Path) -> str:
    found = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def login(url: str) -> str:
    """The address without its password: lists of processes show arguments to everybody."""
    return roles.str_of(make_url(url).set(drivername="postgresql", password=None))


def run(name: str, url: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on a database."""
    with program(name, url, *arguments) as running:
        running.communicate()


def fill(url: str, dump: Path) -> None:
    """Play a dump into an empty database, in one transaction.

    pg_restore alone would set what servers older than itself do not know, so its script goes through psql without that.
    """
    unpacking = [tool("pg_restore"), "--no-owner", "--file=-", str(dump)]
    with program(
        "psql", url, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null",
        stdin=subprocess.PIPE,
    ) as psql:  # fmt: skip
        with subprocess.Popen(unpacking, stdout=subprocess.PIPE) as script:
            _copy(script, psql)
        if script.returncode and psql.poll() is None:
            psql.kill()  # at the end of its input it would commit what has come so far
            raise BackupRefused("备份中的数据无法读出。", "The dump in the backup cannot be read.")


def _copy(script: Program, psql: Program) -> None:
    """From one program to the other; the script's settings stand before its first COPY."""
    if script.stdout is None or psql.stdin is None:
        return
    for line in script.stdout:
        if line != TOO_NEW:
            psql.stdin.write(line)
        if line.startswith(b"COPY "):
            break
    shutil.copyfileobj(script.stdout, psql.stdin, _PIECE)


@contextmanager
def program(
    name: str, url: str, *arguments: str, stdin: int = subprocess.DEVNULL
) -> Iterator[Program]:
    """One of PostgreSQL's programs at work on a database; what it says on failing is told."""
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            [tool(name), f"--dbname={login(url)}", *arguments], stdin=stdin, stdout=subprocess.DEVNULL, stderr=said,
            env={"PGPASSWORD": make_url(url).password or ""},
        )  # fmt: skip
        with suppress(BrokenPipeError), running:  # it has ended, and says why
            yield running
        if running.returncode:
            said.seek(0)
            why = said.read().decode(errors="replace")[-2000:]
            raise BackupRefused(f"{name} 运行失败：{why}", f"{name} failed: {why}")
