"""Counts of forms and submissions by place: the policy is asked once for a place, not for each of its rows.

Revision: 0018
"""

from alembic import op

from warehouse import security

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(security.COUNTS)
