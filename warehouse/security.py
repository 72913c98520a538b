"""Row security and grants, as SQL for the owner to run. Policies contain no subquery.

A reader says who it is by settings that last for one transaction:

    app.reader     the login; nothing at all is readable while it is empty
    app.scope      ids whose whole subtree is readable as records, e.g. '{430000}'
    app.region     ids whose subtree is readable as aggregates only (above the rung of schools)
    app.published  ids of single places readable as aggregates: ancestors and siblings
    app.nation     'records' or 'published' for readers of the whole nation, else empty
    app.office     the role of an administrator (what opens accounts, audit trail and settings below one's place) or of a statistician
    app.login      the one account that a sign-in may look up, with what belongs to it
    app.session    hash of the one session that a request may look up
    app.token      hash of the one token that a program's request may look up
    app.subject    who an institution's own sign-in says has come: issuer, a space, its name there
"""

from __future__ import annotations

from collections.abc import Iterator

from warehouse.moments import ZONE
from warehouse.roles import WEB, WORKER
from warehouse.tables import FOR_EVER

_SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
_NATION = "current_setting('app.nation', true)"


def _ids(setting: str) -> str:
    return f"nullif(current_setting('app.{setting}', true), '')::int[]"


RECORDS = f"{_SIGNED} AND path && {_ids('scope')}"
NATION_RECORDS = f"{_SIGNED} AND {_NATION} = 'records'"
# One condition that is never split: a part without columns would be asked by a step of its own before each of the hundreds of partitions that
# a page reads, which cost a school's page a millisecond. Without a reader it is nothing, however the rest stands.
AGGREGATES = (
    f"coalesce(current_setting('app.reader', true) <> '' AND ({_NATION} = 'records' OR path && {_ids('scope')} OR "
    f"(rung < 4 AND ({_NATION} = 'published' OR place_id = ANY ({_ids('published')}) OR path && {_ids('region')}))), false)"
)
OWN_LOGIN = "login = nullif(current_setting('app.login', true), '')"

OPEN = (
    "place",
    "ladder",
    "unit_version",
    "load",
    "load_log",
    "setting",
)  # to every signed-in reader
LEDGER = ("submission", "rejection", "unclaimed", "finding", "document")


def secure_facts(table: str) -> Iterator[str]:
    """A fact or ledger table: records in one's own subtree; the nation has a policy of its own."""
    yield from _open_to_worker(table)
    yield _policy(table, "records", RECORDS)
    yield _policy(table, "nation", NATION_RECORDS)
    yield f"GRANT SELECT ON {table} TO {WEB}"


def secure_rollup(table: str) -> Iterator[str]:
    """A rollup: records in one's own subtree, published aggregates beside and above it."""
    yield from _open_to_worker(table)
    yield _policy(table, "aggregates", AGGREGATES)
    yield f"GRANT SELECT ON {table} TO {WEB}"


def secure_open(table: str) -> Iterator[str]:
    """Places, calendar and load numbers: every signed-in reader."""
    yield from _open_to_worker(table)
    yield _policy(table, "signed_in", _SIGNED)
    yield f"GRANT SELECT ON {table} TO {WEB}"


def secure_account(table: str = "account") -> Iterator[str]:
    """A sign-in sees the one account it names."""
    yield from _open_to_worker(table)
    yield _policy(table, "own_login", OWN_LOGIN)
    yield f"GRANT SELECT ON {table} TO {WEB}"


def secure_own(table: str) -> Iterator[str]:
    """Rows of the entrance: only those of the one login that a sign-in names."""
    yield from _open_to_worker(table)
    yield f"CREATE POLICY own_login ON {table} FOR ALL TO {WEB} USING ({OWN_LOGIN}) WITH CHECK ({OWN_LOGIN})"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {WEB}"


def secure_audit(table: str = "audit") -> Iterator[str]:
    """Web and worker write the audit trail and cannot read or change it."""
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    for role in (WEB, WORKER):
        yield f"CREATE POLICY {role}_writes ON {table} FOR INSERT TO {role} WITH CHECK (true)"
        yield f"GRANT INSERT ON {table} TO {role}"


