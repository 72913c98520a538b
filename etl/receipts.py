"""Receipts of submissions that stand in the ledger: what each school of a package is told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa

from etl.receipt import Receipt, findings, refusals
from warehouse import tables
from warehouse.discovery import form as form_named
from warehouse.store import Reader, Warehouse

AT_ONCE = 500  # submissions read together
_VERSION, _LINE = tables.unit_version.c, tables.submission.c
_NAMED = sa.select(_LINE.submission_id, _VERSION.code, _VERSION.name_zh).join(
    tables.unit_version,
    sa.and_(
        _VERSION.place_id == _LINE.school_id,
        _LINE.year.between(_VERSION.from_year, _VERSION.to_year),
    ),
)


def brought_by(warehouse: Warehouse, hashes: Sequence[str]) -> list[int]:
    """The submissions that files of these bytes ever made: also those of a load that was killed and went on."""
    wanted = sa.select(_LINE.submission_id).where(_LINE.file_hash.in_(list(hashes)))
    with warehouse.writing() as writer:
        return [row.submission_id for row in writer.rows(wanted.order_by(_LINE.submission_id))]


def receipts(warehouse: Warehouse, submissions: Sequence[int]) -> Iterator[Receipt]:
    """The receipt of each submission, in the order of their numbers."""
    for start in range(0, len(submissions), AT_ONCE):
        with warehouse.writing() as writer:
            yield from of_submissions(writer, submissions[start : start + AT_ONCE])


def of_submissions(reader: Reader, numbers: Sequence[int]) -> Iterator[Receipt]:
    """The receipts of a few submissions that a reader may read."""
    wanted = list(numbers)
    lines, refused, found = (
        reader.frame(sa.select(table).where(table.c.submission_id.in_(wanted)).order_by(*order))
        for table, order in (
            (tables.submission, (_LINE.submission_id,)),
            (tables.rejection, (tables.rejection.c.rejection_id,)),
            (tables.finding, (tables.finding.c.finding_id,)),
        )
    )
    named = reader.frame(_NAMED.where(_LINE.submission_id.in_(wanted)))
    units = {row[0]: row[1:] for row in named.iter_rows()}
    for line in lines.iter_rows(named=True):
        own = pl.col("submission_id") == line["submission_id"]
        yield _receipt(line, units[line["submission_id"]], refused.filter(own), found.filter(own))


def _receipt(
    line: dict[str, Any], unit: tuple[str, str], refused: pl.DataFrame, found: pl.DataFrame
) -> Receipt:
    columns = form_named(line["form"]).columns
    letters: dict[str, str] = json.loads(line["headers"])
    headers = {
        name: (letter, columns[name].label.zh if name in columns else name)
        for name, letter in letters.items()
    }
    return Receipt(
        submission=line["submission_id"], form=line["form"], year=line["year"], school=line["school_id"],
        school_code=unit[0], school_name=unit[1],
        file=line["file_name"], file_hash=line["file_hash"], sheet=line["sheet"],
        received_at=line["received_at"], received_by=line["received_by"], revision=line["revision"],
        load=line["first_load"], unchanged=False,
        rows_accepted=line["rows_accepted"], rows_refused=line["rows_refused"],
        refusals=refusals(refused, line["file_name"], headers), findings=findings(found),
    )  # fmt: skip
