"""Counts kept beside the rows they count: where the nation's forms stand and what came in, by province, form and day.

A page of the nation adds up some thousand lines instead of every form of every school. Whatever moves a row moves its count by a trigger,
in the same transaction; `zhijian audit verify --data` counts again.
"""

from __future__ import annotations

from warehouse.moments import ZONE

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
