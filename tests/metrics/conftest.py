"""A tiny ministry with every form, read as the web role reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from metrics.audience import Audience
from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, batch, opened, register, students
from warehouse.discovery import form
from warehouse.places import NATION
from warehouse.store import Reader, Warehouse

YEARS = (2024, 2025, 2026)


class Ministry(NamedTuple):
    """`schools`: two of 长沙芙蓉区 and eleven of 邵阳双清区, one of 广州, by name."""

    web: Warehouse
    worker: Warehouse
    schools: dict[str, int]

    def audience(self, place: int = NATION, depth: str = "records") -> Audience:
        scope = self.web.scope(f"at {place}", place, depth)
        return Audience(scope=scope, ladder=self.web.ladder, role="test")


@pytest.fixture(scope="module")
def ministry(module_database: Database) -> Iterator[Ministry]:
    worker = Warehouse(module_database.worker_url, "zhijian_worker")
    where = {"A": CHANGSHA, "B": CHANGSHA, "G": GUANGZHOU} | {f"S{n}": SHAOYANG for n in range(11)}
    codes = {
        name: f"36{county[:2]}{n:06}" for n, (name, county) in enumerate(where.items(), start=1)
    }
    ids = register(worker, [opened(codes[name], where[name]) for name in where], YEARS)
    schools = {name: ids[code] for name, code in codes.items()}
    for year in YEARS:
        fill(worker, schools, year)
    web = Warehouse(module_database.web_url)
    yield Ministry(web, worker, schools)
    web.close()
    worker.close()


def fill(worker: Warehouse, schools: dict[str, int], year: int) -> None:
    """Everyone reports students, teachers and internships; sizes differ by school."""
    sizes = {school: 100 * n for n, school in enumerate(schools.values(), start=1)}
    send(
        worker,
        "enrolment",
        year,
        {school: students(g1=size, g2=size // 2, g3=size // 4) for school, size in sizes.items()},
    )
    send(worker, "staff", year, {school: teachers(size // 10) for school, size in sizes.items()})
    send(worker, "internship", year, {
        school: [{"specialty": "720201", "grade": "3", "kind": "post", "interns": size // 5, "insured": size // 5,
                  "over_hours": 2}]
        for school, size in sizes.items()})  # fmt: skip


def teachers(number: int) -> list[dict[str, Any]]:
    return [
        {"staff_type": "full_time", "job_title": "senior", "persons": number, "specialty_teachers": number},
        {"staff_type": "full_time", "job_title": "none", "persons": 5},
        {"staff_type": "part_time", "job_title": "none", "persons": 3},
    ]  # fmt: skip


def send(
    worker: Warehouse, name: str, year: int, rows: dict[int, list[dict[str, Any]]]
) -> int | None:
    return worker.record(batch(form(name), year, rows)).load


@pytest.fixture
def reader(ministry: Ministry) -> Iterator[Reader]:
    """The whole nation, as records."""
    with ministry.web.reading(ministry.audience().scope) as opened_reader:
        yield opened_reader
