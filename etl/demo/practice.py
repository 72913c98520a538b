"""Internships of one year by specialty, grade and kind, lawful for the most part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from etl.demo.dice import Floats, Ints, dice
from etl.demo.students import Cells
from etl.demo.units import Units

__all__ = ["RED_LINES", "Crossing", "internship"]

RED_LINES = {  # column, and how often a school crosses it in a year
    "under_sixteen": 0.0025, "minors_banned_work": 0.0012, "women_banned_work": 0.0008,
    "banned_venues": 0.0008, "through_agencies": 0.004, "heavy_labour": 0.0012, "over_hours": 0.008,
    "night_shift": 0.006, "over_quota": 0.012, "charged": 0.0015, "unvisited": 0.004, "forced": 0.002,
    "unguided": 0.008, "first_grade": 0.0025,
}  # fmt: skip
PAPERS = ("agreements", "insured", "consents")
PAY = {0: 3_050, 1: 2_550, 2: 2_350}  # yuan a month of an intern by region, before the specialty


@dataclass(frozen=True)
class Crossing:
    """A red line crossed by a unit in a year; `share` of the interns of one row."""

    unit: int
    line: str
    share: float


def internship(units: Units, cell: Cells, year: int, crossings: Iterable[Crossing]) -> pl.DataFrame:
    """Third-years on post internships, second-years (and some first-years) observing."""
    frame = pl.concat(
        [_placements(units, cell, year, *group) for group in (("3", "post", cell.grade_3, 0.7),
         ("4", "post", cell.grade_4, 0.8), ("2", "observation", cell.grade_2, 0.75),
         ("1", "observation", cell.grade_1, 0.12))]
    )  # fmt: skip
    order = pl.Enum(["observation", "post"])
    tidy = frame.sort("unit", "specialty", "grade", pl.col("kind").cast(order))
    return _cross(tidy, list(crossings))


def _placements(
    units: Units, cell: Cells, year: int, grade: str, kind: str, students: Ints, share: float
) -> pl.DataFrame:
    """The rows of one grade and kind: interns, papers, pay and hours."""
    trades = cell.trades
    lasting, fresh = dice(units.seed, "practice", grade), dice(units.seed, "practice", grade, year)
    taken = np.clip(share * lasting.normal(1, 0.12, len(units))[trades.unit], 0, 0.98)
    taken = np.clip(taken * fresh.normal(1, 0.05, trades.unit.size), 0, 1)
    held = fresh.random(trades.unit.size) < (0.98 if kind == "post" else share)
    interns = np.where(held & units.due(year)[trades.unit], np.rint(students * taken), 0)
    some = interns > 0
    unit, interns = trades.unit[some], interns[some].astype(np.int64)
    careless = lasting.beta(0.35, 9.0, len(units))[
        unit
    ]  # a lasting trait: most schools have no gaps at all
    columns = _papers(fresh, interns, careless, kind) | _pay(
        units, fresh, unit, interns, careless, kind
    )
    matched = (
        np.clip(fresh.normal(0.93, 0.07, unit.size), 0, 1) if kind == "post" else np.ones(unit.size)
    )
    frame = {
        "unit": unit,
        "interns": interns,
        "matched": np.rint(interns * matched).astype(np.int64),
    }
    zeros = {line: np.zeros_like(interns) for line in RED_LINES if line != "first_grade"}
    nurses = (trades.major[some] == 72) & (fresh.random(unit.size) < 0.5) & (kind == "post")
    exempt = np.where(nurses, np.rint(interns * 0.4), 0).astype(np.int64)
    return pl.DataFrame(frame | columns | zeros | {"night_shift": exempt // 2, "filed_exemptions": exempt}).with_columns(
        specialty=pl.Series(trades.specialty[some].tolist(), dtype=pl.String),
        grade=pl.lit(grade), kind=pl.lit(kind),
    ).select("unit", "specialty", "grade", "kind", "interns", *PAPERS, "matched", "pay_due", "pay_met", "pay_total",
             "hours_total", "filed_exemptions", *[line for line in RED_LINES if line != "first_grade"])  # fmt: skip


def _papers(
    fresh: np.random.Generator, interns: Ints, careless: Floats, kind: str
) -> dict[str, Ints]:
    """Agreements, insurance and consents: complete, but for the careless."""
    found: dict[str, Ints] = {}
    for name in PAPERS:
        gap = (fresh.random(interns.size) < careless * 2.2) * fresh.beta(1.0, 6.0, interns.size)
        wanted = (
            interns
            if kind == "post" or name == "insured"
            else np.rint(interns * 0.4).astype(np.int64)
        )
        found[name] = wanted - np.ceil(wanted * gap).astype(np.int64) * (gap > 0)
    return found


def _pay(
    units: Units,
    fresh: np.random.Generator,
    unit: Ints,
    interns: Ints,
    careless: Floats,
    kind: str,
) -> dict[str, Ints]:
    """Who is due pay, who gets four fifths of the post's wage, monthly pay and weekly hours in all."""
    post = kind == "post"
    due = np.rint(interns * np.clip(fresh.normal(0.78, 0.1, unit.size), 0, 1)) * post
    short = np.ceil(due * fresh.beta(1, 5, unit.size)) * (fresh.random(unit.size) < careless * 2)
    base = np.array([PAY[region] for region in units.of("region")])[unit]
    pay = due * base * fresh.lognormal(0.0, 0.1, unit.size)
    hours = interns * (
        fresh.normal(38.2, 1.0, unit.size) if post else fresh.normal(22.0, 3.0, unit.size)
    )
    exact = {"pay_due": due, "pay_met": due - short, "pay_total": pay, "hours_total": hours}
    return {name: np.rint(values).astype(np.int64) for name, values in exact.items()}


