"""What is kept of the specialties of each school equals a count over the rows it reported, at every load and under either basis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from metrics.middles import KeptMiddles, Over
from metrics.rollups import BASES
from metrics.school import AsOf
from metrics.specialties import SUPPLY, Moved, Moves, doubles, moved, supply
from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, batch, event, opened, register
from warehouse import roles
from warehouse.crypto import suite
from warehouse.data_check import check_data
from warehouse.discovery import form
from warehouse.kept_specialties import RECOUNT
from warehouse.places import NATION
from warehouse.record import approve
from warehouse.store import Warehouse

ENROLMENT, YEARS = form("enrolment"), (2025, 2024)
CODES = ["720201", "710201", "700206", "660105"]
COUNTIES = [CHANGSHA, CHANGSHA, CHANGSHA, SHAOYANG, GUANGZHOU, GUANGZHOU]
HUNAN, CITY = 430000, 430100
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
    sums: dict[tuple[int, int, str], list[int]] = defaultdict(lambda: [0, 0])
    paths = {}
    for row in facts:
        paths[row["school_id"]] = row["path"]
        cell = sums[row["year"], row["school_id"], row["specialty"]]
        cell[0] += row["students"]
        cell[1] += row["entrants"]
    found: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    for (year, school, code), (students, entrants) in sums.items():
        path = paths[school]
        child = path[0] if place == NATION else path[path.index(place) + 1]
        cell = found[year, child, code]
        for n, value in enumerate((int(students + entrants > 0), students, entrants)):
            cell[n] += value
    return {(*key, *values) for key, values in found.items()}


def went(facts: Facts) -> tuple[set[Moved], set[Moved]]:
    """What `moved` must say: entrants of the schools that reported in both years."""
    years_of: dict[int, set[int]] = defaultdict(set)
    for row in facts:
        years_of[row["school_id"]].add(row["year"])
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in facts:
        if len(years_of[row["school_id"]]) == len(YEARS):
            sums[row["specialty"]][YEARS.index(row["year"])] += row["entrants"]
    opened_ = {Moved(code, now) for code, (now, then) in sums.items() if now and not then}
    return opened_, {Moved(code, then) for code, (now, then) in sums.items() if then and not now}


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
    went_ways = 0
    for load in range(1, last + 1):
        for basis in ("submitted", "approved"):
            at = AsOf(basis=basis, load={"enrolment": load})
            for place in (NATION, HUNAN, CITY, int(CHANGSHA)):
                facts = standing(worker, at, place)
                with worker.reading(worker.scope("reader", NATION)) as reader:
                    told = supply(reader, place, YEARS, at).select(SUPPLY.names())
                    number, same = doubles(reader, place, YEARS[0], at)
                    first = doubles(reader, place, YEARS[0], at, most=1)
                    ways = moved(reader, place, YEARS[0], at) or Moves([], [])
                assert set(told.iter_rows()) == counted(facts, place)
                assert {(d.county, d.specialty): dict(zip(d.schools, d.students, strict=True)) for d in same} == twice(facts, YEARS[0])  # fmt: skip
                assert number == len(same) == first.number
                assert first.first == same[:1]
                assert tuple(map(set, ways)) == went(facts)
                seen += told.height
                went_ways += sum(map(len, ways))
    assert seen > STEPS
    assert went_ways


def faults(worker: Warehouse, tmp_path: Path) -> list[str]:
    found = check_data(worker, suite("international", tmp_path / "keys"), tmp_path)
    return [one.en for one in found if "specialty_count" in one.en]


def test_what_is_kept_of_places_is_that_of_their_schools_after_whatever_happened(worker: Warehouse, database: Database, tmp_path: Path) -> None:  # fmt: skip
    live(worker, Random(3))
    assert faults(worker, tmp_path) == []
    register(worker, [event("3643000001", "moved", YEARS[0], county=GUANGZHOU)])
    assert faults(worker, tmp_path) == []

    with roles.connect(database.owner_url) as owner:
        owner.execute("UPDATE specialty_count SET students = students + 1 WHERE place_id = 440000 AND specialty = '720201'")  # fmt: skip
        owner.execute("DELETE FROM specialty_count WHERE place_id = 1 AND specialty = '710201'")

    found = faults(worker, tmp_path)
    assert {one.split(" of ")[1].split(" is")[0] for one in found} == {
        f"{specialty} {year} {place}" for year in YEARS for specialty, place in (("720201", 440000), ("710201", 1))
    }  # fmt: skip


def test_a_year_that_is_filled_beside_the_others_is_counted_as_it_is_attached(worker: Warehouse, tmp_path: Path) -> None:  # fmt: skip
    codes = [f"36{county[:2]}00000{n}" for n, county in enumerate(COUNTIES, 1)]
    ids = register(worker, [opened(c, at) for c, at in zip(codes, COUNTIES, strict=True)], [YEARS[0]])  # fmt: skip
    dice = Random(5)
    worker.record(batch(ENROLMENT, YEARS[0], {one: reported(dice) for one in ids.values()}), fresh=True)  # fmt: skip

    with worker.reading(worker.scope("reader", NATION)) as reader:
        told = supply(reader, NATION, [YEARS[0]])
    assert set(told.iter_rows()) == counted(standing(worker, AsOf(), NATION), NATION)
    assert told.height > len(CODES)
    assert faults(worker, tmp_path) == []


def test_what_was_recorded_before_is_counted_by_the_upgrade(worker: Warehouse, database: Database) -> None:  # fmt: skip
    live(worker, Random(4))
    with roles.connect(database.owner_url) as owner:
        whole = "SELECT c::text FROM specialty_count c WHERE cells > 0 ORDER BY 1"
        before = owner.execute(whole).fetchall()
        owner.execute("DELETE FROM specialty_count")
        owner.execute(RECOUNT)
        assert owner.execute(whole).fetchall() == before
    assert len(before) > STEPS


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


def test_what_a_process_keeps_is_counted_anew_once_its_year_has_moved(worker: Warehouse) -> None:
    """Also where as many students have only changed to another specialty."""
    (school,) = register(worker, [opened("3643000001", CHANGSHA)], list(YEARS)).values()
    kept, now, before = KeptMiddles(), *YEARS

    def report(year: int, code: str) -> None:
        row = {"specialty": code, "grade": "1", "sex": "1", "students": 9, "entrants": 9}
        worker.record(batch(ENROLMENT, year, {school: [row]}))

    def seen() -> tuple[bool, list[str]]:
        """Whether it was counted, and the specialties told."""
        counts: list[int] = []
        with worker.reading(worker.scope("ministry", NATION)) as reader:
            load = reader.loads([NATION])[NATION]["enrolment"]

            def count() -> pl.DataFrame:
                counts.append(load)
                return supply(reader, NATION, [now], AsOf(load={"enrolment": load}))

            over = Over(reader, kept.under(worker.ladder))
            told = over.counted(("supply", NATION), {"enrolment": load}, [now], count)
        return bool(counts), told["specialty"].to_list()

    report(now, CODES[0])
    assert [seen(), seen()] == [(True, CODES[:1]), (False, CODES[:1])]
    report(before, CODES[1])
    assert seen() == (False, CODES[:1])
    report(now, CODES[1])
    assert seen() == (True, [CODES[1]])


def test_what_moved_is_told_whether_few_or_most_units_reported_in_both_years(
    worker: Warehouse,
) -> None:
    codes = [f"36430000{n:02}" for n in range(1, 5)]
    schools = list(
        register(worker, [opened(code, CHANGSHA) for code in codes], list(YEARS)).values()
    )

    def report(year: int, some: list[int], code: str) -> None:
        row = {"specialty": code, "grade": "1", "sex": "1", "students": 9, "entrants": 9}
        worker.record(batch(ENROLMENT, year, {one: [row] for one in some}))

    def seen() -> Moves | None:
        with worker.reading(worker.scope("ministry", NATION)) as reader:
            return moved(reader, NATION, YEARS[0])

    report(YEARS[1], schools, CODES[0])
    assert seen() is None  # nobody has reported the year yet
    report(YEARS[0], schools[:1], CODES[1])
    assert seen() == ([Moved(CODES[1], 9)], [Moved(CODES[0], 9)])
    report(YEARS[0], schools[1:3], CODES[1])
    assert seen() == ([Moved(CODES[1], 27)], [Moved(CODES[0], 27)])
