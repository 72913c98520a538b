"""Who chooses how a province reviews, and who reminds: the database looks at the account itself, as it does for steps.

Revision: 0014
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# The worker is no reader; everybody else does only what his account's role, or a proposal that was confirmed, lets him do: how a province
# reviews is chosen by two people, so a choice is what a confirmed proposal says, whoever writes it.
MAY = """
CREATE FUNCTION duty_is_ones_own() RETURNS trigger
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
CREATE TRIGGER own_duty BEFORE INSERT ON review_choice FOR EACH ROW EXECUTE FUNCTION duty_is_ones_own();
CREATE TRIGGER own_duty BEFORE INSERT ON reminder FOR EACH ROW EXECUTE FUNCTION duty_is_ones_own();
"""


def upgrade() -> None:
    op.execute(MAY)


def downgrade() -> None:
    op.execute("DROP FUNCTION duty_is_ones_own() CASCADE")