def _cross(frame: pl.DataFrame, crossings: list[Crossing]) -> pl.DataFrame:
    """Write each crossing into the unit's largest post row; first-years on posts get a row of their own."""
    if not crossings:
        return frame
    posts = (
        frame.with_row_index("row")
        .filter(pl.col("kind") == "post")
        .sort("interns", descending=True)
    )
    largest = {unit: (row, interns) for unit, row, interns in posts.unique("unit", keep="first", maintain_order=True)
               .select("unit", "row", "interns").iter_rows()}  # fmt: skip
    changed: dict[str, list[tuple[int, int]]] = {}
    for one in crossings:
        if one.line != "first_grade" and one.unit in largest:
            row, interns = largest[one.unit]
            changed.setdefault(one.line, []).append((row, max(1, round(interns * one.share))))
    for line, cells in changed.items():
        values = frame[line].to_numpy().copy()
        for row, number in cells:
            values[row] = number
        frame = frame.with_columns(pl.Series(line, values))
    return _first_years(
        frame, {one.unit: one.share for one in crossings if one.line == "first_grade"}
    )


def _first_years(frame: pl.DataFrame, shares: dict[int, float]) -> pl.DataFrame:
    """First-years on post internships: the row of the unit's first post specialty, copied into grade 1."""
    source = frame.filter(pl.col("unit").is_in(list(shares)) & (pl.col("kind") == "post")).unique(
        "unit", keep="first", maintain_order=True
    )
    share = pl.col("unit").replace_strict(shares, return_dtype=pl.Float64, default=0.0)
    counts = [c for c, kind in frame.schema.items() if kind == pl.Int64 and c != "unit"]
    part = source.with_columns(
        pl.lit("1").alias("grade"), *((pl.col(c) * share).round().cast(pl.Int64) for c in counts)
    ).filter(pl.col("interns") > 0)
    part = part.with_columns(pl.lit(0, pl.Int64).alias(c) for c in RED_LINES if c != "first_grade")
    return pl.concat([frame, part.select(frame.columns)]).sort("unit", "specialty", "grade", "kind")
