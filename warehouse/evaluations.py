"""The published record of rules and models: evaluations as they were reported, and what closed cases confirmed, rule by rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from warehouse.case_rules import CONFIRMED, Code, State
from warehouse.case_tables import case_file
from warehouse.columns import moment, text_column
from warehouse.store import Reader, Writer
from warehouse.tables import metadata

evaluation = sa.Table(
    "evaluation", metadata,
    sa.Column("evaluation_id", sa.BigInteger, sa.Identity(), primary_key=True),
    moment("made_at"),
    text_column("command", comment="what was run"),
    sa.Column("report", JSONB, nullable=False, comment="by language: what was judged, and tables of texts"),
    sa.Column("figures", JSONB, nullable=False, comment="the same in full"),
    comment="规则与模型的评估",
)  # fmt: skip
_CLOSED = sa.text("SELECT * FROM closed_cases() ORDER BY closed DESC, rule")
LABELS = pl.Schema({
    "judgement": pl.String, "rule": pl.String, "school_id": pl.Int64, "year": pl.Int64, "province": pl.Int64, "weight": pl.Float64,
    "is_right": pl.Boolean, "is_false_alarm": pl.Boolean,
})  # fmt: skip
FEWEST = 10  # closed cases before a rule is judged by them
LEAST = 0.5  # confirmed: a rule with less is put up for review


class Made(NamedTuple):
    """One evaluation. `report`: language -> {"about": lines, "tables": [{key, title, heads, rows}]}."""

    made_at: datetime
    command: str
    report: Mapping[str, Any]
    figures: Mapping[str, Any]


class Closed(NamedTuple):
    """What closed cases say of one rule: `confirmed` were right, `false` false alarms, the others true or told otherwise."""

    judgement: str
    rule: str
    closed: int
    confirmed: int
    false: int

    @property
    def share(self) -> float:
        return self.confirmed / self.closed

    @property
    def is_for_review(self) -> bool:
        """Confirmed in fewer than half of its closed cases, where these are enough to judge by."""
        return self.closed >= FEWEST and self.share < LEAST


def keep(writer: Writer, made: Made) -> None:
    """Write an evaluation down; those before it stay."""
    writer.run(sa.insert(evaluation).values(**made._asdict()))


def newest(reader: Reader) -> Made | None:
    return next(iter(made_of_late(reader, 1)), None)


def made_of_late(reader: Reader, most: int = 2) -> list[Made]:
    """The newest evaluations, the newest first."""
    c = evaluation.c
    asked = sa.select(c.made_at, c.command, c.report, c.figures)
    return [Made(*row) for row in reader.rows(asked.order_by(c.evaluation_id.desc()).limit(most))]


def closed_cases(reader: Reader) -> Sequence[Closed]:
    """Of the whole nation: counts by rule, which name nobody."""
    return [Closed(*row) for row in reader.rows(_CLOSED)]


def labels(reader: Reader) -> pl.DataFrame:
    """Rows of LABELS: every closed case with what people found, and the weight its flag had when it was dispatched."""
    c = case_file.c
    codes = [each.value for each in CONFIRMED]
    found = sa.select(
        c.judgement, c.rule, c.school_id, c.year, c.path[1].label("province"), c.weight,
        c.code.in_(codes).label("is_right"), (c.code == Code.FALSE_ALARM.value).label("is_false_alarm"),
    ).where(c.state == State.CLOSED.value).order_by(c.case_id)  # fmt: skip
    return reader.frame(found).cast(LABELS)
