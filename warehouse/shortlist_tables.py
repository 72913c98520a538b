"""The tables of decisions on shortlists: the list as it was drawn up, what people did with it, and what came of it for each school. Lines are only ever added."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from warehouse.columns import moment, text_column
from warehouse.tables import metadata

shortlist = sa.Table(
    "shortlist", metadata,
    sa.Column("shortlist_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("place_id", sa.Integer, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    text_column("purpose"),
    text_column("member", comment="of a breakdown, such as a class of specialties; empty where schools are compared"),
    text_column("population", comment="the kinds of schools that are compared; empty where all are"),
    sa.Column("wanted", sa.Integer, nullable=False, comment="how many are chosen where nobody departs from the ranking"),
    sa.Column("said", JSONB, nullable=False, comment="criteria with weights and limits, and how many were compared"),
    sa.Column("loads", JSONB, nullable=False, comment="the load number of each form that was read"),
    sa.Column("entries", JSONB, nullable=False, comment="unit, rank, would, band, without, total, points, values, why, against, first"),
    text_column("digest", comment="SHA-256 of all of the above: what is signed"),
    sa.Column("replaces", sa.BigInteger, sa.ForeignKey("shortlist.shortlist_id"), comment="the signed decision that this one reopens"),
    text_column("reason", comment="why it is reopened; empty for a first one"),
    *(text_column(name) for name in ("login", "role")),
    moment("made_at"),
    sa.Column("path", ARRAY(sa.Integer), nullable=False, comment="of the place, not of a school: no school reads others' ranks"),
    sa.CheckConstraint("wanted BETWEEN 1 AND 200 AND jsonb_array_length(entries) BETWEEN 1 AND 800", name="shortlist_size"),
    sa.CheckConstraint("population ~ '^[a-z0-9_.-]{0,200}$'", name="shortlist_population"),
    sa.CheckConstraint("length(said::text) <= 20000 AND length(reason) <= 500", name="shortlist_said"),
    sa.CheckConstraint("(replaces IS NULL) = (reason = '') AND (reason = '' OR length(reason) >= 10)", name="shortlist_reopens"),
    sa.Index("ix_shortlist_place_id", "place_id", "year", "purpose"),
    comment="遴选决定",
)  # fmt: skip

shortlist_step = sa.Table(
    "shortlist_step", metadata,
    sa.Column("step_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("shortlist_id", sa.BigInteger, sa.ForeignKey("shortlist.shortlist_id"), nullable=False),
    text_column("deed", comment="choose, skip, confirm_risk; submit, sign, return, withdraw"),
    sa.Column("school_id", sa.Integer, comment="of choose, skip and confirm_risk"),
    text_column("reason"),
    text_column("digest", comment="of the decision that was signed"),
    *(text_column(name, comment="the forecast, of confirm_risk") for name in ("said_zh", "said_en")),
    *(text_column(name) for name in ("login", "role")),
    moment("at"),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    sa.CheckConstraint("deed IN ('choose', 'skip', 'confirm_risk', 'submit', 'sign', 'return', 'withdraw')", name="shortlist_step_deed"),
    sa.CheckConstraint("(deed IN ('choose', 'skip', 'confirm_risk')) = (school_id IS NOT NULL)", name="shortlist_step_school"),
    sa.CheckConstraint("length(reason) <= 500 AND (deed IN ('submit', 'sign') OR length(reason) >= 10)", name="shortlist_step_reason"),
    sa.CheckConstraint("(deed = 'confirm_risk') = (said_zh <> '')", name="shortlist_step_risk"),
    sa.Index("ix_shortlist_step_shortlist_id", "shortlist_id"),
    comment="遴选决定的环节",
)  # fmt: skip

shortlist_outcome = sa.Table(
    "shortlist_outcome", metadata,
    sa.Column("shortlist_id", sa.BigInteger, sa.ForeignKey("shortlist.shortlist_id"), primary_key=True),
    sa.Column("school_id", sa.Integer, primary_key=True),
    sa.Column("place_id", sa.Integer, nullable=False, comment="whose decision it is"),
    sa.Column("year", sa.SmallInteger, nullable=False),
    *(text_column(name) for name in ("purpose", "member", "population")),
    sa.Column("is_chosen", sa.Boolean, nullable=False),
    text_column("reason", comment="where somebody departed from the ranking"),
    moment("at"),
    sa.Column("path", ARRAY(sa.Integer), nullable=False, comment="of the school: it reads what was decided about itself, once signed"),
    sa.Index("ix_shortlist_outcome_school_id", "school_id"),
    comment="遴选决定对各校的结果",
)  # fmt: skip
