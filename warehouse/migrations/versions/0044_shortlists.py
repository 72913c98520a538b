"""Decisions on shortlists: drawn up by one person, signed by another, and immutable from then on.

Revision: 0044
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
SCOPE = "nullif(current_setting('app.scope', true), '')::int[]"
NATION = "coalesce(current_setting('app.nation', true), '')"
IN_SCOPE = f"{SIGNED} AND (coalesce(path && {SCOPE}, false) OR {NATION} = 'records')"
BY = "login = current_setting('app.reader', true)"

RULES = """
CREATE FUNCTION shortlist_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a decision on a shortlist, its steps and what came of it stay as they are';
END $$;
CREATE FUNCTION shortlist_is_an_offices() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who account;
BEGIN
  SELECT * INTO who FROM account WHERE login = current_setting('app.reader', true) AND ended_at IS NULL;
  IF (who.role IN ('supervisor', 'reviewer') AND NEW.login = who.login AND NEW.role = who.role
      AND (who.place_id = 1 OR who.place_id = ANY (NEW.path))) IS NOT TRUE THEN
    RAISE insufficient_privilege USING MESSAGE = 'this account may not decide on shortlists here';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION shortlist_signed(place integer, of_year integer, for_purpose text, for_member text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT max(s.shortlist_id) FROM shortlist s JOIN shortlist_step t ON t.shortlist_id = s.shortlist_id AND t.deed = 'sign'
    WHERE s.place_id = place AND s.year = of_year AND s.purpose = for_purpose AND s.member = for_member
$$;
CREATE FUNCTION shortlist_is_of_its_place() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM place p WHERE p.place_id = NEW.place_id AND p.rung < 4 AND p.path = NEW.path) THEN
    RAISE EXCEPTION 'a decision is of a place above the schools';
  END IF;
  IF NEW.place_id <> 1 AND EXISTS (SELECT FROM jsonb_array_elements(NEW.entries) e LEFT JOIN place p ON p.place_id = (e ->> 'unit')::int
      WHERE (p.rung = 4 AND NEW.place_id = ANY (p.path)) IS NOT TRUE) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a decision is about schools of its own place';
  END IF;
  IF shortlist_signed(NEW.place_id, NEW.year, NEW.purpose, NEW.member) IS DISTINCT FROM NEW.replaces THEN
    RAISE EXCEPTION 'a new decision names the signed one that it reopens';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION shortlist_chosen(list bigint) RETURNS TABLE (school_id integer, is_chosen boolean, is_marked boolean, is_first boolean, has_against boolean, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT (e ->> 'unit')::int, coalesce(m.deed = 'choose', (e ->> 'first')::boolean), m.deed IS NOT NULL, (e ->> 'first')::boolean,
      jsonb_array_length(e -> 'against') > 0, coalesce(m.reason, '')
    FROM shortlist s CROSS JOIN jsonb_array_elements(s.entries) e
    LEFT JOIN LATERAL (SELECT t.deed, t.reason FROM shortlist_step t WHERE t.shortlist_id = s.shortlist_id AND t.school_id = (e ->> 'unit')::int
      AND t.deed IN ('choose', 'skip') ORDER BY t.step_id DESC LIMIT 1) m ON true
    WHERE s.shortlist_id = list
$$;
CREATE FUNCTION shortlist_step_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE list shortlist; last text;
BEGIN
  SELECT * INTO list FROM shortlist s WHERE s.shortlist_id = NEW.shortlist_id FOR UPDATE;
  SELECT t.deed INTO last FROM shortlist_step t WHERE t.shortlist_id = NEW.shortlist_id AND t.deed IN ('submit', 'sign', 'return', 'withdraw')
    ORDER BY t.step_id DESC LIMIT 1;
  IF NEW.path IS DISTINCT FROM list.path THEN
    RAISE EXCEPTION 'a step is of its decision';
  END IF;
  IF last IN ('sign', 'withdraw') THEN
    RAISE EXCEPTION 'this decision is closed: a new one names it';
  END IF;
  IF NEW.deed IN ('sign', 'return') AND (last = 'submit' AND NEW.login <> list.login) IS NOT TRUE THEN
    RAISE EXCEPTION 'a decision is signed or returned by a second person, once it was submitted';
  END IF;
  IF NEW.deed NOT IN ('sign', 'return') AND NEW.login <> list.login THEN
    RAISE EXCEPTION 'a draft is its author''s';
  END IF;
  IF NEW.deed IN ('choose', 'skip', 'confirm_risk', 'submit') AND last = 'submit' THEN
    RAISE EXCEPTION 'a submitted decision waits for its second person';
  END IF;
  IF NEW.school_id IS NOT NULL AND NOT list.entries @> jsonb_build_array(jsonb_build_object('unit', NEW.school_id)) THEN
    RAISE EXCEPTION 'a step is about a school of the list';
  END IF;
  IF NEW.deed = 'confirm_risk' AND NOT EXISTS (SELECT FROM flag f WHERE f.judgement = 'risk' AND f.school_id = NEW.school_id
      AND f.year = list.year AND f.gone_round IS NULL) THEN
    RAISE EXCEPTION 'only a forecast that stands can be confirmed';
  END IF;
  IF NEW.deed IN ('submit', 'sign') THEN
    IF EXISTS (SELECT FROM shortlist_chosen(NEW.shortlist_id) c WHERE c.is_chosen AND c.has_against AND NOT c.is_marked) THEN
      RAISE EXCEPTION 'whoever is chosen with something against it is chosen with a reason';
    END IF;
    IF NEW.digest <> list.digest THEN
      RAISE EXCEPTION 'what is signed is what was drawn up';
    END IF;
  END IF;
  IF NEW.deed = 'sign' AND shortlist_signed(list.place_id, list.year, list.purpose, list.member) IS DISTINCT FROM list.replaces THEN
    RAISE EXCEPTION 'another decision was signed meanwhile';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION shortlist_comes_out() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO shortlist_outcome (shortlist_id, school_id, place_id, year, purpose, member, is_chosen, reason, at, path)
    SELECT s.shortlist_id, c.school_id, s.place_id, s.year, s.purpose, s.member, c.is_chosen, c.reason, NEW.at, p.path
    FROM shortlist s CROSS JOIN shortlist_chosen(s.shortlist_id) c JOIN place p ON p.place_id = c.school_id
    WHERE s.shortlist_id = NEW.shortlist_id AND (c.is_chosen OR c.is_marked);
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION shortlist_signed(integer, integer, text, text), shortlist_chosen(bigint) FROM PUBLIC;
"""


def secured(table: str) -> str:
    """Read and added to in one's own subtree and by the ministry, under one's own name."""
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON {table} TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY records ON {table} FOR SELECT TO zhijian_web USING ({SIGNED} AND path && {SCOPE});
CREATE POLICY nation ON {table} FOR SELECT TO zhijian_web USING ({SIGNED} AND {NATION} = 'records');
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION shortlist_stays();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION shortlist_stays();
GRANT SELECT ON {table} TO zhijian_web, zhijian_worker;
"""


def written(table: str) -> str:
    """Added to by offices; what came of it is written by the owner's own function alone."""
    return f"""
CREATE POLICY by_offices ON {table} FOR INSERT TO zhijian_web WITH CHECK ({BY} AND {IN_SCOPE});
GRANT INSERT ON {table} TO zhijian_web;
CREATE TRIGGER an_offices BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION shortlist_is_an_offices();
"""


GRANTS = """
CREATE TRIGGER of_its_place BEFORE INSERT ON shortlist FOR EACH ROW EXECUTE FUNCTION shortlist_is_of_its_place();
CREATE TRIGGER follows BEFORE INSERT ON shortlist_step FOR EACH ROW EXECUTE FUNCTION shortlist_step_follows();
CREATE TRIGGER comes_out AFTER INSERT ON shortlist_step FOR EACH ROW WHEN (NEW.deed = 'sign') EXECUTE FUNCTION shortlist_comes_out();
"""


def texts(*names: str, **options: Any) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False, **options) for name in names]


