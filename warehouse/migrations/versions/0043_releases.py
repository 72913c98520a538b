"""Releases: the figures of a year as they stood at a moment, drafted and signed by two people of the ministry, and never changed.

Revision: 0043
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

READER = "current_setting('app.reader', true)"
SIGNED = f"coalesce({READER}, '') <> ''"
FROZEN = (
    "year, state, basis, frozen_at, loads, notes_zh, notes_en, open_reason, checks, drafted_by, drafted_role, drafted_at"
)  # fmt: skip
TABLES = ("release_draft", "release_refusal", "release")

# The database looks at the account itself, says by its own clock which moment is frozen and which loads had been reached, gives a signed
# release its number, and copies it from the draft: nobody can sign anything but what was drafted.
FUNCTIONS = f"""
CREATE FUNCTION releases_figures() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM account WHERE login = {READER} AND place_id = 1 AND role IN ('supervisor', 'reviewer') AND ended_at IS NULL);
$$;
REVOKE ALL ON FUNCTION releases_figures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION releases_figures() TO zhijian_web, zhijian_worker;
CREATE FUNCTION release_follows(y smallint, wanted text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT CASE wanted WHEN 'revised' THEN EXISTS (SELECT FROM release WHERE year = y AND state = 'final')
    WHEN 'final' THEN NOT EXISTS (SELECT FROM release WHERE year = y AND state <> 'preliminary')
    ELSE NOT EXISTS (SELECT FROM release WHERE year = y AND state <> 'preliminary') END;
$$;
CREATE FUNCTION release_is_explained(state text, reason text, checks jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT state = 'preliminary' OR length(reason) >= 10 OR NOT checks @> '[{{"verdict": "open"}}]';
$$;
CREATE FUNCTION release_is_drafted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('release'));
  IF NOT releases_figures() OR NOT EXISTS (SELECT FROM account WHERE login = {READER} AND login = NEW.drafted_by AND role = NEW.drafted_role) THEN
    RAISE insufficient_privilege USING MESSAGE = 'figures are released by the ministry';
  END IF;
  IF EXISTS (SELECT FROM release_draft d WHERE d.year = NEW.year AND NOT EXISTS (SELECT FROM release r WHERE r.draft_id = d.draft_id)
      AND NOT EXISTS (SELECT FROM release_refusal f WHERE f.draft_id = d.draft_id)) THEN
    RAISE EXCEPTION 'a draft of that year waits already';
  END IF;
  IF NOT release_follows(NEW.year, NEW.state) OR NOT release_is_explained(NEW.state, NEW.open_reason, NEW.checks) THEN
    RAISE EXCEPTION 'such a release does not follow here, or does not say why it is open';
  END IF;
  NEW.frozen_at := clock_timestamp();
  NEW.drafted_at := NEW.frozen_at;
  NEW.loads := (SELECT coalesce(jsonb_object_agg(l.form, l.number), '{{}}') FROM (SELECT form, max(number) AS number FROM load_log GROUP BY form) l);
  RETURN NEW;
END $$;
CREATE FUNCTION release_is_signed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE d release_draft; made record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('release'));
  SELECT * INTO d FROM release_draft WHERE draft_id = NEW.draft_id;
  IF d.draft_id IS NULL OR NOT releases_figures() OR d.drafted_by = NEW.signed_by
      OR NOT EXISTS (SELECT FROM account WHERE login = {READER} AND login = NEW.signed_by AND role = NEW.signed_role) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a release is signed by a second person of the ministry';
  END IF;
  IF EXISTS (SELECT FROM release_refusal WHERE draft_id = d.draft_id) OR NOT release_follows(d.year, d.state)
      OR NOT release_is_explained(d.state, d.open_reason, NEW.checks_signed) THEN
    RAISE EXCEPTION 'this draft cannot be signed as it stands';
  END IF;
  SELECT count(*) + 1 AS place, count(*) FILTER (WHERE state = 'revised') + 1 AS revision INTO made FROM release WHERE year = d.year;
  NEW.signed_at := clock_timestamp();
  NEW.place_in_year := made.place;
  NEW.revision := CASE d.state WHEN 'revised' THEN made.revision ELSE 0 END;
  NEW.number := 'FB-' || d.year || '-' || made.place;
  SELECT {", ".join(f"d.{name.strip()}" for name in FROZEN.split(","))}
    INTO {", ".join(f"NEW.{name.strip()}" for name in FROZEN.split(","))};
  RETURN NEW;
END $$;
CREATE FUNCTION release_is_refused() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('release'));
  IF NOT releases_figures() OR NOT EXISTS (SELECT FROM account WHERE login = {READER} AND login = NEW.login AND role = NEW.role) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a draft is refused by somebody of the ministry';
  END IF;
  IF EXISTS (SELECT FROM release WHERE draft_id = NEW.draft_id) THEN RAISE EXCEPTION 'what is signed stands'; END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION release_is_told() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO load VALUES ('release', 1, 1) ON CONFLICT (form, place_id) DO UPDATE SET number = load.number + 1;
  RETURN NULL;