def secure_draft(table: str = "draft") -> Iterator[str]:
    """Drafts: the statistician of that very school, nobody above or beside; each line under one's own name."""
    own = f"{_SIGNED} AND current_setting('app.office', true) = 'statistician' AND ARRAY[school_id] = {_ids('scope')}"
    by_oneself = "saved_by = current_setting('app.reader', true)"
    yield from _open_to_worker(table)
    yield _policy(table, "own_school", own)
    yield f"CREATE POLICY own_lines ON {table} FOR INSERT TO {WEB} WITH CHECK ({own} AND {by_oneself})"
    yield f"CREATE POLICY own_numbers ON {table} FOR UPDATE TO {WEB} USING ({own}) WITH CHECK ({own})"
    yield f"CREATE POLICY own_ends ON {table} FOR DELETE TO {WEB} USING ({own})"
    # Of a line that stands only its number changes: what was typed, when and by whom is never rewritten.
    yield f"GRANT SELECT, INSERT, DELETE, UPDATE (version) ON {table} TO {WEB}"


def secure_worker_only(table: str) -> Iterator[str]:
    yield from _open_to_worker(table)


def _open_to_worker(table: str) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"CREATE POLICY worker ON {table} TO {WORKER} USING (true) WITH CHECK (true)"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {WORKER}"


def _policy(table: str, name: str, condition: str) -> str:
    return f"CREATE POLICY {name} ON {table} FOR SELECT TO {WEB} USING ({condition})"


def secure(table: str) -> Iterator[str]:
    """Everything a table of the star schema needs, by the kind its name tells."""
    match table.split("_", 1)[0]:
        case "fact":
            return secure_facts(table)
        case "rollup":
            return secure_rollup(table)
        case "account":
            return secure_account()
        case "audit":
            return secure_audit()
    if table in LEDGER:
        return secure_facts(table)
    return secure_open(table) if table in OPEN else secure_worker_only(table)


# Web and worker own nothing, so what needs ownership is a function of the owner's, granted by name.
# A table that was filled but never attached belongs to a load that was killed: nobody may read it, and the next load of that year drops it.
PARTITIONS = f"""
CREATE OR REPLACE FUNCTION ensure_partition(parent text, y int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF is_fresh(parent, y) THEN
    EXECUTE format('DROP TABLE IF EXISTS %I', parent || '_' || y);
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES IN (%s)', parent || '_' || y, parent, y);
  END IF;
END $$;
CREATE OR REPLACE FUNCTION assert_partitioned(parent text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF parent !~ '^(fact|rollup)_[a-z_0-9]+$' OR NOT EXISTS (
    SELECT FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid WHERE c.relname = parent) THEN
    RAISE EXCEPTION 'no partitioned table %', parent;
  END IF;
END $$;
CREATE OR REPLACE FUNCTION is_fresh(parent text, y int) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM assert_partitioned(parent);
  RETURN NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(format('%I', parent || '_' || y)));
END $$;
CREATE OR REPLACE FUNCTION fresh_partition(parent text, y int, load bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE child text := parent || '_' || y;
BEGIN
  IF NOT is_fresh(parent, y) THEN RAISE EXCEPTION '% is attached already', child; END IF;
  EXECUTE format('DROP TABLE IF EXISTS %I', child);
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS, CHECK (year = %s))', child, parent, y);
  EXECUTE format('ALTER TABLE %I ALTER year SET DEFAULT %s, ALTER first_load SET DEFAULT %s,
    ALTER last_load SET DEFAULT {FOR_EVER}', child, y, load);
  EXECUTE format('GRANT INSERT ON %I TO {WORKER}', child);
  RETURN child;
END $$;
CREATE OR REPLACE FUNCTION index_partition(parent text, y int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET default_statistics_target = 20 AS $$
DECLARE child text := parent || '_' || y; keys text; method text;
BEGIN
  IF NOT is_fresh(parent, y) THEN RAISE EXCEPTION '% is attached already', child; END IF;
  EXECUTE format('REVOKE ALL ON %I FROM {WORKER}', child);
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
  EXECUTE format('ALTER TABLE %I ALTER year DROP DEFAULT, ALTER first_load DROP DEFAULT,
    ALTER last_load DROP DEFAULT', child);
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place) INTO keys FROM pg_index i
    CROSS JOIN unnest(i.indkey) WITH ORDINALITY k(attnum, place) JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = parent::regclass AND i.indisprimary;
  EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (%s)', child, keys);
  FOR method IN SELECT substring(pg_get_indexdef(indexrelid) FROM ' USING .*') FROM pg_index
    WHERE indrelid = parent::regclass AND NOT indisprimary LOOP
    EXECUTE format('CREATE INDEX ON %I', child) || method;
  END LOOP;
  EXECUTE format('ANALYZE %I (%s)', child, keys);
END $$;
CREATE OR REPLACE FUNCTION attach_partition(parent text, y int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM assert_partitioned(parent);
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, parent || '_' || y, y);
END $$;
"""

