"""The record of provinces with systems of their own: what each applied for, what was measured, what was decided. Lines are only ever added."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from warehouse.columns import moment, text_column
from warehouse.tables import metadata

fusion_step = sa.Table(
    "fusion_step", metadata,
    sa.Column("step_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("place_id", sa.Integer, nullable=False),
    text_column("deed"),
    text_column("system"),
    sa.Column("since", sa.Date, nullable=False, comment="since when the system runs"),
    text_column("office"),
    sa.Column("forms", ARRAY(sa.Text), nullable=False),
    text_column("adapter", comment="the declaration, as it was attached"),
    text_column("reason"),
    sa.Column("measured", JSONB, comment="conformity, as it was measured; null where nothing was"),
    text_column("content_hash"),
    sa.Column("follows", sa.BigInteger, sa.ForeignKey("fusion_step.step_id")),
    text_column("done_by"),
    text_column("done_role"),
    moment("done_at"),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    sa.CheckConstraint("deed IN ('apply', 'withdraw', 'examine', 'approve', 'return')", name="fusion_step_deed"),
    sa.CheckConstraint("(deed IN ('examine', 'approve')) <= (measured IS NOT NULL)", name="fusion_step_measured"),
    sa.CheckConstraint("length(adapter) <= 60000 AND length(reason) <= 1000", name="fusion_step_length"),
    sa.Index("fusion_step_follows_once", "place_id", "follows", unique=True, postgresql_nulls_not_distinct=True),
    comment="自建系统融合记录",
)  # fmt: skip
