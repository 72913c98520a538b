"""Administrators of the ministry and of two provinces, a school's clerk, and what they do as the web role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from tests.conftest import Cluster, Database, copied
from tests.factories import CHANGSHA, GUANGZHOU, opened, register
from warehouse import account_tree, invitations, passwords
from warehouse.account_tree import Newcomer
from warehouse.places import NATION
from warehouse.rights import Role
from warehouse.scope import Scope
from warehouse.store import Warehouse

HUNAN, GUANGDONG = 430000, 440000


@pytest.fixture(scope="module")
def prepared(module_database: Database) -> str:
    """The name of a database with two schools and seven accounts; each test gets a copy of it."""
    warehouse = Warehouse(module_database.worker_url, "zhijian_worker")
    register(warehouse, [opened("3643000001", CHANGSHA), opened("3644000001", GUANGZHOU)])
    password = passwords.hash_password("Begins with 1")
    for login, role, place_id in (
        ("system", Role.SYSTEM_ADMIN, NATION), ("security", Role.SECURITY_ADMIN, NATION), ("audit", Role.AUDIT_ADMIN, NATION),
        ("system-43", Role.SYSTEM_ADMIN, HUNAN), ("security-43", Role.SECURITY_ADMIN, HUNAN),
        ("system-44", Role.SYSTEM_ADMIN, GUANGDONG), ("clerk", Role.STATISTICIAN, warehouse.ladder.by_code["3643000001"]),
    ):  # fmt: skip
        warehouse.keep_account(
            login=login, role=role, place_id=place_id, depth="records", name_zh=login, name_en=login, password_hash=password
        )  # fmt: skip
    warehouse.close()
    return module_database.name


@pytest.fixture
def own(cluster: Cluster, prepared: str) -> Iterator[Database]:
    with copied(cluster, prepared) as made_:
        yield made_


@pytest.fixture
def worker(own: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(own.worker_url, "zhijian_worker")
    yield warehouse
    warehouse.close()


@pytest.fixture
def web(own: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(own.web_url)
    yield warehouse
    warehouse.close()


def scope(web: Warehouse, login: str) -> Scope:
    account = web.account(login) or {}
    role = Role(account["role"])
    office = role.value if role.is_admin else ""
    return web.scope(login, account["place_id"], account["depth"], office)


def newcomer(login: str, place_id: int, wanted: Role | None = None, person: str = "") -> Newcomer:
    return Newcomer(
        login=login, name_zh="新人", name_en="Newcomer", place_id=place_id, wanted=wanted or "", person=person or login
    )  # fmt: skip


def made(web: Warehouse, by: str, one: Newcomer) -> None:
    with web.acting(scope(web, by)) as writer:
        account_tree.create(writer, one, by)


def seen(web: Warehouse, by: str) -> set[str]:
    with web.reading(scope(web, by)) as reader:
        return {row[0] for row in reader.rows(sa.text("SELECT login FROM account"))}


def denied(web: Warehouse, by: str, statement: str, **values: object) -> bool:
    """Whether the database itself refuses a statement, or finds nothing to change."""
    try:
        with web.acting(scope(web, by)) as writer:
            return writer.run(statement, **values) == 0
    except ProgrammingError as error:
        return "42501" in str(getattr(error.orig, "sqlstate", ""))


def invited(web: Warehouse, by: str, login: str) -> str:
    with web.acting(scope(web, by)) as writer:
        return invitations.invite(writer, login, by)


def used(web: Warehouse, login: str, code: str) -> bool:
    with web.writing() as writer:
        return invitations.use(writer, login, code)
