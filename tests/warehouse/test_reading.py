"""Reading: what a connection has prepared for one reading serves the next."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from warehouse.places import NATION
from warehouse.roles import WEB, WORKER
from warehouse.store import Reader, Warehouse

PREPARED = sa.text("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%load%'")


def prepared(reader: Reader) -> int:
    return len(reader.rows(PREPARED))


def test_statements_made_once_are_prepared_once_and_kept_from_reading_to_reading(
    database: Database,
) -> None:
    web = Warehouse(database.web_url, WEB, pool_size=1)
    scope = web.everything()
    for _ in range(2):
        with web.reading(scope) as reader:
            reader.loads([NATION])

    with web.reading(scope) as reader:
        assert prepared(reader) == 1
    web.close()


def test_a_reading_that_failed_leaves_no_transaction_behind(database: Database) -> None:
    web = Warehouse(database.web_url, WEB, pool_size=1)
    scope = web.everything()

    def fail() -> None:
        with web.reading(scope) as reader:
            reader.loads([NATION])
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    with web.reading(scope) as reader:
        assert reader.loads([NATION])
    web.close()


def test_a_glance_finds_what_a_reading_finds_and_leaves_nobody_signed_in(
    database: Database,
) -> None:
    web, worker = (
        Warehouse(database.web_url, WEB, pool_size=1),
        Warehouse(database.worker_url, WORKER),
    )
    with worker.writing() as writer:
        writer.run("INSERT INTO load VALUES ('staff', 1, 7) ON CONFLICT (form, place_id) DO UPDATE SET number = 7")  # fmt: skip
    scope = web.everything()

    seen = web.glance(scope, [NATION])

    with web.opening(scope, [NATION]) as (reader, state):
        assert seen == state
        assert state.loads == reader.loads([NATION])
        assert state.loads[NATION]["staff"] == 7
    with web.engine.connect() as connection:
        assert not connection.scalar(sa.text("SELECT current_setting('app.reader', true)"))
        assert not connection.execute(sa.text("SELECT FROM load")).all()
    web.close()
    worker.close()
