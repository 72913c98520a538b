"""What a bench found: bars with what was measured, as a table to read and as JSON to keep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Measured:
    """One bar. `met` is None where a line only tells what stands beside."""

    what: str
    measured: str
    bar: str
    met: bool | None
    beside: str = ""
    raw: tuple[float, ...] = ()


def table(found: Sequence[Measured]) -> str:
    """Markdown, as the README shows it."""
    signs = {True: "met", False: "**missed**", None: ""}
    lines = [f"| {m.what} | {m.measured} | {m.bar} | {signs[m.met]} | {m.beside} |" for m in found]
    head = ["| what | measured | bar | | beside |", "|---|---|---|---|---|"]
    return "\n".join([*head, *lines])


def kept(machine: dict[str, str], found: Sequence[Measured]) -> str:
    return json.dumps(
        {"machine": machine, "measured": [asdict(m) for m in found]}, ensure_ascii=False, indent=1
    )
