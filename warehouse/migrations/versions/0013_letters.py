"""Letters by e-mail: where readers wish to have them, and those that wait to be sent; who was reminded of what.

Revision: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

READER = "login = nullif(current_setting('app.reader', true), '')"
GRANTS = f"""
ALTER TABLE mailbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON mailbox TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY own ON mailbox TO zhijian_web USING ({READER}) WITH CHECK ({READER});
GRANT SELECT, INSERT, UPDATE, DELETE ON mailbox TO zhijian_worker, zhijian_web;
ALTER TABLE letter ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON letter TO zhijian_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON letter TO zhijian_worker;
ALTER TABLE clock_call ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON clock_call TO zhijian_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON clock_call TO zhijian_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO zhijian_worker;
"""


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "mailbox",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="sealed"),
        sa.Column("set_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["login"], ["account.login"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("login", name=op.f("mailbox_pkey")),
        comment="通知邮箱",
    )
    op.create_table(
        "letter",
        sa.Column("letter_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("next_at", moment, nullable=False),
        sa.Column("sent_at", moment, nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("letter_pkey")),
        comment="待发邮件",
    )
    op.create_index("ix_letter_login_made_at", "letter", ["login", "made_at"])
    op.create_index(
        "ix_letter_waiting", "letter", ["next_at"], postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_table(
        "clock_call",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", moment, server_default=sa.func.clock_timestamp(), nullable=False),
        sa.PrimaryKeyConstraint(
            "place_id", "actor", "kind", "since", "step", name=op.f("clock_call_pkey")
        ),
        comment="定时催报与督办",
    )
    op.execute(GRANTS)
