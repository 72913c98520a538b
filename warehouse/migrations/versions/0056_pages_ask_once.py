"""What a page asks of a province and of the roll-out is found by its key, and what the ladder in memory knows is not asked again.

Revision: 0056
"""

from importlib import import_module

from alembic import op

from warehouse import kept_specialties, security

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

# Accounts by province and rung: how many places have one that lasts, how many ever had one, and when the last of these was opened. How many are due is known
# from the ladder; `above` are its places with units below, each of which is due an administrator of the system.
# One line of nothing says that the reader was let in.
_ACCOUNTS = """
CREATE FUNCTION rollout_accounts(here int, y int, by_then timestamptz, above int[])
RETURNS TABLE (province int, rung int, activated bigint, ever bigint, last timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  RETURN QUERY
  WITH opened AS (SELECT l.path_now[2] AS province, l.rung::int AS rung, min(a.activated_at) AS first, bool_or(a.ended_at IS NULL OR a.ended_at >= by_then) AS lasts
    FROM account a JOIN ladder l ON l.year = y AND l.place_id = a.place_id
    WHERE a.activated_at < by_then AND cardinality(l.path_now) > 1 AND (here = 1 OR l.path_now @> ARRAY[here])
      AND (l.rung = 4 OR (l.rung > 0 AND l.place_id = ANY (above) AND 'system_admin' IN (a.role, a.wanted_role))) GROUP BY l.place_id, l.path_now, l.rung)
  SELECT o.province, o.rung, count(*) FILTER (WHERE o.lasts), count(*), max(o.first) FROM opened o GROUP BY 1, 2
  UNION ALL SELECT 0, 0, 0, 0, NULL;
END $$;
"""
# Planned for the place that is asked about: below the nation an index tells what lies there.
_PLANNED = """
ALTER FUNCTION rollout_forms SET plan_cache_mode = force_custom_plan;
ALTER FUNCTION rollout_reviews SET plan_cache_mode = force_custom_plan;
"""
_DROP = "DROP FUNCTION rollout_accounts; DROP FUNCTION rollout_handed;"
_GRANTED = """
REVOKE ALL ON FUNCTION rollout_accounts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rollout_accounts TO zhijian_web, zhijian_worker;
"""
_ALL_ACCOUNTS = import_module("warehouse.migrations.versions.0052_pages_ask_less").FEWER
SOUGHT: str = import_module("warehouse.migrations.versions.0034_counts_kept").HANDED
_AWAY = SOUGHT[SOUGHT.index("WITH away AS") : SOUGHT.index("  stand AS (")]
# The same, with the units that are not on the year's ladder, and so due nothing, as an argument.
GIVEN = SOUGHT.replace("forms text[])", "forms text[], away int[])", 1).replace(
    _AWAY, "WITH away AS (SELECT unnest(away) AS place_id),\n"
)


def upgrade() -> None:
    for statement in (
        _DROP,
        _ACCOUNTS,
        _GRANTED,
        GIVEN,
        _PLANNED,
        security.COUNTS,
        kept_specialties.ASKED_OFTEN,
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        _DROP,
        _ALL_ACCOUNTS,
        _GRANTED,
        SOUGHT,
        _PLANNED.replace("SET plan_cache_mode = force_custom_plan", "RESET plan_cache_mode"),
    ):
        op.execute(statement)
