"""How the cells of tables by several breakdowns are named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

Codes = tuple[
    tuple[str, str], ...
]  # breakdown and member, in the order of the breakdowns; () is the total


class Spot(NamedTuple):
    """A cell: a place, and a member of none, one or several breakdowns."""

    place: int
    codes: Codes


def faces(codes: Codes) -> Iterator[Codes]:
    """The cells one step coarser."""
    for at in range(len(codes)):
        yield codes[:at] + codes[at + 1 :]
