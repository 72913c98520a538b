"""Flags that a round did not find any more are counted without looking at all that ever were.

Revision: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "flag_gone", "flag", ["year", "gone_round"], postgresql_where=sa.text("gone_round IS NOT NULL")
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("flag_gone", "flag")
