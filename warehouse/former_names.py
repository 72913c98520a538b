"""What places were called before: kept whenever one is renamed, so that a state of the warehouse is read with the names of its moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import polars as pl
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from warehouse.ladder import Called
from warehouse.store import Reader, Writer, compiled
from warehouse.tables import former_name, place

_CALLED = compiled(
    sa.select(*(former_name.c[name] for name in ("place_id", *Called._fields)))
    .ext(distinct_on(former_name.c.place_id))
    .where(former_name.c.until > sa.bindparam("moment", type_=sa.DateTime(timezone=True)))
    .order_by(former_name.c.place_id, former_name.c.until)
)


def called(reader: Reader, moment: datetime) -> Mapping[int, Called]:
    """The places that bear another name now than at a moment, each with the one of then."""
    return {place_id: Called(*names) for place_id, *names in reader.rows(_CALLED, moment=moment)}


def taken_away(writer: Writer) -> pl.DataFrame:
    """All places are deleted; what they were called: place_id and the names."""
    return writer.frame(sa.delete(place).returning(*(place.c[name] for name in ("place_id", *Called._fields))))  # fmt: skip


def keep(writer: Writer, before: pl.DataFrame, after: pl.DataFrame) -> int:
    """Of places that are laid under another name than before the old one is kept; how many there were."""
    if before.is_empty():
        return 0
    both = before.join(
        after.cast({"place_id": before["place_id"].dtype}), on="place_id", suffix="_new"
    )
    is_renamed = pl.any_horizontal(pl.col(name) != pl.col(f"{name}_new") for name in Called._fields)
    moment = writer.scalar("SELECT clock_timestamp()")
    renamed = both.filter(is_renamed).select("place_id", *Called._fields, until=pl.lit(moment))
    return writer.insert("former_name", renamed)
