"""Seals of the audit trail: the heads of all strands, signed, each seal holding the hash of the one before.

The chain inside the database is of SHA-256, which PostgreSQL has; a seal is hashed and signed with the suite of this
installation, whose keys the database does not hold. Who owns the database can rewrite lines and chain; the seals tell.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from warehouse.crypto import Suite
from warehouse.tables import metadata

if TYPE_CHECKING:
    from warehouse.store import Reader, Writer
    from warehouse.trail_check import Report

MOST_FAULTS = 100  # kept of one check
Heads = dict[int, tuple[int, str]]  # strand -> number and hash of its last line

audit_head = sa.Table(
    "audit_head", metadata,
    sa.Column("strand", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    comment="审计链各分链的链头",
)  # fmt: skip

audit_seal = sa.Table(
    "audit_seal", metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("body", sa.Text, nullable=False, comment="json: what is signed"),
    sa.Column("signature", sa.Text, nullable=False),
    comment="审计封签",
)  # fmt: skip

audit_check = sa.Table(
    "audit_check", metadata,
    sa.Column("check_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("seal", sa.BigInteger, nullable=False),
    sa.Column("lines", sa.BigInteger, nullable=False),
    sa.Column("faults", JSONB, nullable=False),
    comment="审计链核验",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What the body of a seal says."""

    number: int = 0
    at: str = ""
    before: str = ""
    heads: Heads = field(default_factory=dict)

    @classmethod
    def of(cls, body: str) -> Told:
        """Nothing, where a body is no longer what was written."""
        try:
            said = json.loads(body)
            stand = {int(s): (int(n), str(hash_)) for s, (n, hash_) in said["heads"].items()}
            return cls(said["number"], said["at"], said["before"], stand)
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls()


@dataclass(frozen=True)
class Seal:
    """One seal as kept. `body` is the very text that is signed."""

    number: int
    at: datetime
    body: str
    signature: str

    @cached_property
    def told(self) -> Told:
        return Told.of(self.body)

    @property
    def heads(self) -> Heads:
        return self.told.heads

    @property
    def suite_name(self) -> str:
        return self.signature.split(".", 1)[0]

    @property
    def whole(self) -> bytes:
        """What the next seal hashes."""
        return f"{self.body}\n{self.signature}".encode()


def seals(reader: Reader, *, newest: int | None = None) -> list[Seal]:
    """All seals, oldest first; or the newest few."""
    wanted = sa.select(audit_seal).order_by(audit_seal.c.number.desc())
    rows = reader.rows(wanted.limit(newest) if newest else wanted)
    return [Seal(row.number, row.at, row.body, row.signature) for row in reversed(rows)]


def heads(reader: Reader) -> Heads:
    """Where every strand stands, in one state of the database."""
    return {row.strand: (row.sequence, row.hash) for row in reader.rows(sa.select(audit_head))}


def seal(writer: Writer, suite: Suite, now: datetime) -> Seal | None:
    """Sign where the strands stand; nothing when no line has come since the seal before."""
    writer.run("SELECT pg_advisory_xact_lock(hashtext('audit_seal'))")
    last = next(iter(seals(writer, newest=1)), None)
    stand = heads(writer)
    if last is not None and last.heads == stand:
        return None
    made = _signed(suite, now, last, stand)
    writer.run(sa.insert(audit_seal), **asdict(made))
    return made


def _signed(suite: Suite, now: datetime, last: Seal | None, stand: Heads) -> Seal:
    number = last.number + 1 if last else 1
    told = {
        "number": number,
        "at": now.astimezone(UTC).isoformat(),
        "before": suite.digest(last.whole) if last else "",
        "heads": stand,
    }
    body = json.dumps(told, separators=(",", ":"), sort_keys=True)
    return Seal(number, now, body, suite.sign(body.encode()))


@dataclass(frozen=True)
class Notebook:
    """Number and hash of every seal in a file beside the keys: the database's owner cannot tear a page out of it."""

    file: Path

    def add(self, suite: Suite, made: Seal) -> None:
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.file.touch(mode=0o600)
        with self.file.open("a") as book:
            book.write(f"{made.number} {suite.name} {suite.digest(made.whole)}\n")

    def noted(self) -> dict[int, tuple[str, str]]:
        """Suite and hash of each seal by its number."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return {int(n): (suite, digest) for n, suite, digest in map(str.split, lines)}


def keep_check(writer: Writer, report: Report, now: datetime) -> None:
    """Keep what a check found, for the page of the audit administrators."""
    found = [fault.said() for fault in report.faults[:MOST_FAULTS]]
    writer.run(
        sa.insert(audit_check).inline(), at=now, seal=report.sealed, lines=report.lines, faults=found
    )  # fmt: skip
