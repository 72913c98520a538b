"""A whole new year through every check, beside the server's own COPY and CREATE INDEX of the same rows."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

from dashboards.bench.ground import TODAY, Ground, spent
from dashboards.bench.outcome import Measured
from etl.sources import load_package
from warehouse.bench import data

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 8, tzinfo=UTC)
BAR = 0.5


LOADS = (
    ("students", ("enrolment",), "parquet"),
    ("students", ("enrolment",), "csv"),
    ("all eight forms", tuple(data.DRAWN), "parquet"),
)
WRITTEN = {"parquet": "Parquet", "csv": "CSV"}


def measure_loading(ground: Ground, rounds: int) -> Iterator[Measured]:
    """The students of a year, the largest form, in either format, and then every form of a year."""
    for title, names, kind in LOADS:
        package = write_package(ground, names, kind)
        ground.yard.write_out(names, ground.year)
        pairs = [_pair(ground, package, names) for _ in range(rounds)]
        ours, theirs, rows, work, least = (median(column) for column in zip(*pairs, strict=True))
        ratios = tuple(pair[1] / pair[0] for pair in pairs)
        ratio = median(ratios)
        yield Measured(
            f"load of a whole new year, {title} ({rows:,.0f} rows of {WRITTEN[kind]}), of COPY + CREATE INDEX",
            f"{ratio:.2f}x", f">= {BAR}x", ratio >= BAR,
            f"{ours:.2f} s ({rows / ours / 1000:,.0f} k rows/s), COPY + CREATE INDEX {theirs:.2f} s; "
            f"processor time of all processes {work:.2f} s, {least:.2f} s ({least / work:.2f}x)",
            ratios,
        )  # fmt: skip


def write_package(ground: Ground, names: Sequence[str], kind: str) -> Path:
    """The year's forms as one file each."""
    folder = ground.folder / "package"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    due = ground.worker.directory(ground.year)
    for name in names:
        written, file = (
            data.written(name, ground.year, due),
            folder / f"{name}-{ground.year}-all.{kind}",
        )
        written.write_parquet(file) if kind == "parquet" else written.write_csv(file)
    return folder


def _pair(ground: Ground, package: Path, names: Sequence[str]) -> tuple[float, ...]:
    """Seconds of ours and of theirs, one after the other; the rows of each; processor seconds of both."""
    ground.yard.forget(names, ground.year)
    marks = [spent(ground)]
    start = time.perf_counter()
    report = load_package(ground.worker, package, now=NOW, by="bench")
    ours = time.perf_counter() - start
    marks.append(spent(ground))
    theirs = ground.yard.copy_and_index(names)
    marks.append(spent(ground))
    work, least = (after - before for before, after in pairwise(marks))
    return ours, theirs, report.total("rows_accepted"), work, least
