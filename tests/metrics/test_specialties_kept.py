"""What is kept of the specialties of each school equals a count over the rows it reported, at every load and under either basis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from metrics.rollups import BASES
from metrics.school import AsOf
from metrics.specialties import SUPPLY, doubles, supply
from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, batch, opened, register
from warehouse import roles
from warehouse.discovery import form
from warehouse.places import NATION
from warehouse.record import approve
from warehouse.store import Warehouse

ENROLMENT, YEARS = form("enrolment"), (2025, 2024)
CODES = ["720201", "710201", "700206", "660105"]
COUNTIES = [CHANGSHA, CHANGSHA, CHANGSHA, SHAOYANG, GUANGZHOU, GUANGZHOU]
HUNAN = 430000
STEPS = 24
Facts = list[dict[str, Any]]


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.worker_url, "zhijian_worker")
    yield warehouse
    warehouse.close()


def reported(dice: Random) -> list[dict[str, Any]]:
    """Rows of some specialties, some without a student or an entrant."""
    return [
        {
            "specialty": code, "grade": grade, "sex": sex, "students": dice.choice([0, 0, dice.randint(1, 60)]),
            "entrants": dice.choice([0, dice.randint(1, 30)]) if grade == "1" else 0,
        }
        for code in dice.sample(CODES, dice.randint(1, len(CODES)))
        for grade in "12"
        for sex in "12"
    ]  # fmt: skip


def live(worker: Warehouse, dice: Random) -> int:
    """Schools report, correct and are approved in any order; the last load."""
    codes = [f"36{county[:2]}00000{n}" for n, county in enumerate(COUNTIES, 1)]
    ids = register(worker, [opened(c, at) for c, at in zip(codes, COUNTIES, strict=True)], list(YEARS))  # fmt: skip
    schools, load = list(ids.values()), 0
    for _ in range(STEPS):
        some, year = dice.sample(schools, dice.randint(1, 3)), dice.choice(YEARS)
        if dice.random() < 0.35:
            with worker.writing() as writer:
                load = approve(writer, ENROLMENT, year, some)
            continue
        taken = worker.record(batch(ENROLMENT, year, {one: reported(dice) for one in some}))
        load = taken.load or load
    return load


def standing(worker: Warehouse, at: AsOf, place: int) -> Facts:
    """The rows of enrolment themselves, as they stood."""
    with worker.reading(worker.scope("reader", NATION)) as reader:
        found = reader.frame(
            sa.text(
                "SELECT year::int AS year, school_id, path, specialty, students, entrants FROM fact_enrolment "
                "WHERE basis = ANY (:bases) AND first_load <= :load AND last_load > :load AND (:place = 1 OR :place = ANY (path))"
            ),
            bases=[int(basis) for basis in BASES[at.basis]], load=at.number("enrolment"), place=place,
        )  # fmt: skip
    return found.to_dicts()


def counted(facts: Facts, place: int) -> set[tuple[int, ...]]:
    """What `supply` must say, added up row by row."""
    years_of: dict[int, set[int]] = defaultdict(set)
    sums: dict[tuple[int, int, str], list[int]] = defaultdict(lambda: [0, 0])
    paths = {}
    for row in facts:
        years_of[row["school_id"]].add(row["year"])
        paths[row["school_id"]] = row["path"]
        cell = sums[row["year"], row["school_id"], row["specialty"]]
        cell[0] += row["students"]
        cell[1] += row["entrants"]
    found: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for (year, school, code), (students, entrants) in sums.items():
        path = paths[school]
        child = path[0] if place == NATION else path[path.index(place) + 1]
        cell = found[year, child, code]
        is_both = len(years_of[school]) == len(YEARS)
        for n, value in enumerate((int(students + entrants > 0), students, entrants, is_both * entrants)):  # fmt: skip
            cell[n] += value
    return {(*key, *values) for key, values in found.items()}


def twice(facts: Facts, year: int) -> dict[tuple[int, str], dict[int, int]]:
    """Students by school of what several schools of a county offer."""
    found: dict[tuple[int, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in facts:
        if row["year"] == year and row["students"]:
            found[row["path"][-2], row["specialty"]][row["school_id"]] += row["students"]
    return {key: dict(schools) for key, schools in found.items() if len(schools) > 1}


@pytest.mark.parametrize("seed", range(2))
def test_the_kept_counts_are_those_of_the_rows(worker: Warehouse, seed: int) -> None:
    last = live(worker, Random(seed))

    seen = 0
    for load in range(1, last + 1):
        for basis in ("submitted", "approved"):
            at = AsOf(basis=basis, load={"enrolment": load})
            for place in (NATION, HUNAN):
                facts = standing(worker, at, place)
                with worker.reading(worker.scope("reader", NATION)) as reader:
                    told = supply(reader, place, YEARS, at).select(SUPPLY.names())
                    same = doubles(reader, place, YEARS[0], at)
                assert set(told.iter_rows()) == counted(facts, place)
                assert {(d.county, d.specialty): dict(zip(d.schools, d.students, strict=True)) for d in same} == twice(facts, YEARS[0])  # fmt: skip
                seen += told.height
    assert seen > STEPS


def test_an_installation_that_kept_none_has_the_same_after_the_upgrade(
    worker: Warehouse, database: Database
) -> None:
    live(worker, Random(7))
    kept = "FROM rollup_enrolment WHERE cut = 'specialty'"
    fill = import_module("warehouse.migrations.versions.0025_specialties_kept").FILL
    with roles.connect(database.owner_url) as connection:
        before = connection.execute(f"SELECT r::text FROM (SELECT * {kept}) r").fetchall()
        connection.execute(f"DELETE {kept}")
        connection.execute(fill)
        after = connection.execute(f"SELECT r::text FROM (SELECT * {kept}) r").fetchall()
        climbed = connection.execute(f"SELECT count(*) {kept} AND rung < 4").fetchone()

    assert len(before) > STEPS
    assert sorted(after) == sorted(before)
    assert climbed == (0,)
