"""What a release withholds is decided in a queue of its own: no file that somebody waits for stands behind it.

Revision: 0055
"""

from importlib import import_module

from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

QUEUE_OF_A_KIND = (
    "CASE wanted_kind WHEN 'fusion_pull' THEN 'pull' WHEN 'subscription' THEN 'file' WHEN 'large_table' THEN 'file' "
    "WHEN 'release_patterns' THEN 'release' ELSE 'work' END"
)


def upgrade() -> None:
    pulls = import_module("warehouse.migrations.versions.0027_pulls")
    op.execute(pulls.defer_job(QUEUE_OF_A_KIND))


def downgrade() -> None:
    pulls, patterns = (import_module(f"warehouse.migrations.versions.{name}") for name in ("0027_pulls", "0053_patterns"))  # fmt: skip
    op.execute(pulls.defer_job(patterns.QUEUE_OF_A_KIND))
    op.execute("UPDATE queue.procrastinate_jobs SET queue_name = 'file' WHERE queue_name = 'release'")  # fmt: skip
