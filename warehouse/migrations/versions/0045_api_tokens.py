"""Tokens by which programs read for an account.

Revision: 0045
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from warehouse import security

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

OWN = security.OWN_LOGIN
READER = "login = nullif(current_setting('app.reader', true), '')"
NAMED = "key = nullif(current_setting('app.token', true), '')"

# A request sees the token whose hash it names; a signed-in reader lists and revokes one's own. Nothing else of one is ever changed.
SECURED = f"""
ALTER TABLE api_token ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON api_token TO zhijian_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON api_token TO zhijian_worker;
CREATE POLICY named ON api_token FOR SELECT TO zhijian_web USING ({NAMED} OR {READER});
CREATE POLICY made ON api_token FOR INSERT TO zhijian_web WITH CHECK ({OWN} AND {NAMED});
CREATE POLICY ended ON api_token FOR UPDATE TO zhijian_web USING ({NAMED} OR {READER}) WITH CHECK ({NAMED} OR {READER});
GRANT SELECT, INSERT, UPDATE (used_at, revoked_at) ON api_token TO zhijian_web;
"""


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "api_token",
        sa.Column("token_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="hash of the token"),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False, comment="of the password it was made under"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("used_at", moment, nullable=True),
        sa.Column("revoked_at", moment, nullable=True),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name="api_token_name"),
        sa.CheckConstraint("expires_at > made_at AND expires_at <= made_at + interval '366 days'", name="api_token_year"),
        sa.CheckConstraint("cardinality(scopes) BETWEEN 1 AND 8", name="api_token_scopes"),
        sa.PrimaryKeyConstraint("token_id", name=op.f("api_token_pkey")),
        sa.UniqueConstraint("key"),
        comment="程序接口令牌",
    )  # fmt: skip
    op.create_index("ix_api_token_login", "api_token", ["login"])
    op.execute(SECURED)
