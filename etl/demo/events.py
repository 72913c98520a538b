"""The life of the units as the administration tells it: units.csv, one line an event."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from etl.demo.sites import division_code
from etl.demo.targets import FIRST
from etl.demo.units import NEVER, YEARS, Units

__all__ = ["COLUMNS", "unit_events"]

COLUMNS = ("code", "event", "year", "name", "unit_kind", "county", "new_code", "successor_code")
# the day in its year on which each kind of event takes effect; what stands since before the first year has none
DAYS = {"opened": "07-01", "renamed": "06-15", "moved": "07-10", "recoded": "07-20", "merged": "08-20", "closed": "08-20"}  # fmt: skip
Event = tuple[str, str, int, str | None, str | None, str | None, str | None, str | None]


def unit_events(units: Units) -> pl.DataFrame:
    """Every event in the order of years, all text. `county` bears the code of that year."""
    rows = [event for unit in range(len(units)) for event in _life(units, unit)]
    order = ["opened", "renamed", "moved", "recoded", "merged", "closed"]
    table = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row", strict=False)
    day = pl.concat_str("year", pl.lit("-"), pl.col("event").replace_strict(DAYS))
    table = table.with_columns(day=pl.when(pl.col("year") != str(FIRST)).then(day))
    return table.sort("year", pl.col("event").cast(pl.Enum(order)), maintain_order=True)


def _life(units: Units, unit: int) -> Iterator[Event]:
    start, end = int(units.opened[unit]), int(units.closed[unit])
    names, codes, places = units.name[unit], units.code[unit], units.place[unit]
    kind = "attached" if units.attached[unit] else "school"
    at = start - FIRST
    yield (
        str(codes[at]),
        "opened",
        start,
        names[at],
        kind,
        division_code(int(places[at]), start),
        None,
        None,
    )
    for year in range(start + 1, min(end, FIRST + YEARS)):
        yield from _changes(units, unit, year)
    if end == NEVER:
        return
    into = int(units.successor[unit])
    code = str(codes[end - 1 - FIRST])
    if into >= 0:
        heir = str(units.code[into, end - FIRST])
        yield code, "merged", end, None, None, None, None, heir
    else:
        yield code, "closed", end, None, None, None, None, None


def _changes(units: Units, unit: int, year: int) -> Iterator[Event]:
    now, then = year - FIRST, year - FIRST - 1
    names, codes, places = units.name[unit], units.code[unit], units.place[unit]
    code = str(codes[then])
    if names[now] != names[then]:
        yield code, "renamed", year, names[now], None, None, None, None
    if places[now] != places[then]:
        yield code, "moved", year, None, None, division_code(int(places[now]), year), None, None
    if codes[now] != codes[then]:
        yield code, "recoded", year, None, None, None, str(codes[now]), None


def code_text(units: Units, year: int) -> pl.Series:
    """The codes of all units in a year, as text."""
    return pl.Series("school_code", np.char.mod("%d", units.code[:, year - FIRST]).tolist())
