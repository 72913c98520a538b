"""What was planted into synthetic data, read from the file that was written beside them; no other module of metrics reads it.

The file: `kinds`, by name, each with `sign` (the signal that was meant, or what else it is) and `invented`; `cases`, each with `kind`,
`code` (the unit's in its first year, or of the year before where it ends), `first` and `last` year.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from metrics.errors import BadTruth
from metrics.signals.discovery import CATALOGUE
from warehouse.store import Reader
from warehouse.tables import unit_version

CASES = pl.Schema(
    {"kind": pl.String, "code": pl.String, "first": pl.Int64, "last": pl.Int64, "school_id": pl.Int64}
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """`cases`: rows of CASES that belong to a unit of the warehouse. `in_data`: kinds that are faults of the data, not events."""

    cases: pl.DataFrame
    in_data: frozenset[str]
    nobodys: int

    @property
    def of_data(self) -> pl.DataFrame:
        return self.cases.filter(pl.col("kind").is_in(sorted(self.in_data)))


def read_planted(path: Path, versions: pl.DataFrame) -> Planted:
    """The cases of a file, found among `versions` (school_id, code, from_year, to_year); BadTruth where it is none."""
    try:
        text = json.loads(path.read_text(encoding="utf-8"))
        cases = pl.DataFrame(
            [[case[name] for name in ("kind", "code", "first", "last")] for case in text["cases"]],
            schema=pl.Schema(list(CASES.items())[:4]), orient="row",
        )  # fmt: skip
        kinds: Mapping[str, Any] = text["kinds"]
        in_data = frozenset(name for name, kind in kinds.items() if kind["invented"] or kind["sign"] in CATALOGUE)  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as problem:
        raise BadTruth(path.name) from problem
    found = placed(cases, versions)
    return Planted(found, in_data, cases.height - found.height)


def placed(cases: pl.DataFrame, versions: pl.DataFrame) -> pl.DataFrame:
    """Cases with the unit that bore the code in the first year, or in the year before."""
    numbered = cases.with_row_index("case")
    bore = (pl.col("from_year") <= pl.col("first")) & (pl.col("to_year") >= pl.col("first") - 1)
    found = numbered.join(versions, on="code").filter(bore).sort("case", "to_year")
    return found.unique("case", keep="last", maintain_order=True).select(CASES.names()).cast(CASES)


def read_versions(reader: Reader) -> pl.DataFrame:
    """school_id, code, from_year, to_year: every code that a unit has borne."""
    c = unit_version.c
    found = sa.select(c.place_id.label("school_id"), c.code, c.from_year, c.to_year)
    return reader.frame(found).cast({"school_id": pl.Int64, "from_year": pl.Int64, "to_year": pl.Int64})  # fmt: skip
