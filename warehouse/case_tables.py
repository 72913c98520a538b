"""The tables of cases: one file for each flag that somebody looks into, its steps, and the documents that came with them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from warehouse.columns import moment, text_column
from warehouse.tables import metadata


def _path() -> sa.Column[list[int]]:
    return sa.Column("path", ARRAY(sa.Integer), nullable=False)


case_file = sa.Table(
    "case_file", metadata,
    sa.Column("case_id", sa.BigInteger, sa.Identity(), primary_key=True),
    text_column("judgement"),
    sa.Column("school_id", sa.Integer, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    text_column("rule", comment="a signal's code, or form.rule of a breach"),
    *(text_column(name, comment="the flag's sentence when it was dispatched") for name in ("said_zh", "said_en")),
    sa.Column("cells", JSONB, nullable=False, comment="[form, column] of each figure it rests on"),
    sa.Column("weight", sa.Double, nullable=False),
    sa.Column("place_id", sa.Integer, nullable=False, comment="who dispatched it"),
    moment("opened_at"),
    text_column("state", server_default="new"),
    moment("since", nullable=True),
    sa.Column("waits_at", sa.Integer, comment="whose turn it is; null for nobody's"),
    text_column("actor", server_default="", comment="the right that comes next"),
    sa.Column("due", sa.Date),
    moment("closed_at", nullable=True),
    text_column("code", server_default=""),
    sa.Column("submission_id", sa.BigInteger, comment="the correction, of a wrong number"),
    sa.Column("seen_submission", sa.BigInteger, comment="the school's newest when it was dispatched: a correction is newer"),
    sa.Column("times", sa.Integer, nullable=False, server_default="1", comment="how often it was flagged"),
    _path(),
    sa.UniqueConstraint("judgement", "school_id", "year", "rule", name="case_file_once"),
    sa.CheckConstraint("judgement IN ('breach', 'doubt')", name="case_file_is_no_risk"),
    sa.CheckConstraint("jsonb_array_length(cells) BETWEEN 1 AND 60", name="case_file_cells"),
    sa.CheckConstraint("length(rule) BETWEEN 1 AND 120 AND length(said_zh) <= 4000 AND length(said_en) <= 8000", name="case_file_length"),
    sa.Index("ix_case_file_school_id", "school_id"),
    sa.Index("ix_case_file_waits", "waits_at", "due", postgresql_where=sa.text("waits_at IS NOT NULL")),
    comment="核查件：一个疑点或违规一件",
)  # fmt: skip

case_step = sa.Table(
    "case_step", metadata,
    sa.Column("case_step_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("case_id", sa.BigInteger, sa.ForeignKey("case_file.case_id"), nullable=False),
    sa.Column("school_id", sa.Integer, nullable=False),
    *(text_column(name) for name in ("deed", "before", "after")),
    text_column("code", comment="what was found"),
    text_column("note"),
    sa.Column("answers", JSONB, nullable=False, comment="form, column, answer: the school's explanation of each figure"),
    *(text_column(name, comment="the sentence, of a flag that came again") for name in ("said_zh", "said_en")),
    sa.Column("submission_id", sa.BigInteger),
    sa.Column("due", sa.Date),
    sa.Column("place_id", sa.Integer, nullable=False, comment="where whoever did it stands"),
    *(text_column(name) for name in ("login", "role")),
    moment("at"),
    sa.Column("waits_at", sa.Integer, comment="whose turn it is afterwards"),
    text_column("actor"),
    _path(),
    sa.CheckConstraint("length(note) <= 2000 AND length(said_zh) <= 4000 AND length(said_en) <= 8000", name="case_step_length"),
    sa.CheckConstraint("(deed = 'explain') = (jsonb_array_length(answers) > 0)", name="case_step_answers"),
    sa.CheckConstraint("(deed IN ('verify', 'close')) = (code <> '')", name="case_step_found"),
    sa.CheckConstraint("(deed IN ('dispatch', 'repeat', 'explain')) OR note <> '' OR said_zh <> ''", name="case_step_says_why"),
    sa.CheckConstraint("(deed = 'close' AND code = 'wrong_number') = (submission_id IS NOT NULL)", name="case_step_correction"),
    sa.Index("ix_case_step_case_id", "case_id"),
    comment="核查件的经过",
)  # fmt: skip

case_evidence = sa.Table(
    "case_evidence", metadata,
    sa.Column("evidence_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("case_step_id", sa.BigInteger, sa.ForeignKey("case_step.case_step_id"), nullable=False),
    sa.Column("case_id", sa.BigInteger, sa.ForeignKey("case_file.case_id"), nullable=False),
    sa.Column("school_id", sa.Integer, nullable=False),
    text_column("name"),
    text_column("kind", comment="by its content"),
    sa.Column("size", sa.Integer, nullable=False, comment="bytes"),
    text_column("file_hash"),
    text_column("sealed", comment="opens for this case and hash alone"),
    text_column("login"),
    moment("at"),
    _path(),
    sa.CheckConstraint("kind IN ('pdf', 'png', 'jpeg', 'xlsx')", name="case_evidence_kind"),
    sa.CheckConstraint("size BETWEEN 1 AND 5000000 AND length(name) BETWEEN 1 AND 200", name="case_evidence_size"),
    sa.UniqueConstraint("case_id", "file_hash", name="case_evidence_once"),
    comment="核查件的佐证材料（加密）",
)  # fmt: skip
