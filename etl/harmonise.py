"""Text to typed values under declared names; a cell that cannot be typed refuses its row and is kept.

Tables of one form are typed together: a package has thousands of small files, and each column is parsed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from etl.cells import BLANKS, by_unique, is_total, parse, school_code_of, year_of
from etl.headers import EXPLANATION, SCHOOL, YEAR, Table
from etl.identify import stated
from etl.sheet import ROW, cell
from warehouse.form import Form, Kind
from warehouse.locked import Locked, locked

POLARS: dict[Kind, type[pl.DataType]] = {
    Kind.INTEGER: pl.Int64,
    Kind.TEXT: pl.String,
    Kind.DATE: pl.Date,
}
SAID = "said_"  # before the name of a locked number: what a file says of it
PLACE, SOURCE = "place", "source"
"""A row's position among all rows harmonised together, and which of the tables it stands in."""
REFUSED = {PLACE: pl.UInt32, "column": pl.String, "rule": pl.String, "value": pl.String}
"""One row for each cell that could not be typed: the value as written, `rule` a key of reasons.REASONS."""


@dataclass(frozen=True, kw_only=True)
class Harmonised:
    """Rows of tables of one form. `raw`: place, source, sheet_row, and declared columns as written.

    `rows`: place, source, sheet_row, school_code, year, explanation (each null where nothing says it), then
    every declared column typed, and what the file says of each locked number (text; see `carried`). `refused` is as REFUSED.
    """

    tables: tuple[Table, ...]
    raw: pl.DataFrame
    rows: pl.DataFrame
    refused: pl.DataFrame

    @property
    def form(self) -> type[Form]:
        return self.tables[0].form


def harmonise(tables: Sequence[Table], *schools: str) -> Harmonised:
    """Every filled row of the tables, typed. `schools` are the codes of each table's school, where somebody vouches for them."""
    raw = pl.concat(
        [_raw(i, table, schools[i] if schools else None) for i, table in enumerate(tables)],
        how="diagonal_relaxed",
    )
    raw = raw.with_row_index(PLACE)
    totals = _totals(raw)
    typed, refused = _identified(raw, schools), [_not_a_year(raw), *_split_wrongly(raw, tables)]
    for column in tables[0].form.columns.values():
        text = _column(raw, column.name)
        cells = parse(text, column)
        typed.append(cells["value"].alias(column.name))
        refused.append(_refused(raw, text, cells["reason"], column.name))
    typed += [carried(_column(raw, name), one) for name, one in locked(tables[0].form).items()]
    others = pl.concat(refused).join(totals, on=PLACE, how="anti", maintain_order="left")
    return Harmonised(
        tables=tuple(tables), raw=raw, rows=pl.DataFrame(typed), refused=pl.concat([totals, others])
    )


def _raw(source: int, table: Table, school: str | None) -> pl.DataFrame:
    """A table's rows under declared names; school and year from the sheet's head where the rows are silent."""
    named = {name: pl.col(at) for name, at in table.columns.items()}
    for name, said in ((SCHOOL, school or stated(table, SCHOOL)), (YEAR, stated(table, YEAR))):
        written = (
            named[name].cast(pl.String).str.strip_chars().replace("", None)
            if name in named
            else None
        )
        named[name] = pl.coalesce(
            *(each for each in (written, pl.lit(said, dtype=pl.String)) if each is not None)
        )
    return table.cells.select(pl.lit(source, dtype=pl.Int32).alias(SOURCE), ROW, **named)


def carried(text: pl.Series, one: Locked) -> pl.Series:
    """What a file says where a locked number stands: the number as text, else as written; null where it is silent."""
    read = parse(text, one.column)["value"].cast(pl.String)
    written = by_unique(text, lambda cell: cell.strip() or None, pl.String)
    return read.fill_null(written).alias(SAID + one.name)


def _column(raw: pl.DataFrame, name: str) -> pl.Series:
    """A column as written; all null when no table has it."""
    if name in raw.columns:
        return raw[name]
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, raw.height)


def _identified(raw: pl.DataFrame, schools: Sequence[str]) -> list[pl.Series]:
    """Position, source, row number, school, year and explanation of every row."""
    codes = by_unique(raw[SCHOOL], school_code_of, pl.String)
    explained = by_unique(_column(raw, EXPLANATION), lambda text: text.strip() or None, pl.String)
    if schools:
        codes = codes.fill_null(pl.Series(schools, dtype=pl.String).gather(raw[SOURCE]))
    return [
        *raw.select(PLACE, SOURCE, ROW),
        codes.alias(SCHOOL),
        by_unique(raw[YEAR], year_of, pl.Int32).alias(YEAR),
        explained.alias(EXPLANATION),
    ]


def _refused(raw: pl.DataFrame, text: pl.Series, reason: pl.Series, column: str) -> pl.DataFrame:
    if reason.null_count() == len(reason):
        return pl.DataFrame(schema=REFUSED)
    cells = pl.DataFrame([raw[PLACE], text.cast(pl.String).alias("value"), reason.alias("rule")])
    return cells.filter(pl.col("rule").is_not_null()).select(
        PLACE, pl.lit(column).alias("column"), "rule", "value"
    )


def _totals(raw: pl.DataFrame) -> pl.DataFrame:
    """Rows of totals that say so where the school's code stands; nothing else need be said of them."""

    def reason(text: str) -> str | None:
        return "total_row" if is_total(text) else None

    return _refused(raw, raw[SCHOOL], by_unique(raw[SCHOOL], reason, pl.String), SCHOOL)


def _not_a_year(raw: pl.DataFrame) -> pl.DataFrame:
    """Rows whose year cell is filled with something that is no academic year."""

    def reason(text: str) -> str | None:
        return None if text.lower() in BLANKS or year_of(text) else "not_a_year"

    return _refused(raw, raw[YEAR], by_unique(raw[YEAR], reason, pl.String), YEAR)


def _split_wrongly(raw: pl.DataFrame, tables: Sequence[Table]) -> list[pl.DataFrame]:
    """Rows of a csv with values beyond the last header: a separator inside a value split them."""
    return [_stray(raw, i, table) for i, table in enumerate(tables) if table.sheet.delimited]


def _stray(raw: pl.DataFrame, source: int, table: Table) -> pl.DataFrame:
    beyond = [cell(i) for i, header in enumerate(table.headers) if not header]
    if not beyond:
        return pl.DataFrame(schema=REFUSED)
    stray = table.cells.select(ROW, pl.coalesce(beyond).alias("value")).drop_nulls("value")
    return raw.filter(pl.col(SOURCE) == source).join(stray, on=ROW).select(
        PLACE,
        pl.lit(None, dtype=pl.String).alias("column"),
        pl.lit("too_many_cells").alias("rule"),
        "value",
    )  # fmt: skip
