"""Tables that readers saved under a name.

Revision: 0042
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0040"
branch_labels = None
depends_on = None

SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
OWN = f"{SIGNED} AND login = current_setting('app.reader', true)"

# Whether the reader stands at a place or below it: who that is, the account table tells, which web processes do not read.
OWNERS = """
CREATE FUNCTION stands_below(above integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM account a JOIN place p ON p.place_id = a.place_id
    WHERE a.login = current_setting('app.reader', true) AND a.ended_at IS NULL AND (above IN (1, a.place_id) OR above = ANY (p.path)))
$$;
REVOKE ALL ON FUNCTION stands_below(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stands_below(integer) TO zhijian_web, zhijian_worker;
CREATE FUNCTION saved_table_is_its_owners() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.login, OLD.place_id, OLD.said, OLD.made_at) IS DISTINCT FROM (NEW.login, NEW.place_id, NEW.said, NEW.made_at) THEN
    RAISE EXCEPTION 'a saved table stays what it is';
  END IF;
  IF NOT EXISTS (SELECT FROM account a WHERE a.login = NEW.login AND a.place_id = NEW.place_id) AND TG_OP = 'INSERT' THEN
    RAISE insufficient_privilege USING MESSAGE = 'a table is saved where its owner stands';
  END IF;
  RETURN NEW;
END $$;
"""
SECURED = f"""
ALTER TABLE saved_table ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON saved_table TO zhijian_worker USING (true) WITH CHECK (true);
CREATE POLICY own ON saved_table TO zhijian_web USING ({OWN}) WITH CHECK ({OWN});
CREATE POLICY shared ON saved_table FOR SELECT TO zhijian_web USING ({SIGNED} AND is_shared AND removed_at IS NULL AND stands_below(place_id));
GRANT SELECT, INSERT, UPDATE ON saved_table TO zhijian_web, zhijian_worker;
GRANT USAGE ON SEQUENCE saved_table_table_id_seq TO zhijian_worker;
CREATE TRIGGER its_owners BEFORE INSERT OR UPDATE ON saved_table FOR EACH ROW EXECUTE FUNCTION saved_table_is_its_owners();
"""


def upgrade() -> None:
    op.create_table(
        "saved_table",
        sa.Column("table_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("login", sa.Text(), nullable=False, comment="whose it is"),
        sa.Column("place_id", sa.Integer(), nullable=False, comment="where its owner stands: shared ones are listed there and below"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at_place", sa.Integer(), nullable=False, comment="the place whose page it was built on"),
        sa.Column("said", postgresql.JSONB(), nullable=False, comment="the words of the table, as its address has them; asof where it is frozen"),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name="saved_table_name"),
        sa.CheckConstraint("length(said::text) <= 8000", name="saved_table_said"),
        sa.PrimaryKeyConstraint("table_id", name=op.f("saved_table_pkey")),
        comment="我的表",
    )  # fmt: skip
    op.create_index("ix_saved_table_login", "saved_table", ["login"])
    op.create_index(
        "ix_saved_table_place_id",
        "saved_table",
        ["place_id"],
        postgresql_where=sa.text("is_shared"),
    )
    op.execute(OWNERS)
    op.execute(SECURED)
