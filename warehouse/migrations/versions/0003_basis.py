"""Submitted and approved: a submission knows the load by which it was approved; partitions are filled row by row's basis.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

from warehouse import security

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission", sa.Column("approved_load", sa.BigInteger(), nullable=True))
    # Until now every accepted row counted as submitted and as approved.
    op.execute("UPDATE submission SET approved_load = first_load WHERE is_current")
    op.execute(
        "UPDATE account SET role = CASE role WHEN 'ministry' THEN 'decision_maker' WHEN 'province' THEN 'supervisor' "
        "WHEN 'county' THEN 'reviewer' WHEN 'school' THEN 'statistician' ELSE role END"
    )
    op.execute("DROP FUNCTION IF EXISTS fresh_partition(text, int)")
    for block in (security.PARTITIONS, security.GRANTS):
        op.execute(block)
