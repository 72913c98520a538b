"""A tiny ministry for tests: units in real counties, and batches as sifting would hand them over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import polars as pl

from warehouse.form import Form, Kind
from warehouse.ledger import Batch
from warehouse.store import Warehouse
from warehouse.unit_faults import EVENT_COLUMNS
from warehouse.units import record_unit_events

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CHANGSHA, SHAOYANG, GUANGZHOU = "430102", "430502", "440103"
EVENT = EVENT_COLUMNS


def opened(
    code: str, county: str, *, name: str = "", kind: str = "school", year: int = 2015
) -> dict[str, Any]:
    return event(
        code, "opened", year, name=name or f"测试{code[-3:]}职业学校", unit_kind=kind, county=county
    )


def event(code: str, what: str, year: int, **fields: str) -> dict[str, Any]:
    return {**dict.fromkeys(EVENT), "code": code, "event": what, "year": str(year), **fields}


def register(
    warehouse: Warehouse,
    events: Sequence[Mapping[str, Any]],
    years: Sequence[int] = (2024, 2025, 2026),
) -> dict[str, int]:
    """Record unit events; ids by code."""
    with warehouse.writing() as writer:
        report = record_unit_events(
            writer, pl.DataFrame(list(events), schema=dict.fromkeys(EVENT, pl.String)), years
        )
    assert not report.unusable
    warehouse.refresh()
    return {
        row.code: place_id for place_id, row in warehouse.ladder.places.items() if row.rung == 4
    }


def frame(form: type[Form], rows: Mapping[int, Sequence[Mapping[str, Any]]]) -> pl.DataFrame:
    """Rows by school -> the accepted rows of a batch; measures not given are 0."""
    types = {Kind.INTEGER: pl.Int64, Kind.TEXT: pl.String, Kind.DATE: pl.Date}
    schema = {
        "school_id": pl.Int64,
        "sheet_row": pl.Int64,
        **{n: types[c.kind] for n, c in form.columns.items()},
    }
    blank = {m.name: 0 for m in form.measures()}
    filled = [
        {"school_id": school, "sheet_row": line, **dict.fromkeys(form.columns), **blank, **row}
        for school, lines in rows.items()
        for line, row in enumerate(lines, start=5)
    ]
    return pl.DataFrame(filled, schema=schema)


def batch(
    form: type[Form], year: int, rows: Mapping[int, Sequence[Mapping[str, Any]]], **options: Any
) -> Batch:
    """A batch in which every row is accepted."""
    submissions = [
        {
            "school_id": school, "file_name": f"{form.name}.xlsx", "file_hash": sha256(repr(lines).encode()).hexdigest(),
            "content_hash": sha256(repr(lines).encode()).hexdigest(), "sheet": "1", "headers": "{}",
            "rows_accepted": len(lines), "rows_refused": 0, "breaches": 0, "remarks": 0,
        }
        for school, lines in rows.items()
    ]  # fmt: skip
    texts = ["sheet", "column", "value", "rule", "message_zh", "message_en"]
    empty = {"school_id": pl.Int64, "sheet_row": pl.Int64, **dict.fromkeys(texts, pl.String)}
    return Batch(
        form=form, year=year, rows=frame(form, rows), submissions=pl.DataFrame(submissions),
        rejections=pl.DataFrame(schema={**empty, **dict.fromkeys(["todo_zh", "todo_en", "cells"], pl.String)}),
        findings=pl.DataFrame(schema={**empty, **dict.fromkeys(["answer", "law", "explanation"], pl.String)}),
        **{"received_at": NOW, "received_by": "test", **options},
    )  # fmt: skip


def students(**cells: int) -> list[dict[str, Any]]:
    """Enrolment rows: grade 1, 2, 3 of nursing, boys and girls: students(g1=.., g2=.., g3=..)."""
    return [
        {"specialty": "720201", "grade": grade, "sex": "2", "students": n,
         "entrants": n if grade == "1" else 0, "graduates": n if grade == "3" else 0}
        for grade, n in zip("123", (cells.get("g1", 0), cells.get("g2", 0), cells.get("g3", 0)), strict=True)
    ]  # fmt: skip
