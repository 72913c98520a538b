"""Drafts of forms, written by the statistician of the school itself and read by nobody else.

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from warehouse import security

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "rows",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="json: a list of rows, column name to text",
        ),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column(
            "after",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="the newest submission when it was saved",
        ),
        sa.PrimaryKeyConstraint("form", "year", "school_id", "version", name=op.f("draft_pkey")),
        comment="填报草稿",
    )
    for statement in security.secure_draft():
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("draft")
