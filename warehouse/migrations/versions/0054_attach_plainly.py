"""Attaching a partition counts nothing: what is offered where in a year filled beside the others is counted by whoever fills it.

Revision: 0054
"""

from alembic import op

from warehouse import security

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

# As 0038 had it.
COUNTED = """
CREATE OR REPLACE FUNCTION attach_partition(parent text, y int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM assert_partitioned(parent);
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, parent || '_' || y, y);
  IF parent = 'rollup_enrolment' THEN PERFORM recount_specialties(y); END IF;
END $$;
"""


def upgrade() -> None:
    op.execute(security.PARTITIONS)


def downgrade() -> None:
    op.execute(COUNTED)
