"""The shape of the house: what may import what, who executes SQL, how long a file or a function may grow."""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PACKAGES = ("dashboards", "metrics", "etl", "warehouse")
SPEAKS_SQL = (
    "warehouse/store.py",
    "warehouse/record*.py",
    "warehouse/migrate.py",
    "warehouse/declared.py",
    "warehouse/migrations/**/*.py",
    "warehouse/embedded.py",
    "warehouse/roles.py",
    "warehouse/backup.py",
    "warehouse/bench/baseline.py",
)
TOP_LEVEL = {"app.py", *PACKAGES, "tests"}


@cache
def sources() -> dict[Path, str]:
    """Every Python file of the product and its tests, generated migrations apart."""
    roots = [PROJECT / "app.py", *(PROJECT / name for name in (*PACKAGES, "tests"))]
    files = [file for root in roots for file in ([root] if root.is_file() else root.rglob("*.py"))]
    generated = PROJECT / "warehouse" / "migrations" / "versions"
    return {file: file.read_text() for file in files if generated not in file.parents}


def product() -> dict[Path, str]:
    return {file: text for file, text in sources().items() if PROJECT / "tests" not in file.parents}


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Name and length in lines of every function."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def name(file: Path) -> str:
    return str(file.relative_to(PROJECT))


def test_the_import_contracts_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([program, "--no-cache"], cwd=PROJECT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


def test_one_place_executes_sql() -> None:
    speaks = {file for pattern in SPEAKS_SQL for file in PROJECT.glob(pattern)}

    others = [name(f) for f, text in product().items() if ".execute(" in text and f not in speaks]

    assert others == []


def test_the_top_level_is_what_the_design_says() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split()

    assert {file.split("/")[0] for file in tracked} <= TOP_LEVEL


def test_no_file_is_longer_than_400_lines() -> None:
    long = {name(f): n for f, text in sources().items() if (n := text.count("\n")) > 400}

    assert long == {}


def test_no_function_is_longer_than_50_lines() -> None:
    long = {
        f"{name(file)}:{function}": length
        for file, text in sources().items()
        for function, length in functions(text)
        if length > 50
    }

    assert long == {}


def test_the_median_function_has_at_most_10_lines() -> None:
    lengths = [length for text in product().values() for _, length in functions(text)]

    assert statistics.median(lengths) <= 10


@pytest.mark.parametrize(
    "forbidden",
    ["dcc.Dropdown", "# TODO", "# FIXME", "pytest.mark.skip", "pytest.skip("],
)
def test_nobody_writes(forbidden: str) -> None:
    ours = Path(__file__)

    assert [name(f) for f, text in sources().items() if forbidden in text and f != ours] == []


def test_only_the_composition_root_reads_the_environment() -> None:
    reading = [
        name(f) for f, text in product().items() if "os.environ" in text or "getenv(" in text
    ]

    assert reading == ["app.py"]


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_opens_nothing(package: str) -> None:
    """Importing costs no connection, no file written, no process."""
    watch = (
        "import sys; events = []\n"
        "sys.addaudithook(lambda e, a: events.append(e) if e in"
        " ('socket.connect', 'subprocess.Popen', 'os.mkdir') else None)\n"
        f"import {package}, pkgutil, importlib\n"
        f"for m in pkgutil.walk_packages({package}.__path__, {package!r} + '.'):\n"
        "    if '.migrations' not in m.name: importlib.import_module(m.name)\n"
        "sys.exit(','.join(events) or 0)"
    )

    done = subprocess.run(
        [sys.executable, "-B", "-c", watch], cwd=PROJECT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
