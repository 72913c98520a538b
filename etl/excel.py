"""Workbooks: xlsx and xls through calamine, every cell as the text a person sees."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from etl import guard
from etl.errors import Encrypted, NotASpreadsheet
from etl.sheet import Limits, Sheet, framed


def read_xlsx(path: Path, limits: Limits) -> list[Sheet]:
    """The visible sheets of a workbook; formulas by their values."""
    guard.check_workbook(path, limits)
    return _sheets(path, limits)


def read_xls(path: Path, limits: Limits) -> list[Sheet]:
    """The visible sheets of an old workbook."""
    guard.check_ole(path.name, path.read_bytes())
    return _sheets(path, limits)


def _sheets(path: Path, limits: Limits) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_path(path)
        return [
            _sheet(path.name, book, each.name, limits)
            for each in book.sheets_metadata
            if each.visible is SheetVisibleEnum.Visible and each.typ is SheetTypeEnum.WorkSheet
        ]
    except CalamineError as problem:
        if "password" in str(problem).lower():
            raise Encrypted(path.name) from problem
        raise NotASpreadsheet(path.name, detail=f"工作簿已损坏 / {problem}") from problem


def _sheet(file: str, book: CalamineWorkbook, name: str, limits: Limits) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    guard.check_extent(file, sheet.total_height, sheet.total_width, limits)
    rows = [[text_of(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    width = max((len(row) for row in rows), default=0)
    return Sheet(file=file, name=name, cells=framed(rows, range(1, len(rows) + 1), width))


def text_of(value: Any) -> str | None:  # noqa: ANN401 - whatever type a cell has
    """A cell's value as text; numbers in the fifteen digits a spreadsheet shows, without exponent."""
    match value:
        case None | "":
            return None
        case str():
            text = value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
        case bool():
            text = "TRUE" if value else "FALSE"
        case float():
            text = plain_number(value)
        case datetime():
            text = value.isoformat(sep=" ").removesuffix(" 00:00:00")
        case _:  # whole numbers, dates, times
            text = str(value)
    return text


def plain_number(value: float) -> str:
    """12.0 is '12', 0.1 + 0.2 is '0.3', 1e20 is written out."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    shown = format(Decimal(format(value, ".15g")), "f") if value - value == 0 else str(value)
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
