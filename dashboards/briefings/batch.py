"""Many papers in one run: each is written as soon as it is made, told of, and a line of the trail."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dashboards.address import Address
from dashboards.auth import Reader
from dashboards.briefings.giving import briefing
from dashboards.briefings.making import Maker
from metrics.errors import OutOfScope
from warehouse.events import Event
from warehouse.ladder import Ladder
from warehouse.places import NATION
from warehouse.trail import Line


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is wanted of every place, for whom, and where it goes."""

    reader: Reader
    asked: Address
    folder: Path
    kind: str
    now: datetime


def wanted(ladder: Ladder, code: str | None) -> list[int]:
    """The place of a code; without one the reporting units below the nation."""
    if code is not None:
        return [ladder.named(code)]
    return [one for one in ladder.children(NATION) if ladder.place(one).in_statistics]


def write(maker: Maker, order: Order, places: Sequence[int], say: Callable[[str], None]) -> int:
    """Each paper under its place's code; how many places the reader may not see."""
    order.folder.mkdir(parents=True, exist_ok=True)
    missing = 0
    for at, place in enumerate(places, 1):
        row, began = maker.warehouse.ladder.place(place), time.monotonic()
        name = f"briefing-{order.asked.page}-{row.code}.{order.kind}"
        told = f"  {at}/{len(places)}  {row.name(order.asked.lang)}"
        try:
            made = briefing(maker, order.reader, replace(order.asked, place=place), order.now, order.kind)  # fmt: skip
        except OutOfScope:
            missing += 1
            _note(maker, order, name, succeeded=False)
            say(f"{told}：{order.reader.id} 无权查看  may not be seen")
            continue
        _note(maker, order, name, succeeded=True)
        (order.folder / name).write_bytes(made)
        say(f"{told}  {order.folder / name}  {time.monotonic() - began:.1f} s")
    return missing


def _note(maker: Maker, order: Order, what: str, *, succeeded: bool) -> None:
    """A line before the paper lies in the folder."""
    said = {"kind": "briefing", "by": "command line"}
    maker.warehouse.note(Line(login=order.reader.id, address="", event=Event.EXPORT, object=what, succeeded=succeeded, detail=said))  # fmt: skip
