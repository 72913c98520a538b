"""What belongs to the review chain beside its steps: reminding who is late."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import polars as pl
import sqlalchemy as sa

from warehouse.calendar import calendar
from warehouse.chain import Who
from warehouse.chain_queue import overdue
from warehouse.errors import ChainRefused
from warehouse.moments import china_day
from warehouse.notices import tell
from warehouse.places import Rung
from warehouse.rights import Right
from warehouse.store import Writer
from warehouse.tables import place
from warehouse.text import Text

_REMIND = """
INSERT INTO reminder (place_id, year, day, login, at, path) SELECT p.place_id, :year, :day, :login, :at, p.path
FROM place p WHERE p.place_id = :place ON CONFLICT DO NOTHING
"""


def remind(writer: Writer, who: Who, places: Collection[int], at: datetime) -> tuple[int, int]:
    """Remind places of what is overdue there; how many were, and how many had been today already."""
    late = overdue(writer, china_day(at), who.place_id)
    late = late.filter(pl.col("waits_at").is_in(list(places)))
    if late.is_empty():
        raise ChainRefused(
            "所选单位没有逾期的报表；请刷新页面。",
            "Nothing is overdue at the chosen units; reload the page.",
        )
    grouped = late.group_by("waits_at", "year", "actor", maintain_order=True).agg("form")
    targets, known = list(grouped.iter_rows()), calendar(writer)
    wanted = sorted({(target, year) for target, year, _, _ in targets})
    fresh = {one for one in wanted if _note(writer, who, *one, at)}
    for target, year, actor, forms in targets:
        if (target, year) in fresh:
            tell(
                writer,
                _words(len(forms), year, min(known.due(name, year) for name in forms)),
                kind="reminder",
                object=_where(writer, target, year),
                place=target,
                right=Right(actor),
            )
    told = {target for target, _ in fresh}
    return len(told), len({target for target, _ in wanted} - told)


def _note(writer: Writer, who: Who, target: int, year: int, at: datetime) -> bool:
    """Write the reminder down; False where there was one today."""
    return bool(
        writer.run(_REMIND, place=target, year=year, day=china_day(at), login=who.login, at=at)
    )


def _words(number: int, year: int, first: date) -> Text:
    """`first`: the earliest day by which one of them was due."""
    return Text(
        "催报：{n} 份 {year} 学年报表逾期（最早应于 {due} 前上报）",
        "Reminder: {n} forms of {year} are overdue (the earliest due by {due})",
    ).fill(n=number, year=year, due=first.isoformat())


def _where(writer: Writer, target: int, year: int) -> str:
    rung = writer.scalar(sa.select(place.c.rung).where(place.c.place_id == target))
    return f"/review/{target}?year={year}" if rung == Rung.SCHOOL else f"/queue?year={year}"
