"""The tables of the roll-out: what provinces file of themselves, and their signed monthly reports. Lines are only ever added."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from warehouse.columns import moment, text_column
from warehouse.tables import metadata

rollout_filing = sa.Table(
    "rollout_filing", metadata,
    sa.Column("filing_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("place_id", sa.Integer, nullable=False),
    text_column("item"),
    sa.Column("day", sa.Date, comment="null: taken back"),
    sa.Column("number", sa.BigInteger),
    text_column("choice"),
    text_column("words"),
    sa.Column("replaces", sa.BigInteger, sa.ForeignKey("rollout_filing.filing_id")),
    text_column("filed_by"),
    moment("filed_at"),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    sa.CheckConstraint("number >= 0", name="rollout_filing_number"),
    sa.CheckConstraint("length(words) <= 200", name="rollout_filing_words"),
    sa.Index("rollout_filing_replaced_once", "replaces", unique=True),
    sa.Index("ix_rollout_filing_place_id", "place_id"),
    comment="推进工作填报",
)  # fmt: skip

rollout_report = sa.Table(
    "rollout_report", metadata,
    sa.Column("place_id", sa.Integer, nullable=False),
    sa.Column("month", sa.Date, nullable=False, comment="its first day"),
    sa.Column("revision", sa.SmallInteger, nullable=False),
    sa.Column("figures", JSONB, nullable=False),
    *(text_column(name) for name in ("problems", "next_plan", "office", "contact", "content_hash", "signed_by", "signed_role")),
    moment("signed_at"),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    sa.PrimaryKeyConstraint("place_id", "month", "revision"),
    sa.CheckConstraint("revision >= 1", name="rollout_report_revision"),
    comment="建设进展情况月报表",
)  # fmt: skip
