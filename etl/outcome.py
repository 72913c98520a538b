"""All tables of one form and year, judged: what is accepted, refused and found, school by school."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from etl.cells import LONGEST, OFFERED, nearest
from etl.harmonise import PLACE, SOURCE, Harmonised
from etl.headers import EXPLANATION, SCHOOL, Table
from etl.reasons import REASONS, sentence
from etl.sheet import ROW
from etl.sift import BREAKS, sift
from warehouse.codes import Codes
from warehouse.form import Answer, Form


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Harmonised rows that belong to units due that year: `rows` with school_id, and what was refused of them.

    `strangers` (place, source, sheet_row) are rows of nobody due.
    """

    harmonised: Harmonised
    rows: pl.DataFrame
    refused: pl.DataFrame
    strangers: pl.DataFrame

    @property
    def form(self) -> type[Form]:
        return self.harmonised.form

    @property
    def raw(self) -> pl.DataFrame:
        return self.harmonised.raw

    @property
    def tables(self) -> tuple[Table, ...]:
        return self.harmonised.tables


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The four frames that the warehouse records."""

    rows: pl.DataFrame
    submissions: pl.DataFrame
    rejections: pl.DataFrame
    findings: pl.DataFrame


def place(harmonised: Harmonised, schools: pl.DataFrame) -> Placed:
    """Find each row's unit; `schools` has school_id and code."""
    codes = schools.select(pl.col("code").alias(SCHOOL), pl.col("school_id").cast(pl.Int32))
    rows = harmonised.rows.join(codes, on=SCHOOL, how="left", maintain_order="left")
    known = rows.filter(pl.col("school_id").is_not_null())
    return Placed(
        harmonised=harmonised,
        rows=known,
        refused=harmonised.refused.join(known.select(PLACE), on=PLACE, how="semi"),
        strangers=rows.filter(pl.col("school_id").is_null()).select(PLACE, SOURCE, ROW),
    )


def judge(
    placed: Placed,
    year: int,
    context: pl.DataFrame,
    sealed: Callable[[], pl.DataFrame] | None = None,
) -> Outcome:
    """Sift what could be typed, and put every row's fate into words. `sealed` gives what `seal` makes of the rows, where that is made beside."""
    untyped = placed.refused.select(PLACE).unique()
    typed = placed.rows.join(untyped, on=PLACE, how="anti", maintain_order="left")
    sifted = sift(placed.form, year, typed.drop(SCHOOL, "year", SOURCE, EXPLANATION), context)
    refused = pl.concat([_spoken(placed), sifted.refused])
    rejections = _addressed(placed, refused).join(
        whole_rows(placed, placed.rows, refused), on=PLACE
    )
    findings = _addressed(placed, sifted.found)
    return Outcome(
        rows=sifted.accepted.drop(PLACE),
        submissions=_submissions(
            sealed() if sealed else seal(placed), sifted.accepted, rejections, findings
        ),
        rejections=rejections.select(
            "school_id", "sheet", ROW, "column", "value", "rule",
            "message_zh", "message_en", "todo_zh", "todo_en", "cells",
        ),
        findings=findings.select(
            "school_id", "sheet", ROW, "column", "value", "rule", "answer", "law",
            "message_zh", "message_en", EXPLANATION,
        ),
    )  # fmt: skip


# -- words for cells that could not be typed


def _spoken(placed: Placed) -> pl.DataFrame:
    """The refused cells as BREAKS, in both languages."""
    groups = placed.refused.partition_by("column", "rule", maintain_order=True)
    spoken = [_spoken_alike(placed.form, group) for group in groups]
    return pl.concat(spoken) if spoken else pl.DataFrame(schema=BREAKS)


def _spoken_alike(form: type[Form], cells: pl.DataFrame) -> pl.DataFrame:
    """Cells of one column refused for one reason."""
    rule = cells["rule"][0]
    said, asked = REASONS[rule]
    slots = _slots(form, cells)
    return cells.select(
        PLACE,
        "column",
        "rule",
        pl.lit(Answer.REFUSED.value).alias("answer"),
        pl.lit(None, dtype=pl.String).alias("law"),
        sentence(said.zh, slots).alias("message_zh"),
        sentence(said.en, slots).alias("message_en"),
        sentence(asked.zh, slots).alias("todo_zh"),
        sentence(asked.en, slots).alias("todo_en"),
    )


