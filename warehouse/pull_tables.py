"""Pulls of provinces' own systems: hosts that the ministry allows, the sealed token, what was asked for and how far it is, pages that were read."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from warehouse.columns import moment, text_column
from warehouse.tables import metadata


def _number(name: str, **options: int | str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0", **options)  # type: ignore[arg-type]


fusion_host = sa.Table(
    "fusion_host", metadata,
    sa.Column("host_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("place_id", sa.Integer, nullable=False),
    text_column("host"),
    sa.Column("port", sa.Integer, nullable=False),
    sa.Column("is_internal", sa.Boolean, nullable=False, comment="may resolve to private or loopback addresses"),
    sa.Column("until", sa.Date, comment="the last day; null: until it is withdrawn"),
    text_column("allowed_by"),
    moment("allowed_at"),
    sa.Column("ended_by", sa.Text),
    moment("ended_at", nullable=True),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    sa.CheckConstraint("port BETWEEN 1 AND 65535", name="fusion_host_port"),
    sa.CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="fusion_host_ended"),
    sa.Index("fusion_host_once", "place_id", "host", "port", unique=True, postgresql_where=sa.text("ended_at IS NULL")),
    comment="允许拉取的自建系统主机",
)  # fmt: skip

fusion_token = sa.Table(
    "fusion_token", metadata,
    sa.Column("place_id", sa.Integer, primary_key=True, autoincrement=False),
    text_column("host"),
    sa.Column("port", sa.Integer, nullable=False),
    text_column("sealed", comment="opens for this province, host and port alone"),
    text_column("set_by"),
    moment("set_at"),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    comment="自建系统接口令牌（加密）",
)  # fmt: skip

fusion_pull = sa.Table(
    "fusion_pull", metadata,
    sa.Column("pull_id", sa.BigInteger, primary_key=True, autoincrement=False, comment="the number of its job"),
    sa.Column("place_id", sa.Integer, nullable=False),
    sa.Column("step_id", sa.BigInteger, sa.ForeignKey("fusion_step.step_id"), nullable=False, comment="whose adapter is used"),
    text_column("host"),
    sa.Column("port", sa.Integer, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("forms", ARRAY(sa.Text), nullable=False),
    text_column("asked_by"),
    text_column("asked_role"),
    moment("asked_at"),
    text_column("state", server_default="waiting", comment="that of its job"),
    text_column("said_zh", server_default=""),
    text_column("said_en", server_default=""),
    moment("ended_at", nullable=True),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    sa.Index("ix_fusion_pull_place_id", "place_id", "pull_id"),
    sa.Index("fusion_pull_one_open", "place_id", unique=True, postgresql_where=sa.text("state IN ('waiting', 'working')")),
    comment="自建系统拉取",
)  # fmt: skip

fusion_pull_form = sa.Table(
    "fusion_pull_form", metadata,
    sa.Column("pull_id", sa.BigInteger, sa.ForeignKey("fusion_pull.pull_id"), primary_key=True),
    sa.Column("form", sa.Text, primary_key=True),
    _number("pages"),
    _number("rows"),
    _number("total", comment="rows that the source says there are"),
    text_column("file_hash", server_default="", comment="of the package's file"),
    *(_number(name) for name in ("receipts", "accepted", "refused", "nobodys")),
    *(sa.Column(name, sa.BigInteger, comment="receipt") for name in ("first", "last")),
    moment("received_at", nullable=True),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    comment="自建系统拉取：各表进度",
)  # fmt: skip

fusion_page = sa.Table(
    "fusion_page", metadata,
    sa.Column("place_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("form", sa.Text, primary_key=True),
    sa.Column("year", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("adapter_hash", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.LargeBinary, nullable=False, comment="JSON, deflated"),
    moment("read_at", server_default=sa.func.clock_timestamp()),
    comment="自建系统拉取：已读的页",
)  # fmt: skip
