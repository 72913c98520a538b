"""A backup taken while schools submit is one state of the warehouse, and comes back table by table."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.factories import batch, students
from tests.sums import check_rollups, three_schools
from warehouse import backup, roles
from warehouse.discovery import form
from warehouse.errors import BackupRefused
from warehouse.private import write_private
from warehouse.store import Warehouse

pytestmark = pytest.mark.mlps("M24")
ENROLMENT = form("enrolment")


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.worker_url, "zhijian_worker")
    yield warehouse
    warehouse.close()


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """An installation's folder with keys in it."""
    write_private(tmp_path / "var" / "session.key", "signs sessions")
    write_private(tmp_path / "var" / "keys" / "international-seal-1.key", "00ff")
    write_private(tmp_path / "var" / "secrets.json", "{}")
    return tmp_path / "var"


def rows(url: str, question: str) -> list[tuple[object, ...]]:
    with roles.connect(url) as connection:
        return connection.execute(question.encode()).fetchall()


def test_a_backup_under_way_holds_one_state_and_comes_back_whole(
    database: Database, empty_database: Database, worker: Warehouse, var: Path, tmp_path: Path
) -> None:
    school, *_ = three_schools(worker)
    started, stop = threading.Event(), threading.Event()

    def submit() -> None:
        pupils = 1
        while not stop.is_set():
            worker.record(batch(ENROLMENT, 2025, {school: students(g1=pupils)}))
            pupils += 1
            started.set()

    submitting = threading.Thread(target=submit)
    submitting.start()
    assert started.wait(60)
    made = backup.back_up(database.owner_url, var, tmp_path / "backup")
    stop.set()
    submitting.join()
    restored = backup.restore(empty_database.owner_url, tmp_path / "new", tmp_path / "backup")

    assert restored == made
    last = "SELECT max(submission_id) FROM submission"
    ((then,),), ((now,),) = rows(empty_database.owner_url, last), rows(database.owner_url, last)
    assert isinstance(then, int)
    assert isinstance(now, int)
    assert 1 <= then < now, "nothing was submitted during the backup"
    sums = (
        "SELECT students, submission_id FROM fact_enrolment WHERE grade = '1' AND last_load > 9e18"
    )
    assert rows(empty_database.owner_url, sums) == [(then, then)], "a submission came back by half"


def test_a_restored_warehouse_works_on(
    database: Database, empty_database: Database, worker: Warehouse, var: Path, tmp_path: Path
) -> None:
    first, second, _ = three_schools(worker)
    worker.record(batch(ENROLMENT, 2025, {first: students(g1=100)}))
    backup.back_up(database.owner_url, var, tmp_path / "backup")
    backup.restore(empty_database.owner_url, tmp_path / "new", tmp_path / "backup")

    again = Warehouse(empty_database.worker_url, "zhijian_worker")
    recorded = again.record(batch(ENROLMENT, 2025, {second: students(g1=10)}))

    assert check_rollups(again, ENROLMENT, 2025) > 0
    with again.reading(again.everything()) as reader:
        assert reader.loads([1])[1]["enrolment"] == recorded.load == 2
    again.close()


def test_every_table_is_the_same_after_a_restore(
    database: Database, empty_database: Database, worker: Warehouse, var: Path, tmp_path: Path
) -> None:
    first, *_ = three_schools(worker)
    worker.record(batch(ENROLMENT, 2025, {first: students(g1=100)}))
    backup.back_up(database.owner_url, var, tmp_path / "backup")
    backup.restore(empty_database.owner_url, tmp_path / "new", tmp_path / "backup")

    tables = rows(database.owner_url, "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n "
                  "ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = 'public'")  # fmt: skip

    assert len(tables) > 20
    for (table,) in tables:
        content = f"SELECT t::text FROM ONLY {table} t ORDER BY 1"
        assert rows(database.owner_url, content) == rows(empty_database.owner_url, content), table
    rules = "SELECT polrelid::regclass::text, polname, pg_get_expr(polqual, polrelid) FROM pg_policy ORDER BY 1, 2"
    assert rows(database.owner_url, rules) == rows(empty_database.owner_url, rules)
    grants = "SELECT relname, coalesce(relacl, acldefault('r', relowner))::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1"
    assert rows(database.owner_url, grants) == rows(empty_database.owner_url, grants)


