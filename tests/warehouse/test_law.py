"""The law of a day, for a class of school and a province: the narrowest entry binds, and none is made up."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from warehouse import law
from warehouse.domains.monitoring import NINE, Conditions
from warehouse.law import Addressee

HUNAN, HEBEI = "430000", "130000"
SCHOOL = {
    "school_id": 7, "unit_kind": "school", "year": 2025, "founded": 1990, "students": 1000, "full_time_teachers": 70,
    "land": 25_000, "buildings": 30_000, "equipment": 4_000_000, "books": 40_000,
}  # fmt: skip


@pytest.fixture
def arts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hunan has set its own nine values for schools of the arts: half of every general floor."""
    own = [replace(law.entry(code), school_class="arts", province=HUNAN) for code in NINE]
    halved = [replace(one, value=one.value / 2) if one.direction == "floor" else one for one in own]
    book = (*law.book(), *halved)
    monkeypatch.setattr(law, "book", lambda: book)


def verdicts(*schools: dict[str, object], year: int = 2025) -> dict[int, tuple[int, int]]:
    """By school: whether its land is enough, and how many limits it misses."""
    found = Conditions.compute(pl.DataFrame([{**SCHOOL, **one} for one in schools]), year)
    return {
        row["school_id"]: (row["met_land"], row["limits_missed"])
        for row in found.iter_rows(named=True)
    }


@pytest.mark.parametrize("missing", Conditions.indispensable)
def test_nothing_is_said_of_a_school_without_what_is_indispensable(missing: str) -> None:
    lacking = pl.DataFrame(
        [{**SCHOOL, "school_class": "general", "province": HUNAN, missing: None}]
    )
    whole = lacking.with_columns(pl.lit(SCHOOL[missing]).alias(missing))

    assert Conditions.compute(whole, 2025).height == 1
    assert Conditions.compute(lacking.cast(whole.schema), 2025).is_empty()


@pytest.mark.usefixtures("arts")
def test_a_general_school_is_judged_alike_everywhere() -> None:
    one = {"school_class": "general", "province": int(HUNAN)}

    assert verdicts(one, {**one, "school_id": 8, "province": int(HEBEI)}) == {7: (0, 2), 8: (0, 2)}


@pytest.mark.usefixtures("arts")
def test_a_class_is_judged_by_what_its_province_set_and_not_at_all_where_it_set_nothing() -> None:
    one = {"school_class": "arts", "province": int(HUNAN)}

    assert verdicts(one, {**one, "school_id": 8, "province": int(HEBEI)}) == {7: (1, 0)}


@pytest.mark.usefixtures("arts")
def test_no_school_no_verdict() -> None:
    assert verdicts({"school_class": "remote", "province": int(HUNAN)}) == {}
    assert verdicts({"school_class": "general", "province": int(HUNAN), "unit_kind": "attached"}) == {}  # fmt: skip


def test_the_narrowest_entry_binds(monkeypatch: pytest.MonkeyPatch) -> None:
    stricter = replace(law.entry("land"), school_class="", province=HUNAN, value=50_000)
    book = (*law.book(), stricter)
    monkeypatch.setattr(law, "book", lambda: book)

    found = {
        province: law.in_force("land", 2025, Addressee(province=province))
        for province in (HUNAN, HEBEI, "")
    }

    assert {province: one and one.value for province, one in found.items()} == {HUNAN: 50_000, HEBEI: 40_000, "": 40_000}  # fmt: skip


@pytest.mark.usefixtures("arts")
def test_a_year_before_the_law_knows_only_the_later_law_that_exists() -> None:
    assert law.in_force("land", 2021) is None
    assert law.by_later_law("land", 2021) is not None
    assert law.by_later_law("land", 2021, Addressee(school_class="arts", province=HEBEI)) is None
    assert law.by_later_law("compliant_share", 2021) is not None


def test_a_school_without_a_teacher_is_asked_and_misses_both_limits_of_teachers() -> None:
    one = {"school_class": "general", "province": int(HUNAN), "land": 50_000}

    found = Conditions.compute(
        pl.DataFrame(
            [{**SCHOOL, **one, "full_time_teachers": 0}, {**SCHOOL, **one, "school_id": 8}]
        ),
        2025,
    )

    rows = {row["school_id"]: row for row in found.iter_rows(named=True)}
    assert (
        rows[7]["met_teachers"],
        rows[7]["met_students_per_teacher"],
        rows[7]["near_students_per_teacher"],
    ) == (0, 0, 0)
    assert rows[8]["met_teachers"] == rows[8]["met_students_per_teacher"] == 1
