"""A province's own system on a real server of this machine: what it has, what it was asked, and what goes wrong at which request."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

YEAR = 2025
TOKEN = "made-up"  # noqa: S105 - of the server below
CODES = ("3643000001", "3643000002")
ADAPTER = """
system = "synthetic provincial system"
province = "430000"
address = "{address}/api"
[paging]
page = "pageNo"
size = "pageSize"
rows_a_page = 3
rows = "data.list"
total = "data.total"
{paging}
[forms.training_q1]
path = "{path}"
school = "xxbsm"
year = "xn"
constants = {{ certificates = 0 }}
[forms.training_q1.columns]
audience = "pxdx"
sessions = "bc"
persons = "rc"
free_persons = "gyrc"
trainee_hours = "xs"
trainee_days = "rr"
income = "sr"
[forms.training_q1.codes.audience]
"01" = "employees"
"02" = "farmers"
[forms.training_q1.factors]
income = "0.0001"
"""


def told(n: int) -> dict[str, object]:
    """One row of theirs: the first audience of a school or the second, income in yuan."""
    return {
        "xxbsm": CODES[n // 2], "pxdx": ("01", "02")[n % 2], "bc": 2, "rc": 40 + n, "gyrc": 10, "xs": 16, "rr": 80,
        "sr": 120_000 + n * 10_000,
    }  # fmt: skip


@dataclass
class Theirs:
    """Their server: what it has, what it was asked, and what goes wrong at which request."""

    rows: list[dict[str, object]] = field(default_factory=lambda: [told(n) for n in range(4)])
    asked: list[dict[str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    wrong: dict[int, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    address: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        self.asked.append(asked)
        self.tokens.append(handler.headers.get("Authorization", ""))
        if fault := self.wrong.pop(len(self.asked), None):
            fault(handler)
            return
        size = int(asked["pageSize"])
        start = (int(asked.get("pageNo", "1")) - 1) * size
        page = self.rows[start : start + size]
        following = str(start // size + 2) if start + size < len(self.rows) else None
        send(handler, 200, {"data": {"list": page, "total": len(self.rows), "next": following}})


def send(handler: BaseHTTPRequestHandler, status: int, body: object, **headers: str) -> None:
    content = json.dumps(body).encode()
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: send(handler, code, {}, **headers)


def whole(handler: BaseHTTPRequestHandler, content: bytes, length: int = 0) -> None:
    """Bytes as they are; with a `length` of more than there are, the answer breaks off."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(length or len(content)))
    handler.end_headers()
    handler.wfile.write(content)


@contextmanager
def serving() -> Iterator[Theirs]:
    """Their system, for as long as the block lasts."""
    made = Theirs()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.address = f"http://127.0.0.1:{server.server_port}"
        yield made
        server.shutdown()
