"""What goes back to the schools of a package: each submission's receipt, and where rows were refused a workbook with comments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from etl import identify
from etl.comments import in_template, mark_of
from etl.headers import Table
from etl.package import opened
from etl.readers import fingerprint, read
from etl.receipt import Receipt
from etl.receipts import brought_by, receipts
from etl.recognise import recognise_all
from etl.sheet import PACKAGE, Limits
from warehouse.discovery import form as form_named
from warehouse.store import Warehouse


def hand_back(
    warehouse: Warehouse,
    package: Path,
    hashes: Sequence[str],
    folder: Path,
    limits: Limits = PACKAGE,
) -> tuple[int, int]:
    """Write a text for each submission the package made, now or before, in both languages, and a workbook where rows were refused.

    They are named by school, form, year and the receipt's number. How many there are of each.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = mark_of(warehouse)
    tables, texts, workbooks = lru_cache(maxsize=1)(_tables), 0, 0
    with opened(package, limits) as found:
        files = {fingerprint(entry.path): entry.path for entry in found.tables}
        for one in receipts(warehouse, brought_by(warehouse, hashes)):
            stem = f"{one.school_code}-{one.form}-{one.year}-{one.number}"
            text = f"{one.to_text('zh')}\n\n{one.to_text('en')}\n"
            (folder / f"{stem}.txt").write_text(text, encoding="utf-8")
            texts += 1
            if one.refusals:
                table = _own(one, tables(files[one.file_hash], one.form, limits))
                in_template(
                    one,
                    table,
                    folder / f"{stem}-批注-commented.xlsx",
                    mark,
                    warehouse.ladder.place(one.school).path[0],
                )
                workbooks += 1
    return texts, workbooks


def _tables(path: Path, form: str, limits: Limits) -> tuple[Table, ...]:
    return tuple(recognise_all(read(path, limits), form_named(form)))


def _own(receipt: Receipt, tables: Sequence[Table]) -> Table:
    """The rows of one school, in the table that they stand in."""
    school = {receipt.school_code}
    (table, *_) = [
        table
        for table in tables
        if table.sheet.name == receipt.sheet and identify.schools(table) & school
    ]
    return identify.only(table, school)
