"""The audit trail: who did what, from where, to what, and whether it was granted. Lines are only ever added.

The database itself puts each line behind the one before it: a trigger takes a free strand, numbers the line, hashes it with the
hash before it, and adds the role and the place of the account. Heads of all strands are sealed (`warehouse.seals`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from warehouse.tables import audit

if TYPE_CHECKING:
    from warehouse.store import Writer


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line. `event` names what was done, `object` what it was done to; `detail` never holds a person's value."""

    login: str
    address: str
    event: str
    object: str
    succeeded: bool
    request_id: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def write(writer: Writer, line: Line) -> None:
    """Add a line inside the transaction of what it tells of, last of all: where it cannot be written, nothing happens."""
    writer.run(sa.insert(audit).inline(), **{**asdict(line), "detail": dict(line.detail)})


def hash_of(value: str) -> str:
    """The hash by which the trail speaks of a value."""
    return hashlib.sha256(value.encode()).hexdigest() if value else ""
