"""The published record of rules and models: evaluations, and how many closed cases confirmed each rule.

Revision: 0035
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
WORKER = "current_setting('role') = 'zhijian_worker'"

# Counts of the whole nation by rule name nobody: everybody who signs in may know how often a rule was right.
SECURED = f"""
ALTER TABLE evaluation ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON evaluation TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY signed_in ON evaluation FOR SELECT TO zhijian_web USING ({SIGNED});
GRANT SELECT ON evaluation TO zhijian_web;
GRANT SELECT, INSERT ON evaluation TO zhijian_worker;
GRANT USAGE ON SEQUENCE evaluation_evaluation_id_seq TO zhijian_worker;
CREATE FUNCTION closed_cases() RETURNS TABLE (judgement text, rule text, closed bigint, confirmed bigint, false_alarms bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT ({SIGNED} OR {WORKER}) THEN RETURN; END IF;
  RETURN QUERY SELECT f.judgement, f.rule, count(*), count(*) FILTER (WHERE f.code IN ('wrong_number', 'true_anomaly', 'put_right')),
    count(*) FILTER (WHERE f.code = 'false_alarm') FROM case_file f WHERE f.state = 'closed' GROUP BY 1, 2;
END $$;
REVOKE ALL ON FUNCTION closed_cases FROM PUBLIC;
GRANT EXECUTE ON FUNCTION closed_cases TO zhijian_web, zhijian_worker;
"""  # noqa: S608 - put together from the conditions above


def upgrade() -> None:
    op.create_table(
        "evaluation",
        sa.Column("evaluation_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("command", sa.Text(), nullable=False, comment="what was run"),
        sa.Column("report", postgresql.JSONB(), nullable=False, comment="by language: what was judged, and tables of texts"),
        sa.Column("figures", postgresql.JSONB(), nullable=False, comment="the same in full"),
        sa.PrimaryKeyConstraint("evaluation_id", name=op.f("evaluation_pkey")),
        comment="规则与模型的评估",
    )  # fmt: skip
    op.execute(SECURED)


def downgrade() -> None:
    op.execute("DROP FUNCTION closed_cases")
    op.drop_table("evaluation")
