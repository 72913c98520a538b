"""Text to typed values under declared names; a cell that cannot be typed refuses its row and is kept."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from etl.cells import BLANKS, by_unique, parse, school_code_of, year_of
from etl.headers import EXPLANATION, SCHOOL, YEAR, Table
from etl.sheet import ROW, cell
from warehouse.form import Column, Form, Kind

POLARS: dict[Kind, type[pl.DataType]] = {
    Kind.INTEGER: pl.Int64,
    Kind.TEXT: pl.String,
    Kind.DATE: pl.Date,
}
REFUSED = {ROW: pl.Int32, "column": pl.String, "rule": pl.String, "value": pl.String}
"""One row for each cell that could not be typed: the value as written, `rule` a key of reasons.REASONS."""


@dataclass(frozen=True, kw_only=True)
class Harmonised:
    """`rows`: sheet_row, school_code, year, explanation (each null where the row says nothing), then every
    declared column typed. `refused` is as REFUSED.
    """

    table: Table
    rows: pl.DataFrame
    refused: pl.DataFrame

    @property
    def form(self) -> type[Form]:
        return self.table.form


def harmonise(table: Table) -> Harmonised:
    """Every filled row of a table, typed."""
    typed, refused = _identified(table), [_not_a_year(table), _split_wrongly(table)]
    for column in table.form.columns.values():
        if column.name not in table.columns:
            typed.append(_empty(column, table.cells.height))
            continue
        text = table.cells[table.columns[column.name]]
        cells = parse(text, column)
        typed.append(cells["value"].alias(column.name))
        refused.append(_refused(table.cells[ROW], text, cells["reason"], column.name))
    return Harmonised(table=table, rows=pl.DataFrame(typed), refused=pl.concat(refused))


def _empty(column: Column, height: int) -> pl.Series:
    kind = POLARS[column.kind]
    return pl.Series(column.name, [None], dtype=kind).new_from_index(0, height)


def _identified(table: Table) -> list[pl.Series]:
    """Row number, school, year and explanation of every row."""
    cells = table.cells
    return [
        cells[ROW],
        by_unique(_texts(table, SCHOOL), school_code_of, pl.String).alias(SCHOOL),
        by_unique(_texts(table, YEAR), year_of, pl.Int32).alias(YEAR),
        by_unique(_texts(table, EXPLANATION), lambda t: t.strip() or None, pl.String).alias(EXPLANATION),
    ]  # fmt: skip


def _texts(table: Table, name: str) -> pl.Series:
    """A column as text; all null when the sheet does not have it."""
    if name in table.columns:
        return table.cells[table.columns[name]].cast(pl.String)
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, table.cells.height)


def _refused(numbers: pl.Series, text: pl.Series, reason: pl.Series, column: str) -> pl.DataFrame:
    if reason.null_count() == len(reason):
        return pl.DataFrame(schema=REFUSED)
    cells = pl.DataFrame([numbers, text.cast(pl.String).alias("value"), reason.alias("rule")])
    return cells.filter(pl.col("rule").is_not_null()).select(
        ROW, pl.lit(column).alias("column"), "rule", "value"
    )


def _not_a_year(table: Table) -> pl.DataFrame:
    """Rows whose year cell is filled with something that is no academic year."""
    text = _texts(table, YEAR)
    lost = by_unique(
        text, lambda t: None if t.lower() in BLANKS or year_of(t) else "not_a_year", pl.String
    )
    return _refused(table.cells[ROW], text, lost, YEAR)


def _split_wrongly(table: Table) -> pl.DataFrame:
    """Rows of a csv with values beyond the last header: a separator inside a value split them."""
    beyond = [cell(i) for i, header in enumerate(table.headers) if not header]
    if not table.sheet.delimited or not beyond:
        return pl.DataFrame(schema=REFUSED)
    stray = pl.coalesce(beyond)
    return table.cells.filter(stray.is_not_null()).select(
        ROW,
        pl.lit(None, dtype=pl.String).alias("column"),
        pl.lit("too_many_cells").alias("rule"),
        stray.alias("value"),
    )
