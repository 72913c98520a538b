"""What becomes of units between two years: each has one fate, and what the fates add is what the place moved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metrics.audience import Audience
from metrics.fates import Fate, Told, fates
from metrics.measure import measure
from metrics.question import Question
from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, batch, event, opened, register, students
from warehouse.discovery import form
from warehouse.places import NATION
from warehouse.store import Warehouse

HUNAN, GUANGDONG, CHANGSHA_CITY, SHAOYANG_CITY = 430000, 440000, 430100, 430500
BEFORE, NOW = 2024, 2025
# name -> code's tail, county, year it opened in; counts of both years (None: not reported)
UNITS: dict[str, tuple[str, str, int, int | None, int | None]] = {
    "grew": ("01", CHANGSHA, 2015, 100, 130),
    "shrank": ("02", CHANGSHA, 2015, 200, 150),
    "new": ("03", SHAOYANG, 2025, None, 40),
    "gone": ("04", SHAOYANG, 2015, 60, None),
    "into": ("05", CHANGSHA, 2015, 80, None),
    "heir": ("06", SHAOYANG, 2015, 300, 370),
    "silent": ("07", GUANGZHOU, 2015, 500, None),
    "late": ("08", GUANGZHOU, 2015, None, 90),
    "mover": ("09", CHANGSHA, 2015, 70, 75),
    "half": ("10", GUANGZHOU, 2015, None, None),
    "taker": ("11", GUANGZHOU, 2015, 1000, 1010),
}
FATES = {
    "grew": Fate.KEPT, "shrank": Fate.KEPT, "new": Fate.OPENED, "gone": Fate.CLOSED, "into": Fate.MERGED, "heir": Fate.MERGED,
    "silent": Fate.REPORTING, "late": Fate.REPORTING, "mover": Fate.MOVED, "taker": Fate.REPORTING,
}  # fmt: skip
"""`half` went into `taker` without having reported: of their merger nothing is known."""


def code(name: str) -> str:
    tail, county, *_ = UNITS[name]
    return f"36{county[:2]}{tail:>06}"


@pytest.fixture(scope="module")
def ids(module_database: Database) -> dict[str, int]:
    worker = Warehouse(module_database.worker_url, "zhijian_worker")
    events = [opened(code(name), county, year=year) for name, (_, county, year, _, _) in UNITS.items()]  # fmt: skip
    events += [
        event(code("gone"), "closed", NOW),
        event(code("into"), "merged", NOW, successor_code=code("heir")),
        event(code("half"), "merged", NOW, successor_code=code("taker")),
        event(code("mover"), "moved", NOW, county=GUANGZHOU),
    ]
    by_code = register(worker, events, (BEFORE, NOW))
    found = {name: by_code[code(name)] for name in UNITS}
    for at, year in ((3, BEFORE), (4, NOW)):
        counts = {name: row[at] for name, row in UNITS.items()}
        said = {found[name]: students(g1=n) for name, n in counts.items() if isinstance(n, int)}
        worker.record(batch(form("enrolment"), year, said))
    worker.close()
    return found


@pytest.fixture
def web(module_database: Database, ids: dict[str, int]) -> Iterator[Warehouse]:  # noqa: ARG001 - filled
    opened_web = Warehouse(module_database.web_url)
    yield opened_web
    opened_web.close()


def told(web: Warehouse, place: int, depth: str = "records", metric: str = "students") -> list[Told] | None:  # fmt: skip
    scope = web.scope("reader", place, depth)
    audience = Audience(scope=scope, ladder=web.ladder, role="test")
    with web.reading(scope) as reader:
        return fates(reader, audience, question(place, metric))


def question(place: int, metric: str = "students") -> Question:
    return Question(metrics=(metric,), places=(place,), years=(BEFORE, NOW))


def moved(web: Warehouse, place: int, metric: str = "students") -> int:
    """By how much a place moved, as it is measured."""
    scope = web.scope("reader", place, "records")
    with web.reading(scope) as reader:
        said = measure(reader, Audience(scope=scope, ladder=web.ladder, role="test"), question(place, metric))  # fmt: skip
    before, now = (said.cell(metric, place, year).numerator or 0 for year in (BEFORE, NOW))
    return now - before


def test_each_unit_has_its_fate(web: Warehouse, ids: dict[str, int]) -> None:
    found = told(web, NATION)

    assert found is not None
    names = {unit: name for name, unit in ids.items()}
    assert {names[one.unit]: one.fate for one in found} == FATES


@pytest.mark.parametrize("metric", ["students", "entrants"])
@pytest.mark.parametrize("place", [NATION, GUANGDONG, SHAOYANG_CITY, int(SHAOYANG)])
def test_the_fates_add_up_to_the_movement(web: Warehouse, place: int, metric: str) -> None:
    found = told(web, place, metric=metric)

    assert found
    assert sum(one.amount for one in found) == moved(web, place, metric)


@pytest.mark.parametrize("place", [HUNAN, CHANGSHA_CITY, int(CHANGSHA)])
def test_of_a_unit_that_went_elsewhere_the_records_went_along(
    web: Warehouse, ids: dict[str, int], place: int
) -> None:
    """Its 70 students stay in the old province's sum of before, where nobody may read them as a record any more."""
    found = told(web, place) or []

    assert ids["mover"] not in {one.unit for one in found}
    assert sum(one.amount for one in found) - 70 == moved(web, place)


def test_a_merger_is_predecessors_against_the_successor(
    web: Warehouse, ids: dict[str, int]
) -> None:
    found = told(web, HUNAN) or []
    merged = [one for one in found if one.fate is Fate.MERGED]

    assert sum(one.amount for one in merged) == 370 - 300 - 80
    assert {one.unit: one.heir for one in merged} == {ids["into"]: ids["heir"], ids["heir"]: None}
    assert [one.below_before == one.below_now for one in merged if one.unit == ids["heir"]] == [True]  # fmt: skip


def test_a_unit_that_moved_is_neither_opened_nor_closed(
    web: Warehouse, ids: dict[str, int]
) -> None:
    """The nation keeps it, in another place below; the province it came to gains all it has."""
    found = {place: {one.unit: one for one in told(web, place) or []} for place in (NATION, GUANGDONG)}  # fmt: skip
    movers = [found[place][ids["mover"]] for place in found]

    assert {one.fate for one in movers} == {Fate.MOVED}
    assert [one.amount for one in movers] == [5, 75]


def test_whoever_sees_no_records_is_told_of_no_unit(web: Warehouse) -> None:
    assert told(web, HUNAN, "published") is None
    assert told(web, NATION, "published") is None


def test_columns_of_internal_class_are_for_readers_of_records(web: Warehouse) -> None:
    """Nobody reported internships here: nobody has a fate, and nobody is shown one."""
    assert told(web, HUNAN, metric="through_agencies") == []
    assert told(web, HUNAN, "published", "through_agencies") is None
