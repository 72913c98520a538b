"""The audit trail: lines are chained by the database itself, nobody changes them, and whoever tampers is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command

from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, opened, register
from tests.warehouse.tampering import CHANGES, REWRITE
from warehouse import migrate, roles
from warehouse.crypto import Suite, suite
from warehouse.scope import Depth, Scope
from warehouse.seals import Notebook, heads, seal
from warehouse.store import Warehouse
from warehouse.tables import audit
from warehouse.trail import Line, write
from warehouse.trail_check import Report, check
from warehouse.trail_commands import add_seal, checked

pytestmark = pytest.mark.mlps("M14", "M16", "M17")

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def line(number: int, login: str = "somebody", event: str = "read") -> Line:
    return Line(
        login=login, address="10.0.0.1", event=event, object=f"thing {number}", succeeded=True,
        detail={"数": number, "half": 0.5}, request_id=f"r{number}",
    )  # fmt: skip


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.worker_url, roles.WORKER)
    yield warehouse
    warehouse.close()


@pytest.fixture(scope="module")
def some_lines(
    module_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Warehouse]:
    """A trail with a line and a seal, for tests that change nothing."""
    warehouse = Warehouse(module_database.worker_url, roles.WORKER)
    warehouse.note(line(1))
    folder = tmp_path_factory.mktemp("keys")
    assert add_seal(warehouse, suite("international", folder), Notebook(folder / "seals"))
    yield warehouse
    warehouse.close()


@pytest.fixture
def web(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.web_url)
    yield warehouse
    warehouse.close()


@pytest.fixture
def ours(tmp_path: Path) -> Suite:
    return suite("international", tmp_path / "keys")


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    return Notebook(tmp_path / "audit" / "seals")


@contextmanager
def one_strand(worker: Warehouse) -> Iterator[Callable[[int], None]]:
    """Writes lines one after the other into strand 3, so that a test knows where they are."""

    def add(number: int) -> None:
        with worker.writing() as writer:
            writer.run("SELECT set_config('app.strand', '3', true)")
            write(writer, line(number))

    yield add


@pytest.fixture
def sealed(worker: Warehouse, ours: Suite, notebook: Notebook) -> Warehouse:
    """Ten lines in strand 3, sealed after the fourth and after the eighth."""
    with one_strand(worker) as add:
        for number in range(1, 11):
            add(number)
            if number in {4, 8}:
                assert add_seal(worker, ours, notebook)
    return worker


def found(worker: Warehouse, ours: Suite, notebook: Notebook | None = None) -> list[str]:
    return [fault.what.en for fault in report(worker, ours, notebook).faults]


def report(worker: Warehouse, ours: Suite, notebook: Notebook | None = None) -> Report:
    with worker.reading(worker.everything()) as reader:
        return check(reader, ours, notebook or Notebook(Path("/nowhere")))


@pytest.fixture
def tamper(database: Database) -> Callable[..., None]:
    """Changes the trail as the owner of the database, whose triggers are switched off for it."""

    def change(*statements: str) -> None:
        with roles.connect(database.owner_url, autocommit=False) as connection:
            for table in ("audit", "audit_seal"):
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement in statements:
                connection.execute(statement.encode())
            for table in ("audit", "audit_seal"):
                connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            connection.commit()

    return change


def test_every_line_is_numbered_and_holds_the_hash_of_the_line_before(sealed: Warehouse) -> None:
    with sealed.reading(sealed.everything()) as reader:
        rows = reader.rows(sa.select(audit).order_by(audit.c.sequence))
        stand = heads(reader)

    assert [row.sequence for row in rows] == list(range(1, 11))
    assert [row.previous for row in rows] == ["", *(row.hash for row in rows[:-1])]
    assert stand[3] == (10, rows[-1].hash)
    assert {head for strand, head in stand.items() if strand != 3} == {(0, "")}


def test_an_untouched_trail_has_no_fault(
    sealed: Warehouse, ours: Suite, notebook: Notebook
) -> None:
    result = report(sealed, ours, notebook)

    assert result == Report(lines=10, sealed=2, beyond=2, faults=[])


@pytest.mark.parametrize("role", ["web_url", "worker_url"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET object = 'x'", "DELETE FROM audit", "TRUNCATE audit", "DELETE FROM audit_seal",
        "UPDATE audit_head SET sequence = 0", "DELETE FROM audit_check", "SELECT retire_audit(1)",
        "INSERT INTO audit (login, address, event, object, succeeded, hash) VALUES ('', '', '', '', true, 'x')",
        "INSERT INTO audit (login, address, event, object, succeeded, at) VALUES ('', '', '', '', true, now())",
    ],
)  # fmt: skip
def test_neither_web_nor_worker_changes_the_trail(
    module_database: Database, role: str, statement: str
) -> None:
    with (
        roles.connect(getattr(module_database, role)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET object = 'x'", "DELETE FROM audit", "TRUNCATE audit", "TRUNCATE audit_seal",
        "UPDATE audit_seal SET body = ''", "DELETE FROM audit_seal",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("some_lines")
def test_even_the_owner_is_refused(module_database: Database, statement: str) -> None:
    with (
        roles.connect(module_database.owner_url) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="only ever added"),
    ):
        connection.execute(statement.encode())


def test_where_the_line_cannot_be_written_nothing_happens(
    database: Database, worker: Warehouse
) -> None:
    with roles.connect(database.owner_url) as connection:
        connection.execute("DELETE FROM audit_head")

    def set_a_day() -> None:
        with worker.writing() as writer:
            writer.run("INSERT INTO setting VALUES ('today', '2026-11-20')")
            write(writer, line(1))

    with pytest.raises(sa.exc.DBAPIError, match="no strand"):
        set_a_day()

    assert worker.settings() == {}


@pytest.mark.parametrize("change", CHANGES)
def test_tampering_is_found_and_named(
    sealed: Warehouse, ours: Suite, notebook: Notebook, tamper: Callable[..., None], change: str
) -> None:
    statements, expected = CHANGES[change]
    tamper(*statements)

    assert found(sealed, ours, notebook) == expected


def test_a_history_rewritten_with_all_its_hashes_is_found_by_the_seals(
    sealed: Warehouse, ours: Suite, tamper: Callable[..., None]
) -> None:
    tamper("UPDATE audit SET object = 'another' WHERE sequence = 2", REWRITE)

    assert found(sealed, ours) == [
        f"strand 3 line {line} is not the line that seal {number} holds: rewritten since"
        for line, number in ((4, 1), (8, 2))
    ]


def test_what_comes_after_the_newest_seal_can_be_rewritten_by_the_owner_and_the_check_says_how_far_it_reaches(
    sealed: Warehouse, ours: Suite, tamper: Callable[..., None]
) -> None:
    tamper("UPDATE audit SET object = 'another' WHERE sequence = 9", REWRITE)

    result = report(sealed, ours)

    assert (result.faults, result.sealed, result.beyond) == ([], 2, 2)


def test_nothing_new_needs_no_seal(sealed: Warehouse, ours: Suite, notebook: Notebook) -> None:
    assert add_seal(sealed, ours, notebook) is not None
    assert add_seal(sealed, ours, notebook) is None


def test_seals_go_on_under_another_suite(
    sealed: Warehouse, ours: Suite, notebook: Notebook, tmp_path: Path
) -> None:
    national = suite("national", tmp_path / "keys")
    made = add_seal(sealed, national, notebook)
    sealed.note(line(11))
    assert add_seal(sealed, ours, notebook)

    assert made
    assert made.suite_name == "national"
    assert found(sealed, ours, notebook) == []


def test_workers_that_seal_together_make_one_seal(worker: Warehouse, ours: Suite) -> None:
    worker.note(line(1))

    def one(_: int) -> bool:
        with worker.writing() as writer:
            return seal(writer, ours, NOW) is not None

    with ThreadPoolExecutor(4) as together:
        assert sorted(together.map(one, range(4))) == [False, False, False, True]


def test_writers_at_once_share_no_strand_and_leave_no_gap(
    worker: Warehouse, ours: Suite, notebook: Notebook
) -> None:
    def some(number: int) -> None:
        for each in range(25):
            worker.note(line(each, f"login {number}"))

    with ThreadPoolExecutor(8) as together:
        list(together.map(some, range(8)))
        add_seal(worker, ours, notebook)
    result = checked(worker, ours, notebook)

    assert (result.lines, result.faults) == (200, [])


def test_a_transaction_stays_with_its_strand_and_holds_nobody_up(
    worker: Warehouse, ours: Suite
) -> None:
    with worker.writing() as slow:
        write(slow, line(1))
        worker.note(line(2))
        write(slow, line(3))

    with worker.reading(worker.everything()) as reader:
        rows = reader.rows(sa.select(audit.c.object, audit.c.strand, audit.c.sequence))

    strands = {row.object: (row.strand, row.sequence) for row in rows}
    assert strands["thing 1"][0] == strands["thing 3"][0] != strands["thing 2"][0]
    assert (strands["thing 1"][1], strands["thing 3"][1]) == (1, 2)
    assert found(worker, ours) == []


def test_a_line_that_was_undone_leaves_no_gap(worker: Warehouse, ours: Suite) -> None:
    with worker.writing() as writer, writer.connection.begin_nested() as undone:
        write(writer, line(1))
        undone.rollback()
    worker.note(line(2))

    assert report(worker, ours) == Report(lines=1, sealed=0, beyond=1, faults=[])


def test_lines_are_let_go_after_their_term_and_the_trail_says_so(
    database: Database, worker: Warehouse, ours: Suite
) -> None:
    with one_strand(worker) as add:
        for number in range(1, 5):
            add(number)
        with worker.writing() as writer:
            made = seal(writer, ours, datetime(2025, 1, 1, tzinfo=UTC))
        assert made
        add(5)
    with roles.connect(database.owner_url) as connection:
        gone = connection.execute("SELECT retire_audit(1)").fetchone()

    assert gone == (3,)
    assert report(worker, ours) == Report(lines=3, sealed=1, beyond=2, faults=[])


@pytest.mark.usefixtures("sealed")
def test_lines_are_not_let_go_before_their_term(database: Database) -> None:
    with (
        roles.connect(database.owner_url) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="six months"),
    ):
        connection.execute("SELECT retire_audit(1)")


def test_lines_of_before_the_chain_are_chained_by_the_migration(
    empty_database: Database, ours: Suite
) -> None:
    with migrate._connect(empty_database.owner_url) as connection:
        command.upgrade(migrate._config(connection), "0001")
        for n in range(3):
            connection.execute(
                sa.text(
                    "INSERT INTO audit (login, address, event, object, succeeded) VALUES ('a', '', 'read', :n, true)"
                ),
                {"n": str(n)},
            )
        connection.commit()
    migrate.upgrade(empty_database.owner_url)
    worker = Warehouse(empty_database.worker_url, roles.WORKER)

    worker.note(line(4))

    assert report(worker, ours) == Report(lines=4, sealed=0, beyond=4, faults=[])
    worker.close()


@pytest.fixture
def accounts(worker: Warehouse) -> dict[str, int]:
    """One account in each of two provinces and one of the nation, each with a line."""
    schools = register(
        worker, [opened("3643000001", CHANGSHA), opened("3644000001", GUANGZHOU)], years=[2026]
    )
    places = {"nation": 1, "hunan": schools["3643000001"], "guangdong": schools["3644000001"]}
    for login, place_id in places.items():
        worker.keep_account(
            login=login, password_hash="", name_zh="名", name_en="name", role="head", place_id=place_id, depth="records",
        )  # fmt: skip
        worker.note(line(1, login))
    worker.note(line(1, "nobody of ours"))
    return places


def seen(web: Warehouse, place_id: int, office: str, depth: Depth = "records") -> set[str]:
    scope = Scope("reader", place_id, depth, (), office)
    with web.reading(scope) as reader:
        return {row.login for row in reader.rows(sa.select(audit.c.login))}


@pytest.mark.parametrize("depth", ["records", "published"])
def test_an_audit_administrator_reads_the_lines_of_the_accounts_below(
    web: Warehouse, accounts: dict[str, int], depth: Depth
) -> None:
    assert seen(web, 430000, "audit_admin", depth) == {"hunan"}
    assert seen(web, accounts["guangdong"], "audit_admin", depth) == {"guangdong"}
    assert seen(web, 1, "audit_admin", depth) == {"nation", "hunan", "guangdong", "nobody of ours"}


@pytest.mark.parametrize("office", ["", "system_admin", "security_admin"])
def test_nobody_else_reads_a_line(web: Warehouse, accounts: dict[str, int], office: str) -> None:
    assert all(seen(web, place_id, office) == set() for place_id in (1, *accounts.values()))


def test_role_and_place_of_a_line_are_the_accounts_own(
    worker: Warehouse, accounts: dict[str, int]
) -> None:
    with worker.reading(worker.everything()) as reader:
        rows = {r.login: (r.role, r.path) for r in reader.rows(sa.select(audit))}

    assert rows["nobody of ours"] == ("", [])
    assert rows["nation"] == ("head", [1])
    assert rows["hunan"] == ("head", [430000, 430100, 430102, accounts["hunan"]])
