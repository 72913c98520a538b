"""The queue of jobs in a schema of its own, jobs as their owners see them, notices.

Revision: 0008
"""

from pathlib import Path

import procrastinate
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WEB, WORKER = "zhijian_web", "zhijian_worker"
SCHEMA = Path(procrastinate.__file__).parent / "sql" / "schema.sql"

# The library names its tables without a schema, so whoever works the queue finds them by search_path.
# Its functions carry that path with them, for whoever's statement sets off a trigger.
QUEUE = """
DO $$
DECLARE one regprocedure;
BEGIN
  FOR one IN SELECT oid FROM pg_proc WHERE pronamespace = 'queue'::regnamespace LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = queue, public, pg_temp', one);
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA queue TO zhijian_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA queue TO zhijian_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA queue TO zhijian_worker;
"""

READER = "nullif(current_setting('app.reader', true), '')"
JOBS = f"""
ALTER TABLE job ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON job TO {WORKER} USING (true) WITH CHECK (true);
CREATE POLICY own ON job FOR SELECT TO {WEB} USING (owner = {READER});
CREATE POLICY cancel ON job FOR UPDATE TO {WEB} USING (owner = {READER} AND state IN ('waiting', 'working'))
  WITH CHECK (owner = {READER} AND is_cancel_wanted);
GRANT SELECT, INSERT, UPDATE, DELETE ON job TO {WORKER};
GRANT SELECT, UPDATE (is_cancel_wanted) ON job TO {WEB};
"""

# Who asks is who reads: nobody can name another. What many jobs of a kind share ("lane") is deferred once and left alone
# while it waits; the row is held so that no worker takes it up before what is asked here can be seen.
DEFER = """
CREATE FUNCTION defer_job(wanted_kind text, wanted_place int, zh text, en text, said jsonb, lane text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = queue, public, pg_temp AS $$
DECLARE asker text := coalesce(current_setting('app.reader', true), ''); place_path int[]; made bigint; called bigint;
BEGIN
  SELECT path INTO place_path FROM place WHERE place_id = wanted_place;
  IF asker = '' OR place_path IS NULL OR wanted_kind !~ '^[a-z_]{1,40}$' OR lane NOT IN ('', wanted_kind)
     OR octet_length(said::text) > 8000
     OR NOT (coalesce(current_setting('app.nation', true), '') <> ''
             OR coalesce(place_path && nullif(current_setting('app.scope', true), '')::int[], false)
             OR coalesce(place_path && nullif(current_setting('app.region', true), '')::int[], false)) THEN
    RAISE EXCEPTION 'this job may not be asked for' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (SELECT count(*) FROM job WHERE owner = asker AND state IN ('waiting', 'working')) >= 100 THEN
    RAISE EXCEPTION 'too many jobs are waiting' USING ERRCODE = 'configuration_limit_exceeded';
  END IF;
  INSERT INTO job (owner, place_id, path, kind, title_zh, title_en, args)
    VALUES (asker, wanted_place, place_path, wanted_kind, left(zh, 200), left(en, 200), said) RETURNING job_id INTO made;
  IF lane = '' THEN
    PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(
      'work', 'job', 0, NULL, NULL, jsonb_build_object('job_id', made), NULL)::procrastinate_job_to_defer_v1]);
    RETURN made;
  END IF;
  LOOP
    INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock) VALUES ('work', 'lane:' || lane, 'lane:' || lane)
      ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING;
    SELECT id INTO called FROM procrastinate_jobs WHERE queueing_lock = 'lane:' || lane AND status = 'todo' FOR SHARE;
    EXIT WHEN called IS NOT NULL;
  END LOOP;
  RETURN made;
END $$;
REVOKE ALL ON FUNCTION defer_job(text, int, text, text, jsonb, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION defer_job(text, int, text, text, jsonb, text) TO zhijian_web, zhijian_worker;
"""

NOTICES = """
ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON notice TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY own ON notice FOR SELECT TO zhijian_web USING (login = nullif(current_setting('app.reader', true), ''));
CREATE POLICY mark ON notice FOR UPDATE TO zhijian_web USING (login = nullif(current_setting('app.reader', true), '')) WITH CHECK (login = nullif(current_setting('app.reader', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON notice TO zhijian_worker;
GRANT SELECT, UPDATE (read_at) ON notice TO zhijian_web;
CREATE FUNCTION tell_notice(to_login text, to_place int, to_roles text[], what text, about text, zh text, en text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE told int;
BEGIN
  INSERT INTO notice (login, sender, kind, object, said_zh, said_en)
    SELECT a.login, coalesce(current_setting('app.reader', true), ''), left(what, 40), left(about, 500), left(zh, 500), left(en, 500)
    FROM account a WHERE a.login = to_login OR (a.place_id = to_place AND a.role = ANY (to_roles));
  GET DIAGNOSTICS told = ROW_COUNT;
  RETURN told;
END $$;
REVOKE ALL ON FUNCTION tell_notice(text, int, text[], text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tell_notice(text, int, text[], text, text, text, text) TO zhijian_web, zhijian_worker;
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA queue")
    op.execute("SET LOCAL search_path = queue, public")
    op.get_bind().exec_driver_sql(SCHEMA.read_text(), execution_options={"no_parameters": True})
    op.execute("SET LOCAL search_path = public")
    op.execute(QUEUE)
    create_job()
    op.execute(JOBS)
    op.execute(DEFER)
    create_notice()
    op.execute(NOTICES)


def create_job() -> None:
    op.create_table(
        "job",
        sa.Column("job_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("title_zh", "title_en")),
        sa.Column("args", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        *(
            sa.Column(name, sa.Integer(), server_default="0", nullable=False)
            for name in ("done", "total")
        ),
        sa.Column("is_cancel_wanted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "asked_at",
            sa.DateTime(timezone=True),
            server_default=sa.func.clock_timestamp(),
            nullable=False,
        ),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=True)
            for name in ("started_at", "ended_at")
        ),
        *(
            sa.Column(name, sa.Text(), server_default="", nullable=False)
            for name in ("message_zh", "message_en", "leads_to")
        ),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name=op.f("job_pkey")),
        comment="后台任务",
    )
    op.create_index("ix_job_owner_asked_at", "job", ["owner", "asked_at"])
    op.create_index(
        "ix_job_waiting",
        "job",
        ["kind", "job_id"],
        postgresql_where=sa.text("state IN ('waiting', 'working')"),
    )


def create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("notice_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("login", "sender", "kind", "object", "said_zh", "said_en")
        ),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.func.clock_timestamp(),
            nullable=False,
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("notice_pkey")),
        comment="站内通知",
    )
    op.create_index("ix_notice_login_at", "notice", ["login", "at"])
    op.create_index(
        "ix_notice_unwritten",
        "notice",
        ["login"],
        postgresql_where=sa.text("letter_id IS NULL AND read_at IS NULL"),
    )
