"""What is offered at each place above the schools, kept beside what is kept of each school: the layout of specialties reads some thousand lines.

Whatever moves a school's cell of a specialty moves those of every place above it by a trigger, in the same transaction; of a year that is filled
beside the others `counted` makes them, for the same transaction. `zhijian audit verify --data` counts again. How things stood at an earlier load
is counted from the schools.
"""

from __future__ import annotations

import polars as pl

from warehouse.places import NATION
from warehouse.roles import WEB, WORKER
from warehouse.tables import FOR_EVER, Basis

FORM, CUT = "enrolment", "specialty"
KEYS = ("year", "basis", "place_id", "specialty")
NUMBERS = ("cells", "schools", "students", "entrants", "own_schools", "own_students")
_SUMS = ", ".join(f"sum({one}) AS {one}" for one in NUMBERS)
_ADDED = ", ".join(f"{one} = specialty_count.{one} + excluded.{one}" for one in NUMBERS)
_MOVED = " OR ".join(f"sum({one}) <> 0" for one in NUMBERS)
_INTO = f"INSERT INTO specialty_count ({', '.join((*KEYS, *NUMBERS))})"

# Of each school's cell what it adds to every place above, n times: a row that stands under both bases counts under either one that is asked for.
# `own` is what the schools have that stand right under the place: the same specialty twice is sought there.
_ABOVE = """
  SELECT s.year::int AS year, asked.basis, a.place_id, s.member AS specialty, s.n AS cells, s.n * (s.students > 0 OR s.entrants > 0)::int AS schools,
    s.n * coalesce(s.students, 0) AS students, s.n * coalesce(s.entrants, 0) AS entrants,
    s.n * (a.is_own AND s.students > 0)::int AS own_schools, CASE WHEN a.is_own THEN s.n * coalesce(s.students, 0) ELSE 0 END AS own_students
  FROM s JOIN (VALUES (1), (2)) asked(basis) ON s.basis IN (asked.basis, 3)
  CROSS JOIN LATERAL (SELECT 1 AS place_id, false AS is_own UNION ALL
    SELECT s.path[i], i = cardinality(s.path) - 1 FROM generate_series(1, cardinality(s.path) - 1) i) a
"""
_CURRENT = f"rung = 4 AND cut = 'specialty' AND last_load = {FOR_EVER}"

KEPT = f"""
CREATE FUNCTION specialties_counted(y int) RETURNS SETOF specialty_count LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY EXECUTE 'WITH s AS (SELECT 1 AS n, year, basis, member, path, students, entrants FROM rollup_enrolment WHERE {_CURRENT.replace("'", "''")} AND year = '
    || y || '), above AS ({_ABOVE}) SELECT year::smallint, basis::smallint, place_id, specialty, ' || $q${", ".join(f"sum({one})::bigint" for one in NUMBERS)}$q$
    || ' FROM above GROUP BY 1, 2, 3, 4';
END $$;
CREATE FUNCTION recount_specialties(y int) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM specialty_count WHERE year = y;
  INSERT INTO specialty_count SELECT * FROM specialties_counted(y) ORDER BY year, basis, place_id, specialty;
$$;
CREATE FUNCTION count_specialties() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE sides text := '';
BEGIN
  IF TG_OP <> 'DELETE' THEN sides := 'SELECT 1 AS n, * FROM added'; END IF;
  IF TG_OP = 'UPDATE' THEN sides := sides || ' UNION ALL '; END IF;
  IF TG_OP <> 'INSERT' THEN sides := sides || 'SELECT -1 AS n, * FROM gone'; END IF;
  EXECUTE 'WITH s AS (SELECT * FROM (' || sides || $q$) t WHERE {_CURRENT}), above AS ({_ABOVE})
    {_INTO} SELECT year, basis, place_id, specialty, {_SUMS} FROM above GROUP BY 1, 2, 3, 4 HAVING {_MOVED} ORDER BY 1, 2, 3, 4
    ON CONFLICT ({", ".join(KEYS)}) DO UPDATE SET {_ADDED}$q$;
  RETURN NULL;
END $$;
CREATE TRIGGER counted_in AFTER INSERT ON rollup_enrolment REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_specialties();
CREATE TRIGGER counted_on AFTER UPDATE ON rollup_enrolment REFERENCING NEW TABLE AS added OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION count_specialties();
CREATE TRIGGER counted_out AFTER DELETE ON rollup_enrolment REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_specialties();
REVOKE ALL ON FUNCTION specialties_counted, recount_specialties, count_specialties FROM PUBLIC;
GRANT EXECUTE ON FUNCTION specialties_counted TO {WORKER};
"""  # noqa: S608 - made of constants


