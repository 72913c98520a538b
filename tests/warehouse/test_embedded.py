"""The bundled server is shared, and stopped by the last to leave."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Cluster, Database
from warehouse import embedded, roles
from warehouse.errors import WarehouseUnavailable

STAY = """
import sys, time
from pathlib import Path
from warehouse import embedded
server = embedded.start(Path(sys.argv[1]))
print("up", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Outside pytest's own folder: another test run beside this one would close it to the server's account."""
    with tempfile.TemporaryDirectory(prefix="zj-") as made:
        yield Path(made) / "var"


def neighbour(folder: Path) -> subprocess.Popen[bytes]:
    """Another process that uses the server until its input ends."""
    command = [sys.executable, "-c", STAY, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    return process


def test_who_leaves_first_does_not_stop_the_server(folder: Path) -> None:
    with neighbour(folder) as other:
        server = embedded.start(folder)
        server.stop()
        assert embedded.is_running(folder)

        other.communicate(b"")

    assert not embedded.is_running(folder)


def test_after_a_kill_the_next_one_takes_over_and_stops_it(folder: Path) -> None:
    with neighbour(folder) as other:
        other.kill()
        other.communicate()
    assert embedded.is_running(folder)

    embedded.start(folder).stop()

    assert not embedded.is_running(folder)


def test_a_second_start_keeps_the_data(folder: Path) -> None:
    server = embedded.start(folder)
    with roles.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    server.stop()

    server = embedded.start(folder)
    with roles.connect(server.owner_url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    server.stop()


def test_lost_passwords_are_said_with_what_to_do(folder: Path) -> None:
    embedded.start(folder).stop()
    (folder / "secrets.json").unlink()

    with pytest.raises(WarehouseUnavailable, match=r"secrets\.json is missing .* begin anew"):
        embedded.start(folder)


def test_only_the_account_of_the_installation_reads_the_passwords(folder: Path) -> None:
    embedded.start(folder).stop()

    assert (folder / "secrets.json").stat().st_mode & 0o077 == 0
    assert not (folder / "postgres.password").exists()


def test_a_folder_too_deep_for_a_socket_gets_a_short_one(folder: Path) -> None:
    deep = folder / ("deep" * 30) / "var"

    server = embedded.start(deep)
    assert embedded.is_running(deep)
    server.stop()


@pytest.mark.parametrize("role", [roles.WEB, roles.WORKER])
def test_web_and_worker_hold_no_power(empty_database: Database, role: str) -> None:
    url = empty_database.web_url if role == roles.WEB else empty_database.worker_url

    with roles.connect(url) as connection:
        row = connection.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolinherit FROM pg_roles"
            " WHERE rolname = session_user"
        ).fetchone()

    assert row == (role, False, False, False)


def test_the_group_roles_may_be_made_twice(cluster: Cluster) -> None:
    roles.provision_groups(cluster.admin_url, cluster.app_url)
    roles.provision_groups(cluster.admin_url, cluster.app_url)


def test_a_server_that_is_too_old_is_refused_before_it_is_touched(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "OLDEST_SERVER", 990_000)

    with pytest.raises(WarehouseUnavailable, match="99 or newer is needed"):
        roles.provision_groups(cluster.admin_url, cluster.app_url)
    with pytest.raises(WarehouseUnavailable, match="需要 99 或更新版本"):
        roles.provision(cluster.admin_url, "never_made", roles.draw_secrets())
    with roles.connect(cluster.admin_url) as connection:
        assert connection.execute("SELECT 1 FROM pg_database WHERE datname = 'never_made'").fetchall() == []  # fmt: skip
