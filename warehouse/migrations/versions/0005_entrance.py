"""The entrance: what an account says of its sign-in; sessions, failed attempts, passwords of before, recovery codes, identities.

Revision: 0005
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from warehouse import security

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OWN = security.OWN_LOGIN
READER = "login = nullif(current_setting('app.reader', true), '')"
BELOW = (
    "(coalesce(current_setting('app.nation', true), '') <> ''"
    " OR path && nullif(current_setting('app.scope', true), '')::int[]"
    " OR path && nullif(current_setting('app.region', true), '')::int[])"
)
OFFICE = f"coalesce(current_setting('app.reader', true), '') <> '' AND current_setting('app.office', true) = 'security_admin' AND {BELOW}"
NAMED = "key = nullif(current_setting('app.session', true), '')"
SUBJECT = "issuer || ' ' || subject = nullif(current_setting('app.subject', true), '')"

# A sign-in changes these columns of the account it names, and no other.
ACCOUNT = f"""
CREATE POLICY own_sign_in ON account FOR UPDATE TO zhijian_web USING ({OWN}) WITH CHECK ({OWN});
GRANT UPDATE (password_hash, password_set_at, must_change, totp_secret, totp_step, last_sign_in) ON account TO zhijian_web;
"""
# The accounts of a warehouse with synthetic data came with them.
DEMO = "UPDATE account SET created_by = 'demo' WHERE EXISTS (SELECT FROM setting WHERE name = 'synthetic')"
# A request sees the session whose hash it names; a signed-in reader also lists and ends one's own.
SESSION = f"""
CREATE POLICY named ON session FOR SELECT TO zhijian_web USING ({NAMED} OR {READER});
CREATE POLICY opened ON session FOR INSERT TO zhijian_web WITH CHECK ({OWN} AND {NAMED});
CREATE POLICY ended ON session FOR UPDATE TO zhijian_web USING ({NAMED} OR {READER}) WITH CHECK ({NAMED} OR {READER});
GRANT SELECT, INSERT, UPDATE (seen_at, ended_at) ON session TO zhijian_web;
"""
# Security administrators see and lift locks below their place; what is a day old is anybody's to sweep.
KNOCK = f"""
CREATE POLICY security_administrators ON knock FOR SELECT TO zhijian_web USING ({OFFICE});
CREATE POLICY unlocked ON knock FOR DELETE TO zhijian_web USING ({OFFICE});
CREATE POLICY stale_seen ON knock FOR SELECT TO zhijian_web USING (at < now() - interval '1 day');
CREATE POLICY stale_swept ON knock FOR DELETE TO zhijian_web USING (at < now() - interval '1 day');
"""
IDENTITY = f"""
CREATE POLICY named ON identity FOR SELECT TO zhijian_web USING ({SUBJECT} OR {READER});
CREATE POLICY linked ON identity FOR INSERT TO zhijian_web WITH CHECK ({READER});
CREATE POLICY unlinked ON identity FOR DELETE TO zhijian_web USING ({READER});
GRANT SELECT, INSERT, DELETE ON identity TO zhijian_web;
"""
TO_WORKER = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON {table} TO zhijian_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zhijian_worker;
"""


def upgrade() -> None:
    widen_account()
    create_tables()
    op.execute(ACCOUNT)
    op.execute(DEMO)
    for table in ("password_history", "knock", "recovery_code"):
        for statement in security.secure_own(table):
            op.execute(statement)
    for table in ("session", "identity"):
        op.execute(TO_WORKER.format(table=table))
    for block in (SESSION, KNOCK, IDENTITY):
        op.execute(block)


def widen_account() -> None:
    """Columns of sign-in; whoever has an account already keeps the password, which counts from today."""
    moment = sa.DateTime(timezone=True)
    columns: list[sa.Column[Any]] = [
        sa.Column("person", sa.Text(), comment="key of the person behind it"),
        sa.Column("created_by", sa.Text(), nullable=False, server_default="", comment="login, or demo"),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_until", sa.Date(), comment="its last day"),
        sa.Column("is_suspended", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false(),
                  comment="the password, at the next sign-in"),
        sa.Column("password_set_at", moment, nullable=False, server_default=sa.func.now()),
        sa.Column("totp_secret", sa.Text(), comment="sealed; empty without a second factor"),
        sa.Column("totp_step", sa.BigInteger(), comment="time step of the last code used"),
        sa.Column("last_sign_in", moment),
    ]  # fmt: skip
    for column in columns:
        op.add_column("account", column)


def create_tables() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "password_history",
        sa.Column("history_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("set_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("history_id", name=op.f("password_history_pkey")),
        comment="历史密码",
    )
    op.create_index("ix_password_history_login", "password_history", ["login"])
    op.create_table(
        "session",
        sa.Column("key", sa.Text(), nullable=False, comment="hash of the token"),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False, comment="of the password it was opened with"),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False, comment="browser and system in two words"),
        sa.PrimaryKeyConstraint("key", name=op.f("session_pkey")),
        comment="会话",
    )
    op.create_index("ix_session_login", "session", ["login"])
    op.create_table(
        "knock",
        sa.Column("login", sa.Text(), nullable=False, comment="as typed, known or not"),
        sa.Column("failed", sa.SmallInteger(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("locked_until", moment, nullable=True),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("knock_pkey")),
        comment="登录失败与锁定",
    )
    op.create_table(
        "recovery_code",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="its keyed hash"),
        sa.Column("used_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("login", "code", name=op.f("recovery_code_pkey")),
        comment="恢复码",
    )
    op.create_table(
        "identity",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("linked_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("identity_pkey")),
        comment="外部登录与账号的对应",
    )
    op.create_index("ix_identity_login", "identity", ["login"])
