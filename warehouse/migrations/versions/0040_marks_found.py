"""A school is found by its mark without looking at every place: a school's page seeks thirty of them. And of rollups one condition is asked, not two.

Revision: 0040
"""

from alembic import op

from warehouse import security
from warehouse.roles import WEB

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

# What `school_mark` is, written out: whoever adds a place has no right to that function, and needs none.
BY_MARK = "CREATE INDEX ix_place_mark ON place (hashint4extended(place_id, 29)) WHERE rung = 4"
OF_ROLLUPS = f"""
DO $$
DECLARE rollup text;
BEGIN
  FOR rollup IN SELECT tablename FROM pg_policies WHERE policyname = 'aggregates' AND tablename LIKE 'rollup\\_%' LOOP
    EXECUTE format('DROP POLICY IF EXISTS nation ON %I', rollup);
    EXECUTE format('ALTER POLICY aggregates ON %I USING (%s)', rollup, $q${security.AGGREGATES}$q$);
  END LOOP;
END $$;
"""  # noqa: S608 - made of constants
# As they stood before.
SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
BELOW, BESIDE, SEEN = (f"nullif(current_setting('app.{name}', true), '')::int[]" for name in ("scope", "published", "region"))  # fmt: skip
NATION = "current_setting('app.nation', true)"
TWO = f"""
DO $$
DECLARE rollup text;
BEGIN
  FOR rollup IN SELECT tablename FROM pg_policies WHERE policyname = 'aggregates' AND tablename LIKE 'rollup\\_%' LOOP
    EXECUTE format('ALTER POLICY aggregates ON %I USING (%s)', rollup,
      $q${SIGNED} AND (path && {BELOW} OR (rung < 4 AND (place_id = ANY ({BESIDE}) OR path && {SEEN})))$q$);
    EXECUTE format('CREATE POLICY nation ON %I FOR SELECT TO {WEB} USING (%s)', rollup,
      $q${SIGNED} AND ({NATION} = 'records' OR (rung < 4 AND {NATION} = 'published'))$q$);
  END LOOP;
END $$;
"""  # noqa: S608 - made of constants


def upgrade() -> None:
    op.execute(BY_MARK)
    op.execute(OF_ROLLUPS)


def downgrade() -> None:
    op.execute(TWO)
    op.drop_index("ix_place_mark", "place")
