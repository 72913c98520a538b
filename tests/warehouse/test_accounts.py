"""The demo accounts: one reader of every kind, passwords known to this installation only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, opened, register
from warehouse.accounts import ensure_demo_accounts, forget_demo_accounts
from warehouse.places import NATION
from warehouse.rights import Role
from warehouse.store import Warehouse

pytestmark = pytest.mark.mlps("M8")


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.worker_url, "zhijian_worker")
    places = (CHANGSHA, CHANGSHA, SHAOYANG, GUANGZHOU)
    codes = ("3643000001", "3643000002", "3643000003", "3644000001")
    register(warehouse, [opened(code, place) for code, place in zip(codes, places, strict=True)])
    yield warehouse
    warehouse.close()


def test_there_is_a_reader_of_every_role(worker: Warehouse, tmp_path: Path) -> None:
    made = ensure_demo_accounts(worker, tmp_path)

    accounts = {each.login: worker.account(each.login) or {} for each in made}
    school = worker.ladder.by_code["3643000001"]
    assert {login: each["place_id"] for login, each in accounts.items()} == {
        **dict.fromkeys(("ministry", "ministry-supervisor", "ministry-reviewer", "analyst", "system", "security", "audit"), NATION),
        "province-43": 430000, "province-44": 440000, "county": 430102,
        **dict.fromkeys(("school", "school-reviewer", "head"), school),
        "prefecture-reviewer": 430100, "province-reviewer": 430000,
    }  # fmt: skip
    assert {each["role"] for each in accounts.values()} == set(Role)
    assert [name for name, each in accounts.items() if each["depth"] == "published"] == ["analyst"]


def test_the_warehouse_keeps_hashes_only(worker: Warehouse, tmp_path: Path) -> None:
    made = ensure_demo_accounts(worker, tmp_path)

    for each in made:
        account = worker.account(each.login) or {}
        assert each.password not in str(account)
        assert PasswordHasher().verify(account["password_hash"], each.password)
    assert len({each.password for each in made}) == len(made)


def test_the_file_is_private_and_the_second_start_reuses_it(
    worker: Warehouse, tmp_path: Path
) -> None:
    made = ensure_demo_accounts(worker, tmp_path)

    assert (tmp_path / "demo_accounts.json").stat().st_mode & 0o077 == 0
    assert ensure_demo_accounts(worker, tmp_path) == made


def test_another_installation_has_other_passwords(worker: Warehouse, tmp_path: Path) -> None:
    first = ensure_demo_accounts(worker, tmp_path / "one.d")
    second = ensure_demo_accounts(worker, tmp_path / "two.d")

    assert not {each.password for each in first} & {each.password for each in second}


def test_accounts_that_people_made_stay_when_the_demos_go(
    worker: Warehouse, tmp_path: Path
) -> None:
    made = ensure_demo_accounts(worker, tmp_path)
    reader = dict(worker.account(made[0].login) or {})
    worker.keep_account(**{**reader, "login": "of-somebody", "created_by": made[0].login})

    forget_demo_accounts(worker, tmp_path)

    assert worker.account("of-somebody") is not None


def test_forgotten_accounts_cannot_sign_in(worker: Warehouse, tmp_path: Path) -> None:
    made = ensure_demo_accounts(worker, tmp_path)

    forget_demo_accounts(worker, tmp_path)

    assert [worker.account(each.login) for each in made] == [None] * len(made)
    assert not (tmp_path / "demo_accounts.json").exists()
