"""What each school offers is kept beside its sums, so the layout of specialties is counted from one row a school and specialty.

Revision: 0025
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# Rows recorded before are added up once; a submission's rows come and go together, so their loads and basis are those of the sums.
FILL = """
DO $$
DECLARE measures text; sums text;
BEGIN
  SELECT string_agg(quote_ident(column_name), ', '), string_agg(format('sum(%I)', column_name), ', ') INTO measures, sums
  FROM information_schema.columns c WHERE table_schema = 'public' AND table_name = 'rollup_enrolment'
    AND EXISTS (SELECT FROM information_schema.columns t WHERE t.table_schema = 'public' AND t.table_name = 'rollup_enrolment'
                AND t.column_name = c.column_name || '__first');
  EXECUTE format('INSERT INTO rollup_enrolment
      (year, place_id, rung, unit_kind, boundary, cut, member, basis, first_load, last_load, path, units, %s)
    SELECT f.year, f.school_id, 4, k.unit_kind, ''both'', ''specialty'', f.specialty, f.basis, f.first_load, f.last_load, f.path, 1, %s
    FROM fact_enrolment f JOIN (
      SELECT DISTINCT year, place_id, unit_kind, basis, last_load FROM rollup_enrolment WHERE rung = 4 AND cut = '''') k
      ON k.year = f.year AND k.place_id = f.school_id AND k.basis = f.basis AND k.last_load = f.last_load
    GROUP BY f.year, f.school_id, k.unit_kind, f.specialty, f.basis, f.first_load, f.last_load, f.path', measures, sums);
END $$;
"""

COUNTS = """
CREATE FUNCTION offered_inside(here int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN here = 1 THEN '' ELSE format(
    ' AND place_id IN (SELECT place_id FROM place WHERE rung = 4 AND path @> ARRAY[%s])', here) END
$$;
CREATE OR REPLACE FUNCTION specialty_supply(here int, years int[], b int[], number bigint, beginning text)
RETURNS TABLE (year int, place_id int, specialty text, units bigint, students bigint, entrants bigint, entrants_both bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  RETURN QUERY EXECUTE 'WITH f AS MATERIALIZED (
      SELECT f.year::int AS y, f.place_id AS unit, f.path, f.member AS code, f.students AS s, f.entrants AS e
      FROM rollup_enrolment f WHERE f.rung = 4 AND f.cut = ''specialty''
        AND f.year = ANY ($2) AND f.basis = ANY ($3) AND f.first_load <= $4 AND f.last_load > $4'
      || CASE WHEN beginning = '' THEN '' ELSE format(' AND starts_with(f.member, %L)', beginning) END
      || offered_inside(here) || '),
    reported AS (SELECT unit, y, path FROM f GROUP BY 1, 2, 3),
    unit AS (SELECT unit, y, right_below(path, $1, unit) AS child, count(*) OVER (PARTITION BY unit) = cardinality($2) AS every_year
      FROM reported)
    SELECT y, child, code, count(*) FILTER (WHERE s > 0 OR e > 0), sum(s)::bigint, sum(e)::bigint,
      coalesce(sum(e) FILTER (WHERE every_year), 0)::bigint
    FROM f JOIN unit USING (unit, y) GROUP BY 1, 2, 3'
  USING here, years, b, number;
END $$;
CREATE OR REPLACE FUNCTION specialty_doubles(here int, y int, b int[], number bigint)
RETURNS TABLE (county int, specialty text, schools int[], students bigint[], entrants bigint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  RETURN QUERY EXECUTE 'SELECT path[cardinality(path) - 1], member, array_agg(place_id ORDER BY students DESC, place_id),
      array_agg(students ORDER BY students DESC, place_id), array_agg(entrants ORDER BY students DESC, place_id)
    FROM rollup_enrolment f WHERE rung = 4 AND cut = ''specialty'' AND students > 0
      AND year = $2 AND basis = ANY ($3) AND first_load <= $4 AND last_load > $4'
      || offered_inside(here) || ' GROUP BY 1, 2 HAVING count(*) > 1'
  USING here, y, b, number;
END $$;
REVOKE ALL ON FUNCTION offered_inside FROM PUBLIC;
DROP FUNCTION enrolled_inside;
"""


def upgrade() -> None:
    op.execute(FILL)
    op.execute(COUNTS)
