"""Settings that move published numbers: proposed by one administrator, decided by another.

Revision: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

READER = "current_setting('app.reader', true)"
OFFICE = "coalesce(current_setting('app.office', true), '')"
# An administrator's settings of the transaction open a place and what is below it as aggregates.
BELOW = (
    "(coalesce(current_setting('app.nation', true), '') <> ''"
    " OR ARRAY[place_id] && nullif(current_setting('app.scope', true), '')::int[]"
    " OR ARRAY[place_id] && nullif(current_setting('app.region', true), '')::int[])"
)
# A province's own people, who are no administrators.
OWN = (
    f"coalesce({READER}, '') <> '' AND {OFFICE} = ''"
    " AND ARRAY[place_id] = nullif(current_setting('app.scope', true), '')::int[]"
)
SIGNED = f"coalesce({READER}, '') <> ''"

# What was proposed stays as it was proposed, and what was decided stays decided, whoever writes.
STAYS = """
CREATE FUNCTION proposal_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE kept proposal;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.state = 'open' THEN
    kept := NEW;
    kept.state := OLD.state; kept.decided_by := OLD.decided_by; kept.decided_at := OLD.decided_at;
    IF kept IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'a proposal is decided once and never changed';
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON proposal FOR EACH ROW EXECUTE FUNCTION proposal_stays();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON proposal EXECUTE FUNCTION proposal_stays();
"""

POLICIES = f"""
ALTER TABLE proposal ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_reads ON proposal FOR SELECT TO zhijian_worker USING (true);
CREATE POLICY provinces_read ON proposal FOR SELECT TO zhijian_web USING ({OWN});
CREATE POLICY provinces_propose ON proposal FOR INSERT TO zhijian_web
  WITH CHECK ({OWN} AND proposed_by = {READER} AND state = 'open');
CREATE POLICY administrators_read ON proposal FOR SELECT TO zhijian_web
  USING ({SIGNED} AND {OFFICE} IN ('system_admin', 'security_admin', 'audit_admin') AND {BELOW});
CREATE POLICY system_proposes ON proposal FOR INSERT TO zhijian_web
  WITH CHECK ({SIGNED} AND {OFFICE} = 'system_admin' AND {BELOW} AND proposed_by = {READER} AND state = 'open');
CREATE POLICY security_decides ON proposal FOR UPDATE TO zhijian_web
  USING ({SIGNED} AND {OFFICE} = 'security_admin' AND {BELOW} AND state = 'open' AND proposed_by <> {READER})
  WITH CHECK (decided_by = {READER} AND state <> 'open');
GRANT SELECT ON proposal TO zhijian_worker;
GRANT SELECT, INSERT ON proposal TO zhijian_web;
GRANT UPDATE (state, decided_by, decided_at) ON proposal TO zhijian_web;
DROP POLICY choice_of_province ON review_choice;
CREATE POLICY choice_of_two ON review_choice FOR INSERT TO zhijian_web
  WITH CHECK (set_by = {READER} AND {OFFICE} = 'security_admin' AND {BELOW});
"""

# Whether a worker lives is all that the pages learn of the queue.
WORKER_SEEN = """
CREATE FUNCTION worker_silent_for() RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = queue, public, pg_temp AS $$
  SELECT extract(epoch FROM now() - max(last_heartbeat))::float8 FROM procrastinate_workers;
$$;
REVOKE ALL ON FUNCTION worker_silent_for() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION worker_silent_for() TO zhijian_web, zhijian_worker;
"""

BEFORE = """
DROP FUNCTION worker_silent_for();
DROP POLICY choice_of_two ON review_choice;
CREATE POLICY choice_of_province ON review_choice FOR INSERT TO zhijian_web
  WITH CHECK (set_by = current_setting('app.reader', true)
    AND ARRAY[place_id] && nullif(current_setting('app.scope', true), '')::int[]);
"""


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("proposal_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("from_year", sa.SmallInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="open, confirmed or declined"),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("decided_by <> proposed_by", name="proposal_two_people"),
        sa.CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="proposal_decided"),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("proposal_pkey")),
        comment="设定变更的提议",
    )
    op.create_index(
        "proposal_one_open", "proposal", ["name", "place_id"], unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip
    op.execute(STAYS)
    op.execute(POLICIES)
    op.execute(WORKER_SEEN)


def downgrade() -> None:
    op.execute(BEFORE)
    op.drop_table("proposal")
    op.execute("DROP FUNCTION proposal_stays")
