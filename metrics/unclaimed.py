"""Refused rows of packages that no unit on the roster claims: read by the nation, and by the province they came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from metrics.rollups import Reads
from metrics.school import NOW, AsOf
from warehouse.places import NATION
from warehouse.store import compiled
from warehouse.tables import unclaimed as kept
from warehouse.text import Text


class Unclaimed(NamedTuple):
    """One row, with its cells as written: header and text."""

    form: str
    file_name: str
    sheet: str
    sheet_row: int
    school_code: str
    message: Text
    todo: Text
    cells: dict[str, str | None]
    received_at: datetime
    received_by: str


_NAMES = tuple(kept.c.keys())
_KEPT = compiled(
    sa.select(kept)
    .where(kept.c.year == sa.bindparam("year", type_=sa.SmallInteger))
    .order_by(kept.c.recorded_at.desc(), kept.c.form, kept.c.file_name, kept.c.sheet_row)
)


def unclaimed(reader: Reads, year: int, at: AsOf = NOW, place: int = NATION) -> list[Unclaimed]:
    """The rows of a year that came from below a place and were in by then, as far as the reader may see them."""
    every = (dict(zip(_NAMES, row, strict=True)) for row in reader.rows(_KEPT, year=year))
    return [
        _row(said)
        for said in every
        if (place == NATION or place in said["path"])
        and (at.moment is None or said["recorded_at"] <= at.moment)
    ]


def _row(said: Mapping[str, Any]) -> Unclaimed:
    return Unclaimed(
        form=said["form"], file_name=said["file_name"], sheet=said["sheet"], sheet_row=said["sheet_row"],
        school_code=said["school_code"] or "", message=Text(said["message_zh"], said["message_en"]),
        todo=Text(said["todo_zh"], said["todo_en"]), cells=json.loads(said["cells"]),
        received_at=said["received_at"], received_by=said["received_by"],
    )  # fmt: skip
