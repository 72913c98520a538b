"""Subscriptions and the files kept for readers; work on files has a queue of its own.

Revision: 0046
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

OWN = "coalesce(current_setting('app.reader', true), '') <> '' AND login = current_setting('app.reader', true)"
SECURED = f"""
ALTER TABLE subscription ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON subscription TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY own ON subscription TO zhijian_web USING ({OWN}) WITH CHECK ({OWN});
GRANT SELECT, INSERT, UPDATE ON subscription TO zhijian_web, zhijian_worker;
GRANT DELETE ON subscription TO zhijian_worker;
GRANT USAGE ON SEQUENCE subscription_subscription_id_seq TO zhijian_worker;
ALTER TABLE kept_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON kept_file TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY own ON kept_file TO zhijian_web USING ({OWN}) WITH CHECK ({OWN});
GRANT SELECT, INSERT, DELETE ON kept_file TO zhijian_web, zhijian_worker;
GRANT USAGE ON SEQUENCE kept_file_file_id_seq TO zhijian_worker;
"""
# A table of two million cells keeps no school's file waiting.
QUEUE_OF_A_KIND = (
    "CASE wanted_kind WHEN 'fusion_pull' THEN 'pull' WHEN 'subscription' THEN 'file' WHEN 'large_table' THEN 'file' ELSE 'work' END"
)  # fmt: skip


def text(name: str, comment: str | None = None, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, comment=comment, server_default=default)


def moment(name: str, comment: str | None = None, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, comment=comment)


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("subscription_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        text("login", "whose it is"), text("name"), text("kind", "of the document"),
        text("address", "what is read each time, without language and moment"), text("lang"), text("format"), text("rhythm"),
        sa.Column("day", sa.SmallInteger(), nullable=False, comment="of the week from 1, or of the month; 0 for none"),
        sa.Column("newest_year", sa.SmallInteger(), nullable=False, comment="the newest year when it was made: years move with it; 0, they stay"),
        moment("made_at", nullable=False), moment("next_at"), moment("heard_at", "up to when events have been heard", nullable=False), moment("paused_at"),
        *(text(name, "why it was paused, if not by its owner", "") for name in ("why_zh", "why_en")),
        moment("ended_at"), moment("last_due"), moment("last_at"), moment("sent_at", "when the last file was made"),
        text("last_result", default=""), text("figures", "hash of the figures last sent", ""),
        sa.Column("job_id", sa.BigInteger(), nullable=True, comment="its newest job"),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 120", name="subscription_name"),
        sa.CheckConstraint("length(address) BETWEEN 1 AND 4000", name="subscription_address"),
        sa.CheckConstraint("rhythm IN ('daily', 'weekly', 'monthly', 'release')", name="subscription_rhythm"),
        sa.CheckConstraint("last_result IN ('', 'sent', 'unchanged')", name="subscription_last_result"),
        sa.PrimaryKeyConstraint("subscription_id", name=op.f("subscription_pkey")),
        comment="订阅",
    )  # fmt: skip
    op.create_index("ix_subscription_login", "subscription", ["login"])
    op.create_index("ix_subscription_next_at", "subscription", ["next_at"], postgresql_where=sa.text("paused_at IS NULL AND ended_at IS NULL"))  # fmt: skip
    create_files()
    op.execute(SECURED)
    pulls = import_module("warehouse.migrations.versions.0027_pulls")
    op.execute(pulls.defer_job(QUEUE_OF_A_KIND))


def create_files() -> None:
    op.create_table(
        "kept_file",
        sa.Column("file_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        text("login", "whose it is"), text("title"), text("name", "under which it is downloaded"), text("media"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        text("figures", "hash of the figures in it"), text("file_hash", "SHA-256 of the file"), text("sealed"),
        sa.Column("subscription_id", sa.BigInteger(), nullable=True, comment="which it was made for, if one"),
        moment("due_at", "at which moment of the subscription"),
        sa.Column("job_id", sa.BigInteger(), nullable=False, comment="that made it"),
        moment("made_at", nullable=False), moment("until", nullable=False),
        sa.CheckConstraint("size BETWEEN 1 AND 60000000", name="kept_file_size"),
        sa.PrimaryKeyConstraint("file_id", name=op.f("kept_file_pkey")),
        comment="为读者保存的文件",
    )  # fmt: skip
    op.create_index("ix_kept_file_login", "kept_file", ["login", "made_at"])
    op.create_index("ix_kept_file_until", "kept_file", ["until"])
    op.create_index("kept_file_once", "kept_file", ["job_id"], unique=True)
