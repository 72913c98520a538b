"""Without a reader the web role reads no row of any table, however full the tables are."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa

from tests.readers import YEAR, Ministry
from warehouse import roles
from warehouse.notices import tell
from warehouse.store import Warehouse
from warehouse.text import Text

pytestmark = pytest.mark.mlps("M9")

PERSONAL = {"account", "session", "audit", "notice", "knock", "step", "standing", "submission", "place", "unit_version"}  # fmt: skip


@pytest.fixture
def used(ministry: Ministry) -> Ministry:
    """A ministry in use: signed in to, told of things, knocked at long ago."""
    ministry.entered("county", ministry.another_site()).get(f"/zh/place/1?year={YEAR}")
    with ministry.worker.writing() as writer:
        tell(writer, Text("有一件事", "Something"), kind="returned", object="/jobs", login=ministry.readers["school"].login)  # fmt: skip
        writer.run(
            "INSERT INTO knock (login, failed, at, path) VALUES ('typed-long-ago', 3, now() - interval '9 days', '{}') ON CONFLICT DO NOTHING"
        )
    return ministry


def tables(ministry: Ministry) -> list[str]:
    with roles.connect(ministry.owner_url) as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()
    return [name for (name,) in found]


def rows(ministry: Ministry, table: str) -> int | None:
    """How many the worker sees; None where it may not look."""
    return count(ministry.worker, table)


def count(warehouse: Warehouse, table: str) -> int | None:
    with warehouse.engine.connect() as connection:
        try:
            return int(connection.execute(sa.text(f'SELECT count(*) FROM "{table}"')).scalar_one())
        except sa.exc.ProgrammingError as error:
            if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
                raise
            return None


def test_nobody_is_shown_nothing(used: Ministry) -> None:
    full = {name for name in tables(used) if rows(used, name)}
    seen = {name: count(used.web, name) for name in tables(used)}

    assert full >= PERSONAL
    assert {name: number for name, number in seen.items() if number} == {}


def test_nobody_sweeps_what_others_typed(used: Ministry) -> None:
    with used.web.engine.begin() as connection:
        swept = connection.execute(sa.text("DELETE FROM knock")).rowcount

    assert swept == 0
    assert rows(used, "knock")


@pytest.mark.parametrize("said", ["nation = 'records'", "nation = 'published'", "scope = '{1,430000}'", "region = '{430000}'", "published = '{1}'"])  # fmt: skip
def test_a_reach_without_a_reader_opens_no_rollup(ministry: Ministry, said: str) -> None:
    """One condition asks who reads and how far: of the two the first is enough to refuse, the second not enough to open."""
    seen = {}
    for reader in ("", "somebody"):
        with ministry.web.engine.begin() as connection:
            connection.execute(sa.text(f"SET LOCAL app.{said}"))
            connection.execute(sa.text(f"SET LOCAL app.reader = '{reader}'"))
            asked = sa.text("SELECT count(*) FROM rollup_enrolment WHERE path && '{430000}' OR place_id = 1")  # fmt: skip
            seen[reader] = connection.execute(asked).scalar_one()

    assert not seen[""]
    assert seen["somebody"]
