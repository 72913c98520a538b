"""The tables of spot checks: plans as they were drawn, and what was found at the schools that were visited. Lines are only ever added."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from warehouse.columns import moment, text_column
from warehouse.tables import metadata


def _path() -> sa.Column[list[int]]:
    return sa.Column("path", ARRAY(sa.Integer), nullable=False, comment="of the place, not of a school: no school reads who is drawn")  # fmt: skip


spot_plan = sa.Table(
    "spot_plan", metadata,
    sa.Column("plan_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("place_id", sa.Integer, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("visits", sa.Integer, nullable=False, comment="as many as can be made"),
    sa.Column("by_lot", sa.Integer, nullable=False, comment="of these at least by lot"),
    sa.Column("seed", sa.BigInteger, nullable=False, comment="the same seed draws the same"),
    sa.Column("round_id", sa.BigInteger, nullable=False, comment="the round of review that ranked"),
    sa.Column("schools", JSONB, nullable=False, comment="school, arm, stratum, probability, weight, doubts; the weightiest first, then the lot"),
    sa.Column("strata", JSONB, nullable=False, comment="place right below: schools that are not ranked in"),
    *(text_column(name) for name in ("login", "role")),
    moment("made_at"),
    _path(),
    sa.CheckConstraint("visits BETWEEN 1 AND 1000 AND by_lot BETWEEN 0 AND visits AND seed BETWEEN 0 AND 999999999", name="spot_plan_size"),
    sa.CheckConstraint("jsonb_array_length(schools) BETWEEN 1 AND visits", name="spot_plan_schools"),
    sa.Index("ix_spot_plan_place_id", "place_id", "year"),
    comment="抽查方案",
)  # fmt: skip

spot_finding = sa.Table(
    "spot_finding", metadata,
    sa.Column("finding_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("plan_id", sa.BigInteger, sa.ForeignKey("spot_plan.plan_id"), nullable=False),
    sa.Column("school_id", sa.Integer, nullable=False),
    text_column("found", comment="right or wrong: whether the school's data agree with what was seen"),
    sa.Column("day", sa.Date, nullable=False, comment="of the visit"),
    *(text_column(name) for name in ("note", "login", "role")),
    moment("at"),
    _path(),
    sa.CheckConstraint("found IN ('right', 'wrong')", name="spot_finding_found"),
    sa.CheckConstraint("length(note) BETWEEN 1 AND 500", name="spot_finding_note"),
    sa.Index("ix_spot_finding_plan_id", "plan_id"),
    comment="抽查结果",
)  # fmt: skip