END $$;
CREATE FUNCTION release_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a release and its drafts are never changed';
END $$;
CREATE TRIGGER drafted BEFORE INSERT ON release_draft FOR EACH ROW EXECUTE FUNCTION release_is_drafted();
CREATE TRIGGER signed BEFORE INSERT ON release FOR EACH ROW EXECUTE FUNCTION release_is_signed();
CREATE TRIGGER refused BEFORE INSERT ON release_refusal FOR EACH ROW EXECUTE FUNCTION release_is_refused();
CREATE TRIGGER told AFTER INSERT ON release FOR EACH ROW EXECUTE FUNCTION release_is_told();
"""  # noqa: S608 - put together from the conditions above
STAYS = "\n".join(
    f"""CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION release_stays();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION release_stays();"""
    for table in TABLES
)
# What is signed is for everybody who signs in; drafts and refusals are for those who draft and sign.
SECURED = f"""
ALTER TABLE release_draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE release_refusal ENABLE ROW LEVEL SECURITY;
ALTER TABLE release ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_in ON release FOR SELECT TO zhijian_web USING ({SIGNED});
CREATE POLICY ministry ON release FOR INSERT TO zhijian_web WITH CHECK (releases_figures());
CREATE POLICY ministry ON release_draft FOR SELECT TO zhijian_web USING (releases_figures());
CREATE POLICY drafts ON release_draft FOR INSERT TO zhijian_web WITH CHECK (releases_figures());
CREATE POLICY ministry ON release_refusal FOR SELECT TO zhijian_web USING (releases_figures());
CREATE POLICY refuses ON release_refusal FOR INSERT TO zhijian_web WITH CHECK (releases_figures());
CREATE POLICY worker ON release FOR ALL TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY worker ON release_draft FOR ALL TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY worker ON release_refusal FOR SELECT TO zhijian_worker USING (true);
GRANT SELECT, INSERT ON release, release_draft, release_refusal TO zhijian_web;
GRANT SELECT, INSERT ON release, release_draft TO zhijian_worker;
GRANT SELECT ON release_refusal TO zhijian_worker;
GRANT USAGE ON SEQUENCE release_draft_draft_id_seq TO zhijian_web, zhijian_worker;
"""


def _text(name: str, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, comment=comment)


def _moment(name: str, comment: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, comment=comment)


def _frozen() -> list[sa.Column[Any]]:
    return [
        sa.Column("year", sa.SmallInteger(), nullable=False),
        _text("state", "preliminary, final or revised"),
        _text("basis", "submitted or approved"),
        _moment("frozen_at", "the state of the warehouse that it speaks of, by the database's clock"),
        sa.Column("loads", postgresql.JSONB(), nullable=False, comment="the load number of each form then"),
        _text("notes_zh"), _text("notes_en"),
        _text("open_reason", "why it is released although the checklist is not clear"),
        sa.Column("checks", postgresql.JSONB(), nullable=False, comment="the checklist as counted when it was drafted"),
        _text("drafted_by"), _text("drafted_role"), _moment("drafted_at"),
    ]  # fmt: skip


def _rules(table: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint("state IN ('preliminary', 'final', 'revised')", name=op.f(f"{table}_state")),
        sa.CheckConstraint("basis = 'approved' OR (basis = 'submitted' AND state = 'preliminary')", name=op.f(f"{table}_basis")),
        sa.CheckConstraint("length(notes_zh) BETWEEN 10 AND 2000 AND length(notes_en) <= 4000", name=op.f(f"{table}_notes")),
        sa.CheckConstraint("length(open_reason) <= 1000", name=op.f(f"{table}_reason")),
    ]  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "release_draft",
        sa.Column("draft_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *_frozen(),
        *_rules("release_draft"),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("release_draft_pkey")),
        comment="数据发布草稿",
    )
    op.create_index("ix_release_draft_year", "release_draft", ["year"])
    op.create_table(
        "release_refusal",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        _text("reason"), _text("login"), _text("role"), _moment("at"),
        sa.CheckConstraint("length(reason) BETWEEN 10 AND 1000", name=op.f("release_refusal_reason")),
        sa.ForeignKeyConstraint(["draft_id"], ["release_draft.draft_id"], name=op.f("release_refusal_draft_id_fkey")),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("release_refusal_pkey")),
        comment="退回的发布草稿",
    )  # fmt: skip
    op.create_table(
        "release",
        _text("number", "FB-2025-1"),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("place_in_year", sa.SmallInteger(), nullable=False, comment="from 1"),
        sa.Column("revision", sa.SmallInteger(), nullable=False, comment="of revised figures, from 1; else 0"),
        *_frozen(),
        sa.Column("checks_signed", postgresql.JSONB(), nullable=False, comment="the checklist as counted when it was signed"),
        _text("signed_by"), _text("signed_role"), _moment("signed_at"),
        *_rules("release"),
        sa.ForeignKeyConstraint(["draft_id"], ["release_draft.draft_id"], name=op.f("release_draft_id_fkey")),
        sa.PrimaryKeyConstraint("number", name=op.f("release_pkey")),
        sa.UniqueConstraint("draft_id", name=op.f("release_draft_id_key")),
        sa.UniqueConstraint("year", "place_in_year", name="release_order"),
        comment="数据发布",
    )  # fmt: skip
    op.execute(FUNCTIONS)
    op.execute(STAYS)
    op.execute(SECURED)


def downgrade() -> None:
    for table in ("release", "release_refusal", "release_draft"):
        op.drop_table(table)
    for name in (
        "release_is_drafted",
        "release_is_signed",
        "release_is_refused",
        "release_is_told",
        "release_stays",
        "release_follows",
        "release_is_explained",
        "releases_figures",
    ):
        op.execute(f"DROP FUNCTION {name}")
