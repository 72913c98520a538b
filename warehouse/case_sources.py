"""Where flags to be dispatched come from: what the sheets that count break, school by school and rule by rule.

A flag is read here again when it is dispatched, so nobody types the sentence of a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from warehouse.case_read import Cell
from warehouse.case_rules import Identity
from warehouse.case_tables import case_file
from warehouse.cases import Flagged
from warehouse.discovery import form as form_named
from warehouse.errors import UnknownName
from warehouse.places import NATION
from warehouse.store import Reader
from warehouse.tables import finding, submission
from warehouse.text import Text

BREACH = "breach"
_SAID = Text("《{form_zh}》{n} 行：{zh}", "{form_en}, {n} rows: {en}")
_COUNTED = (finding.c.answer == BREACH, submission.c.is_current)


def breaches(reader: Reader, place_id: int, year: int, most: int) -> list[Flagged]:
    """What schools below a place break in a year and nobody has dispatched, the most rows first."""
    below = [] if place_id == NATION else [finding.c.path.contains([place_id])]
    c = case_file.c
    has_case = sa.exists().where(
        c.judgement == BREACH, c.school_id == finding.c.school_id, c.year == finding.c.year, c.rule == _rule(), c.state != "withdrawn"
    )  # fmt: skip
    found = _grouped().where(*_COUNTED, finding.c.year == year, *below, sa.not_(has_case))
    ordered = found.order_by(
        sa.text("rows DESC"), finding.c.school_id, finding.c.form, finding.c.rule
    )
    return [_flagged(row) for row in reader.rows(ordered.limit(most))]


def flagged(reader: Reader, wanted: Sequence[Identity]) -> list[Flagged]:
    """These flags as they stand; what is not flagged (any more) is left out."""
    mine = [one for one in wanted if one.judgement == BREACH]
    keys = [sa.and_(finding.c.school_id == one.school_id, finding.c.year == one.year, _rule() == one.rule) for one in mine]  # fmt: skip
    if not keys:
        return []
    return [_flagged(row) for row in reader.rows(_grouped().where(*_COUNTED, sa.or_(*keys)))]


def _rule() -> sa.ColumnElement[str]:
    return finding.c.form + "." + finding.c.rule


def _grouped() -> sa.Select[Any]:
    return (
        sa.select(
            finding.c.school_id, finding.c.year, finding.c.form, finding.c.rule, sa.func.count().label("rows"),
            sa.func.min(finding.c.message_zh).label("zh"), sa.func.min(finding.c.message_en).label("en"),
            sa.func.array_agg(finding.c.column.distinct()).label("columns"),
        )
        .join(submission, submission.c.submission_id == finding.c.submission_id)
        .group_by(finding.c.school_id, finding.c.year, finding.c.form, finding.c.rule)
    )  # fmt: skip


def _flagged(row: Any) -> Flagged:  # noqa: ANN401 - a row of _grouped
    said = _SAID.fill(n=row.rows, zh=row.zh, en=row.en, **_titles(row.form))
    columns = [name for name in row.columns if name] or [row.rule]
    return Flagged(
        identity=Identity(BREACH, row.school_id, row.year, f"{row.form}.{row.rule}"), said=said,
        cells=tuple(Cell(row.form, name) for name in columns), weight=float(row.rows),
    )  # fmt: skip


def _titles(name: str) -> dict[str, str]:
    """The titles of a form, or its name where it is declared no more."""
    try:
        title = form_named(name).title
    except UnknownName:
        return {"form_zh": name, "form_en": name}
    return {"form_zh": title.zh, "form_en": title.en}
