"""What was loaded before there was a review chain stands, after the upgrade, where its last approval or its submission put it."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from tests.conftest import Database
from tests.warehouse.chain_world import world
from warehouse import migrate, roles
from warehouse.crypto import suite
from warehouse.data_check import check_data

BEFORE = """
INSERT INTO submission (submission_id, form, year, school_id, revision, file_name, file_hash, content_hash, sheet, headers, received_at,
  received_by, rows_accepted, rows_refused, breaches, remarks, first_load, approved_load, is_current, path)
VALUES (1, 'enrolment', 2025, 7, 1, 'f', 'h', 'c', '', '{}', now(), 'somebody', 1, 0, 0, 0, 1, 1, true, '{430000,430102,7}'),
  (2, 'enrolment', 2025, 8, 1, 'f', 'h', 'd', '', '{}', now(), 'somebody', 1, 0, 0, 0, 1, NULL, false, '{430000,430102,8}'),
  (3, 'enrolment', 2025, 8, 2, 'f', 'h', 'e', '', '{}', now(), 'somebody', 1, 0, 0, 0, 2, NULL, true, '{430000,430102,8}')
"""


def test_what_was_there_before_the_chain_has_a_standing_after_the_upgrade(
    empty_database: Database,
) -> None:
    with migrate._connect(empty_database.owner_url) as connection:
        command.upgrade(migrate._config(connection), "0006")
        connection.commit()
    with roles.connect(empty_database.owner_url) as connection:
        connection.execute(BEFORE)

    migrate.upgrade(empty_database.owner_url)

    with roles.connect(empty_database.owner_url) as connection:
        found = connection.execute(
            "SELECT school_id, state, submission_id, waits_at, actor FROM standing ORDER BY 1"
        )
        assert found.fetchall() == [(7, "approved", 1, None, ""), (8, "filled", 3, 8, "fill")]
        assert connection.execute("SELECT count(*) FROM step").fetchone() == (2,)


def test_the_check_of_data_finds_a_form_that_stands_where_no_step_put_it(
    database: Database, tmp_path: Path
) -> None:
    them = world(database)
    them.fill()
    them.hand_in()
    checked = suite("international", tmp_path / "keys")
    before = check_data(them.worker, checked, tmp_path)

    with roles.connect(database.owner_url) as connection:
        connection.execute("UPDATE standing SET state = 'approved', waits_at = NULL, actor = ''")
    after = check_data(them.worker, checked, tmp_path)

    assert [one for one in before if "chain" in one.en] == []
    assert len([one for one in after if "review chain" in one.en]) == 1
    them.worker.close()
    them.web.close()


@pytest.mark.parametrize("person", ["furong", "supervisor", "head0", "guangdong", "changsha"])
def test_the_database_itself_refuses_a_forged_choice(database: Database, person: str) -> None:
    them = world(database)

    with pytest.raises(sa.exc.DBAPIError, match=r"may not|row-level security"):
        them.does(
            person,
            lambda writer, who: writer.run(
                "INSERT INTO review_choice VALUES (430000, 2027, 'county', :login, now())",
                login=who.login,
            ),
        )
    them.worker.close()
    them.web.close()


def test_a_school_reminds_nobody(database: Database) -> None:
    them = world(database)

    with pytest.raises(sa.exc.DBAPIError, match="may not"):
        them.does(
            "head0",
            lambda writer, who: writer.run(
                "INSERT INTO reminder SELECT place_id, 2025, current_date, :login, now(), path FROM place WHERE place_id = :school",
                login=who.login, school=them.schools[0],
            ),
        )  # fmt: skip
    them.worker.close()
    them.web.close()
