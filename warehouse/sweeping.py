"""The garbage collector's share of long work: seldom, where a process holds millions of things and leaves none in a circle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def seldom_swept() -> Iterator[None]:
    """Everything a process holds is not looked through again for each hundred thousand things that come."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)
