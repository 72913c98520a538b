"""The published national series, as printed by the ministry: universe A with technician schools, B without."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from warehouse.text import Text

# metric -> column of the published table
SERIES = {
    "schools": "schools",
    "students": "enrolment",
    "entrants": "entrants",
    "graduates": "graduates",
    "full_time_teachers": "full_time_teachers",
}
FIRST_WITHOUT = 2021  # from this year the totals leave technician schools out


class Published(NamedTuple):
    """One published total: its year, universe, whether it was final, and where it was printed."""

    year: int
    universe: str
    is_final: bool
    value: float
    source: Text


@cache
def _rows() -> list[dict[str, str]]:
    text = files("warehouse.reference").joinpath("national_series.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def series(metric: str) -> tuple[Published, ...]:
    """The published totals of a metric, one a year: universe A up to 2020, B from 2021, final before preliminary."""
    column = SERIES.get(metric, "")
    found: dict[int, Published] = {}
    for row in _rows():
        year, universe = int(row["year"]), row["universe"]
        if not row.get(column) or (universe == "A") != (year < FIRST_WITHOUT):
            continue
        source = Text(row["source_zh"], row["source_en"])
        one = Published(year, universe, row["version"] == "final", float(row[column]), source)
        if year not in found or one.is_final:
            found[year] = one
    return tuple(found[year] for year in sorted(found))