def whole(name: str, kind: Any, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **options)


def identity(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), sa.Identity(always=False), nullable=False)


def upgrade() -> None:
    op.create_table(
        "shortlist",
        identity("shortlist_id"), whole("place_id", sa.Integer()), whole("year", sa.SmallInteger()), *texts("purpose"),
        *texts("member", comment="of a breakdown, such as a class of specialties; empty where schools are compared"),
        whole("wanted", sa.Integer(), comment="how many are chosen where nobody departs from the ranking"),
        whole("said", postgresql.JSONB(), comment="criteria with weights and limits, and how many were compared"),
        whole("loads", postgresql.JSONB(), comment="the load number of each form that was read"),
        whole("entries", postgresql.JSONB(), comment="unit, rank, would, band, without, total, points, values, why, against, first"),
        *texts("digest", comment="SHA-256 of all of the above: what is signed"),
        sa.Column("replaces", sa.BigInteger(), nullable=True, comment="the signed decision that this one reopens"),
        *texts("reason", comment="why it is reopened; empty for a first one"), *texts("login", "role"),
        whole("made_at", sa.DateTime(timezone=True)),
        whole("path", postgresql.ARRAY(sa.Integer()), comment="of the place, not of a school: no school reads others' ranks"),
        sa.CheckConstraint("wanted BETWEEN 1 AND 200 AND jsonb_array_length(entries) BETWEEN 1 AND 800", name="shortlist_size"),
        sa.CheckConstraint("length(said::text) <= 20000 AND length(reason) <= 500", name="shortlist_said"),
        sa.CheckConstraint("(replaces IS NULL) = (reason = '') AND (reason = '' OR length(reason) >= 10)", name="shortlist_reopens"),
        sa.ForeignKeyConstraint(["replaces"], ["shortlist.shortlist_id"]),
        sa.PrimaryKeyConstraint("shortlist_id", name=op.f("shortlist_pkey")),
        comment="遴选决定",
    )  # fmt: skip
    op.create_index("ix_shortlist_place_id", "shortlist", ["place_id", "year", "purpose"])
    op.create_table(
        "shortlist_step",
        identity("step_id"), whole("shortlist_id", sa.BigInteger()),
        *texts("deed", comment="choose, skip, confirm_risk; submit, sign, return, withdraw"),
        sa.Column("school_id", sa.Integer(), nullable=True, comment="of choose, skip and confirm_risk"),
        *texts("reason"), *texts("digest", comment="of the decision that was signed"),
        *texts("said_zh", "said_en", comment="the forecast, of confirm_risk"), *texts("login", "role"),
        whole("at", sa.DateTime(timezone=True)), whole("path", postgresql.ARRAY(sa.Integer())),
        sa.CheckConstraint("deed IN ('choose', 'skip', 'confirm_risk', 'submit', 'sign', 'return', 'withdraw')", name="shortlist_step_deed"),
        sa.CheckConstraint("(deed IN ('choose', 'skip', 'confirm_risk')) = (school_id IS NOT NULL)", name="shortlist_step_school"),
        sa.CheckConstraint("length(reason) <= 500 AND (deed IN ('submit', 'sign') OR length(reason) >= 10)", name="shortlist_step_reason"),
        sa.CheckConstraint("(deed = 'confirm_risk') = (said_zh <> '')", name="shortlist_step_risk"),
        sa.ForeignKeyConstraint(["shortlist_id"], ["shortlist.shortlist_id"]),
        sa.PrimaryKeyConstraint("step_id", name=op.f("shortlist_step_pkey")),
        comment="遴选决定的环节",
    )  # fmt: skip
    op.create_index("ix_shortlist_step_shortlist_id", "shortlist_step", ["shortlist_id"])
    op.create_table(
        "shortlist_outcome",
        whole("shortlist_id", sa.BigInteger()), whole("school_id", sa.Integer()),
        whole("place_id", sa.Integer(), comment="whose decision it is"), whole("year", sa.SmallInteger()), *texts("purpose", "member"),
        whole("is_chosen", sa.Boolean()), *texts("reason", comment="where somebody departed from the ranking"),
        whole("at", sa.DateTime(timezone=True)),
        whole("path", postgresql.ARRAY(sa.Integer()), comment="of the school: it reads what was decided about itself, once signed"),
        sa.ForeignKeyConstraint(["shortlist_id"], ["shortlist.shortlist_id"]),
        sa.PrimaryKeyConstraint("shortlist_id", "school_id", name=op.f("shortlist_outcome_pkey")),
        comment="遴选决定对各校的结果",
    )  # fmt: skip
    op.create_index("ix_shortlist_outcome_school_id", "shortlist_outcome", ["school_id"])
    op.execute(RULES)
    for table in ("shortlist", "shortlist_step", "shortlist_outcome"):
        op.execute(secured(table))
    for table in ("shortlist", "shortlist_step"):
        op.execute(written(table))
    op.execute(GRANTS)


def downgrade() -> None:
    for table in ("shortlist_outcome", "shortlist_step", "shortlist"):
        op.drop_table(table)
    op.execute(
        "DROP FUNCTION shortlist_stays, shortlist_is_an_offices, shortlist_signed, shortlist_is_of_its_place, shortlist_chosen, shortlist_step_follows, shortlist_comes_out"
    )
