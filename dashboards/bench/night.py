"""The load of a deadline night, a process of its own: schools that send files in, supervisors that click meanwhile.

It reads one JSON object (host, port, schools: cookie, csrf and files of each; supervisors: cookie and addresses of each;
seconds over which the files are sent, pause between two clicks, a file whose coming ends the clicking) and writes one:
seconds each file and each click took, what was not answered well, its own processor time. A file has its time on a
schedule, and what it took is counted from there: a slow server makes nobody wait with the next one.
"""

from __future__ import annotations

import http.client
import json
import queue
import secrets
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashboards.bench.clicks import DISPATCH, Click

SENDERS = 24
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Night:
    """What all together found."""

    task: dict[str, Any]
    start: float
    sent: list[float] = field(default_factory=list)
    clicked: list[float] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.task["host"], self.task["port"], timeout=60)

    def send(self, waiting: queue.SimpleQueue[tuple[float, dict[str, Any]] | None]) -> None:
        """One sender: file after file, each at its time."""
        line = self.connection()
        while (due := waiting.get()) is not None:
            at, one = due
            time.sleep(max(0.0, at - time.monotonic()))
            try:
                status, answer = post(line, one)
            except (OSError, http.client.HTTPException) as problem:
                self.failed.append(f"file: {type(problem).__name__}")
                line = self.connection()
                continue
            self.sent.append(time.monotonic() - at)
            if status == 200 and "number" in answer:
                self.numbers.append(answer["number"])
            else:
                self.failed.append(f"file: {status} {str(answer)[:80]}")

    def click(self, number: int, one: dict[str, Any]) -> None:
        """One supervisor: a page every few seconds until the night is over."""
        pause, many = self.task["pause"], len(self.task["supervisors"])
        at, over = self.start + pause * number / many, Path(self.task["over"])
        line, turn = self.connection(), 0
        headers = {"Cookie": one["cookie"], "Content-Type": "application/json", "Accept-Encoding": "br"}  # fmt: skip
        while not over.exists():
            time.sleep(max(0.0, at - time.monotonic()))
            address = one["addresses"][turn % len(one["addresses"])]
            line.request("POST", DISPATCH, json.dumps(Click(address).body()), headers)
            answer = line.getresponse()
            answer.read()
            self.clicked.append(time.monotonic() - at)
            if answer.status != 200:
                self.failed.append(f"click: {answer.status}")
            turn += 1
            at = max(at + pause, time.monotonic())


def post(line: http.client.HTTPConnection, one: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Send a file in, as a form does, and hear what is answered."""
    border = secrets.token_hex(12)
    said = {"csrf": one["csrf"], "back": "/zh/jobs"}
    parts = [f'--{border}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in said.items()]  # fmt: skip
    head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{Path(one["path"]).name}"\r\nContent-Type: {MEDIA}\r\n\r\n'  # fmt: skip
    body = b"".join([*parts, head.encode(), Path(one["path"]).read_bytes(), f"\r\n--{border}--\r\n".encode()])  # fmt: skip
    headers = {"Cookie": one["cookie"], "Content-Type": f"multipart/form-data; boundary={border}", "Accept": "application/json"}  # fmt: skip
    line.request("POST", "/do/send_in", body, headers)
    answer = line.getresponse()
    text = answer.read()
    is_ours = answer.headers.get("Content-Type", "").startswith("application/json")
    return answer.status, json.loads(text) if is_ours else {"said": text.decode(errors="replace")}


def main() -> None:
    task = json.loads(sys.stdin.read())
    night = Night(task, time.monotonic() + 1)
    waiting: queue.SimpleQueue[tuple[float, dict[str, Any]] | None] = queue.SimpleQueue()
    files = task["files"]
    for n, one in enumerate(files):
        waiting.put((night.start + n * task["seconds"] / len(files), one))
    for _ in range(SENDERS):
        waiting.put(None)
    threads = [threading.Thread(target=night.send, args=(waiting,)) for _ in range(SENDERS)]
    threads += [
        threading.Thread(target=night.click, args=(n, one))
        for n, one in enumerate(task["supervisors"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads[:SENDERS]:
        thread.join()
    Path(task["all_sent"]).touch()
    for thread in threads[SENDERS:]:
        thread.join()
    said = {
        "sent": night.sent, "clicked": night.clicked, "numbers": night.numbers, "failed": night.failed,
        "seconds": time.monotonic() - night.start, "processor": time.process_time(),
    }  # fmt: skip
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
