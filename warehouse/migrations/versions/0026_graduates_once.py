"""Destinations no longer ask for the graduates of each specialty: students by specialty has them.

What was typed there twice stays in the files that were handed in.

Revision: 0026
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("fact_destination", "graduates")
    for part in ("", "__first", "__second"):
        op.drop_column("rollup_destination", f"graduates{part}")
