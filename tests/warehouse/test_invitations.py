"""Invitations, asked of the database itself: a code opens an account once, and gives nobody a role."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.warehouse.offices import (
    HUNAN,
    denied,
    invited,
    made,
    newcomer,
    own,
    prepared,
    scope,
    used,
    web,
    worker,
)
from warehouse import account_tree, invitations, passwords
from warehouse.account_tree import AccountRefused
from warehouse.places import Rung
from warehouse.rights import Role
from warehouse.store import Warehouse

__all__ = ["own", "prepared", "web", "worker"]


@pytest.mark.mlps("M8")
def test_an_invitation_opens_an_account_once(web: Warehouse) -> None:
    made(web, "system", newcomer("new-one", HUNAN, Role.SUPERVISOR))
    code = invited(web, "system", "new-one")

    assert not used(web, "clerk", code)
    assert used(web, "new-one", code.lower().replace("-", " "))
    assert not used(web, "new-one", code)
    with web.writing() as writer:
        passwords.keep(writer, "new-one", "Chosen-by-one-1", writer.scalar("SELECT now()"))
    assert web.account("new-one") is None  # still without a role
    with web.acting(scope(web, "security")) as writer:
        account_tree.grant(writer, "new-one", Role.SUPERVISOR, Rung.PROVINCE)
    granted = web.account("new-one") or {}
    assert (granted["role"], granted["depth"]) == ("supervisor", "records")
    assert passwords.is_of(granted["password_hash"], "Chosen-by-one-1")


@pytest.mark.parametrize("change", [
    "UPDATE invitation SET expires_at = now()", "UPDATE invitation SET revoked_at = now()",
    "UPDATE account SET is_suspended = true WHERE login = 'new-one'", "UPDATE account SET ended_at = now() WHERE login = 'new-one'",
])  # fmt: skip
def test_an_invitation_ends_with_its_time_its_maker_s_will_or_its_account(
    web: Warehouse, worker: Warehouse, change: str
) -> None:
    made(web, "system", newcomer("new-one", HUNAN))
    code = invited(web, "system", "new-one")

    with worker.writing() as writer:
        writer.run(change)

    assert not used(web, "new-one", code)


def test_ten_wrong_codes_close_an_invitation(web: Warehouse) -> None:
    made(web, "system", newcomer("new-one", HUNAN))
    code = invited(web, "system", "new-one")

    for _ in range(10):
        assert not used(web, "new-one", "WRONG")

    assert not used(web, "new-one", code)
    assert used(web, "new-one", invited(web, "system", "new-one"))


def test_a_new_invitation_makes_the_one_before_void(web: Warehouse) -> None:
    made(web, "system", newcomer("new-one", HUNAN))
    first = invited(web, "system", "new-one")
    second = invited(web, "system", "new-one")

    assert not used(web, "new-one", first)
    assert used(web, "new-one", second)


@pytest.mark.mlps("M10")
def test_whoever_is_invited_anew_gives_the_role_back(web: Warehouse) -> None:
    """Else a system administrator could set the security administrator's password and be both."""
    code = invited(web, "system", "security")

    assert web.account("security") is None
    assert used(web, "security", code)
    assert web.account("security") is None
    assert denied(
        web, "system", "UPDATE account SET role = 'security_admin' WHERE login = 'security'"
    )


@pytest.mark.mlps("M2")
def test_codes_are_kept_as_hashes_that_no_reader_sees(web: Warehouse, worker: Warehouse) -> None:
    made(web, "system", newcomer("new-one", HUNAN))
    code = invited(web, "system", "new-one")

    with worker.writing() as writer:
        kept = writer.rows(sa.text("SELECT row_to_json(i)::text FROM invitation i"))[0][0]
    assert code not in kept
    assert invitations.hashed(code) in kept
    assert denied(web, "system", "SELECT code_hash FROM invitation")


@pytest.mark.parametrize("by", ["security", "audit", "clerk", "system-44"])
def test_nobody_else_invites(web: Warehouse, by: str) -> None:
    made(web, "system", newcomer("new-one", HUNAN))

    with pytest.raises(AccountRefused):
        invited(web, by, "new-one")
