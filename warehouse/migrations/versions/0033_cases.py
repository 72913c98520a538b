"""Cases: a doubt or a breach that is dispatched, explained by its school, verified rung by rung and closed.

Revision: 0033
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from warehouse import security

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TABLES = ("case_file", "case_step", "case_evidence")
ARROWS = (
    "closed>reopen>dispatched", "closed>repeat>closed", "dispatched>explain>explained", "dispatched>repeat>dispatched",
    "dispatched>withdraw>withdrawn", "explained>close>closed", "explained>repeat>explained", "explained>send_back>sent_back",
    "explained>verify>verified", "explained>withdraw>withdrawn", "new>dispatch>dispatched", "sent_back>explain>explained",
    "sent_back>repeat>sent_back", "sent_back>withdraw>withdrawn", "verified>close>closed", "verified>repeat>verified",
    "verified>send_back>sent_back", "verified>verify>verified", "verified>withdraw>withdrawn", "withdrawn>dispatch>dispatched",
)  # fmt: skip
SIGNED = "coalesce(current_setting('app.reader', true), '') <> ''"
IN_SCOPE = (
    f"{SIGNED} AND (coalesce(path && nullif(current_setting('app.scope', true), '')::int[], false) "
    "OR current_setting('app.nation', true) = 'records')"
)
IS_WORKER = "current_setting('role') = 'zhijian_worker'"
BY = "login = current_setting('app.reader', true)"

# The database looks at the account itself. A file is opened by an office above the school and dispatched in the same transaction; each step
# follows the state that stands, is taken by whose turn it is, and moves the file; nobody of the web changes a file.
FUNCTIONS = f"""
CREATE FUNCTION case_opens() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who account;
BEGIN
  IF NOT EXISTS (SELECT FROM place p WHERE p.place_id = NEW.school_id AND p.rung = 4 AND p.path = NEW.path) THEN
    RAISE EXCEPTION 'a case is about one school';
  END IF;
  IF {IS_WORKER} THEN RETURN NEW; END IF;
  SELECT * INTO who FROM account WHERE login = current_setting('app.reader', true) AND ended_at IS NULL;
  IF (who.role IN ('supervisor', 'reviewer') AND who.place_id = NEW.place_id AND (who.place_id = 1 OR who.place_id = ANY (NEW.path))) IS NOT TRUE THEN
    RAISE insufficient_privilege USING MESSAGE = 'this account may not open a case here';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION case_is_dispatched() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM case_file WHERE case_id = NEW.case_id AND state = 'new') THEN
    RAISE EXCEPTION 'a case is opened by dispatching it';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION case_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE f case_file; who account; mine int; turn int;
BEGIN
  SELECT * INTO f FROM case_file WHERE case_id = NEW.case_id FOR UPDATE;
  IF f.state <> NEW.before THEN RAISE serialization_failure USING MESSAGE = 'the case stands elsewhere by now'; END IF;
  IF (f.school_id = NEW.school_id AND f.path = NEW.path) IS NOT TRUE THEN RAISE EXCEPTION 'a step belongs to its case'; END IF;
  turn := coalesce(array_position(f.path, f.waits_at), 0);
  IF NOT {IS_WORKER} THEN
    SELECT * INTO who FROM account WHERE login = current_setting('app.reader', true) AND ended_at IS NULL;
    mine := coalesce(array_position(f.path, who.place_id), 0);
    IF (NEW.login = who.login AND NEW.role = who.role AND NEW.place_id = who.place_id AND (who.place_id = 1 OR mine > 0) AND CASE NEW.deed
        WHEN 'explain' THEN who.role = 'statistician' AND who.place_id = f.school_id
        WHEN 'verify' THEN who.role = 'reviewer' AND who.place_id = f.waits_at
        WHEN 'send_back' THEN who.role = 'reviewer' AND who.place_id = f.waits_at
        WHEN 'close' THEN who.role = 'reviewer' AND who.place_id = f.waits_at AND who.place_id = last_review(f.path, f.year)
        WHEN 'withdraw' THEN who.role IN ('supervisor', 'reviewer') AND mine <= coalesce(array_position(f.path, f.place_id), 0)
        WHEN 'reopen' THEN who.role IN ('supervisor', 'reviewer')
          AND (mine <= coalesce(array_position(f.path, f.place_id), 0) OR who.place_id = last_review(f.path, f.year))
        ELSE who.role IN ('supervisor', 'reviewer')
      END) IS NOT TRUE THEN
      RAISE insufficient_privilege USING MESSAGE = 'this account may not take this step';
    END IF;
  END IF;
  IF (CASE
      WHEN NEW.deed = 'repeat' THEN NEW.waits_at IS NOT DISTINCT FROM f.waits_at AND NEW.actor = f.actor
      WHEN NEW.after IN ('dispatched', 'sent_back') THEN NEW.waits_at = f.school_id AND NEW.actor = 'fill'
      WHEN NEW.after = 'explained' THEN NEW.waits_at = ANY (f.path) AND NEW.waits_at <> f.school_id AND NEW.actor = 'review'
      WHEN NEW.after = 'verified' THEN array_position(f.path, NEW.waits_at) < turn AND NEW.actor = 'review'
      ELSE NEW.waits_at IS NULL AND NEW.actor = '' END) IS NOT TRUE THEN
    RAISE EXCEPTION 'it is nobody else''s turn after this step';
  END IF;
  IF NEW.submission_id IS NOT NULL AND NOT EXISTS (SELECT FROM submission s WHERE s.submission_id = NEW.submission_id AND s.school_id = f.school_id
      AND s.is_current AND s.submission_id > coalesce(f.seen_submission, 0)) THEN
    RAISE EXCEPTION 'a correction is a submission of the school that came after the case was dispatched';
  END IF;
  UPDATE case_file SET state = NEW.after, waits_at = NEW.waits_at, actor = NEW.actor, due = NEW.due,
    since = CASE NEW.deed WHEN 'repeat' THEN since ELSE NEW.at END,
    closed_at = CASE WHEN NEW.deed = 'repeat' THEN closed_at WHEN NEW.after IN ('closed', 'withdrawn') THEN NEW.at END,
    code = CASE NEW.deed WHEN 'repeat' THEN code WHEN 'close' THEN NEW.code ELSE '' END,
    submission_id = CASE NEW.deed WHEN 'repeat' THEN submission_id ELSE NEW.submission_id END,
    place_id = CASE NEW.deed WHEN 'dispatch' THEN NEW.place_id ELSE place_id END,
    seen_submission = CASE WHEN NEW.deed IN ('dispatch', 'reopen') THEN (SELECT max(s.submission_id) FROM submission s WHERE s.school_id = f.school_id)
      ELSE seen_submission END,
    times = times + CASE WHEN NEW.said_zh <> '' AND NEW.before <> 'new' THEN 1 ELSE 0 END
    WHERE case_id = NEW.case_id;
  -- a page of the school that was remembered tells where its cases stand: it is drawn anew
  INSERT INTO load (form, place_id, number) VALUES ('case', NEW.school_id, NEW.case_step_id)
    ON CONFLICT (place_id, form) DO UPDATE SET number = excluded.number;
  RETURN NULL;
