"""How many units moved a cell between two releases is counted by the owner: for readers who see none of the units.

Revision: 0049
"""

from alembic import op

from warehouse.roles import WEB, WORKER

revision = "0049"
down_revision = "0047"
branch_labels = None
depends_on = None

# Of each cell above the schools the number of units below whose own cell of a column is another one in the later release than in the earlier.
# Only between two releases that are signed, and never a value. Rows that stood unmoved in both are not looked at.
CHANGES = f"""
CREATE FUNCTION release_changes(older text, newer text, form text, y int, bounds text, cuts text[], measures text[])
RETURNS TABLE (place_id int, cut text, member text, unit_kind text, changed int[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  a record; b record; named text; counted text; side text;
BEGIN
  IF coalesce(current_setting('app.reader', true), '') = '' THEN RETURN; END IF;
  SELECT coalesce((r.loads ->> form)::bigint, 0) AS load, CASE r.basis WHEN 'submitted' THEN 1 ELSE 2 END AS basis INTO a FROM release r WHERE r.number = older;
  SELECT coalesce((r.loads ->> form)::bigint, 0) AS load, CASE r.basis WHEN 'submitted' THEN 1 ELSE 2 END AS basis INTO b FROM release r WHERE r.number = newer;
  IF a.load IS NULL OR b.load IS NULL OR to_regclass('rollup_' || form) IS NULL THEN RETURN; END IF;
  SELECT string_agg(format('%I', m), ', '), string_agg(format('count(*) FILTER (WHERE o.%1$I IS DISTINCT FROM n.%1$I)::int', m), ', ' ORDER BY at)
    INTO named, counted FROM unnest(measures) WITH ORDINALITY u(m, at);
  side := format('SELECT place_id, unit_kind, cut, member, %s FROM %I WHERE year = $1 AND rung = 4 AND boundary IN ($2, ''both'') AND cut = ANY ($3)
    AND NOT (first_load <= least($4, $5) AND last_load > greatest($4, $5) AND (basis = 3 OR $6 = $7))', named, 'rollup_' || form);
  RETURN QUERY EXECUTE format(
    'WITH o AS (%1$s AND first_load <= $4 AND last_load > $4 AND basis IN ($6, 3)), n AS (%1$s AND first_load <= $5 AND last_load > $5 AND basis IN ($7, 3))
     SELECT above, cut, member, unit_kind, ARRAY[%2$s] FROM o FULL JOIN n USING (place_id, unit_kind, cut, member)
     JOIN ladder l USING (place_id) CROSS JOIN LATERAL (SELECT 1 AS above UNION SELECT unnest(l.%3$I)) p
     WHERE l.year = $1 AND above <> place_id GROUP BY 1, 2, 3, 4',
    side, counted, CASE bounds WHEN 'then' THEN 'path_then' ELSE 'path_now' END)
  USING y, bounds, cuts, a.load, b.load, a.basis, b.basis;
END $$;
REVOKE ALL ON FUNCTION release_changes FROM PUBLIC;
GRANT EXECUTE ON FUNCTION release_changes TO {WEB}, {WORKER};
"""  # noqa: S608 - names of roles


def upgrade() -> None:
    op.execute(CHANGES)


def downgrade() -> None:
    op.execute("DROP FUNCTION release_changes")
