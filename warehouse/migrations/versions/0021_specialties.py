"""Specialties that an administrator adds to the catalogue, or files for one province; and what is offered where, counted.

Revision: 0021
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from warehouse import security

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

READER = "current_setting('app.reader', true)"
# The ministry's system administrator keeps the catalogue, a province's files for that province.
OURS = (
    f"coalesce({READER}, '') <> '' AND current_setting('app.office', true) = 'system_admin' AND uploaded_by = {READER}"
    " AND ((place_id = 1 AND coalesce(current_setting('app.nation', true), '') <> '')"
    " OR ARRAY[place_id] = nullif(current_setting('app.region', true), '')::int[])"
)
POLICIES = f"""
CREATE POLICY system_adds ON specialty FOR INSERT TO zhijian_web WITH CHECK ({OURS});
CREATE POLICY system_changes ON specialty FOR UPDATE TO zhijian_web
  USING (current_setting('app.office', true) = 'system_admin') WITH CHECK ({OURS});
GRANT INSERT (code, place_id, name_zh, name_en, source, uploaded_by, from_year, to_year),
  UPDATE (name_zh, name_en, source, uploaded_by, from_year, to_year) ON specialty TO zhijian_web;
CREATE POLICY own ON specialty_list FOR SELECT TO zhijian_web USING (uploaded_by = nullif({READER}, ''));
CREATE POLICY own_added ON specialty_list FOR INSERT TO zhijian_web WITH CHECK ({OURS} AND state = 'open');
CREATE POLICY own_ended ON specialty_list FOR UPDATE TO zhijian_web
  USING ({OURS} AND state = 'open') WITH CHECK ({OURS} AND state <> 'open');
GRANT SELECT, INSERT (place_id, file_name, source, uploaded_by, lines, state), UPDATE (state) ON specialty_list TO zhijian_web;
"""
# Who files is the nation or a province, never a place below it; and pages that were kept are drawn anew.
RULE = """
CREATE FUNCTION specialty_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.place_id <> 1 AND NOT EXISTS (SELECT FROM place WHERE place_id = NEW.place_id AND rung = 1) THEN
    RAISE insufficient_privilege USING MESSAGE = 'only the nation and a province add specialties';
  END IF;
  NEW.uploaded_at := clock_timestamp();
  INSERT INTO load VALUES ('specialty', 1, 1) ON CONFLICT (form, place_id) DO UPDATE SET number = load.number + 1;
  RETURN NEW;
END $$;
CREATE TRIGGER changes BEFORE INSERT OR UPDATE ON specialty FOR EACH ROW EXECUTE FUNCTION specialty_changes();
"""

# Which specialties are offered where: counted by the owner for readers of a place's records, so that the policy is asked once.
# `both` are entrants of units that reported in all of the years asked for.
COUNTS = """
CREATE FUNCTION enrolled_inside(here int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN here = 1 THEN '' ELSE format(
    ' AND school_id IN (SELECT place_id FROM place WHERE rung = 4 AND path @> ARRAY[%s])', here) END
$$;
CREATE FUNCTION specialty_supply(here int, years int[], b int[], number bigint, beginning text)
RETURNS TABLE (year int, place_id int, specialty text, units bigint, students bigint, entrants bigint, entrants_both bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  RETURN QUERY EXECUTE 'WITH f AS (
      SELECT f.year::int AS y, f.school_id AS unit, right_below(f.path, $1, f.school_id) AS child, f.specialty AS code,
        sum(f.students) AS s, sum(f.entrants) AS e
      FROM fact_enrolment f WHERE f.year = ANY ($2) AND f.basis = ANY ($3) AND f.first_load <= $4 AND f.last_load > $4'
      || CASE WHEN beginning = '' THEN '' ELSE format(' AND starts_with(f.specialty, %L)', beginning) END
      || enrolled_inside(here) || ' GROUP BY 1, 2, 3, 4),
    both_years AS (SELECT unit FROM f GROUP BY unit HAVING count(DISTINCT y) = cardinality($2))
    SELECT y, child, code, count(*) FILTER (WHERE s > 0 OR e > 0), sum(s)::bigint, sum(e)::bigint,
      coalesce(sum(e) FILTER (WHERE b.unit IS NOT NULL), 0)::bigint
    FROM f LEFT JOIN both_years b USING (unit) GROUP BY 1, 2, 3'
  USING here, years, b, number;
END $$;
CREATE FUNCTION specialty_doubles(here int, y int, b int[], number bigint)
RETURNS TABLE (county int, specialty text, schools int[], students bigint[], entrants bigint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  RETURN QUERY EXECUTE 'WITH f AS (
      SELECT f.school_id AS unit, f.path[cardinality(f.path) - 1] AS at, f.specialty AS code,
        sum(f.students)::bigint AS s, sum(f.entrants)::bigint AS e
      FROM fact_enrolment f WHERE f.year = $2 AND f.basis = ANY ($3) AND f.first_load <= $4 AND f.last_load > $4'
      || enrolled_inside(here) || ' GROUP BY 1, 2, 3 HAVING sum(f.students) > 0)
    SELECT at, code, array_agg(unit ORDER BY s DESC, unit), array_agg(s ORDER BY s DESC, unit), array_agg(e ORDER BY s DESC, unit)
    FROM f GROUP BY 1, 2 HAVING count(*) > 1'
  USING here, y, b, number;
END $$;
REVOKE ALL ON FUNCTION enrolled_inside, specialty_supply, specialty_doubles FROM PUBLIC;
GRANT EXECUTE ON FUNCTION specialty_supply, specialty_doubles TO zhijian_web, zhijian_worker;
"""


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _now() -> sa.Column[datetime]:
    return sa.Column(
        "uploaded_at",
        sa.DateTime(timezone=True),
        server_default=sa.func.clock_timestamp(),
        nullable=False,
    )


def upgrade() -> None:
    op.create_table(
        "specialty",
        *_texts("code"),
        sa.Column("place_id", sa.Integer(), nullable=False, comment="the nation, or the province that filed it"),
        *_texts("name_zh", "name_en", "source", "uploaded_by"),
        sa.Column("from_year", sa.SmallInteger(), nullable=False),
        sa.Column("to_year", sa.SmallInteger(), nullable=True),
        _now(),
        sa.PrimaryKeyConstraint("code", "place_id", name=op.f("specialty_pkey")),
        sa.CheckConstraint("code ~ '^[0-9]{6}$'", name=op.f("specialty_code")),
        comment="目录补充和目录外备案专业",
    )  # fmt: skip
    op.create_table(
        "specialty_list",
        sa.Column("list_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        *_texts("file_name", "source", "uploaded_by"),
        _now(),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="open, applied or dropped"),
        sa.PrimaryKeyConstraint("list_id", name=op.f("specialty_list_pkey")),
        comment="上传的专业目录",
    )
    for statement in (
        *security.secure_open("specialty"),
        *security.secure_worker_only("specialty_list"),
    ):
        op.execute(statement)
    op.execute(POLICIES)
    op.execute(RULE)
    op.execute(COUNTS)
