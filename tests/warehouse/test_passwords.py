"""Passwords: which will do, what is kept of them, when they are too old."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import NOW
from warehouse import roles
from warehouse.entrance import name
from warehouse.errors import ZhijianError
from warehouse.passwords import OLDEST, change, check, hash_password, history, is_due, is_of, keep
from warehouse.store import Warehouse

pytestmark = pytest.mark.mlps("M1", "M2")

GOOD = "Three-of-four-1"


@pytest.fixture
def web(database: Database) -> Iterator[Warehouse]:
    """The web role, which sets passwords at sign-in; two accounts are there."""
    worker = Warehouse(database.worker_url, "zhijian_worker")
    for login in ("ann", "ben"):
        worker.keep_account(
            login=login, password_hash=hash_password("Begins with 1"), name_zh=login, name_en=login, role="analyst",
            place_id=1, depth="published",
        )  # fmt: skip
    worker.close()
    warehouse = Warehouse(database.web_url)
    yield warehouse
    warehouse.close()


@pytest.mark.mlps("M1")
@pytest.mark.parametrize(
    ("password", "lacks"),
    [
        ("Short-1", ["at least 10 characters"]),
        ("onlysmallletters", ["at least 3 of these"]),
        ("small and 2", []),
        ("smallAND2222", []),
        ("SMALLLETTERS12", ["at least 3 of these"]),
        ("职业学校职业学校ab", ["at least 3 of these"]),
        ("职业学校职业学校aB", []),
        ("My-Clerk-01-word", ["account name"]),
        ("clerk-01", ["at least 10", "account name"]),
        ("", ["at least 10", "at least 3"]),
        ("Aa1-" * 51, ["at most 200"]),
    ],
)
def test_a_password_is_judged_by_length_classes_and_the_login(
    password: str, lacks: list[str]
) -> None:
    said = lacking("clerk-01", password)

    assert bool(said) == bool(lacks)
    assert all(one in said for one in lacks), said


def lacking(login: str, password: str) -> str:
    """What is said of a password; nothing where it will do."""
    try:
        check(login, password)
    except ZhijianError as error:
        return error.en
    return ""


@pytest.mark.mlps("M1")
def test_the_last_five_are_barred_and_the_sixth_is_not(web: Warehouse) -> None:
    words = [f"{GOOD}-{n}" for n in range(6)]
    for n, word in enumerate(words):
        with web.writing() as writer:
            change(writer, "ann", word, NOW + timedelta(days=n))

    with web.writing() as writer, pytest.raises(ZhijianError, match="one of the last 5"):
        change(writer, "ann", words[1], NOW)
    with web.writing() as writer:
        change(writer, "ann", words[0], NOW)
        assert len(set(history(writer, "ann"))) == 5


@pytest.mark.mlps("M1")
def test_the_password_one_was_given_cannot_be_chosen_again(web: Warehouse) -> None:
    with web.writing() as writer, pytest.raises(ZhijianError, match="one of the last 5"):
        change(writer, "ann", "Begins with 1", NOW)


def test_a_password_given_by_somebody_else_has_to_be_changed(web: Warehouse) -> None:
    with web.writing() as writer:
        keep(writer, "ann", GOOD, NOW, must_change=True)
    given = web.account("ann") or {}
    with web.writing() as writer:
        change(writer, "ann", f"{GOOD}-own", NOW)
    own = web.account("ann") or {}

    assert is_of(given["password_hash"], GOOD)
    assert [is_due(given, NOW), is_due(own, NOW)] == [True, False]


@pytest.mark.mlps("M1")
def test_a_password_is_due_after_ninety_days(web: Warehouse) -> None:
    with web.writing() as writer:
        change(writer, "ann", GOOD, NOW)
    account = web.account("ann") or {}

    assert not is_due(account, NOW + OLDEST)
    assert is_due(account, NOW + OLDEST + timedelta(seconds=1))


@pytest.mark.mlps("M2")
def test_nothing_kept_shows_a_password(web: Warehouse, database: Database) -> None:
    with web.writing() as writer:
        change(writer, "ann", GOOD, NOW)

    with roles.connect(database.owner_url) as connection:
        tables = [
            connection.execute(f"SELECT to_jsonb(t)::text FROM {table} t").fetchall()
            for table in ("account", "password_history")
        ]
    text = str(tables)
    assert GOOD not in text
    assert text.count("$argon2id$") == 3


def test_one_login_changes_its_own_password_only(web: Warehouse) -> None:
    before = web.account("ben")
    with web.writing() as writer:
        keep(writer, "ann", GOOD, NOW)
        touched = writer.run("UPDATE account SET password_hash = 'x' WHERE login = 'ben'")
        others = writer.rows(sa.text("SELECT * FROM password_history WHERE login <> 'ann'"))

    assert (touched, list(others), web.account("ben")) == (0, [], before)


@pytest.mark.parametrize(
    "change",
    ["role = 'system_admin'", "place_id = 2", "depth = 'records'", "created_by = 'demo'", "is_suspended = true"],
)  # fmt: skip
def test_a_sign_in_changes_nothing_of_what_an_account_may_do(web: Warehouse, change: str) -> None:
    """Some columns are not granted to the web role; of the others a trigger asks who changes them."""
    with web.writing() as writer:
        keep(writer, "ann", GOOD, NOW)

    with web.writing() as writer:
        name(writer, "ann")
        with pytest.raises(
            sa.exc.ProgrammingError, match=r"permission denied|by the s\w+ administrator"
        ):
            writer.run(f"UPDATE account SET {change} WHERE login = 'ann'")


@pytest.mark.mlps("M7", "M8")
def test_a_new_warehouse_has_no_account_to_come_in_by(database: Database) -> None:
    with roles.connect(database.owner_url) as connection:
        assert connection.execute("SELECT login FROM account").fetchall() == []


def test_a_hash_costs_whoever_guesses_what_the_library_recommends() -> None:
    """Asked of a process of its own: tests hash at the lowest cost."""
    said = "from warehouse.passwords import hash_password; print(hash_password('Three-of-four-1'))"

    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
