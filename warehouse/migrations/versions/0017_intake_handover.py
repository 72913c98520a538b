"""Files that wait to be taken in are open work too: they go along when their sender's work is handed over.

Revision: 0017
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO open_work VALUES ('intake', 'owner', 'submission_id IS NULL', '待入库文件', 'files not yet taken in')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM open_work WHERE name = 'intake'")
