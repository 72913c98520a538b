"""The tree of accounts: where they stand, invitations, what happened to each, new ones from workbooks, rosters of units.

Revision: 0011
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

READER = "coalesce(current_setting('app.reader', true), '')"
OFFICE = "coalesce(current_setting('app.office', true), '')"
SIGNED = f"{READER} <> ''"
BELOW = (
    "(coalesce(current_setting('app.nation', true), '') <> ''"
    " OR path && nullif(current_setting('app.scope', true), '')::int[]"
    " OR path && nullif(current_setting('app.region', true), '')::int[])"
)
SYSTEM = f"{SIGNED} AND {OFFICE} = 'system_admin' AND {BELOW}"
OFFICES = f"{SIGNED} AND {OFFICE} IN ('system_admin', 'security_admin') AND {BELOW}"
OWN = "login = nullif(current_setting('app.login', true), '')"

# Where an account stands is what the ladder says, not what somebody writes.
STANDS = """
CREATE FUNCTION account_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  NEW.path := coalesce((SELECT path FROM place WHERE place_id = NEW.place_id), '{}');
  RETURN NEW;
END $$;
CREATE TRIGGER stands BEFORE INSERT OR UPDATE OF place_id ON account FOR EACH ROW EXECUTE FUNCTION account_stands();
CREATE TRIGGER stands BEFORE INSERT OR UPDATE OF place_id ON roster FOR EACH ROW EXECUTE FUNCTION account_stands();
CREATE FUNCTION follow_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  NEW.path := coalesce((SELECT path FROM account WHERE login = NEW.login), '{}');
  RETURN NEW;
END $$;
CREATE TRIGGER stands BEFORE INSERT ON invitation FOR EACH ROW EXECUTE FUNCTION follow_account();
CREATE TRIGGER stands BEFORE INSERT ON account_step FOR EACH ROW EXECUTE FUNCTION follow_account();
"""
# The web role's column rights are one set for all readers; which of them changes which column is held here. The work of one
# administrator is refused to the other, and nobody changes the own account.
GUARD = """
CREATE FUNCTION account_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  office text := coalesce(current_setting('app.office', true), '');
  is_own boolean := OLD.login = coalesce(current_setting('app.reader', true), '');
