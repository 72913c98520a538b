"""Faults planted in the forms about conduct: every case is really there, and is what it says."""

from __future__ import annotations

import polars as pl
import pytest

from etl.demo import build as demo
from etl.demo.conduct import CONDUCT
from etl.demo.faults import KINDS, Fault
from etl.demo.ministry import Ministry, found_ministry
from etl.demo.remarks import verdicts, with_references
from warehouse.discovery import domains, forms_of
from warehouse.discovery import form as declared
from warehouse.form import Answer
from warehouse.parts import parts

KEYS = list(CONDUCT)


@pytest.fixture(scope="module")
def nation() -> Ministry:
    return found_ministry(demo.SEED)


def planted(nation: Ministry, kind: str) -> tuple[int, set[int]]:
    """The first year of a kind's first case, and every unit that has it then."""
    ours: list[Fault] = [fault for fault in nation.faults if fault.kind == kind]
    year = ours[0].first
    return year, {fault.unit for fault in ours if fault.in_year(year)}


def told(nation: Ministry, kind: str) -> tuple[int, pl.DataFrame]:
    """The rows of the units that have a fault, in its first year."""
    year, units = planted(nation, kind)
    frame = nation.form(KINDS[kind].form, year)
    return year, frame.filter(pl.col("unit").is_in(list(units)))


def honest(nation: Ministry, form: str, year: int, rows: pl.DataFrame) -> pl.DataFrame:
    return nation.honest(form, year).filter(pl.col("unit").is_in(rows["unit"].to_list()))


@pytest.mark.parametrize(("form", "kind"), KEYS)
def test_every_case_changes_what_its_unit_reports_and_nobody_else_s(nation: Ministry, form: str, kind: str) -> None:  # fmt: skip
    """A form may be copied that would have said the same again, and of a single agreement nothing may have come anyway."""
    year, units = planted(nation, kind)
    last = nation.honest(form, year - 1) if kind == "party_copied" else None
    others = {fault.unit for fault in nation.faults if KINDS[fault.kind].form == form and fault.in_year(year)}  # fmt: skip
    before, after = nation.honest(form, year), nation.form(form, year)

    def apart(unit: int) -> bool:
        rows = after.filter(pl.col("unit") == unit)
        if last is not None:
            return last.filter(pl.col("unit") == unit).equals(rows)
        if kind == "idle_partners":
            given = rows.select("masters", "teachers_sent", "projects", "equipment_given")
            return bool(rows["agreements"].sum()) and not given.sum_horizontal().sum()
        return not before.filter(pl.col("unit") == unit).equals(after.filter(pl.col("unit") == unit))  # fmt: skip

    assert units
    assert all(apart(unit) for unit in units)
    alone = ~pl.col("unit").is_in(list(others))
    assert before.filter(alone).equals(after.filter(alone))


def test_every_domain_has_something_to_be_found() -> None:
    forms = {kind.form for kind in KINDS.values()}

    assert [name for name, one in domains().items() if not forms & {form.name for form in forms_of(one)}
            and not forms & {form.part_of.name for form in forms_of(one) if form.part_of}] == []  # fmt: skip


REMARKS = {
    "closed_on_paper": "closed_with_evidence", "members_above_staff": "members_within_staff", "idle_partners": "something_is_exchanged",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "rule"), REMARKS.items())
def test_some_kinds_are_what_a_rule_asks_about(nation: Ministry, kind: str, rule: str) -> None:
    year, rows = told(nation, kind)
    form = declared(KINDS[kind].form)
    seen = with_references(rows, form, lambda total: demo.reference(nation, total, year))
    asked = set(rows.filter(verdicts(seen, form, Answer.REMARK)[rule])["unit"])

    assert asked == set(rows["unit"]) != set()


def test_small_classes_hold_the_same_students_in_more_classes(nation: Ministry) -> None:
    year, rows = told(nation, "small_classes")
    true = honest(nation, "class_band", year, rows)
    by_grade = ["unit", "grade"]

    assert rows.group_by(by_grade).agg(pl.col("class_students").sum()).sort(by_grade).equals(
        true.group_by(by_grade).agg(pl.col("class_students").sum()).sort(by_grade)
    )  # fmt: skip
    assert rows["classes"].sum() > true["classes"].sum()
    assert set(rows["size_band"]) <= {"up_to_30", "up_to_40"}


def test_more_are_in_order_classes_than_study_the_specialty(nation: Ministry) -> None:
    year, rows = told(nation, "order_above_pupils")
    pupils = nation.honest("enrolment", year).group_by("unit", "specialty").agg(pl.col("students").sum())  # fmt: skip
    first = rows.unique("unit", keep="first", maintain_order=True).join(pupils, on=["unit", "specialty"])  # fmt: skip

    assert (first["order_students"] > first["students"]).all()


@pytest.mark.parametrize(("kind", "above", "below", "each"), [("same_hours", "trainee_hours", "persons", 8), ("readings_alike", "reach", "items", 100_000)])  # fmt: skip
def test_what_is_alike_in_the_year_is_alike_in_each_of_its_parts(nation: Ministry, kind: str, above: str, below: str, each: int) -> None:  # fmt: skip
    year, units = planted(nation, kind)
    for part in parts(declared(KINDS[kind].form)):
        rows = nation.form(part.name, year).filter(pl.col("unit").is_in(list(units)))
        assert rows.height
        assert (rows[above] == rows[below] * each).all()
