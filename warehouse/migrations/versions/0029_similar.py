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

-- One cell of a form's rollup for a unit u: how many report, and of each measure the sum and whether it is unknown.
CREATE FUNCTION cell_of_unit(cell jsonb, at bigint, b int) RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM assert_partitioned('rollup_' || (cell ->> 'form'));
  RETURN format(' CROSS JOIN LATERAL (SELECT sum(r.units) AS units%s FROM %I r WHERE r.year = %s AND r.rung = 4 AND r.place_id = u.id AND r.cut = %L
    AND r.member = %L AND r.unit_kind = ANY (%L::text[]) AND r.basis IN (%s, 3) AND r.first_load <= %s AND r.last_load > %s) c%s',
    (SELECT string_agg(format(', sum(r.%I) AS s%s, bool_or(r.%I IS NULL) AS n%s', m, i - 1, m, i - 1), '')
     FROM jsonb_array_elements_text(cell -> 'measures') WITH ORDINALITY x(m, i)),
    'rollup_' || (cell ->> 'form'), (cell ->> 'year')::int, cell ->> 'cut', cell ->> 'member',
    ARRAY(SELECT jsonb_array_elements_text(cell -> 'kinds')), b, (cell ->> 'load')::bigint, (cell ->> 'load')::bigint, at - 1);
END $$;
-- A side of a metric: sums of cells, each [sign, cell, measure]; unknown where one is. A unit without a row in a cell adds nothing.
CREATE FUNCTION side_of_cells(side jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT string_agg(format('%s * CASE WHEN c%s.n%s THEN NULL ELSE coalesce(c%s.s%s, 0) END',
    (one ->> 0)::int, (one ->> 1)::int, (one ->> 2)::int, (one ->> 1)::int, (one ->> 2)::int), ' + ') FROM jsonb_array_elements(side) one
$$;
-- What must have been reported: of each list of cells one.
CREATE FUNCTION cells_reported(needed jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(string_agg('(' || (SELECT string_agg(format('c%s.units > 0', cell::int), ' OR ') FROM jsonb_array_elements_text(any_of) cell) || ')',
    ' AND '), 'true') FROM jsonb_array_elements(needed) any_of
$$;

-- Of each of the wanted metrics the sorted values of marked schools, at least ten or none: sums of cells, divided where there is a second side.
-- The cells are joined as they are written: their order makes no difference, and looking for a better one takes longer than reading them.
CREATE FUNCTION similar_values(marks bigint[], b int, cells jsonb, wanted jsonb) RETURNS TABLE (metric text, ordered double precision[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET join_collapse_limit = 1 AS $$
DECLARE ids int[]; statement text;
BEGIN
  IF NOT {READS_NATION} OR jsonb_array_length(wanted) = 0 THEN RETURN; END IF;
  SELECT array_agg(p.place_id) INTO ids FROM unnest(marks) m JOIN place p ON p.rung = 4 AND school_mark(p.place_id) = m;
  SELECT 'WITH v AS MATERIALIZED (SELECT ' || string_agg(format('CASE WHEN %s THEN (%s)::float8%s END AS v%s', cells_reported(one -> 'needed'),
      side_of_cells(one -> 'above'), ' / nullif(' || side_of_cells(one -> 'below') || ', 0)', i), ', ' ORDER BY i)
    || ' FROM unnest($1) u(id)' || (SELECT string_agg(cell_of_unit(cell, at, b), '' ORDER BY at) FROM jsonb_array_elements(cells) WITH ORDINALITY y(cell, at))
    || ') ' || string_agg(format('SELECT %L, (SELECT array_agg(v%s ORDER BY v%s) FILTER (WHERE v%s IS NOT NULL) FROM v HAVING count(v%s) >= {FEWEST})',
      one ->> 'metric', i, i, i, i), ' UNION ALL ' ORDER BY i)
  INTO statement FROM jsonb_array_elements(wanted) WITH ORDINALITY x(one, i);
  RETURN QUERY EXECUTE statement USING ids;
END $$;
REVOKE ALL ON FUNCTION school_mark, peer_traits, marked_units, cell_of_unit, side_of_cells, cells_reported, similar_values FROM PUBLIC;
GRANT EXECUTE ON FUNCTION peer_traits, marked_units, similar_values TO zhijian_web, zhijian_worker;
"""  # noqa: S608 - put together from the conditions above


def upgrade() -> None:
    op.execute(FUNCTIONS)


def downgrade() -> None:
    op.execute(
        "DROP FUNCTION similar_values, cells_reported, side_of_cells, cell_of_unit, marked_units, peer_traits, school_mark"
    )
