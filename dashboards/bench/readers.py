"""The load generator, a process of its own: readers that ask for page after page, each over one connection.

It reads one JSON object (host, port, cookie, addresses, readers, seconds) and writes one: pages, seconds, its
own processor time, bytes received, and answers that were not pages.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from dashboards.bench.clicks import DISPATCH, Click


@dataclass
class Tally:
    """What all readers together got."""

    pages: int = 0
    received: int = 0
    failed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, pages: int, received: int, failed: int) -> None:
        with self.lock:
            self.pages += pages
            self.received += received
            self.failed += failed


def read_pages(task: dict[str, Any], number: int, tally: Tally, until: float) -> None:
    """One reader: through the mix from a place of its own until the time is over."""
    connection = http.client.HTTPConnection(task["host"], task["port"], timeout=60)
    headers = {"Cookie": task["cookie"], "Content-Type": "application/json", "Accept-Encoding": "br"}  # fmt: skip
    bodies = [json.dumps(Click(address).body()) for address in task["addresses"]]
    pages = received = failed = 0
    place = number * len(bodies) // task["readers"]
    while time.monotonic() < until:
        connection.request("POST", DISPATCH, bodies[place % len(bodies)], headers)
        answer = connection.getresponse()
        received += len(answer.read())
        pages += answer.status == 200
        failed += answer.status != 200
        place += 1
    connection.close()
    tally.add(pages, received, failed)


def main() -> None:
    task = json.loads(sys.stdin.read())
    tally, start = Tally(), time.monotonic()
    until = start + task["seconds"]
    threads = [
        threading.Thread(target=read_pages, args=(task, n, tally, until))
        for n in range(task["readers"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = {
        "pages": tally.pages, "failed": tally.failed, "received": tally.received,
        "seconds": time.monotonic() - start, "processor": time.process_time(),
    }  # fmt: skip
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
