"""Holidays can be loaded, and each form has its own day by which it is on time.

Revision: 0019
"""

import sqlalchemy as sa
from alembic import op

from warehouse import security

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("is_workday", sa.Boolean, nullable=False),
        sa.Column("name_zh", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False, comment="the announcement it rests on"),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        comment="节假日与调休",
    )
    for statement in security.secure_open("holiday"):
        op.execute(statement)
    op.execute("DROP FUNCTION IF EXISTS submission_counts(int, int, timestamptz)")
    op.execute(security.COUNTS)


def downgrade() -> None:
    op.drop_table("holiday")
