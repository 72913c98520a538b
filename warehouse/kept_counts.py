"""Counts kept beside the rows they count: where the nation's forms stand and what came in, by province, form and day.

A page of the nation adds up some thousand lines instead of every form of every school. Whatever moves a row moves its count by a trigger,
in the same transaction; `zhijian audit verify --data` counts again.
"""

from __future__ import annotations

from warehouse.moments import ZONE
from warehouse.roles import WEB, WORKER

PRESSED = 1000  # lines after which a year's are pressed
PRESSING = 340_000  # the advisory lock of whoever presses

# What the counts of the nation are added up from: every statement that moves standings or submissions adds lines with what it took away and what
# it put in, so that none waits for another and the sum is always that of the rows. Now and then lines of one year are pressed into their sums.
KEPT = f"""
CREATE FUNCTION day_in_china(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE AS $$ SELECT (at AT TIME ZONE '{ZONE}')::date $$;
CREATE FUNCTION press_standing_counts(y int) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
  WITH taken AS (DELETE FROM standing_count WHERE year = y RETURNING *)
  INSERT INTO standing_count (year, province, form, state, day, forms)
    SELECT year, province, form, state, day, sum(forms) FROM taken GROUP BY 1, 2, 3, 4, 5 HAVING sum(forms) <> 0
$$;
CREATE FUNCTION press_submission_counts(y int) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
  WITH taken AS (DELETE FROM submission_count WHERE year = y RETURNING *)
  INSERT INTO submission_count (year, province, form, day, number, accepted, rows, own, first)
    SELECT year, province, form, day, sum(number), sum(accepted), sum(rows), sum(own), sum(first) FROM taken GROUP BY 1, 2, 3, 4
    HAVING sum(number) <> 0 OR sum(accepted) <> 0 OR sum(rows) <> 0 OR sum(own) <> 0 OR sum(first) <> 0
$$;
CREATE FUNCTION count_standings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE sides text := ''; y int;
BEGIN
  IF TG_OP <> 'DELETE' THEN sides := 'SELECT 1 AS n, * FROM added'; END IF;
  IF TG_OP = 'UPDATE' THEN sides := sides || ' UNION ALL '; END IF;
  IF TG_OP <> 'INSERT' THEN sides := sides || 'SELECT -1 AS n, * FROM gone'; END IF;
  FOR y IN EXECUTE 'WITH put AS (INSERT INTO standing_count (year, province, form, state, day, forms)
      SELECT year, coalesce(path[1], school_id), form, state, day_in_china(since), sum(n) FROM (' || sides || ') s GROUP BY 1, 2, 3, 4, 5
      HAVING sum(n) <> 0 RETURNING year, line)
    SELECT year FROM put GROUP BY year HAVING bool_or(line % {PRESSED} = 0)' LOOP
    IF pg_try_advisory_xact_lock({PRESSING}) THEN PERFORM press_standing_counts(y); END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE FUNCTION count_submissions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE sides text := ''; y int;
BEGIN
  IF TG_OP <> 'DELETE' THEN sides := 'SELECT 1 AS n, * FROM added'; END IF;
  IF TG_OP = 'UPDATE' THEN sides := sides || ' UNION ALL '; END IF;
  IF TG_OP <> 'INSERT' THEN sides := sides || 'SELECT -1 AS n, * FROM gone'; END IF;
  FOR y IN EXECUTE 'WITH put AS (INSERT INTO submission_count (year, province, form, day, number, accepted, rows, own, first)
      SELECT year, coalesce(path[1], school_id), form, day_in_china(received_at), sum(n), sum(n * rows_accepted), sum(n * (rows_accepted + rows_refused)),
        sum(n * (approved_load IS DISTINCT FROM first_load)::int), sum(n * (revision = 1)::int)
      FROM (' || sides || ') s WHERE is_current GROUP BY 1, 2, 3, 4 RETURNING year, line)
    SELECT year FROM put GROUP BY year HAVING bool_or(line % {PRESSED} = 0)' LOOP
    IF pg_try_advisory_xact_lock({PRESSING} + 1) THEN PERFORM press_submission_counts(y); END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER counted_in AFTER INSERT ON standing REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_standings();
CREATE TRIGGER counted_on AFTER UPDATE ON standing REFERENCING NEW TABLE AS added OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_standings();
CREATE TRIGGER counted_out AFTER DELETE ON standing REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_standings();
CREATE TRIGGER counted_in AFTER INSERT ON submission REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_submissions();
CREATE TRIGGER counted_on AFTER UPDATE ON submission REFERENCING NEW TABLE AS added OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_submissions();
CREATE TRIGGER counted_out AFTER DELETE ON submission REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_submissions();
REVOKE ALL ON FUNCTION day_in_china, press_standing_counts, press_submission_counts, count_standings, count_submissions FROM PUBLIC;
"""  # noqa: S608 - made of constants
# How many forms of some stand handed in, by province: of the nation and of a province from what is kept, unless one of them has moved since the moment asked about.
# A unit that is not on the year's ladder is due nothing: what stands of it is taken off.
HANDED = f"""
CREATE FUNCTION rollout_handed(here int, y int, by_then timestamptz, forms text[]) RETURNS TABLE (province int, handed bigint)
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
  WITH away AS MATERIALIZED (SELECT p.place_id FROM place p WHERE p.rung = 4 AND NOT EXISTS (
      SELECT FROM ladder l WHERE l.year = y AND l.rung = 4 AND l.place_id = p.place_id AND cardinality(l.path_now) > 1)),
  stand AS (
    SELECT c.province, c.form, c.state, c.forms AS n FROM standing_count c WHERE c.year = y
    UNION ALL SELECT s.province, s.form, s.state, -1 FROM away CROSS JOIN LATERAL (
      SELECT coalesce(path[1], school_id) AS province, form, state FROM standing WHERE school_id = away.place_id AND year = y OFFSET 0) s)
  SELECT province, sum(n)::bigint FROM stand WHERE (here = 1 OR province = here) AND form = ANY (forms) AND state IN ('handed_in', 'reviewed', 'approved') GROUP BY 1 HAVING sum(n) <> 0;
END $$;
REVOKE ALL ON FUNCTION rollout_handed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rollout_handed TO {WEB}, {WORKER};
"""  # noqa: S608 - made of constants
