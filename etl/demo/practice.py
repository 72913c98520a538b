"""Internships of one year by specialty, grade and kind, lawful for the most part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from etl.demo.dice import dice
from etl.demo.students import Cells
from etl.demo.targets import FIRST
from etl.demo.units import Units
from warehouse.arrays import Floats, Ints

__all__ = ["RED_LINES", "Crossing", "internship"]

RED_LINES = {  # column, and how often a school crosses it in a year
    "under_sixteen": 0.0014, "minors_banned_work": 0.0009, "women_banned_work": 0.0007,
    "banned_venues": 0.0007, "through_agencies": 0.0025, "heavy_labour": 0.0008, "over_hours": 0.0045,
    "night_shift": 0.0035, "over_quota": 0.008, "charged": 0.0012, "unvisited": 0.0025, "forced": 0.0012,
    "unguided": 0.006, "first_grade": 0.0015,
}  # fmt: skip
# papers, and the beta distribution of the part of those observing who have them where none is owed
PAPERS = {"agreements": (1.4, 3.0), "insured": (1.0, 1.0), "consents": (2.0, 2.0)}
# units that ever lack something
CARELESS = {"agreements": 0.055, "insured": 0.06, "consents": 0.05, "pay": 0.026}
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
    columns = _papers(units, fresh, unit, interns, year, kind)
    columns |= _pay(units, fresh, unit, interns, year, kind)
    field = fresh.normal(0.945, 0.048, unit.size) if kind == "post" else np.ones(unit.size)
    matched = np.clip(field, 0, 1)
    frame = {
        "unit": unit,
        "interns": interns,
        "matched": np.rint(interns * matched).astype(np.int64),
    }
    zeros = {line: np.zeros_like(interns) for line in RED_LINES if line != "first_grade"}
    nurses = (trades.major[some] == 72) & (fresh.random(unit.size) < 0.5) & (kind == "post")
    exempt = np.where(nurses, np.rint(interns * fresh.beta(6, 9, unit.size)), 0).astype(np.int64)
    nights = np.rint(exempt * fresh.beta(8, 8, unit.size)).astype(np.int64)
    return pl.DataFrame(frame | columns | zeros | {"night_shift": nights, "filed_exemptions": exempt}).with_columns(
        specialty=pl.Series(trades.specialty[some].tolist(), dtype=pl.String),
        grade=pl.lit(grade), kind=pl.lit(kind),
    ).select("unit", "specialty", "grade", "kind", "interns", *PAPERS, "matched", "pay_due", "pay_met", "pay_total",
             "hours_total", "filed_exemptions", *[line for line in RED_LINES if line != "first_grade"])  # fmt: skip


def _papers(
    units: Units, fresh: np.random.Generator, unit: Ints, interns: Ints, year: int, kind: str
) -> dict[str, Ints]:
    """Agreements, insurance and consents: complete for post internships, but for the careless.

    Only insurance is owed to those who observe; some schools collect agreements and consents all the same.
    """
    post, found = kind == "post", {}
    for name, usual in PAPERS.items():
        owed = post or name == "insured"
        part = dice(units.seed, "observing", name).beta(*usual, len(units))[unit]
        wanted = interns if owed else np.rint(interns * part).astype(np.int64)
        often = careless(units, name, year)[unit] * (1.0 if post else 0.15)
        gap = (fresh.random(interns.size) < often) * fresh.beta(1.0, 6.0, interns.size)
        found[name] = wanted - np.ceil(wanted * gap).astype(np.int64)
    return found


def careless(units: Units, what: str, year: int) -> Floats:
    """[n]: how often a row of a unit lacks `what`. Most units lack nothing; who does tends to again, less each year."""
    lasting, fresh = dice(units.seed, "careless", what), dice(units.seed, "careless", what, year)
    prone = lasting.random(len(units)) < CARELESS[what]
    again = fresh.random(len(units)) < 0.7 - 0.03 * (year - FIRST)
    often: Floats = prone * again * lasting.beta(1.5, 3.5, len(units))
    return often


def _pay(
    units: Units, fresh: np.random.Generator, unit: Ints, interns: Ints, year: int, kind: str
) -> dict[str, Ints]:
    """Who is due pay, who gets four fifths of the post's wage, monthly pay and weekly hours in all."""
    post = kind == "post"
    due = np.rint(interns * np.clip(fresh.normal(0.78, 0.1, unit.size), 0, 1)) * post
    stingy = fresh.random(unit.size) < careless(units, "pay", year)[unit]
    short = np.ceil(due * fresh.beta(1, 5, unit.size)) * stingy
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
