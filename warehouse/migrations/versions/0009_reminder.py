"""Reminders: who was reminded of what is overdue, at most once a day. What waits follows a unit to other places.

Revision: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from warehouse import security

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

IN_SCOPE = (
    "(coalesce(path && nullif(current_setting('app.scope', true), '')::int[], false) "
    "OR current_setting('app.nation', true) = 'records')"
)


def upgrade() -> None:
    # A unit may get other places above it; its old steps then waited at places that are not above it any more.
    op.execute("ALTER TABLE step DROP CONSTRAINT step_waits_above")
    op.create_table(
        "reminder",
        sa.Column("place_id", sa.Integer(), nullable=False, comment="who was reminded"),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("place_id", "year", "day", name=op.f("reminder_pkey")),
        comment="催报",
    )
    for statement in security.secure_facts("reminder"):
        op.execute(statement)
    op.execute(
        "CREATE POLICY reminders_of_readers ON reminder FOR INSERT TO zhijian_web "
        f"WITH CHECK (login = current_setting('app.reader', true) AND {IN_SCOPE})"
    )
    op.execute("GRANT INSERT ON reminder TO zhijian_web")


def downgrade() -> None:
    op.execute(
        "ALTER TABLE step ADD CONSTRAINT step_waits_above CHECK (waits_at IS NULL OR waits_at = ANY (path)) NOT VALID"
    )
    op.drop_table("reminder")
