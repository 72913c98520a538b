"""Workbooks that a school fetches: a form's template filled with what is known, its own file with comments at the cells."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from etl import known, templates
from etl.comments import annotate
from etl.entry import columns
from etl.receipts import of_submissions
from warehouse import drafts
from warehouse.drafts import Sheet
from warehouse.ledger import Document
from warehouse.store import Reader
from warehouse.tables import document
from warehouse.totals import context, province_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template(reader: Reader, sheet: Sheet, school_code: str, mark: str) -> bytes:
    """The workbook with the rows of the draft, or those that a draft would begin with."""
    draft = drafts.newest(reader, sheet)
    rows = known.rows_now(reader, sheet, draft, known.before(reader, sheet))
    names = list(columns(sheet.form))
    given = context(reader, sheet.form, sheet.year, [sheet.school]).row(0, named=True)
    frame = pl.DataFrame(
        [[row.get(name) for name in names] for row in rows],
        schema=dict.fromkeys(names, pl.String), orient="row",
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="zhijian-") as folder:
        path = Path(folder) / "template.xlsx"
        templates.write(
            sheet.form, path, school=school_code, year=sheet.year, rows=frame, given=given, mark=mark,
            province=province_of(reader, sheet.school),
        )  # fmt: skip
        return path.read_bytes()


def commented(reader: Reader, submission: int, mark: str) -> Document | None:
    """The file of a submission with what was said of it; None where the file is not kept, or not the reader's to read."""
    kept = next(
        iter(reader.rows(sa.select(document).where(document.c.submission_id == submission))), None
    )
    receipt = next(iter(of_submissions(reader, [submission])), None)
    if kept is None or receipt is None:
        return None
    with tempfile.TemporaryDirectory(prefix="zhijian-") as folder:
        source = Path(folder) / (Path(kept.name).name or "file")
        source.write_bytes(kept.content)
        target = annotate(
            receipt,
            source,
            Path(folder) / "commented.xlsx",
            mark,
            province_of(reader, receipt.school),
        )
        name = f"{Path(kept.name).stem}-批注-commented.xlsx"
        return Document(name=name, media_type=XLSX, content=target.read_bytes())
