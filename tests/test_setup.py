"""A machine is set up, served and left clean: real processes, real signals."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

import app
from tests.conftest import Database
from tests.ports import free_port
from warehouse import addresses, commands, doctor, embedded, migrate
from warehouse.doctor import State
from warehouse.errors import WarehouseUnavailable

PROJECT = Path(__file__).parents[1]
ZHIJIAN = [sys.executable, "-P", "-c", "import app; app.main()"]


def environment(var: Path, **more: str) -> dict[str, str]:
    """This process's environment without what names another server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHIJIAN_")}
    return {**kept, "ZHIJIAN_VAR": str(var), "PYTHONPATH": str(PROJECT), **more}


def zhijian(var: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ZHIJIAN, *words], env=environment(var, **more), capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """The folder of one installation, its database created."""
    with tempfile.TemporaryDirectory(prefix="zj-") as made:
        folder = Path(made) / "var"
        done = zhijian(folder, "create")
        assert done.returncode == 0, done.stderr
        yield folder


@contextmanager
def served(var: Path, port: int, cwd: Path = PROJECT) -> Iterator[subprocess.Popen[str]]:
    """A `zhijian serve` whose web server answers; in a session of its own, as under a terminal."""
    words = [*ZHIJIAN, "serve", "--port", str(port)]
    with subprocess.Popen(
        words,
        cwd=cwd,
        env=environment(var),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if str(port) in line:
                break
        yield process


def family(process: subprocess.Popen[str], var: Path) -> list[psutil.Process]:
    """The process, its descendants, and the database server, which has a session of its own."""
    first = psutil.Process(process.pid)
    server = int((var / "postgres" / "postmaster.pid").read_text().split()[0])
    return [first, *first.children(recursive=True), psutil.Process(server)]


def left_over(processes: list[psutil.Process], seconds: float = 15) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing_running(var: Path, number: signal.Signals) -> None:
    port = free_port()
    with served(var, port) as process:
        everyone = family(process, var)
        assert len(everyone) >= 5  # zhijian, gunicorn, two workers, PostgreSQL
        process.send_signal(number)

        assert process.wait(20) == 128 + number

    assert left_over(everyone) == []
    assert doctor.is_free("127.0.0.1", port)


def test_ctrl_c_pressed_twice_leaves_nothing_running(var: Path) -> None:
    port = free_port()
    with served(var, port) as process:
        everyone = family(process, var)
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)

        assert process.wait(20) == 0

    assert left_over(everyone) == []
    assert doctor.is_free("127.0.0.1", port)


