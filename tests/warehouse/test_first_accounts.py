"""The first administrators of an installation: three links, each for one person, and none once somebody has come."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conftest import Database
from warehouse import invitations, passwords
from warehouse.account_commands import first_links
from warehouse.account_tree import AccountRefused
from warehouse.store import Warehouse


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.worker_url, "zhijian_worker")
    yield warehouse
    warehouse.close()


def said(link: str) -> tuple[str, str]:
    found = parse_qs(urlsplit(link).query)
    return found["account"][0], found["code"][0]


@pytest.mark.mlps("M8")
def test_three_administrators_come_by_links_that_work_once(worker: Warehouse) -> None:
    stale = [said(link) for _, link in first_links(worker, "https://example.cn")]
    links = [said(link) for _, link in first_links(worker, "https://example.cn")]

    assert [login for login, _ in links] == ["system-admin", "security-admin", "audit-admin"]
    with worker.writing() as writer:
        assert not any(invitations.use(writer, *one) for one in stale)
        assert invitations.use(writer, *links[1])
        passwords.change(writer, "security-admin", "Chosen-by-one-1", writer.scalar("SELECT now()"))
    with pytest.raises(AccountRefused, match="security-admin is activated"):
        first_links(worker, "https://example.cn")
    assert (worker.account("security-admin") or {})["role"] == "security_admin"
