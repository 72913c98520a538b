"""Accounts of the roll-out are counted without spreading out every school's path.

Revision: 0052
"""

from alembic import op

revision = "0052"
down_revision = "0050"
branch_labels = None
depends_on = None

_ACCOUNTS = """
CREATE OR REPLACE FUNCTION rollout_accounts(here int, y int, by_then timestamptz)
RETURNS TABLE (province int, rung int, due bigint, activated bigint, ever bigint, last timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp {planned} AS $$
#variable_conflict use_column
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  RETURN QUERY
  {counted}
END $$;
"""
# Planned for the place that is asked about: below the nation an index tells what lies there. A place with units below it: what units stand under, and what that stands under.
FEWER = _ACCOUNTS.format(planned="SET plan_cache_mode = force_custom_plan", counted="""
  WITH direct AS (SELECT DISTINCT l.path_now[cardinality(l.path_now) - 1] AS place_id FROM ladder l
                  WHERE l.year = y AND l.rung = 4 AND cardinality(l.path_now) > 1 AND (here = 1 OR l.path_now @> ARRAY[here])),
  above AS (SELECT DISTINCT unnest(l.path_now) AS place_id FROM direct JOIN ladder l ON l.year = y AND l.place_id = direct.place_id),
  opened AS (SELECT a.place_id, min(a.activated_at) AS first, bool_or(a.ended_at IS NULL OR a.ended_at >= by_then) AS lasts
             FROM account a JOIN ladder l ON l.year = y AND l.place_id = a.place_id
             WHERE a.activated_at < by_then AND (l.rung = 4 OR 'system_admin' IN (a.role, a.wanted_role)) GROUP BY 1)
  SELECT l.path_now[2], l.rung::int, count(*), count(*) FILTER (WHERE p.lasts), count(p.first), max(p.first)
  FROM ladder l LEFT JOIN opened p USING (place_id)
  WHERE l.year = y AND l.rung BETWEEN 1 AND 4 AND cardinality(l.path_now) > 1 AND (here = 1 OR l.path_now @> ARRAY[here])
    AND (l.rung = 4 OR l.place_id IN (SELECT above.place_id FROM above)) GROUP BY 1, 2;""")  # fmt: skip
# As it stood before.
SPREAD = _ACCOUNTS.format(planned="", counted="""
  WITH above AS (SELECT DISTINCT unnest(l.path_now) AS place_id FROM ladder l
                 WHERE l.year = y AND l.rung = 4 AND (here = 1 OR l.path_now @> ARRAY[here])),
  owed AS (SELECT l.place_id, l.path_now[2] AS province, l.rung::int AS rung FROM ladder l LEFT JOIN above USING (place_id)
           WHERE l.year = y AND l.rung BETWEEN 1 AND 4 AND cardinality(l.path_now) > 1
             AND (here = 1 OR l.path_now @> ARRAY[here]) AND (l.rung = 4 OR above.place_id IS NOT NULL)),
  opened AS (SELECT o.place_id, min(a.activated_at) AS first, bool_or(a.ended_at IS NULL OR a.ended_at >= by_then) AS lasts
             FROM owed o JOIN account a ON a.place_id = o.place_id
             WHERE a.activated_at < by_then AND (o.rung = 4 OR 'system_admin' IN (a.role, a.wanted_role)) GROUP BY 1)
  SELECT o.province, o.rung, count(*), count(*) FILTER (WHERE p.lasts), count(p.first), max(p.first)
  FROM owed o LEFT JOIN opened p USING (place_id) GROUP BY 1, 2;""")  # fmt: skip


def upgrade() -> None:
    op.execute(FEWER)


def downgrade() -> None:
    op.execute(SPREAD)
