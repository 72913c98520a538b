"""The review chain: steps that are only ever added, where each form stands, and how each province reviews.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from warehouse import security

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ARROWS = (
    "approved>admit>approved", "approved>reopen>returned", "checked>admit>approved", "checked>confirm>handed_in",
    "checked>fill>filled", "checked>send_back>filled", "filled>admit>approved", "filled>fill>filled",
    "filled>sign>signed", "handed_in>admit>approved", "handed_in>approve>approved", "handed_in>pass>reviewed",
    "handed_in>return>returned", "handed_in>withdraw>filled", "missing>admit>approved", "missing>fill>filled",
    "returned>admit>approved", "returned>fill>filled", "returned>sign>signed", "reviewed>admit>approved",
    "reviewed>approve>approved", "reviewed>pass>reviewed", "reviewed>return>returned", "signed>admit>approved",
    "signed>check>checked", "signed>fill>filled", "signed>send_back>filled",
)  # fmt: skip

SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
IN_SCOPE = (
    f"{SIGNED} AND (coalesce(path && nullif(current_setting('app.scope', true), '')::int[], false) "
    "OR current_setting('app.nation', true) = 'records')"
)
IS_WORKER = "current_setting('role') = 'zhijian_worker'"

# The place that approves last: of the rung the province chose, or of the next above where the ladder lacks it.
LAST_REVIEW = """
CREATE FUNCTION last_review(above int[], y int) RETURNS int
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT p.place_id FROM place p WHERE p.place_id = ANY (above) AND p.rung BETWEEN 1 AND (
    SELECT CASE substring(coalesce((SELECT c.rungs FROM review_choice c WHERE c.place_id = above[1] AND c.from_year <= y
      ORDER BY c.from_year DESC LIMIT 1), 'province') FROM '[a-z]+$') WHEN 'county' THEN 3 WHEN 'prefecture' THEN 2 ELSE 1 END)
  ORDER BY p.rung DESC LIMIT 1
$$;
"""

# Whoever is not the worker does only what his account's role and place let him do, to what stands as he says.
CARRY = f"""
CREATE FUNCTION carry_steps() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT {IS_WORKER} AND EXISTS (
    SELECT FROM added n LEFT JOIN account a ON a.login = n.login
    LEFT JOIN standing s ON s.form = n.form AND s.year = n.year AND s.school_id = n.school_id
    LEFT JOIN place p ON p.place_id = n.school_id
    LEFT JOIN submission m ON m.submission_id = n.submission_id
    WHERE (n.login = current_setting('app.reader', true) AND n.role = a.role AND n.place_id = a.place_id AND n.path = p.path
      AND m.is_current AND m.content_hash = n.content_hash AND m.school_id = n.school_id AND m.form = n.form AND m.year = n.year
      AND CASE n.deed
        WHEN 'sign' THEN a.role = 'statistician' AND a.place_id = n.school_id
        WHEN 'check' THEN a.role = 'school_reviewer' AND a.place_id = n.school_id
        WHEN 'send_back' THEN a.role = CASE n.before WHEN 'signed' THEN 'school_reviewer' ELSE 'head' END AND a.place_id = n.school_id
        WHEN 'confirm' THEN a.role = 'head' AND a.place_id = n.school_id
        WHEN 'withdraw' THEN a.role = 'head' AND a.place_id = n.school_id
        WHEN 'pass' THEN a.role = 'reviewer' AND a.place_id = s.waits_at
        WHEN 'return' THEN a.role = 'reviewer' AND a.place_id = s.waits_at
        WHEN 'approve' THEN a.role = 'reviewer' AND a.place_id = s.waits_at AND a.place_id = last_review(n.path, n.year)
        WHEN 'reopen' THEN a.role = 'reviewer' AND a.place_id = last_review(n.path, n.year)
      END) IS NOT TRUE) THEN
    RAISE insufficient_privilege USING MESSAGE = 'this account may not take this step';
  END IF;
  IF EXISTS (SELECT FROM added n LEFT JOIN standing s ON s.form = n.form AND s.year = n.year AND s.school_id = n.school_id
             WHERE coalesce(s.state, 'missing') <> n.before) THEN
    RAISE serialization_failure USING MESSAGE = 'a form stands elsewhere by now';
  END IF;
  INSERT INTO standing (form, year, school_id, state, since, waits_at, actor, submission_id, content_hash, path)
    SELECT form, year, school_id, after, at, waits_at, actor, submission_id, content_hash, path FROM added
    ON CONFLICT (year, form, school_id) DO UPDATE SET state = excluded.state, since = excluded.since, waits_at = excluded.waits_at,
      actor = excluded.actor, submission_id = excluded.submission_id, content_hash = excluded.content_hash, path = excluded.path;
  RETURN NULL;
