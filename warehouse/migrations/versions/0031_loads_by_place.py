"""The load numbers of a place stand together: every page asks for those of its place and the places above it.

Who reads, these numbers and the unread notices are one asking.
Forms and submissions are counted by place without looking for the nation in every path, and for each form's day in a list.

Revision: 0031
"""

from alembic import op

from warehouse import security

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("load_pkey", "load")
    op.create_primary_key("load_pkey", "load", ["place_id", "form"])
    op.execute(security.COUNTS)
    op.execute(security.LOOK)
