"""One school's accepted submission, from its file to the national page that shows it; and the record alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import polars as pl

from dashboards.address import Address
from dashboards.bench.clicks import DISPATCH, Click, signed_in, site
from dashboards.bench.ground import Ground
from dashboards.bench.loading import NOW
from dashboards.bench.outcome import Measured
from etl.submission import submit
from warehouse.bench import data
from warehouse.places import NATION

BAR_S = 2.0


def measure_visible(ground: Ground, rounds: int) -> Iterator[Measured]:
    """Seconds from handing the file over until the national page bears another total of students."""
    client = signed_in(site(ground, cache=True), ground.ministry)
    click = Click(Address(place=NATION, year=ground.year).to()).body()
    took, submitting = [], []
    for number, file in enumerate(corrections(ground, rounds)):
        before = client.post(DISPATCH, json=click).get_data()
        start = time.perf_counter()
        receipt = submit(ground.worker, file, now=NOW, by=f"school {number}")
        submitting.append(time.perf_counter() - start)
        after = client.post(DISPATCH, json=click).get_data()
        took.append(time.perf_counter() - start)
        if before == after or receipt.rows_refused:
            raise RuntimeError(f"{file}: the national page did not change")
    yield Measured(
        "one school's accepted submission visible on the national page", f"{median(took):.2f} s",
        f"<= {BAR_S:.0f} s", median(took) <= BAR_S,
        f"of it submit() itself {median(submitting) * 1000:.0f} ms", tuple(took),
    )  # fmt: skip


def corrections(ground: Ground, many: int) -> Iterator[Path]:
    """Corrected files of some schools: thousands of students more in the rows of one grade, so that rounded totals move too.

    How many more depends on the second: a run on the ground of an earlier one must change what that one left.
    """
    due = ground.worker.directory(ground.year)
    more_each = 1000 + 1000 * (int(time.time()) % 50)
    for number in range(many):
        school = due[number * due.height // many]
        rows = data.written("enrolment", ground.year, school)
        more = rows.with_columns(
            pl.when(pl.col("年级") == "2").then(pl.col("在校生数") + more_each * (1 + number)).otherwise(pl.col("在校生数")).alias("在校生数"),
            pl.lit(ground.year).alias("学年"),
        )  # fmt: skip
        file = ground.folder / f"correction-{number}.csv"
        more.write_csv(file)
        yield file
