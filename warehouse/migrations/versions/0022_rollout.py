"""The roll-out: what provinces file of themselves, their signed monthly reports, and counts of accounts and forms at a moment.

Revision: 0022
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("rollout_filing", "rollout_report")
SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
SCOPE = "nullif(current_setting('app.scope', true), '')::int[]"
NATION = "coalesce(current_setting('app.nation', true), '')"


def secured(table: str, author: str) -> str:
    """Read in one's own subtree and by the ministry; written by the province itself, under one's own name, and only ever added."""
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON {table} TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY records ON {table} FOR SELECT TO zhijian_web USING ({SIGNED} AND path && {SCOPE});
CREATE POLICY nation ON {table} FOR SELECT TO zhijian_web USING ({SIGNED} AND {NATION} = 'records');
CREATE POLICY own_province ON {table} FOR INSERT TO zhijian_web
  WITH CHECK ({SIGNED} AND ARRAY[place_id] = {SCOPE} AND path = ARRAY[place_id] AND {author} = current_setting('app.reader', true));
GRANT SELECT, INSERT ON {table} TO zhijian_web, zhijian_worker;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION rollout_stays();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION rollout_stays();
CREATE TRIGGER own_duty BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION rollout_is_ones_own();
"""


# What was filed or signed is never rewritten, whoever writes; and the database looks at the account itself.
RULES = """
CREATE FUNCTION rollout_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'what a province filed or signed stays as it is';
END $$;
CREATE FUNCTION rollout_is_ones_own() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who account;
BEGIN
  IF current_setting('role') = 'zhijian_worker' THEN RETURN NEW; END IF;
  SELECT * INTO who FROM account WHERE login = current_setting('app.reader', true) AND ended_at IS NULL;
  IF who.role = 'supervisor' AND who.place_id = NEW.place_id
     AND EXISTS (SELECT FROM place WHERE place_id = NEW.place_id AND rung = 1) THEN RETURN NEW; END IF;
  RAISE insufficient_privilege USING MESSAGE = 'this account may not do this';
END $$;
"""