def test_keys_come_back_and_passwords_of_the_cluster_do_not(
    database: Database, empty_database: Database, var: Path, tmp_path: Path
) -> None:
    backup.back_up(database.owner_url, var, tmp_path / "backup")
    backup.restore(empty_database.owner_url, tmp_path / "new", tmp_path / "backup")

    files = {
        p.relative_to(tmp_path / "new").as_posix(): p
        for p in (tmp_path / "new").rglob("*")
        if p.is_file()
    }
    assert set(files) == {"session.key", "keys/international-seal-1.key"}
    assert files["session.key"].read_text() == "signs sessions"
    assert {file.stat().st_mode & 0o777 for file in files.values()} == {0o600}
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600


def test_a_place_that_is_not_empty_is_refused(
    database: Database, empty_database: Database, var: Path, tmp_path: Path
) -> None:
    backup.back_up(database.owner_url, var, tmp_path / "backup")

    with pytest.raises(BackupRefused, match="not empty"):
        backup.restore(database.owner_url, tmp_path / "new", tmp_path / "backup")
    with pytest.raises(BackupRefused, match="keys under"):
        backup.restore(empty_database.owner_url, var, tmp_path / "backup")
    with pytest.raises(BackupRefused, match="exists"):
        backup.back_up(database.owner_url, var, tmp_path / "backup")


def changed(source: Path, target: Path, name: str, content: bytes) -> Path:
    """The backup with one file in it replaced."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            taken = old.extractfile(member)
            data = content if member.name == name else taken.read() if taken else b""
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return target


def test_a_changed_backup_is_refused(
    database: Database, empty_database: Database, var: Path, tmp_path: Path
) -> None:
    backup.back_up(database.owner_url, var, tmp_path / "backup")
    other = changed(tmp_path / "backup", tmp_path / "changed", "keys/session.key", b"mine")
    cut = tmp_path / "cut"
    cut.write_bytes((tmp_path / "backup").read_bytes()[:5000])

    for file in (other, cut, tmp_path / "none"):
        with pytest.raises(BackupRefused):
            backup.restore(empty_database.owner_url, tmp_path / "new", file)
    assert rows(
        empty_database.owner_url,
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    ) == [(0,)]


def test_a_row_that_differs_from_the_manifest_is_told(
    database: Database, empty_database: Database, var: Path, tmp_path: Path
) -> None:
    backup.back_up(database.owner_url, var, tmp_path / "backup")
    with tarfile.open(tmp_path / "backup") as archive:
        said = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]  # it is a file
    said["tables"]["public.place"][0] += 1
    lying = changed(
        tmp_path / "backup", tmp_path / "lying", "manifest.json", json.dumps(said).encode()
    )

    with pytest.raises(BackupRefused, match=r"public\.place"):
        backup.restore(empty_database.owner_url, tmp_path / "new", lying)


def test_of_a_dump_that_breaks_off_nothing_is_restored(
    database: Database, empty_database: Database, tmp_path: Path
) -> None:
    backup.run("pg_dump", database.owner_url, "--format=custom", f"--file={tmp_path / 'dump'}")
    whole = (tmp_path / "dump").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(BackupRefused, match="cannot be read"):
        backup.fill(empty_database.owner_url, tmp_path / "half")

    assert backup.relations(empty_database.owner_url) == 0


def test_a_database_that_will_not_take_it_says_why(database: Database, tmp_path: Path) -> None:
    backup.run("pg_dump", database.owner_url, "--format=custom", f"--file={tmp_path / 'dump'}")

    with pytest.raises(BackupRefused, match="already exists"):
        backup.fill(database.owner_url, tmp_path / "dump")


def test_an_entry_that_points_outside_is_refused(empty_database: Database, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil", "w") as archive:
        archive.addfile(tarfile.TarInfo("../outside"))

    with pytest.raises(BackupRefused):
        backup.restore(empty_database.owner_url, tmp_path / "new", tmp_path / "evil")
    assert not (tmp_path / "outside").exists()
