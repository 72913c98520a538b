"""Where the forms of the nation stand, and what came in, is kept by province and day: the board, the quality of data and the roll-out add up
some thousand lines instead of every form of every school. Whatever moves the rows moves the counts, in its own transaction.
Values of schools without names and the layout of specialties are added up with less work a row; what a province's schools
have handed in is found by school.

Revision: 0034
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from warehouse import kept_counts, security

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

FILL = """
INSERT INTO standing_count (year, province, form, state, day, forms)
  SELECT year, coalesce(path[1], school_id), form, state, day_in_china(since), count(*) FROM standing GROUP BY 1, 2, 3, 4, 5;
INSERT INTO submission_count (year, province, form, day, number, accepted, rows, own, first)
  SELECT year, coalesce(path[1], school_id), form, day_in_china(received_at), count(*), sum(rows_accepted), sum(rows_accepted + rows_refused),
    count(*) FILTER (WHERE approved_load IS DISTINCT FROM first_load), count(*) FILTER (WHERE revision = 1)
  FROM submission WHERE is_current GROUP BY 1, 2, 3, 4;
"""

# Who reported in every one of the years is told by a bit a year, the place by the row itself: what was grouped by paths before.
SUPPLY = """
CREATE OR REPLACE FUNCTION specialty_supply(here int, years int[], b int[], number bigint, beginning text)
RETURNS TABLE (year int, place_id int, specialty text, units bigint, students bigint, entrants bigint, entrants_both bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  RETURN QUERY EXECUTE 'WITH f AS MATERIALIZED (
      SELECT f.year::int AS y, f.place_id AS unit, ' || replace(child_of(here), 'school_id', 'f.place_id') || ' AS child,
        f.member AS code, f.students AS s, f.entrants AS e
      FROM rollup_enrolment f WHERE f.rung = 4 AND f.cut = ''specialty''
        AND f.year = ANY ($2) AND f.basis = ANY ($3) AND f.first_load <= $4 AND f.last_load > $4'
      || CASE WHEN beginning = '' THEN '' ELSE format(' AND starts_with(f.member, %L)', beginning) END
      || offered_inside(here) || '),
    steady AS (SELECT unit FROM f GROUP BY 1 HAVING bit_count(bit_or(1::bigint << (y % 63))::bit(64)) = cardinality($2))
    SELECT y, child, code, count(*) FILTER (WHERE s > 0 OR e > 0), sum(s)::bigint, sum(e)::bigint,
      coalesce(sum(e) FILTER (WHERE steady.unit IS NOT NULL), 0)::bigint
    FROM f LEFT JOIN steady USING (unit) GROUP BY 1, 2, 3'
  USING here, years, b, number;
END $$;
"""

# How many forms of some stand handed in, by province: of the nation and of a province from what is kept, unless one of them has moved since the moment asked about.
# A unit that is not on the year's ladder is due nothing: what stands of it is taken off.
HANDED = """
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
GRANT EXECUTE ON FUNCTION rollout_handed TO zhijian_web, zhijian_worker;
"""


def create(name: str, comment: str, *columns: sa.Column[Any]) -> None:
    """A table of counts that the worker reads and the owner's triggers write."""
    op.create_table(
        name,
        sa.Column("line", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("province", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("year", "line", name=op.f(f"{name}_pkey")),
        comment=comment,
    )
    for statement in security.secure_worker_only(name):
        op.execute(statement)


def upgrade() -> None:
    create(
        "standing_count", "各省报表所处环节的计数",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="since when, in China"),
        sa.Column("forms", sa.BigInteger(), nullable=False, comment="how many more, or fewer, stand so"),
    )  # fmt: skip
    create(
        "submission_count", "各省现行报送的计数",
        sa.Column("day", sa.Date(), nullable=False, comment="received, in China"),
        *(sa.Column(n, sa.BigInteger(), nullable=False) for n in ("number", "accepted", "rows", "own", "first")),
    )  # fmt: skip
    op.execute(kept_counts.KEPT)
    op.execute(FILL)
    op.execute(security.COUNTS)
    op.execute(HANDED)
    op.execute(security.PUBLISHED_VALUES)
    op.execute(SUPPLY)
    op.create_index(
        "ix_submission_school",
        "submission",
        ["school_id", "year"],
        postgresql_where=sa.text("is_current"),
    )
