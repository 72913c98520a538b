"""The day on which an event in the life of a unit took effect.

Revision: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "the day it took effect, where the administration says it"
    op.add_column("unit_event", sa.Column("day", sa.Date(), comment=comment))


def downgrade() -> None:
    op.drop_column("unit_event", "day")
