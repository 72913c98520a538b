"""Similar schools: the traits of all schools under marks that lead to no name, and their values without names.

A reader of a school compares it with schools of the whole nation. Outside one's own subtree such a school has no number, only a mark:
it leads into `similar_values`, which hands out ten sorted values or none, and back to a number only where one sees the records.

Revision: 0029
"""

from alembic import op

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None

SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
NATION = "coalesce(current_setting('app.nation', true), '')"


def _ids(setting: str) -> str:
    return f"nullif(current_setting('app.{setting}', true), '')::int[]"


# The worker reads everything: the nightly review needs everybody's peers.
WORKER = "coalesce(current_setting('role', true), '') = 'zhijian_worker'"
# The nation's figures are published to everybody who reads figures of a place in it.
READS_NATION = (
    f"({WORKER} OR {SIGNED} AND ({NATION} <> '' OR coalesce(1 = ANY ({_ids('published')}), false)))"
)
FEWEST = 10

FUNCTIONS = f"""
CREATE FUNCTION school_mark(unit int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT hashint4extended(unit, 29) $$;

CREATE FUNCTION peer_traits(y int, b int[], register_load bigint, enrolment_load bigint)
RETURNS TABLE (mark bigint, province int, school_type text, sponsor text, setting text, mix text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT {READS_NATION} THEN RETURN; END IF;
  RETURN QUERY
  WITH said AS (SELECT f.school_id, f.school_type, f.sponsor, f.setting FROM fact_register f
    WHERE f.year = y AND f.basis = ANY (b) AND f.first_load <= register_load AND f.last_load > register_load),
  offered AS (SELECT r.place_id, string_agg(r.member || ':' || r.students, ' ') AS mix FROM rollup_enrolment r
    WHERE r.year = y AND r.rung = 4 AND r.cut = 'major' AND r.students > 0
      AND r.basis = ANY (b) AND r.first_load <= enrolment_load AND r.last_load > enrolment_load GROUP BY 1)
  SELECT school_mark(l.place_id), l.path_now[2], s.school_type, s.sponsor, s.setting, o.mix
  FROM ladder l LEFT JOIN said s ON s.school_id = l.place_id LEFT JOIN offered o ON o.place_id = l.place_id
  WHERE l.year = y AND l.rung = 4;
END $$;

CREATE FUNCTION marked_units(units int[], marks bigint[]) RETURNS TABLE (mark bigint, place_id int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT school_mark(p.place_id), p.place_id FROM (
    SELECT unnest(units) AS place_id UNION SELECT o.place_id FROM unnest(marks) m JOIN place o ON o.rung = 4 AND school_mark(o.place_id) = m) f
  JOIN place p USING (place_id) WHERE p.rung = 4
    AND ({WORKER} OR {SIGNED} AND ({NATION} = 'records' OR coalesce(p.path && {_ids("scope")}, false)))
$$;

-- The rows of a form's rollup that a cell of `similar_values` names, of one unit u.
CREATE FUNCTION rows_of_unit(cell jsonb, b int) RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM assert_partitioned('rollup_' || (cell ->> 'form'));
  RETURN format('FROM %I r WHERE r.year = %s AND r.rung = 4 AND r.place_id = u.id AND r.cut = %L AND r.member = %L AND r.unit_kind = ANY (%L::text[])
    AND r.basis IN (%s, 3) AND r.first_load <= %s AND r.last_load > %s', 'rollup_' || (cell ->> 'form'), (cell ->> 'year')::int, cell ->> 'cut',
    cell ->> 'member', ARRAY(SELECT jsonb_array_elements_text(cell -> 'kinds')), b, (cell ->> 'load')::bigint, (cell ->> 'load')::bigint);
END $$;
CREATE FUNCTION sum_of_unit(cells jsonb, b int) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT string_agg(format('%s * (SELECT CASE WHEN bool_or(r.%I IS NULL) THEN NULL ELSE coalesce(sum(r.%I), 0) END %s)',
    (cell ->> 'sign')::int, cell ->> 'measure', cell ->> 'measure', rows_of_unit(cell, b)), ' + ') FROM jsonb_array_elements(cells) cell
$$;
CREATE FUNCTION unit_reports(needed jsonb, b int) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(string_agg('(' || (SELECT string_agg(format('EXISTS (SELECT %s AND r.units > 0)', rows_of_unit(cell, b)), ' OR ')
    FROM jsonb_array_elements(any_of) cell) || ')', ' AND '), 'true') FROM jsonb_array_elements(needed) any_of
$$;

-- Of each of the wanted metrics the sorted values of marked schools, at least ten or none: sums of cells, divided where there is a second side.
CREATE FUNCTION similar_values(marks bigint[], b int, wanted jsonb) RETURNS TABLE (metric text, ordered double precision[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one jsonb; ids int[]; value text;
BEGIN
  IF NOT {READS_NATION} THEN RETURN; END IF;
  SELECT array_agg(p.place_id) INTO ids FROM unnest(marks) m JOIN place p ON p.rung = 4 AND school_mark(p.place_id) = m;
  FOR one IN SELECT jsonb_array_elements(wanted) LOOP
    value := '(' || sum_of_unit(one -> 'above', b) || ')::float8';
    IF one ? 'below' THEN value := value || ' / nullif(' || sum_of_unit(one -> 'below', b) || ', 0)'; END IF;
    metric := one ->> 'metric';
    EXECUTE 'SELECT array_agg(v ORDER BY v) FROM (SELECT ' || value || ' AS v FROM unnest($1) u(id) WHERE '
      || unit_reports(one -> 'needed', b) || ') s WHERE v IS NOT NULL HAVING count(*) >= {FEWEST}' INTO ordered USING ids;
    RETURN NEXT;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION school_mark, peer_traits, marked_units, rows_of_unit, sum_of_unit, unit_reports, similar_values FROM PUBLIC;
GRANT EXECUTE ON FUNCTION peer_traits, marked_units, similar_values TO zhijian_web, zhijian_worker;
"""


def upgrade() -> None:
    op.execute(FUNCTIONS)


def downgrade() -> None:
    op.execute(
        "DROP FUNCTION similar_values, unit_reports, sum_of_unit, rows_of_unit, marked_units, peer_traits, school_mark"
    )
