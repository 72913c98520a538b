"""Which specialties are offered where, against sums made by hand of the rows that schools reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from metrics.school import AsOf
from metrics.specialties import (
    Moved,
    Moves,
    by_place,
    by_specialty,
    doubles,
    majors_of,
    moved,
    supply,
)
from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, batch, opened, register
from warehouse.discovery import form
from warehouse.places import NATION
from warehouse.store import Warehouse

YEAR = 2025
HUNAN, CITY, GUANGDONG = 430000, 430100, 440000
NURSING, COMPUTERS, CARS, WELDING = "720201", "710201", "700206", "660105"
PLACES = {"A": CHANGSHA, "B": CHANGSHA, "C": SHAOYANG, "D": GUANGZHOU, "E": CHANGSHA}
# school -> year -> specialty -> (students of grade 1, of grade 2, entrants)
REPORTED: dict[str, dict[int, dict[str, tuple[int, int, int]]]] = {
    "A": {2024: {NURSING: (50, 40, 50), WELDING: (9, 9, 9)}, 2025: {NURSING: (60, 50, 60), COMPUTERS: (30, 0, 30)}},
    "B": {2024: {NURSING: (20, 20, 20)}, 2025: {NURSING: (25, 20, 25), WELDING: (0, 9, 0)}},
    "C": {2024: {NURSING: (10, 10, 10)}, 2025: {NURSING: (12, 10, 12)}},
    "D": {2024: {CARS: (70, 0, 70)}, 2025: {CARS: (80, 70, 80)}},
    "E": {2025: {CARS: (15, 0, 15)}},  # reported for the first time
}  # fmt: skip


def rows(reported: dict[str, tuple[int, int, int]]) -> list[dict[str, Any]]:
    return [
        {"specialty": code, "grade": grade, "sex": sex, "students": n if sex == "1" else 0, "entrants": e if sex == "1" else 0}
        for code, (first, second, entrants) in reported.items()
        for grade, n, e in (("1", first, entrants), ("2", second, 0))
        for sex in "12"
    ]  # fmt: skip


@pytest.fixture(scope="module")
def layout(module_database: Database) -> Iterator[tuple[Warehouse, dict[str, int]]]:
    worker = Warehouse(module_database.worker_url, "zhijian_worker")
    codes = {name: f"36{county[:2]}00000{n}" for n, (name, county) in enumerate(PLACES.items(), 1)}
    by_code = register(worker, [opened(codes[name], county) for name, county in PLACES.items()], [2024, 2025])  # fmt: skip
    ids = {name: by_code[code] for name, code in codes.items()}
    for year in (2024, 2025):
        of_year = {ids[name]: rows(years[year]) for name, years in REPORTED.items() if year in years}  # fmt: skip
        worker.record(batch(form("enrolment"), year, of_year))
    yield worker, ids
    worker.close()


def seen(worker: Warehouse, place: int, years: tuple[int, ...] = (2025, 2024), reach: int = NATION, at: AsOf = AsOf()) -> Any:  # noqa: B008 - frozen  # fmt: skip
    with worker.reading(worker.scope("reader", reach)) as reader:
        return supply(reader, place, years, at)


def moves(worker: Warehouse, place: int) -> Moves | None:
    with worker.reading(worker.scope("reader", NATION)) as reader:
        return moved(reader, place, YEAR)


def expected(names: str, year: int) -> dict[str, tuple[int, int]]:
    """Students and entrants by specialty, added up by hand."""
    students: Counter[str] = Counter()
    entrants: Counter[str] = Counter()
    for name in names:
        for code, (first, second, new) in REPORTED[name].get(year, {}).items():
            students[code] += first + second
            entrants[code] += new
    return {code: (students[code], entrants[code]) for code in students}


@pytest.mark.parametrize(("place", "names"), [(NATION, "ABCDE"), (HUNAN, "ABCE"), (CITY, "ABE"), (int(CHANGSHA), "ABE")])  # fmt: skip
@pytest.mark.parametrize("year", [2024, 2025])
def test_supply_is_what_the_schools_reported(layout: tuple[Warehouse, dict[str, int]], place: int, names: str, year: int) -> None:  # fmt: skip
    found = by_specialty(seen(layout[0], place), year)

    told = {r["specialty"]: (r["students"], r["entrants"]) for r in found.to_dicts()}
    assert told == expected(names, year)
    assert found["students"].is_sorted(descending=True)


def test_units_that_offer_it_are_counted_and_a_place_offers_each_once(layout: tuple[Warehouse, dict[str, int]]) -> None:  # fmt: skip
    found = seen(layout[0], HUNAN)

    units = dict(by_specialty(found, YEAR).select("specialty", "units").iter_rows())
    assert units == {NURSING: 3, COMPUTERS: 1, CARS: 1, WELDING: 1}
    below = {r["place_id"]: (r["offered"], r["students"]) for r in by_place(found, YEAR).to_dicts()}
    assert below == {CITY: (4, 155 + 30 + 15 + 9), 430500: (1, 22)}


def test_classes_carry_the_students_of_their_specialties(layout: tuple[Warehouse, dict[str, int]]) -> None:  # fmt: skip
    found = majors_of(by_specialty(seen(layout[0], NATION), YEAR))

    told = [(r["major"], r["offered"], r["students"]) for r in found.to_dicts()]
    assert told == [("72", 1, 177), ("70", 1, 165), ("71", 1, 30), ("66", 1, 9)]


def test_a_specialty_without_entrants_is_closed_and_one_with_its_first_is_opened(layout: tuple[Warehouse, dict[str, int]]) -> None:  # fmt: skip
    found = moves(layout[0], HUNAN)

    assert found == Moves(
        [Moved(COMPUTERS, 30)], [Moved(WELDING, 9)]
    )  # E's cars are no opening: it reported no year before


def test_what_was_not_reported_is_neither_opened_nor_closed(layout: tuple[Warehouse, dict[str, int]]) -> None:  # fmt: skip
    worker, ids = layout

    assert moves(worker, ids["E"]) is None  # nothing to compare with
    assert moves(worker, GUANGDONG) == ([], [])


def test_the_same_specialty_twice_within_a_county_is_told_with_its_schools(layout: tuple[Warehouse, dict[str, int]]) -> None:  # fmt: skip
    worker, ids = layout
    with worker.reading(worker.scope("reader", NATION)) as reader:
        number, (only,) = doubles(reader, NATION, YEAR)

    assert number == 1
    assert (only.county, only.specialty) == (int(CHANGSHA), NURSING)
    assert only.schools == (ids["A"], ids["B"])
    assert (only.students, only.entrants) == ((110, 45), (60, 25))


def test_every_basis_and_moment_has_its_own(layout: tuple[Warehouse, dict[str, int]]) -> None:
    worker, _ = layout

    assert seen(worker, NATION, at=AsOf(basis="approved")).is_empty()
    assert seen(worker, NATION, at=AsOf(load={"enrolment": 1}))["year"].unique().to_list() == [2024]  # fmt: skip


@pytest.mark.parametrize("place", [NATION, GUANGDONG, int(GUANGZHOU)])
def test_nobody_counts_what_they_may_not_see(layout: tuple[Warehouse, dict[str, int]], place: int) -> None:  # fmt: skip
    worker, ids = layout
    with worker.reading(worker.scope("reader", HUNAN)) as reader:
        assert supply(reader, place, [YEAR]).is_empty()
        assert doubles(reader, place, YEAR) == (0, [])
        assert moved(reader, place, YEAR) is None
    with worker.reading(worker.scope("reader", ids["B"])) as reader:
        assert supply(reader, ids["A"], [YEAR]).is_empty()
        assert not supply(reader, ids["B"], [YEAR]).is_empty()
