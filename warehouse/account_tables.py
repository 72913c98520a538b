"""Tables beside `account`: invitations, the steps of an account's life, workbooks of new accounts, rosters of units."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from warehouse.columns import moment, text_column
from warehouse.tables import metadata


def _login() -> sa.Column[str]:
    """What belongs to an account goes with it."""
    return sa.Column("login", sa.Text, sa.ForeignKey("account.login", ondelete="CASCADE"), nullable=False)  # fmt: skip


def _path() -> sa.Column[object]:
    return sa.Column("path", ARRAY(sa.Integer), nullable=False, server_default="{}")


def _now(name: str) -> sa.Column[datetime]:
    return moment(name, server_default=sa.func.now())


invitation = sa.Table(
    "invitation", metadata,
    sa.Column("invitation_id", sa.BigInteger, sa.Identity(), primary_key=True),
    _login(),
    text_column("code_hash"),
    text_column("created_by"),
    _now("created_at"),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now() + interval '14 days'")),
    sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0", comment="wrong codes"),
    moment("used_at", nullable=True),
    moment("revoked_at", nullable=True),
    _path(),
    sa.Index("ix_invitation_login", "login"),
    comment="账号邀请",
)  # fmt: skip

account_step = sa.Table(
    "account_step", metadata,
    sa.Column("step_id", sa.BigInteger, sa.Identity(), primary_key=True),
    _login(),
    _now("at"),
    text_column("by"),
    text_column("step"),
    text_column("detail", server_default=""),
    _path(),
    sa.Index("ix_account_step_login", "login"),
    comment="账号的经历",
)  # fmt: skip

account_batch = sa.Table(
    "account_batch", metadata,
    sa.Column("batch_id", sa.BigInteger, sa.Identity(), primary_key=True),
    text_column("login"),
    _now("at"),
    text_column("file_name"),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("made", ARRAY(sa.Text), nullable=False, comment="logins; none where something was wrong"),
    sa.Column("faults", JSONB, nullable=False),
    sa.Index("ix_account_batch_login", "login"),
    comment="批量建号",
)  # fmt: skip

roster = sa.Table(
    "roster", metadata,
    sa.Column("member_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("place_id", sa.Integer, nullable=False),
    text_column("part", comment="contact, chair, deputy or member"),
    text_column("name"),
    text_column("title"),
    text_column("phone", comment="sealed"),
    text_column("email", comment="sealed"),
    text_column("kept_by"),
    _now("kept_at"),
    _path(),
    sa.Index("ix_roster_place_id", "place_id"),
    comment="联系人与工作专班",
)  # fmt: skip

open_work = sa.Table(
    "open_work", metadata,
    sa.Column("name", sa.Text, primary_key=True, comment="of the table"),
    text_column("login_column"),
    text_column("is_open", comment="condition in SQL"),
    text_column("words_zh"),
    text_column("words_en"),
    comment="哪些表记有未完成的工作",
)  # fmt: skip
