"""A whole new year through every check, beside the server's own COPY and CREATE INDEX of the same rows."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

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


class Pair(NamedTuple):
    """One load and the server's own copying after it: seconds of ours, of the facts alone and of everything ours left behind; the rows; processor seconds of ours and of the facts."""

    ours: float
    facts: float
    everything: float
    rows: float
    work: float
    least: float


def measure_loading(ground: Ground, rounds: int) -> Iterator[Measured]:
    """The students of a year, the largest form, in either format, and then every form of a year."""
    for title, names, kind in LOADS:
        package = write_package(ground, names, kind)
        ground.yard.write_out(names, ground.year)
        pairs = [_pair(ground, package, names) for _ in range(rounds)]
        mid = Pair(*(median(column) for column in zip(*pairs, strict=True)))
        what = f"load of a whole new year, {title} ({mid.rows:,.0f} rows of {WRITTEN[kind]})"
        yield _measured(
            f"{what}, of COPY + CREATE INDEX", [pair.facts / pair.ours for pair in pairs],
            f"{mid.ours:.2f} s ({mid.rows / mid.ours / 1000:,.0f} k rows/s), COPY + CREATE INDEX {mid.facts:.2f} s; "
            f"processor time of all processes {mid.work:.2f} s, {mid.least:.2f} s ({mid.least / mid.work:.2f}x)",
        )  # fmt: skip
        yield _measured(
            f"{what}, of COPY + CREATE INDEX of every row it leaves behind",
            [pair.everything / pair.ours for pair in pairs],
            f"facts, rollups, ledger and chain, one after the other: {mid.everything:.2f} s",
        )


def _measured(what: str, ratios: list[float], beside: str) -> Measured:
    ratio = median(ratios)
    return Measured(what, f"{ratio:.2f}x", f">= {BAR}x", ratio >= BAR, beside, tuple(ratios))


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


def _pair(ground: Ground, package: Path, names: Sequence[str]) -> Pair:
    """The load, and then what the server does with the same rows."""
    ground.yard.forget(names, ground.year)
    marks = [spent(ground)]
    start = time.perf_counter()
    report = load_package(ground.worker, package, now=NOW, by="bench")
    ours = time.perf_counter() - start
    marks.append(spent(ground))
    facts = ground.yard.copy_and_index(names)
    marks.append(spent(ground))
    work, least = (after - before for before, after in pairwise(marks))
    everything = ground.yard.copy_all_and_index(names, ground.year)
    return Pair(ours, facts, everything, report.total("rows_accepted"), work, least)
