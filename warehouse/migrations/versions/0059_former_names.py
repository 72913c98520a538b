"""Under which name a place was known at a moment: what it was called before is kept when it is renamed.

Revision: 0059
"""

import sqlalchemy as sa
from alembic import op

from warehouse import security

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_name",
        sa.Column("place_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="when another name was recorded, by the database's clock"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name_zh", "short_zh", "name_en")),
        sa.PrimaryKeyConstraint("place_id", "until", name=op.f("former_name_pkey")),
        comment="更名前的名称",
    )  # fmt: skip
    for statement in security.secure_open("former_name"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("former_name")
