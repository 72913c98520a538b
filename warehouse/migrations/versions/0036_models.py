"""Models of risk: kept with their card and back-test, put in force by two people of the ministry, and never changed.

Revision: 0036
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

READER = "current_setting('app.reader', true)"
SIGNED = f"coalesce({READER}, '') <> ''"
TOLD = "model_id, version, digest, made_at, first_year, last_year, schools, loads, card, figures"

# The database looks at the account itself: somebody of the ministry who may dispatch; what was proposed is signed by another, what is
# signed is what was kept. A model that was in force may be proposed again. Nobody changes or takes away either table's lines.
FUNCTIONS = f"""
CREATE FUNCTION risk_model_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who account; last risk_model_step; force bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('risk_model_step'));
  SELECT * INTO who FROM account WHERE login = {READER} AND ended_at IS NULL;
  IF (NEW.login = who.login AND NEW.role = who.role AND who.place_id = 1 AND who.role IN ('supervisor', 'reviewer')) IS NOT TRUE THEN
    RAISE insufficient_privilege USING MESSAGE = 'models of risk are put in force by the ministry';
  END IF;
  IF NOT EXISTS (SELECT FROM risk_model m WHERE m.model_id = NEW.model_id AND m.digest = NEW.digest) THEN
    RAISE EXCEPTION 'a step names the model and its digest';
  END IF;
  SELECT * INTO last FROM risk_model_step s WHERE s.model_id = NEW.model_id ORDER BY step_id DESC LIMIT 1;
  SELECT s.model_id INTO force FROM risk_model_step s WHERE s.deed = 'sign' ORDER BY step_id DESC LIMIT 1;
  IF (CASE NEW.deed
      WHEN 'propose' THEN last.deed IS NULL OR (last.deed = 'sign' AND force <> NEW.model_id)
      WHEN 'sign' THEN last.deed = 'propose' AND last.login <> NEW.login
      ELSE last.deed IS NULL OR last.deed = 'propose' END) IS NOT TRUE THEN
    RAISE EXCEPTION 'this step does not follow the one before it';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER moves BEFORE INSERT ON risk_model_step FOR EACH ROW EXECUTE FUNCTION risk_model_moves();
CREATE FUNCTION risk_model_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a model and what was signed of it are never changed';
END $$;
"""  # noqa: S608 - put together from the conditions above
STAYS = "\n".join(
    f"""CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION risk_model_stays();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION risk_model_stays();"""
    for table in ("risk_model", "risk_model_step")
)
# Everybody who signs in may read the card, for it is about every school's risk; the numbers themselves only the worker needs.
SECURED = f"""
ALTER TABLE risk_model ENABLE ROW LEVEL SECURITY;
ALTER TABLE risk_model_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON risk_model TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY signed_in ON risk_model FOR SELECT TO zhijian_web USING ({SIGNED});
CREATE POLICY worker_reads ON risk_model_step FOR SELECT TO zhijian_worker USING (true);
CREATE POLICY signed_in ON risk_model_step FOR SELECT TO zhijian_web USING ({SIGNED});
CREATE POLICY ministry ON risk_model_step FOR INSERT TO zhijian_web
  WITH CHECK ({SIGNED} AND login = {READER} AND current_setting('app.nation', true) = 'records');
GRANT SELECT ({TOLD}) ON risk_model TO zhijian_web;
GRANT SELECT, INSERT ON risk_model TO zhijian_worker;
GRANT SELECT, INSERT ON risk_model_step TO zhijian_web;
GRANT SELECT ON risk_model_step TO zhijian_worker;
GRANT USAGE ON SEQUENCE risk_model_model_id_seq TO zhijian_worker;
GRANT USAGE ON SEQUENCE risk_model_step_step_id_seq TO zhijian_web;
"""


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "risk_model",
        sa.Column("model_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Text(), nullable=False, comment="of the data and the parameters"),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of its document"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_year", sa.SmallInteger(), nullable=False),
        sa.Column("last_year", sa.SmallInteger(), nullable=False),
        sa.Column("schools", sa.Integer(), nullable=False),
        sa.Column("loads", postgresql.JSONB(), nullable=False, comment="the load number of each form that it learnt from"),
        sa.Column("card", postgresql.JSONB(), nullable=False, comment="by language: the sections of its card"),
        sa.Column("figures", postgresql.JSONB(), nullable=False, comment="its back-test by time"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="the document, compressed"),
        sa.PrimaryKeyConstraint("model_id", name=op.f("risk_model_pkey")),
        sa.UniqueConstraint("digest", name="risk_model_once"),
        comment="风险模型",
    )  # fmt: skip
    op.create_table(
        "risk_model_step",
        sa.Column("step_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False, comment="propose, sign or refuse"),
        sa.Column("digest", sa.Text(), nullable=False, comment="of the document that was signed"),
        *_texts("reason", "login", "role"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("deed IN ('propose', 'sign', 'refuse')", name=op.f("risk_model_step_deed")),
        sa.CheckConstraint("length(reason) <= 500 AND (deed = 'sign' OR length(reason) >= 10)", name=op.f("risk_model_step_reason")),
        sa.ForeignKeyConstraint(["model_id"], ["risk_model.model_id"], name=op.f("risk_model_step_model_id_fkey")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("risk_model_step_pkey")),
        comment="风险模型的提议、签署与否决",
    )  # fmt: skip
    op.create_index("ix_risk_model_step_model_id", "risk_model_step", ["model_id"])
    op.execute(FUNCTIONS)
    op.execute(STAYS)
    op.execute(SECURED)


def downgrade() -> None:
    op.drop_table("risk_model_step")
    op.drop_table("risk_model")
    op.execute("DROP FUNCTION risk_model_moves")
    op.execute("DROP FUNCTION risk_model_stays")
