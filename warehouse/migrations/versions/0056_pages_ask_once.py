"""What a page asks of a province and of the roll-out is found by its key, and what the ladder in memory knows is not asked again.

Revision: 0056
"""

from alembic import op

from warehouse import kept_specialties, security

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

# How many forms of some stand handed in, by province: of the nation and of a province from what is kept, unless one of them has moved since the
# moment asked about. `away` are the units that are not on the year's ladder and so due nothing: what stands of them is taken off.
_HANDED = """
CREATE FUNCTION rollout_handed(here int, y int, by_then timestamptz, forms text[]{and_away}) RETURNS TABLE (province int, handed bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  IF NOT EXISTS (SELECT FROM place WHERE place_id = here AND rung < 2) OR EXISTS (SELECT FROM standing_count c WHERE c.year = y AND c.day >= day_in_china(by_then)
                          GROUP BY c.province, c.form, c.state, c.day HAVING sum(c.forms) <> 0) THEN
    RETURN QUERY SELECT f.province, sum(f.handed)::bigint
      FROM rollout_forms(here, y, by_then, forms, array_fill(''::text, ARRAY[cardinality(forms)])) f GROUP BY 1;
    RETURN;
  END IF;
  RETURN QUERY
  WITH {away}
  stand AS (
    SELECT c.province, c.form, c.state, c.forms AS n FROM standing_count c WHERE c.year = y
    UNION ALL SELECT s.province, s.form, s.state, -1 FROM away CROSS JOIN LATERAL (
      SELECT coalesce(path[1], school_id) AS province, form, state FROM standing WHERE school_id = away.place_id AND year = y OFFSET 0) s)
  SELECT province, sum(n)::bigint FROM stand WHERE (here = 1 OR province = here) AND form = ANY (forms) AND state IN ('handed_in', 'reviewed', 'approved') GROUP BY 1 HAVING sum(n) <> 0;
END $$;
REVOKE ALL ON FUNCTION rollout_handed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rollout_handed TO zhijian_web, zhijian_worker;
"""
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
REVOKE ALL ON FUNCTION rollout_accounts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rollout_accounts TO zhijian_web, zhijian_worker;
"""
# As 0052 had it.
_ALL_ACCOUNTS = """
CREATE FUNCTION rollout_accounts(here int, y int, by_then timestamptz)
RETURNS TABLE (province int, rung int, due bigint, activated bigint, ever bigint, last timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  RETURN QUERY
  WITH direct AS (SELECT DISTINCT l.path_now[cardinality(l.path_now) - 1] AS place_id FROM ladder l
                  WHERE l.year = y AND l.rung = 4 AND cardinality(l.path_now) > 1 AND (here = 1 OR l.path_now @> ARRAY[here])),
  above AS (SELECT DISTINCT unnest(l.path_now) AS place_id FROM direct JOIN ladder l ON l.year = y AND l.place_id = direct.place_id),
  opened AS (SELECT a.place_id, min(a.activated_at) AS first, bool_or(a.ended_at IS NULL OR a.ended_at >= by_then) AS lasts
             FROM account a JOIN ladder l ON l.year = y AND l.place_id = a.place_id
             WHERE a.activated_at < by_then AND (l.rung = 4 OR 'system_admin' IN (a.role, a.wanted_role)) GROUP BY 1)
  SELECT l.path_now[2], l.rung::int, count(*), count(*) FILTER (WHERE p.lasts), count(p.first), max(p.first)
  FROM ladder l LEFT JOIN opened p USING (place_id)
  WHERE l.year = y AND l.rung BETWEEN 1 AND 4 AND cardinality(l.path_now) > 1 AND (here = 1 OR l.path_now @> ARRAY[here])
    AND (l.rung = 4 OR l.place_id IN (SELECT above.place_id FROM above)) GROUP BY 1, 2;
END $$;
REVOKE ALL ON FUNCTION rollout_accounts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rollout_accounts TO zhijian_web, zhijian_worker;
"""
_AWAY = """away AS MATERIALIZED (SELECT p.place_id FROM place p WHERE p.rung = 4 AND NOT EXISTS (
      SELECT FROM ladder l WHERE l.year = y AND l.rung = 4 AND l.place_id = p.place_id AND cardinality(l.path_now) > 1)),"""
# Planned for the place that is asked about: below the nation an index tells what lies there.
_PLANNED = """
ALTER FUNCTION rollout_forms SET plan_cache_mode = force_custom_plan;
ALTER FUNCTION rollout_reviews SET plan_cache_mode = force_custom_plan;
"""
_DROP = "DROP FUNCTION rollout_accounts; DROP FUNCTION rollout_handed;"
GIVEN = _HANDED.format(and_away=", away int[]", away="away AS (SELECT unnest(away) AS place_id),")  # fmt: skip
SOUGHT = _HANDED.format(and_away="", away=_AWAY)


def upgrade() -> None:
    for statement in (
        _DROP,
        _ACCOUNTS,
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
        SOUGHT,
        _PLANNED.replace("SET plan_cache_mode = force_custom_plan", "RESET plan_cache_mode"),
    ):
        op.execute(statement)
