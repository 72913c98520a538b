"""A school is found by its mark without looking at every place: a school's page seeks thirty of them.

Revision: 0040
"""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

# What `school_mark` is, written out: whoever adds a place has no right to that function, and needs none.
BY_MARK = "CREATE INDEX ix_place_mark ON place (hashint4extended(place_id, 29)) WHERE rung = 4"


def upgrade() -> None:
    op.execute(BY_MARK)


def downgrade() -> None:
    op.drop_index("ix_place_mark", "place")
