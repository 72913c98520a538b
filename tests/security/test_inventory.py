"""The list of M1-M28 is whole: each line has tests that try to break it, or is a duty that may be one."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.security.report import DOCUMENT, LINES, lines

PROJECT = Path(__file__).parents[2]
TESTS = PROJECT / "tests"
DUTIES = {
    "M18",
    "M21",
    "M23",
    "M24",
    "M27",
}  # M23 for disks, M24 off site, M27 for the central collector
MARK = re.compile(r"mark\.mlps\(([^)]*)\)")
# Lines whose tests have not landed yet. A line that has tests may not stand here.
AWAITED: frozenset[str] = frozenset()


@cache
def marked() -> dict[str, set[str]]:
    """The files with tests of each line."""
    found: dict[str, set[str]] = {}
    for file in TESTS.rglob("test_*.py"):
        for words in MARK.findall(file.read_text()):
            for line in re.findall(r"\"(M\d+)\"", words):
                found.setdefault(line, set()).add(file.name)
    return found


def test_the_document_names_every_line_once_and_in_order() -> None:
    assert list(lines(DOCUMENT.read_text())) == LINES


@pytest.mark.parametrize("number", LINES)
def test_a_line_has_tests_or_is_a_duty(number: str) -> None:
    line = lines(DOCUMENT.read_text())[number]

    is_tested = number in marked()
    is_duty = number in DUTIES and line.duty.startswith("operator:")
    assert is_tested or is_duty or number in AWAITED, (
        f"mark tests with @pytest.mark.mlps({number!r})"
    )
    assert not (is_tested and number in AWAITED), "take it off AWAITED"
    assert line.kept_by or is_duty


def test_no_mark_names_a_line_that_there_is_not() -> None:
    assert set(marked()) <= set(LINES)


def test_what_the_document_speaks_of_exists() -> None:
    text = DOCUMENT.read_text() + (PROJECT / "docs" / "operations.md").read_text()

    named = set(re.findall(r"`((?:deploy|tests|dashboards|warehouse|etl)/[\w./]+)`", text))
    assert named
    assert [name for name in named if not (PROJECT / name).exists()] == []


def test_the_readme_leads_to_both() -> None:
    readme = (PROJECT / "README.md").read_text()

    assert "docs/security.md" in readme
    assert "docs/operations.md" in readme
    assert "make security" in readme


@pytest.mark.mlps("M5")
def test_the_example_of_a_proxy_takes_tls_1_2_and_newer_and_hides_what_is_inside() -> None:
    conf = (PROJECT / "deploy" / "nginx.conf").read_text()

    assert re.findall(r"ssl_protocols (.*);", conf) == ["TLSv1.2 TLSv1.3"]
    assert "max-age=31536000" in conf
    assert conf.count("server_tokens off") == conf.count("server {") == 2
    assert "return 308 https://" in conf
    assert "location = /metrics { return 404; }" in conf
    assert not re.search(r"CBC|RC4|3DES|MD5|NULL", conf)


@pytest.mark.parametrize("unit", ["zhijian-web.service", "zhijian-worker.service"])
def test_the_units_give_no_more_than_is_needed(unit: str) -> None:
    text = (PROJECT / "deploy" / unit).read_text()

    for line in ("User=zhijian", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "UMask=0077"):  # fmt: skip
        assert line in text
    command = re.search(r"ExecStart=\S+/zhijian (\w+)", text)
    assert command
    assert command[1] in known_commands()


@cache
def known_commands() -> str:
    return subprocess.run(
        [sys.executable, "-P", "-c", "import app; app.main()", "--help"], cwd=PROJECT,
        capture_output=True, text=True, env={"PYTHONPATH": str(PROJECT), "PATH": "", "TERM": "dumb", "LANG": "C.UTF-8"},
    ).stdout  # fmt: skip


@pytest.mark.mlps("M20")
def test_every_locked_package_has_its_hash() -> None:
    lock = (PROJECT / "requirements.lock").read_text()
    packages = re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE)

    assert len(packages) > 20
    assert lock.count("--hash=sha256:") >= len(packages)


@pytest.mark.mlps("M20")
def test_bandit_finds_nothing_in_the_product() -> None:
    from tests.security.report import bandit

    assert bandit()


def test_the_report_names_the_tests_of_every_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.report", "--list"], cwd=PROJECT, capture_output=True, text=True, check=False
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert set(re.findall(r"^(M\d+) +(?:tested|duty) ", done.stdout, re.MULTILINE)) == set(LINES)
    assert "test_the_report_names" not in done.stdout  # it speaks for no line itself
