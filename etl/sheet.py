"""Sheet: what a reader hands on, all text, each row with its own number in the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

ROW = "sheet_row"
"""Column of row numbers as a spreadsheet shows them: 1-based, empty rows counted."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What we take in before we look closer."""

    file_bytes: int
    rows: int
    cells: int
    expanded_bytes: int
    ratio: int = 300  # an honest sheet of repeated styles stays below
    columns: int = 2_000
    cell_bytes: int = 100_000  # a spreadsheet's own limit is 32,767 characters


SUBMISSION = Limits(
    file_bytes=50_000_000, rows=200_000, cells=20_000_000, expanded_bytes=1_000_000_000
)
PACKAGE = Limits(
    file_bytes=2_000_000_000, rows=5_000_000, cells=400_000_000, expanded_bytes=8_000_000_000
)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table of a file before anybody knows its form.

    `cells` has `sheet_row` and one column for each of the sheet's columns, `c0` the leftmost: text, or Int64
    where a Parquet file is typed so. `headers` is None while the header is still a row among the cells.
    `head` holds rows of text that stand apart from the table. In a `delimited` table a cell without a header
    is a row split wrongly; in a workbook it is a note beside the table.
    """

    file: str
    name: str
    cells: pl.DataFrame
    headers: tuple[str, ...] | None = None
    head: tuple[tuple[str, ...], ...] = ()
    delimited: bool = False
    file_hash: str = ""

    @property
    def width(self) -> int:
        return self.cells.width - 1


def cell(position: int) -> str:
    """The name of a sheet's column in `Sheet.cells`."""
    return f"c{position}"


def letter(position: int) -> str:
    """The letter a spreadsheet shows for a column: 0 is A, 26 is AA."""
    name = ""
    while position >= 0:
        position, rest = divmod(position, 26)
        name, position = chr(65 + rest) + name, position - 1
    return name


def framed(
    rows: Sequence[Sequence[str | None]], numbers: Iterable[int], width: int
) -> pl.DataFrame:
    """Rows of text as cells; rows shorter than the width end in nulls."""
    schema: dict[str, type[pl.DataType]] = {cell(i): pl.String for i in range(width)}
    padded = [(*row[:width], *[None] * (width - len(row))) for row in rows]
    frame = pl.DataFrame(padded, schema=schema, orient="row", strict=False)
    return frame.with_columns(pl.Series(ROW, list(numbers), dtype=pl.Int32)).select(ROW, *schema)
