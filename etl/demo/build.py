"""Build the demo ministry's files: build_units(), build_year() for any year alone, build() for all of it.

folder/units.csv                              the life of every unit
folder/2025/enrolment-2025-43.csv             one file a unit, form and year (or .parquet)
folder/workbooks/flow-2026-3643000001.xlsx    schools that hand in workbooks of the newest year themselves
folder-truth/truth.json                       what was planted: outside the folder, so that no load reads it
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from etl.demo.events import code_text, unit_events
from etl.demo.ministry import Ministry, found_ministry
from etl.demo.packages import write_package
from etl.demo.remarks import answer, given, key_of
from etl.demo.targets import FIRST, LAST
from etl.demo.truth import write_truth
from etl.demo.workbooks import WORKBOOK_YEAR, write_workbooks, writers
from warehouse.arrays import Ints
from warehouse.discovery import asked_forms
from warehouse.discovery import form as declared
from warehouse.form import Total

__all__ = [
    "SEED",
    "TODAY",
    "Demo",
    "build",
    "build_units",
    "build_workbooks",
    "build_year",
    "reference",
    "rows",
]

SEED = 20210630
TODAY = date(2026, 11, 20)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Demo:
    """What was written: the events file, the files of each year (newest year first), and the truth."""

    folder: Path
    seed: int
    schools: int | None
    units: Path
    packages: dict[int, list[Path]]
    workbooks: list[Path]
    truth: Path


@cache
def ministry(seed: int, schools: int | None) -> Ministry:
    """The simulated ministry of a seed, kept for the years that are built one after the other."""
    return found_ministry(seed, schools)


def build(
    folder: Path,
    *,
    seed: int = SEED,
    schools: int | None = None,
    years: Iterable[int] = range(FIRST, LAST + 1),
    today: date = TODAY,
    progress: Progress | None = None,
) -> Demo:
    """Write every year, the newest first. `progress(stage, done, total)` is told after each year."""
    units = build_units(folder, seed=seed, schools=schools)
    wanted = [year for year in sorted(years, reverse=True) if year <= newest(today)]
    packages: dict[int, list[Path]] = {}
    for done, year in enumerate(wanted, start=1):
        packages[year] = build_year(folder, year, seed=seed, schools=schools, today=today)
        if progress:
            progress(str(year), done, len(wanted))
    books = (
        build_workbooks(folder, seed=seed, schools=schools, today=today)
        if WORKBOOK_YEAR in wanted
        else []
    )
    return Demo(folder, seed, schools, units, packages, books, truth_file(folder))


def truth_file(folder: Path) -> Path:
    """Beside the folder, where a load of the folder cannot meet it."""
    return folder.with_name(f"{folder.name}-truth") / "truth.json"


def newest(today: date) -> int:
    """The academic year that runs on a day: it begins on 1 September."""
    return today.year if today.month >= 9 else today.year - 1


def build_units(folder: Path, *, seed: int = SEED, schools: int | None = None) -> Path:
    """Write units.csv and, beside the packages, the truth; the events file is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "units.csv"
    one = ministry(seed, schools)
    unit_events(one.units).write_csv(path, include_bom=True)
    write_truth(truth_file(folder), one)
    return path


def build_year(
    folder: Path, year: int, *, seed: int = SEED, schools: int | None = None, today: date = TODAY, forms: Collection[str] | None = None,
) -> list[Path]:  # fmt: skip
    """Write the packages of one year, of every form that is asked for by today (or of some of them); their paths, form by form."""
    one = ministry(seed, schools)
    apart = writers(one) if year == WORKBOOK_YEAR else np.zeros(0, np.int64)
    units = np.setdiff1d(one.reporting(year), apart)
    paths: list[Path] = []
    for name, form in asked_forms(year, today).items():
        if forms is None or name in forms:
            paths += write_package(folder, rows(one, name, year, units), form, year)
    return paths


def build_workbooks(
    folder: Path, *, seed: int = SEED, schools: int | None = None, today: date = TODAY
) -> list[Path]:
    """Write the workbooks of the newest year, one a school and form, in the order of forms."""
    one = ministry(seed, schools)
    paths: list[Path] = []
    for name, form in asked_forms(WORKBOOK_YEAR, today).items():
        frame = rows(one, name, WORKBOOK_YEAR, writers(one))
        known = given(form, lambda total: reference(one, total, WORKBOOK_YEAR))
        paths += write_workbooks(folder / "workbooks", frame, form, WORKBOOK_YEAR, known)
    return paths


def rows(one: Ministry, name: str, year: int, units: Ints) -> pl.DataFrame:
    """The typed rows that some units submit for a form and year, with unit, province, school_code, explanation."""
    frame = one.form(name, year)
    said = answer(frame, declared(name), lambda total: reference(one, total, year), one.units.seed)
    who = pl.DataFrame({
        "unit": range(len(one.units)),
        "province": one.units.province,
        "school_code": code_text(one.units, year),
    })  # fmt: skip
    here = said.filter(pl.col("unit").is_in(pl.Series(units).implode()))
    known = here.join(who, on="unit", how="left", maintain_order="left")
    return known.sort("province", maintain_order=True)


def reference(one: Ministry, total: Total, year: int) -> pl.DataFrame:
    """What another form (or this one, some years back) says of each unit: its total, one member of a cut, or a number by key."""
    then, keys = year - total.years_back, key_of(total)
    if then < FIRST:
        return pl.DataFrame(schema={"unit": pl.Int64, **dict.fromkeys(keys, pl.String), "value": pl.Int64})  # fmt: skip
    frame = one.form(total.form, then)
    if total.cut:
        frame = frame.filter(declared(total.form).dimension(total.cut) == total.member)
    return frame.group_by("unit", *keys).agg(pl.col(total.measure).sum().alias("value"))
