"""What happened, in lines of JSON: one for each request, with a number that its lines in the audit trail carry too.

A line names the route, never what was asked of it; an error is told by its kind and where it arose, never by its message: both may
hold what somebody typed, or a person's value.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
import traceback
from collections.abc import Collection, MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level

LOG = logging.getLogger("zhijian.request")
HEADER = "X-Request-ID"
SLOW_MS = 1_000  # from here on a request is told at the level of warnings
DEEPEST = 20  # frames of an error that are told


def number_requests(server: Flask, pages: Collection[str]) -> None:
    """Give each request its number, tell it to the browser, and write the line when it is answered.

    `pages`: the names that may stand in a line; an address of another name is told by its route alone.
    """

    def begin() -> None:
        g.request_id, g.began = secrets.token_hex(8), time.perf_counter()

    def end(answer: Response) -> Response:
        if "request_id" in g:
            answer.headers[HEADER] = g.request_id
            name = [*request.path.split("/"), "", ""][2]
            ms = round((time.perf_counter() - g.began) * 1000, 1)
            _tell(answer.status_code, ms, name if name in pages else "")
        return answer

    server.before_request(begin)
    server.after_request(end)


def request_id() -> str:
    """The number of this request; "" where there is none."""
    return str(g.get("request_id", ""))


def route() -> str:
    """The rule that answered, which holds no value; "" for an address of no rule."""
    return request.url_rule.rule if request.url_rule else ""


def _tell(status: int, ms: float, page: str) -> None:
    level = logging.INFO if status < 400 and ms < SLOW_MS else logging.WARNING
    said = {"request_id": request_id(), "route": route(), "page": page, "method": request.method}
    LOG.log(
        logging.ERROR if status >= 500 else level,
        "request",
        extra={**said, "status": status, "ms": ms},
    )


def keep_journal(level: str) -> None:
    """Write what this process says as lines of JSON to its standard error."""
    chain: list[Any] = [
        add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        ExtraAdder(),
        _without_values,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=chain,
            processors=[ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(ensure_ascii=False)],
        )
    )  # fmt: skip
    ours = logging.getLogger("zhijian")
    ours.handlers, ours.propagate = [handler], False
    ours.setLevel(level.upper())


def _without_values(_logger: object, _method: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # fmt: skip
    """An error by its kind and place; the formatter would write its message."""
    told = said.pop("exc_info", None)
    error = told[1] if isinstance(told, tuple) else None
    if error is not None:
        frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
        said["error"] = type(error).__name__
        said["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return said