END $$;
CREATE FUNCTION case_evidence_belongs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM case_step s WHERE s.case_step_id = NEW.case_step_id AND s.case_id = NEW.case_id AND s.school_id = NEW.school_id
      AND s.path = NEW.path AND s.login = NEW.login AND s.case_step_id = (SELECT max(case_step_id) FROM case_step WHERE case_id = NEW.case_id)) THEN
    RAISE insufficient_privilege USING MESSAGE = 'evidence comes with a step of one''s own';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION case_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE kept record;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    kept := NEW;
    kept.path := OLD.path;
    IF kept IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'what was done in a case stays as it was';
END $$;
"""  # noqa: S608 - made of constants

GRANTS = f"""
CREATE POLICY offices_open ON case_file FOR INSERT TO zhijian_web
  WITH CHECK ({IN_SCOPE} AND state = 'new' AND waits_at IS NULL AND closed_at IS NULL AND code = '' AND submission_id IS NULL AND times = 1);
CREATE POLICY steps_of_readers ON case_step FOR INSERT TO zhijian_web WITH CHECK ({BY} AND {IN_SCOPE});
CREATE POLICY evidence_of_readers ON case_evidence FOR INSERT TO zhijian_web WITH CHECK ({BY} AND {IN_SCOPE});
GRANT INSERT ON case_file, case_step, case_evidence TO zhijian_web;
REVOKE DELETE ON case_file, case_step, case_evidence FROM zhijian_worker;
CREATE TRIGGER opens BEFORE INSERT ON case_file FOR EACH ROW EXECUTE FUNCTION case_opens();
CREATE CONSTRAINT TRIGGER is_dispatched AFTER INSERT ON case_file DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION case_is_dispatched();
CREATE TRIGGER moves AFTER INSERT ON case_step FOR EACH ROW EXECUTE FUNCTION case_moves();
CREATE TRIGGER belongs BEFORE INSERT ON case_evidence FOR EACH ROW EXECUTE FUNCTION case_evidence_belongs();
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON case_step FOR EACH ROW EXECUTE FUNCTION case_stays();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON case_step EXECUTE FUNCTION case_stays();
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON case_evidence FOR EACH ROW EXECUTE FUNCTION case_stays();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON case_evidence EXECUTE FUNCTION case_stays();
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO zhijian_worker;
"""


def texts(*names: str, **options: Any) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False, **options) for name in names]


def whole(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable, **options)


def big(name: str, *, nullable: bool = True, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable, **options)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def identity(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), sa.Identity(always=False), nullable=False)


def path() -> sa.Column[Any]:
    return sa.Column("path", postgresql.ARRAY(sa.Integer()), nullable=False)


def upgrade() -> None:
    create_file()
    create_step()
    create_evidence()
    for table in TABLES:
        for statement in security.secure_facts(table):
            op.execute(statement)
    op.execute(FUNCTIONS)
    op.execute(GRANTS)


def create_file() -> None:
    op.create_table(
        "case_file",
        identity("case_id"),
        *texts("judgement"), whole("school_id"), sa.Column("year", sa.SmallInteger(), nullable=False),
        *texts("rule", comment="a signal's code, or form.rule of a breach"),
        *texts("said_zh", "said_en", comment="the flag's sentence when it was dispatched"),
        sa.Column("cells", postgresql.JSONB(), nullable=False, comment="[form, column] of each figure it rests on"),
        sa.Column("weight", sa.Double(), nullable=False),
        whole("place_id", comment="who dispatched it"), moment("opened_at"), *texts("state", server_default="new"), moment("since", nullable=True),
        whole("waits_at", nullable=True, comment="whose turn it is; null for nobody's"),
        *texts("actor", server_default="", comment="the right that comes next"),
        sa.Column("due", sa.Date(), nullable=True), moment("closed_at", nullable=True), *texts("code", server_default=""),
        big("submission_id", comment="the correction, of a wrong number"),
        big("seen_submission", comment="the school's newest when it was dispatched: a correction is newer"),
        whole("times", server_default="1", comment="how often it was flagged"), path(),
        sa.UniqueConstraint("judgement", "school_id", "year", "rule", name="case_file_once"),
        sa.CheckConstraint("judgement IN ('breach', 'doubt')", name="case_file_is_no_risk"),
        sa.CheckConstraint("jsonb_array_length(cells) BETWEEN 1 AND 60", name="case_file_cells"),
        sa.CheckConstraint("length(rule) BETWEEN 1 AND 120 AND length(said_zh) <= 4000 AND length(said_en) <= 8000", name="case_file_length"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("case_file_pkey")),
        comment="核查件：一个疑点或违规一件",
    )  # fmt: skip
    op.create_index("ix_case_file_school_id", "case_file", ["school_id"])
    op.create_index("ix_case_file_waits", "case_file", ["waits_at", "due"], postgresql_where=sa.text("waits_at IS NOT NULL"))  # fmt: skip


def create_step() -> None:
    op.create_table(
        "case_step",
        identity("case_step_id"), big("case_id", nullable=False), whole("school_id"),
        *texts("deed", "before", "after"), *texts("code", comment="what was found"), *texts("note"),
        sa.Column("answers", postgresql.JSONB(), nullable=False, comment="form, column, answer: the school's explanation of each figure"),
        *texts("said_zh", "said_en", comment="the sentence, of a flag that came again"),
        big("submission_id"), sa.Column("due", sa.Date(), nullable=True),
        whole("place_id", comment="where whoever did it stands"), *texts("login", "role"), moment("at"),
        whole("waits_at", nullable=True, comment="whose turn it is afterwards"), *texts("actor"), path(),
        sa.CheckConstraint(f"before || '>' || deed || '>' || after = ANY (ARRAY{list(ARROWS)})", name="case_step_is_a_move"),
        sa.CheckConstraint("code IN ('', 'wrong_number', 'true_anomaly', 'other_definition', 'put_right', 'false_alarm')", name="case_step_code"),
        sa.CheckConstraint("length(note) <= 2000 AND length(said_zh) <= 4000 AND length(said_en) <= 8000", name="case_step_length"),
        sa.CheckConstraint("(deed = 'explain') = (jsonb_array_length(answers) > 0)", name="case_step_answers"),
        sa.CheckConstraint("(deed IN ('verify', 'close')) = (code <> '')", name="case_step_found"),
        sa.CheckConstraint("(deed IN ('dispatch', 'repeat', 'explain')) OR note <> '' OR said_zh <> ''", name="case_step_says_why"),
        sa.CheckConstraint("(deed = 'close' AND code = 'wrong_number') = (submission_id IS NOT NULL)", name="case_step_correction"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"]),
        sa.PrimaryKeyConstraint("case_step_id", name=op.f("case_step_pkey")),
        comment="核查件的经过",
    )  # fmt: skip
    op.create_index("ix_case_step_case_id", "case_step", ["case_id"])


def create_evidence() -> None:
    op.create_table(
        "case_evidence",
        identity("evidence_id"), big("case_step_id", nullable=False), big("case_id", nullable=False), whole("school_id"),
        *texts("name"), *texts("kind", comment="by its content"), whole("size", comment="bytes"), *texts("file_hash"),
        *texts("sealed", comment="opens for this case and hash alone"), *texts("login"), moment("at"), path(),
        sa.CheckConstraint("kind IN ('pdf', 'png', 'jpeg', 'xlsx')", name="case_evidence_kind"),
        sa.CheckConstraint("size BETWEEN 1 AND 5000000 AND length(name) BETWEEN 1 AND 200", name="case_evidence_size"),
        sa.ForeignKeyConstraint(["case_step_id"], ["case_step.case_step_id"]),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"]),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("case_evidence_pkey")),
        sa.UniqueConstraint("case_id", "file_hash", name="case_evidence_once"),
        comment="核查件的佐证材料（加密）",
    )  # fmt: skip


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute(
        "DROP FUNCTION case_opens, case_is_dispatched, case_moves, case_evidence_belongs, case_stays"
    )
