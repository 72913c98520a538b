"""Opens a workbook in a process of its own, and prints its visible sheets as text, in JSON.

Workbooks come from anybody. A damaged or hostile one can make the parser loop, panic or ask for all memory there
is; here that ends one small process with its own limits, and its parent says that the file cannot be read.
Run as `python workbook.py FILE ROWS CELLS`; it needs nothing of this project.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import datetime
from decimal import Decimal
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY = 4 << 30  # bytes of address space
SECONDS = 120  # of processor time


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


def contents(path: str, rows: int, cells: int) -> dict[str, Any]:
    """`sheets`: name and rows of text; or `problem`, and where it is the extent `rows` and `columns` of a sheet."""
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = []
        for about in book.sheets_metadata:
            if about.visible is SheetVisibleEnum.Visible and about.typ is SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(about.name)
                high, wide = sheet.total_height, sheet.total_width
                if high > rows or high * wide > cells:
                    return {"problem": "extent", "rows": high, "columns": wide}
                lines = sheet.to_python(skip_empty_area=False)
                sheets.append((about.name, [[text_of(v) for v in line] for line in lines]))
    except CalamineError as problem:
        word = "password" if "password" in str(problem).lower() else "damaged"
        return {"problem": word, "detail": str(problem)}
    return {"sheets": sheets}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    found = contents(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    sys.stdout.buffer.write(json.dumps(found).encode("ascii"))


if __name__ == "__main__":
    main()
