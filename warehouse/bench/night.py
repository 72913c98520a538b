"""What became of a deadline night, counted in the warehouse; and the way back to the evening before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from warehouse.store import Warehouse


class Night(NamedTuple):
    """Files of these senders: waiting, taken in, refused; and submissions in the ledger."""

    waiting: int
    taken: int
    refused: int
    submissions: int


_COUNTS = sa.text(
    "SELECT count(*) FILTER (WHERE state IN ('waiting', 'working')), count(*) FILTER (WHERE state = 'done'), "
    "count(*) FILTER (WHERE state IN ('failed', 'cancelled')), "
    "(SELECT count(*) FROM submission WHERE received_by = ANY (:logins)) FROM job WHERE owner = ANY (:logins)"
)


_WAITING = sa.text("SELECT count(*) FROM job WHERE state IN ('waiting', 'working') AND owner = ANY (:logins)")  # fmt: skip


def waiting(worker: Warehouse, logins: Sequence[str]) -> int:
    """How many files of these senders are not dealt with yet: asked again and again, so nothing is counted in the ledger."""
    with worker.writing() as writer:
        return int(writer.rows(_WAITING, logins=list(logins))[0][0])


def standing(worker: Warehouse, logins: Sequence[str]) -> Night:
    with worker.writing() as writer:
        return Night(*writer.rows(_COUNTS, logins=list(logins))[0])


def forget_night(worker: Warehouse, logins: Sequence[str]) -> None:
    """Jobs and files of an earlier night; its submissions are renamed, for the figures rest on them."""
    with worker.writing() as writer:
        for statement in (
            "DELETE FROM job WHERE owner = ANY (:logins)",
            "DELETE FROM intake WHERE owner = ANY (:logins)",
            "UPDATE submission SET received_by = 'an earlier night', content_hash = '' WHERE received_by = ANY (:logins)",
        ):
            writer.run(statement, logins=list(logins))
