"""Tables that name their columns in every record: Parquet and JSON. The first record is row 1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from etl import guard
from etl.errors import NoData, NotASpreadsheet, TwoHeaders
from etl.sheet import ROW, Limits, Sheet, cell, framed
from etl.workbook import text_of
from warehouse.text import Text


def read_parquet(path: Path, limits: Limits) -> list[Sheet]:
    """Integers stay integers, which is exact and quick; all else becomes text."""
    try:
        names = tuple(pl.read_parquet_schema(path))
        height = pl.scan_parquet(path).select(pl.len()).collect().item()
        guard.check_extent(path.name, height, len(names), limits)
        guard.check_width(path.name, len(names), limits)
        read = pl.scan_parquet(path).select(
            _as_text(name, kind).alias(cell(i))
            for i, (name, kind) in enumerate(pl.read_parquet_schema(path).items())
        )
        cells = (
            read.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int32)).collect()
        )
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as problem:
        raise NotASpreadsheet(path.name, detail=_broken("Parquet", problem)) from problem
    return [Sheet(file=path.name, name="", cells=cells, headers=names)]


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind.is_integer():
        return column.cast(pl.Int64)
    if kind.is_float():
        whole = column.cast(pl.Int64, strict=False)
        return (
            pl.when(whole == column).then(whole.cast(pl.String)).otherwise(column.cast(pl.String))
        )
    text = column.cast(pl.String)
    return text.str.replace_all("\x00", "", literal=True)


def read_json(path: Path, limits: Limits) -> list[Sheet]:
    """A list of records, an object {"school", "year", "rows"}, or one record a line."""
    return [sheet_of(path.name, _parsed(path), limits)]


def sheet_of(file: str, found: Any, limits: Limits) -> Sheet:  # noqa: ANN401 - any JSON value
    """The table that a JSON value holds."""
    head: tuple[tuple[str, ...], ...] = ()
    if isinstance(found, dict) and isinstance(found.get("rows"), list):
        head = tuple((str(k), text_of(v) or "") for k, v in found.items() if k != "rows")
        found = found["rows"]
    records = found if isinstance(found, list) else [found]
    if not records:
        raise NoData(file)
    names = tuple(dict.fromkeys(key for each in records for key in _keys(file, each)))
    guard.check_extent(file, len(records), len(names), limits)
    guard.check_width(file, len(names), limits)
    rows = [[_text(record.get(name)) for name in names] for record in records]
    cells = framed(rows, range(1, len(rows) + 1), len(names))
    return Sheet(file=file, name="", cells=cells, headers=names, head=head)


def _parsed(path: Path) -> Any:  # noqa: ANN401 - any JSON value
    """The file's value, numbers kept as they are written."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        try:
            return _loads(path.name, text)
        except json.JSONDecodeError:
            lines = text.splitlines()
            return [_loads(path.name, line) if line.strip() else {} for line in lines]
    except (ValueError, RecursionError) as problem:
        raise NotASpreadsheet(path.name, detail=_broken("JSON", problem)) from problem


def _broken(kind: str, problem: Exception) -> Text:
    """The first line of what a reader says."""
    said = f"{problem}".splitlines()[0].rstrip(".")
    return Text("不是完整的 {kind}（{said}）", "it is no whole {kind} ({said})").fill(
        kind=kind, said=said
    )


def _loads(file: str, text: str) -> Any:  # noqa: ANN401 - any JSON value
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise TwoHeaders(file, detail_zh=f"“{twice}”出现两次", detail_en=f"'{twice}' twice")
        return record

    return json.loads(text, parse_float=str, parse_int=str, object_pairs_hook=once)


def _keys(file: str, record: object) -> list[str]:
    if not isinstance(record, dict):
        raise NotASpreadsheet(file, detail=Text("JSON 记录不是对象", "a JSON record is no object"))
    return list(record)


def _text(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return text_of(value)
