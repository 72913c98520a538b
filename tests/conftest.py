"""Every test runs against a real PostgreSQL: the bundled one in a temporary folder, or ZHIJIAN_TEST_OWNER_URL.

The migrations run once into a template; each test, or module, gets a copy of it (`database`,
`module_database`). Parallel workers (`-n 2`) share the server and the template. The login named by
ZHIJIAN_TEST_OWNER_URL needs CREATEDB and CREATEROLE, or to be superuser; what a run creates it drops.
"""

import fcntl
import gc
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.engine import make_url

from warehouse import embedded, passwords, roles
from warehouse.codes import Extended, specialties
from warehouse.doctor import BROWSERS
from warehouse.private import write_private

if TYPE_CHECKING:
    from tests.readers import Ministry
    from tests.warehouse.chain_world import World

# No test is held to a time: machines are shared.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

# Readers of tests sign in thousands of times: their passwords are hashed as the product's are, at the lowest cost
# (test_passwords.py asks a process of the product's own for the cost that holds).
passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)

# A test's cluster may be lost with the machine, so nothing waits for the disk.
UNSAFE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A server on which tests may create databases.

    `admin_url` creates databases, `owner_url` owns and migrates them, `app_url` is the login of web and worker.
    """

    admin_url: str
    owner_url: str
    app_url: str


@dataclass(frozen=True, kw_only=True)
class Database:
    """One database, as its owner, the web and the worker reach it."""

    name: str
    owner_url: str
    web_url: str
    worker_url: str


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz", type=int, default=40, help="broken workbooks of each form")


def pytest_collection_finish() -> None:
    """Seven thousand tests and all they import stay to the end: the garbage collector need not look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # as a web process has it


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """Specialties that a test taught this process are gone after it."""
    yield
    labels = specialties().labels
    assert isinstance(labels, Extended)
    labels.learn([])


@pytest.fixture(scope="session")
def run_folder(request: pytest.FixtureRequest) -> Iterator[Path]:
    """One folder for all workers of this run; the last of them to end removes it."""
    parallel = getattr(request.config, "workerinput", None)
    name = parallel["testrunuid"] if parallel else secrets.token_hex(8)
    folder = Path(tempfile.gettempdir()) / f"zj-{name[:16]}"
    folder.mkdir(exist_ok=True)
    with (folder / "users").open("ab") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield folder
        if embedded.is_last(users):
            sweep(folder)


@pytest.fixture(scope="session")
def cluster(run_folder: Path) -> Iterator[Cluster]:
    """The server of this run."""
    outside = outside_url()
    if outside is None:
        server = embedded.start(run_folder, UNSAFE)
        yield Cluster(
            admin_url=server.admin_url, owner_url=server.owner_url, app_url=server.app_url
        )
        server.stop()
    else:
        with locked(run_folder):
            app_url = outside_login(outside, run_folder)
        yield Cluster(admin_url=outside, owner_url=outside, app_url=app_url)


@pytest.fixture(scope="session")
def template(cluster: Cluster, run_folder: Path) -> str:
    """The name of a database in which all migrations have run; nobody stays connected to it."""
    from warehouse import migrate

    name = template_name(run_folder)
    with locked(run_folder):
        if not (run_folder / "migrated").exists():
            drop(cluster.admin_url, name)
            create(cluster, name, "template0")
            migrate.upgrade(roles.with_database(cluster.owner_url, name))
            (run_folder / "migrated").touch()
    return name


@pytest.fixture
def database(cluster: Cluster, template: str) -> Iterator[Database]:
    """A migrated database for one test."""
    with copied(cluster, template) as made:
        yield made


@pytest.fixture(scope="module")
def module_database(cluster: Cluster, template: str) -> Iterator[Database]:
    """A migrated database shared by the tests of one module."""
    with copied(cluster, template) as made:
        yield made


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Database]:
    """A database before its first migration."""
    with copied(cluster, "template0") as made:
        yield made


