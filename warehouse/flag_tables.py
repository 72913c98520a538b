"""What reviews found: the rounds, and every flag of the three judgements by its identity."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from warehouse.columns import moment, text_column
from warehouse.tables import metadata

review_round = sa.Table(
    "review_round", metadata,
    sa.Column("round_id", sa.BigInteger, sa.Identity(), primary_key=True),
    text_column("kind", comment="whole: everything; changed: the schools that reported since"),
    moment("began_at"),
    moment("ended_at"),
    sa.Column("first_year", sa.SmallInteger, nullable=False),
    sa.Column("last_year", sa.SmallInteger, nullable=False),
    sa.Column("schools", sa.Integer, nullable=False, comment="that were looked at"),
    sa.Column("loads", JSONB, nullable=False, comment="the load number of each form that it read"),
    sa.Column("tally", JSONB, nullable=False, comment="by judgement: found, new, gone"),
    sa.Column("notes", JSONB, nullable=False, comment="what could not be judged, and why"),
    sa.CheckConstraint("kind IN ('whole', 'changed')", name="review_round_kind"),
    comment="复核轮次",
)  # fmt: skip

flag = sa.Table(
    "flag", metadata,
    sa.Column("flag_id", sa.BigInteger, sa.Identity(), nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    text_column("judgement"),
    sa.Column("school_id", sa.Integer, nullable=False),
    text_column("rule", comment="of a breach form.rule or limit.code, of a doubt its signal, of a risk outcome.lead"),
    text_column("tier"),
    sa.Column("speaks", sa.Boolean, nullable=False, comment="false: a single hint that no other kind of evidence confirms"),
    sa.Column("weight", sa.Double, nullable=False, comment="orders flags of one judgement: rows in breach, bits of doubt, a probability"),
    text_column("said_zh"),
    text_column("said_en"),
    sa.Column("detail", JSONB, nullable=False, comment="value, range, history, contributions, cells"),
    sa.Column("first_round", sa.BigInteger, nullable=False, comment="since when it has stood without a break"),
    sa.Column("gone_round", sa.BigInteger, comment="the one that did not find it any more; null while it stands"),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    sa.Column("digest", sa.BigInteger, nullable=False, comment="of what is said: a flag that says the same is not written again"),
    sa.PrimaryKeyConstraint("year", "judgement", "school_id", "rule"),
    sa.UniqueConstraint("flag_id", name="flag_number"),
    sa.Index("ix_flag_school_id", "school_id"),
    sa.Index("flag_gone", "year", "gone_round", postgresql_where=sa.text("gone_round IS NOT NULL")),
    sa.Index("flag_standing", "year", "judgement", "weight", postgresql_where=sa.text("gone_round IS NULL")),
    sa.CheckConstraint("judgement IN ('breach', 'doubt', 'risk')", name="flag_judgement"),
    comment="违规、疑点与风险",
)  # fmt: skip
