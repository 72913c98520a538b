"""One school's file, the whole journey: read, recognise, harmonise, sift, record, receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from etl import identify
from etl.harmonise import harmonise
from etl.headers import Table
from etl.outcome import Outcome, judge, place
from etl.readers import media_type, read
from etl.receipt import Receipt, findings, refusals
from etl.recognise import recognise
from warehouse import tables
from warehouse.administered import learn
from warehouse.discovery import form as form_named
from warehouse.ledger import Batch, Document, Recorded
from warehouse.moments import china_day
from warehouse.store import Reader, Warehouse
from warehouse.totals import context


@dataclass(frozen=True, kw_only=True)
class Handing:
    """A file read and judged: what the warehouse is to record, and what the receipt will speak of."""

    table: Table
    unit: pl.DataFrame
    outcome: Outcome
    batch: Batch

    @property
    def school(self) -> int:
        return int(self.unit["school_id"][0])

    def receipt(self, reader: Reader, recorded: Recorded) -> Receipt:
        """What the submitter is told; read in the transaction that recorded it, or after."""
        line = _kept(reader, recorded.submissions[self.school])
        return _receipt(
            self.table, self.unit, self.outcome, line, unchanged=bool(recorded.unchanged)
        )


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
    with warehouse.writing() as reader:
        handing = judged(
            warehouse, reader, path, form=form, school=school, year=year, now=now, by=by
        )
    recorded = warehouse.record(handing.batch)
    with warehouse.writing() as reader:
        return handing.receipt(reader, recorded)


def judged(  # noqa: PLR0913 - what the submitter says of the file
    warehouse: Warehouse,
    reader: Reader,
    path: Path,
    *,
    form: str | None = None,
    school: str | None = None,
    year: int | None = None,
    now: datetime,
    by: str,
) -> Handing:
    """The file against the rules and the numbers that `reader` may know; nothing is recorded."""
    learn(reader)
    table = recognise(read(path), form_named(form) if form else None)
    year = identify.year(table, year, china_day(now))
    code = identify.school(table, school)
    unit = identify.unit(warehouse, path.name, code, year)
    placed = place(harmonise([table], code), unit)
    outcome = judge(placed, year, context(reader, table.form, year, unit["school_id"].to_list()))
    batch = Batch(
        form=table.form, year=year, rows=outcome.rows, submissions=outcome.submissions,
        rejections=outcome.rejections, findings=outcome.findings, received_at=now, received_by=by,
        documents={unit["school_id"][0]: document_of(path)},
    )  # fmt: skip
    return Handing(table=table, unit=unit, outcome=outcome, batch=batch)


def document_of(path: Path) -> Document:
    """A file's bytes, as they are kept."""
    return Document(name=path.name, media_type=media_type(path), content=path.read_bytes())


def _kept(reader: Reader, submission: int) -> dict[str, Any]:
    """The ledger's own line of a submission."""
    found = sa.select(tables.submission).where(tables.submission.c.submission_id == submission)
    return reader.frame(found).row(0, named=True)


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
