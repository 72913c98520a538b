"""The record of provinces with systems of their own: applied for by the province, measured and decided by the ministry.

Revision: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
SCOPE = "nullif(current_setting('app.scope', true), '')::int[]"
NATION = "coalesce(current_setting('app.nation', true), '')"
OWN = "deed IN ('apply', 'withdraw')"
BY = "done_by = current_setting('app.reader', true)"

# The database looks at the account itself: a province's supervisor applies for it, a reviewer of the ministry decides, each step after the last.
FUNCTION = """
CREATE FUNCTION fusion_in_turn() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who account; newest bigint;
BEGIN
  SELECT max(step_id) INTO newest FROM fusion_step WHERE place_id = NEW.place_id;
  IF NEW.follows IS DISTINCT FROM newest THEN RAISE EXCEPTION 'this step does not follow the last one'; END IF;
  IF current_setting('role') = 'zhijian_worker' THEN RETURN NEW; END IF;
  SELECT * INTO who FROM account WHERE login = current_setting('app.reader', true) AND ended_at IS NULL;
  IF NEW.deed IN ('apply', 'withdraw') AND who.role = 'supervisor' AND who.place_id = NEW.place_id
     AND EXISTS (SELECT FROM place WHERE place_id = NEW.place_id AND rung = 1) THEN RETURN NEW; END IF;
  IF NOT NEW.deed IN ('apply', 'withdraw') AND who.role = 'reviewer' AND who.place_id = 1
     AND NOT EXISTS (SELECT FROM fusion_step WHERE place_id = NEW.place_id AND deed IN ('apply', 'withdraw') AND done_by = who.login) THEN RETURN NEW; END IF;
  RAISE insufficient_privilege USING MESSAGE = 'this account may not do this';
END $$;
"""
SECURED = f"""
ALTER TABLE fusion_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON fusion_step TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY records ON fusion_step FOR SELECT TO zhijian_web USING ({SIGNED} AND path && {SCOPE});
CREATE POLICY nation ON fusion_step FOR SELECT TO zhijian_web USING ({SIGNED} AND {NATION} = 'records');
CREATE POLICY own_province ON fusion_step FOR INSERT TO zhijian_web
  WITH CHECK ({SIGNED} AND {OWN} AND ARRAY[place_id] = {SCOPE} AND path = ARRAY[place_id] AND {BY});
CREATE POLICY ministry ON fusion_step FOR INSERT TO zhijian_web
  WITH CHECK ({SIGNED} AND NOT {OWN} AND {NATION} = 'records' AND path = ARRAY[place_id] AND {BY});
GRANT SELECT, INSERT ON fusion_step TO zhijian_web, zhijian_worker;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON fusion_step FOR EACH ROW EXECUTE FUNCTION rollout_stays();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON fusion_step EXECUTE FUNCTION rollout_stays();
CREATE TRIGGER in_turn BEFORE INSERT ON fusion_step FOR EACH ROW EXECUTE FUNCTION fusion_in_turn();
"""


def upgrade() -> None:
    op.create_table(
        "fusion_step",
        sa.Column("step_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False, comment="since when the system runs"),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("forms", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False, comment="the declaration, as it was attached"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("measured", postgresql.JSONB(), nullable=True, comment="conformity, as it was measured; null where nothing was"),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("follows", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("done_role", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.CheckConstraint("deed IN ('apply', 'withdraw', 'examine', 'approve', 'return')", name="fusion_step_deed"),
        sa.CheckConstraint("(deed IN ('examine', 'approve')) <= (measured IS NOT NULL)", name="fusion_step_measured"),
        sa.CheckConstraint("length(adapter) <= 60000 AND length(reason) <= 1000", name="fusion_step_length"),
        sa.ForeignKeyConstraint(["follows"], ["fusion_step.step_id"]),
        sa.PrimaryKeyConstraint("step_id", name=op.f("fusion_step_pkey")),
        comment="自建系统融合记录",
    )  # fmt: skip
    op.create_index("fusion_step_follows_once", "fusion_step", ["place_id", "follows"], unique=True, postgresql_nulls_not_distinct=True)  # fmt: skip
    op.execute(FUNCTION)
    op.execute(SECURED)


def downgrade() -> None:
    op.drop_table("fusion_step")
    op.execute("DROP FUNCTION fusion_in_turn")
