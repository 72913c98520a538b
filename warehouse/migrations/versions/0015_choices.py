"""How a province reviews is chosen by two people: a choice is what a confirmed proposal says, whoever writes it.

Revision: 0015
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# The worker is no reader; everybody else does only what his account's role and place, or a proposal that was confirmed, lets him do.
MAY = """
CREATE OR REPLACE FUNCTION duty_is_ones_own() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who account;
BEGIN
  IF current_setting('role') = 'zhijian_worker' THEN RETURN NEW; END IF;
  IF TG_TABLE_NAME = 'review_choice' THEN
    IF NEW.set_by = current_setting('app.reader', true) AND EXISTS (
      SELECT FROM proposal p WHERE p.name = 'review_steps' AND p.place_id = NEW.place_id AND p.from_year = NEW.from_year
        AND p.after = NEW.rungs AND p.state = 'confirmed' AND p.decided_by = NEW.set_by) THEN RETURN NEW; END IF;
  ELSE
    SELECT * INTO who FROM account WHERE login = current_setting('app.reader', true);
    IF NEW.login = who.login AND who.role IN ('reviewer', 'supervisor') THEN RETURN NEW; END IF;
  END IF;
  RAISE insufficient_privilege USING MESSAGE = 'this account may not do this';
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION duty_is_ones_own() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who account;
BEGIN
  IF current_setting('role') = 'zhijian_worker' THEN RETURN NEW; END IF;
  SELECT * INTO who FROM account WHERE login = current_setting('app.reader', true);
  IF TG_TABLE_NAME = 'review_choice' THEN
    IF NEW.set_by = who.login AND who.role = 'reviewer' AND who.place_id = NEW.place_id
       AND EXISTS (SELECT FROM place p WHERE p.place_id = NEW.place_id AND p.rung = 1) THEN RETURN NEW; END IF;
  ELSIF NEW.login = who.login AND who.role IN ('reviewer', 'supervisor') THEN RETURN NEW;
  END IF;
  RAISE insufficient_privilege USING MESSAGE = 'this account may not do this';
END $$;
"""


def upgrade() -> None:
    op.execute(MAY)


def downgrade() -> None:
    op.execute(BEFORE)