BEGIN
  IF current_user <> 'zhijian_web' THEN RETURN NEW; END IF;
  IF (NEW.role, NEW.depth) IS DISTINCT FROM (OLD.role, OLD.depth) AND (office <> 'security_admin' OR is_own) THEN
    RAISE EXCEPTION 'a role is granted by the security administrator, to somebody else' USING ERRCODE = '42501';
  END IF;
  IF (NEW.name_zh, NEW.name_en, NEW.phone, NEW.email, NEW.wanted_role, NEW.valid_until, NEW.is_suspended, NEW.ended_at)
     IS DISTINCT FROM
     (OLD.name_zh, OLD.name_en, OLD.phone, OLD.email, OLD.wanted_role, OLD.valid_until, OLD.is_suspended, OLD.ended_at)
     AND (office <> 'system_admin' OR is_own) THEN
    RAISE EXCEPTION 'an account is kept by the system administrator, and by somebody else' USING ERRCODE = '42501';
  END IF;
  IF (NEW.password_hash, NEW.password_set_at, NEW.must_change, NEW.last_sign_in, NEW.totp_secret, NEW.totp_step)
     IS DISTINCT FROM (OLD.password_hash, OLD.password_set_at, OLD.must_change, OLD.last_sign_in, OLD.totp_secret, OLD.totp_step)
     AND NEW.login <> coalesce(current_setting('app.login', true), '') THEN
    RAISE EXCEPTION 'what somebody signs in with is changed by whoever signs in' USING ERRCODE = '42501';
  END IF;
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'an account that has ended stays as it was' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION account_guard();
"""
# What happens to an account is written down by the database itself.
REMEMBERS = """
CREATE FUNCTION account_did(who text, what text, said text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO account_step (login, by, step, detail) VALUES (who,
    coalesce(nullif(current_setting('app.reader', true), ''), nullif(current_setting('app.login', true), ''), 'system'), what, said)
$$;
REVOKE ALL ON FUNCTION account_did(text, text, text) FROM PUBLIC;
CREATE FUNCTION account_remembers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM account_did(NEW.login, 'created', NEW.wanted_role);
    IF NEW.role <> '' THEN PERFORM account_did(NEW.login, 'granted', NEW.role); END IF;
    RETURN NULL;
  END IF;
  IF NEW.role <> OLD.role THEN
    PERFORM account_did(NEW.login, CASE NEW.role WHEN '' THEN 'role_taken' ELSE 'granted' END,
                        CASE NEW.role WHEN '' THEN OLD.role ELSE NEW.role END);
  END IF;
  IF NEW.is_suspended <> OLD.is_suspended THEN
    PERFORM account_did(NEW.login, CASE WHEN NEW.is_suspended THEN 'suspended' ELSE 'resumed' END, '');
  END IF;
  IF NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL THEN PERFORM account_did(NEW.login, 'ended', ''); END IF;
  IF NEW.activated_at IS NOT NULL AND OLD.activated_at IS NULL THEN PERFORM account_did(NEW.login, 'activated', ''); END IF;
  IF NEW.valid_until IS DISTINCT FROM OLD.valid_until THEN
    PERFORM account_did(NEW.login, 'validity', coalesce(NEW.valid_until::text, ''));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER remembers AFTER INSERT OR UPDATE ON account FOR EACH ROW EXECUTE FUNCTION account_remembers();
"""
# Whoever may set somebody's password anew could become that somebody: the role is therefore given back to the security administrator.
INVITED = """
CREATE FUNCTION account_invited() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE invitation SET revoked_at = now()
    WHERE login = NEW.login AND invitation_id <> NEW.invitation_id AND used_at IS NULL AND revoked_at IS NULL;
  PERFORM account_did(NEW.login, 'invited', '');
  IF current_setting('app.office', true) = 'system_admin' THEN
    UPDATE account SET wanted_role = role, role = '' WHERE login = NEW.login AND activated_at IS NOT NULL AND role <> '';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER invited AFTER INSERT ON invitation FOR EACH ROW EXECUTE FUNCTION account_invited();
CREATE FUNCTION account_revoked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL AND pg_trigger_depth() = 1 THEN
    PERFORM account_did(NEW.login, 'revoked', '');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER revoked AFTER UPDATE ON invitation FOR EACH ROW EXECUTE FUNCTION account_revoked();
"""
# The one way a stranger touches an account: the right code of an open invitation, once; ten wrong ones close it.
USED = """
CREATE FUNCTION use_invitation(wanted text, hashed text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE ours invitation;
BEGIN
  SELECT i.* INTO ours FROM invitation i JOIN account a USING (login)
    WHERE i.login = wanted AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now() AND i.tries < 10
      AND a.ended_at IS NULL AND NOT a.is_suspended
    ORDER BY i.invitation_id DESC LIMIT 1 FOR UPDATE OF i;
  IF NOT FOUND THEN RETURN false; END IF;
  IF ours.code_hash <> hashed THEN
    UPDATE invitation SET tries = tries + 1 WHERE invitation_id = ours.invitation_id;
    RETURN false;
  END IF;
  UPDATE invitation SET used_at = now() WHERE invitation_id = ours.invitation_id;
  PERFORM set_config('app.login', wanted, true);
  UPDATE account SET activated_at = coalesce(activated_at, now()) WHERE login = wanted;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION use_invitation(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION use_invitation(text, text) TO zhijian_web, zhijian_worker;
"""
# Names are one list for the whole country: a creator learns that one is taken, not by whom.
TAKEN = """
CREATE FUNCTION accounts_taken(logins text[], persons text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT login FROM account WHERE login = ANY (logins) AND current_setting('app.office', true) = 'system_admin'
  UNION ALL
  SELECT person FROM account WHERE person = ANY (persons) AND ended_at IS NULL
    AND current_setting('app.office', true) = 'system_admin'
$$;
REVOKE ALL ON FUNCTION accounts_taken(text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_taken(text[], text[]) TO zhijian_web;
"""
# Which tables hold open work is said by their migrations; the functions believe nobody else.
WORK = """
INSERT INTO open_work VALUES ('draft', 'saved_by', 'true', '填报草稿', 'drafts of forms'),
  ('job', 'owner', 'state IN (''waiting'', ''working'')', '后台任务', 'jobs of the worker'),
  ('notice', 'login', 'read_at IS NULL', '未读通知', 'unread notices');
CREATE FUNCTION may_hand_over(who text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(current_setting('app.reader', true), '') <> '' AND current_setting('app.office', true) = 'system_admin'
    AND EXISTS (SELECT FROM account WHERE login = who AND (coalesce(current_setting('app.nation', true), '') <> ''
      OR path && nullif(current_setting('app.region', true), '')::int[]))
$$;
CREATE FUNCTION open_work_of(who text) RETURNS TABLE (name text, number bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE kind open_work; counted bigint;
BEGIN
  IF NOT may_hand_over(who) THEN RETURN; END IF;
  FOR kind IN SELECT * FROM open_work LOOP
    EXECUTE format('SELECT count(*) FROM %I WHERE %I = $1 AND (%s)', kind.name, kind.login_column, kind.is_open)
      INTO counted USING who;
    IF counted > 0 THEN name := kind.name; number := counted; RETURN NEXT; END IF;
  END LOOP;
END $$;
CREATE FUNCTION hand_over(before text, after text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE kind open_work; moved bigint; total bigint := 0;
BEGIN
  IF NOT (may_hand_over(before) AND may_hand_over(after) AND EXISTS (
    SELECT FROM account a JOIN account b USING (place_id, role) WHERE a.login = before AND b.login = after
      AND a.login <> b.login AND b.role <> '' AND b.ended_at IS NULL AND NOT b.is_suspended)) THEN
    RAISE EXCEPTION 'work is handed over within one place and role' USING ERRCODE = '42501';
  END IF;
  FOR kind IN SELECT * FROM open_work LOOP
    EXECUTE format('UPDATE %I SET %I = $2 WHERE %I = $1 AND (%s)', kind.name, kind.login_column, kind.login_column, kind.is_open)
      USING before, after;
    GET DIAGNOSTICS moved = ROW_COUNT;
    total := total + moved;
  END LOOP;
  PERFORM account_did(before, 'handed_over', after);
  RETURN total;
END $$;
REVOKE ALL ON FUNCTION may_hand_over(text), open_work_of(text), hand_over(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_work_of(text), hand_over(text, text) TO zhijian_web;
"""
POLICIES = f"""
DROP POLICY own_login ON account;
CREATE POLICY own_login ON account FOR SELECT TO zhijian_web USING ({OWN} AND ended_at IS NULL AND activated_at IS NOT NULL);
CREATE POLICY offices_see ON account FOR SELECT TO zhijian_web USING ({OFFICES});
CREATE POLICY system_creates ON account FOR INSERT TO zhijian_web WITH CHECK (
  {SYSTEM} AND role = '' AND password_hash = '' AND created_by = {READER} AND activated_at IS NULL AND ended_at IS NULL
);
CREATE POLICY offices_change ON account FOR UPDATE TO zhijian_web USING ({OFFICES}) WITH CHECK ({OFFICES});
GRANT INSERT (login, name_zh, name_en, place_id, depth, role, wanted_role, person, phone, email, valid_until, created_by,
  activated_at) ON account TO zhijian_web;
GRANT UPDATE (name_zh, name_en, phone, email, wanted_role, role, depth, valid_until, is_suspended, ended_at)
  ON account TO zhijian_web;

CREATE POLICY offices_see ON invitation FOR SELECT TO zhijian_web USING ({OFFICES});
CREATE POLICY system_invites ON invitation FOR INSERT TO zhijian_web WITH CHECK ({SYSTEM} AND created_by = {READER});
CREATE POLICY system_revokes ON invitation FOR UPDATE TO zhijian_web USING ({SYSTEM}) WITH CHECK ({SYSTEM});
GRANT SELECT (invitation_id, login, created_by, created_at, expires_at, tries, used_at, revoked_at, path),
  INSERT (login, code_hash, created_by), UPDATE (revoked_at) ON invitation TO zhijian_web;

CREATE POLICY offices_see ON account_step FOR SELECT TO zhijian_web USING ({OFFICES});
GRANT SELECT ON account_step TO zhijian_web;

CREATE POLICY own ON account_batch FOR SELECT TO zhijian_web USING ({SIGNED} AND login = {READER});
CREATE POLICY own_added ON account_batch FOR INSERT TO zhijian_web
  WITH CHECK ({SIGNED} AND {OFFICE} = 'system_admin' AND login = {READER});
GRANT SELECT, INSERT (login, file_name, rows, made, faults) ON account_batch TO zhijian_web;
"""
# Readable above and in the unit itself; kept by whoever stands in that very unit: its statistician or its system administrator.
AT_HOME = (
    "(path[cardinality(path)] = (nullif(current_setting('app.scope', true), '')::int[])[1]"
    " OR path[cardinality(path)] = (nullif(current_setting('app.region', true), '')::int[])[1]"
    f" OR {OFFICE} = 'system_admin')"
)
KEEPER = f"{SIGNED} AND {BELOW} AND {AT_HOME} AND kept_by = {READER}"
ROSTER = f"""
CREATE POLICY above ON roster FOR SELECT TO zhijian_web USING ({SIGNED} AND {BELOW});
CREATE POLICY home_adds ON roster FOR INSERT TO zhijian_web WITH CHECK ({KEEPER});
CREATE POLICY home_changes ON roster FOR UPDATE TO zhijian_web
  USING ({SIGNED} AND {BELOW} AND {AT_HOME}) WITH CHECK ({KEEPER});
CREATE POLICY home_removes ON roster FOR DELETE TO zhijian_web USING ({SIGNED} AND {BELOW} AND {AT_HOME});
GRANT SELECT, INSERT (place_id, part, name, title, phone, email, kept_by),
  UPDATE (part, name, title, phone, email, kept_by, kept_at), DELETE ON roster TO zhijian_web;
"""
NAMED = f"""
ALTER TABLE open_work ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_in ON open_work FOR SELECT TO zhijian_web USING ({SIGNED});
CREATE POLICY worker ON open_work FOR SELECT TO zhijian_worker USING (true);
GRANT SELECT ON open_work TO zhijian_web, zhijian_worker;
"""
TO_WORKER = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON {table} TO zhijian_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zhijian_worker;
"""


def upgrade() -> None:
    widen_account()
    create_tables()
    for block in (STANDS, GUARD, REMEMBERS, INVITED, USED, TAKEN, WORK):
        op.execute(block)
    op.execute("UPDATE account SET place_id = place_id")  # their paths
    for table in ("invitation", "account_step", "account_batch", "roster"):
        op.execute(TO_WORKER.format(table=table))
    op.execute(NAMED)
    op.execute(POLICIES)
    op.execute(ROSTER)


def widen_account() -> None:
    """Accounts that are there already count as activated."""
    moment = sa.DateTime(timezone=True)
    columns: list[sa.Column[Any]] = [
        sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False, server_default="{}"),
        sa.Column("wanted_role", sa.Text(), nullable=False, server_default=""),
        sa.Column("phone", sa.Text(), nullable=False, server_default="", comment="sealed"),
        sa.Column("email", sa.Text(), nullable=False, server_default="", comment="sealed"),
        sa.Column("created_at", moment, nullable=False, server_default=sa.func.now()),
        sa.Column("activated_at", moment, server_default=sa.func.now()),
        sa.Column("ended_at", moment),
    ]
    for column in columns:
        op.add_column("account", column)
    op.alter_column("account", "password_hash", server_default="")
    op.create_index(
        "account_person", "account", ["person"], unique=True,
        postgresql_where=sa.text("person <> '' AND ended_at IS NULL"),
    )  # fmt: skip
    op.create_index("ix_account_path", "account", ["path"], postgresql_using="gin")


def _text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, **options)


def _path() -> sa.Column[Any]:
    return sa.Column("path", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False)


def _moment(name: str, *, is_now: bool = False) -> sa.Column[Any]:
    moment = sa.DateTime(timezone=True)
    if is_now:
        return sa.Column(name, moment, server_default=sa.func.now(), nullable=False)
    return sa.Column(name, moment)


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["login"], ["account.login"], name=op.f(f"{table}_login_fkey"), ondelete="CASCADE"
    )


def create_tables() -> None:
    op.create_table(
        "invitation",
        sa.Column("invitation_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _text("login"),
        _text("code_hash"),
        _text("created_by"),
        _moment("created_at", is_now=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), server_default=sa.text("now() + interval '14 days'"), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False, comment="wrong codes"),
        _moment("used_at"),
        _moment("revoked_at"),
        _path(),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("invitation_pkey")),
        _of_account("invitation"),
        comment="账号邀请",
    )  # fmt: skip
    op.create_index("ix_invitation_login", "invitation", ["login"])
    op.create_table(
        "account_step",
        sa.Column("step_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _text("login"),
        _moment("at", is_now=True),
        _text("by"),
        _text("step"),
        _text("detail", server_default=""),
        _path(),
        sa.PrimaryKeyConstraint("step_id", name=op.f("account_step_pkey")),
        _of_account("account_step"),
        comment="账号的经历",
    )
    op.create_index("ix_account_step_login", "account_step", ["login"])
    create_batch_and_roster()


def create_batch_and_roster() -> None:
    op.create_table(
        "account_batch",
        sa.Column("batch_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _text("login"),
        _moment("at", is_now=True),
        _text("file_name"),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("made", postgresql.ARRAY(sa.Text()), nullable=False, comment="logins; none where something was wrong"),
        sa.Column("faults", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("account_batch_pkey")),
        comment="批量建号",
    )  # fmt: skip
    op.create_index("ix_account_batch_login", "account_batch", ["login"])
    op.create_table(
        "roster",
        sa.Column("member_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        _text("part", comment="contact, chair, deputy or member"),
        _text("name"),
        _text("title"),
        _text("phone", comment="sealed"),
        _text("email", comment="sealed"),
        _text("kept_by"),
        _moment("kept_at", is_now=True),
        _path(),
        sa.PrimaryKeyConstraint("member_id", name=op.f("roster_pkey")),
        comment="联系人与工作专班",
    )
    op.create_index("ix_roster_place_id", "roster", ["place_id"])
    op.create_table(
        "open_work",
        sa.Column("name", sa.Text(), nullable=False, comment="of the table"),
        _text("login_column"),
        _text("is_open", comment="condition in SQL"),
        _text("words_zh"),
        _text("words_en"),
        sa.PrimaryKeyConstraint("name", name=op.f("open_work_pkey")),
        comment="哪些表记有未完成的工作",
    )
