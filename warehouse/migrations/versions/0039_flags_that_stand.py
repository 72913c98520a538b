"""A flag that stands as it is found is not written again: a digest tells so, and which round looked last is told by the school's own load number.

Revision: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # 0 is the digest of nothing: the next round writes each flag once
    op.add_column("flag", sa.Column("digest", sa.BigInteger(), nullable=False, server_default="0", comment="of what is said: a flag that says the same is not written again"))  # fmt: skip
    op.alter_column("flag", "digest", server_default=None)
    op.drop_column("flag", "last_round")


def downgrade() -> None:
    op.add_column("flag", sa.Column("last_round", sa.BigInteger(), comment="the newest that found it"))  # fmt: skip
    op.execute("UPDATE flag SET last_round = coalesce(gone_round, (SELECT max(round_id) FROM review_round))")  # fmt: skip
    op.alter_column("flag", "last_round", nullable=False)
    op.drop_column("flag", "digest")