# Counted by the owner for readers of a place's records, so that the policy is asked once, not of every row. Everything is as it was at `by_then`.
COUNTS = """
CREATE FUNCTION rollout_units(here int, y int) RETURNS TABLE (school_id int, province int)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT place_id, path_now[2] FROM ladder
  WHERE year = y AND rung = 4 AND cardinality(path_now) > 1 AND (here = 1 OR path_now @> ARRAY[here])
$$;
CREATE FUNCTION rollout_accounts(here int, y int, by_then timestamptz)
RETURNS TABLE (province int, rung int, due bigint, activated bigint, ever bigint, last timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  RETURN QUERY
  WITH above AS (SELECT DISTINCT unnest(l.path_now) AS place_id FROM ladder l
                 WHERE l.year = y AND l.rung = 4 AND (here = 1 OR l.path_now @> ARRAY[here])),
  owed AS (SELECT l.place_id, l.path_now[2] AS province, l.rung::int AS rung FROM ladder l LEFT JOIN above USING (place_id)
           WHERE l.year = y AND l.rung BETWEEN 1 AND 4 AND cardinality(l.path_now) > 1
             AND (here = 1 OR l.path_now @> ARRAY[here]) AND (l.rung = 4 OR above.place_id IS NOT NULL)),
  opened AS (SELECT o.place_id, min(a.activated_at) AS first, bool_or(a.ended_at IS NULL OR a.ended_at >= by_then) AS lasts
             FROM owed o JOIN account a ON a.place_id = o.place_id
             WHERE a.activated_at < by_then AND (o.rung = 4 OR 'system_admin' IN (a.role, a.wanted_role)) GROUP BY 1)
  SELECT o.province, o.rung, count(*), count(*) FILTER (WHERE p.lasts), count(p.first), max(p.first)
  FROM owed o LEFT JOIN opened p USING (place_id) GROUP BY 1, 2;
END $$;
CREATE FUNCTION rollout_forms(here int, y int, by_then timestamptz, forms text[], domains text[])
RETURNS TABLE (province int, domain text, handed bigint, complete bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  RETURN QUERY
  WITH asked AS (SELECT * FROM unnest(forms, domains) AS t(form, domain)),
  wanted AS (SELECT domain, count(*) AS n FROM asked GROUP BY 1),
  held AS (
    SELECT u.province, s.school_id, a.domain, count(*) AS n FROM rollout_units(here, y) u JOIN standing s ON s.school_id = u.school_id AND s.year = y
    JOIN asked a ON a.form = s.form LEFT JOIN LATERAL (
      SELECT t.after FROM step t WHERE s.since >= by_then AND t.school_id = s.school_id AND t.year = y AND t.form = s.form AND t.at < by_then
      ORDER BY t.step_id DESC LIMIT 1) before ON true
    WHERE CASE WHEN s.since < by_then THEN s.state ELSE before.after END IN ('handed_in', 'reviewed', 'approved') GROUP BY 1, 2, 3)
  SELECT h.province, h.domain, sum(h.n)::bigint, count(*) FILTER (WHERE h.n = w.n) FROM held h JOIN wanted w USING (domain) GROUP BY 1, 2;
END $$;
CREATE FUNCTION rollout_whole(here int, y int, by_then timestamptz, forms text[])
RETURNS TABLE (province int, school_id int, last timestamptz, is_own boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  RETURN QUERY
  WITH locked AS (SELECT s.school_id FROM standing s WHERE s.year = y AND s.form = ANY (forms) AND s.state IN ('handed_in', 'reviewed', 'approved')
                  GROUP BY 1 HAVING count(*) = cardinality(forms)),
  came AS (SELECT t.school_id, t.form, min(t.at) AS at, bool_and(t.deed = 'confirm') AS own FROM step t JOIN locked USING (school_id)
           WHERE t.year = y AND t.deed IN ('confirm', 'admit') AND t.at < by_then AND t.form = ANY (forms) GROUP BY 1, 2)
  SELECT u.province, c.school_id, max(c.at), bool_and(c.own) FROM came c JOIN rollout_units(here, y) u USING (school_id)
  GROUP BY 1, 2 HAVING count(*) = cardinality(forms);
END $$;
CREATE FUNCTION rollout_reviews(here int, y int, by_then timestamptz)
RETURNS TABLE (rung int, schools bigint, returned bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT sees_records(here) THEN RETURN; END IF;
  RETURN QUERY SELECT p.rung::int, count(DISTINCT t.school_id) FILTER (WHERE t.deed IN ('pass', 'approve')), count(*) FILTER (WHERE t.deed = 'return')
    FROM rollout_units(here, y) u JOIN step t ON t.school_id = u.school_id AND t.year = y JOIN place p ON p.place_id = t.place_id
    WHERE t.deed IN ('pass', 'approve', 'return') AND t.at < by_then GROUP BY 1;
END $$;
REVOKE ALL ON FUNCTION rollout_units, rollout_accounts, rollout_forms, rollout_whole, rollout_reviews FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rollout_accounts, rollout_forms, rollout_whole, rollout_reviews TO zhijian_web, zhijian_worker;
"""


def upgrade() -> None:
    op.create_table(
        "rollout_filing",
        sa.Column("filing_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True, comment="null: taken back"),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("replaces", sa.BigInteger(), nullable=True),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.CheckConstraint("number >= 0", name="rollout_filing_number"),
        sa.CheckConstraint("length(words) <= 200", name="rollout_filing_words"),
        sa.ForeignKeyConstraint(["replaces"], ["rollout_filing.filing_id"]),
        sa.PrimaryKeyConstraint("filing_id", name=op.f("rollout_filing_pkey")),
        comment="推进工作填报",
    )
    op.create_index("rollout_filing_replaced_once", "rollout_filing", ["replaces"], unique=True)
    op.create_index("ix_rollout_filing_place_id", "rollout_filing", ["place_id"])
    op.create_table(
        "rollout_report",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False, comment="its first day"),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in
          ("problems", "next_plan", "office", "contact", "content_hash", "signed_by", "signed_role")),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.CheckConstraint("revision >= 1", name="rollout_report_revision"),
        sa.PrimaryKeyConstraint("place_id", "month", "revision", name=op.f("rollout_report_pkey")),
        comment="建设进展情况月报表",
    )  # fmt: skip
    op.execute(RULES)
    op.execute(secured("rollout_filing", "filed_by"))
    op.execute(secured("rollout_report", "signed_by"))
    op.execute(COUNTS)


def downgrade() -> None:
    op.execute(
        "DROP FUNCTION rollout_accounts, rollout_forms, rollout_whole, rollout_reviews, rollout_units"
    )
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION rollout_stays, rollout_is_ones_own")
