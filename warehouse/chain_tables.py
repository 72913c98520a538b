"""The tables of the review chain: the steps that were taken, where each form stands, and how a province reviews."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from warehouse.tables import metadata

step = sa.Table(
    "step", metadata,
    sa.Column("step_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("school_id", sa.Integer, nullable=False),
    sa.Column("submission_id", sa.BigInteger, nullable=False),
    *(sa.Column(n, sa.Text, nullable=False) for n in ("deed", "before", "after")),
    sa.Column("place_id", sa.Integer, nullable=False, comment="where whoever did it stands"),
    *(sa.Column(n, sa.Text, nullable=False) for n in ("login", "role")),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    *(sa.Column(n, sa.Text, nullable=False) for n in ("note", "content_hash")),
    sa.Column("waits_at", sa.Integer, comment="whose turn it is afterwards; null for nobody's"),
    sa.Column("actor", sa.Text, nullable=False, comment="the right that comes next"),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    sa.Index("ix_step_school", "school_id", "year", "form"),
    comment="审核链的每一步",
)  # fmt: skip

standing = sa.Table(
    "standing", metadata,
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("school_id", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("waits_at", sa.Integer),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("submission_id", sa.BigInteger, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    sa.PrimaryKeyConstraint("year", "form", "school_id"),
    sa.Index("ix_standing_school", "school_id", "year"),
    sa.Index("ix_standing_waits", "waits_at", "year", postgresql_where=sa.text("state IN ('handed_in', 'reviewed')")),
    comment="每份报表在审核链上的位置",
)  # fmt: skip

standing_count = sa.Table(
    "standing_count", metadata,
    sa.Column("line", sa.BigInteger, sa.Identity(), nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("province", sa.Integer, nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False, comment="since when, in China"),
    sa.Column("forms", sa.BigInteger, nullable=False, comment="how many more, or fewer, stand so"),
    sa.PrimaryKeyConstraint("year", "line"),
    comment="各省报表所处环节的计数",
)  # fmt: skip

specialty_count = sa.Table(
    "specialty_count", metadata,
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("basis", sa.SmallInteger, nullable=False, comment="as asked for: 1 or 2"),
    sa.Column("place_id", sa.Integer, nullable=False),
    sa.Column("specialty", sa.Text, nullable=False),
    sa.Column("cells", sa.BigInteger, nullable=False, comment="schools below that reported it"),
    sa.Column("schools", sa.BigInteger, nullable=False, comment="of these, with students or entrants"),
    sa.Column("students", sa.BigInteger, nullable=False),
    sa.Column("entrants", sa.BigInteger, nullable=False),
    sa.Column("own_schools", sa.BigInteger, nullable=False, comment="right under the place, with students"),
    sa.Column("own_students", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("year", "basis", "place_id", "specialty"),
    sa.Index("ix_specialty_count_twice", "year", "basis", postgresql_where=sa.text("own_schools > 1")),
    comment="各地各专业布点的计数",
)  # fmt: skip

review_choice = sa.Table(
    "review_choice", metadata,
    sa.Column("place_id", sa.Integer, nullable=False),
    sa.Column("from_year", sa.SmallInteger, nullable=False),
    sa.Column("rungs", sa.Text, nullable=False, comment="the rungs that review, the lowest first"),
    sa.Column("set_by", sa.Text, nullable=False),
    sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint("place_id", "from_year"),
    comment="各省的审核层级",
)  # fmt: skip

reminder = sa.Table(
    "reminder", metadata,
    sa.Column("place_id", sa.Integer, nullable=False, comment="who was reminded"),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("path", ARRAY(sa.Integer), nullable=False),
    sa.PrimaryKeyConstraint("place_id", "year", "day"),
    comment="催报",
)  # fmt: skip