# Nameless values of the schools below a place that the reader may see as an aggregate: at least ten or none. Whole numbers below 2^53 add up
# exactly as floats, with less work than as NUMERIC.
# Below the nation the schools are found on the ladder first; for the nation every school's row is read once.
PUBLISHED_VALUES = f"""
CREATE OR REPLACE FUNCTION side_of_value(
  form text, wanted_cut text, wanted_member text, measure text, wanted_load bigint, below text
) RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM assert_partitioned('rollup_' || form);
  RETURN format('SELECT r.place_id, sum(r.%I::float8) AS v FROM %I r WHERE r.year = $1 AND r.rung = 4
    AND r.cut = %L AND r.member = %L AND r.unit_kind = ANY ($2) AND r.basis IN ($3, 3)
    AND r.first_load <= %s AND r.last_load > %s %s GROUP BY 1',
    measure, 'rollup_' || form, wanted_cut, wanted_member, wanted_load, wanted_load, below);
END $$;
CREATE OR REPLACE FUNCTION published_values(
  numerator text, numerator_cut text, numerator_member text, numerator_column text,
  denominator text, denominator_cut text, denominator_member text, denominator_column text,
  y int, place int, bounds text, kinds text[], wanted_basis int, numerator_load bigint, denominator_load bigint
) RETURNS double precision[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  result double precision[];
  below text := CASE WHEN place = 1 THEN '' ELSE 'AND r.place_id = u.place_id' END;
  units text := CASE WHEN place = 1 THEN '' ELSE format(
    '(SELECT place_id FROM ladder WHERE year = $1 AND rung = 4 AND %I @> ARRAY[$4]) u CROSS JOIN LATERAL ',
    CASE bounds WHEN 'then' THEN 'path_then' ELSE 'path_now' END) END;
  above text;
BEGIN
  IF NOT ({_SIGNED}) OR NOT (coalesce({_NATION}, '') <> '' OR coalesce(place = ANY ({_ids("published")}), false)
     OR EXISTS (SELECT FROM place p WHERE p.place_id = place
                AND (coalesce(p.path && {_ids("scope")}, false) OR coalesce(p.path && {_ids("region")}, false)))) THEN
    RETURN NULL;
  END IF;
  above := side_of_value(numerator, numerator_cut, numerator_member, numerator_column, numerator_load, below);
  IF denominator = '' THEN
    EXECUTE 'SELECT array_agg(n.v ORDER BY n.v) FROM ' || units || '(' || above || ') n
      WHERE n.v IS NOT NULL HAVING count(*) >= 10'
    INTO result USING y, kinds, wanted_basis, place;
  ELSE
    EXECUTE 'SELECT array_agg(v ORDER BY v) FROM (SELECT n.v / nullif(d.v, 0) AS v FROM ' || units
      || '(' || above || ') n ' || CASE WHEN place = 1 THEN 'JOIN (' ELSE 'JOIN LATERAL (' END
      || side_of_value(denominator, denominator_cut, denominator_member, denominator_column, denominator_load, below)
      || ') d ON d.place_id = n.place_id) s WHERE v IS NOT NULL HAVING count(*) >= 10'
    INTO result USING y, kinds, wanted_basis, place;
  END IF;
  RETURN result;
END $$;
"""
# Of those values how many there are, and for each percentile asked for the two between which it lies: a page needs no more of ten thousand.
PUBLISHED_RANKS = f"""
CREATE FUNCTION published_ranks(
  numerator text, numerator_cut text, numerator_member text, numerator_column text,
  denominator text, denominator_cut text, denominator_member text, denominator_column text,
  y int, place int, bounds text, kinds text[], wanted_basis int, numerator_load bigint, denominator_load bigint, shares int[]
) RETURNS double precision[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  found double precision[] := published_values(numerator, numerator_cut, numerator_member, numerator_column,
    denominator, denominator_cut, denominator_member, denominator_column, y, place, bounds, kinds, wanted_basis, numerator_load, denominator_load);
  n int := cardinality(found);
BEGIN
  IF n IS NULL THEN RETURN NULL; END IF;
  RETURN ARRAY[n::float8] || (SELECT array_agg(v ORDER BY at, side) FROM unnest(shares) WITH ORDINALITY s(share, at)
    CROSS JOIN LATERAL (VALUES (0, found[(n - 1) * share / 100 + 1]), (1, found[least((n - 1) * share / 100 + 2, n)])) e(side, v));
END $$;
REVOKE ALL ON FUNCTION published_ranks FROM PUBLIC;
GRANT EXECUTE ON FUNCTION published_ranks TO {WEB}, {WORKER};
"""
# How many forms stand where: counted by the owner for readers of a place's records, so that the policy is asked once, not of every row.
# Of the nation, whose rows are most, they are kept by province and day (kept_counts.py); `today`, `slow` and `by_then` are beginnings of days in China.
COUNTS = f"""
CREATE OR REPLACE FUNCTION sees_records(here int) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT {_SIGNED} AND (coalesce({_NATION}, '') = 'records'
    OR EXISTS (SELECT FROM place p WHERE p.place_id = here AND coalesce(p.path && {_ids("scope")}, false)))
$$;
CREATE OR REPLACE FUNCTION right_below(path int[], here int, unit int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(path[coalesce(array_position(path, here), 0) + 1], unit)
$$;
CREATE OR REPLACE FUNCTION child_of(here int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN here = 1 THEN 'coalesce(path[1], school_id)' ELSE format('right_below(path, %s, school_id)', here) END
$$;
CREATE OR REPLACE FUNCTION units_inside(here int, y int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT format('WITH units AS MATERIALIZED (SELECT place_id AS school_id FROM ladder WHERE year = %s AND rung = 4 AND path_now @> ARRAY[%s]) ', y, here)
$$;
CREATE OR REPLACE FUNCTION standing_counts(here int, y int, today timestamptz, slow timestamptz)
RETURNS TABLE (place_id int, form text, state text, forms bigint, oldest timestamptz, earlier bigint, old bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  IF here = 1 THEN
    RETURN QUERY SELECT d.province, d.form, d.state, sum(d.n)::bigint, min(d.day)::timestamp AT TIME ZONE '{ZONE}',
      coalesce(sum(d.n) FILTER (WHERE d.day < (today AT TIME ZONE '{ZONE}')::date), 0)::bigint,
      coalesce(sum(d.n) FILTER (WHERE d.day < (slow AT TIME ZONE '{ZONE}')::date), 0)::bigint
    FROM (SELECT c.province, c.form, c.state, c.day, sum(c.forms) AS n FROM standing_count c WHERE c.year = y GROUP BY 1, 2, 3, 4 HAVING sum(c.forms) <> 0) d
    GROUP BY 1, 2, 3;
    RETURN;
  END IF;
  RETURN QUERY EXECUTE units_inside(here, y) || 'SELECT ' || child_of(here) || ', form, state, count(*), min(since), count(*) FILTER (WHERE since < $3),
    count(*) FILTER (WHERE since < $4) FROM units JOIN standing USING (school_id) WHERE year = $2 GROUP BY 1, 2, 3'
  USING here, y, today, slow;
END $$;
CREATE OR REPLACE FUNCTION submission_counts(here int, y int, forms text[], by_then timestamptz[])
RETURNS TABLE (place_id int, form text, number bigint, accepted bigint, rows bigint, own bigint, on_time bigint, first bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  IF here = 1 THEN
    RETURN QUERY SELECT c.province, c.form, sum(c.number)::bigint, sum(c.accepted)::bigint, sum(c.rows)::bigint, sum(c.own)::bigint,
      coalesce(sum(c.own) FILTER (WHERE c.day < (due.until AT TIME ZONE '{ZONE}')::date), 0)::bigint, sum(c.first)::bigint
    FROM submission_count c LEFT JOIN unnest(forms, by_then) AS due (form, until) USING (form) WHERE c.year = y GROUP BY 1, 2 HAVING sum(c.number) <> 0;
    RETURN;
  END IF;
  RETURN QUERY EXECUTE units_inside(here, y) || 'SELECT ' || child_of(here) || ', form, count(*), sum(rows_accepted), sum(rows_accepted + rows_refused),
    count(*) FILTER (WHERE approved_load IS DISTINCT FROM first_load),
    count(*) FILTER (WHERE approved_load IS DISTINCT FROM first_load AND received_at < until), count(*) FILTER (WHERE revision = 1)
    FROM units JOIN submission USING (school_id) LEFT JOIN unnest($3, $4) AS due (form, until) USING (form) WHERE year = $2 AND is_current GROUP BY 1, 2'
  USING here, y, forms, by_then;
END $$;
REVOKE ALL ON FUNCTION sees_records, right_below, child_of, units_inside, standing_counts, submission_counts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION standing_counts, submission_counts TO {WEB}, {WORKER};
"""
# What every page begins with, in one asking: who reads, the load numbers of some places, and (as form '') the reader's unread notices.
UNREAD_COUNTED = 100  # one more than is shown as a number
LOOK = f"""
CREATE OR REPLACE FUNCTION look(reader text, scope text, region text, published text, nation text, office text, places int[])
RETURNS TABLE (form text, place_id int, number bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('app.reader', reader, true), set_config('app.scope', scope, true), set_config('app.region', region, true),
    set_config('app.published', published, true), set_config('app.nation', nation, true), set_config('app.office', office, true);
  RETURN QUERY SELECT l.form, l.place_id, l.number FROM load l WHERE l.place_id = ANY (places)
    UNION ALL SELECT '', 0, count(*) FROM (SELECT FROM notice n WHERE n.read_at IS NULL AND n.login = reader LIMIT {UNREAD_COUNTED}) unread;
END $$;
REVOKE ALL ON FUNCTION look FROM PUBLIC;
GRANT EXECUTE ON FUNCTION look TO {WEB}, {WORKER};
"""
GRANTS = f"""
REVOKE ALL ON FUNCTION ensure_partition(text, int), fresh_partition(text, int, bigint), index_partition(text, int),
  attach_partition(text, int), is_fresh(text, int), assert_partitioned(text), side_of_value FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_partition(text, int), fresh_partition(text, int, bigint), index_partition(text, int),
  attach_partition(text, int), is_fresh(text, int), assert_partitioned(text) TO {WORKER};
REVOKE ALL ON FUNCTION published_values FROM PUBLIC;
GRANT EXECUTE ON FUNCTION published_values TO {WEB}, {WORKER};
GRANT USAGE ON SCHEMA public TO {WEB}, {WORKER};
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WORKER};
"""