def _slots(form: type[Form], cells: pl.DataFrame) -> dict[str, pl.Expr]:
    column = form.columns.get(cells["column"][0] or "")
    if column is None:
        return {"value": pl.col("value")}
    return {
        "value": pl.col("value").str.slice(0, 60),
        "near": _near(cells, column.codes) if column.codes else pl.lit(""),
        "label_zh": pl.lit(column.label.zh),
        "label_en": pl.lit(column.label.en),
        "minimum": pl.lit(str((column.minimum or 0) // column.scale)),
        "maximum": pl.lit(str((column.maximum or 0) // column.scale)),
        "decimals": pl.lit(str(len(str(column.scale)) - 1)),
        "longest": pl.lit(str(LONGEST)),
    }


def _near(cells: pl.DataFrame, codes: Codes) -> pl.Expr:
    """The nearest codes of each unknown word, for the first few words."""
    words = cells["value"].unique(maintain_order=True).drop_nulls().head(OFFERED).to_list()
    offered = {word: "、".join(nearest(word, codes)) or "—" for word in words}
    return pl.col("value").replace_strict(offered, default="—", return_dtype=pl.String)


# -- addresses and whole rows


def _addressed(placed: Placed, breaks: pl.DataFrame) -> pl.DataFrame:
    """Breaks with school, sheet, row number, explanation and the blamed cell as written."""
    names = pl.DataFrame(
        {
            SOURCE: range(len(placed.tables)),
            "sheet": [t.sheet.name for t in placed.tables],
        },
        schema={SOURCE: pl.Int32, "sheet": pl.String},
    )
    where = placed.rows.select(PLACE, SOURCE, "school_id", ROW, EXPLANATION).join(names, on=SOURCE)
    groups = [
        group.with_columns(_as_written(placed.raw, group))
        for group in breaks.partition_by("column", maintain_order=True)
    ]
    told = pl.concat(groups) if groups else breaks.with_columns(value=pl.lit(None, dtype=pl.String))
    return told.join(where, on=PLACE).sort("school_id", ROW, "rule", maintain_order=True)


def _as_written(raw: pl.DataFrame, group: pl.DataFrame) -> pl.Series:
    column = group["column"][0]
    if column not in raw.columns:
        return pl.Series("value", [None] * group.height, dtype=pl.String)
    written = raw.select(pl.col(column).gather(group[PLACE]).cast(pl.String).alias("value"))
    return written.to_series()


def whole_rows(placed: Placed, rows: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """Place -> `cells`: the whole refused row as JSON, header as written -> text."""
    places = rows.join(refused.select(PLACE).unique(), on=PLACE, how="semi")
    frames = [pl.DataFrame(schema={PLACE: pl.UInt32, "cells": pl.String})]
    for part in places.select(PLACE, SOURCE, ROW).partition_by(SOURCE):
        table = placed.tables[part[SOURCE][0]]
        written = part.join(table.cells, on=ROW, maintain_order="left")
        names = [f"{h or '?'}" for h in table.headers]
        unique = [n if names.count(n) == 1 else f"{n} [{i + 1}]" for i, n in enumerate(names)]
        fields = [pl.col(f"c{i}").cast(pl.String).alias(n) for i, n in enumerate(unique)]
        frames.append(written.select(PLACE, pl.struct(fields).struct.json_encode().alias("cells")))
    return pl.concat(frames)


# -- submissions


def _submissions(
    handed_in: pl.DataFrame,
    accepted: pl.DataFrame,
    rejections: pl.DataFrame,
    findings: pl.DataFrame,
) -> pl.DataFrame:
    """One row a school: what it handed in, and how it went."""
    counts = [
        accepted.group_by("school_id").agg(pl.len().alias("rows_accepted")),
        rejections.group_by("school_id").agg(pl.col(ROW).n_unique().alias("rows_refused")),
        _counted(findings, Answer.BREACH, "breaches"),
        _counted(findings, Answer.REMARK, "remarks"),
    ]
    for count in counts:
        handed_in = handed_in.join(count, on="school_id", how="left", maintain_order="left")
    numbers = ["rows_accepted", "rows_refused", "breaches", "remarks"]
    return handed_in.with_columns(pl.col(numbers).fill_null(0).cast(pl.Int32))


def _counted(findings: pl.DataFrame, answer: Answer, name: str) -> pl.DataFrame:
    return (
        findings.filter(pl.col("answer") == answer.value)
        .group_by("school_id")
        .agg(pl.len().alias(name))
    )


def seal(placed: Placed) -> pl.DataFrame:
    """school_id, file_name, file_hash, sheet, headers and the hash of the school's own rows as written.

    Row numbers are part of it: a number must lead back to its cell.
    """
    rows = placed.rows.select("school_id", SOURCE, ROW, PLACE).sort("school_id", SOURCE, ROW)
    lines = _lines(placed.raw).gather(rows[PLACE])
    ends = (lines.str.len_bytes().cast(pl.Int64) + 1).cum_sum()
    schools = rows.with_columns(end=ends).unique(
        ["school_id", SOURCE], keep="last", maintain_order=True
    )
    facts = [_table_facts(table) for table in placed.tables]
    hashes = _digests(lines, schools, facts)
    told = pl.DataFrame(facts).with_columns(pl.Series(SOURCE, range(len(facts)), dtype=pl.Int32))
    return (
        schools.select("school_id", SOURCE, pl.Series("content_hash", hashes, dtype=pl.String))
        .join(told, on=SOURCE, maintain_order="left")
        .select("school_id", "file_name", "file_hash", "sheet", "headers", "content_hash")
    )


def _lines(raw: pl.DataFrame) -> pl.Series:
    """Each row as written: its number and its cells."""
    cells = (pl.col(name).cast(pl.String).fill_null("") for name in raw.drop(PLACE, SOURCE, ROW).columns)  # fmt: skip
    return raw.select(
        pl.concat_str(pl.col(ROW).cast(pl.String), *cells, separator="\x1f")
    ).to_series()


def _digests(lines: pl.Series, schools: pl.DataFrame, facts: list[dict[str, str]]) -> list[str]:
    """SHA-256 of sheet, headers and lines of each school, whose `end` is where its part of all lines ends.

    All lines are brought to bytes once; each school's are a window on them.
    """
    written = memoryview(lines.str.join("\x1e").item().encode())
    heads = [hashlib.sha256(f"{t['sheet']}\x1d{t['headers']}\x1d".encode()) for t in facts]
    hashes, start = [], 0
    for source, end in schools.select(SOURCE, "end").iter_rows():
        digest = heads[source].copy()
        digest.update(written[start : end - 1])
        hashes.append(digest.hexdigest())
        start = end
    return hashes


def _table_facts(table: Table) -> dict[str, str]:
    return {
        "file_name": table.sheet.file,
        "file_hash": table.sheet.file_hash,
        "sheet": table.sheet.name,
        "headers": json.dumps(table.letters, ensure_ascii=False),
    }
