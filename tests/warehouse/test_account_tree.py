"""The tree of accounts, asked of the database itself as the web role: who makes, grants, sees and ends which account."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from tests.warehouse.offices import (
    GUANGDONG,
    HUNAN,
    denied,
    invited,
    made,
    newcomer,
    own,
    prepared,
    scope,
    seen,
    used,
    web,
    worker,
)
from warehouse import account_list, account_tree, handover
from warehouse.account_list import State, Wanted
from warehouse.account_tree import AccountRefused
from warehouse.places import NATION, Rung
from warehouse.rights import Role
from warehouse.store import Warehouse

__all__ = ["own", "prepared", "web", "worker"]

INSERT = (
    "INSERT INTO account (login, name_zh, name_en, place_id, depth, role, created_by, activated_at) "
    "VALUES (:login, 'x', 'x', :place, 'published', :role, :maker, NULL)"
)


@pytest.mark.mlps("M11")
def test_each_administrator_sees_the_accounts_at_the_own_place_and_below(web: Warehouse) -> None:
    everybody = {"system", "security", "audit", "system-43", "security-43", "system-44", "clerk"}

    assert seen(web, "system") == seen(web, "security") == everybody
    assert (
        seen(web, "system-43") == seen(web, "security-43") == {"system-43", "security-43", "clerk"}
    )
    assert seen(web, "system-44") == {"system-44"}
    assert seen(web, "audit") == seen(web, "clerk") == set()


@pytest.mark.mlps("M7")
@pytest.mark.parametrize("place_id", [NATION, HUNAN, 430100, 430102])
def test_the_ministry_makes_accounts_anywhere(web: Warehouse, place_id: int) -> None:
    made(web, "system", newcomer("new-one", place_id))

    assert "new-one" in seen(web, "system")
    assert web.account("new-one") is None  # no role, no password: it signs in nowhere


@pytest.mark.mlps("M11")
@pytest.mark.parametrize(
    ("by", "place_id"), [("system-43", GUANGDONG), ("system-43", NATION), ("system-44", 430102)]
)
def test_nobody_makes_an_account_beside_or_above(web: Warehouse, by: str, place_id: int) -> None:
    assert denied(web, by, INSERT, login="new-one", place=place_id, role="", maker=by)
    found = list(account_tree.faults(newcomer("new-one", place_id), scope(web, by), web.ladder))
    assert "at one's own place and below" in found[0][1].en


@pytest.mark.mlps("M10")
@pytest.mark.parametrize("by", ["security", "audit", "clerk"])
def test_only_a_system_administrator_makes_accounts(web: Warehouse, by: str) -> None:
    place_id = (web.account(by) or {})["place_id"]

    assert denied(web, by, INSERT, login="new-one", place=place_id, role="", maker=by)


@pytest.mark.mlps("M10")
@pytest.mark.parametrize("wrong", [{"role": "supervisor"}, {"maker": "somebody"}])
def test_an_account_is_made_without_a_role_and_in_ones_own_name(
    web: Warehouse, wrong: dict[str, str]
) -> None:
    said = {"login": "new-one", "place": HUNAN, "role": "", "maker": "system", **wrong}

    assert denied(web, "system", INSERT, **said)


@pytest.mark.mlps("M8")
def test_a_password_is_never_given_with_an_account(web: Warehouse) -> None:
    statement = INSERT.replace("activated_at)", "activated_at, password_hash)").replace(
        "NULL)", "NULL, 'x')"
    )

    assert denied(web, "system", statement, login="new-one", place=HUNAN, role="", maker="system")


@pytest.mark.mlps("M10")
@pytest.mark.parametrize("by", ["system", "audit", "clerk", "system-43"])
def test_only_a_security_administrator_grants_a_role(web: Warehouse, by: str) -> None:
    made(web, "system", newcomer("new-one", HUNAN))

    for login in ("new-one", by):
        assert denied(
            web, by, "UPDATE account SET role = 'supervisor' WHERE login = :login", login=login
        )


@pytest.mark.mlps("M10")
@pytest.mark.parametrize(
    "column",
    ["name_zh = 'y'", "is_suspended = true", "ended_at = now()", "valid_until = '2030-01-01'"],
)
def test_a_security_administrator_does_not_keep_accounts(web: Warehouse, column: str) -> None:
    assert denied(web, "security", f"UPDATE account SET {column} WHERE login = 'clerk'")


@pytest.mark.mlps("M10")
@pytest.mark.parametrize("by", ["system", "security"])
@pytest.mark.parametrize(
    "column", ["password_hash = 'x'", "must_change = true", "totp_secret = 'x'", "totp_step = 1"]
)
def test_no_administrator_changes_what_others_sign_in_with(
    web: Warehouse, by: str, column: str
) -> None:
    assert denied(web, by, f"UPDATE account SET {column} WHERE login = 'clerk'")


@pytest.mark.mlps("M10")
def test_nobody_grants_to_oneself_or_prolongs_oneself(web: Warehouse) -> None:
    assert denied(
        web, "security", "UPDATE account SET role = 'supervisor' WHERE login = 'security'"
    )
    assert denied(
        web,
        "system",
        "UPDATE account SET valid_until = NULL, is_suspended = true WHERE login = 'system'",
    )


@pytest.mark.mlps("M10")
def test_signing_in_as_somebody_does_not_let_one_change_the_role(web: Warehouse) -> None:
    """The policy of sign-ins names one account; the guard still holds its role."""
    with web.writing() as writer:
        writer.run("SELECT set_config('app.login', 'clerk', true)")
        with pytest.raises(ProgrammingError):
            writer.run("UPDATE account SET role = 'supervisor' WHERE login = 'clerk'")


@pytest.mark.mlps("M11")
def test_a_province_s_security_administrator_grants_in_the_province_only(web: Warehouse) -> None:
    made(web, "system-43", newcomer("new-43", 430102))
    made(web, "system-44", newcomer("new-44", GUANGDONG))

    with web.acting(scope(web, "security-43")) as writer:
        account_tree.grant(writer, "new-43", Role.REVIEWER, Rung.COUNTY)
    with pytest.raises(AccountRefused), web.acting(scope(web, "security-43")) as writer:
        account_tree.grant(writer, "new-44", Role.REVIEWER, Rung.PROVINCE)
    with (
        pytest.raises(AccountRefused, match="does not suit"),
        web.acting(scope(web, "security-43")) as writer,
    ):
        account_tree.grant(writer, "new-43", Role.HEAD, Rung.COUNTY)


@pytest.mark.mlps("M9")
def test_one_person_has_one_account_until_it_has_ended(web: Warehouse) -> None:
    made(web, "system", newcomer("first", HUNAN, person="staff 7"))

    with pytest.raises(AccountRefused, match="just taken"):
        made(web, "system-44", newcomer("second", GUANGDONG, person="staff 7"))
    with web.acting(scope(web, "system-44")) as writer:
        known = account_tree.taken(writer, [newcomer("clerk", GUANGDONG, person="staff 7")])
    with web.acting(scope(web, "system")) as writer:
        account_tree.end(writer, "first", writer.scalar("SELECT now()"))
    made(web, "system-44", newcomer("second", GUANGDONG, person="staff 7"))

    assert known == {"clerk", "staff 7"}


def test_only_a_system_administrator_learns_which_logins_are_taken(web: Warehouse) -> None:
    for by in ("security", "clerk"):
        with web.acting(scope(web, by)) as writer:
            assert account_tree.taken(writer, [newcomer("clerk", HUNAN)]) == set()


@pytest.mark.mlps("M9")
def test_whoever_left_signs_in_no_more_and_the_account_stays_as_it_was(web: Warehouse) -> None:
    with web.acting(scope(web, "system-43")) as writer:
        account_tree.end(writer, "clerk", writer.scalar("SELECT now()"))

    assert web.account("clerk") is None
    assert denied(web, "system-43", "UPDATE account SET ended_at = NULL WHERE login = 'clerk'")
    with web.writing() as writer:
        writer.run("SELECT set_config('app.login', 'clerk', true)")
        assert writer.run("UPDATE account SET password_hash = 'x' WHERE login = 'clerk'") == 0


def test_the_database_writes_down_what_happened_to_an_account(web: Warehouse) -> None:
    made(web, "system", newcomer("new-one", HUNAN, Role.SUPERVISOR))
    code = invited(web, "system", "new-one")
    used(web, "new-one", code)
    with web.acting(scope(web, "security")) as writer:
        account_tree.grant(writer, "new-one", Role.SUPERVISOR, Rung.PROVINCE)
    with web.acting(scope(web, "system")) as writer:
        account_tree.suspend(writer, "new-one", is_suspended=True)
        account_tree.suspend(writer, "new-one", is_suspended=False)
        account_tree.end(writer, "new-one", writer.scalar("SELECT now()"))

    with web.reading(scope(web, "system-43")) as reader:
        told = [(one.step, one.by, one.detail) for one in account_list.steps(reader, "new-one")]
    assert told[::-1] == [
        ("created", "system", "supervisor"), ("invited", "system", ""), ("activated", "new-one", ""),
        ("granted", "security", "supervisor"), ("suspended", "system", ""), ("resumed", "system", ""), ("ended", "system", ""),
    ]  # fmt: skip
    assert denied(web, "system", "UPDATE account_step SET by = 'x'")
    assert denied(web, "system", "DELETE FROM account_step")


STATES = {
    State.CREATED: "activated_at = NULL", State.WAITING: "role = ''", State.ACTIVE: "last_sign_in = now()",
    State.SUSPENDED: "is_suspended = true", State.EXPIRED: "valid_until = '2020-01-01'", State.ENDED: "ended_at = now()",
    State.DORMANT: "last_sign_in = '2020-01-01'",
}  # fmt: skip


@pytest.mark.mlps("M9")
@pytest.mark.parametrize("state", STATES)
def test_accounts_are_listed_by_state(web: Warehouse, worker: Warehouse, state: State) -> None:
    with worker.writing() as writer:
        writer.run(f"UPDATE account SET {STATES[state]} WHERE login = 'clerk'")
    place = web.ladder.place(HUNAN)

    with web.reading(scope(web, "system")) as reader:
        today = reader.rows(sa.text("SELECT current_date"))[0][0]
        found = {
            each: [
                one.login
                for one in account_list.find(
                    reader, Wanted(place=place, today=today, state=each), 9
                )
            ]
            for each in State
        }
        card = account_list.card(reader, "clerk")

    alone = {each: logins for each, logins in found.items() if "clerk" in logins}
    assert set(alone) == {state, *([State.ACTIVE] if state is State.DORMANT else [])}
    assert card
    assert card.state(today) == (State.ACTIVE if state is State.DORMANT else state)


def test_activation_is_counted_for_every_place_and_rung(web: Warehouse) -> None:
    made(web, "system", newcomer("new-one", HUNAN))
    invited(web, "system", "new-one")
    nation = web.ladder.place(NATION)

    with web.reading(scope(web, "system")) as reader:
        places = account_list.counted_by_child(reader, nation)
        rungs = account_list.counted_by_rung(reader, nation)

    assert places[HUNAN] == (4, 4, 3, 3, 1)
    assert places[GUANGDONG] == (1, 1, 1, 1, 0)
    assert places[0] == (3, 3, 3, 3, 0)
    assert rungs[Rung.SCHOOL] == (1, 1, 1, 1, 1)
    assert rungs[Rung.PROVINCE].accounts == 4


def test_open_work_goes_to_somebody_of_the_same_place_and_role(
    web: Warehouse, worker: Warehouse
) -> None:
    school = (web.account("clerk") or {})["place_id"]
    for login, place_id, role in (
        ("second", school, "statistician"),
        ("head", school, "head"),
        ("far", 1, "statistician"),
    ):
        worker.keep_account(
            login=login, role=role, place_id=place_id, depth="records", name_zh=login, name_en=login
        )  # fmt: skip
    with worker.writing() as writer:
        for state in ("waiting", "done"):
            writer.run(
                "INSERT INTO job (owner, place_id, kind, title_zh, title_en, args, state, path) "
                "VALUES ('clerk', :school, 'x', 'x', 'x', '{}', :state, '{}')",
                school=school, state=state,
            )  # fmt: skip
        writer.run(
            "INSERT INTO draft VALUES ('enrolment', 2026, :school, 1, '[]', now(), 'clerk')",
            school=school,
        )

    for other in ("head", "far", "clerk", "nobody"):
        with pytest.raises(AccountRefused), web.acting(scope(web, "system-43")) as writer:
            handover.hand_over(writer, "clerk", other)
    for by in ("security-43", "system-44", "clerk"):
        with pytest.raises(AccountRefused), web.acting(scope(web, by)) as writer:
            handover.hand_over(writer, "clerk", "second")
    with web.acting(scope(web, "system-43")) as writer:
        before = handover.work_of(writer, "clerk")
        moved = handover.hand_over(writer, "clerk", "second")
        after = handover.work_of(writer, "clerk"), handover.work_of(writer, "second")

    assert [(one.what.en, one.number) for one in before] == [
        ("drafts of forms", 1),
        ("jobs of the worker", 1),
    ]
    assert moved == 2
    assert after == ([], before)
