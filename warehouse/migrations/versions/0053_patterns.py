"""What a release withholds is kept with it, and how that was proved.

Revision: 0053
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from warehouse.roles import WEB, WORKER

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

TABLES = ("release_pattern", "release_proof")
# Written by the worker only, and read by everybody who signs in. Of the job everybody is told how far it is, and not who asked for it.
JOB = f"""
CREATE FUNCTION release_job(wanted text) RETURNS TABLE (state text, done int, total int, zh text, en text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT j.state, j.done, j.total, j.message_zh, j.message_en FROM job j
  WHERE j.kind = 'release_patterns' AND j.args ->> 'release' = wanted AND coalesce(current_setting('app.reader', true), '') <> ''
  ORDER BY j.job_id DESC LIMIT 1;
$$;
REVOKE ALL ON FUNCTION release_job(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION release_job(text) TO {WEB}, {WORKER};
"""  # noqa: S608 - names of roles
SECURED = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_in ON {table} FOR SELECT TO {WEB} USING (coalesce(current_setting('app.reader', true), '') <> '');
CREATE POLICY worker ON {table} FOR ALL TO {WORKER} USING (true) WITH CHECK (true);
GRANT SELECT ON {table} TO {WEB};
GRANT SELECT, INSERT ON {table} TO {WORKER};
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION release_stays();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION release_stays();
"""
    for table in TABLES
)
# What was remembered of a release is asked again once its patterns are there.
TOLD = "CREATE TRIGGER told AFTER INSERT ON release_proof FOR EACH ROW EXECUTE FUNCTION release_is_told();"
# Minutes of work: no school's file waits behind it, and what is sent on release waits until it is known what it withholds.
QUEUE_OF_A_KIND = (
    "CASE wanted_kind WHEN 'fusion_pull' THEN 'pull' WHEN 'subscription' THEN 'file' WHEN 'large_table' THEN 'file' "
    "WHEN 'release_patterns' THEN 'file' ELSE 'work' END"
)


def _text(name: str, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, comment=comment)


def upgrade() -> None:
    op.create_table(
        "release_pattern",
        _text("number"),
        sa.Column("place_id", sa.Integer(), autoincrement=False, nullable=False, comment="from where it is read"),
        _text("depth", "records or published"), _text("boundary", "now or then"),
        _text("cut", "the breakdown; empty for totals"), _text("metric", "empty: the places of all of them"),
        sa.Column("pattern", sa.LargeBinary(), nullable=False, comment="compressed, see metrics/frozen.py"),
        sa.ForeignKeyConstraint(["number"], ["release.number"], name=op.f("release_pattern_number_fkey")),
        sa.PrimaryKeyConstraint("number", "place_id", "depth", "boundary", "cut", "metric", name=op.f("release_pattern_pkey")),
        comment="发布数的遮盖方案",
    )  # fmt: skip
    op.create_table(
        "release_proof",
        _text("number"),
        _text("rules", "the thresholds and the program by which it was decided"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("cells", "withheld", "programmes", "repaired")),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes of all patterns"),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["release.number"], name=op.f("release_proof_number_fkey")),
        sa.PrimaryKeyConstraint("number", name=op.f("release_proof_pkey")),
        comment="发布数遮盖方案的证明",
    )  # fmt: skip
    op.execute(JOB)
    op.execute(SECURED)
    op.execute(TOLD)
    pulls = import_module("warehouse.migrations.versions.0027_pulls")
    op.execute(pulls.defer_job(QUEUE_OF_A_KIND))


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION release_job")
    pulls, files = (
        import_module(f"warehouse.migrations.versions.{name}")
        for name in ("0027_pulls", "0046_subscriptions")
    )
    op.execute(pulls.defer_job(files.QUEUE_OF_A_KIND))
