"""Ports for the servers of tests, outside those that the kernel gives out by itself.

Web servers share a port without a word (reuse-port): two that meet at one would answer for each other.
"""

from __future__ import annotations

import os
import socket
from itertools import count

_ROOM = 4_000
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_NEXT = count(16_000 + _WORKER * _ROOM + os.getpid() % 2_000)


def free_port() -> int:
    """A port of 127.0.0.1 at which nobody listens and which no other test of this run is given."""
    return next(port for port in _NEXT if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
