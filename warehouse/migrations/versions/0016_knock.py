"""Old attempts to sign in are swept by the worker alone: the web reads none but a security administrator's and its own.

Revision: 0016
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

STALE = (
    "CREATE POLICY {name} ON knock FOR {what} TO zhijian_web USING (at < now() - interval '1 day')"
)


def upgrade() -> None:
    op.execute("DROP POLICY stale_seen ON knock")
    op.execute("DROP POLICY stale_swept ON knock")


def downgrade() -> None:
    op.execute(STALE.format(name="stale_seen", what="SELECT"))
    op.execute(STALE.format(name="stale_swept", what="DELETE"))
