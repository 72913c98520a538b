"""The data of the bench: schools in real counties and typed rows of every form, drawn from a seed.

In proportion: a school has 48 or 54 rows of enrolment a year (8 or 9 specialties x 3 grades x 2 sexes), 25 of
staff, 16 or 18 of internships, 8 or 9 of destinations, and one of the other forms that are drawn by hand. Every
row of these passes every rule of its form, so what is timed is the way of an accepted row. Of all further forms the shape
alone is drawn: a row for each of some codes, the same number in every measure. They fill pages; no rule ever sees them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import polars as pl

from warehouse.codes import specialties
from warehouse.dimensions import STAFF_TYPE, TITLE
from warehouse.discovery import form
from warehouse.form import Form, Kind
from warehouse.ledger import Batch
from warehouse.places import read_register

EVENT = ["code", "event", "year", "name", "unit_kind", "county", "new_code", "successor_code"]
SPECIALTIES = 8
CODES = 3  # of each key of a form whose shape alone is drawn
TYPES = {Kind.INTEGER: pl.Int64, Kind.TEXT: pl.String, Kind.DATE: pl.Date}


def unit_events(schools: int, first_year: int) -> pl.DataFrame:
    """The openings of that many schools, spread evenly over the counties of `first_year`."""
    register = read_register()
    leaves = register.leaves(first_year)
    chosen = [leaves[n * len(leaves) // schools] for n in range(schools)]
    codes = [register.version(leaf, first_year).code for leaf in chosen]
    rows = [
        (f"36{_province(leaf, code)}{n:06}", "opened", str(first_year), f"第{n}职业学校", "school", code, None, None)
        for n, (leaf, code) in enumerate(zip(chosen, codes, strict=True))
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(EVENT, pl.String), orient="row")


def _province(leaf: int, code: str) -> str:
    return "66" if 660000 in read_register().path(leaf, 2026, "now") else code[:2]


def rows(name: str, year: int, schools: list[int]) -> pl.DataFrame:
    """school_id, sheet_row and the columns of a form, for every one of the schools."""
    declared = form(name)
    drawn = DRAWN[name](year, schools) if name in DRAWN else _shaped(declared, year, schools)
    whole = [
        drawn[c.name].cast(TYPES[c.kind])
        if c.name in drawn.columns
        else pl.Series(c.name, [0 if c.kind is Kind.INTEGER else None], TYPES[c.kind]).new_from_index(0, drawn.height)
        for c in declared.columns.values()
    ]  # fmt: skip
    lines = drawn.select("school_id", (pl.int_range(pl.len()) % 100_000 + 5).alias("sheet_row"))
    return lines.with_columns(whole)


def _chance(name: str, year: int) -> np.random.Generator:
    return np.random.default_rng([year, *name.encode()])


def _shaped(declared: type[Form], year: int, schools: list[int]) -> pl.DataFrame:
    """Rows of the shape of a form: the first codes of each key, one and the same number in all measures of a row."""
    cells = _offered(schools) if "specialty" in declared.columns else pl.DataFrame({"school_id": schools})  # fmt: skip
    for column in declared.grain():
        if column.name not in cells.columns:
            members = list(column.codes.labels)[:CODES] if column.codes else [f"{n:018}" for n in range(CODES)]  # fmt: skip
            cells = cells.join(pl.DataFrame({column.name: members}), how="cross")
    numbers = pl.Series(_chance(declared.name, year).poisson(6, cells.height))
    described = (
        pl.lit(next(iter(column.codes.labels)) if column.codes else 1 if column.kind is Kind.INTEGER else "-").alias(column.name)
        for column in declared.attributes()
        if column.required
    )  # fmt: skip
    return cells.with_columns(numbers.alias(measure.name) for measure in declared.measures()).with_columns(described)  # fmt: skip


def _offered(schools: list[int]) -> pl.DataFrame:
    """school_id, specialty: the same every year, neighbours in the catalogue."""
    known = sorted(specialties().labels)
    ids = np.asarray(schools)
    many = SPECIALTIES + ids % 4 // 3
    school = np.repeat(ids, many)
    place = np.arange(len(school)) - np.repeat(np.cumsum(many) - many, many)
    return pl.DataFrame(
        {
            "school_id": school,
            "specialty": np.asarray(known)[(school * 7 + place * 6) % len(known)],
        }
    )


def _cells(schools: list[int], *axes: pl.DataFrame) -> pl.DataFrame:
    found = _offered(schools)
    for axis in axes:
        found = found.join(axis, how="cross")
    return found


def _enrolment(year: int, schools: list[int]) -> pl.DataFrame:
    cells = _cells(schools, pl.DataFrame({"grade": ["1", "2", "3"]}), pl.DataFrame({"sex": ["1", "2"]}))  # fmt: skip
    size = (cells["school_id"] % 11).to_numpy() + 8
    students = _chance("enrolment", year).poisson(size)
    grade = cells["grade"].to_numpy()
    return cells.with_columns(
        pl.Series("students", students),
        pl.Series("entrants", np.where(grade == "1", students, 0)),
        pl.Series("graduates", np.where(grade == "3", students // 2, 0)),
    )


def _register(_year: int, schools: list[int]) -> pl.DataFrame:
    private = pl.Series(schools) % 5 == 0
    return pl.DataFrame({"school_id": schools}).with_columns(
        school_type=pl.lit("general"),
        sponsor=pl.when(private).then(pl.lit("private")).otherwise(pl.lit("education")),
        ownership=pl.when(private).then(pl.lit("private")).otherwise(pl.lit("public")),
        school_class=pl.lit("general"),
        setting=pl.lit("town"),
        founded=pl.lit(1990),
        specialties_offered=pl.lit(SPECIALTIES),
        campuses=pl.lit(1),
    )


def _staff(year: int, schools: list[int]) -> pl.DataFrame:
    cells = (
        pl.DataFrame({"school_id": schools})
        .join(pl.DataFrame({"staff_type": list(STAFF_TYPE.labels)}), how="cross")
        .join(pl.DataFrame({"job_title": list(TITLE.labels)}), how="cross")
    )
    full_time = (cells["staff_type"] == "full_time").to_numpy()
    persons = _chance("staff", year).poisson(np.where(full_time, 13, 2))
    teaching = np.where(full_time, persons * 6 // 10, 0)
    return cells.with_columns(
        pl.Series("persons", persons),
        pl.Series("female", persons // 2),
        pl.Series("specialty_teachers", teaching),
        pl.Series("dual_qualified", teaching * 5 // 9),
        pl.Series("practised", teaching // 2),
    )


def _estate(year: int, schools: list[int]) -> pl.DataFrame:
    land = _chance("estate", 0).integers(30_000, 90_000, len(schools))
    return pl.DataFrame({"school_id": schools}).with_columns(
        pl.Series("land", land),
        pl.Series("buildings", land * 6 // 10),
        pl.Series("practice_buildings", land // 10),
        pl.Series("equipment", (land * 90 + (year - 2000) * 10_000) // 10_000 * 10_000),
        pl.Series("books", land * 3 // 4),
        pl.Series("computers", land // 200),
        pl.Series("workstations", land // 250),
    )


def _flow(year: int, schools: list[int]) -> pl.DataFrame:
    """From the students of the year before to those of the year; what does not add up came or went otherwise."""
    was, now = (
        _enrolment(each, schools).group_by("school_id", maintain_order=True)
        for each in (year - 1, year)
    )
    flow = now.agg(
        pl.col("students").sum().alias("end"), pl.col("entrants").sum().alias("entered"), pl.col("graduates").sum().alias("graduated")
    ).join(was.agg(pl.col("students").sum().alias("start")), on="school_id", maintain_order="left")  # fmt: skip
    balance = pl.col("end") - (pl.col("start") + pl.col("entered") - pl.col("graduated")) + 5
    return flow.with_columns(
        pl.lit(5).alias("dropped_out"),
        pl.max_horizontal(balance, 0).alias("other_in"),
        pl.max_horizontal(-balance, 0).alias("other_out"),
    ).drop("end", "entered", "graduated")


def _finance(year: int, schools: list[int]) -> pl.DataFrame:
    base = _chance("finance", year).integers(800, 3000, len(schools)) * 10_000
    return pl.DataFrame({"school_id": schools}).with_columns(
        pl.Series("appropriation", base),
        pl.Series("special_funds", base // 10),
        pl.Series("other_income", base // 20),
        pl.Series("expenditure", base),
        pl.Series("staff_expenditure", base * 6 // 10),
    )


def _internship(year: int, schools: list[int]) -> pl.DataFrame:
    kinds = pl.DataFrame({"grade": ["2", "3"], "kind": ["observation", "post"]})
    cells = _cells(schools, kinds)
    interns = _chance("internship", year).poisson(14, cells.height)
    return cells.with_columns(
        *(pl.Series(c, interns) for c in ("interns", "agreements", "insured", "consents", "matched")),
        *(pl.Series(c, np.where(cells["kind"] == "post", interns, 0)) for c in ("pay_due", "pay_met")),
        pl.Series("pay_total", np.where(cells["kind"] == "post", interns * 1800, 0)),
        pl.Series("hours_total", interns * 38),
    )  # fmt: skip


def _destination(year: int, schools: list[int]) -> pl.DataFrame:
    """The graduates of the enrolment form, specialty by specialty."""
    cells = (
        _enrolment(year, schools)
        .group_by("school_id", "specialty", maintain_order=True)
        .agg(pl.col("graduates").sum())
    )
    graduates = cells.drop_in_place("graduates").to_numpy()
    employed, unsettled = graduates * 4 // 10, np.minimum(graduates, 1)
    return cells.with_columns(
        pl.Series("employed", employed),
        pl.Series("further_study", graduates - employed - unsettled),
        pl.Series("unsettled", unsettled),
        pl.Series("matched", employed * 7 // 10),
        pl.Series("in_prefecture", employed // 2),
        pl.Series("in_province", employed - employed // 2),
        *(pl.Series(c, employed) for c in ("contract_year", "social_insurance", "pay_known")),
        pl.Series("pay_total", employed * 3500),
    )


DRAWN: dict[str, Callable[[int, list[int]], pl.DataFrame]] = {
    "register": _register,
    "enrolment": _enrolment,
    "flow": _flow,
    "staff": _staff,
    "estate": _estate,
    "finance": _finance,
    "internship": _internship,
    "destination": _destination,
}


def batch(name: str, year: int, schools: list[int]) -> Batch:
    """The rows of a form and year as sifting hands them over, nothing refused and nothing remarked."""
    accepted = rows(name, year, schools)
    submissions = (
        accepted.group_by("school_id", maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias("rows_accepted"))
        .with_columns(
            pl.lit(0, pl.Int64).alias("rows_refused"),
            pl.lit(0, pl.Int64).alias("breaches"),
            pl.lit(0, pl.Int64).alias("remarks"),
            pl.lit(f"{name}-{year}.parquet").alias("file_name"),
            pl.lit(f"{name}-{year}").alias("file_hash"),
            pl.format("{}-{}", pl.lit(f"{name}-{year}"), "school_id").alias("content_hash"),
            pl.lit("").alias("sheet"),
            pl.lit("{}").alias("headers"),
        )
    )
    return Batch(
        form=form(name), year=year, rows=accepted, submissions=submissions,
        rejections=_none("todo_zh", "todo_en", "cells"), findings=_none("answer", "law", "explanation"),
        received_at=datetime(year, 11, 1, tzinfo=UTC), received_by="bench",
    )  # fmt: skip


def _none(*more: str) -> pl.DataFrame:
    """No rejection or finding."""
    texts = ("sheet", "column", "value", "rule", "message_zh", "message_en", *more)
    schema = {"school_id": pl.Int64, "sheet_row": pl.Int64, **dict.fromkeys(texts, pl.String)}
    return pl.DataFrame(schema=schema)


def written(name: str, year: int, schools: pl.DataFrame) -> pl.DataFrame:
    """The rows of a form and year as a province writes them: declared headers, codes and written units.

    `schools`: school_id, code.
    """
    drawn = rows(name, year, schools["school_id"].to_list())
    columns = (
        (pl.col(c.name) // c.scale if c.scale > 1 else pl.col(c.name)).alias(c.label.zh)
        for c in form(name).columns.values()
    )
    codes = schools.select(pl.col("school_id").cast(pl.Int64), "code")
    return drawn.join(codes, on="school_id", maintain_order="left").select(
        pl.col("code").alias("学校标识码"), *columns
    )
