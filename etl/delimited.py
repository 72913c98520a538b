"""Text tables: csv in UTF-8, UTF-16 or GB 18030, with commas, tabs or semicolons."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import polars as pl

from etl import guard
from etl.errors import NoData, NotASpreadsheet
from etl.sheet import ROW, Limits, Sheet, cell, framed
from warehouse.text import Text

SEPARATORS = (",", "\t", ";", "|")


def read_csv(path: Path, limits: Limits) -> list[Sheet]:
    """The one table of a csv file. Row numbers are what a spreadsheet would show: the header is row 1."""
    content = _as_utf8(path.name, path.read_bytes())
    first = content.lstrip(b"\r\n").split(b"\n", 1)[0]
    if not first.strip():
        raise NoData(path.name)
    separator = max(SEPARATORS, key=lambda each: first.count(each.encode()))
    guard.check_width(path.name, first.count(separator.encode()) + 1, limits)
    sheet = _read_straight(path.name, content, separator) or _read_ragged(
        path.name, content.decode("utf-8"), separator
    )
    guard.check_extent(path.name, sheet.cells.height, sheet.width, limits)
    return [sheet]


def _as_utf8(file: str, content: bytes) -> bytes:
    """The text in UTF-8 without a byte-order mark and with ordinary line ends."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = _decoded(file, content, "utf-16").encode("utf-8")
    if b"\x00" in content:
        raise NotASpreadsheet(file, detail=Text("这是二进制文件", "it is a binary file"))
    content = content.removeprefix(codecs.BOM_UTF8)
    if not _is_utf8(content):
        content = _decoded(file, content, "gb18030").encode("utf-8")
    return content if b"\n" in content else content.replace(b"\r", b"\n")


def _is_utf8(content: bytes) -> bool:
    try:
        return content.isascii() or bool(content.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _decoded(file: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise NotASpreadsheet(
            file,
            detail=Text(
                "文字编码既不是 UTF-8 也不是 GB18030", "it is neither UTF-8 nor GB 18030 text"
            ),
        ) from problem


def _read_straight(file: str, content: bytes, separator: str) -> Sheet | None:
    """The quick way, for tables whose rows are no longer than the first; None for others."""
    try:
        read = pl.read_csv(
            io.BytesIO(content),
            has_header=False,
            infer_schema=False,
            separator=separator,
            row_index_name=ROW,
            row_index_offset=1,
        )
    except pl.exceptions.PolarsError:
        return None
    names = {old: cell(i) for i, old in enumerate(read.columns[1:])}
    cells = read.rename(names).with_columns(pl.col(ROW).cast(pl.Int32))
    return Sheet(file=file, name="", cells=cells, delimited=True)


def _read_ragged(file: str, content: str, separator: str) -> Sheet:
    """The patient way: lines above the header may be shorter, and rows too long are noted."""
    try:
        rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=separator))
    except csv.Error as problem:
        raise NotASpreadsheet(
            file, detail=Text(f"csv 格式有误（{problem}）", f"the csv is broken ({problem})")
        ) from problem
    width = max(map(len, rows), default=0)
    cells = framed([[text or None for text in row] for row in rows], range(1, len(rows) + 1), width)
    return Sheet(file=file, name="", cells=cells, delimited=True)
