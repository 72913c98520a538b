"""A process that approves for a province and is killed when the figures are moved, before it commits: argv is url, place, login, schools."""

from __future__ import annotations

import os
import signal
import sys

from tests.factories import NOW
from warehouse import chain, record
from warehouse.chain import Key, Who
from warehouse.rights import Role
from warehouse.store import Warehouse

move_figures = record.approve


def then_die(*said: object) -> int:
    """Move the figures, and be gone."""
    move_figures(*said)  # type: ignore[arg-type]  # as it is called
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def main(url: str, place: int, login: str, schools: list[int]) -> None:
    record.approve = then_die  # type: ignore[assignment]  # of this process alone
    web = Warehouse(url)
    who = Who(login=login, role=Role.REVIEWER, place_id=place)
    with web.acting(web.scope(login, place)) as writer:
        chain.approve(writer, who, [Key("enrolment", 2025, school) for school in schools], NOW)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], [int(one) for one in sys.argv[4:]])
