"""The audit trail in chains: strands, heads, seals, checks; settings that two people change.

Revision: 0004
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Each field with its length in bytes before it, so that no two lines are written alike.
HASH = """
CREATE FUNCTION audit_hash(line audit) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT encode(sha256(convert_to(string_agg(octet_length(value) || ':' || value, ',' ORDER BY n), 'UTF8')), 'hex')
  FROM unnest(ARRAY[
    line.audit_id::text, line.strand::text, line.sequence::text, line.previous,
    to_char(line.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), line.login, line.role, line.address,
    line.request_id, line.event, line.object, line.succeeded::text, coalesce(line.detail::text, ''),
    array_to_string(line.path, ' ')
  ]) WITH ORDINALITY AS fields(value, n)
$$;
"""

OLD_LINES = """
DO $$
DECLARE line audit; last text := '';
BEGIN
  FOR line IN SELECT * FROM audit ORDER BY audit_id LOOP
    line.sequence := (SELECT sequence + 1 FROM audit_head WHERE strand = 0);
    line.previous := last;
    last := audit_hash(line);
    UPDATE audit SET sequence = line.sequence, previous = line.previous, hash = last WHERE audit_id = line.audit_id;
    UPDATE audit_head SET sequence = line.sequence, hash = last WHERE strand = 0;
  END LOOP;
END $$;
"""

# A writer takes whichever strand is free and stays with it until its transaction ends; role and path come from the account.
CHAIN = """
CREATE FUNCTION audit_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE head audit_head; held text := coalesce(current_setting('app.strand', true), '');
BEGIN
  IF held <> '' THEN
    SELECT * INTO head FROM audit_head WHERE strand = held::smallint FOR UPDATE;
  ELSE
    SELECT * INTO head FROM audit_head ORDER BY (strand + pg_backend_pid()) % 16 LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
      SELECT * INTO head FROM audit_head WHERE strand = pg_backend_pid() % 16 FOR UPDATE;
    END IF;
  END IF;
  IF head.strand IS NULL THEN RAISE EXCEPTION 'the audit trail has no strand %', held; END IF;
  PERFORM set_config('app.strand', head.strand::text, true);
  SELECT a.role, p.path INTO NEW.role, NEW.path
    FROM account a LEFT JOIN place p ON p.place_id = a.place_id WHERE a.login = NEW.login;
  NEW.role := coalesce(NEW.role, '');
  NEW.path := coalesce(NEW.path, '{}');
  NEW.at := clock_timestamp();
  NEW.strand := head.strand;
  NEW.sequence := head.sequence + 1;
  NEW.previous := head.hash;
  NEW.hash := audit_hash(NEW);
  UPDATE audit_head SET sequence = NEW.sequence, hash = NEW.hash WHERE strand = head.strand;
  RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_chain();
"""

KEEP = """
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit' AND current_setting('app.retiring', true) = 'on' THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'lines of % are only ever added', TG_TABLE_NAME;
END $$;
CREATE FUNCTION retire_audit(seal bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE heads jsonb; gone bigint;
BEGIN
  SELECT body::jsonb -> 'heads' INTO heads FROM audit_seal WHERE number = seal AND at < now() - interval '6 months';
  IF heads IS NULL THEN RAISE EXCEPTION 'no seal % that is six months old', seal; END IF;
  PERFORM set_config('app.retiring', 'on', true);
  DELETE FROM audit a USING jsonb_each(heads) h
    WHERE a.strand = h.key::smallint AND a.sequence < (h.value ->> 0)::bigint;
  GET DIAGNOSTICS gone = ROW_COUNT;
  PERFORM set_config('app.retiring', '', true);
  INSERT INTO audit (login, address, event, object, succeeded, detail)
    VALUES (session_user, '', 'retire_audit', seal::text, true, jsonb_build_object('lines', gone));
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION retire_audit(bigint) FROM PUBLIC;
"""
STAYING = ("audit", "audit_seal", "audit_check")

SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
MAY_AUDIT = f"{SIGNED} AND current_setting('app.office', true) = 'audit_admin'"
BELOW = (
    "(coalesce(current_setting('app.nation', true), '') <> ''"
    " OR path && nullif(current_setting('app.scope', true), '')::int[]"
    " OR path && nullif(current_setting('app.region', true), '')::int[])"
)

GRANTS = f"""
REVOKE ALL ON audit FROM zhijian_web, zhijian_worker;
GRANT SELECT, INSERT (login, address, request_id, event, object, succeeded, detail) ON audit TO zhijian_web, zhijian_worker;
CREATE POLICY worker_reads ON audit FOR SELECT TO zhijian_worker USING (true);
CREATE POLICY audit_administrators ON audit FOR SELECT TO zhijian_web USING ({MAY_AUDIT} AND {BELOW});
ALTER TABLE audit_head ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON audit_head FOR SELECT TO zhijian_worker USING (true);
GRANT SELECT ON audit_head TO zhijian_worker;
"""
KEPT_BY_WORKER = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_reads ON {table} FOR SELECT TO zhijian_worker USING (true);
CREATE POLICY worker_writes ON {table} FOR INSERT TO zhijian_worker WITH CHECK (true);
CREATE POLICY audit_administrators ON {table} FOR SELECT TO zhijian_web USING ({may});
GRANT SELECT, INSERT ON {table} TO zhijian_worker;
GRANT SELECT ON {table} TO zhijian_web;
"""


def upgrade() -> None:
    widen_audit()
    create_seals()
    op.execute(HASH)
    op.execute(OLD_LINES)
    op.create_unique_constraint("audit_strand_sequence", "audit", ["strand", "sequence"])
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_login", "audit", ["login", "at"])
    op.execute(CHAIN)
    op.execute(KEEP)
    for table in STAYING:
        op.execute(
            f"CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_stays();"
            f"CREATE TRIGGER stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION audit_stays();"
        )
    op.execute(GRANTS)
    for table in ("audit_seal", "audit_check"):
        op.execute(KEPT_BY_WORKER.format(table=table, may=MAY_AUDIT))


def widen_audit() -> None:
    """Columns of the chain; the server's defaults serve the lines that are there already."""
    columns: list[sa.Column[Any]] = [
        sa.Column(name, sa.Text(), nullable=False, server_default="")
        for name in ("role", "request_id", "previous", "hash")
    ]
    columns += [
        sa.Column("strand", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("sequence", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False, server_default="{}"),
    ]
    for column in columns:
        op.add_column("audit", column)


def create_seals() -> None:
    op.create_table(
        "audit_head",
        sa.Column("strand", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("strand", name=op.f("audit_head_pkey")),
        comment="审计链各分链的链头",
    )
    op.execute("INSERT INTO audit_head SELECT n, 0, '' FROM generate_series(0, 15) n")
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="json: what is signed"),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("audit_seal_pkey")),
        comment="审计封签",
    )
    op.create_table(
        "audit_check",
        sa.Column("check_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("faults", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("check_id", name=op.f("audit_check_pkey")),
        comment="审计链核验",
    )