def counted(cells: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """What the trigger would count of the cells of schools (see rollup.school_cells), but the year. `units`: school_id and path, as text."""
    students, entrants = (pl.col(one).fill_null(0) for one in ("students", "entrants"))
    offered = cells.filter(pl.col("cut") == CUT).select(
        "school_id", "basis", pl.col("member").alias("specialty"), students, entrants
    )
    under = [
        offered.filter(pl.col("basis").is_in([int(asked), int(Basis.BOTH)])).with_columns(basis=int(asked))
        for asked in (Basis.SUBMITTED, Basis.APPROVED)
    ]  # fmt: skip
    has_students = pl.col("students") > 0
    return (
        pl.concat(under, how="vertical_relaxed")
        .join(_above(units), on="school_id")
        .group_by("basis", "place_id", "specialty")
        .agg(
            pl.len().cast(pl.Int64).alias("cells"),
            (has_students | (pl.col("entrants") > 0)).sum().cast(pl.Int64).alias("schools"),
            pl.col("students", "entrants").sum(),
            (pl.col("is_own") & has_students).sum().cast(pl.Int64).alias("own_schools"),
            pl.col("students").filter("is_own").sum().alias("own_students"),
        )
        .sort("basis", "place_id", "specialty")
    )


def _above(units: pl.DataFrame) -> pl.DataFrame:
    """school_id, place_id, is_own: the nation and every place on each unit's path but itself; the last of them is its own."""
    steps = units.select(
        "school_id", pl.col("path").str.strip_chars("{}").str.split(",").cast(pl.List(pl.Int64))
    )
    places = steps.select("school_id", pl.col("path").list.head(pl.col("path").list.len() - 1))
    above = places.explode("path").drop_nulls().rename({"path": "place_id"})
    own = places.select("school_id", pl.col("path").list.last().alias("place_id"), is_own=True)
    nation = units.select(
        "school_id", pl.lit(NATION, pl.Int64).alias("place_id"), is_own=pl.lit(value=False)
    )
    inside = above.join(own, on=["school_id", "place_id"], how="left").with_columns(
        pl.col("is_own").fill_null(value=False)
    )
    return pl.concat([inside, nation])


RECOUNT = "SELECT recount_specialties(y::int) FROM (SELECT DISTINCT year AS y FROM rollup_enrolment WHERE rung = 0) years"
# Planned by what is known of the data however much of it has just come, when nothing of it may have been counted for the planner yet.
# What moved is what is kept of both years, without units that reported in one of them; where those are more than the others, the others are added up.
ASKED_OFTEN = f"""
CREATE OR REPLACE FUNCTION specialty_moves(here int, y int, b int[], number bigint) RETURNS TABLE (specialty text, entrants bigint, before bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE inside text := offered_inside(here) || ' AND f.rung = 4 AND f.year IN ($1, $1 - 1) AND f.basis = ANY ($2) AND ';
  once int[]; steady int[]; of_units text; lines text;
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  IF specialties_kept(here, number) THEN
    inside := inside || 'f.last_load = {FOR_EVER}';
    EXECUTE 'SELECT array_agg(place_id) FILTER (WHERE first = last), array_agg(place_id) FILTER (WHERE first <> last)
      FROM (SELECT f.place_id, min(f.year) AS first, max(f.year) AS last FROM rollup_enrolment f WHERE f.cut = '''' ' || inside || ' GROUP BY 1) units'
    INTO once, steady USING y, b;
    IF steady IS NULL THEN RETURN; END IF;
    of_units := 'SELECT f.member AS specialty, f.year, %s * f.entrants AS entrants FROM rollup_enrolment f
      WHERE f.place_id = ANY (%s) AND f.cut = ''specialty'' ' || inside;
    IF cardinality(once) > cardinality(steady) THEN
      lines := format(of_units, 1, '$5');
    ELSE
      lines := 'SELECT c.specialty, c.year, c.entrants FROM specialty_count c
          WHERE c.year IN ($1, $1 - 1) AND c.basis = $2[1] AND c.place_id = $3 AND c.cells > 0'
        || CASE WHEN once IS NULL THEN '' ELSE ' UNION ALL ' || format(of_units, -1, '$4') END;
    END IF;
    RETURN QUERY EXECUTE 'SELECT specialty, coalesce(sum(entrants) FILTER (WHERE year = $1), 0)::bigint,
      coalesce(sum(entrants) FILTER (WHERE year = $1 - 1), 0)::bigint FROM (' || lines || ') l GROUP BY 1'
    USING y, b, here, once, steady;
    RETURN;
  END IF;
  inside := inside || 'f.first_load <= $3 AND f.last_load > $3';
  RETURN QUERY EXECUTE 'WITH f AS MATERIALIZED (SELECT f.place_id, f.member, f.year, f.entrants FROM rollup_enrolment f WHERE f.cut = ''specialty'' ' || inside || '),
      steady AS (SELECT place_id FROM f GROUP BY 1 HAVING min(year) <> max(year))
    SELECT member, coalesce(sum(entrants) FILTER (WHERE year = $1), 0)::bigint, coalesce(sum(entrants) FILTER (WHERE year = $1 - 1), 0)::bigint
    FROM f JOIN steady USING (place_id) GROUP BY 1'
  USING y, b, number;
END $$;
CREATE OR REPLACE FUNCTION specialty_doubles(here int, y int, b int[], number bigint, most int)
RETURNS TABLE (county int, specialty text, schools int[], students bigint[], entrants bigint[], number_of bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE lists text := 'array_agg(f.place_id ORDER BY f.students DESC, f.place_id), array_agg(f.students ORDER BY f.students DESC, f.place_id),
  array_agg(f.entrants ORDER BY f.students DESC, f.place_id)';
  cells text := 'f.rung = 4 AND f.cut = ''specialty'' AND f.students > 0 AND f.year = $2 AND f.basis = ANY ($3)';
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  IF specialties_kept(here, number) THEN
    RETURN QUERY EXECUTE 'WITH d AS MATERIALIZED (SELECT c.place_id, c.specialty, c.own_schools, c.own_students, count(*) OVER () AS number_of FROM specialty_count c
        WHERE c.year = $2 AND c.basis = $3[1] AND c.own_schools > 1'
      || CASE WHEN here = 1 THEN '' ELSE ' AND c.place_id IN (SELECT place_id FROM place WHERE rung < 4 AND path @> ARRAY[$1])' END
      || ' ORDER BY c.own_schools DESC, c.own_students DESC, c.place_id, c.specialty LIMIT $5),
      units AS MATERIALIZED (SELECT p.place_id, p.path[cardinality(p.path) - 1] AS county FROM place p
        WHERE p.rung = 4 AND p.path[cardinality(p.path) - 1] = ANY (ARRAY(SELECT d.place_id FROM d)))
      SELECT d.place_id, d.specialty, ' || lists || ', d.number_of FROM d JOIN units ON units.county = d.place_id
        CROSS JOIN LATERAL (SELECT f.place_id, f.students, f.entrants FROM rollup_enrolment f
          WHERE f.place_id = units.place_id AND f.member || '''' = d.specialty AND f.last_load = {FOR_EVER} AND ' || cells || ' OFFSET 0) f GROUP BY d.place_id, d.specialty, d.own_schools, d.own_students, d.number_of
      ORDER BY d.own_schools DESC, d.own_students DESC, d.place_id, d.specialty'
    USING here, y, b, number, most;
    RETURN;
  END IF;
  RETURN QUERY EXECUTE 'SELECT f.path[cardinality(f.path) - 1], f.member, ' || lists || ', count(*) OVER () FROM rollup_enrolment f WHERE ' || cells
    || ' AND f.first_load <= $4 AND f.last_load > $4 AND cardinality(f.path) > 1' || offered_inside(here) || ' GROUP BY 1, 2 HAVING count(*) > 1
      ORDER BY count(*) DESC, sum(f.students) DESC, 1, 2 LIMIT $5'
  USING here, y, b, number, most;
END $$;
"""  # noqa: S608 - made of constants
# What is kept answers for places above counties and for the newest load; `b` is what a reader's basis takes in, the basis itself first.
ASKED = f"""
DROP FUNCTION specialty_supply;
DROP FUNCTION specialty_doubles;
CREATE FUNCTION specialties_kept(here int, number bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM place p WHERE p.place_id = here AND p.rung < 3)
    AND number >= coalesce((SELECT l.number FROM load l WHERE l.form = 'enrolment' AND l.place_id = here), 0)
$$;
CREATE FUNCTION specialty_supply(here int, years int[], b int[], number bigint, beginning text)
RETURNS TABLE (year int, place_id int, specialty text, units bigint, students bigint, entrants bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE units int[]; lower int[]; narrowed text := CASE WHEN beginning = '' THEN '' ELSE format(' AND starts_with(f.member, %L)', beginning) END;
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  IF specialties_kept(here, number) THEN
    SELECT array_agg(p.place_id) FILTER (WHERE p.rung = 4), array_agg(p.place_id) FILTER (WHERE p.rung < 4) INTO units, lower FROM place p
      WHERE p.place_id <> here AND CASE WHEN here = 1 THEN cardinality(p.path) = 1 ELSE p.path[cardinality(p.path) - 1] = here END;
    RETURN QUERY SELECT c.year::int, c.place_id, c.specialty, c.schools, c.students, c.entrants FROM specialty_count c
      WHERE c.year = ANY (years) AND c.basis = b[1] AND c.place_id = ANY (lower) AND c.cells > 0 AND starts_with(c.specialty, beginning);
    IF units IS NULL THEN RETURN; END IF;
    narrowed := narrowed || ' AND f.place_id = ANY ($5)';
  END IF;
  RETURN QUERY EXECUTE 'SELECT f.year::int, ' || replace(child_of(here), 'school_id', 'f.place_id') || ', f.member,
      count(*) FILTER (WHERE f.students > 0 OR f.entrants > 0), sum(f.students)::bigint, sum(f.entrants)::bigint
    FROM rollup_enrolment f WHERE f.rung = 4 AND f.cut = ''specialty''
      AND f.year = ANY ($2) AND f.basis = ANY ($3) AND f.first_load <= $4 AND f.last_load > $4'
    || narrowed || offered_inside(here) || ' GROUP BY 1, 2, 3'
  USING here, years, b, number, units;
END $$;
{ASKED_OFTEN}REVOKE ALL ON FUNCTION specialties_kept, specialty_supply, specialty_moves, specialty_doubles FROM PUBLIC;
GRANT EXECUTE ON FUNCTION specialty_supply, specialty_moves, specialty_doubles TO {WEB}, {WORKER};
"""  # noqa: S608 - made of constants
