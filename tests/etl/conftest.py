"""A tiny ministry in a real warehouse: two schools in 湖南, one in 广东, attached classes in 长沙."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from etl.task import Shop
from tests.etl.province import admit
from tests.etl.theirs import CODES, YEAR, Theirs, serving
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, opened, register
from warehouse import roles
from warehouse.crypto import suite
from warehouse.seals import Notebook
from warehouse.store import Warehouse

if TYPE_CHECKING:
    from tests.conftest import Database

UNITS = [
    opened("3643000001", CHANGSHA, name="测试一职业学校"),
    opened("3643000002", SHAOYANG, name="测试二职业学校"),
    opened("3644000001", GUANGZHOU, name="测试三职业学校"),
    opened("3143000009", CHANGSHA, name="测试中学附设中职班", kind="attached"),
    opened("3643000003", CHANGSHA, name="测试新职业学校", year=2026),
]


def opened_for(database: Database) -> Iterator[Warehouse]:
    worker = Warehouse(database.worker_url, "zhijian_worker", pool_size=4)
    register(worker, UNITS)
    yield worker
    worker.close()


@pytest.fixture(scope="session")
def fuzzed(request: pytest.FixtureRequest) -> int:
    """How many broken workbooks of each form are tried."""
    number: int = request.config.getoption("--fuzz")
    return number


@pytest.fixture
def warehouse(database: Database) -> Iterator[Warehouse]:
    """A warehouse of one's own."""
    yield from opened_for(database)


@pytest.fixture(scope="module")
def shared_warehouse(module_database: Database) -> Iterator[Warehouse]:
    """One for the tests of a module that leave nothing behind."""
    yield from opened_for(module_database)


@pytest.fixture
def web(database: Database, worker: Warehouse) -> Iterator[Warehouse]:
    """What the web sees of a module's `worker`."""
    assert worker.ladder.places
    with closing(Warehouse(database.web_url)) as warehouse:
        yield warehouse


@pytest.fixture
def shop(worker: Warehouse, web: Warehouse, tmp_path: Path) -> Shop:
    """What a worker works with."""
    keys, seals = suite("international", tmp_path / "keys"), Notebook(tmp_path / "seals")
    return Shop(worker=worker, web=web, suite=keys, notebook=seals)


@pytest.fixture(scope="module")
def fusing(module_database: Database) -> str:
    """The name of a database with two schools and the people of a fusion; each test of a pull gets a copy of it."""
    with closing(Warehouse(module_database.worker_url, roles.WORKER)) as worker:
        register(worker, [opened(CODES[0], CHANGSHA), opened(CODES[1], SHAOYANG)], [YEAR])
        admit(worker)
    return module_database.name


@pytest.fixture
def theirs() -> Iterator[Theirs]:
    """A province's own system."""
    with serving() as made:
        yield made
