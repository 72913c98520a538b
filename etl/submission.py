"""One school's file, the whole journey: read, recognise, harmonise, sift, record, receipt."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from etl import identify
from etl.harmonise import harmonise
from etl.headers import Table, recognise
from etl.outcome import Outcome, judge, place
from etl.readers import media_type, read
from etl.receipt import Receipt, findings, refusals
from warehouse import tables
from warehouse.discovery import form as form_named
from warehouse.ledger import Batch, Document
from warehouse.store import Warehouse


def submit(
    warehouse: Warehouse,
    path: Path,
    *,
    form: str | None = None,
    school: str | None = None,
    year: int | None = None,
    now: datetime,
    by: str,
) -> Receipt:
    """Take one school's file of one form in, or refuse it whole with a BadFile error.

    `form`, `school` (its code) and `year` are what the submitter says; what the file says must agree.
    """
    table = recognise(read(path), form_named(form) if form else None)
    year = identify.year(table, year, now.date())
    code = identify.school(table, school)
    unit = identify.unit(warehouse, path.name, code, year)
    school_ids = unit["school_id"].to_list()
    placed = place(harmonise([table], code), unit)
    outcome = judge(placed, year, warehouse.context(table.form, year, school_ids))
    batch = Batch(
        form=table.form, year=year, rows=outcome.rows, submissions=outcome.submissions,
        rejections=outcome.rejections, findings=outcome.findings, received_at=now, received_by=by,
        documents={school_ids[0]: document_of(path)},
    )  # fmt: skip
    recorded = warehouse.record(batch)
    kept = _kept(warehouse, recorded.submissions[school_ids[0]])
    return _receipt(table, unit, outcome, kept, unchanged=bool(recorded.unchanged))


def document_of(path: Path) -> Document:
    """A file's bytes, as they are kept."""
    return Document(name=path.name, media_type=media_type(path), content=path.read_bytes())


def _kept(warehouse: Warehouse, submission: int) -> dict[str, Any]:
    """The ledger's own line of a submission."""
    found = sa.select(tables.submission).where(tables.submission.c.submission_id == submission)
    with warehouse.writing() as writer:
        return writer.frame(found).row(0, named=True)


def _receipt(
    table: Table,
    unit: pl.DataFrame,
    outcome: Outcome,
    line: dict[str, Any],
    *,
    unchanged: bool,
) -> Receipt:
    headers = {
        name: (table.letters[name], table.headers[int(at[1:])])
        for name, at in table.columns.items()
    }
    return Receipt(
        submission=line["submission_id"], form=line["form"], year=line["year"], school=line["school_id"],
        school_code=unit["code"][0], school_name=unit["name"][0],
        file=table.sheet.file, file_hash=table.sheet.file_hash, sheet=table.sheet.name,
        received_at=line["received_at"], received_by=line["received_by"], revision=line["revision"],
        load=line["first_load"], unchanged=unchanged,
        rows_accepted=line["rows_accepted"], rows_refused=line["rows_refused"],
        refusals=refusals(outcome.rejections, table.sheet.file, headers),
        findings=findings(outcome.findings), ignored_headers=table.ignored,
    )  # fmt: skip
