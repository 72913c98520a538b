"""Pulls of provinces' own systems as jobs: hosts that the ministry allows, sealed tokens, what was asked for and how far it is.

Revision: 0027
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = ("fusion_host", "fusion_token", "fusion_pull", "fusion_pull_form", "fusion_page")
SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
READER = "current_setting('app.reader', true)"
SCOPE = "nullif(current_setting('app.scope', true), '')::int[]"
NATION = "coalesce(current_setting('app.nation', true), '')"
OWN = f"{SIGNED} AND ARRAY[place_id] = {SCOPE} AND path = ARRAY[place_id]"
MINISTRY = f"{SIGNED} AND {NATION} = 'records' AND path = ARRAY[place_id]"

# The database looks at the account itself. A reviewer of the ministry allows hosts, a province's supervisor keeps its token, both may ask for a
# pull; a pull is the job of whoever asks for it.
FUNCTIONS = """
CREATE FUNCTION fusion_is_ones_own() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who account; own boolean; ministry boolean; about int;
BEGIN
  IF TG_OP = 'DELETE' THEN about := OLD.place_id; ELSE about := NEW.place_id; END IF;
  IF current_setting('role') <> 'zhijian_worker' THEN
    SELECT * INTO who FROM account WHERE login = current_setting('app.reader', true) AND ended_at IS NULL;
    own := coalesce(who.role = 'supervisor' AND who.place_id = about, false) AND EXISTS (SELECT FROM place WHERE place_id = about AND rung = 1);
    ministry := coalesce(who.role = 'reviewer' AND who.place_id = 1, false);
    IF NOT (CASE TG_TABLE_NAME WHEN 'fusion_host' THEN ministry WHEN 'fusion_token' THEN own ELSE own OR ministry END) THEN
      RAISE insufficient_privilege USING MESSAGE = 'this account may not do this';
    END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION fusion_pull_has_job() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM job WHERE job_id = NEW.pull_id AND owner = NEW.asked_by AND place_id = NEW.place_id AND kind = 'fusion_pull' AND state = 'waiting')
     OR NOT EXISTS (SELECT FROM fusion_step WHERE step_id = NEW.step_id AND place_id = NEW.place_id) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a pull is the job of whoever asks for it, with the adapter of that province';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION fusion_pull_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE fusion_pull SET state = NEW.state, said_zh = NEW.message_zh, said_en = NEW.message_en, ended_at = NEW.ended_at WHERE pull_id = NEW.job_id;
  RETURN NULL;
