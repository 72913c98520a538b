"""Tables of the entrance: sessions, failed attempts, passwords of before, recovery codes, sign-ins of other institutions.

The web role reaches them one login at a time: `name` says in a transaction whose they are, and row security holds it to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from warehouse.columns import moment, text_column
from warehouse.tables import metadata

if TYPE_CHECKING:
    from warehouse.store import Writer

DEMO = "demo"  # created_by of the accounts that come with synthetic data


password_history = sa.Table(
    "password_history", metadata,
    sa.Column("history_id", sa.BigInteger, sa.Identity(), primary_key=True),
    text_column("login"),
    text_column("password_hash"),
    moment("set_at"),
    sa.Index("ix_password_history_login", "login"),
    comment="历史密码",
)  # fmt: skip

session = sa.Table(
    "session", metadata,
    sa.Column("key", sa.Text, primary_key=True, comment="hash of the token"),
    text_column("login"),
    text_column("stamp", comment="of the password it was opened with"),
    moment("started_at"),
    moment("seen_at"),
    moment("ended_at", nullable=True),
    text_column("address"),
    text_column("agent", comment="browser and system in two words"),
    sa.Index("ix_session_login", "login"),
    comment="会话",
)  # fmt: skip

knock = sa.Table(
    "knock", metadata,
    sa.Column("login", sa.Text, primary_key=True, comment="as typed, known or not"),
    sa.Column("failed", sa.SmallInteger, nullable=False),
    moment("at"),
    moment("locked_until", nullable=True),
    sa.Column("path", ARRAY(sa.Integer), nullable=False, server_default="{}"),
    comment="登录失败与锁定",
)  # fmt: skip

recovery_code = sa.Table(
    "recovery_code", metadata,
    sa.Column("login", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True, comment="its keyed hash"),
    moment("used_at", nullable=True),
    comment="恢复码",
)  # fmt: skip

identity = sa.Table(
    "identity", metadata,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    text_column("login"),
    moment("linked_at"),
    sa.Index("ix_identity_login", "login"),
    comment="外部登录与账号的对应",
)  # fmt: skip


def name(writer: Writer, login: str, **settings: str) -> None:
    """Say for this transaction whose rows it is about; `settings` are the key of a session or a subject."""
    said = {"login": login, **settings}
    writer.run(sa.select(*(sa.func.set_config(f"app.{n}", v, sa.true()) for n, v in said.items())))