END $$;
CREATE TRIGGER carry AFTER INSERT ON step REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION carry_steps();
"""  # noqa: S608 - made of constants

# The order of the keys is the one order in which standings are locked.
HOLD = f"""
CREATE FUNCTION hold_standings(forms text[], years int[], schools int[]) RETURNS SETOF standing
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.* FROM standing s JOIN unnest(forms, years, schools) AS k(form, year, school_id)
    ON s.form = k.form AND s.year = k.year AND s.school_id = k.school_id
  WHERE {IS_WORKER} OR ({IN_SCOPE}) ORDER BY s.year, s.form, s.school_id FOR UPDATE OF s
$$;
REVOKE ALL ON FUNCTION hold_standings(text[], int[], int[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hold_standings(text[], int[], int[]) TO zhijian_web, zhijian_worker;
"""  # noqa: S608 - made of constants

# A step stays as it is. Only its path follows a unit that another place has custody of.
STAY = """
CREATE FUNCTION step_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE kept step;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    kept := NEW;
    kept.path := OLD.path;
    IF kept IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'steps of the review chain are only ever added';
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON step FOR EACH ROW EXECUTE FUNCTION step_stays();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON step EXECUTE FUNCTION step_stays();
"""

GRANTS = f"""
CREATE POLICY steps_of_readers ON step FOR INSERT TO zhijian_web
  WITH CHECK (login = current_setting('app.reader', true) AND {IN_SCOPE});
GRANT INSERT ON step TO zhijian_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO zhijian_worker;
CREATE POLICY choice_of_province ON review_choice FOR INSERT TO zhijian_web
  WITH CHECK (set_by = current_setting('app.reader', true)
    AND ARRAY[place_id] && nullif(current_setting('app.scope', true), '')::int[]);
GRANT INSERT ON review_choice TO zhijian_web;
"""

# What was loaded before there was a chain stands where its last approval or its submission put it.
BEFORE = """
INSERT INTO step (form, year, school_id, submission_id, deed, before, after, place_id, login, role, at, note, content_hash, waits_at, actor, path)
SELECT form, year, school_id, submission_id, CASE WHEN approved_load IS NULL THEN 'fill' ELSE 'admit' END, 'missing',
  CASE WHEN approved_load IS NULL THEN 'filled' ELSE 'approved' END, school_id, received_by, '', received_at, '', content_hash,
  CASE WHEN approved_load IS NULL THEN school_id END, CASE WHEN approved_load IS NULL THEN 'fill' ELSE '' END, path
FROM submission WHERE is_current
"""


def upgrade() -> None:
    create_tables()
    for table in ("step", "standing"):
        for statement in security.secure_facts(table):
            op.execute(statement)
    for statement in security.secure_open("review_choice"):
        op.execute(statement)
    op.execute(LAST_REVIEW)
    op.execute(CARRY.replace(f"NOT {IS_WORKER}", "false"))
    op.execute(BEFORE)
    op.execute(
        CARRY.split("CREATE TRIGGER", maxsplit=1)[0].replace(
            "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
        )
    )
    for block in (HOLD, STAY, GRANTS):
        op.execute(block)


def create_tables() -> None:
    op.create_table(
        "step",
        sa.Column("step_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("deed", "before", "after")),
        sa.Column("place_id", sa.Integer(), nullable=False, comment="where whoever did it stands"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("login", "role")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("note", "content_hash")),
        sa.Column(
            "waits_at",
            sa.Integer(),
            nullable=True,
            comment="whose turn it is afterwards; null for nobody's",
        ),
        sa.Column("actor", sa.Text(), nullable=False, comment="the right that comes next"),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("step_id", name=op.f("step_pkey")),
        sa.CheckConstraint(
            f"before || '>' || deed || '>' || after = ANY (ARRAY{list(ARROWS)})",
            name="step_is_a_move",
        ),
        sa.CheckConstraint("waits_at IS NULL OR waits_at = ANY (path)", name="step_waits_above"),
        comment="审核链的每一步",
    )
    op.create_index("ix_step_school", "step", ["school_id", "year", "form"])
    op.create_table(
        "standing",
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_at", sa.Integer(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("year", "form", "school_id", name=op.f("standing_pkey")),
        comment="每份报表在审核链上的位置",
    )
    op.create_index("ix_standing_school", "standing", ["school_id", "year"])
    op.create_index(
        "ix_standing_waits",
        "standing",
        ["waits_at", "year"],
        postgresql_where=sa.text("state IN ('handed_in', 'reviewed')"),
    )
    op.create_table(
        "review_choice",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("from_year", sa.SmallInteger(), nullable=False),
        sa.Column(
            "rungs", sa.Text(), nullable=False, comment="the rungs that review, the lowest first"
        ),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("place_id", "from_year", name=op.f("review_choice_pkey")),
        comment="各省的审核层级",
    )


def downgrade() -> None:
    for function in (
        "carry_steps()",
        "step_stays()",
        "hold_standings(text[], int[], int[])",
        "last_review(int[], int)",
    ):
        op.execute(f"DROP FUNCTION {function} CASCADE")
    for table in ("step", "standing", "review_choice"):
        op.drop_table(table)
