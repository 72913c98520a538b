"""What is offered at each place above the schools is kept: the layout of specialties at the nation and at provinces reads its lines, not every school's.
A percentile is told without the values it is found among, and a cell of every school is found by its member too.

Revision: 0038
"""

import sqlalchemy as sa
from alembic import op

from warehouse import kept_specialties, security

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

# Among the cells of a cut the one that is asked for: of the full-time teachers a fifth of what staff has.
BY_MEMBER = """
DO $$
DECLARE parent text;
BEGIN
  FOR parent IN SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid WHERE c.relname LIKE 'rollup\\_%' LOOP
    EXECUTE format('DROP INDEX IF EXISTS %I', 'ix_' || parent || '_schools');
    EXECUTE format('CREATE INDEX %I ON %I (cut, member, last_load) WHERE rung = 4', 'ix_' || parent || '_schools', parent);
  END LOOP;
END $$;
"""


def upgrade() -> None:
    op.create_table(
        "specialty_count",
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("basis", sa.SmallInteger(), nullable=False, comment="as asked for: 1 or 2"),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("specialty", sa.Text(), nullable=False),
        sa.Column("cells", sa.BigInteger(), nullable=False, comment="schools below that reported it"),
        sa.Column("schools", sa.BigInteger(), nullable=False, comment="of these, with students or entrants"),
        sa.Column("students", sa.BigInteger(), nullable=False),
        sa.Column("entrants", sa.BigInteger(), nullable=False),
        sa.Column("own_schools", sa.BigInteger(), nullable=False, comment="right under the place, with students"),
        sa.Column("own_students", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("year", "basis", "place_id", "specialty", name=op.f("specialty_count_pkey")),
        comment="各地各专业布点的计数",
    )  # fmt: skip
    for statement in security.secure_worker_only("specialty_count"):
        op.execute(statement)
    op.execute(kept_specialties.KEPT)
    op.execute(kept_specialties.RECOUNT)
    op.create_index(
        "ix_specialty_count_twice",
        "specialty_count",
        ["year", "basis"],
        postgresql_where=sa.text("own_schools > 1"),
    )
    op.execute(kept_specialties.ASKED)
    op.execute(security.PUBLISHED_RANKS)
    op.execute(BY_MEMBER)
