"""The tables of releases: drafts, refusals and what was signed. Lines are only ever added."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from warehouse.columns import moment, text_column
from warehouse.tables import metadata


def _frozen() -> list[sa.Column[Any]]:
    """What a release is, from its draft on."""
    return [
        sa.Column("year", sa.SmallInteger, nullable=False),
        text_column("state", comment="preliminary, final or revised"),
        text_column("basis", comment="submitted or approved"),
        moment("frozen_at", comment="the state of the warehouse that it speaks of, by the database's clock"),
        sa.Column("loads", JSONB, nullable=False, comment="the load number of each form then"),
        *(text_column(name) for name in ("notes_zh", "notes_en")),
        text_column("open_reason", comment="why it is released although the checklist is not clear"),
        sa.Column("checks", JSONB, nullable=False, comment="the checklist as counted when it was drafted"),
        *(text_column(name) for name in ("drafted_by", "drafted_role")),
        moment("drafted_at"),
    ]  # fmt: skip


def _rules(table: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint("state IN ('preliminary', 'final', 'revised')", name=f"{table}_state"),
        sa.CheckConstraint("basis = 'approved' OR (basis = 'submitted' AND state = 'preliminary')", name=f"{table}_basis"),
        sa.CheckConstraint("length(notes_zh) BETWEEN 10 AND 2000 AND length(notes_en) <= 4000", name=f"{table}_notes"),
        sa.CheckConstraint("length(open_reason) <= 1000", name=f"{table}_reason"),
    ]  # fmt: skip


release_draft = sa.Table(
    "release_draft", metadata,
    sa.Column("draft_id", sa.BigInteger, sa.Identity(), primary_key=True),
    *_frozen(),
    *_rules("release_draft"),
    sa.Index("ix_release_draft_year", "year"),
    comment="数据发布草稿",
)  # fmt: skip

release_refusal = sa.Table(
    "release_refusal", metadata,
    sa.Column("draft_id", sa.BigInteger, sa.ForeignKey("release_draft.draft_id"), primary_key=True),
    text_column("reason"),
    *(text_column(name) for name in ("login", "role")),
    moment("at"),
    sa.CheckConstraint("length(reason) BETWEEN 10 AND 1000", name="release_refusal_reason"),
    comment="退回的发布草稿",
)  # fmt: skip

release = sa.Table(
    "release", metadata,
    text_column("number", primary_key=True, comment="FB-2025-1"),
    sa.Column("draft_id", sa.BigInteger, sa.ForeignKey("release_draft.draft_id"), nullable=False, unique=True),
    sa.Column("place_in_year", sa.SmallInteger, nullable=False, comment="from 1"),
    sa.Column("revision", sa.SmallInteger, nullable=False, comment="of revised figures, from 1; else 0"),
    *_frozen(),
    sa.Column("checks_signed", JSONB, nullable=False, comment="the checklist as counted when it was signed"),
    *(text_column(name) for name in ("signed_by", "signed_role")),
    moment("signed_at"),
    *_rules("release"),
    sa.UniqueConstraint("year", "place_in_year", name="release_order"),
    comment="数据发布",
)  # fmt: skip


def _reach() -> list[sa.Column[Any]]:
    """Of which release, and as whom it is read: from where, how deep and under which boundary."""
    return [
        sa.Column("number", sa.Text, sa.ForeignKey("release.number"), primary_key=True),
        sa.Column("place_id", sa.Integer, primary_key=True, autoincrement=False, comment="from where it is read"),
        text_column("depth", primary_key=True, comment="records or published"),
        text_column("boundary", primary_key=True, comment="now or then"),
    ]  # fmt: skip


release_pattern = sa.Table(
    "release_pattern", metadata,
    *_reach(),
    text_column("cut", primary_key=True, comment="the breakdown; empty for totals"),
    text_column("metric", primary_key=True, comment="empty: the places of all of them"),
    sa.Column("pattern", sa.LargeBinary, nullable=False, comment="compressed, see metrics/frozen.py"),
    comment="发布数的遮盖方案",
)  # fmt: skip

release_piece = sa.Table(
    "release_piece", metadata,
    *_reach(),
    text_column("made_of", primary_key=True, comment="hash over the columns of the sum, see metrics/frozen.py"),
    text_column("piece", primary_key=True, comment="hash over what was decided by what, see metrics/tables/stored.py"),
    sa.Column("cells", sa.LargeBinary, nullable=False, comment="compressed: which are withheld"),
    text_column("rules", comment="the thresholds and the program by which it was decided"),
    moment("decided_at"),
    comment="发布数按学校类别和多个分组的遮盖方案",
)  # fmt: skip

release_proof = sa.Table(
    "release_proof", metadata,
    sa.Column("number", sa.Text, sa.ForeignKey("release.number"), primary_key=True),
    text_column("rules", comment="the thresholds and the program by which it was decided"),
    *(sa.Column(name, sa.Integer, nullable=False) for name in ("cells", "withheld", "programmes", "repaired")),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False, comment="bytes of all patterns"),
    moment("proved_at"),
    comment="发布数遮盖方案的证明",
)  # fmt: skip
