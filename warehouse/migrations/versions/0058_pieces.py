"""What a release withholds of tables by kinds of schools and by several breakdowns is kept with it from the first time that it is decided.

Revision: 0058
"""

import sqlalchemy as sa
from alembic import op

from warehouse.roles import WEB, WORKER

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

# Written as the worker only, and read by everybody who signs in.
SECURED = f"""
ALTER TABLE release_piece ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_in ON release_piece FOR SELECT TO {WEB} USING (coalesce(current_setting('app.reader', true), '') <> '');
CREATE POLICY worker ON release_piece FOR ALL TO {WORKER} USING (true) WITH CHECK (true);
GRANT SELECT ON release_piece TO {WEB};
GRANT SELECT, INSERT ON release_piece TO {WORKER};
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON release_piece FOR EACH ROW EXECUTE FUNCTION release_stays();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON release_piece EXECUTE FUNCTION release_stays();
"""


def _text(name: str, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, comment=comment)


def upgrade() -> None:
    op.create_table(
        "release_piece",
        _text("number"),
        sa.Column("place_id", sa.Integer(), autoincrement=False, nullable=False, comment="from where it is read"),
        _text("depth", "records or published"), _text("boundary", "now or then"),
        _text("made_of", "hash over the columns of the sum, see metrics/frozen.py"),
        _text("piece", "hash over what was decided by what, see metrics/tables/stored.py"),
        sa.Column("cells", sa.LargeBinary(), nullable=False, comment="compressed: which are withheld"),
        _text("rules", "the thresholds and the program by which it was decided"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["release.number"], name=op.f("release_piece_number_fkey")),
        sa.PrimaryKeyConstraint("number", "place_id", "depth", "boundary", "made_of", "piece", name=op.f("release_piece_pkey")),
        comment="发布数按学校类别和多个分组的遮盖方案",
    )  # fmt: skip
    op.execute(SECURED)


def downgrade() -> None:
    op.drop_table("release_piece")
