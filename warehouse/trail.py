"""The audit trail: who did what, from where, to what, and whether it was granted. Lines are only ever added."""

from __future__ import annotations

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
    detail: Mapping[str, Any] = field(default_factory=dict)


def write(writer: Writer, line: Line) -> None:
    """Add a line inside the transaction of what it tells of: where it cannot be written, nothing happens."""
    writer.run(sa.insert(audit).inline(), **{**asdict(line), "detail": dict(line.detail)})
