"""Files as they came in, kept before anybody looks into them.

Revision: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from warehouse import security

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Whose file it is follows from who reads: the account's own place, never what a form says.
KEEP = """
CREATE FUNCTION keep_intake(said_form text, said_year int, name text, hash text, bytes bytea, at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE made bigint;
BEGIN
  INSERT INTO intake (owner, school_id, path, form, year, file_name, file_hash, size, content, received_at)
    SELECT a.login, a.place_id, p.path, said_form, said_year, left(name, 200), hash, octet_length(bytes), bytes, at
    FROM account a JOIN place p ON p.place_id = a.place_id
    WHERE a.login = nullif(current_setting('app.reader', true), '') AND a.role = 'statistician' AND p.rung = 4
    RETURNING intake_id INTO made;
  IF made IS NULL THEN
    RAISE EXCEPTION 'only the statistician of a school hands in its files' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN made;
END $$;
REVOKE ALL ON FUNCTION keep_intake(text, int, text, text, bytea, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_intake(text, int, text, text, bytea, timestamptz) TO zhijian_web;
"""


def upgrade() -> None:
    op.create_table(
        "intake",
        sa.Column("intake_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("file_name", "file_hash")),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.func.clock_timestamp(),
            nullable=False,
        ),
        sa.Column("submission_id", sa.BigInteger(), nullable=True),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("intake_id", name=op.f("intake_pkey")),
        comment="收件：上传的原始文件",
    )
    op.create_index("ix_intake_school_id", "intake", ["school_id", "intake_id"])
    for statement in security.secure_facts("intake"):
        op.execute(statement)
    op.execute(KEEP)
