"""Forms that are handed in by term, quarter or month: their tables end in the number of the part.

The tables themselves follow from the declarations. What schools handed in for a whole year before stays.

Revision: 0023
"""

from __future__ import annotations

from alembic import op

from warehouse import security

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(security.PARTITIONS)
