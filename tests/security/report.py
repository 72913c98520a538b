"""What `make security` prints: every line of the protection level with its evidence, and what the scanners say.

    python -m tests.security.report            everything
    python -m tests.security.report --list     only which tests speak for which line

A line is kept by tests that tried to break it, or it is a duty of the operator with its check (docs/security.md). A scanner that
could not reach its service is reported as "not checked": neither clean nor a fault.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
DOCUMENT = PROJECT / "docs" / "security.md"
LINES = [f"M{number}" for number in range(1, 29)]
ROW = re.compile(r"^\| (M\d+) \|([^|]+)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
PRODUCT = ("app.py", "dashboards", "metrics", "etl", "warehouse")
SBOM = PROJECT / "build" / "sbom.json"
SHOWN = 12  # tests named for a line, the rest are counted
OFFLINE = ("ConnectionError", "Max retries", "Connection refused", "Temporary failure", "Name or service", "timed out", "ProxyError", "SSLError")  # fmt: skip


@dataclass(eq=False)  # pytest keeps its plugins in a set
class Evidence:
    """Which tests speak for which line, and how they ended."""

    tests: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    failed: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for mark in item.iter_markers("mlps"):
                for line in mark.args:
                    self.tests[line].append(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)
        if report.skipped:
            self.skipped.add(report.nodeid)


@dataclass(frozen=True)
class Line:
    """One line as docs/security.md states it."""

    number: str
    control: str
    kept_by: str
    duty: str


def lines(text: str) -> dict[str, Line]:
    """The lines of the document's table."""
    found = (Line(*(part.strip() for part in row)) for row in ROW.findall(text))
    return {line.number: line for line in found}


def collected(*options: str) -> Evidence:
    """Run the marked tests, or only collect them; files without a mark are not even imported."""
    evidence = Evidence()
    files = [str(file) for file in sorted((PROJECT / "tests").rglob("test_*.py")) if "mark.mlps(" in file.read_text()]  # fmt: skip
    code = pytest.main(["-q", "-m", "mlps", "-p", "no:cacheprovider", *options, *files], plugins=[evidence])  # fmt: skip
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        raise SystemExit(f"The tests could not be run (pytest ended with {code}).")
    return evidence


def show(evidence: Evidence, *, was_run: bool) -> bool:
    """Print every line with its evidence; whether all of them hold."""
    holds = True
    for number, line in lines(DOCUMENT.read_text()).items():
        tests = sorted({name.partition("[")[0] for name in evidence.tests[number]})
        broken = [name for name in evidence.failed if name in evidence.tests[number]]
        state = "BROKEN" if broken else "duty" if not tests else "held" if was_run else "tested"
        holds &= not broken and bool(tests or line.duty)
        print(f"\n{number:4} {state:7} {line.control}")
        for name in [*tests[:SHOWN], *([f"... and {len(tests) - SHOWN} more"] if len(tests) > SHOWN else [])]:  # fmt: skip
            print(f"       {name}")
        if line.duty:
            print("       operator:", line.duty.removeprefix("operator: "))
        for name in broken:
            print(f"       FAILED {name}")
        for name in sorted(evidence.skipped & set(evidence.tests[number])):
            print(f"       NOT RUN {name}")
    return holds


def bandit() -> bool:
    """Faults of our own code that bandit knows, of medium severity and above."""
    words = ["bandit", "-q", "-r", *PRODUCT, "-c", "pyproject.toml", "-ll", "-f", "json"]
    found = json.loads(ran(words).stdout)["results"]
    for one in found:
        print(f"  {one['filename']}:{one['line_number']} {one['test_id']} {one['issue_text']}")
    return said("bandit", "clean" if not found else f"{len(found)} faults", holds=not found)


def known_holes() -> bool:
    """Holes that are known of in the locked packages. Where the service does not answer, nothing is known."""
    done = ran(["pip_audit", "--requirement", "requirements.lock", "--disable-pip", "--progress-spinner", "off", "-f", "json"])  # fmt: skip
    if done.returncode and any(word in done.stderr for word in OFFLINE):
        return said(
            "pip-audit", "NOT CHECKED: its service could not be reached from here", holds=True
        )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        return said("pip-audit", f"could not be run: {done.stderr.strip()[-300:]}", holds=False)
    unknown = [one for one in packages if "skip_reason" in one]
    holes = [f"{one['name']} {hole['id']}" for one in packages for hole in one.get("vulns", [])]
    if len(unknown) == len(packages):
        return said(
            "pip-audit", "NOT CHECKED: the index asked here knows nothing of holes", holds=True
        )
    checked = f"{len(packages) - len(unknown)} packages checked, {len(unknown)} NOT CHECKED, "
    return said("pip-audit", checked + (", ".join(holes) or "no hole known"), holds=not holes)


def bill_of_materials() -> bool:
    """Every package of the product, as CycloneDX."""
    SBOM.parent.mkdir(exist_ok=True)
    done = ran(["cyclonedx_py", "requirements", "requirements.lock", "--pyproject", "pyproject.toml", "--output-reproducible", "-o", str(SBOM)])  # fmt: skip
    if done.returncode:
        return said("SBOM", f"could not be written: {done.stderr.strip()[-300:]}", holds=False)
    parts = json.loads(SBOM.read_text())["components"]
    return said(
        "SBOM", f"{len(parts)} components in {SBOM.relative_to(PROJECT)}", holds=bool(parts)
    )


def ran(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=PROJECT, capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": "ignore"}
    )  # fmt: skip


def said(what: str, words: str, *, holds: bool) -> bool:
    print(f"{what}: {words}")
    return holds


def main(arguments: list[str]) -> int:
    if "--list" in arguments:
        return 0 if show(collected("--collect-only", "-q"), was_run=False) else 1
    evidence = collected(*arguments)
    holds = [show(evidence, was_run=True), bandit(), known_holes(), bill_of_materials()]
    print(
        "\nEvery line is held or is a duty with its check."
        if all(holds)
        else "\nNOT ALL LINES HOLD."
    )
    return 0 if all(holds) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
