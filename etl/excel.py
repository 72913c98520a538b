"""Workbooks: xlsx and xls, every cell as the text a person sees. The parsing is etl/workbook.py's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from etl import guard
from etl.errors import Encrypted, NotASpreadsheet
from etl.sheet import Limits, Sheet, framed
from warehouse.text import Text

PARSER = Path(__file__).with_name("workbook.py")
PATIENCE = 180  # seconds


def read_xlsx(path: Path, limits: Limits) -> list[Sheet]:
    """The visible sheets of a workbook; formulas by their values."""
    guard.check_workbook(path, limits)
    return _sheets(path, limits)


def read_xls(path: Path, limits: Limits) -> list[Sheet]:
    """The visible sheets of an old workbook."""
    guard.check_ole(path.name, path.read_bytes())
    return _sheets(path, limits)


def _sheets(path: Path, limits: Limits) -> list[Sheet]:
    found = _parsed(path, limits)
    match found.get("problem"):
        case "password":
            raise Encrypted(path.name)
        case "extent":
            guard.check_extent(path.name, found["rows"], found["columns"], limits)
        case "damaged":
            raise NotASpreadsheet(path.name, detail=_damaged(f" ({found['detail']})"))
    return [_sheet(path.name, name, rows) for name, rows in found["sheets"]]


def _parsed(path: Path, limits: Limits) -> dict[str, Any]:
    """What the parser prints; one that died or took too long met a file that cannot be read."""
    bounds = str(limits.rows), str(limits.cells)
    command: list[str | Path] = [sys.executable, "-I", PARSER, path, *bounds]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
        raise NotASpreadsheet(path.name, detail=_damaged()) from problem
    parsed: dict[str, Any] = json.loads(done.stdout)
    return parsed


def _damaged(said: str = "") -> Text:
    return Text(f"工作簿已损坏{said}", f"the workbook is damaged{said}")


def _sheet(file: str, name: str, rows: list[list[str | None]]) -> Sheet:
    width = max((_filled(row) for row in rows), default=0)
    return Sheet(file=file, name=name, cells=framed(rows, range(1, len(rows) + 1), width))


def _filled(row: list[str | None]) -> int:
    """The width of a row without the empty cells at its end, which styles leave behind."""
    width = len(row)
    while width and row[width - 1] is None:
        width -= 1
    return width
