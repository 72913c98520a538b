"""Decisions on shortlists say among which kinds of schools; one list of each population is signed at a time. The worker may play those of a demo.

Revision: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

TABLES = {
    "shortlist": "the kinds of schools that are compared; empty where all are",
    "shortlist_outcome": None,
}
RULES = """
CREATE FUNCTION shortlist_signed(place integer, of_year integer, for_purpose text, for_member text, among text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT max(s.shortlist_id) FROM shortlist s JOIN shortlist_step t ON t.shortlist_id = s.shortlist_id AND t.deed = 'sign'
    WHERE s.place_id = place AND s.year = of_year AND s.purpose = for_purpose AND s.member = for_member AND s.population = among
$$;
REVOKE ALL ON FUNCTION shortlist_signed(integer, integer, text, text, text) FROM PUBLIC;
"""
# Which functions ask for the signed decision, and how.
CALLERS = {
    "shortlist_is_of_its_place": ("NEW.purpose, NEW.member)", "NEW.purpose, NEW.member, NEW.population)"),
    "shortlist_step_follows": ("list.purpose, list.member)", "list.purpose, list.member, list.population)"),
    "shortlist_comes_out": ("purpose, member, is_chosen", "purpose, member, population, is_chosen"),
}  # fmt: skip
OUTCOME = ("s.purpose, s.member, c.is_chosen", "s.purpose, s.member, s.population, c.is_chosen")


def changed(function: str, pairs: list[tuple[str, str]]) -> None:
    """The function as it stands, with some of its words replaced; each of them stands in it once."""
    told = (
        op.get_bind()
        .exec_driver_sql(f"SELECT pg_get_functiondef('{function}'::regproc)")
        .scalar_one()
    )
    for before, after in pairs:
        if told.count(before) != 1:
            raise RuntimeError(f"{function}: {before}")
        told = told.replace(before, after)
    op.get_bind().exec_driver_sql(told.replace("%", "%%"))


def upgrade() -> None:
    for table, comment in TABLES.items():
        op.add_column(table, sa.Column("population", sa.Text(), nullable=False, server_default="", comment=comment))  # fmt: skip
        op.alter_column(table, "population", server_default=None)
    op.create_check_constraint("shortlist_population", "shortlist", "population ~ '^[a-z0-9_.-]{0,200}$'")  # fmt: skip
    op.execute(RULES)
    for function, pair in CALLERS.items():
        changed(function, [pair, *([OUTCOME] if function == "shortlist_comes_out" else [])])
    op.execute("DROP FUNCTION shortlist_signed(integer, integer, text, text)")
    # The triggers hold for the worker too: it decides under the names of two accounts of the office.
    op.execute("GRANT INSERT ON shortlist, shortlist_step TO zhijian_worker")


def downgrade() -> None:
    op.execute("REVOKE INSERT ON shortlist, shortlist_step FROM zhijian_worker")
    op.execute(
        RULES.replace(", among text)", ")").replace(" AND s.population = among", "").replace("(integer, integer, text, text, text)", "(integer, integer, text, text)")
    )  # fmt: skip
    for function, (before, after) in CALLERS.items():
        changed(function, [(after, before), *([OUTCOME[::-1]] if function == "shortlist_comes_out" else [])])  # fmt: skip
    op.execute("DROP FUNCTION shortlist_signed(integer, integer, text, text, text)")
    op.drop_constraint("shortlist_population", "shortlist")
    for table in TABLES:
        op.drop_column(table, "population")
