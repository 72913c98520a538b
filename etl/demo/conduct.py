"""Faults planted in the forms about a school's conduct: orders, the Party, care, enterprises, teaching, training and publicity.

None breaks a rule that refuses a row; each is untrue, or contradicts another form.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from etl.demo.hand import FIRST_ROW, Case, Hand, by, hit, put
from warehouse.official_numbers import complete_credit_code

__all__ = ["CONDUCT"]

SMALL, SMALLER = 40, 30  # students of a class in the two smallest bands
NOBODY = "0"  # the code of a unit without partners
READINGS, HOURS, TOGETHER = 100_000, 8, 50


def _closed_on_paper(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """At least one order, all of them closed by their day, and nothing to show for it."""
    orders = pl.max_horizontal("orders", pl.when(FIRST_ROW).then(1).otherwise(0))
    told = put(frame, case.now, orders=orders, closed_in_time=orders, closed_late=pl.lit(0.0), overdue=pl.lit(0.0))  # fmt: skip
    is_given = hit(case.now) & (pl.col("orders") > 0)
    return told.with_columns(
        pl.when(is_given).then(pl.lit(date(case.year, 10, 15))).otherwise("ordered_on").alias("ordered_on"),
        pl.when(is_given).then(pl.lit(date(case.year + 1, 4, 30))).otherwise("due_on").alias("due_on"),
        pl.when(hit(case.now)).then(None).otherwise("evidence").alias("evidence"),
    )  # fmt: skip


def _members_above_staff(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    staff = _each(case, "staff", "persons", "unit")
    both = frame.join(staff, on="unit", how="left", maintain_order="left")
    above = (pl.col("persons").fill_null(0) * by(case.now)).ceil() + 1
    return put(both, case.now, staff_members=above).drop("persons")


def _party_copied(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    last = case.honest("party_building", case.year - 1).filter(hit(case.now)).select(frame.columns)
    others = frame.filter(~pl.col("unit").is_in(last["unit"].to_list()))
    return pl.concat([others, last]).sort("unit", maintain_order=True)


def _small_classes(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """The students of each grade in as many classes as keep them within forty; the classes were never there."""
    ours, students = frame.filter(hit(case.now)), pl.col("class_students")
    number = (students / SMALL).ceil().cast(pl.Int64)
    between = (students > number * SMALLER) & (students <= number * (SMALLER + 1) - 1)
    told = ours.group_by("unit", "grade", maintain_order=True).agg(pl.col("class_students").sum())
    told = told.with_columns(classes=pl.when(between).then(number + 1).otherwise(number))
    band = pl.when(students <= pl.col("classes") * SMALLER).then(pl.lit("up_to_30")).otherwise(pl.lit("up_to_40"))  # fmt: skip
    told = told.with_columns(size_band=band).select(frame.columns)
    return pl.concat([frame.filter(~hit(case.now)), told]).sort("unit", maintain_order=True)


def _everyone_visited(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    pupils = _each(case, "enrolment", "students", "unit")
    both = frame.join(pupils, on="unit", how="left", maintain_order="left")
    number = pl.col("students").fill_null(0)
    return put(both, case.now, screened=number, visited=number).drop("students")


def _idle_partners(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Of no agreement anything comes; a unit without any has one, on paper."""
    given = ("masters", "teachers_sent", "projects", "equipment_given")
    idle = put(frame, case.now, agreements=pl.max_horizontal("agreements", 1), **dict.fromkeys(given, pl.lit(0.0)))  # fmt: skip
    ours = idle.filter(hit(case.now), pl.col("credit_code") == NOBODY)
    shell = {
        "enterprise": "合成企业（空转）", "industry": "L", "scale": "micro", "integrated": "no",
        "signed_on": date(case.year - 1, 9, 1), "ends_on": date(case.year + 4, 8, 31),
    }  # fmt: skip
    codes = [complete_credit_code(f"91110000MA{unit:07}") for unit in ours["unit"]]
    named = ours.with_columns(pl.Series("credit_code", codes, pl.String), **{name: pl.lit(value) for name, value in shell.items()})  # fmt: skip
    others = idle.join(ours, on=["unit", "credit_code"], how="anti", maintain_order="left")
    return pl.concat([others, named.select(frame.columns)]).sort("unit", maintain_order=True)


def _order_above_pupils(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """In the unit's first specialty of the form."""
    pupils = _each(case, "enrolment", "students", "unit", "specialty")
    both = frame.join(pupils, on=["unit", "specialty"], how="left", maintain_order="left")
    above = (pl.col("students").fill_null(0) * by(case.now)).ceil() + 1
    ordered = pl.when(FIRST_ROW).then(above).otherwise("order_students")
    return put(both, case.now, order_students=ordered, order_classes=(ordered / 42).ceil()).drop("students")  # fmt: skip


def _everyone_passes(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    return put(frame, case.now, obtained=pl.col("takers"))


def _same_hours(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Somebody was trained, by fifties, and everybody sat as long as everybody else."""
    persons = (pl.max_horizontal("persons", 1) / TOGETHER).ceil() * TOGETHER
    return put(
        frame, case.now, persons=persons, sessions=persons / TOGETHER, trainee_days=persons, trainee_hours=persons * HOURS
    )  # fmt: skip


def _readings_alike(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    told = put(frame, case.now, items=pl.max_horizontal("items", 1))
    return put(told, case.now, reach=pl.col("items") * READINGS)


def _each(case: Case, form: str, measure: str, *keys: str) -> pl.DataFrame:
    """What another form truly says of the units hit."""
    rows = case.honest(form, case.year).filter(hit(case.now))
    return rows.group_by(*keys).agg(pl.col(measure).sum())


CONDUCT: dict[tuple[str, str], Hand] = {
    ("rectification", "closed_on_paper"): _closed_on_paper,
    ("party_building", "members_above_staff"): _members_above_staff,
    ("party_building", "party_copied"): _party_copied,
    ("class_band", "small_classes"): _small_classes,
    ("moral_education", "everyone_visited"): _everyone_visited,
    ("partner", "idle_partners"): _idle_partners,
    ("joint_training", "order_above_pupils"): _order_above_pupils,
    ("certificate", "everyone_passes"): _everyone_passes,
    ("training", "same_hours"): _same_hours,
    ("publicity", "readings_alike"): _readings_alike,
}
"""Form and kind -> the hand that writes it."""
