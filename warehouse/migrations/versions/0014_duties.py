"""Who chooses how a province reviews, and who reminds: the database looks at the account itself, as it does for steps.

Revision: 0014
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# The worker is no reader; everybody else does only what his account's role and place let him do.
MAY = """
CREATE FUNCTION duty_is_ones_own() RETURNS trigger
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
CREATE TRIGGER own_duty BEFORE INSERT ON review_choice FOR EACH ROW EXECUTE FUNCTION duty_is_ones_own();
CREATE TRIGGER own_duty BEFORE INSERT ON reminder FOR EACH ROW EXECUTE FUNCTION duty_is_ones_own();
"""


def upgrade() -> None:
    op.execute(MAY)


def downgrade() -> None:
    op.execute("DROP FUNCTION duty_is_ones_own() CASCADE")