def test_it_serves_from_a_folder_with_an_app_of_somebody_elses(var: Path, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("raise SystemExit('not ours')")

    with served(var, free_port(), tmp_path) as process:
        process.terminate()

        assert process.wait(20) == 128 + signal.SIGTERM


def test_after_a_kill_the_web_server_ends_and_the_next_start_is_clean(var: Path) -> None:
    port = free_port()
    with served(var, port) as process:
        *ours, server = family(process, var)
        process.kill()

        assert left_over(ours) == []
        assert server.is_running()

    with served(var, port) as process:
        everyone = family(process, var)
        process.terminate()
    assert left_over(everyone) == []


def test_a_command_beside_the_web_server_shares_the_database(var: Path) -> None:
    with served(var, free_port()) as process:
        assert zhijian(var, "upgrade").returncode == 0
        assert embedded.is_running(var)
        process.terminate()

    assert not embedded.is_running(var)


def test_a_taken_port_is_said_with_another_to_try(var: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        done = zhijian(var, "serve", "--port", str(port))

    assert done.returncode == 1
    assert f"Port {port} is in use; choose another: ZHIJIAN_PORT={port + 1}" in done.stderr
    assert f"端口 {port} 已被占用" in done.stderr


def test_a_database_without_migrations_is_not_served(var: Path) -> None:
    done = zhijian(var.with_name("empty"), "serve", "--port", str(free_port()))

    assert done.returncode == 1
    assert "run zhijian upgrade" in done.stderr


def test_creating_twice_changes_nothing(var: Path) -> None:
    assert "Up to date at" in zhijian(var, "create").stdout


def test_an_outside_server_is_upgraded_and_examined(empty_database: Database) -> None:
    app_url = empty_database.web_url.partition("&options")[0]
    said: list[str] = []

    commands.upgrade(empty_database.owner_url, app_url, said.append)
    findings = list(doctor.examine_server(empty_database.owner_url, app_url))

    assert migrate.current(empty_database.web_url) == migrate.head()
    assert [f.subject for f in findings if f.state is not State.OK] == []


def test_a_machine_of_web_and_worker_is_examined_without_the_owners_address(
    empty_database: Database,
) -> None:
    app_url = empty_database.web_url.partition("&options")[0]
    before = [f.state for f in doctor.examine_server(None, app_url)]
    commands.upgrade(empty_database.owner_url, app_url, lambda _: None)

    findings = list(doctor.examine_server(None, app_url))

    assert State.FAULT in before
    assert [f.subject for f in findings if f.state is not State.OK] == []
    assert [f.subject for f in findings][-2:] == ["migrations 迁移", "row security 行级安全"]


def test_the_doctor_names_a_login_that_row_security_does_not_bind(empty_database: Database) -> None:
    finding = doctor.login(empty_database.owner_url, "zhijian_web")

    assert finding.state is State.FAULT
    assert finding.remedy


def test_the_doctor_names_a_server_nobody_answers_for() -> None:
    findings = list(doctor.examine_server("postgresql://a:b@127.0.0.1:1/zhijian", "unused"))

    assert [f.state for f in findings] == [State.FAULT]
    assert "ZHIJIAN_OWNER_URL" in findings[0].remedy


def test_the_doctor_finds_a_package_of_another_version(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("polars==0.0.1 \\\n    --hash=sha256:00\nno-such-package==1 \\\n    --hash=x\n")

    assert [line.split()[0] for line in doctor.differing(lock)] == ["polars", "no-such-package"]
    assert "missing" in list(doctor.differing(lock))[1]


def test_every_fault_of_the_machine_has_a_remedy(tmp_path: Path) -> None:
    bare = doctor.Installation(
        project=tmp_path,
        var=tmp_path,
        host="127.0.0.1",
        port=1,
        browser=tmp_path / "none",
        owner_url=None,
        app_url=None,
    )

    findings = list(doctor.examine(bare))

    assert all(f.remedy for f in findings if f.state is not State.OK)
    assert {"packages 依赖包", "browser 浏览器"} <= {f.subject for f in findings if f.remedy}


def test_one_address_without_the_other_is_a_mistake() -> None:
    with pytest.raises(WarehouseUnavailable, match="ZHIJIAN_DATABASE_URL is not"):
        addresses.outside(None, "postgresql://owner@host/zhijian")


def test_a_wrong_setting_is_named(var: Path) -> None:
    done = zhijian(var, "serve", ZHIJIAN_PORT="many")

    assert done.returncode == 1
    assert "ZHIJIAN_PORT: Input should be a valid integer" in done.stderr
    assert "设置有误" in done.stderr


def test_the_help_comes_quickly_and_names_every_command() -> None:
    begun = time.process_time()

    shown = CliRunner().invoke(app.cli, ["--help"]).stdout

    assert all(command.name or "" in shown for command in app.cli.registered_commands)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("python", "said"),
    [
        ("exit 1", "Zhijian needs Python 3.11"),
        ('case "$2" in *ensurepip*) exit 1;; esac', "sudo apt-get install python3-venv"),
    ],
)
def test_make_names_what_is_missing(tmp_path: Path, python: str, said: str) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{python}\n")
    program.chmod(0o755)

    done = subprocess.run(
        ["make", "prerequisites", f"PYTHON={program}"], cwd=PROJECT, capture_output=True, text=True
    )

    assert done.returncode != 0
    assert said in done.stdout


def test_make_names_a_missing_python() -> None:
    done = subprocess.run(
        ["make", "prerequisites", "PYTHON=python0"], cwd=PROJECT, capture_output=True, text=True
    )

    assert done.returncode != 0
    assert "sudo apt-get install python3 python3-venv" in done.stdout


def test_a_missing_browser_ends_the_tests_with_what_to_do(tmp_path: Path) -> None:
    """Neither browser nor apt-get on the path, as on a system that is not Debian."""
    for tool in ("sh", "id", "cat"):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))

    done = subprocess.run(
        ["sh", str(PROJECT / "deploy" / "browser.sh")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "ZHIJIAN_BROWSER=/path/to/chrome make test" in done.stderr


def test_the_locks_name_every_dependency_with_its_hash() -> None:
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = {
        "requirements.lock": project["dependencies"],
        "requirements-dev.lock": project["optional-dependencies"]["dev"],
    }
    for file, dependencies in wanted.items():
        text = (PROJECT / file).read_text()
        locked = {line.partition("==")[0] for line in text.splitlines() if "==" in line}
        names = {each.partition("[")[0].partition(">")[0].lower() for each in dependencies}
        assert names <= locked, file
        assert "://" not in text
        assert text.count("--hash=sha256:") > len(locked)
