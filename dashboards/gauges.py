"""Numbers about the running system for Prometheus: requests by route and status, and how long they took. Never who asked.

Several web processes count into files of one folder, which the library finds by PROMETHEUS_MULTIPROC_DIR; whichever process is asked adds
them up. Only the machine itself and the networks the operator names are told.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from flask import Flask, Response, abort, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from dashboards.journal import route

METRICS = "/metrics"
LABELS = ("route", "method", "status")
REQUESTS = Counter("zhijian_requests", "Requests answered", LABELS)
SECONDS = Histogram(
    "zhijian_request_seconds", "Time to answer", ("route",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who may ask for the numbers (networks, with commas), behind how many proxies, and where other processes count ("" = nowhere)."""

    allowed: str = ""
    proxies: int = 0
    folder: str = ""

    def may(self, address: str) -> bool:
        """Whether an address may ask. A request that came through a proxy nobody told of has no address of its own."""
        if not address or (not self.proxies and any(name in request.headers for name in FORWARDED)):
            return False
        networks = [
            ip_network(one.strip(), strict=False) for one in self.allowed.split(",") if one.strip()
        ]
        here = ip_address(address)
        return here.is_loopback or any(here in network for network in networks)


def count_requests(server: Flask, asked: Asked) -> None:
    """Count what is answered, and answer who may ask for the counts; to others there is no such page."""

    def count(answer: Response) -> Response:
        REQUESTS.labels(route(), request.method, str(answer.status_code)).inc()
        if "began" in g:
            SECONDS.labels(route()).observe(time.perf_counter() - g.began)
        return answer

    def tell() -> Response:
        if not asked.may(request.remote_addr or ""):
            abort(404)
        return Response(generate_latest(_counted(asked.folder)), mimetype=CONTENT_TYPE_LATEST)

    server.after_request(count)
    server.add_url_rule(METRICS, "metrics", tell)


def _counted(folder: str) -> CollectorRegistry:
    """The counts of this process, or of all of them."""
    if not folder:
        return REGISTRY
    every = CollectorRegistry()
    MultiProcessCollector(every, path=folder)  # type: ignore[no-untyped-call]  # the library leaves it untyped
    return every
