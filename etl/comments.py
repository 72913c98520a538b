"""The school's own file again, with each refusal and finding written at its cell."""

from __future__ import annotations

import warnings
from collections import defaultdict
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from etl import templates
from etl.excel import read_xlsx
from etl.headers import Table
from etl.looks import FILLS
from etl.readers import read, reader_of
from etl.receipt import Receipt
from etl.recognise import recognise
from etl.sheet import ROW
from etl.templates import Remarked
from warehouse.discovery import form as form_named
from warehouse.store import Warehouse

AUTHOR = "职鉴 Zhijian"
WORDS = {
    "refused": "■ 退回 Refused",
    "breach": "▲ 违规 Breach",
    "remark": "▲ 请说明 Please explain",
}


def mark_of(warehouse: Warehouse) -> str:
    """What stands on every workbook of a warehouse whose data a program made."""
    return "合成数据 Synthetic data" if "synthetic" in warehouse.settings() else ""


def annotate(
    receipt: Receipt, source: Path, target: Path, mark: str = "", province: int | None = None
) -> Path:
    """A copy of the workbook with comments; for other kinds of file a filled template with them. `mark` is printed on each page."""
    if reader_of(source) is read_xlsx:
        return _in_copy(receipt, source, target, mark)
    table = recognise(read(source), form_named(receipt.form))
    return in_template(receipt, table, target, mark, province)


def _said(receipt: Receipt) -> list[tuple[int, str | None, str, bool]]:
    """Row, declared column, text and whether it is a refusal, for everything the receipt says."""
    refused = [
        (
            e.row,
            e.column,
            f"{WORDS['refused']}\n{e.message_zh}{e.todo_zh}\n{e.message_en} {e.todo_en}",
            True,
        )
        for e in receipt.refusals
    ]
    found = [
        (e.row, e.column, f"{WORDS[e.answer]}\n{e.message_zh}\n{e.message_en}", False)
        for e in receipt.findings
    ]
    return [*refused, *found]


def _in_copy(receipt: Receipt, source: Path, target: Path, mark: str) -> Path:
    table = recognise(read(source), form_named(receipt.form))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl tells of features it leaves out
        book = openpyxl.load_workbook(source)
    sheet = book[receipt.sheet]
    texts: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for row, column, text, is_refusal in _said(receipt):
        texts[f"{table.letters.get(column or '', 'A')}{row}"].append((text, is_refusal))
    for address, said in texts.items():
        _write_at(sheet, address, said)
    if mark:
        sheet.oddHeader.center.text = mark
        book.properties.description = mark
    book.active = book.sheetnames.index(receipt.sheet)
    book.save(target)
    return target


def _write_at(sheet: Any, address: str, said: list[tuple[str, bool]]) -> None:  # noqa: ANN401 - openpyxl has no types
    cell = sheet[address]
    if isinstance(cell, MergedCell):
        area = next(a for a in sheet.merged_cells.ranges if cell.coordinate in a)
        cell = sheet.cell(area.min_row, area.min_col)
    before = [cell.comment.text] if cell.comment else []
    text = "\n\n".join([*before, *(each for each, _ in said)])
    cell.comment = Comment(text, AUTHOR, width=320, height=60 + 40 * len(said))
    shade = FILLS["refused" if any(refusal for _, refusal in said) else "found"]
    cell.fill = PatternFill("solid", fgColor=shade.removeprefix("#"))


def in_template(
    receipt: Receipt, table: Table, target: Path, mark: str = "", province: int | None = None
) -> Path:
    """The form's template, filled with the rows of a table of that school, with comments."""
    places = {row: i for i, row in enumerate(table.cells[ROW].to_list())}
    origin = f"（原文件第 {{row}} 行 / row {{row}} of {receipt.file}）"
    remarked = tuple(
        Remarked(
            row=places[row],
            column=column,
            text=f"{text}\n{origin.format(row=row)}",
            is_refusal=refusal,
        )
        for row, column, text, refusal in _said(receipt)
    )
    return templates.write(
        table.form,
        target,
        school=receipt.school_code,
        year=receipt.year,
        rows=_as_written(table),
        remarked=remarked,
        mark=mark,
        province=province,
    )


def _as_written(table: Table) -> pl.DataFrame:
    """The file's rows under declared names, as text."""
    return table.cells.select(
        pl.col(at).cast(pl.String).alias(n) for n, at in table.columns.items()
    )
