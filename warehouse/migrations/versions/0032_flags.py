"""What reviews found: rounds, and flags of the three judgements by school, year and rule.

Revision: 0032
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
SCOPE = "nullif(current_setting('app.scope', true), '')::int[]"
NATION = "coalesce(current_setting('app.nation', true), '')"

# A school reads its own breaches and doubts; what may become of it is for those above.
SECURED = f"""
ALTER TABLE review_round ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON review_round TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY signed_in ON review_round FOR SELECT TO zhijian_web USING ({SIGNED});
GRANT SELECT ON review_round TO zhijian_web;
GRANT SELECT, INSERT ON review_round TO zhijian_worker;
ALTER TABLE flag ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON flag TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY records ON flag FOR SELECT TO zhijian_web USING ({SIGNED} AND path && {SCOPE} AND (judgement <> 'risk' OR ARRAY[school_id] <> {SCOPE}));
CREATE POLICY nation ON flag FOR SELECT TO zhijian_web USING ({SIGNED} AND {NATION} = 'records');
GRANT SELECT ON flag TO zhijian_web;
GRANT SELECT, INSERT, UPDATE ON flag TO zhijian_worker;
GRANT USAGE ON SEQUENCE flag_flag_id_seq, review_round_round_id_seq TO zhijian_worker;
"""


def upgrade() -> None:
    op.create_table(
        "review_round",
        sa.Column("round_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="whole: everything; changed: the schools that reported since"),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_year", sa.SmallInteger(), nullable=False),
        sa.Column("last_year", sa.SmallInteger(), nullable=False),
        sa.Column("schools", sa.Integer(), nullable=False, comment="that were looked at"),
        sa.Column("loads", postgresql.JSONB(), nullable=False, comment="the load number of each form that it read"),
        sa.Column("tally", postgresql.JSONB(), nullable=False, comment="by judgement: found, new, gone"),
        sa.Column("notes", postgresql.JSONB(), nullable=False, comment="what could not be judged, and why"),
        sa.CheckConstraint("kind IN ('whole', 'changed')", name="review_round_kind"),
        sa.PrimaryKeyConstraint("round_id", name=op.f("review_round_pkey")),
        comment="复核轮次",
    )  # fmt: skip
    op.create_table(
        "flag",
        sa.Column("flag_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("judgement", sa.Text(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False, comment="of a breach form.rule or limit.code, of a doubt its signal, of a risk outcome.lead"),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("speaks", sa.Boolean(), nullable=False, comment="false: a single hint that no other kind of evidence confirms"),
        sa.Column("weight", sa.Double(), nullable=False, comment="orders flags of one judgement: rows in breach, bits of doubt, a probability"),
        sa.Column("said_zh", sa.Text(), nullable=False),
        sa.Column("said_en", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False, comment="value, range, history, contributions, cells"),
        sa.Column("first_round", sa.BigInteger(), nullable=False, comment="since when it has stood without a break"),
        sa.Column("last_round", sa.BigInteger(), nullable=False, comment="the newest that found it"),
        sa.Column("gone_round", sa.BigInteger(), nullable=True, comment="the one that did not find it any more; null while it stands"),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.CheckConstraint("judgement IN ('breach', 'doubt', 'risk')", name="flag_judgement"),
        sa.PrimaryKeyConstraint("year", "judgement", "school_id", "rule", name=op.f("flag_pkey")),
        sa.UniqueConstraint("flag_id", name="flag_number"),
        comment="违规、疑点与风险",
    )  # fmt: skip
    op.create_index("ix_flag_school_id", "flag", ["school_id"])
    op.create_index("flag_standing", "flag", ["year", "judgement", "weight"], postgresql_where=sa.text("gone_round IS NULL"))  # fmt: skip
    op.execute(SECURED)


def downgrade() -> None:
    op.drop_table("flag")
    op.drop_table("review_round")
