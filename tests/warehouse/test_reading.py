"""Reading: what a connection has prepared for one reading serves the next."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from warehouse.places import NATION
from warehouse.roles import WEB
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
