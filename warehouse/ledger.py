"""The bookkeeping of submissions: what came when from whom, what was refused, what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl
import sqlalchemy as sa

from warehouse.form import Form
from warehouse.places import NATION
from warehouse.store import Writer
from warehouse.tables import Basis, document

LEDGER = "ledger"  # the name under which refusals are counted in `load`


@dataclass(frozen=True, kw_only=True)
class Document:
    """The bytes of a file that one school submitted by itself."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Sifted rows of one form and year, of one school or of many.

    rows: school_id, sheet_row and the form's columns, the accepted rows only.
    submissions: one row a school: school_id, file_name, file_hash, content_hash, sheet, headers,
    rows_accepted, rows_refused, breaches, remarks; received_at and received_by where schools sent theirs one by one.
    documents: the bytes of the files that schools sent by themselves.
    rejections: school_id, sheet, sheet_row, column, value, rule, message_zh/en, todo_zh/en, cells.
    findings: school_id, sheet, sheet_row, column, value, rule, answer, law, message_zh/en, explanation.
    unclaimed: refused rows of nobody due: the columns of their table but form, year and who sent them.
    """

    form: type[Form]
    year: int
    rows: pl.DataFrame
    submissions: pl.DataFrame
    rejections: pl.DataFrame
    findings: pl.DataFrame
    received_at: datetime
    received_by: str
    documents: Mapping[int, Document] = field(default_factory=dict)
    basis: Basis = Basis.SUBMITTED  # BOTH for what was reviewed and approved where it comes from
    unclaimed: pl.DataFrame = field(default_factory=pl.DataFrame)
    is_gathered: bool = True  # False where all parts of a year are loaded, and `gather` follows


@dataclass(frozen=True)
class Recorded:
    """What became of a batch: the load it is part of, submission ids by school, schools that changed nothing."""

    load: int | None
    submissions: dict[int, int]
    unchanged: list[int]


_CURRENT = sa.text(
    "SELECT school_id, submission_id, content_hash, revision, is_current FROM ("
    " SELECT *, row_number() OVER (PARTITION BY school_id ORDER BY revision DESC) AS newest FROM submission"
    " WHERE form = :form AND year = :year AND school_id = ANY (:schools)) s WHERE newest = 1"
)


def current(writer: Writer, form: str, year: int, schools: list[int]) -> pl.DataFrame:
    """school_id, submission_id, content_hash, revision of each school's newest submission."""
    found = writer.frame(_CURRENT, form=form, year=year, schools=schools)
    return found.cast(
        {
            "school_id": pl.Int64,
            "submission_id": pl.Int64,
            "revision": pl.Int64,
            "content_hash": pl.String,
        }
    )


def enter(writer: Writer, batch: Batch, numbered: pl.DataFrame, paths: pl.DataFrame) -> None:
    """Write the submissions, as `numbered` has them, with their rejections and findings.

    A submission none of whose rows was accepted is kept, but leaves the figures as they were.
    """
    again = numbered.filter(pl.col("is_current") & (pl.col("revision") > 1))["school_id"].to_list()
    if again:
        writer.run(
            "UPDATE submission SET is_current = false WHERE form = :form AND year = :year AND is_current AND school_id = ANY (:schools)",
            form=batch.form.name, year=batch.year, schools=again,
        )  # fmt: skip
    head = [pl.lit(batch.form.name).alias("form"), pl.lit(batch.year).alias("year")]
    stamps = {"received_at": batch.received_at, "received_by": batch.received_by}
    missing = {name: pl.lit(v) for name, v in stamps.items() if name not in numbered.columns}
    writer.insert("submission", numbered.with_columns(*head, **missing).join(paths, on="school_id"))
    _announce(writer, numbered.filter(~pl.col("is_current"))["school_id"].to_list())
    ids = numbered.select("school_id", "submission_id")
    for table, lines in (("rejection", batch.rejections), ("finding", batch.findings)):
        writer.insert(
            table, lines.with_columns(*head).join(ids, on="school_id").join(paths, on="school_id")
        )
    _keep_documents(writer, batch, numbered, paths)


def numbered(writer: Writer, batch: Batch, load: int, before: pl.DataFrame) -> pl.DataFrame:
    """The submissions of a batch with submission_id, revision, is_current and their loads, as the ledger keeps them."""
    ids = writer.frame(
        sa.text("SELECT nextval('submission_id_seq') AS submission_id FROM generate_series(1, :n)"),
        n=batch.submissions.height,
    )
    return (
        pl.concat([batch.submissions, ids], how="horizontal")
        .join(before.select("school_id", "revision"), on="school_id", how="left")
        .with_columns(
            revision=pl.col("revision").fill_null(0) + 1,
            is_current=pl.col("rows_accepted") > 0,
            first_load=pl.when(pl.col("rows_accepted") > 0).then(load),
            approved_load=pl.when((pl.col("rows_accepted") > 0) & (batch.basis is Basis.BOTH)).then(
                load
            ),
        )
    )


def keep_unclaimed(writer: Writer, batch: Batch) -> None:
    """Keep the refused rows that belong to no unit due; those of a file that is read again are kept already."""
    if batch.unclaimed.is_empty():
        return
    found = writer.rows(
        sa.text("SELECT DISTINCT file_hash FROM unclaimed WHERE form = :form AND year = :year"),
        form=batch.form.name, year=batch.year,
    )  # fmt: skip
    fresh = batch.unclaimed.filter(~pl.col("file_hash").is_in([row.file_hash for row in found]))
    stamped = fresh.with_columns(
        form=pl.lit(batch.form.name),
        year=pl.lit(batch.year),
        received_at=pl.lit(batch.received_at),
        received_by=pl.lit(batch.received_by),
    )
    writer.insert("unclaimed", stamped)
    provinces = fresh["path"].unique().str.extract_all(r"\d+").explode().drop_nulls()
    _announce(writer, [NATION, *provinces.cast(pl.Int64).to_list()])


def _announce(writer: Writer, places: list[int]) -> None:
    """Number what moves no figure and yet is shown at these places: whoever remembers their pages sees the number."""
    if not places:
        return
    writer.run(
        "INSERT INTO load SELECT :name, unnest(CAST(:places AS int[])), 1 "
        "ON CONFLICT (form, place_id) DO UPDATE SET number = load.number + 1",
        name=LEDGER, places=sorted(set(places)),
    )  # fmt: skip


def _keep_documents(
    writer: Writer, batch: Batch, numbered: pl.DataFrame, paths: pl.DataFrame
) -> None:
    sent = numbered.filter(pl.col("school_id").is_in(list(batch.documents)))
    rows = sent.select("school_id", "submission_id").join(paths, on="school_id").iter_rows()
    for school_id, submission_id, path in rows:
        kept = batch.documents[school_id]
        writer.run(
            sa.insert(document).inline().values(
                submission_id=submission_id, name=kept.name, media_type=kept.media_type, content=kept.content, path=_ids(path)
            )
        )  # fmt: skip


def _ids(path: str) -> list[int]:
    return [int(each) for each in path.strip("{}").split(",")]
