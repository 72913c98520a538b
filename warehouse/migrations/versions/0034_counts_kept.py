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
    op.execute(kept_counts.HANDED)
    op.execute(security.PUBLISHED_VALUES)
    op.execute(SUPPLY)
    op.create_index(
        "ix_submission_school",
        "submission",
        ["school_id", "year"],
        postgresql_where=sa.text("is_current"),
    )
