"""A load's number is written where the one before stands: pages of `load` are left half empty.

Every load numbers each of its places anew. On a full page the new line goes to another one and into the index; beside the old one it does neither.

Revision: 0057
"""

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE load SET (fillfactor = 45)")


def downgrade() -> None:
    op.execute("ALTER TABLE load RESET (fillfactor)")