END $$;
"""


def secured(table: str) -> str:
    """Read in one's own subtree and by the ministry; the worker does what its job is."""
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON {table} TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY records ON {table} FOR SELECT TO zhijian_web USING ({SIGNED} AND path && {SCOPE});
CREATE POLICY nation ON {table} FOR SELECT TO zhijian_web USING ({SIGNED} AND {NATION} = 'records');
"""


# Nobody of the web reads what is sealed, and of a line that stands only its end is written.
GRANTS = f"""
CREATE POLICY ministry ON fusion_host FOR INSERT TO zhijian_web WITH CHECK ({MINISTRY} AND allowed_by = {READER} AND ended_at IS NULL);
CREATE POLICY ministry_ends ON fusion_host FOR UPDATE TO zhijian_web USING ({MINISTRY} AND ended_at IS NULL) WITH CHECK ({MINISTRY} AND ended_by = {READER});
GRANT SELECT, INSERT, UPDATE (ended_by, ended_at) ON fusion_host TO zhijian_web;
GRANT SELECT, INSERT, UPDATE (ended_by, ended_at) ON fusion_host TO zhijian_worker;
CREATE POLICY own_token ON fusion_token FOR INSERT TO zhijian_web WITH CHECK ({OWN} AND set_by = {READER});
CREATE POLICY own_token_anew ON fusion_token FOR UPDATE TO zhijian_web USING ({OWN}) WITH CHECK ({OWN} AND set_by = {READER});
CREATE POLICY own_token_ends ON fusion_token FOR DELETE TO zhijian_web USING ({OWN});
GRANT SELECT (place_id, host, port, set_by, set_at, path), INSERT, UPDATE (host, port, sealed, set_by, set_at), DELETE ON fusion_token TO zhijian_web;
GRANT SELECT ON fusion_token TO zhijian_worker;
CREATE POLICY own_pull ON fusion_pull FOR INSERT TO zhijian_web WITH CHECK ({OWN} AND asked_by = {READER} AND state = 'waiting');
CREATE POLICY ministry_pull ON fusion_pull FOR INSERT TO zhijian_web WITH CHECK ({MINISTRY} AND asked_by = {READER} AND state = 'waiting');
GRANT SELECT, INSERT ON fusion_pull TO zhijian_web;
GRANT SELECT ON fusion_pull TO zhijian_worker;
GRANT SELECT ON fusion_pull_form TO zhijian_web;
GRANT SELECT, INSERT, UPDATE ON fusion_pull_form TO zhijian_worker;
ALTER TABLE fusion_page ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON fusion_page TO zhijian_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON fusion_page TO zhijian_worker;
CREATE TRIGGER own_duty BEFORE INSERT OR UPDATE ON fusion_host FOR EACH ROW EXECUTE FUNCTION fusion_is_ones_own();
CREATE TRIGGER own_duty BEFORE INSERT OR UPDATE OR DELETE ON fusion_token FOR EACH ROW EXECUTE FUNCTION fusion_is_ones_own();
CREATE TRIGGER own_duty BEFORE INSERT ON fusion_pull FOR EACH ROW EXECUTE FUNCTION fusion_is_ones_own();
CREATE TRIGGER own_job BEFORE INSERT ON fusion_pull FOR EACH ROW EXECUTE FUNCTION fusion_pull_has_job();
CREATE TRIGGER pull_follows AFTER UPDATE OF state ON job FOR EACH ROW WHEN (NEW.kind = 'fusion_pull') EXECUTE FUNCTION fusion_pull_follows();
"""

# Whatever a pull waits for is another server's to answer: it has a queue of its own, so that no school's file waits behind it.
QUEUE_OF_A_KIND = "CASE wanted_kind WHEN 'fusion_pull' THEN 'pull' ELSE 'work' END"


# As migration 0008 made it, but for the queue.
DEFER_JOB = """
CREATE OR REPLACE FUNCTION defer_job(wanted_kind text, wanted_place int, zh text, en text, said jsonb, lane text) RETURNS bigint
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
      THE_QUEUE, 'job', 0, NULL, NULL, jsonb_build_object('job_id', made), NULL)::procrastinate_job_to_defer_v1]);
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
"""


def defer_job(queue: str) -> str:
    return DEFER_JOB.replace("THE_QUEUE", queue)


def numbers(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in names]


def texts(*names: str, **options: Any) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False, **options) for name in names]


def moments(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def path() -> sa.Column[Any]:
    return sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False)


def upgrade() -> None:
    op.create_table(
        "fusion_host",
        sa.Column("host_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        *texts("host"),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False, comment="may resolve to private or loopback addresses"),
        sa.Column("until", sa.Date(), nullable=True, comment="the last day; null: until it is withdrawn"),
        *texts("allowed_by"), *moments("allowed_at"),
        sa.Column("ended_by", sa.Text(), nullable=True), *moments("ended_at", nullable=True), path(),
        sa.CheckConstraint("port BETWEEN 1 AND 65535", name="fusion_host_port"),
        sa.CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="fusion_host_ended"),
        sa.PrimaryKeyConstraint("host_id", name=op.f("fusion_host_pkey")),
        comment="允许拉取的自建系统主机",
    )  # fmt: skip
    op.create_index("fusion_host_once", "fusion_host", ["place_id", "host", "port"], unique=True, postgresql_where=sa.text("ended_at IS NULL"))  # fmt: skip
    op.create_table(
        "fusion_token",
        sa.Column("place_id", sa.Integer(), autoincrement=False, nullable=False),
        *texts("host"), sa.Column("port", sa.Integer(), nullable=False),
        *texts("sealed", comment="opens for this province, host and port alone"),
        *texts("set_by"), *moments("set_at"), path(),
        sa.PrimaryKeyConstraint("place_id", name=op.f("fusion_token_pkey")),
        comment="自建系统接口令牌（加密）",
    )  # fmt: skip
    create_pulls()
    op.execute(FUNCTIONS)
    for table in TABLES[:4]:
        op.execute(secured(table))
    op.execute(GRANTS)
    op.execute(defer_job(QUEUE_OF_A_KIND))


def create_pulls() -> None:
    op.create_table(
        "fusion_pull",
        sa.Column("pull_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the number of its job"),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.BigInteger(), nullable=False, comment="whose adapter is used"),
        *texts("host"), sa.Column("port", sa.Integer(), nullable=False), sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("forms", postgresql.ARRAY(sa.Text()), nullable=False),
        *texts("asked_by", "asked_role"), *moments("asked_at"),
        *texts("state", server_default="waiting", comment="that of its job"), *texts("said_zh", "said_en", server_default=""),
        *moments("ended_at", nullable=True), path(),
        sa.ForeignKeyConstraint(["step_id"], ["fusion_step.step_id"]),
        sa.PrimaryKeyConstraint("pull_id", name=op.f("fusion_pull_pkey")),
        comment="自建系统拉取",
    )  # fmt: skip
    op.create_index("ix_fusion_pull_place_id", "fusion_pull", ["place_id", "pull_id"])
    op.create_index("fusion_pull_one_open", "fusion_pull", ["place_id"], unique=True, postgresql_where=sa.text("state IN ('waiting', 'working')"))  # fmt: skip
    op.create_table(
        "fusion_pull_form",
        sa.Column("pull_id", sa.BigInteger(), nullable=False),
        *texts("form"), *numbers("pages", "rows"),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False, comment="rows that the source says there are"),
        *texts("file_hash", server_default="", comment="of the package's file"), *numbers("receipts", "accepted", "refused", "nobodys"),
        *(sa.Column(name, sa.BigInteger(), nullable=True, comment="receipt") for name in ("first", "last")),
        *moments("received_at", nullable=True), path(),
        sa.ForeignKeyConstraint(["pull_id"], ["fusion_pull.pull_id"]),
        sa.PrimaryKeyConstraint("pull_id", "form", name=op.f("fusion_pull_form_pkey")),
        comment="自建系统拉取：各表进度",
    )  # fmt: skip
    op.create_table(
        "fusion_page",
        sa.Column("place_id", sa.Integer(), autoincrement=False, nullable=False),
        *texts("form"), sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False), *texts("adapter_hash"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="JSON, deflated"),
        sa.Column("read_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.PrimaryKeyConstraint("place_id", "form", "year", "adapter_hash", "number", name=op.f("fusion_page_pkey")),
        comment="自建系统拉取：已读的页",
    )  # fmt: skip


def downgrade() -> None:
    op.execute(defer_job("'work'"))
    op.execute("UPDATE queue.procrastinate_jobs SET queue_name = 'work' WHERE queue_name = 'pull'")
    op.execute("DROP TRIGGER pull_follows ON job")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION fusion_is_ones_own, fusion_pull_has_job, fusion_pull_follows")
