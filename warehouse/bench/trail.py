"""Lines of the audit trail a second, from eight writers at once: on sixteen strands, and on one chain for all."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor

from warehouse.roles import WORKER
from warehouse.store import Warehouse
from warehouse.trail import Line, write

WRITERS, LINES = 8, 250
WORK_S = 0.002  # what a transaction does besides, while it holds its strand


def measured(warehouse: Warehouse, *, strand: str) -> float:
    """Lines a second; `strand` "" lets each writer take a free one."""

    def some(number: int) -> None:
        line = Line(login=f"bench {number}", address="", event="bench", object="", succeeded=True)
        for _ in range(LINES):
            with warehouse.writing() as writer:
                writer.run("SELECT set_config('app.strand', :strand, true)", strand=strand)
                write(writer, line)
                time.sleep(WORK_S)

    began = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as together:
        list(together.map(some, range(WRITERS)))
    return WRITERS * LINES / (time.perf_counter() - began)


def main(url: str) -> None:
    """Measure on a database made for it: the lines stay."""
    warehouse = Warehouse(url, WORKER, pool_size=WRITERS)
    measured(warehouse, strand="")
    for name, strand in (("sixteen strands", ""), ("one chain", "0")):
        found = measured(warehouse, strand=strand)
        sys.stdout.write(f"{name}: {found:.0f} lines a second\n")
    warehouse.close()


if __name__ == "__main__":
    main(sys.argv[1])
