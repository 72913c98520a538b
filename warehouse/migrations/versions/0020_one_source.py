"""Student flow and school register no longer ask for what other forms say: entrants, graduates, this year's students; classes.

What was typed there twice stays in the files that were handed in.

Revision: 0020
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

DOUBLES = (("flow", "entered"), ("flow", "graduated"), ("flow", "end"), ("register", "classes"))


def upgrade() -> None:
    for form, name in DOUBLES:
        op.drop_column(f"fact_{form}", name)
        for part in ("", "__first", "__second"):
            op.drop_column(f"rollup_{form}", f"{name}{part}")
