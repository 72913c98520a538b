"""Spot checks: plans as they were drawn, and what was found at the schools that were visited.

Revision: 0037
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
SCOPE = "nullif(current_setting('app.scope', true), '')::int[]"
NATION = "coalesce(current_setting('app.nation', true), '')"
IN_SCOPE = f"{SIGNED} AND (coalesce(path && {SCOPE}, false) OR {NATION} = 'records')"
BY = "login = current_setting('app.reader', true)"

# A plan and what was found by it are never rewritten: a lot that could be drawn again and again until it suits would be none.
RULES = """
CREATE FUNCTION spot_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a plan of spot checks and what was found by it stay as they are';
END $$;
CREATE FUNCTION spot_is_an_offices() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who account;
BEGIN
  IF current_setting('role') = 'zhijian_worker' THEN RETURN NEW; END IF;
  SELECT * INTO who FROM account WHERE login = current_setting('app.reader', true) AND ended_at IS NULL;
  IF (who.role IN ('supervisor', 'reviewer') AND NEW.login = who.login AND NEW.role = who.role
      AND (who.place_id = 1 OR who.place_id = ANY (NEW.path))) IS NOT TRUE THEN
    RAISE insufficient_privilege USING MESSAGE = 'this account may not plan or record spot checks here';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION spot_plan_is_of_its_place() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM place p WHERE p.place_id = NEW.place_id AND p.rung < 4 AND p.path = NEW.path) THEN
    RAISE EXCEPTION 'a plan is of a place above the schools';
  END IF;
  IF NEW.place_id <> 1 AND EXISTS (SELECT FROM jsonb_array_elements(NEW.schools) s LEFT JOIN place p ON p.place_id = (s ->> 'school')::int
      WHERE (p.rung = 4 AND NEW.place_id = ANY (p.path)) IS NOT TRUE) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a plan visits schools of its own place';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION spot_finding_is_of_its_plan() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM spot_plan p WHERE p.plan_id = NEW.plan_id AND p.path = NEW.path
      AND p.schools @> jsonb_build_array(jsonb_build_object('school', NEW.school_id))) THEN
    RAISE EXCEPTION 'what is found belongs to a school of the plan';
  END IF;
  RETURN NEW;
END $$;
"""


def secured(table: str) -> str:
    """Read and added to in one's own subtree and by the ministry, under one's own name."""
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON {table} TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY records ON {table} FOR SELECT TO zhijian_web USING ({SIGNED} AND path && {SCOPE});
CREATE POLICY nation ON {table} FOR SELECT TO zhijian_web USING ({SIGNED} AND {NATION} = 'records');
CREATE POLICY by_offices ON {table} FOR INSERT TO zhijian_web WITH CHECK ({BY} AND {IN_SCOPE});
GRANT SELECT, INSERT ON {table} TO zhijian_web, zhijian_worker;
CREATE TRIGGER an_offices BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION spot_is_an_offices();
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION spot_stays();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION spot_stays();
"""


GRANTS = """
CREATE TRIGGER of_its_place BEFORE INSERT ON spot_plan FOR EACH ROW EXECUTE FUNCTION spot_plan_is_of_its_place();
CREATE TRIGGER of_its_plan BEFORE INSERT ON spot_finding FOR EACH ROW EXECUTE FUNCTION spot_finding_is_of_its_plan();
GRANT USAGE ON SEQUENCE spot_plan_plan_id_seq, spot_finding_finding_id_seq TO zhijian_worker;
"""


def texts(*names: str, **options: Any) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False, **options) for name in names]


def whole(name: str, kind: Any, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **options)


def identity(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), sa.Identity(always=False), nullable=False)


def ending(moment: str) -> list[sa.Column[Any]]:
    """By whom, when, and where row security finds it."""
    return [
        *texts("login", "role"),
        whole(moment, sa.DateTime(timezone=True)),
        whole("path", postgresql.ARRAY(sa.Integer()), comment="of the place, not of a school: no school reads who is drawn"),
    ]  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "spot_plan",
        identity("plan_id"), whole("place_id", sa.Integer()), whole("year", sa.SmallInteger()),
        whole("visits", sa.Integer(), comment="as many as can be made"), whole("by_lot", sa.Integer(), comment="of these at least by lot"),
        whole("seed", sa.BigInteger(), comment="the same seed draws the same"),
        whole("round_id", sa.BigInteger(), comment="the round of review that ranked"),
        whole("schools", postgresql.JSONB(), comment="school, arm, stratum, probability, weight, doubts; the weightiest first, then the lot"),
        whole("strata", postgresql.JSONB(), comment="place right below: schools that are not ranked in"),
        *ending("made_at"),
        sa.CheckConstraint("visits BETWEEN 1 AND 1000 AND by_lot BETWEEN 0 AND visits AND seed BETWEEN 0 AND 999999999", name="spot_plan_size"),
        sa.CheckConstraint("jsonb_array_length(schools) BETWEEN 1 AND visits", name="spot_plan_schools"),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("spot_plan_pkey")),
        comment="抽查方案",
    )  # fmt: skip
    op.create_index("ix_spot_plan_place_id", "spot_plan", ["place_id", "year"])
    op.create_table(
        "spot_finding",
        identity("finding_id"), whole("plan_id", sa.BigInteger()), whole("school_id", sa.Integer()),
        *texts("found", comment="right or wrong: whether the school's data agree with what was seen"),
        whole("day", sa.Date(), comment="of the visit"), *texts("note"), *ending("at"),
        sa.CheckConstraint("found IN ('right', 'wrong')", name="spot_finding_found"),
        sa.CheckConstraint("length(note) BETWEEN 1 AND 500", name="spot_finding_note"),
        sa.ForeignKeyConstraint(["plan_id"], ["spot_plan.plan_id"]),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("spot_finding_pkey")),
        comment="抽查结果",
    )  # fmt: skip
    op.create_index("ix_spot_finding_plan_id", "spot_finding", ["plan_id"])
    op.execute(RULES)
    op.execute(secured("spot_plan"))
    op.execute(secured("spot_finding"))
    op.execute(GRANTS)


def downgrade() -> None:
    op.drop_table("spot_finding")
    op.drop_table("spot_plan")
    op.execute("DROP FUNCTION spot_stays, spot_is_an_offices, spot_plan_is_of_its_place, spot_finding_is_of_its_plan")  # fmt: skip