@pytest.fixture(scope="session")
def small_ministry(
    cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The name of a database that holds the smallest demo ministry, loaded once; nobody stays connected to it."""
    from tests.readers import load_small_ministry

    with copied(cluster, template) as made:
        load_small_ministry(made, tmp_path_factory.mktemp("demo") / "files")
        yield made.name


@pytest.fixture(scope="module")
def ministry(cluster: Cluster, small_ministry: str) -> Iterator["Ministry"]:
    """The smallest demo ministry with its site and readers, shared by the tests of one module."""
    from tests.readers import ministry_of

    with copied(cluster, small_ministry) as made, ministry_of(made) as opened:
        yield opened


@pytest.fixture(scope="session")
def browser_path() -> str:
    installed = (shutil.which(name) for name in BROWSERS)
    found = os.environ.get("ZHIJIAN_BROWSER") or next(filter(None, installed), None)
    if not found:
        pytest.fail("No browser: install the package chromium, or name one in ZHIJIAN_BROWSER.")
    return found


@pytest.fixture(scope="session")
def tiny_ministry(cluster: Cluster, template: str) -> Iterator[tuple[str, list[int]]]:
    """The name of a database with a tiny ministry and everybody of the review chain, and its schools."""
    from tests.warehouse.chain_world import world

    with copied(cluster, template) as made:
        laid = world(made)
        laid.close()
        yield made.name, list(laid.schools)


@pytest.fixture
def their_database(cluster: Cluster, tiny_ministry: tuple[str, list[int]]) -> Iterator[Database]:
    """Where `them` stand."""
    with copied(cluster, tiny_ministry[0]) as made:
        yield made


@pytest.fixture
def them(their_database: Database, tiny_ministry: tuple[str, list[int]]) -> Iterator["World"]:
    """A tiny ministry with everybody of the review chain, for one test."""
    from tests.warehouse.chain_world import met

    world = met(their_database.worker_url, their_database.web_url, tiny_ministry[1])
    yield world
    world.close()


@pytest.fixture(scope="session")
def browser(browser_path: str) -> Iterator[Browser]:
    """The one browser of a process: a second one beside it would find an event loop in its way."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser_path, args=[*_QUIET])
        yield opened
        opened.close()


@contextmanager
def copied(cluster: Cluster, template: str) -> Iterator[Database]:
    """A copy of a template database, dropped afterwards whoever is still connected."""
    name = f"zj_{secrets.token_hex(6)}"
    create(cluster, name, template)
    app_url = roles.with_database(cluster.app_url, name)
    yield Database(
        name=name,
        owner_url=roles.with_database(cluster.owner_url, name),
        web_url=roles.with_role(app_url, roles.WEB),
        worker_url=roles.with_role(app_url, roles.WORKER),
    )
    drop(cluster.admin_url, name)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One worker at a time."""
    with (folder / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def outside_url() -> str | None:
    return os.environ.get("ZHIJIAN_TEST_OWNER_URL") or None


def template_name(folder: Path) -> str:
    return f"zj_template_{folder.name[3:]}"


def login_name(folder: Path) -> str:
    return f"zj_app_{folder.name[3:]}"


def create(cluster: Cluster, name: str, template: str) -> None:
    owner = make_url(cluster.owner_url).username or "postgres"
    # copying files is twice as quick as writing them through the log, and nothing else is under way in a template
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy")
    names = [sql.Identifier(part) for part in (name, template, owner)]
    with roles.connect(cluster.admin_url) as connection:
        connection.execute(statement.format(*names))


def drop(admin_url: str, name: str) -> None:
    """Drop a database; where a vacuum of the server's own is in it, PostgreSQL lets only a plain DROP end that."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    with roles.connect(admin_url) as connection:
        try:
            connection.execute(statement + sql.SQL(" WITH (FORCE)"))
        except InsufficientPrivilege:
            connection.execute(statement)


def outside_login(owner_url: str, folder: Path) -> str:
    """The login of web and worker on a server of somebody else's; one for all workers of the run."""
    word, user = folder / "app", login_name(folder)
    if not word.exists():
        write_private(word, secrets.token_urlsafe(24))
        with roles.connect(owner_url) as connection:
            roles.ensure_groups(connection)
            roles.ensure_login(connection, user, word.read_text(), inherits=False)
            roles.admit(connection, user)
            own = sql.SQL("GRANT {} TO CURRENT_USER")  # so that a run may end its own sessions
            connection.execute(own.format(sql.Identifier(user)))
    return roles.with_login(owner_url, user, word.read_text())


def sweep(folder: Path) -> None:
    """Drop what the run made: the template and the login on an outside server, the folder here."""
    outside = outside_url()
    if outside is not None and (folder / "app").exists():
        drop(outside, template_name(folder))
        with roles.connect(outside) as connection:
            role = sql.Identifier(login_name(folder))
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(role))
    shutil.rmtree(folder)
