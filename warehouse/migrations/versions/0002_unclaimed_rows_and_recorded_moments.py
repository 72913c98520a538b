"""Refused rows that no unit claims, and the moment at which a submission was recorded.

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from warehouse import security

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unclaimed",
        sa.Column("unclaimed_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("sheet_row", sa.Integer(), nullable=False),
        sa.Column("school_code", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("message_zh", sa.Text(), nullable=True),
        sa.Column("message_en", sa.Text(), nullable=True),
        sa.Column("todo_zh", sa.Text(), nullable=True),
        sa.Column("todo_en", sa.Text(), nullable=True),
        sa.Column("cells", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.func.now(),
            nullable=False,
        ),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("unclaimed_id", name=op.f("unclaimed_pkey")),
        sa.UniqueConstraint(
            "form", "year", "file_hash", "file_name", "sheet", "sheet_row", name="unclaimed_once"
        ),
        comment="退回的无主行：标识码不在应报名录",
    )
    for statement in security.secure("unclaimed"):
        op.execute(statement)
    op.add_column(
        "submission",
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.func.now(),
            nullable=False,
        ),
    )
    # What came before this column was recorded with its load; where nothing was accepted, when it was received.
    op.execute(
        "UPDATE submission s SET recorded_at = coalesce((SELECT l.recorded_at FROM load_log l "
        "WHERE l.form = s.form AND l.number = s.first_load), s.received_at)"
    )
