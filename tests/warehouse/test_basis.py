"""Submitted and approved: which rows count for which, and what becomes of them when an approval comes or a correction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import batch, students
from tests.sums import check_rollups, three_schools
from warehouse.discovery import form
from warehouse.record import approve
from warehouse.store import Warehouse
from warehouse.tables import FOR_EVER, Basis

ENROLMENT, NATION, YEAR = form("enrolment"), 1, 2025


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.worker_url, "zhijian_worker")
    yield warehouse
    warehouse.close()


def counted(
    warehouse: Warehouse, basis: Basis, place: int = NATION, load: int = FOR_EVER - 1
) -> int:
    """The students of a place under a basis, as of a load."""
    with warehouse.writing() as writer:
        return int(
            writer.scalar(
                "SELECT coalesce(sum(students), 0) FROM rollup_enrolment WHERE place_id = :place AND cut = '' AND year = :year"
                " AND boundary IN ('now', 'both') AND basis IN (:basis, 3) AND first_load <= :load AND last_load > :load",
                place=place, year=YEAR, basis=int(basis), load=load,
            )
        )  # fmt: skip


def both(warehouse: Warehouse, place: int = NATION) -> tuple[int, int]:
    """Submitted and approved."""
    return counted(warehouse, Basis.SUBMITTED, place), counted(warehouse, Basis.APPROVED, place)


def approved(warehouse: Warehouse, *schools: int) -> int:
    with warehouse.writing() as writer:
        return approve(writer, ENROLMENT, YEAR, list(schools))


def test_what_is_submitted_counts_as_submitted_alone(worker: Warehouse) -> None:
    first, _, _ = three_schools(worker)

    worker.record(batch(ENROLMENT, YEAR, {first: students(g1=100)}))

    assert both(worker) == (100, 0)


def test_what_is_approved_counts_as_both(worker: Warehouse) -> None:
    first, second, _ = three_schools(worker)
    worker.record(batch(ENROLMENT, YEAR, {first: students(g1=100), second: students(g1=7)}))

    approved(worker, first)

    assert both(worker) == (107, 100)
    assert both(worker, first) == (100, 100)
    assert both(worker, second) == (7, 0)
    assert check_rollups(worker, ENROLMENT, YEAR)


def test_a_correction_leaves_what_is_approved_until_it_is_approved_itself(
    worker: Warehouse,
) -> None:
    first, _, _ = three_schools(worker)
    worker.record(batch(ENROLMENT, YEAR, {first: students(g1=100)}))
    earlier = approved(worker, first)

    worker.record(batch(ENROLMENT, YEAR, {first: students(g1=90, g2=5)}))
    waiting = both(worker)
    worker.record(batch(ENROLMENT, YEAR, {first: students(g1=91, g2=5)}))
    again = both(worker)
    approved(worker, first)

    assert (waiting, again, both(worker)) == ((95, 100), (96, 100), (96, 96))
    assert counted(worker, Basis.APPROVED, load=earlier) == 100
    assert check_rollups(worker, ENROLMENT, YEAR)


def test_approving_what_is_approved_changes_no_figure(worker: Warehouse) -> None:
    first, second, _ = three_schools(worker)
    worker.record(batch(ENROLMENT, YEAR, {first: students(g1=100)}))
    approved(worker, first)

    approved(worker, first, second)

    assert both(worker) == (100, 100)
    assert check_rollups(worker, ENROLMENT, YEAR)


@pytest.mark.parametrize("fresh", [True, False])
def test_a_package_that_was_reviewed_where_it_comes_from_is_approved(
    worker: Warehouse, *, fresh: bool
) -> None:
    first, _, _ = three_schools(worker)
    reviewed = replace(batch(ENROLMENT, YEAR, {first: students(g1=100)}), basis=Basis.BOTH)

    worker.record(reviewed, fresh=fresh)

    assert both(worker) == (100, 100)


def test_the_ledger_knows_by_which_load_a_submission_was_approved(worker: Warehouse) -> None:
    first, _, _ = three_schools(worker)
    for number in (100, 90):
        worker.record(batch(ENROLMENT, YEAR, {first: students(g1=number)}))
        if number == 100:
            load = approved(worker, first)

    with worker.writing() as writer:
        found = writer.rows(
            sa.text("SELECT revision, approved_load, is_current FROM submission ORDER BY revision")
        )

    assert [tuple(row) for row in found] == [(1, load, False), (2, None, True)]


@pytest.mark.parametrize("seed", range(4))
def test_after_any_order_of_submissions_and_approvals_every_sum_is_exact(
    worker: Warehouse, seed: int
) -> None:
    """A model of one number per school and basis goes beside; the last step is asked of every rung."""
    dice, schools = Random(seed), three_schools(worker)
    submitted: dict[int, int] = {}
    official: dict[int, int] = {}
    for _ in range(14):
        some = dice.sample(schools, dice.randint(1, 3))
        if dice.random() < 0.6:
            new = {one: dice.randint(1, 99) for one in some}
            worker.record(batch(ENROLMENT, YEAR, {s: students(g1=n) for s, n in new.items()}))
            submitted |= new
        else:
            approved(worker, *some)
            official |= {one: submitted[one] for one in some if one in submitted}

        assert both(worker) == (sum(submitted.values()), sum(official.values()))
    for one in schools:
        assert both(worker, one) == (submitted.get(one, 0), official.get(one, 0))
    assert check_rollups(worker, ENROLMENT, YEAR)


def test_verdicts_of_submitted_and_of_approved_forms_are_kept_apart(worker: Warehouse) -> None:
    """A school that was approved with 1,000 students and too little land corrects itself to 10 students."""
    first, _, _ = three_schools(worker)
    register = {"school_type": "351", "sponsor": "county", "ownership": "public", "school_class": "general",
                "setting": "urban", "founded": 1980, "campuses": 1}  # fmt: skip
    person = {"staff_type": "full_time", "job_title": "senior", "persons": 60}
    land = {"land": 40_000, "buildings": 24_000, "equipment": 3_000_000, "books": 90_000}
    rows: dict[str, list[dict[str, Any]]] = {
        "register": [register],
        "staff": [person],
        "estate": [land],
        "enrolment": students(g1=1300),
    }
    for name, lines in rows.items():
        worker.record(batch(form(name), YEAR, {first: lines}))
    with worker.writing() as writer:
        for name in rows:
            approve(writer, form(name), YEAR, [first])

    worker.record(batch(ENROLMENT, YEAR, {first: students(g1=10)}))

    assert met_land(worker, Basis.SUBMITTED) == (1, 1)
    assert met_land(worker, Basis.APPROVED) == (1, 0)
    approved(worker, first)
    assert met_land(worker, Basis.APPROVED) == (1, 1)
    assert check_rollups(worker, form("conditions"), YEAR)


def met_land(warehouse: Warehouse, basis: Basis) -> tuple[int, int]:
    """Schools judged, and those with land enough for each student."""
    with warehouse.writing() as writer:
        (row,) = writer.rows(
            sa.text(
                "SELECT coalesce(sum(eligible), 0)::int, coalesce(sum(met_land_per_student), 0)::int FROM rollup_conditions "
                f"WHERE place_id = 1 AND cut = '' AND boundary IN ('now', 'both') AND basis IN (:basis, 3) AND last_load = {FOR_EVER}"
            ),
            basis=int(basis),
        )  # fmt: skip
    return row[0], row[1]
