"""The flow no longer asks for what students by specialty says: entrants, graduates and this year's students.

What was typed there twice stays in the files that were handed in.

Revision: 0022
"""

from alembic import op

revision = "0022"
down_revision = "0018"
branch_labels = None
depends_on = None

DOUBLES = ("entered", "graduated", "end")


def upgrade() -> None:
    for name in DOUBLES:
        op.drop_column("fact_flow", name)
        for part in ("", "__first", "__second"):
            op.drop_column("rollup_flow", f"{name}{part}")
