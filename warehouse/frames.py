"""Frames as SQL reads them: as CSV for COPY, or as one array literal a column for a statement of its own.

Array literals carry the hundred rows of one submission: a temporary table for them would cost more in
catalogue entries than the rows themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import polars as pl

SQL_ARRAYS: dict[type[pl.DataType], str] = {
    pl.Int64: "bigint[]",
    pl.Int32: "integer[]",
    pl.Int16: "smallint[]",
    pl.UInt32: "bigint[]",
    pl.Float64: "double precision[]",
    pl.Boolean: "boolean[]",
    pl.Date: "date[]",
    pl.Datetime: "timestamptz[]",
}
SLICE = 32_768  # rows: small enough that the server parses one slice while the next is written


def quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def unnested(frame: pl.DataFrame) -> tuple[str, str, dict[str, str]]:
    """A frame as (select list, table expression, bind values) for SELECT ... FROM ... in one statement.

    A column `path` may hold its arrays as text, '{430000,430100}'.
    """
    kinds = {name: SQL_ARRAYS.get(kind.base_type(), "text[]") for name, kind in frame.schema.items()}  # fmt: skip
    arrays = ", ".join(f"CAST(:c{n} AS {kind})" for n, kind in enumerate(kinds.values()))
    listed = (
        f'CAST("{name}" AS integer[])'
        if name == "path" or isinstance(kind, pl.List)
        else f'"{name}"'
        for name, kind in frame.schema.items()
    )
    literals = frame.select(_literal(name, kind) for name, kind in frame.schema.items()).row(0)
    values = {f"c{n}": literal for n, literal in enumerate(literals)}
    return ", ".join(listed), f"unnest({arrays}) AS s({quoted(frame.columns)})", values


def _literal(name: str, kind: pl.DataType) -> pl.Expr:
    """A column as PostgreSQL writes an array: {1,NULL,3}."""
    texts = _as_text(name, kind)
    if kind.base_type() not in SQL_ARRAYS:
        escaped = texts.str.replace_all("\\", "\\\\", literal=True)
        texts = '"' + escaped.str.replace_all('"', '\\"', literal=True) + '"'
    return ("{" + texts.fill_null("NULL").str.join(",") + "}").alias(name)


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.List):
        return "{" + pl.col(name).cast(pl.List(pl.String)).list.join(",") + "}"
    return pl.col(name).cast(pl.String)


def with_ids(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Arrays fetched as text, as lists of ids: a driver that makes a Python list of each costs far more."""
    ids = pl.col(names).cast(pl.String).str.strip_chars("{}").str.split(",")
    return frame.with_columns(ids.cast(pl.List(pl.Int32)))


def csv_options(frame: pl.DataFrame) -> str:
    """Text that may be empty is told from text that is missing."""
    texts = [n for n, kind in frame.schema.items() if kind == pl.String and not frame[n].has_nulls()]  # fmt: skip
    return f", FORCE_NOT_NULL ({quoted(texts)})" if texts else ""


def csv_slices(frame: pl.DataFrame) -> Iterator[bytes]:
    """CSV by slices; the next one is written while the server still reads this one."""
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(_csv, frame, 0)
        for start in range(SLICE, frame.height + SLICE, SLICE):
            ready, ahead = ahead, pool.submit(_csv, frame, start)
            yield ready.result()


def _csv(frame: pl.DataFrame, start: int) -> bytes:
    part = frame.slice(start, SLICE)
    flat = part.with_columns(
        _as_text(name, kind).alias(name)
        for name, kind in part.schema.items()
        if isinstance(kind, pl.List)
    )
    written = BytesIO()
    flat.write_csv(written, include_header=False)
    return written.getvalue()
